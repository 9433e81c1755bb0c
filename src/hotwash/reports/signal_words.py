"""What entries about counted signals say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, when
from hotwash.reports.told import Told, plus, text_of


def _counted(event: e.SignalsCounted, fact: IncidentFact, incident: Incident) -> Told:
    more = count(event.count, "more signal came", "more signals came")
    told = text_of(f"From {brief(event.source, 80)}, {more}, {event.total:,} in all: ", event.title)
    if event.firing:
        stands = f"{count(event.firing, 'one still fires', 'still fire')}." if event.firing > 1 else "One still fires."
    else:
        stands = "The sender says that it is over, for now."
    return plus(told, f"Between {when(event.since)} and {when(event.until)}. {stands}")


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {e.SignalsCounted: _counted}
"""The sentence for each of these entries."""
