"""Factors and whys as they stand: every version of each, and what was taken back. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from hotwash.incident.events.causes import (
    FactorAdded,
    FactorEdited,
    FactorWithdrawn,
    WhyAdded,
    WhyEdited,
    WhyWithdrawn,
)
from hotwash.incident.parts import Said

Added = TypeVar("Added")
Withdrawn = TypeVar("Withdrawn")


@dataclass(frozen=True, slots=True)
class Reason(Generic[Added, Withdrawn]):
    """What was said with its versions, of which the last one counts. Its number is the entry that added it."""

    versions: tuple[Said[Added], ...]
    withdrawn: Said[Withdrawn] | None = None

    @property
    def event(self) -> Added:
        """What it says now."""
        return self.versions[-1].event

    @property
    def entry(self) -> int:
        """Its number."""
        return self.versions[0].entry

    @property
    def version(self) -> int:
        """The entry that says what it says now."""
        return self.versions[-1].entry

    @property
    def by(self) -> str:
        """Who wrote what it says now."""
        return self.versions[-1].by

    @property
    def at(self) -> datetime:
        """When it was added."""
        return self.versions[0].at

    @property
    def recorded_at(self) -> datetime:
        """When that was written down."""
        return self.versions[0].recorded_at


@dataclass(frozen=True, slots=True)
class Factor(Reason[FactorAdded, FactorWithdrawn]):
    """A contributing factor."""


@dataclass(frozen=True, slots=True)
class Why(Reason[WhyAdded, WhyWithdrawn]):
    """One answer to *why*."""


class WithCauses(Protocol):
    """A state that holds causes."""

    factors: dict[int, Factor]
    withdrawn_factors: dict[int, Factor]
    whys: dict[int, Why]


def believed(incident: WithCauses, event: FactorAdded | WhyAdded) -> bool:
    """Whether nothing shows it: no finding, no evidence in words, and no entry that is itself more than a belief."""
    seen: set[int] = set()
    waiting: list[FactorAdded | WhyAdded] = [event]
    while waiting:
        one = waiting.pop()
        if one.finding is not None or one.evidence:
            return False
        for number in one.supports:
            if number in seen:
                continue
            seen.add(number)
            cause = incident.whys.get(number) or incident.factors.get(number) or incident.withdrawn_factors.get(number)
            if cause is None:
                return False
            if cause.withdrawn is None:
                waiting.append(cause.event)
    return True


def _factor_added(incident: WithCauses, said: Said[FactorAdded]) -> None:
    incident.factors[said.entry] = Factor((said,))


def _factor_edited(incident: WithCauses, said: Said[FactorEdited]) -> None:
    known, now = incident.factors.get(said.event.factor), said.event
    if known is None:
        return
    event = FactorAdded(
        now.text,
        now.tag,
        now.finding,
        now.evidence,
        now.supports,
        now.failures,
        now.entity,
        now.intent,
        now.timing,
    )
    version = Said(said.entry, said.by, said.at, said.recorded_at, event)
    incident.factors[known.entry] = replace(known, versions=(*known.versions, version))


def _factor_withdrawn(incident: WithCauses, said: Said[FactorWithdrawn]) -> None:
    known = incident.factors.pop(said.event.factor, None)
    if known is not None:
        incident.withdrawn_factors[known.entry] = replace(known, withdrawn=said)


def _why_added(incident: WithCauses, said: Said[WhyAdded]) -> None:
    incident.whys[said.entry] = Why((said,))


def _why_edited(incident: WithCauses, said: Said[WhyEdited]) -> None:
    known, now = incident.whys.get(said.event.why), said.event
    if known is None:
        return
    event = WhyAdded(now.question, now.answer, known.event.parent, now.finding, now.evidence, now.supports)
    version = Said(said.entry, said.by, said.at, said.recorded_at, event)
    incident.whys[known.entry] = replace(known, versions=(*known.versions, version))


def _why_withdrawn(incident: WithCauses, said: Said[WhyWithdrawn]) -> None:
    known = incident.whys.get(said.event.why)
    if known is not None:
        incident.whys[known.entry] = replace(known, withdrawn=said)


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    FactorAdded: _factor_added,
    FactorEdited: _factor_edited,
    FactorWithdrawn: _factor_withdrawn,
    WhyAdded: _why_added,
    WhyEdited: _why_edited,
    WhyWithdrawn: _why_withdrawn,
}
"""How each of these events changes the state."""
