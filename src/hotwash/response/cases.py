"""Cases of others: what a collection of incidents that were made public says of each, and whom it must be credited to.

They are read for comparison and are no record here. A connector reads a collection's files into a `Collection`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

TITLE_MAX = 1_000
TEXT_MAX = 20_000
FAULTS_MAX = 1_000
"""So many faults of one file are told; the count of all is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line of a file, and what would mend it."""

    line: int
    column: str
    why: str
    mend: str = ""

    def __str__(self) -> str:
        where = f"Line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.why}{' ' + self.mend if self.mend else ''}"


class Faulty(Exception):
    """A file has faults, and nothing of it was taken in."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        many = f"{len(faults):,} faults" if len(faults) != 1 else "1 fault"
        super().__init__(f"{many}; nothing was taken in. {faults[0]}")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its collection tells it.

    :param key: its name in the collection
    :param facts: lists of names, such as ``failures`` (what failed, where that is known), ``suspected`` (where it is
        thought), ``deployers``, ``developers``, ``harmed``; and texts, such as ``risk`` and ``severity``
    :param raw: the document as it came, where it must go out again unchanged
    """

    key: str
    title: str
    text: str = ""
    began: date | None = None
    ended: date | None = None
    url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Cases of one origin, with what its licence asks to be said wherever one is shown."""

    name: str
    title: str
    attribution: str
    licence: str
    url: str
    cases: tuple[Case, ...]
