"""What entries about legal holds and erased records say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.told import Link, Told, labelled, plus, text_of


def _placed(event: e.LegalHoldPlaced, fact: IncidentFact, incident: Incident) -> Told:
    told = text_of("Legal hold: nothing of this record may be erased. Matter: ", event.matter)
    return plus(told, labelled("Reason", event.reason))


def _lifted(event: e.LegalHoldLifted, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"The legal hold of entry {event.hold} is lifted: ", event.reason, (Link("entry", event.hold),))


def _erased(event: e.RecordErased, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"The words and files of entries 1 to {event.through} are erased, by the rule {event.rule}: "
    return text_of(lead, event.reason)


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.LegalHoldPlaced: _placed,
    e.LegalHoldLifted: _lifted,
    e.RecordErased: _erased,
}
"""What each such entry says."""
