"""Fault trees of an incident: every version of each, and what was found of their events."""

from dataclasses import dataclass
from typing import Literal

EventStanding = Literal["confirmed", "ruled-out", "open"]


@dataclass(frozen=True, slots=True)
class TreeKept:
    """A version of a fault tree, in its short text form; earlier versions stay. ``name`` is what the text calls it."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TreeEventJudged:
    """Whether an event of a tree happened, as far as is known, and the finding or the words that show it."""

    tree: str
    event: str
    standing: EventStanding
    finding: int | None = None
    evidence: str = ""
