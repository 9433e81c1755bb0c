"""What entries about costs, controls and proposed changes of rules say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.controls import controls
from hotwash.reports.phrases import brief, measured
from hotwash.reports.told import Link, Told, labelled, lower, plus, text_of

PURPOSES: dict[str, str] = {
    "people": "Time of our own people",
    "repair": "Repair and operation",
    "redress": "Redress of the people harmed",
    "law": "Fines, courts and settlements",
    "business": "Business lost",
    "advice": "Advice and help from outside",
    "other": "Other",
}
"""What a cost was for."""
VERDICTS: dict[str, str] = {"failed": "failed", "missing": "was missing", "held": "held"}


def control_title(control: str, own: dict[str, str] | None = None) -> str:
    """A control by its id and what it asks: ``MANAGE 2.4, stop what harms``; an own one by its title if it is known."""
    known = controls().by_id.get(control)
    if known is not None:
        return f"{known.code} ({lower(known.text)})" if known.text else known.code
    return (own or {}).get(
        control, control.removeprefix("own:").replace("-", " ") if control[:4] == "own:" else control
    )


def _cost(event: e.CostRecorded, fact: IncidentFact, incident: Incident) -> Told:
    lead = "Cost" if event.basis == "booked" else "Estimated cost"
    links = (Link("entry", event.replaces),) if event.replaces is not None else ()
    amount = measured(event.amount, "money", event.currency)
    told = text_of(f"{lead} of {amount} ({lower(PURPOSES.get(event.purpose, event.purpose))}): ", event.what, links)
    return plus(told, labelled("It stands in", event.evidence))


def _cost_withdrawn(event: e.CostWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"The cost of entry {event.cost} does not count: ", event.reason, (Link("entry", event.cost),))


def _judged(event: e.ControlJudged, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.shown_by),) if event.shown_by is not None else ()
    title = brief(control_title(event.control), 120)
    return text_of(f"The control {title} {VERDICTS.get(event.verdict, event.verdict)}: ", event.reason, links)


def _judgement_withdrawn(event: e.ControlJudgementWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"What entry {event.judgement} says of a control does not hold: "
    return text_of(lead, event.reason, (Link("entry", event.judgement),))


def _proposed(event: e.PolicyChangeProposed, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.factor),) if event.factor is not None else ()
    told = text_of(f"Proposed for “{brief(event.policy, 100)}”: ", event.change, links)
    about = control_title(event.control) if event.control else ""
    return plus(told, labelled("Because", event.because), labelled("Control", about))


def _decided(event: e.PolicyChangeDecided, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(
        f"The change proposed for {_policy(incident, event.proposal)} is {event.decision}: ",
        event.reason,
        (Link("entry", event.proposal),),
    )


def _withdrawn(event: e.PolicyChangeWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(
        f"The change proposed for {_policy(incident, event.proposal)} is taken back: ",
        event.reason,
        (Link("entry", event.proposal),),
    )


def _policy(incident: Incident, proposal: int) -> str:
    known = incident.proposals.get(proposal)
    return f"“{brief(known.proposed.event.policy, 100)}”" if known else f"entry {proposal}"


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.CostRecorded: _cost,
    e.CostWithdrawn: _cost_withdrawn,
    e.ControlJudged: _judged,
    e.ControlJudgementWithdrawn: _judgement_withdrawn,
    e.PolicyChangeProposed: _proposed,
    e.PolicyChangeDecided: _decided,
    e.PolicyChangeWithdrawn: _withdrawn,
}
"""The sentence of each of these events."""
