"""What entries about gates that an incident left behind say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.told import Told, plus, text_of


def _left(event: e.GateLeft, fact: IncidentFact, incident: Incident) -> Told:
    told = text_of(f"A gate was left on {event.system}: ", event.title)
    return plus(told, f"It is called {event.gate}, and asks {', '.join(event.questions)}.")


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {e.GateLeft: _left}
"""The sentence for each of these entries."""
