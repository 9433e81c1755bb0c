"""How an incident stands: is harm going on, what is due and by whom, what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from hotwash.incident.rules.postmortem import required
from hotwash.incident.state import Incident, Standing
from hotwash.reports.actions import action_due
from hotwash.reports.phrases import people, span, when

DueKind = Literal["action", "remedy"]
REGISTER_DUE = "Redress of the people in the register"


@dataclass(frozen=True, slots=True)
class Harm:
    """Whether people may still be harmed, since when, and until when if it has stopped.

    :param since: when it began; None where nobody has recorded it
    :param low: the early end of its range
    :param high: the late end of its range
    :param until: when it was contained for everyone or fixed; None while it goes on
    """

    going_on: bool
    since: datetime | None
    low: datetime | None
    high: datetime | None
    until: datetime | None
    entry: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next: one sentence, and the verb that does it (empty where nothing is to be done)."""

    verb: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Due:
    """An action or a remedy that is still to be done. ``overdue`` counts from the day after ``due``."""

    kind: DueKind
    entry: int
    what: str
    owner: str
    due: date | None
    overdue: bool
    people: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """A question that nobody has answered yet."""

    entry: int
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """How an incident stands at one moment."""

    id: str
    title: str
    standing: Standing
    kind: str
    harm: Harm
    severity: str | None
    provisional: bool
    urgent: bool
    commander: str | None
    next: Next
    due: tuple[Due, ...]
    questions: tuple[Open, ...]


def status(incident: Incident, now: datetime) -> Status:
    """How an incident stands ``now``. Due dates are days in the zone of ``now``."""
    severity = incident.severity
    due = sorted(_due(incident, now.date()), key=lambda one: (one.due or date.max, one.entry))
    return Status(
        id=incident.id,
        title=incident.title,
        standing=incident.standing,
        kind=incident.kind,
        harm=_harm(incident, now),
        severity=severity.severity if severity else None,
        provisional=severity.provisional if severity else False,
        urgent=severity.urgent if severity else False,
        commander=incident.commander,
        next=what_next(incident),
        due=tuple(due),
        questions=tuple(
            Open(entry, one.raised.by, one.raised.event.text)
            for entry, one in incident.questions.items()
            if one.answered is None
        ),
    )


def harm_ended(incident: Incident) -> datetime | None:
    """When the harm stopped for everyone: the earliest complete containment in force, or the verified fix."""
    if incident.harm_going_on:
        return None
    ends = [one.complete_since for one in incident.in_force if one.complete]
    if incident.remediated:
        ends.extend(said.at for said in incident.remediations)
    return min(ends, default=None)


def _harm(incident: Incident, now: datetime) -> Harm:
    began = incident.beginnings[-1] if incident.beginnings else None
    since = began.at if began else None
    until = harm_ended(incident)
    if incident.standing == "not-confirmed":
        sentence = "No harm was found."
    elif incident.standing == "merged":
        sentence = f"Whether harm goes on is said in {incident.linkage.into or 'the other incident'}."
    elif incident.harm_going_on:
        sentence = "Harm may be going on; since when is not recorded yet."
        if since is not None:
            lasted = (now - since).total_seconds()
            sentence = f"Harm may be going on, since {when(since)}" + (
                f", for {span(lasted)}." if lasted >= 60 else "."
            )
    elif until is None:
        sentence = "The harm has stopped; when is not recorded."
    elif since is None:
        sentence = f"The harm stopped on {when(until)}; when it began is not recorded."
    elif until < since:
        sentence = f"It was stopped on {when(until)}, before the time from which harm is recorded."
    else:
        sentence = (
            f"The harm stopped on {when(until)}. It had gone on for {span((until - since).total_seconds())}, "
            f"since {when(since)}."
        )
    return Harm(
        going_on=incident.harm_going_on,
        since=since,
        low=began.event.low if began else None,
        high=began.event.high if began else None,
        until=until,
        entry=began.entry if began else None,
        sentence=sentence,
    )


def _due(incident: Incident, today: date) -> Iterator[Due]:
    for entry, action in incident.actions.items():
        if action.open:
            wanted, due = action.wanted, action_due(action)
            late = due is not None and due < today
            yield Due("action", entry, wanted.title, wanted.owner, due, late)
    for entry, remedy in incident.remedies.items():
        if remedy.left:
            owed = remedy.owed.event
            late = owed.due is not None and owed.due < today
            yield Due("remedy", entry, owed.what, owed.owner, owed.due, late, remedy.left)
    register = incident.register
    if register is not None and register.counts.waiting:
        # Whose day is when stands in the register; this record knows how many wait.
        yield Due(
            "remedy", register.opened.entry, REGISTER_DUE, "", None, overdue=False, people=register.counts.waiting
        )


def what_next(incident: Incident) -> Next:
    """The one thing to do next, by rules in the order that matters."""
    match incident.standing:
        case "undeclared":
            return Next("declare", "Declare the incident.")
        case "not-confirmed":
            return Next("", "Nothing is left to do.")
        case "merged":
            return Next("", f"It goes on in {incident.linkage.into or 'another incident'}.")
        case "open":
            return _next_while_open(incident)
    return _next_after(incident)


def _next_while_open(incident: Incident) -> Next:
    severity = incident.severity
    held = incident.held or any(one.applied.event.unheld_because for one in incident.in_force)
    partly = bool(incident.in_force)
    sized = incident.estimates or any(said.event.question == "blast-radius" for said in incident.findings.values())
    rules = (
        (severity is None, "assess", "Assess the severity: answer the questions that matter."),
        (incident.commander is None, "assign", "Assign a commander."),
        (not held, "hold" if incident.system else "add-evidence", "Keep the evidence before anything is changed."),
        (incident.harm_going_on and partly, "contain", "Contain it for everyone: so far it is contained in part."),
        (incident.harm_going_on, "contain", "Contain the harm."),
        (not sized, "ask", "Find out who was harmed: ask for the blast radius."),
        (not incident.beginnings, "begin-harm", "Find out since when people were harmed."),
        (severity is not None and severity.provisional, "assess", "Assess the severity again: it is provisional."),
        (not incident.remedies and incident.register is None, "owe-remedy", "Say what the people harmed are owed."),
        (not incident.remediated, "remediate", "Fix the cause in production and verify it there."),
        *_redress(incident),
    )
    for holds, verb, sentence in rules:
        if holds:
            return Next(verb, sentence)
    return Next("resolve", "Resolve the incident: the harm has stopped and the fix holds.")


def _next_after(incident: Incident) -> Next:
    still_open = sum(action.to_do for action in incident.actions.values())
    unchecked = sum(action.state == "done" and action.planned is None for action in incident.actions.values())
    resolved = incident.standing == "resolved"
    rules = (
        *_redress(incident),
        (resolved and not incident.factors, "add-factor", "Write down what contributed to it."),
        (resolved and not incident.actions, "add-action", "Agree what will be done so that it does not come back."),
        (resolved and not incident.summary, "summarise", "Say in a few sentences what happened."),
        (
            resolved and required(incident) and not (incident.postmortem.plan or incident.postmortem.waiver),
            "plan-postmortem",
            "Say who owns the post-mortem and who leads its meeting, or why none is held.",
        ),
        (
            resolved and incident.kind == "normal" and not incident.gates,
            "leave-gate",
            "Leave a gate that finds this harm if it comes back, or close the incident and say why there is none.",
        ),
        (resolved, "close", "Read the post-mortem together, then close the incident."),
        (
            still_open > 0,
            "finish-action",
            f"{still_open:,} {'action is' if still_open == 1 else 'actions are'} still open.",
        ),
        (
            unchecked > 0,
            "close-action",
            f"{unchecked:,} {'action is' if unchecked == 1 else 'actions are'} done; a second person has to look.",
        ),
    )
    for holds, verb, sentence in rules:
        if holds:
            return Next(verb, sentence)
    return Next("", "Nothing is left to do.")


def _redress(incident: Incident) -> tuple[tuple[bool, str, str], ...]:
    register = incident.register
    verb = "work-redress" if register is not None and register.counts.waiting else "complete-remedy"
    empty = register is not None and register.open and not register.counts.people
    settled = register is not None and register.open and not empty
    return (
        (bool(incident.owed), verb, f"Make good: {_waiting(incident)}."),
        (empty, "work-redress", "Take the people harmed into the register of redress."),
        (settled, "open-redress", "Nobody waits for a remedy any more: close the register of redress."),
    )


def _waiting(incident: Incident) -> str:
    return f"{people(incident.owed)} still {'waits' if incident.owed == 1 else 'wait'} for a remedy"
