"""Who was harmed: evidence, findings, estimates and what is owed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from hotwash.incident.events.life import HarmType

Unit = Literal["people", "decisions", "money"]


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """Bytes that were kept, by their digest, and where they came from."""

    name: str
    digest: str
    size: int
    media_type: str = "application/octet-stream"
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FindingRecorded:
    """An answer to a question to a prediction log. The whole finding lies in the vault under ``digest``.

    ``figures`` are the few numbers that pages and reports show without opening the finding.
    """

    question: str
    sentence: str
    digest: str
    source: str
    fingerprint: str
    rows_used: int
    rows_skipped: int = 0
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HarmEstimated:
    """How much harm: a value with its range. Without a ``finding`` it is a typed estimate, and is marked as one."""

    what: str
    value: float
    unit: Unit = "people"
    low: float | None = None
    high: float | None = None
    harm: HarmType | None = None
    currency: str = ""
    finding: int | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class RemedyOwed:
    """What the people harmed are owed: re-decide, notify, correct, compensate, delete, apologise."""

    what: str
    people: int
    owner: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class RemedyCompleted:
    """A remedy reached so many people, with its proof."""

    remedy: int
    people: int
    proof: str
