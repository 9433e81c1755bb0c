"""How traffic went back: the gate, what it came to, who agreed, each step of the ramp, and what tripped it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotwash.incident.events.work import RoleId

GateOutcome = Literal["passed", "failed", "too few", "no answer"]
ThresholdOutcome = Literal["passed", "failed", "too few"]


@dataclass(frozen=True, slots=True)
class RecoveryPlanned:
    """A gate was set for a containment: nothing goes back but through it.

    ``gate`` is the whole text of its file and ``digest`` its SHA-256; the rest is what the text says, read once.
    ``share`` is the part of the traffic that was contained then.
    """

    containment: int
    title: str
    gate: str
    digest: str
    questions: tuple[str, ...]
    own_cases: tuple[str, ...]
    sign_offs: tuple[RoleId, ...]
    ramp: tuple[float, ...]
    watch_s: float
    every_s: float
    watch_max_s: float
    no_own_cases_because: str = ""
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class ThresholdHeld:
    """One threshold with the number that was held against it; ``why`` where it was not met."""

    threshold: str
    outcome: ThresholdOutcome
    value: float | str | bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What one question of a gate came to. ``digest`` is the finding's; ``finding`` its entry, where it was kept."""

    name: str
    question: str
    outcome: GateOutcome
    sentence: str
    rows: int
    rows_min: int
    thresholds: tuple[ThresholdHeld, ...] = ()
    why: str = ""
    digest: str = ""
    source: str = ""
    fingerprint: str = ""
    since: datetime | None = None
    own_cases: bool = False
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class GateRun:
    """A gate was asked: before any traffic goes back (step 0), or while a step is watched."""

    plan: int
    step: int
    outcome: GateOutcome
    answers: tuple[GateAnswer, ...]


@dataclass(frozen=True, slots=True)
class RecoverySignedOff:
    """Somebody agreed, for their role, that traffic may go back, on the ground of a gate that passed."""

    plan: int
    role: RoleId
    run: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RampStepOrdered:
    """A share of traffic is to go back. Nothing was switched yet."""

    plan: int
    step: int
    share: float


@dataclass(frozen=True, slots=True)
class RampStepApplied:
    """A share of traffic went back, and was read back; it is watched until ``watch_until``."""

    plan: int
    step: int
    share: float
    watch_until: datetime
    read_back: str


@dataclass(frozen=True, slots=True)
class RampStepFailed:
    """A share of traffic was not sent back, or not taken away again (``engage``)."""

    plan: int
    step: int
    why: str
    engage: bool = False


@dataclass(frozen=True, slots=True)
class RampStepPassed:
    """A step was watched to its end, and every question passed."""

    plan: int
    step: int
    run: int


@dataclass(frozen=True, slots=True)
class RecoveryTripped:
    """A question failed while a step was watched, or a person stopped it: all traffic is to be contained again."""

    plan: int
    step: int
    why: str
    run: int | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class ReEngaged:
    """All traffic is contained again as it was before the ramp, and that was read back."""

    plan: int
    read_back: str


@dataclass(frozen=True, slots=True)
class RecoveryCompleted:
    """All traffic is back, and was watched."""

    plan: int


@dataclass(frozen=True, slots=True)
class UngatedAsked:
    """The commander asks to let traffic go back without a gate, and says why it cannot wait for one."""

    containment: int
    reason: str


@dataclass(frozen=True, slots=True)
class UngatedAgreed:
    """A second person agreed that traffic goes back without a gate."""

    asked: int
    containment: int
    reason: str
