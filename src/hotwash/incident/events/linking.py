"""How incidents belong together: linked, merged, split.

Each of these facts stands in both records, as it is seen from there. It names the other incident by its id and entries
by their numbers, never by words: who reads the one may not be allowed to read the other.
"""

from dataclasses import dataclass
from typing import Literal

LinkKind = Literal["duplicate-of", "caused-by", "same-cause", "follows"]
Relation = Literal[
    "duplicate-of", "duplicated-by", "caused-by", "cause-of", "same-cause", "follows", "followed-by"
]  # fmt: skip
LeftoverKind = Literal[
    "role", "clock", "containment", "action", "remedy", "register", "question", "playbook", "message", "status-page"
]  # fmt: skip
Outcome = Literal["taken-over", "closed"]

SEEN_FROM_THERE: dict[LinkKind, Relation] = {
    "duplicate-of": "duplicated-by",
    "caused-by": "cause-of",
    "same-cause": "same-cause",
    "follows": "followed-by",
}
"""What a link is called in the record of the other incident."""


@dataclass(frozen=True, slots=True)
class IncidentLinked:
    """This incident and another belong together."""

    other: str
    relation: Relation
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IncidentUnlinked:
    """A link was mistaken. It stays visible, and no longer counts."""

    other: str
    relation: Relation
    reason: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that was open in an incident when it was merged. A role has no entry but its ``name``."""

    what: LeftoverKind
    entry: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class IncidentMerged:
    """This incident goes on in another one. Its entries stay; nothing new is written here."""

    into: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentAbsorbed:
    """Another incident goes on in this one.

    :param entries: how many entries it had before it was merged
    :param left: what was open in it, to be taken over or closed
    """

    other: str
    reason: str
    entries: int
    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """This incident goes on by itself again, as it stood before it was merged."""

    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class AbsorptionUndone:
    """The other incident goes on by itself again. What was taken over from it stays here too."""

    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftoverSettled:
    """Something that was open in a merged incident was taken over by the surviving one, or closed.

    :param other: the other incident of the two, as seen from this record
    :param now: the entry of the surviving incident that goes on with it; 0 if there is none
    """

    other: str
    what: LeftoverKind
    outcome: Outcome
    entry: int = 0
    name: str = ""
    reason: str = ""
    now: int = 0


@dataclass(frozen=True, slots=True)
class Carried:
    """An entry of one incident and the entry of another that names the same thing."""

    was: int
    now: int


@dataclass(frozen=True, slots=True)
class EntriesSplitOff:
    """Entries of this incident go on in another one, which names the same things. They stay here as they are."""

    other: str
    entries: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class EntriesSplitFrom:
    """Entries of this incident came from another one, where they stay as they are."""

    other: str
    carried: tuple[Carried, ...]
    reason: str
