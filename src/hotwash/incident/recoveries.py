"""Recoveries as they stand: what the gate came to, who agreed, how far the ramp is. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from hotwash.incident.events.recovery import (
    GateRun,
    RampStepApplied,
    RampStepFailed,
    RampStepOrdered,
    RampStepPassed,
    RecoveryCompleted,
    RecoveryPlanned,
    RecoverySignedOff,
    RecoveryTripped,
    ReEngaged,
    UngatedAgreed,
    UngatedAsked,
)
from hotwash.incident.parts import Said

Stage = Literal["gate", "signing", "ready", "ramp", "tripped", "contained again", "completed"]


@dataclass(frozen=True, slots=True)
class RampStep:
    """A step of the ramp and what came of it."""

    ordered: Said[RampStepOrdered]
    applied: Said[RampStepApplied] | None = None
    failed: Said[RampStepFailed] | None = None
    passed: Said[RampStepPassed] | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """One plan to let traffic go back. Its number is the entry that set its gate."""

    planned: Said[RecoveryPlanned]
    runs: tuple[Said[GateRun], ...] = ()
    signed: tuple[Said[RecoverySignedOff], ...] = ()
    steps: tuple[RampStep, ...] = ()
    tripped: Said[RecoveryTripped] | None = None
    engaged: Said[ReEngaged] | None = None
    failed: Said[RampStepFailed] | None = None
    completed: Said[RecoveryCompleted] | None = None

    @property
    def number(self) -> int:
        """What it is called."""
        return self.planned.entry

    @property
    def gate_run(self) -> Said[GateRun] | None:
        """The last time that the gate was asked before any traffic went back."""
        return next((said for said in reversed(self.runs) if said.event.step == 0), None)

    @property
    def open(self) -> bool:
        """Whether the gate passed when it was last asked."""
        return self.gate_run is not None and self.gate_run.event.outcome == "passed"

    @property
    def agreed(self) -> dict[str, Said[RecoverySignedOff]]:
        """Who agreed for which role, on the ground of the last run of the gate: an earlier word does not count."""
        run = self.gate_run
        return {said.event.role: said for said in self.signed if run is not None and said.event.run == run.entry}

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles that have still to agree."""
        return tuple(role for role in self.planned.event.sign_offs if role not in self.agreed)

    @property
    def step(self) -> RampStep | None:
        """The step that was ordered last."""
        return self.steps[-1] if self.steps else None

    @property
    def stage(self) -> Stage:
        """How far it is."""
        if self.completed is not None:
            return "completed"
        if self.tripped is not None:
            return "tripped" if self.engaged is None else "contained again"
        if self.steps:
            return "ramp"
        if not self.open:
            return "gate"
        return "signing" if self.missing else "ready"

    @property
    def under_way(self) -> bool:
        """Whether traffic is on its way back, or has still to be contained again."""
        return self.stage in ("ramp", "tripped")

    @property
    def share(self) -> float:
        """The share of traffic that is back, as far as it was read back."""
        if self.stage in ("gate", "signing", "ready", "contained again"):
            return 0.0
        return max((one.applied.event.share for one in self.steps if one.applied is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class Ungated:
    """A wish to let traffic go back without a gate, and whether a second person agreed."""

    asked: Said[UngatedAsked]
    agreed: Said[UngatedAgreed] | None = None


class _Recovering(Protocol):
    recoveries: dict[int, Recovery]
    ungated: dict[int, Ungated]


def barred(incident: _Recovering, containment: int, share: float | None) -> str:
    """Why a containment may not be loosened, or taken back (``share`` None), beside its gate; nothing if it may."""
    known = next(reversed(incident.recoveries.values()), None)
    if known is None or known.planned.event.containment != containment:
        return ""
    if any(one.agreed and one.asked.event.containment == containment for one in incident.ungated.values()):
        return ""
    if share is None and known.completed is not None:
        return ""
    step = known.step
    if share is not None and step is not None and known.tripped is None:
        ordered = known.planned.event.share * (1 - step.ordered.event.share)
        if abs(ordered - share) < 1e-9:
            return ""
    return (
        f"A gate was set for this containment (entry {known.number}): traffic goes back through it, or without it if "
        "the commander asks and a second person agrees."
    )


def _planned(incident: _Recovering, said: Said[RecoveryPlanned]) -> None:
    incident.recoveries[said.entry] = Recovery(said)


def _set(field: str) -> Callable[[_Recovering, Said[Any]], None]:
    def step(incident: _Recovering, said: Said[Any]) -> None:
        if known := incident.recoveries.get(said.event.plan):
            now: Any = {field: said}
            incident.recoveries[said.event.plan] = replace(known, **now)

    return step


def _grown(field: str) -> Callable[[_Recovering, Said[Any]], None]:
    def step(incident: _Recovering, said: Said[Any]) -> None:
        if known := incident.recoveries.get(said.event.plan):
            grown: Any = {field: (*getattr(known, field), said)}
            incident.recoveries[said.event.plan] = replace(known, **grown)

    return step


def _ordered(incident: _Recovering, said: Said[RampStepOrdered]) -> None:
    if known := incident.recoveries.get(said.event.plan):
        incident.recoveries[said.event.plan] = replace(known, steps=(*known.steps, RampStep(said)))


def _of_step(field: str) -> Callable[[_Recovering, Said[Any]], None]:
    def step(incident: _Recovering, said: Said[Any]) -> None:
        known = incident.recoveries.get(said.event.plan)
        if known is None:
            return
        steps = tuple(
            replace(one, **{field: said}) if one.ordered.event.step == said.event.step else one for one in known.steps
        )
        incident.recoveries[said.event.plan] = replace(known, steps=steps)

    return step


def _failed(incident: _Recovering, said: Said[RampStepFailed]) -> None:
    (_set("failed") if said.event.engage else _of_step("failed"))(incident, said)


def _asked(incident: _Recovering, said: Said[UngatedAsked]) -> None:
    incident.ungated[said.entry] = Ungated(said)


def _agreed(incident: _Recovering, said: Said[UngatedAgreed]) -> None:
    if known := incident.ungated.get(said.event.asked):
        incident.ungated[said.event.asked] = Ungated(known.asked, said)


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    RecoveryPlanned: _planned,
    GateRun: _grown("runs"),
    RecoverySignedOff: _grown("signed"),
    RampStepOrdered: _ordered,
    RampStepApplied: _of_step("applied"),
    RampStepFailed: _failed,
    RampStepPassed: _of_step("passed"),
    RecoveryTripped: _set("tripped"),
    ReEngaged: _set("engaged"),
    RecoveryCompleted: _set("completed"),
    UngatedAsked: _asked,
    UngatedAgreed: _agreed,
}
"""How each event of a recovery changes the state."""
