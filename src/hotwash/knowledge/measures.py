"""Which facts begin and end which measure of time (`data/measures.toml`)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

FactId = Literal["harm-began", "detected", "acknowledged", "contained", "remediated", "redressed"]
Counts = Literal["restated", "first", "last"]


@dataclass(frozen=True, slots=True)
class MeasuredFact:
    """A fact that begins or ends a measure.

    :param entry: the kind of entry that states it
    :param counts: of several entries, the one written down last (``restated``), or the earliest or latest moment
    """

    id: FactId
    entry: str
    counts: Counts
    sentence: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The time from one fact to another."""

    id: str
    name: str
    short: str
    since: FactId
    until: FactId
    sentence: str


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures and the facts that they stand on."""

    version: str
    facts: tuple[MeasuredFact, ...]
    measures: tuple[Measure, ...]

    def fact(self, fact: str) -> MeasuredFact:
        """One fact by its id.

        :raises KeyError: if there is no such fact
        """
        for known in self.facts:
            if known.id == fact:
                return known
        raise KeyError(fact)


@cache
def measures() -> Measures:
    """The measures in force."""
    return take("measures.toml", Measures)
