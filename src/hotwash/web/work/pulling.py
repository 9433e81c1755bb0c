"""Ask the sources that are due: what they tell becomes signals and a log, and how far each came becomes its cursor.

The worker looks which are due and puts a job for each. A fault outside is no failed job: it stands at the pull, which
is asked again later, after a wait that grows. What is told twice counts once, signals by their key and time, days of a
log by their file. So a process that dies half way costs nothing but the time.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings as options

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Job, Outcome
from hotwash.response.outside import OutsideFault
from hotwash.response.pulling import days, pull, widen
from hotwash.response.request import BadRequest
from hotwash.response.signals import Signal
from hotwash.response.spans import Span, SpanSource, columns_of, signals_of
from hotwash.web.inbox.taking import take
from hotwash.web.pulls import keeping, sources
from hotwash.web.pulls.keeping import folder_of, secret_of, settings
from hotwash.web.pulls.kinds import Arize, Phoenix, WhyLabs
from hotwash.web.tables.models import JobRow, Pull, SignalRow

LOOK, ONE = "pulls", "pull"
LOOK_EVERY = timedelta(seconds=15)
WAIT_MAX = timedelta(hours=1)
LONG_S = 60.0
"""How long one go may take before it makes room for other jobs and goes on in the next."""
BEHIND = timedelta(minutes=10)
"""How far back judgements are looked at again: clocks differ, and servers write a little later than they say."""
LOOK_BACK = timedelta(days=2)
HINT_AGE = timedelta(minutes=2)
"""How old a webhook's hint is before the API's silence about it says that it is over."""


def look(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Put a job for each source that is due, unless it has one."""
    now = desk.clock()
    return Outcome(then=tuple(Job(f"pull:{one.pk}", ONE, {"pull": one.pk}, now) for one in keeping.due(now)))


def one(desk: Desk, arguments: Arguments) -> Outcome:
    """Ask one source."""
    row, key = Pull.objects.filter(pk=arguments["pull"], paused_at=None).first(), str(arguments["key"])
    if row is None:
        return Outcome(_ended(key))
    begun = desk.clock()
    Pull.objects.filter(pk=row.pk).update(begun_at=begun)
    words: dict[str, Any]
    try:
        asked = ask(row, now=begun)
    except (OutsideFault, NotAllowed, BadRequest, OSError) as no:
        wait = min(WAIT_MAX, timedelta(seconds=row.every_s) * 2 ** min(row.failures, 10))
        said = f"The log could not be written ({no.strerror})." if isinstance(no, OSError) else str(no)
        words = {"error": said[:2000], "failed_at": begun, "failures": row.failures + 1, "next_at": begun + wait}
    else:
        words = {"cursor": asked.cursor, "told": asked.told[:2000], "error": "", "failures": 0}
        words |= {"next_at": begun} if asked.more else {
            "done_at": begun, "next_at": begun + timedelta(seconds=row.every_s)
        }  # fmt: skip
    return Outcome(_ended(key, row, words))


def _ended(key: str, row: Pull | None = None, words: dict[str, Any] | None = None) -> Callable[[], None]:
    def effect() -> None:
        now = Pull.objects.filter(pk=row.pk).first() if row is not None else None
        # Whoever changed it meanwhile has said when it is due, and what was told is about something else.
        if row is not None and now is not None and (now.settings, now.secret) == (row.settings, row.secret):
            Pull.objects.filter(pk=row.pk).update(**words or {})
        # The key is free again, and a source that is asked each minute leaves no fifteen hundred rows a day.
        JobRow.objects.filter(key=key).delete()

    return effect


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking came to.

    :param more: that there is more to be asked at once
    """

    cursor: dict[str, Any]
    told: str
    more: bool = False


def ask(row: Pull, *, now: datetime, long_s: float = LONG_S) -> Asked:
    """Ask a source.

    :raises OutsideFault: if it cannot be asked
    :raises NotAllowed: if its token cannot be opened
    """
    found, secret = settings(row), secret_of(row)
    if isinstance(found, Phoenix):
        with sources.phoenix(found, secret) as source:
            return from_spans(row, found, source, now=now, long_s=long_s)
    if isinstance(found, Arize):
        return _from_arize(row, found, secret, now)
    return _from_whylabs(row, found, secret, now)


# ── Phoenix ──────────────────────────────────────────────────────────────────


def from_spans(row: Pull, found: Phoenix, source: SpanSource, *, now: datetime, long_s: float = LONG_S) -> Asked:
    """Write the days since the cursor as a log, a file each, and take what their judgements signal."""
    until, folder = time.monotonic() + long_s, folder_of(row.name)
    work = options.HOTWASH.home / "pulls" / row.name
    cursor = dict(row.cursor)
    names: list[str] = list(cursor.get("names", ()))
    seen = datetime.fromisoformat(cursor["seen"]) if cursor.get("seen") else None
    begin = max(found.since, _midnight(cursor["from"])) if cursor.get("from") else found.since
    rows = 0
    lines: set[int] = set()

    def look(spans: Sequence[Span]) -> None:
        signals = [
            signal
            for span in spans
            for signal in signals_of(
                span, found.rules, source="phoenix", project=found.project, link=source.link(span), since=seen
            )
        ]
        if signals:
            lines.update(take("phoenix", signals, system=row.system))

    for day, first, _ in days(begin, now):
        # To the end of the day, although it is not over: so a pull that was broken off is the same question later.
        pulled = pull(
            source,
            folder / f"{day}.parquet",
            since=first,
            until=_midnight(day.isoformat()) + timedelta(days=1),
            which=found.which,
            names=names,
            work=work / str(day),
            seen=look,
            cancelled=lambda: time.monotonic() > until,
        )
        if pulled is None:
            return Asked(cursor, f"Still reading the calls of {day}.", more=True)
        rows += pulled.rows
        if set(pulled.columns) - set(names):
            names = list(pulled.columns)
            widen(folder, columns_of(names))
        cursor["names"] = names
        if day <= now.date() - timedelta(days=found.refresh_days):
            cursor["from"] = (day + timedelta(days=1)).isoformat()
    cursor["seen"] = (now - BEHIND).isoformat()
    span = "today" if begin.date() == now.date() else f"since {begin.date()}"
    return Asked(cursor, f"{rows:,} calls {span}; {_lines(len(lines))}.")


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


# ── monitors ─────────────────────────────────────────────────────────────────


def _from_arize(row: Pull, found: Arize, secret: str, now: datetime) -> Asked:
    """What is triggered fires; what was and is no longer is over. Hints of webhooks are settled by the same answer."""
    from hotwash.connect.arize import over

    with sources.arize(found, secret) as monitors:
        triggered = {one.key: one for one in monitors.triggered()}
    before: dict[str, list[str]] = dict(row.cursor.get("firing", {}))
    hints = SignalRow.objects.filter(open=True, confirm=True, group__sender="arize", key__startswith="monitor ")
    hints.filter(key__in=triggered).update(confirm=False)
    if not found.project:
        # Of a whole space the answer is the last word on every hint; of one project only on its own monitors.
        older = hints.filter(received_at__lt=now - HINT_AGE, group__system=row.system)
        before |= {
            key: [title, group] for key, title, group in older.values_list("key", "title", "group__group")[:1000]
        }
    ended = {key: words for key, words in before.items() if key not in triggered}
    signals = [*triggered.values(), *(over(key, *words, at=now) for key, words in ended.items())]
    lines = take("arize", signals, system=row.system) if signals else []
    firing = {key: [one.title, one.group] for key, one in triggered.items()}
    monitor = "monitor is" if len(triggered) == 1 else "monitors are"
    told = f"{len(triggered):,} {monitor} triggered, {len(ended):,} no longer; {_lines(len(lines))}."
    return Asked({"firing": firing}, told)


def _from_whylabs(row: Pull, found: WhyLabs, secret: str, now: datetime) -> Asked:
    since = datetime.fromisoformat(row.cursor["seen"]) if row.cursor.get("seen") else now - LOOK_BACK
    with sources.whylabs(found, secret) as results:
        # An anomaly is told by the time of its data, and is found later: so the last two days are asked for each time.
        signals: list[Signal] = results.anomalies(since=min(since, now - LOOK_BACK), until=now)
    lines = take("whylabs", signals, system=row.system) if signals else []
    return Asked({"seen": now.isoformat()}, f"{len(signals):,} anomalies; {_lines(len(lines))}.")


def _lines(count: int) -> str:
    return "nothing for the inbox" if not count else f"{count:,} {'line' if count == 1 else 'lines'} of the inbox"
