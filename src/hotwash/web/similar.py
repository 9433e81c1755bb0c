"""Which incidents resemble a text: the organisation's own, and the cases of others that were brought in.

The words of every incident lie in memory, made from the tables and made again when they are not there. They follow the
order of commits: one look at the newest entry says whether anything was declared, renamed or redacted since. From whom
an incident is hidden is decided by the query that makes their list.
"""

import json
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from hotwash.incident.state import Incident
from hotwash.investigate.resemblance import Alike, Texts
from hotwash.reports.measuring import figures
from hotwash.reports.phrases import brief
from hotwash.reports.similar import OWN, Similar, lags, lasted, own_failures
from hotwash.response.desk import INCIDENT
from hotwash.web.tables.models import CaseRow, CorpusRow, EntryRow, IncidentRow, SearchRow

TOP = 10
TOP_MAX = 100
LEAST = 0.03
"""Below this two texts have hardly a rare word in common."""
_NAMING = ("declared", "retitled", "summarised", "entry-redacted")
_AT_ONCE = 500
"""So many candidates are held at once against the list of who may see what."""
_ERASED_S = 60.0
"""The words of a redacted entry go a moment after the entry that says so: for so long it is read again."""


@dataclass(slots=True)
class _Own:
    """Our own incidents as of a commit; another digest at that position means another database."""

    texts: Texts = field(default_factory=Texts)
    position: int = 0
    digest: str = ""
    again: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Others:
    """A collection as of its last import."""

    texts: Texts
    mark: str


_lock = threading.Lock()
_own = _Own()
_others: dict[str, _Others] = {}


def similar(
    rows: QuerySet[IncidentRow],
    text: str,
    *,
    mine: Collection[str] | None = None,
    top: int = TOP,
    corpus: str = "",
    without: Sequence[str] = (),
) -> list[Similar]:
    """What resembles a text most, best first; our own before others' where they are equal.

    :param rows: the incidents that the asker may see, and no other
    :param mine: their ids, where they are few
    :param corpus: ``own`` or the name of a collection; every one if it is empty
    :param without: ids of our own that are not asked about
    """
    found: list[Similar] = []
    if corpus in ("", OWN):
        found += _similar_own(rows, mine, text, top, without)
    for row in CorpusRow.objects.order_by("name"):
        if corpus in ("", row.name):
            found += _similar_others(row, text, top)
    return sorted(found, key=lambda one: (-one.score, one.corpus != OWN, one.id))[:top]


def of_incident(incident: Incident) -> str:
    """The words of an incident by which others are looked for."""
    detail = incident.declared.event.detail if incident.declared else ""
    return f"{incident.title}\n{incident.summary or detail}"


def corpora() -> list[CorpusRow]:
    """The collections that were brought in."""
    return list(CorpusRow.objects.order_by("name"))


def forget() -> None:
    """Empty the memory; it fills again when it is asked."""
    with _lock:
        _start_again()
        _others.clear()


def _similar_own(
    rows: QuerySet[IncidentRow], mine: Collection[str] | None, text: str, top: int, without: Sequence[str]
) -> list[Similar]:
    rows = rows.filter(merged_into="").exclude(kind__in=("drill", "test"))
    among = None if mine is None else mine.__contains__
    found: list[Similar] = []
    # Most lists are filled from the first hundreds; only who may see few of them has all of them looked at.
    for many in (_AT_ONCE, 0):
        with _lock:
            _follow()
            ranked = _own.texts.like(text, top=many or max(1, len(_own.texts)), without=without, among=among)
        found = _visible(rows, [one for one in ranked if one.score >= LEAST], top)
        if len(found) >= top or len(ranked) < many:
            break
    return found


def _visible(rows: QuerySet[IncidentRow], ranked: Sequence[Alike], top: int) -> list[Similar]:
    found: list[Similar] = []
    for start in range(0, len(ranked), _AT_ONCE):
        some = ranked[start : start + (_AT_ONCE if start else min(_AT_ONCE, 4 * top))]
        known = {row.id: row for row in rows.filter(id__in=[one.key for one in some])}
        found += [_of_row(known[one.key], one.score) for one in some if one.key in known]
        if len(found) >= top:
            break
    return found[:top]


def _of_row(row: IncidentRow, score: float) -> Similar:
    known = figures.read(json.dumps(row.figures))
    return Similar(
        row.id,
        row.title,
        score,
        at=row.declared_at.date(),
        standing=row.state,
        severity=row.severity,
        system=row.system,
        text=brief(known.summary),
        failures=own_failures(known),
        lags=lags(known),
    )


def _follow() -> None:
    """Take up what was declared, renamed, summarised or redacted since the last look."""
    newest = EntryRow.objects.order_by("-position").values_list("position", "digest").first()
    if newest is None:
        _start_again()
        return
    for stream in [one for one, until in _own.again.items() if until < time.monotonic()]:
        del _own.again[stream]
    changed = set(_own.again)
    if newest != (_own.position, _own.digest):
        before = EntryRow.objects.filter(position=_own.position).values_list("digest", flat=True).first()
        if before != _own.digest:
            _start_again()
        since = EntryRow.objects.filter(
            position__gt=_own.position, position__lte=newest[0], kind__in=_NAMING, stream__name__startswith=INCIDENT
        )
        for stream, kind in since.values_list("stream_id", "kind").distinct():
            changed.add(stream)
            if kind == "entry-redacted":
                _own.again[stream] = time.monotonic() + _ERASED_S
        _own.position, _own.digest = newest
    for some in _in_parts(sorted(changed)):
        for stream, text in _own_texts(some):
            _own.texts.put(stream.removeprefix(INCIDENT), text)


def _start_again() -> None:
    _own.texts, _own.position, _own.digest = Texts(), 0, ""
    _own.again.clear()


def _own_texts(streams: Sequence[str]) -> Iterator[tuple[str, str]]:
    details: dict[str, str] = {}
    for stream, body in EntryRow.objects.filter(stream__in=streams, number=1).values_list("stream_id", "body"):
        details[stream] = str(json.loads(body).get("detail") or "") if body else ""
    for row in SearchRow.objects.filter(stream__in=streams, number=0):
        summary = row.text.removeprefix(row.stream.removeprefix(INCIDENT))
        yield row.stream, f"{row.title}\n{summary.strip() or details.get(row.stream, '')}"


def _in_parts(streams: Sequence[str]) -> Iterable[Sequence[str]]:
    return (streams[start : start + _AT_ONCE] for start in range(0, len(streams), _AT_ONCE))


def _similar_others(corpus: CorpusRow, text: str, top: int) -> list[Similar]:
    mark = f"{corpus.digest} {corpus.taken_in_at.isoformat()}"
    with _lock:
        known = _others.get(corpus.name)
        if known is None or known.mark != mark:
            known = _others[corpus.name] = _Others(Texts(), mark)
            for key, title, said in CaseRow.objects.filter(corpus=corpus.name).values_list("key", "title", "text"):
                known.texts.put(key, f"{title}\n{said}")
        ranked = [one for one in known.texts.like(text, top=top) if one.score >= LEAST]
    rows = {row.key: row for row in CaseRow.objects.filter(corpus=corpus.name, key__in=[one.key for one in ranked])}
    return [_of_case(rows[one.key], one.score) for one in ranked if one.key in rows]


def _of_case(row: CaseRow, score: float) -> Similar:
    facts = row.facts
    return Similar(
        row.key if row.key.upper().startswith(row.corpus.upper()) else f"{row.corpus.upper()}-{row.key}",
        row.title,
        score,
        corpus=row.corpus,
        at=row.began,
        severity=facts.get("severity", ""),
        url=row.url,
        text=brief(row.text),
        failures=tuple(facts.get("failures", ())),
        suspected=tuple(facts.get("suspected", ())),
        risk=facts.get("risk", ""),
        lags=lasted(row.began, row.ended),
    )
