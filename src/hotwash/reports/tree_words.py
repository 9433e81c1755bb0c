"""What entries about fault trees say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.told import Told, labelled, plus, rests, text_of

STANDINGS = {"confirmed": "confirmed", "ruled-out": "ruled out", "open": "open"}
"""What is known of an event of a tree."""


def _kept(event: e.TreeKept, fact: IncidentFact, incident: Incident) -> Told:
    return plus(text_of("A version of the fault tree ", event.name), event.note, event.text)


def _judged(event: e.TreeEventJudged, fact: IncidentFact, incident: Incident) -> Told:
    told = text_of(f"In the fault tree {event.tree}, {STANDINGS[event.standing]}: ", event.event, rests(event.finding))
    return plus(told, labelled("Evidence", event.evidence))


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {e.TreeKept: _kept, e.TreeEventJudged: _judged}
"""The sentence for each of these entries."""
