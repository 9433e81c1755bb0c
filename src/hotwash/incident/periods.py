"""Operational periods of an incident. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hotwash.incident.events.command import ObjectiveSettled, PeriodStarted
from hotwash.incident.parts import Said


@dataclass(slots=True)
class Period:
    """A period with what came of its objectives; ``ended`` is when the next one began."""

    number: int
    started: Said[PeriodStarted]
    settled: tuple[Said[ObjectiveSettled], ...] = ()
    ended: datetime | None = None

    def outcome(self, objective: int) -> Said[ObjectiveSettled] | None:
        """What was recorded last of an objective, counted from 1."""
        return next((said for said in reversed(self.settled) if said.event.objective == objective), None)

    @property
    def open(self) -> tuple[tuple[int, str], ...]:
        """The objectives that nothing came of yet, with their numbers."""
        numbered = enumerate(self.started.event.objectives, 1)
        return tuple((number, text) for number, text in numbered if self.outcome(number) is None)


class _Commanded(Protocol):
    periods: dict[int, Period]


def _started(incident: _Commanded, said: Said[PeriodStarted]) -> None:
    for period in incident.periods.values():
        if period.ended is None:
            period.ended = said.at
    incident.periods[said.entry] = Period(len(incident.periods) + 1, said)


def _settled(incident: _Commanded, said: Said[ObjectiveSettled]) -> None:
    if known := incident.periods.get(said.event.period):
        known.settled = (*known.settled, said)


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {PeriodStarted: _started, ObjectiveSettled: _settled}
"""How each event of command changes the state."""
