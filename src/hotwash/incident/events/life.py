"""The life of an incident: declared, assessed, resolved, closed, and what is said about it as a whole."""

from dataclasses import dataclass
from typing import Literal

IncidentKind = Literal["normal", "drill", "test", "backdated"]
HarmType = Literal["fairness", "safety", "privacy", "security", "accuracy"]
Level = Literal["Minor", "Major", "Critical"]


@dataclass(frozen=True, slots=True)
class Declared:
    """Somebody said: this may be harm, and we respond. ``kind`` keeps drills and tests out of the figures."""

    title: str
    kind: IncidentKind = "normal"
    harms: tuple[HarmType, ...] = ()
    system: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retitled:
    """The incident was given a better name."""

    title: str


@dataclass(frozen=True, slots=True)
class Summarised:
    """What happened, in a few plain sentences, as one would tell an executive."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a severity assessment: ``yes``, ``no``, ``unknown`` or a whole number, and what it rests on."""

    value: str | int
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SeverityAssessed:
    """A severity with the answers that led to it, the row of the table that decided, and the table's version."""

    severity: Level
    provisional: bool
    rule: str
    because: tuple[str, ...]
    answers: dict[str, Answered]
    rubric: str
    urgent: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The harm has stopped, the fix holds, and what was owed to people is done (or someone signs why not)."""

    how: str
    owed_because: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The lessons are taken; nothing more is done under this incident.

    :param no_gate_because: why it left no gate behind, where it left none
    """

    reason: str
    no_gate_because: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    """It came back, or something was missed."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Looked into, and no harm was found; the evidence is kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class EntryRedacted:
    """The text of one entry was erased, by whom and why; the entry itself stays in its place."""

    entry: int
    reason: str
