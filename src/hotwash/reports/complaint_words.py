"""What entries about reports from people say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import count, people, when
from hotwash.reports.told import Told, plus, text_of


def _counted(event: e.ComplaintsCounted, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"Reported by {people(len(event.reporters))}, in {count(event.count, 'report', 'reports')}: "
    told = text_of(lead, event.title)
    between = f"Between {when(event.since)} and {when(event.until)}."
    return plus(told, f"{between} {event.reachable:,} of {event.count:,} left a way to be reached.")


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {e.ComplaintsCounted: _counted}
"""The sentence for each of these entries."""
