"""What people are to be reminded of, and when: deadlines, promised words, steps, actions, re-checks. A pure reading.

A reminder is named by what it is about and when, so that it is sent once: if a deadline moves, that is another one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hotwash.incident.state import Incident
from hotwash.reports import cadence
from hotwash.reports.actions import action_due
from hotwash.reports.deadlines import deadlines
from hotwash.reports.phrases import brief, count, several, span, when
from hotwash.reports.playbook import under_way
from hotwash.reports.postmortem.process import process
from hotwash.systems.organisation import Organisation

BEFORE_DEADLINE = (timedelta(hours=24), timedelta(hours=4), timedelta(hours=1), timedelta())
BEFORE_UPDATE = (timedelta(minutes=10), timedelta())
BEFORE_END = timedelta(minutes=30)
BEFORE_PERIOD = timedelta(minutes=15)
DAY_BEGINS = time(9)
"""When on a day that is named without a time, in UTC."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be reminded of.

    :param about: what it is; of several that are past, only the last about the same thing is worth sending
    :param people: who sees to it: who holds the role, or owns it; none if nobody does
    :param critical: whether it goes out in somebody's quiet hours too
    :param kept: whether the record says that people were reminded: where a law, a promise or safety hangs on it
    """

    about: str
    at: datetime
    text: str
    people: tuple[str, ...] = ()
    critical: bool = False
    kept: bool = field(default=False)

    @property
    def key(self) -> str:
        """What names it."""
        return f"{self.about}@{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def reminders(incident: Incident, organisation: Organisation, now: datetime) -> list[Reminder]:
    """Everything to be reminded of as the record stands, past and to come, the earliest first.

    :param now: only tells which steps of a playbook are open; the list does not depend on it otherwise
    """
    if incident.standing not in ("open", "resolved") or incident.kind == "backdated":
        return []
    found = [
        *_clocks(incident, organisation),
        *_updates(incident, now),
        *_steps(incident, now),
        *_dated(incident),
        *_containments(incident),
        *_period(incident),
        *_postmortem(incident),
    ]
    return sorted(found, key=lambda one: (one.at, one.about))


def last_of_each(past: Iterable[Reminder]) -> list[Reminder]:
    """Of reminders in their order, the last one about each thing."""
    return list({one.about: one for one in past}.values())


def _holder(incident: Incident, *roles: str) -> tuple[str, ...]:
    """Who holds the first of these roles that somebody holds."""
    return next(((incident.roster[role],) for role in roles if role in incident.roster), ())


def _grave(incident: Incident) -> bool:
    return incident.severity is not None and incident.severity.severity == "Critical"


def _clocks(incident: Incident, organisation: Organisation) -> Iterator[Reminder]:
    if not incident.awareness:
        return
    numbered = [one for one in deadlines(incident, organisation).due if one.clock.deadline is not None]
    sure = [one for one in numbered if one.applies == "yes"]
    # Some forty duties may apply while nothing is answered: of those only the nearest is worth a reminder.
    perhaps = [one for one in numbered if one.applies == "unknown"][:1]
    people = _holder(incident, "legal", "commander")
    for one in (*sure, *perhaps):
        deadline, started = one.clock.deadline, one.clock.started_at
        assert deadline is not None
        may = "" if one.applies == "yes" else " (may apply: answer the questions)"
        for before in BEFORE_DEADLINE:
            at = deadline - before
            if started is not None and at <= started:
                continue
            left = f"in {span(before.total_seconds())}" if before else "now past"
            text = f"{one.duty.title}, {one.clock.stage}{may}: due {when(deadline)}, {left}. To {one.duty.recipient}."
            last = before <= timedelta(hours=1)
            about = f"clock:{one.duty.id}/{one.clock.stage}"
            yield Reminder(
                about, at, text, people, critical=(last and one.applies == "yes") or _grave(incident), kept=last
            )


def _updates(incident: Incident, now: datetime) -> Iterator[Reminder]:
    for one in cadence.due(incident, now):
        people = (one.owner,) if one.owner else ()
        for before in BEFORE_UPDATE:
            said = f"in {span(before.total_seconds())}" if before else "due now"
            ready = f" The message of entry {one.ready} is written for it." if one.ready else ""
            text = f"{one.sentence[:1].upper()}{one.sentence[1:]}, {said} ({when(one.at)}). {one.why}{ready}"
            about = f"update:{one.audience}:{one.stage}:{one.last or 0}"
            yield Reminder(about, one.at - before, text, people, _grave(incident), kept=not before)


def _steps(incident: Incident, now: datetime) -> Iterator[Reminder]:
    if incident.standing != "open":
        return
    for run in under_way(incident, now):
        together: dict[tuple[datetime, str], list[str]] = {}
        for task in run.tasks:
            if task.left:
                person = task.person or incident.commander or ""
                together.setdefault((task.due, person), []).append(task.step.title)
        for (due, person), titles in together.items():
            named = several([f"“{brief(title, 80)}”" for title in titles[:3]])
            more = f" and {count(len(titles) - 3, 'more', 'more')}" if len(titles) > 3 else ""
            text = f"Due now in the playbook “{run.run.playbook.title}”: {named}{more}."
            about = f"steps:{run.run.started.entry}:{person}"
            yield Reminder(about, due, text, (person,) if person else (), _grave(incident))


def _dated(incident: Incident) -> Iterator[Reminder]:
    for entry, action in incident.actions.items():
        wanted, due = action.wanted, action_due(action)
        if due is None:
            continue
        if action.to_do:
            yield from _day(f"action:{entry}", due, f"Action: {brief(wanted.title, 200)}", wanted.owner)
        elif action.planned is None:
            # Whoever did it cannot check it: whoever leads is told.
            text = f"Done, and nobody else has looked yet: {brief(wanted.title, 200)}"
            yield from _day(f"action-check:{entry}", due, text, incident.commander or wanted.owner)
    for entry, remedy in incident.remedies.items():
        owed = remedy.owed.event
        if remedy.left and owed.due is not None:
            left = f"{count(remedy.left, 'person still waits', 'people still wait')}"
            yield from _day(f"remedy:{entry}", owed.due, f"Remedy: {brief(owed.what, 200)} ({left})", owed.owner)


def _day(about: str, day: date, what: str, owner: str) -> Iterator[Reminder]:
    for at, said in ((day, "due today"), (day + timedelta(days=1), "it was due yesterday")):
        yield Reminder(about, datetime.combine(at, DAY_BEGINS, UTC), f"{what}: {said}.", (owner,))


def _containments(incident: Incident) -> Iterator[Reminder]:
    people = _holder(incident, "operations", "commander")
    for one in incident.in_force:
        reach = one.reach
        switch = brief(one.applied.event.switch, 80)
        if reach.recheck_at is not None:
            text = (
                f"Look again whether the containment by {switch} (entry {one.number}) still holds and is still needed."
            )
            yield Reminder(f"recheck:{one.number}", reach.recheck_at, text, people, critical=True, kept=True)
        if reach.until is not None:
            for before in (BEFORE_END, timedelta()):
                said = f"ends in {span(before.total_seconds())}" if before else "ends now"
                text = f"The containment by {switch} (entry {one.number}) {said}: {when(reach.until)}."
                yield Reminder(f"ends:{one.number}", reach.until - before, text, people, critical=True, kept=not before)


def _period(incident: Incident) -> Iterator[Reminder]:
    if incident.standing != "open":
        return
    for entry, period in incident.periods.items():
        if period.ended is None:
            until = period.started.event.until
            text = f"The operational period ends at {when(until)}: settle its objectives, and open the next one."
            yield Reminder(f"period:{entry}", until - BEFORE_PERIOD, text, _holder(incident, "commander"))


def _postmortem(incident: Incident) -> Iterator[Reminder]:
    held, known = incident.postmortem, process(incident)
    if known.due is not None and known.owner:
        yield from _day("post-mortem", known.due, "The post-mortem, signed", known.owner)
    if not held.pre_reads or held.meeting is not None or known.state not in ("planned", "due", "not-asked"):
        return
    sent = held.pre_reads[-1]
    done = held.confirmed_by(sent.entry)
    left = tuple(name for name in sent.event.readers if name not in done)
    meets = held.plan.event.meet_at if held.plan else None
    when_met = f" The meeting is at {when(meets)}." if meets else ""
    text = f"Read the draft of the post-mortem with its timeline and findings, and say so there.{when_met}"
    yield Reminder(f"pre-read:{sent.entry}", sent.at, text, sent.event.readers)
    if meets is not None and meets - timedelta(days=1) > sent.at and left:
        yield Reminder(f"pre-read-left:{sent.entry}", meets - timedelta(days=1), text, left)
