"""What entries about calling people say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import closed, several, span
from hotwash.reports.told import Link, Told, labelled, lower, plus, text_of

_STATES = {
    "delivered": "handed over",
    "failed": "not delivered",
    "unknown": "handed over, without word of what came of it",
}


def _paged(event: e.Paged, fact: IncidentFact, incident: Incident) -> Told:
    by = "" if event.escalation or event.before else f" by {fact.by}"
    links = tuple(Link("entry", entry) for entry in (event.escalation, event.before) if entry)
    told = text_of(f"{event.person} was paged{by}: ", event.text, links)
    return plus(told, labelled("If nobody answers", several(list(event.then), "then")))


def _attempted(event: e.PageAttempted, fact: IncidentFact, incident: Incident) -> Told:
    known = incident.paging.pages.get(event.page)
    person = known.said.event.person if known else "the person"
    lead = f"The page to {person} by “{event.method}” was {_STATES[event.state]}"
    return Told(closed(f"{lead}: {event.why}" if event.why else lead), links=(Link("entry", event.page),))


def _acknowledged(event: e.PageAcknowledged, fact: IncidentFact, incident: Incident) -> Told:
    known = incident.paging.pages.get(event.page)
    took = span((fact.occurred_at - known.said.at).total_seconds()) if known else ""
    whom = known.said.event.person if known else ""
    whose = f" for {whom}" if whom and whom != event.person else ""
    after = f" after {took}" if took else ""
    return Told(f"{event.person} answered the page{whose}{after}.", links=(Link("entry", event.page),))


def _unanswered(event: e.PageUnanswered, fact: IncidentFact, incident: Incident) -> Told:
    known = incident.paging.pages.get(event.page)
    person = known.said.event.person if known else "Somebody"
    then = f" {event.next} is paged next." if event.next else " Nobody comes next."
    return Told(
        f"{person} did not answer the page: {lower(closed(event.why))}{then}", links=(Link("entry", event.page),)
    )


def _escalated(event: e.Escalated, fact: IncidentFact, incident: Incident) -> Told:
    whom = several(list(event.people)) or "nobody, because nobody stands behind the names of the rule"
    told = Told(f"Escalated to {whom}: {lower(closed(event.reason))}")
    return plus(told, labelled("Not reached", several(list(event.unfilled))), labelled("Rule", event.rule))


def _reminded(event: e.Reminded, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(
        f"{several(list(event.people)) or 'Nobody'} {'were' if len(event.people) > 1 else 'was'} reminded: ", event.text
    )


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.Paged: _paged,
    e.PageAttempted: _attempted,
    e.PageAcknowledged: _acknowledged,
    e.PageUnanswered: _unanswered,
    e.Escalated: _escalated,
    e.Reminded: _reminded,
}
