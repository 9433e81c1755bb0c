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


@dataclass(frozen=True, slots=True)
class FactorAdded:
    """A contributing factor; there are several, never one. Evidence is a finding or words; without either, a belief."""

    text: str
    tag: Tag
    finding: int | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class WhyAdded:
    """One answer to *why*. ``parent`` is the entry that it explains: another why, a factor; None starts a chain."""

    question: str
    answer: str
    parent: int | None = None
    finding: int | None = None
    evidence: str = ""


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
