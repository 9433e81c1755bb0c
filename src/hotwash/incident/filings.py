"""Awareness, applicability and filings in the state of an incident. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from hotwash.incident.events.filings import ApplicabilityAnswered, AwarenessWithdrawn, FilingSubmitted, FilingWithdrawn
from hotwash.incident.parts import Said


@dataclass(slots=True)
class Filing:
    """Something sent because of a duty and, if it was taken back, why. Its number is the entry that recorded it."""

    submitted: Said[FilingSubmitted]
    withdrawn: Said[FilingWithdrawn] | None = None


class _Owing(Protocol):
    withdrawn_awareness: dict[int, Said[AwarenessWithdrawn]]
    applicability: list[Said[ApplicabilityAnswered]]
    filings: dict[int, Filing]


def _awareness_withdrawn(incident: _Owing, said: Said[AwarenessWithdrawn]) -> None:
    incident.withdrawn_awareness[said.event.entry] = said


def _answered(incident: _Owing, said: Said[ApplicabilityAnswered]) -> None:
    incident.applicability.append(said)


def _submitted(incident: _Owing, said: Said[FilingSubmitted]) -> None:
    incident.filings[said.entry] = Filing(said)


def _withdrawn(incident: _Owing, said: Said[FilingWithdrawn]) -> None:
    if known := incident.filings.get(said.event.filing):
        known.withdrawn = said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    AwarenessWithdrawn: _awareness_withdrawn,
    ApplicabilityAnswered: _answered,
    FilingSubmitted: _submitted,
    FilingWithdrawn: _withdrawn,
}
"""How each event about duties changes the state."""
