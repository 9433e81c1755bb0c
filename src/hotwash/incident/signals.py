"""What the inbox counted for an incident, folded: the newest count of each line."""

from collections.abc import Callable
from typing import Any, Protocol

from hotwash.incident.events import SignalsCounted
from hotwash.incident.parts import Said


class _Counting(Protocol):
    counted: dict[int, Said[SignalsCounted]]


def _counted(incident: _Counting, said: Said[SignalsCounted]) -> None:
    incident.counted[said.event.line] = said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {SignalsCounted: _counted}
"""How such an event changes the state."""
