"""What is said of entries about the way back: the gate, sign-offs, the ramp, and what tripped it."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.roles import roles
from hotwash.reports.phrases import count, several, span, when
from hotwash.reports.told import Link, Told, labelled, lower, plus, text_of


def percent(share: float) -> str:
    """A share of traffic as people say it."""
    return f"{100 * share:.6g} %"


def number(value: Any) -> str:
    """A number of a threshold as a person reads it."""
    if value is None:
        return "not known"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def where_traffic_is(incident: Incident) -> str:
    """Where traffic is, in one plain sentence."""
    recovery = incident.recovery
    if recovery is None:
        return "Traffic is contained. Nothing has gone back." if incident.in_force else "Nothing is contained."
    share, step = f"{percent(recovery.share)} of the traffic is back", recovery.step
    ramp = f"{share}, and is being watched."
    if step is not None and step.applied is None:
        why = f" {step.failed.event.why}" if step.failed else ""
        ramp = f"{share}; {percent(step.ordered.event.share)} was ordered, and is not carried out yet.{why}"
    why = f" {recovery.failed.event.why}" if recovery.failed else ""
    return {
        "ramp": ramp,
        "tripped": f"Stopped, but not contained again yet: up to {share}.{why}",
        "contained again": "Stopped. All traffic is contained again.",
        "completed": "All traffic is back, and was watched to the end.",
    }.get(recovery.stage, "Traffic is contained. Nothing has gone back.")


def _planned(event: e.RecoveryPlanned, fact: IncidentFact, incident: Incident) -> Told:
    ramp = several([percent(share) for share in event.ramp], "then")
    told = text_of(
        f"{fact.by} set the gate through which traffic goes back: ", event.title, (Link("entry", event.containment),)
    )
    return plus(
        told,
        labelled("Asked", ", ".join(event.questions)),
        labelled("Of the incident's own cases", ", ".join(event.own_cases)),
        labelled("No question about the own cases, because", event.no_own_cases_because),
        labelled("To be agreed by", several([_role(role) for role in event.sign_offs])),
        f"Then {ramp} of the traffic, each watched for {span(event.watch_s)}.",
        labelled("Gate", event.digest),
    )


def _ran(event: e.GateRun, fact: IncidentFact, incident: Incident) -> Told:
    passed = sum(answer.outcome == "passed" for answer in event.answers)
    asked = count(len(event.answers), "question", "questions")
    when_asked = f"at step {event.step} of the ramp " if event.step else ""
    lead = {
        "passed": f"The gate {when_asked}passed: {count(passed, 'question was', 'questions were')} met.",
        "failed": f"The gate {when_asked}did not pass: {passed} of {asked} met.",
        "too few": f"The gate {when_asked}could not tell from so few rows.",
        "no answer": f"The gate {when_asked}could not be asked.",
    }[event.outcome]
    links = tuple(Link("finding", answer.finding) for answer in event.answers if answer.finding is not None)
    return Told(lead, "\n".join(_answer(answer) for answer in event.answers), links or (Link("entry", event.plan),))


def _answer(answer: e.GateAnswer) -> str:
    numbers = "; ".join(f"{one.threshold}: {number(one.value)}" for one in answer.thresholds)
    why = "" if answer.outcome == "passed" or not answer.why else f" {answer.why}"
    return f"{answer.name}, {answer.outcome}, {count(answer.rows, 'row', 'rows')}. {numbers}{why}"


def _signed(event: e.RecoverySignedOff, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} agreed, as {_role(event.role)}, that traffic goes back.", "", (Link("entry", event.run),))
    return plus(told, event.remark)


def _ordered(event: e.RampStepOrdered, fact: IncidentFact, incident: Incident) -> Told:
    return Told(f"Step {event.step}: {percent(event.share)} of the traffic is to go back.", "", _plan(event))


def _applied(event: e.RampStepApplied, fact: IncidentFact, incident: Incident) -> Told:
    return Told(
        f"Step {event.step}: {percent(event.share)} of the traffic is back, watched until {when(event.watch_until)}.",
        labelled("Read back", event.read_back),
        _plan(event),
    )


def _failed(event: e.RampStepFailed, fact: IncidentFact, incident: Incident) -> Told:
    if event.engage:
        return text_of("TRAFFIC COULD NOT BE CONTAINED AGAIN: ", event.why, _plan(event))
    return text_of(f"Step {event.step} was not carried out: ", event.why, _plan(event))


def _passed(event: e.RampStepPassed, fact: IncidentFact, incident: Incident) -> Told:
    return Told(
        f"Step {event.step} was watched to its end, and every question passed.", "", (Link("entry", event.run),)
    )


def _tripped(event: e.RecoveryTripped, fact: IncidentFact, incident: Incident) -> Told:
    if event.by_hand:
        return text_of(f"{fact.by} stopped the way back: ", event.why, _plan(event))
    links = (Link("entry", event.run),) if event.run is not None else _plan(event)
    return text_of(f"A question failed at step {event.step}, so all traffic is contained again: ", event.why, links)


def _engaged(event: e.ReEngaged, fact: IncidentFact, incident: Incident) -> Told:
    return Told("All traffic is contained again.", labelled("Read back", event.read_back), _plan(event))


def _completed(event: e.RecoveryCompleted, fact: IncidentFact, incident: Incident) -> Told:
    return Told("All traffic is back, and was watched to the end.", "", _plan(event))


def _ungated_asked(event: e.UngatedAsked, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.containment),)
    return text_of(f"{fact.by} asked to let traffic go back WITHOUT A GATE: ", event.reason, links)


def _ungated_agreed(event: e.UngatedAgreed, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.asked),)
    return text_of(f"{fact.by} agreed that traffic goes back WITHOUT A GATE: ", event.reason, links)


def _plan(event: Any) -> tuple[Link, ...]:
    return (Link("entry", event.plan),)


def _role(role: str) -> str:
    try:
        return lower(roles().role(role).title)
    except KeyError:
        return role


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.RecoveryPlanned: _planned,
    e.GateRun: _ran,
    e.RecoverySignedOff: _signed,
    e.RampStepOrdered: _ordered,
    e.RampStepApplied: _applied,
    e.RampStepFailed: _failed,
    e.RampStepPassed: _passed,
    e.RecoveryTripped: _tripped,
    e.ReEngaged: _engaged,
    e.RecoveryCompleted: _completed,
    e.UngatedAsked: _ungated_asked,
    e.UngatedAgreed: _ungated_agreed,
}
"""The sentence of each event of a recovery."""
