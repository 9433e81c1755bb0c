"""The work list: the people under a harm, for redress. The only answer in which single people leave the log."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from os import PathLike
from typing import TextIO

from hotwash.investigate.asking import Progress, Stop, asked
from hotwash.investigate.engine import PeopleAsk, Person
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.expression import All
from hotwash.investigate.predictions import Log, described

HEADER = ("subject", "first", "last", "times")


@dataclass(frozen=True, slots=True)
class Affected:
    """A work list: how long it is, from which data, and the people themselves, read anew each time they are asked for.

    ``subjects`` equals the subjects of the blast radius for the same harm and where.
    """

    subjects: int
    fingerprint: str
    log: Log
    harm: str
    subject: str
    where: str | None
    time: str | None

    def __iter__(self) -> Iterator[Person]:
        """The people, those met most often first; never all of them in memory."""
        with ExitStack() as open_while_read:
            asking = open_while_read.enter_context(
                asked("affected", self.log, {}, steps=1, on_progress=None, cancelled=None)
            )
            harm = asking.condition(self.harm, "harm")
            scope = asking.condition(self.where, "where") if self.where else None
            time = asking.time(self.time) if self.time else None
            who = asking.name(self.subject, "the subject")
            yield from asking.engine.affected(who, All((harm, scope)) if scope is not None else harm, time)

    def write_csv(self, to: "str | PathLike[str] | TextIO") -> int:
        """Write the list as CSV and return how many people it names.

        A cell that a spreadsheet would take for a formula gets an apostrophe in front.
        """
        if not isinstance(to, str | PathLike):
            return self._write(to)
        with open(to, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a path or a name
            return self._write(file)

    def _write(self, file: TextIO) -> int:
        writer, written = csv.writer(file), 0
        writer.writerow(HEADER)
        for person in self:
            writer.writerow((harmless(person.id), _told(person.first), _told(person.last), person.times))
            written += 1
        return written


def harmless(cell: str) -> str:
    """Text that no spreadsheet runs as a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell


def _told(moment: datetime | date | None) -> str:
    if isinstance(moment, datetime) and moment.tzinfo is UTC:
        return moment.isoformat()[:-6] + "Z"
    return moment.isoformat() if moment else ""


def affected(
    log: Log,
    *,
    harm: str,
    subject: str | None = None,
    time: str | None = None,
    where: str | None = None,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Affected:
    """The people under a harm, with the first and last time and how often.

    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    told = described(log)
    subject, time = subject or told.subject, time or told.time
    if not subject:
        raise AskedWrongly("Name the column with the person (subject); without it nobody can be listed.")
    with asked("affected", told, {}, steps=3, on_progress=on_progress, cancelled=cancelled) as asking:
        condition = asking.condition(harm, "harm")
        scope = asking.condition(where, "where") if where else None
        if time:
            asking.time(time)
        whole = All((condition, scope)) if scope is not None else condition
        people = asking.engine.people(PeopleAsk(asking.name(subject, "the subject"), (), ((),), whole))
        return Affected(people.cells[0].rows, asking.engine.fingerprint(), told, harm, subject, where, time)
