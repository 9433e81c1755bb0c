"""How signals are counted into lines.

A line is live while it takes what comes. It takes signals while it waits for triage or sleeps; while the incident that
it went to goes on; for a while after it was dismissed, unless something graver comes; and for a while after its trouble
ended, when it wakes again. What comes later begins a new line, so nothing is hidden for ever by an old decision.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from django.db import connection
from django.db.models import F, Max, Model, QuerySet

from hotwash.response.signals import Grade, Signal
from hotwash.web.inbox import telling
from hotwash.web.tables.models import IncidentRow, SignalGroup, SignalRow, Triage

WINDOW = timedelta(hours=1)
"""How long a line that was dismissed, or is over, still takes what belongs to it."""
RANKS: dict[Grade, int] = {"low": 0, "unknown": 1, "high": 2, "critical": 3}
"""Graver is higher. A sender that says no grade may mean anything: more than low."""

KEY_MAX, TITLE_MAX, DETAIL_MAX, LABELS_MAX, LINKS_MAX, MEASURED_MAX = 300, 300, 4_000, 60, 20, 50
_IN_MAX = 500
_R = TypeVar("_R", bound=Model)


@dataclass(frozen=True, slots=True)
class Came:
    """A signal on its way in."""

    sender: str
    system: str
    signal: Signal
    received_at: datetime
    body: int | None = None


def count(came: Sequence[Came]) -> list[int]:
    """Count signals, in this order; for each the id of its line.

    The caller holds the transaction and is alone in it.
    """
    return _Counting([_row(one) for one in came], came).done()


class _Counting:
    """One batch: everything it needs is read at once, counted in memory, and written at once."""

    def __init__(self, rows: list[SignalRow], came: Sequence[Came]) -> None:
        self._came, self._rows = came, rows
        things = {row.thing for row in rows}
        self._known = {
            row.once: row for row in _read(SignalRow.objects.defer("detail"), "once", {r.once for r in rows})
        }
        self._open = {row.thing: row for row in _read(SignalRow.objects.filter(open=True), "thing", things)}
        self._over = _ends(things)
        places = {_place(one) for one in came}
        self._live = {g.place: g for g in _read(SignalGroup.objects.filter(live=True), "place", places)}
        self._groups = {group.pk: group for group in self._live.values()}
        wanted = {row.group_id for row in self._open.values()} - set(self._groups)
        self._groups |= {group.pk: group for group in _read(SignalGroup.objects.all(), "pk", wanted)}
        going = {group.incident for group in self._live.values() if group.incident}
        self._ended = set(IncidentRow.objects.filter(pk__in=going).exclude(ended_at=None).values_list("pk", flat=True))
        self._new: list[SignalRow] = []
        self._begun: list[SignalGroup] = []
        self._retired: list[SignalGroup] = []
        self._changed: dict[int, SignalGroup] = {}
        self._closed: list[int] = []
        self._again: dict[str, int] = {}

    def done(self) -> list[int]:
        lines = [self._one(row, one) for row, one in zip(self._rows, self._came, strict=True)]
        self._write()
        return [line.pk if isinstance(line, SignalGroup) else line for line in lines]

    def _one(self, row: SignalRow, one: Came) -> SignalGroup | int:
        before = self._known.get(row.once)
        if before is not None:
            self._again[row.once] = self._again.get(row.once, 0) + 1
            return before.group_id or before.group
        group = self._line(row, one)
        row.group = group
        self._known[row.once] = row
        self._new.append(row)
        self._follow(row, group)
        _add(group, row, one.received_at)
        if group.pk is not None:
            self._changed[group.pk] = group
        return group

    def _line(self, row: SignalRow, one: Came) -> SignalGroup:
        standing = self._open.get(row.thing)
        if standing is not None:
            group = self._groups[standing.group_id] if standing.group_id else standing.group
            if row.state != "firing" or (group.live and self._takes(group, row, one)):
                return group
        place = _place(one)
        live = self._live.get(place)
        if live is not None:
            if self._takes(live, row, one):
                return live
            live.live = False
            self._retired.append(live)
        group = SignalGroup(
            place=place,
            sender=one.sender[:40],
            group=_clean(one.signal.group or one.signal.key, KEY_MAX),
            title=row.title,
            system=one.system[:190],
            first_received_at=one.received_at,
            last_received_at=one.received_at,
        )
        self._live[place] = group
        self._begun.append(group)
        return group

    def _takes(self, group: SignalGroup, row: SignalRow, one: Came) -> bool:
        if group.state in (Triage.WAITING, Triage.SNOOZED):
            return True
        if group.state in (Triage.PROMOTED, Triage.JOINED):
            return group.incident not in self._ended
        if group.state == Triage.DISMISSED:
            fresh = group.decided_at is not None and one.received_at - group.decided_at < WINDOW
            return fresh and RANKS[row.grade] <= group.decided_rank  # type: ignore[index]
        return row.state != "firing" or one.received_at - group.last_received_at < WINDOW

    def _follow(self, row: SignalRow, group: SignalGroup) -> None:
        """Whether the trouble goes on: the newest word of its key, by the sender's own time, counts."""
        standing = self._open.get(row.thing)
        if row.state == "firing":
            if _before(row.alert_at, self._over.get(row.thing)):
                return
            row.open = True
            if standing is not None:
                self._close(standing)
            self._open[row.thing] = row
            group.firing += 1
        elif row.state == "resolved":
            ended = self._over.get(row.thing)
            if row.alert_at is not None and (ended is None or ended < row.alert_at):
                self._over[row.thing] = row.alert_at
            if standing is not None and not _before(row.alert_at, standing.alert_at, strictly=True):
                self._close(standing)
                del self._open[row.thing]

    def _close(self, row: SignalRow) -> None:
        row.open = False
        group = self._groups[row.group_id] if row.group_id else row.group
        group.firing -= 1
        if row.pk is not None:
            self._closed.append(row.pk)
        if group.pk is not None:
            self._changed[group.pk] = group

    def _write(self) -> None:
        for group in self._retired:
            if group.pk is not None:
                SignalGroup.objects.filter(pk=group.pk).update(live=False)
                self._changed[group.pk] = group
        # Of two lines of one place that began in this batch only the later is live, which its row says already.
        SignalGroup.objects.bulk_create(self._begun)
        SignalRow.objects.bulk_create(self._new, batch_size=_IN_MAX)
        for some in _some(self._closed):
            SignalRow.objects.filter(pk__in=some).update(open=False)
        for once, times in self._again.items():
            SignalRow.objects.filter(once=once).update(seen=F("seen") + times)
        if self._changed:
            _rewrite(self._changed.values())
        touched = {row.group.pk: row.group for row in self._new}
        telling.ask(touched.values())


_FIELDS = [
    "live",
    "title",
    "grade",
    "rank",
    "first_alert_at",
    "last_alert_at",
    "first_data_at",
    "last_received_at",
    "count",
    "firing",
    "state",
    "snoozed_until",
]


_COLUMNS: list[Any] = [SignalGroup._meta.get_field(name) for name in _FIELDS]
_SET = ", ".join(f'"{field.column}" = %s' for field in _COLUMNS)
_REWRITE = f"UPDATE {SignalGroup._meta.db_table} SET {_SET} WHERE id = %s"  # noqa: S608


def _rewrite(groups: Iterable[SignalGroup]) -> None:
    """Write lines back, by a statement that is written once: `bulk_update` took three quarters of all the time."""
    values = [
        [*(field.get_db_prep_save(getattr(group, field.attname), connection) for field in _COLUMNS), group.pk]
        for group in groups
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_REWRITE, values)


def _add(group: SignalGroup, row: SignalRow, received_at: datetime) -> None:
    rank = RANKS[row.grade]  # type: ignore[index]
    if group.count == 0 or rank > group.rank:
        group.title, group.grade, group.rank = row.title, row.grade, rank
    group.count += 1
    group.last_received_at = max(group.last_received_at, received_at)
    alert_at = min(row.alert_at or received_at, received_at)
    group.first_alert_at = min(group.first_alert_at or alert_at, alert_at)
    group.last_alert_at = max(group.last_alert_at or alert_at, alert_at)
    if row.data_at is not None:
        group.first_data_at = min(group.first_data_at or row.data_at, row.data_at)
    if group.state in (Triage.WAITING, Triage.SNOOZED) and row.state == "resolved" and group.firing == 0:
        group.state, group.snoozed_until = Triage.RESOLVED, None
    elif (group.state == Triage.RESOLVED and row.open) or (group.state == Triage.SNOOZED and rank > group.decided_rank):
        group.state, group.snoozed_until = Triage.WAITING, None


def _row(one: Came) -> SignalRow:
    signal = one.signal
    key, title = _clean(signal.key, KEY_MAX), _clean(signal.title, TITLE_MAX) or "A signal without a title"
    plain = {_clean(k, 100): _clean(v, 300) for k, v in list(signal.labels.items())[:LABELS_MAX]}
    thing = _digest(one.sender, one.system, signal.key or title)
    if signal.alert_at is not None:
        when = signal.alert_at.isoformat()
    else:
        # The sender says no time: the same words within the same hour of the clock are taken for its retry.
        told = msgspec.json.encode(
            (signal.title, signal.detail, plain, signal.measured, signal.data_at), order="sorted"
        )
        when = f"{one.received_at:%Y-%m-%dT%H} {sha256(told).hexdigest()}"
    return SignalRow(
        body_id=one.body,
        once=_digest(thing, signal.state, when),
        thing=thing,
        key=key,
        title=title,
        state=signal.state,
        grade=signal.grade,
        alert_at=signal.alert_at,
        data_at=signal.data_at,
        received_at=one.received_at,
        detail=_clean(signal.detail, DETAIL_MAX),
        labels=plain,
        links=[_clean(link, 2_000) for link in signal.links if _leads(link)][:LINKS_MAX],
        measured=[_number(told) for told in msgspec.to_builtins(signal.measured[:MEASURED_MAX])],
        confirm=signal.confirm,
    )


def _number(told: dict[str, Any]) -> dict[str, Any]:
    return {name: _clean(value, 300) if isinstance(value, str) else value for name, value in told.items()}


def _leads(link: str) -> bool:
    return link.startswith(("https://", "http://")) and not any(letter.isspace() for letter in link)


def _place(one: Came) -> str:
    return _digest(one.sender, one.system, one.signal.group or one.signal.key)


def _digest(*parts: str) -> str:
    return sha256("\0".join(part.replace("\0", " ") for part in parts).encode("utf-8", "surrogatepass")).hexdigest()


def _clean(text: str, most: int) -> str:
    """Text that every database can hold: no nulls, no halves of pairs, not too long."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:most]


def _before(at: datetime | None, other: datetime | None, *, strictly: bool = False) -> bool:
    if at is None or other is None:
        return False
    return at < other if strictly else at <= other


def _ends(things: Iterable[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for some in _some(things):
        rows = SignalRow.objects.filter(thing__in=some, state="resolved").exclude(alert_at=None)
        found |= dict(rows.values_list("thing").annotate(Max("alert_at")))
    return found


def _some(wanted: Iterable[Any]) -> Iterator[list[Any]]:
    every = list(wanted)
    for start in range(0, len(every), _IN_MAX):
        yield every[start : start + _IN_MAX]


def _read(rows: QuerySet[_R], field: str, wanted: Iterable[Any]) -> Iterator[_R]:
    for some in _some(wanted):
        yield from rows.filter(**{f"{field}__in": some})
