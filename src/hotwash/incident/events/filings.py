"""What was decided and sent because of legal duties: awareness taken back, applicability, filings."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class AwarenessWithdrawn:
    """A fact about who knew what was mistaken. It stays visible; clocks no longer start from it."""

    entry: int
    reason: str


@dataclass(frozen=True, slots=True)
class ApplicabilityAnswered:
    """An answer on which duties depend. ``question`` is that of a duty, or the id of a duty as a whole."""

    question: str
    answer: Answer
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FilingSubmitted:
    """A stage of a duty was sent, at ``occurred_at``.

    ``evidence`` is the entry that keeps what was sent, and ``digest`` the digest of its bytes; ``receipt`` is what the
    recipient gave back.
    """

    duty: str
    stage: str
    recipient: str
    receipt: str = ""
    evidence: int | None = None
    digest: str = ""
    late_because: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FilingWithdrawn:
    """A filing that was recorded by mistake, or taken back from its recipient."""

    filing: int
    reason: str
