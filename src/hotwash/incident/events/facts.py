"""Facts of the story, each with its source: what happened when, and who knew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AwarenessFact = Literal[
    "aware",
    "suspected",
    "classified",
    "determined",
    "discovered",
    "payment",
    "adverse_action",
    "application",
    "counteroffer",
    "correction_available",
    "handling_ended",
]
Detector = Literal["inside", "outside"]


@dataclass(frozen=True, slots=True)
class SignalLinked:
    """Something that pointed here: an alert, a complaint, a report. Data time and alert time are kept apart.

    The entry's ``occurred_at`` is the alert time; ``data_time`` is the time of the data that it speaks of.
    """

    source: str
    title: str
    data_time: datetime | None = None
    detail: str = ""
    url: str = ""
    key: str = ""
    detector: Detector = "inside"


@dataclass(frozen=True, slots=True)
class Detected:
    """The moment (``occurred_at``) from which somebody, or a monitor, saw the harm. ``source`` says how it is known."""

    source: str
    detector: Detector = "inside"
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A commander is in place."""

    commander: str


@dataclass(frozen=True, slots=True)
class HarmBegan:
    """The moment (``occurred_at``) from which people were harmed, with its range, and the finding that shows it."""

    source: str
    low: datetime | None = None
    high: datetime | None = None
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class Remediated:
    """The fix is in production and was verified there."""

    how: str
    source: str
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class AwarenessRecorded:
    """Who knew what, when, on what evidence. Such facts start legal clocks; a later one never hides an earlier one."""

    fact: AwarenessFact
    person: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A working note."""

    text: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that belongs on the timeline at ``occurred_at``, in the zone in which it was told."""

    text: str
    source: str = ""
