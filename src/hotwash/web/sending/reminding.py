"""The look over open incidents once a minute, and the job that reminds one person of one thing.

The look costs little: an incident is read again only when its record or the organisation's has grown, or when a time
has come that was worked out at the last look. What it finds is written with the note that the look is done: escalations
as facts, reminders as rows with a key, each once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from hotwash.incident import state as incident_state
from hotwash.incident.rules.paging import REHEARSED, takes_part
from hotwash.incident.state import Incident
from hotwash.reports.escalation import Coming, called, coming
from hotwash.reports.reminders import Reminder, last_of_each, reminders
from hotwash.response.desk import INCIDENT, Desk, NotFound
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome
from hotwash.response.sending import TRIES, Outgoing, Result, wait_after
from hotwash.systems.organisation import Organisation
from hotwash.web.sending import carriers, methods
from hotwash.web.sending.paging import link_base
from hotwash.web.tables.models import IncidentRow, ReminderRow, ReminderState, WatchRow
from hotwash.web.waiting import let_wait

EVERY = timedelta(minutes=1)
LOOKED_AT_MAX = 100
"""How many incidents are read in one look. Those that are left come first in the next."""
OLD = timedelta(days=3)
"""What was due longer ago is not worth a reminder: the worker was away, or the record came from elsewhere."""
REMIND = "remind"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at one incident found.

    :param next: when it must be looked at again although nothing was recorded
    """

    incident: Incident
    escalations: tuple[Coming, ...]
    reminders: tuple[Reminder, ...]
    next: datetime | None


def look(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Look over the incidents at which something may be due by now."""
    now, organisation = desk.clock(), desk.organisation()
    seen = [_seen(desk, name, organisation, now) for name in _to_look_at(organisation.number, now)]

    def effect() -> None:
        for one in seen:
            if one is not None:
                _take_down(desk, one, organisation, now)

    return Outcome(effect)


def _to_look_at(organisation: int, now: datetime) -> list[str]:
    watch = WatchRow.objects.filter(incident=OuterRef("id"))
    rows = IncidentRow.objects.filter(state__in=("open", "resolved")).annotate(
        looked=Subquery(watch.values("entries")[:1]),
        known=Subquery(watch.values("organisation")[:1]),
        again=Subquery(watch.values("look_at")[:1]),
    )
    due = Q(looked=None) | ~Q(looked=F("entries")) | ~Q(known=organisation) | Q(again__lte=now)
    first = rows.filter(due).order_by(F("again").asc(nulls_first=True), "id")
    return list(first.values_list("id", flat=True)[:LOOKED_AT_MAX])


def _seen(desk: Desk, incident_id: str, organisation: Organisation, now: datetime) -> Seen | None:
    try:
        facts = desk.incident_facts(incident_id)
    except NotFound:
        return None
    incident = incident_state.replay(incident_id, facts)
    steps = coming(incident, facts, organisation.on_call)
    wanted = reminders(incident, organisation, now)
    past = [one for one in wanted if one.at <= now]
    moments = [*(one.at for one in steps), *(one.at for one in wanted)]
    later = [at for at in moments if at > now]
    fresh = tuple(one for one in last_of_each(past) if now - one.at <= OLD)
    return Seen(incident, tuple(one for one in steps if one.at <= now), fresh, min(later, default=None))


def _take_down(desk: Desk, seen: Seen, organisation: Organisation, now: datetime) -> None:
    incident = seen.incident
    number = incident.number
    for step in seen.escalations:
        number = _escalate(desk, incident, step, organisation, now=now, number=number)
    rows = [(row, one) for one in seen.reminders for row in _rows(incident, one)]
    known = set(ReminderRow.objects.filter(key__in=[row.key for row, _ in rows]).values_list("key", flat=True))
    fresh = [(row, one) for row, one in rows if row.key not in known]
    ReminderRow.objects.bulk_create([row for row, _ in fresh], ignore_conflicts=True)
    let_wait(_job(row, one, now) for row, one in fresh if row.state == ReminderState.WAITING)
    for one in {id(one): one for _, one in fresh if one.kept}.values():
        people = tuple(name for name in one.people if takes_part(incident, name))
        desk.step(incident.id, "remind", by=HOTWASH, key=one.key[:200], text=one.text, people=people)
    # Entries written here are not looked at again for their own sake: the number is that of the state that was read.
    WatchRow.objects.update_or_create(
        incident=incident.id,
        defaults={"entries": incident.number, "organisation": organisation.number, "look_at": seen.next},
    )


def _escalate(
    desk: Desk, incident: Incident, step: Coming, organisation: Organisation, *, now: datetime, number: int
) -> int:
    """Record a step and call whom it means, unless somebody broke the silence since: then the look is done again."""
    found = called(step.to, incident, organisation.on_call, now)
    nobody_before = any(
        said.event.rule == step.rule.id and not said.event.people and said.recorded_at >= step.since
        for said in incident.paging.escalations
    )
    if not found.people and nobody_before:
        return number
    words: dict[str, Any] = {
        "rule": step.rule.id,
        "nth": step.step,
        "reason": step.reason,
        "people": found.people,
        "unfilled": found.unfilled,
        "text": f"{step.rule.title}. {incident.title}",
    }
    return desk.step(incident.id, "escalate", by=HOTWASH, expected=number, **words).state.number


def _rows(incident: Incident, one: Reminder) -> list[ReminderRow]:
    words = {"incident": incident.id, "what": one.text, "due_at": one.at}
    people = [name for name in one.people if takes_part(incident, name)]
    if not people:
        rehearsed = f"Who sees to it takes no part in this {incident.kind}." if one.people else "Nobody holds the role."
        return [ReminderRow(key=_key(incident.id, one, ""), state=ReminderState.NOBODY, why=rehearsed, **words)]
    return [ReminderRow(key=_key(incident.id, one, name), person=name[:200], **words) for name in people]


def _key(incident: str, one: Reminder, person: str) -> str:
    key = f"{incident}:{one.key}>{person}"
    return key if len(key) <= 150 else f"{key[:80]}#{sha256(key.encode()).hexdigest()[:40]}"


def _job(row: ReminderRow, one: Reminder, now: datetime) -> Job:
    words = {"reminder": row.key, "critical": one.critical, "try": 1}
    return Job(f"remind:{row.key}:1", REMIND, words, now, INCIDENT + row.incident)


def remind(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Remind one person of one thing by the first way that takes it; later, if it is quiet now and not Critical."""
    row = ReminderRow.objects.filter(key=arguments["reminder"], state=ReminderState.WAITING).first()
    if row is None:
        return None
    now, tries = desk.clock(), int(arguments["try"])
    account = methods.account_of(row.person)
    ways = methods.ways(account) if account else []
    if account is None or not ways:
        why = "There is no account of this name." if account is None else "They have named no way to reach them."
        return Outcome(lambda: _ended(row, ReminderState.UNREACHABLE, now, why))
    quiet = None if arguments["critical"] else methods.quiet_until(account, now)
    if quiet is not None:
        return Outcome(then=(_later(arguments, tries, quiet, row.incident, mark="quiet"),))
    result, label = Result("failed"), ""
    for way in ways:
        label = way.label
        result = carriers.hand_over(way.kind, label, way.sealed, _outgoing(desk, row), f"remind:{row.key}")
        if result.state != "failed":
            break
    if result.state == "failed" and result.again and tries < TRIES:
        return Outcome(then=(_later(arguments, tries + 1, now + wait_after(tries), row.incident),))
    if result.state == "failed":
        return Outcome(lambda: _ended(row, ReminderState.UNREACHABLE, now, result.why))
    return Outcome(lambda: _ended(row, ReminderState.SENT, now, f"By “{label}”."))


def _later(arguments: Arguments, tries: int, due: datetime, incident: str, *, mark: str = "") -> Job:
    words = {"reminder": arguments["reminder"], "critical": arguments["critical"], "try": tries}
    stamp = f"{due:%Y%m%dT%H%M}" if mark else ""
    return Job(f"remind:{arguments['reminder']}:{mark}{stamp}{tries}", REMIND, words, due, INCIDENT + incident)


def _ended(row: ReminderRow, state: ReminderState, now: datetime, why: str) -> None:
    sent = now if state == ReminderState.SENT else None
    ReminderRow.objects.filter(pk=row.pk).update(state=state, sent_at=sent, why=why[:300])


def _outgoing(desk: Desk, row: ReminderRow) -> Outgoing:
    incident = desk.incident(row.incident)
    mark = f"[{incident.kind.upper()}] " if incident.kind in REHEARSED else ""
    text = f"{row.what}\n\n{incident.id}: {incident.title}"
    return Outgoing(f"{mark}Reminder: {row.what[:150]}", text, "reminder", incident.id, link=link_base(incident.id))


def upcoming(
    desk: Desk, names: Iterable[str], incidents: Iterable[str], *, limit: int = 40
) -> list[tuple[str, Reminder]]:
    """What will remind one of these names, in these incidents, the next first."""
    now, organisation = desk.clock(), desk.organisation()
    small = {name.lower() for name in names}
    found = [
        (incident, one)
        for incident in incidents
        for one in reminders(desk.incident(incident), organisation, now)
        if one.at > now and any(name.lower() in small for name in one.people)
    ]
    return sorted(found, key=lambda each: each[1].at)[:limit]
