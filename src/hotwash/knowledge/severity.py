"""The severity rubric: questions, thresholds and the rows of the decision table (`data/severity.toml`).

The table is evaluated in `incident.severity`; here it is only read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

Level = Literal["Minor", "Major", "Critical"]
Kind = Literal["yes_no", "number"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a responder.

    :param clause: the question as part of a sentence: *nobody knows yet whether* ...
    :param reaches: the gravest level that its answer can lead to
    :param evidence: what one would expect an answer to rest on
    """

    id: str
    kind: Kind
    reaches: Level
    text: str
    clause: str
    help: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One of: a question (yes, or ``at_least`` a named threshold), all of, any of. An empty *all* always holds."""

    question: str | None = None
    at_least: str | None = None
    all: tuple["Condition", ...] | None = None
    any: tuple["Condition", ...] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. ``reason`` may name thresholds in braces; `Rubric.reason_of` fills them in."""

    id: str
    level: Level
    reason: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Provisional:
    """What holds while a question that could make the incident Critical has no known answer."""

    id: str
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences that an assessment may add to the reason of the row that decided."""

    unknown_critical: str
    unknown_major: str
    urgent: str
    urgency_unknown: str
    lawyer: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """The whole decision table. Questions stand in the order of asking, rows in the order of deciding."""

    version: str
    source: str
    levels: tuple[Level, ...]
    thresholds: Mapping[str, int]
    sentences: Sentences
    provisional: Provisional
    questions: tuple[Question, ...]
    rows: tuple[Row, ...]

    def question(self, question: str) -> Question:
        """One question by its id.

        :raises KeyError: if there is no such question
        """
        for known in self.questions:
            if known.id == question:
                return known
        raise KeyError(question)

    def reason_of(self, row: Row) -> str:
        """The row's reason with its thresholds written out."""
        return row.reason.format(**{name: f"{number:,}" for name, number in self.thresholds.items()})


@cache
def rubric() -> Rubric:
    """The severity rubric in force."""
    return take("severity.toml", Rubric)
