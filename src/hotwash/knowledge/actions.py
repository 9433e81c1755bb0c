"""Actions: how strong they are, by published hierarchies, and what each letter of SMART asks (`data/actions.toml`)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

StrengthId = Literal["barrier", "automation", "procedure", "reminder"]
LetterId = Literal["S", "M", "A", "R", "T"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is published, and what it says in short."""

    id: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class StrengthRow:
    """How strong an action is: 1 is strongest. ``rca2`` and ``niosh`` are its places in two published hierarchies."""

    id: StrengthId
    title: str
    rank: int
    rca2: Literal["stronger", "intermediate", "weaker"]
    niosh: str
    sentence: str
    example: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of SMART and its question."""

    id: LetterId
    title: str
    asks: str


@dataclass(frozen=True, slots=True)
class ActionWords:
    """All of it; strengths begin with the strongest."""

    version: str
    vague: tuple[str, ...]
    many: tuple[str, ...]
    sources: tuple[Source, ...]
    strengths: tuple[StrengthRow, ...]
    letters: tuple[LetterRow, ...]

    def strength(self, word: str) -> StrengthRow:
        """One strength by its id.

        :raises KeyError: if there is no such strength
        """
        return {one.id: one for one in self.strengths}[word]  # type: ignore[index]


@cache
def action_words() -> ActionWords:
    """What is in force."""
    return take("actions.toml", ActionWords)
