"""Why it happened, without blame: factors, whys, dissent, what went well, open questions."""

from dataclasses import dataclass
from typing import Literal

Tag = Literal[
    "data",
    "labels",
    "training",
    "evaluation",
    "deployment",
    "monitoring",
    "guardrail",
    "human-oversight",
    "organisation",
    "vendor",
    "law",
]
Observed = Literal["well", "hard", "luck"]
Entity = Literal["human", "ai", "other"]
Intent = Literal["intentional", "unintentional", "other"]
Timing = Literal["pre-deployment", "post-deployment", "other"]


@dataclass(frozen=True, slots=True)
class FactorAdded:
    """A contributing factor; there are several, never one. With neither finding, evidence nor support, a belief.

    ``supports`` are entries that it rests on: whys, findings, files, fault trees. ``failures`` are names of the GMF
    taxonomy of the AI Incident Database; ``entity``, ``intent`` and ``timing`` are MIT's causes of a risk.
    """

    text: str
    tag: Tag
    finding: int | None = None
    evidence: str = ""
    supports: tuple[int, ...] = ()
    failures: tuple[str, ...] = ()
    entity: Entity | None = None
    intent: Intent | None = None
    timing: Timing | None = None


@dataclass(frozen=True, slots=True)
class FactorEdited:
    """A factor in better words, whole. ``version`` is the entry that it was made from; earlier versions stay."""

    factor: int
    version: int
    text: str
    tag: Tag
    finding: int | None = None
    evidence: str = ""
    supports: tuple[int, ...] = ()
    failures: tuple[str, ...] = ()
    entity: Entity | None = None
    intent: Intent | None = None
    timing: Timing | None = None


@dataclass(frozen=True, slots=True)
class FactorWithdrawn:
    """It did not contribute after all; it stays in the record with the reason."""

    factor: int
    reason: str


@dataclass(frozen=True, slots=True)
class WhyAdded:
    """One answer to *why*. ``parent`` is the entry that it explains: another why, a factor; None starts a chain.

    With neither finding, evidence nor support it is a belief.
    """

    question: str
    answer: str
    parent: int | None = None
    finding: int | None = None
    evidence: str = ""
    supports: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyEdited:
    """A why in better words, whole. ``version`` is the entry that it was made from; earlier versions stay."""

    why: int
    version: int
    question: str
    answer: str
    finding: int | None = None
    evidence: str = ""
    supports: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyWithdrawn:
    """An answer that does not hold; it stays in its place, struck through, with the reason."""

    why: int
    reason: str


@dataclass(frozen=True, slots=True)
class DissentRecorded:
    """Somebody sees an entry (a cause, a severity, a decision) differently; it stands beside it."""

    about: int
    text: str


@dataclass(frozen=True, slots=True)
class ObservationAdded:
    """What went well, what was hard, where luck helped."""

    what: Observed
    text: str


@dataclass(frozen=True, slots=True)
class QuestionRaised:
    """What nobody knows yet."""

    text: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """An open question found its answer."""

    question: int
    answer: str
