"""Reports from people that were counted for an incident, folded."""

from collections.abc import Callable
from typing import Any, Protocol

from hotwash.incident.events import ComplaintsCounted
from hotwash.incident.parts import Said


class _Heard(Protocol):
    complaints: dict[int, Said[ComplaintsCounted]]


def _counted(incident: _Heard, said: Said[ComplaintsCounted]) -> None:
    incident.complaints[said.entry] = said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {ComplaintsCounted: _counted}
"""How such an event changes the state."""


def reports(incident: _Heard) -> int:
    """How many reports were counted."""
    return sum(said.event.count for said in incident.complaints.values())


def reporters(incident: _Heard) -> tuple[str, ...]:
    """Who reported, by pseudonym, each once."""
    return tuple(dict.fromkeys(one for said in incident.complaints.values() for one in said.event.reporters))
