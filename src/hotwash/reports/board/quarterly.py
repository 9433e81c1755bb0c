"""The document as a whole: its parts in their order, and the quarter that it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hotwash.reports.board.judged import asked, control, prevents
from hotwash.reports.board.notes import Notes
from hotwash.reports.board.told import gravest, happened, in_short, speed
from hotwash.reports.document import (
    Block,
    Document,
    Item,
    Items,
    Paragraph,
    Section,
    text,
)
from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.metrics import quarter_of, within
from hotwash.reports.measuring.risk import risks
from hotwash.reports.measuring.summing import MEDIAN_NEEDS
from hotwash.reports.phrases import MONTHS, brief, day
from hotwash.systems.governance import Governance


class UnknownQuarter(ValueError):
    """That is no quarter, such as 2026-Q1."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, in UTC."""

    name: str
    since: datetime
    until: datetime

    @property
    def words(self) -> str:
        """``January to March 2026``."""
        last = self.until - timedelta(days=1)
        return f"{MONTHS[self.since.month - 1]} to {MONTHS[last.month - 1]} {last.year}"


def quarter(name: str) -> Quarter:
    """A quarter by its name.

    :raises UnknownQuarter: if it is none
    """
    year, dash, number = name.strip().upper().partition("-Q")
    if not (dash and year.isascii() and year.isdecimal() and len(year) == 4 and number in ("1", "2", "3", "4")):
        raise UnknownQuarter(f"“{brief(name, 20)}” is no quarter: write it as 2026-Q1.")
    if not 1970 <= int(year) <= 9998:
        raise UnknownQuarter("That year is out of reach.")
    first = 3 * int(number) - 2
    since = datetime(int(year), first, 1, tzinfo=UTC)
    until = datetime(int(year) + first // 10, (first + 2) % 12 + 1, 1, tzinfo=UTC)
    return Quarter(f"{year}-Q{number}", since, until)


def board(
    lines: Sequence[Line],
    own: Governance,
    *,
    of: str,
    now: datetime,
    organisation: str = "",
    home: str = "",
    rehearsed: bool = False,
) -> Document:
    """The report of a quarter.

    :param lines: every incident; those of the quarter are told, the others are what it is held against
    :param of: the quarter, such as ``2026-Q1``
    :param now: as of when
    :param home: the address at which people reach this installation, for links from a file; empty for paths
    :param rehearsed: the report as it would be if the drills had been real, marked as a drill on every page
    :raises UnknownQuarter: if it is none
    """
    if rehearsed:
        lines = [replace(line, kind="normal") for line in lines if line.drill]
    chosen, notes = quarter(of), Notes(home.rstrip("/"))
    real = [line for line in lines if line.real]
    new = sorted(within(real, chosen.since, chosen.until), key=gravest)
    known = [line for line in real if line.declared_at < chosen.until]
    standings = risks([line for line in lines if line.declared_at < chosen.until], own, now)
    if rehearsed:
        standings = [one for one in standings if one.indicator != "drill-age"]
    sections = [
        Section("in-short", "In short", tuple(in_short(new, known, notes))),
        Section("happened", "What happened", tuple(happened(new, notes))),
        Section("speed", "How long people were exposed", tuple(speed(new, known, now, notes))),
        Section("control", "Is the risk under control?", tuple(control(standings, notes))),
        Section("prevents", "What keeps it from coming back", tuple(prevents(known, own, now, notes))),
        Section("asked", "What the board is asked", tuple(asked(known, standings, notes))),
        Section("limits", "What these figures cannot say", tuple(limits(new, lines, chosen, rehearsed=rehearsed))),
    ]
    sections.append(Section("notes", "Where each figure comes from", tuple(_sources(notes))))
    whose = f"{organisation} · " if organisation else ""
    unfinished = " · the quarter is not over yet" if now < chosen.until else ""
    return Document(
        id=chosen.name,
        title="Harm from our AI systems",
        subtitle=f"{whose}Report to the board for {chosen.words}, as of {day(now)}{unfinished}",
        marks=("Drill",) if rehearsed else (),
        date=now.replace(microsecond=0),
        head="",
        sections=tuple(sections),
    )


def limits(new: Sequence[Line], lines: Sequence[Line], chosen: Quarter, *, rehearsed: bool) -> Iterator[Block]:
    inside = within(lines, chosen.since, chosen.until)
    drills = sum(line.drill for line in inside)
    points = [
        (
            "They count what was noticed and declared. Harm that nobody noticed is not in them, and a system without "
            "incidents may be one that nobody watches."
        ),
        "With so few incidents no trend can be read from them."
        if len(new) < MEDIAN_NEEDS
        else "Differences from quarter to quarter may be chance.",
    ]
    if any(line.figures.harmed is None for line in new):
        points.append(
            "For some incidents nobody has estimated yet how many people were harmed: the true number is larger."
        )
    if rehearsed:
        points.append("This is the report of a rehearsal: nothing in it happened to anybody.")
        yield Items(tuple(Item(text(point)) for point in points))
        return
    points.append(
        f"Drills ({drills} in this quarter) and tests are left out of every figure."
        if drills
        else "Drills and tests are left out of every figure; none was held in this quarter."
    )
    yield Items(tuple(Item(text(point)) for point in points))


def _sources(notes: Notes) -> Iterator[Block]:
    yield Paragraph(
        text(
            "Each number in brackets above leads here; each incident and entry leads into the record, which nobody can "
            "change unseen."
        )
    )
    yield notes.table()


def current(now: datetime) -> str:
    """The quarter of a moment: ``2026-Q1``."""
    return quarter_of(now)
