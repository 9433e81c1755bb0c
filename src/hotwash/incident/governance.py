"""Costs, controls and proposed changes of rules in the state of an incident. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from hotwash.incident.events.governance import (
    ControlJudged,
    ControlJudgementWithdrawn,
    CostRecorded,
    CostWithdrawn,
    PolicyChangeDecided,
    PolicyChangeProposed,
    PolicyChangeWithdrawn,
)
from hotwash.incident.parts import Said


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost, and what no longer lets it count: it was withdrawn, or a later entry took its place."""

    recorded: Said[CostRecorded]
    withdrawn: Said[CostWithdrawn] | None = None
    replaced_by: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it is part of what the incident cost."""
        return self.withdrawn is None and self.replaced_by is None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of a control, and whether it was taken back."""

    judged: Said[ControlJudged]
    withdrawn: Said[ControlJudgementWithdrawn] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change of a rule and what came of it."""

    proposed: Said[PolicyChangeProposed]
    decided: Said[PolicyChangeDecided] | None = None
    withdrawn: Said[PolicyChangeWithdrawn] | None = None

    @property
    def state(self) -> str:
        """``open``, ``accepted``, ``refused`` or ``withdrawn``."""
        if self.withdrawn is not None:
            return "withdrawn"
        return self.decided.event.decision if self.decided is not None else "open"


class _Governed(Protocol):
    costs: dict[int, Cost]
    judgements: dict[int, Judgement]
    proposals: dict[int, Proposal]


def _cost(incident: _Governed, said: Said[CostRecorded]) -> None:
    incident.costs[said.entry] = Cost(said)
    older = said.event.replaces
    if older is not None and older in incident.costs:
        incident.costs[older] = replace(incident.costs[older], replaced_by=said.entry)


def _cost_withdrawn(incident: _Governed, said: Said[CostWithdrawn]) -> None:
    known = incident.costs.get(said.event.cost)
    if known is None:
        return
    incident.costs[said.event.cost] = replace(known, withdrawn=said)
    # What it had taken the place of counts again.
    older = known.recorded.event.replaces
    if older is not None and older in incident.costs:
        incident.costs[older] = replace(incident.costs[older], replaced_by=None)


def _judged(incident: _Governed, said: Said[ControlJudged]) -> None:
    incident.judgements[said.entry] = Judgement(said)


def _judgement_withdrawn(incident: _Governed, said: Said[ControlJudgementWithdrawn]) -> None:
    if known := incident.judgements.get(said.event.judgement):
        incident.judgements[said.event.judgement] = replace(known, withdrawn=said)


def _proposed(incident: _Governed, said: Said[PolicyChangeProposed]) -> None:
    incident.proposals[said.entry] = Proposal(said)


def _decided(incident: _Governed, said: Said[PolicyChangeDecided]) -> None:
    if known := incident.proposals.get(said.event.proposal):
        incident.proposals[said.event.proposal] = replace(known, decided=said)


def _proposal_withdrawn(incident: _Governed, said: Said[PolicyChangeWithdrawn]) -> None:
    if known := incident.proposals.get(said.event.proposal):
        incident.proposals[said.event.proposal] = replace(known, withdrawn=said)


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    CostRecorded: _cost,
    CostWithdrawn: _cost_withdrawn,
    ControlJudged: _judged,
    ControlJudgementWithdrawn: _judgement_withdrawn,
    PolicyChangeProposed: _proposed,
    PolicyChangeDecided: _decided,
    PolicyChangeWithdrawn: _proposal_withdrawn,
}
"""How each of these events changes the state."""
