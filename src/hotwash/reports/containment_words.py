"""What is said of entries about the switch: ordered, applied, confirmed, changed, taken back, failed, over."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, when
from hotwash.reports.told import Link, Told, labelled, plus, text_of
from hotwash.reports.vocabulary import SWITCH


def reach(event: Any) -> str:
    """For whom an order holds, as words that stand after "for": ``everyone``, ``half of the traffic of …``."""
    cohort = f"those with {brief(event.cohort, 120)}" if event.cohort else ""
    if event.share is not None and event.share < 1:
        part = f"{100 * event.share:.6g} %"
        return f"{part} of {cohort}" if cohort else f"{part} of the traffic"
    return cohort or "everyone"


def _extent(event: Any) -> str:
    return "\n".join(
        part
        for part in (
            labelled("It ends by itself", when(event.until) if event.until else ""),
            labelled("To be looked at again", when(event.recheck_at) if event.recheck_at else ""),
            labelled("The same people each time, by", event.share_of),
        )
        if part
    )


def _ordered(event: e.ContainmentOrdered, fact: IncidentFact, incident: Incident) -> Told:
    links = tuple(Link("evidence", entry) for entry in event.hold)
    now = ""
    if event.changes is not None:
        links, now = (Link("entry", event.changes), *links), " from now on"
    return Told(
        f"{fact.by} ordered {brief(event.switch, 120)} to “{event.state}” for {reach(event)}{now}.",
        "\n".join(
            part
            for part in (
                labelled("Reason", event.reason),
                _extent(event),
                labelled("No evidence was kept first, because", event.unheld_because),
                labelled("To undo", event.undo),
            )
            if part
        ),
        links,
    )


def _contained(event: e.ContainmentApplied, fact: IncidentFact, incident: Incident) -> Told:
    for_whom = "for everyone it reached" if event.complete else "for part of the people it reached"
    of = f" ({brief(event.cohort, 120)})" if event.cohort else ""
    state = SWITCH.get(event.state, event.state)
    return Told(
        f"Contained {for_whom}{of}: {brief(event.switch, 120)} was set to “{event.state}”, {state}.",
        "\n".join(
            part
            for part in (
                labelled("Reason", event.reason),
                labelled("Read back", event.read_back),
                _extent(event),
                labelled("No evidence was kept first, because", event.unheld_because),
                labelled("To undo", event.undo),
            )
            if part
        ),
        tuple(Link("evidence", entry) for entry in event.hold),
    )


def _changed(event: e.ContainmentChanged, fact: IncidentFact, incident: Incident) -> Told:
    known = incident.containments.get(event.containment)
    what = (
        f"{brief(known.applied.event.switch, 120)} is “{known.applied.event.state}”" if known else "The switch is set"
    )
    return Told(
        f"{what} for {reach(event)} from now on.",
        "\n".join(
            part
            for part in (labelled("Reason", event.reason), labelled("Read back", event.read_back), _extent(event))
            if part
        ),
        (Link("entry", event.containment),),
    )


def _failed(event: e.OrderFailed, fact: IncidentFact, incident: Incident) -> Told:
    told = text_of("The order was not carried out: ", event.not_done, (Link("entry", event.order),))
    return plus(told, labelled("What was done", event.done))


def _confirmed(event: e.OrderConfirmed, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.order),)
    if not event.instances:
        return Told("No serving process is known that could confirm the switch.", "", links)
    noun = "instance" if event.instances == 1 else "instances"
    after = f"{event.after_s:.3g} s"
    if not event.silent:
        return Told(f"Confirmed by {event.confirmed} of {event.instances} {noun} after {after}.", "", links)
    missing = f"{count(len(event.silent), 'instance', 'instances')} did not answer"
    told = f"Confirmed by {event.confirmed} of {event.instances} {noun} within {after}; {missing}."
    return Told(told, labelled("No answer from", ", ".join(event.silent)), links)


def _expired(event: e.ContainmentExpired, fact: IncidentFact, incident: Incident) -> Told:
    known = incident.containments.get(event.containment)
    of = f" of {brief(known.applied.event.switch, 120)}" if known else ""
    return Told(
        f"The containment{of} held until {when(event.until)} and is over.", "", (Link("entry", event.containment),)
    )


def _proposed(event: e.ReleaseProposed, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"{fact.by} proposed to take the containment back, which needs a second person: "
    return text_of(lead, event.reason, (Link("entry", event.containment),))


def _release_ordered(event: e.ReleaseOrdered, fact: IncidentFact, incident: Incident) -> Told:
    second = f" with {event.approver}" if event.approver else ""
    lead = f"{fact.by}{second} ordered the containment to be taken back: "
    return text_of(lead, event.reason, (Link("entry", event.containment),))


def _released(event: e.ContainmentReleased, fact: IncidentFact, incident: Incident) -> Told:
    known = incident.containments.get(event.containment)
    of = f" of {brief(known.applied.event.switch, 120)}" if known else ""
    told = text_of(f"The containment{of} was taken back: ", event.reason, (Link("entry", event.containment),))
    return plus(told, labelled("Second person", event.approver), labelled("Read back", event.read_back))


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.ContainmentOrdered: _ordered,
    e.ContainmentApplied: _contained,
    e.ContainmentChanged: _changed,
    e.ContainmentExpired: _expired,
    e.ContainmentReleased: _released,
    e.OrderFailed: _failed,
    e.OrderConfirmed: _confirmed,
    e.ReleaseProposed: _proposed,
    e.ReleaseOrdered: _release_ordered,
}
"""What is said of each."""
