"""The promise of whoever keeps a register's rows beside its records, for pages and lists.

All of it but the identities can be dropped and made again from the batches.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from hotwash.incident.events.redress import PeopleCount
from hotwash.incident.redress import Change, Owed
from hotwash.ledger.entry import Entry

Key = tuple[str, str]
"""A person's key and a remedy."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which remedies are meant. Empty fields leave all; ``open`` those still owed or not."""

    state: str = ""
    remedy: str = ""
    owner: str = ""
    group: str = ""
    language: str = ""
    person: str = ""
    late: bool = False
    open: bool | None = None

    @property
    def words(self) -> dict[str, str]:
        """What it says, for the record."""
        said = {name: getattr(self, name) for name in ("state", "remedy", "owner", "group", "language", "person")}
        said |= {"late": "yes" if self.late else "", "open": "" if self.open is None else "yes" if self.open else "no"}
        return {name: word for name, word in said.items() if word}


@dataclass(frozen=True, slots=True)
class Applied:
    """How far rows follow their record: the last whole entry, how many pieces of the next one, and how it stands."""

    number: int
    piece: int
    open: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """How many remedies are alike, and how much money that is, in ten-thousandths."""

    remedy: str
    owner: str
    group: str
    state: str
    currency: str
    remedies: int
    amount: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The register counted.

    :param groups: people by group and where they stand
    :param oldest: since when the longest wait goes on
    :param late: how many open remedies are past their day
    """

    counts: PeopleCount = field(default_factory=PeopleCount)
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    cells: Sequence[Cell] = ()
    oldest: datetime | None = None
    next_due: date | None = None
    late: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """How people stood at the end of a day."""

    day: date
    counts: PeopleCount


@dataclass(frozen=True, slots=True)
class Page:
    """Some remedies in the order of people's keys; ``after`` is where the next page begins."""

    rows: Sequence[Owed]
    after: Key | None


class Rows(Protocol):
    """Where a register's rows are kept."""

    def begin(self, incident: str, number: int) -> None:
        """Note that a register begins, and how many of its entries are taken up."""
        ...

    def applied(self, incident: str) -> Applied | None:
        """How far the rows follow; None before there are any."""
        ...

    def apply(
        self, incident: str, changes: Sequence[Change], *, number: int, piece: int, last: bool, by: str, at: datetime
    ) -> bool:
        """Take up one piece of an entry: all of it or nothing. False if somebody else did, or it is not its turn."""
        ...

    def passed(self, incident: str, number: int, *, open: bool | None) -> None:  # noqa: A002
        """Note that an entry without pieces was taken up; None leaves it open or closed, as it is."""
        ...

    def entry(self, stream: str, number: int) -> Entry:
        """One entry of a record, without reading the others.

        :raises LookupError: if there is none
        """
        ...

    def rows(self, incident: str, people: Iterable[str]) -> dict[Key, Owed]:
        """All remedies of some people."""
        ...

    def page(self, incident: str, where: Where, *, after: Key | None, limit: int, today: date) -> Page:
        """Some remedies."""
        ...

    def all(self, incident: str, where: Where, *, today: date) -> Iterator[Owed]:
        """All of them, never all in memory."""
        ...

    def tally(self, incident: str, *, today: date) -> Tally:
        """The register counted."""
        ...

    def over_time(self, incident: str) -> list[Point]:
        """How people stood at the end of each day on which something changed."""
        ...

    def drop(self, incident: str) -> None:
        """Drop everything but the identities."""
        ...

    def keep_identities(self, incident: str, identities: Mapping[str, Mapping[str, str]]) -> int:
        """Keep who people are, sealed; those that are kept already stay. How many are new."""
        ...

    def identities(self, incident: str, people: Iterable[str]) -> dict[str, dict[str, str]]:
        """Who some people are."""
        ...

    def erase_identities(self, incident: str, people: Iterable[str] | None) -> int:
        """Erase who some people, or all, are; how many there were."""
        ...
