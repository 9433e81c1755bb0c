"""What a report is made of: sections of blocks, blocks of text, and text that can point at an entry of the record.

A document holds a person's words as they were written. Each renderer makes them safe for its own format.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Mark = Literal["", "strong", "quiet", "code"]
Tone = Literal["note", "missing", "warning"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; ``entry`` makes it point at that entry in the appendix, ``address`` at a page.

    An address is of this installation: a path, or the same behind the address at which people reach it.
    """

    text: str
    mark: Mark = ""
    entry: int | None = None
    address: str = ""


Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; line breaks in it are kept."""

    text: Text


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list, with the points below it."""

    text: Text
    items: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``entry`` makes it the place that runs with this entry point at."""

    cells: tuple[Text, ...]
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``widths`` are shares of the page's width, one a column."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart (a Vega-Lite dict) with the sentence that says what it shows."""

    chart: dict[str, Any]
    sentence: Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that this program drew as SVG, in the colour of the text around it, and the sentence below it.

    ``name`` says which it is, for formats that hold no pictures.
    """

    name: str
    svg: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what holds for them."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is worth its size: what it is, and what it rests on."""

    value: str
    label: str
    note: Text


@dataclass(frozen=True, slots=True)
class Numbers:
    """The few numbers that matter most, side by side."""

    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """Something to notice: a note, a gap and how to fill it, or a warning."""

    tone: Tone
    text: Text


@dataclass(frozen=True, slots=True)
class Code:
    """Text whose every character counts."""

    text: str


Block = Heading | Paragraph | Items | Table | Figure | Drawing | Facts | Numbers | Callout | Code


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report with a name for links."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    :param marks: words that must stand at the top of every page, such as *Drill*
    :param date: as of when: the last entry's moment, never the time of printing
    :param head: the digest of the last entry
    """

    id: str
    title: str
    subtitle: str
    marks: tuple[str, ...]
    date: datetime
    head: str
    sections: tuple[Section, ...]


def text(*parts: "str | Run | None") -> Text:
    """Runs from plain pieces; None and empty ones are left out."""
    return tuple(part if isinstance(part, Run) else Run(part) for part in parts if part)


def strong(words: str) -> Run:
    """Words that carry weight."""
    return Run(words, "strong")


def quiet(words: str) -> Run:
    """Words that stand back."""
    return Run(words, "quiet")


def code(words: str) -> Run:
    """A digest or a name whose every character counts."""
    return Run(words, "code")


def entry(number: int) -> Run:
    """A pointer to an entry."""
    return Run(f"entry\u00a0{number}", "quiet", number)


def finding(number: int) -> Run:
    """A pointer to the entry of a finding."""
    return Run(f"finding\u00a0{number}", "quiet", number)


def missing(words: str) -> Callout:
    """What nobody has recorded yet, and how to."""
    return Callout("missing", text(words))


def gap(words: str, blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks, or if there are none what is missing."""
    return tuple(blocks) or (missing(words),)
