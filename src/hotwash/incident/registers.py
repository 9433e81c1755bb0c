"""The register of redress in an incident's state: what its own record says of it. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hotwash.incident.events.redress import (
    PeopleCount,
    RedressClosed,
    RedressImported,
    RedressOpened,
    RedressProgressed,
    RedressReopened,
    RedressWaived,
)
from hotwash.incident.parts import Said


@dataclass(slots=True)
class Register:
    """What the incident's own record says of the register, as of ``said``, its last word.

    :param told: the last entry of the register of which the incident knows
    :param settled: what first said that nobody waits any more, while that holds
    """

    opened: Said[RedressOpened]
    counts: PeopleCount
    counted_at: datetime
    said: Said[Any]
    told: int = 1
    closed: Said[RedressClosed] | None = None
    settled: Said[Any] | None = None
    waived: tuple[Said[RedressWaived], ...] = ()

    @property
    def open(self) -> bool:
        """Whether changes are still taken up."""
        return self.closed is None


class _Owing(Protocol):
    register: Register | None


def _opened(incident: _Owing, said: Said[RedressOpened]) -> None:
    if incident.register is None:
        incident.register = Register(said, PeopleCount(), said.at, said)


def _counted(incident: _Owing, said: Said[Any]) -> None:
    if known := incident.register:
        known.counts, known.counted_at, known.said = said.event.counts, said.recorded_at, said
        known.told = max(known.told, getattr(said.event, "batch", 0))
        known.settled = (known.settled or said) if known.counts.people and not known.counts.waiting else None
        if isinstance(said.event, RedressClosed):
            known.closed = said
        elif isinstance(said.event, RedressWaived):
            known.waived = (*known.waived, said)


def _reopened(incident: _Owing, said: Said[RedressReopened]) -> None:
    if known := incident.register:
        known.closed, known.said = None, said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    RedressOpened: _opened,
    RedressImported: _counted,
    RedressWaived: _counted,
    RedressProgressed: _counted,
    RedressClosed: _counted,
    RedressReopened: _reopened,
}
"""How each event of redress changes the state."""
