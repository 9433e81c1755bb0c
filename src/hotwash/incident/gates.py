"""The gates that an incident left behind. A part of the fold in `state`."""

from collections.abc import Callable
from typing import Any, Protocol

from hotwash.incident.events.gates import GateLeft
from hotwash.incident.parts import Said


class _WithGates(Protocol):
    gates: dict[int, Said[GateLeft]]


def _left(incident: _WithGates, said: Said[GateLeft]) -> None:
    incident.gates[said.entry] = said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {GateLeft: _left}
"""How each of these events changes the state."""
