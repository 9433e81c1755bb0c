"""What an incident's record is told of the lines that went to it: not every signal.

A storm would bury the story. So the first few signals of a line stand in the record one by one, and those that follow
as counts, ever further apart. What is told, and how far it was told, is written in one transaction.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, NotFound, Person
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome
from hotwash.web.inbox.alone import alone
from hotwash.web.tables.models import IncidentRow, SignalGroup, SignalRow, Triage
from hotwash.web.waiting import let_wait

JOB = "inbox-tell"
ONE_BY_ONE = 5
"""So many signals of a line are linked one by one."""
APART = (
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(hours=6), timedelta(minutes=15)),
)
"""Until so long after the line went to its incident, counts are so far apart; later an hour."""
OUTSIDE = frozenset({"person", "mail", "clerk"})
"""Senders that are people outside."""
OF_SENDER: dict[str, Callable[[Desk, SignalGroup, Person], bool]] = {}
"""Senders whose lines are told in another way, if they are: `hotwash.web.complaints` counts people, not signals."""


def ask(groups: Iterable[SignalGroup]) -> None:
    """Let the worker tell the incidents of these lines what came."""
    jobs = [
        Job(f"{JOB}:{group.pk}:{group.told}", JOB, {"line": group.pk}, _due(group), f"incident/{group.incident}")
        for group in groups
        if group.state in (Triage.PROMOTED, Triage.JOINED) and group.count > group.told
    ]
    if jobs:
        let_wait(jobs)


def do(desk: Desk, arguments: Arguments) -> Outcome:
    """The worker's part: tell one incident of one line."""

    def effect() -> None:
        with alone():
            group = SignalGroup.objects.filter(pk=arguments["line"]).first()
            if group is not None and group.state in (Triage.PROMOTED, Triage.JOINED):
                tell(desk, group, by=HOTWASH)

    return Outcome(effect)


def tell(desk: Desk, group: SignalGroup, *, by: Person) -> None:
    """Write into the incident of a line what came since it was last told. The caller holds the transaction.

    :raises NotAllowed: if the incident takes nothing more in; not where the program itself tells
    """
    now = desk.clock()
    try:
        if group.sender not in OF_SENDER or not OF_SENDER[group.sender](desk, group, by):
            _signals(desk, group, by)
    except (NotAllowed, NotFound):
        # An incident that was merged away or never existed has no room for it; the line itself keeps every signal.
        if by is not HOTWASH:
            raise
    group.told, group.told_firing, group.told_at = group.count, group.firing, now
    group.save(update_fields=["told", "told_firing", "told_at"])


def _signals(desk: Desk, group: SignalGroup, by: Person) -> None:
    incident = _goes_on_in(group.incident)
    for row in group.signals.order_by("pk")[group.told : max(group.told, ONE_BY_ONE)]:
        _link(desk, incident, row, group, by=by)
    told = max(group.told, ONE_BY_ONE)
    if group.count > told:
        _count(desk, incident, group, group.count - told)


def _link(desk: Desk, incident: str, row: SignalRow, group: SignalGroup, *, by: Person) -> None:
    known = desk.incident(incident)
    if any(said.event.source == group.sender and said.event.key == row.key for said in known.signals):
        return
    desk.record(
        incident,
        "link-signal",
        by=by,
        at=min(row.alert_at or row.received_at, row.received_at),
        source=group.sender,
        title=row.title,
        data_time=row.data_at,
        detail="\n".join(part for part in (row.detail, "; ".join(map(measured, row.measured[:10]))) if part),
        url=row.links[0] if row.links else "",
        key=row.key,
        detector="outside" if group.sender in OUTSIDE else "inside",
    )


def _count(desk: Desk, incident: str, group: SignalGroup, count: int) -> None:
    last = group.last_received_at
    desk.step(
        incident,
        "count-signals",
        by=HOTWASH,
        source=group.sender,
        title=group.title,
        line=group.pk,
        count=count,
        total=group.count,
        firing=group.firing,
        since=min(group.told_at or group.first_received_at, last),
        until=last,
    )


def measured(one: dict[str, object]) -> str:
    """A number that a sender held against a limit, in words."""
    of = f" of {one['of']}" if one.get("of") else ""
    value = "" if one.get("value") is None else f" is {one['value']:g}"
    limit = "" if one.get("limit") is None else f", limit {one['limit']:g}"
    return f"{one['metric']}{of}{value}{limit}"


def _goes_on_in(incident: str) -> str:
    """The incident itself, or the one that it was merged into."""
    for _ in range(10):
        into = IncidentRow.objects.filter(pk=incident).values_list("merged_into", flat=True).first()
        if not into:
            break
        incident = into
    return incident


def _due(group: SignalGroup) -> datetime:
    if group.told_at is None:
        return group.last_received_at
    age = group.told_at - (group.decided_at or group.told_at)
    return group.told_at + next((apart for until, apart in APART if age < until), timedelta(hours=1))
