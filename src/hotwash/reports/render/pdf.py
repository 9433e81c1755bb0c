"""A document as PDF, set by typst: tagged for screen readers, dated by the record, always the same bytes.

A person's words go in as JSON and are set as text. Everything happens in memory, so any number of reports can be set at
once. The fonts are those that typst carries with it. Only where they lack a letter are the machine's own asked, and
only then may two machines differ.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from hotwash.reports.charts import LIGHT, SERIF, Look, NotDrawn
from hotwash.reports.document import (
    Block,
    Callout,
    Code,
    Document,
    Drawing,
    Facts,
    Figure,
    Heading,
    Item,
    Items,
    Numbers,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
)
from hotwash.reports.phrases import brief, when
from hotwash.reports.render.pictures import Pictures
from hotwash.reports.visible import visible

_TONES = {"note": "Note", "missing": "Missing", "warning": "Attention"}
WIDTH = 660
"""Pixels of a chart across the page."""
HEIGHT = 880
"""Pixels of a drawing down the page, at the same scale."""
LONG = 900
"""From how many characters on a row of a table may break across pages."""


@cache
def _template() -> bytes:
    return files("hotwash.reports.render").joinpath("report.typ").read_bytes()


@cache
def _fonts(*, of_machine: bool) -> Any:
    import typst

    return typst.Fonts(include_system_fonts=of_machine)


def to_pdf(document: Document) -> bytes:
    """One PDF, as PDF/UA where every letter has its glyph."""
    import typst

    inputs = {"report": msgspec.json.encode(_report(document)).decode()}
    stamp = int(document.date.timestamp())

    def compiled(*, of_machine: bool, standard: Literal["ua-1"] | None) -> bytes:
        pdf = typst.compile(
            _template(),
            format="pdf",
            font_paths=_fonts(of_machine=of_machine),
            sys_inputs=inputs,
            pdf_standards=standard or [],
            timestamp=stamp,
        )
        assert isinstance(pdf, bytes)
        return pdf

    for of_machine in (False, True):
        try:
            return compiled(of_machine=of_machine, standard="ua-1")
        except typst.TypstError as refused:
            if "could not be displayed" not in str(refused):
                raise
    return compiled(of_machine=True, standard=None)


def pages(document: Document) -> int:
    """How many pages a document has in print."""
    import typst

    inputs = {"report": msgspec.json.encode(_report(document)).decode()}
    drawn = typst.compile(_template(), format="svg", font_paths=_fonts(of_machine=False), sys_inputs=inputs)
    return len(drawn) if isinstance(drawn, list) else 1


def _report(document: Document) -> dict[str, Any]:
    date = document.date
    places = {
        row.entry
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        if row.entry is not None
    }
    look = Look(LIGHT, font=SERIF, width=WIDTH)
    paper = _Paper(frozenset(places), Pictures(document, {"paper": look}))
    return {
        "id": visible(document.id),
        "title": _line(document.title),
        "short": brief(_line(document.title), 80),
        "subtitle": _line(document.subtitle),
        "marks": [_line(mark) for mark in document.marks],
        "as-of": f"As of {when(date)}",
        "head-short": document.head[:19],
        "date": {part: getattr(date, part) for part in ("year", "month", "day", "hour", "minute", "second")},
        "sections": paper.sections(document.sections),
    }


def _line(words: str) -> str:
    return " ".join(visible(words).split())


def _length(facts: Facts) -> int:
    return sum(len(run.text) for _, value in facts.pairs for run in value)


class _Paper:
    """Blocks as plain data for the template; knows which entries have a place, so that no pointer leads nowhere."""

    def __init__(self, places: frozenset[int], pictures: Pictures) -> None:
        self.places, self.pictures = places, pictures

    def sections(self, sections: tuple[Section, ...]) -> list[dict[str, Any]]:
        made = []
        appendix = False
        for section in sections:
            starts = section.appendix and not appendix
            appendix = section.appendix
            blocks = [self.block(block, first=section is sections[0]) for block in section.blocks]
            made.append({"title": _line(section.title), "starts": starts, "blocks": blocks})
        return made

    def block(self, block: Block, *, first: bool) -> dict[str, Any]:  # noqa: PLR0911 - one return for each kind of block
        kind = {"block": type(block).__name__.lower()}
        match block:
            case Heading(text):
                return {**kind, "text": _line(text)}
            case Paragraph(text):
                return {**kind, "text": self.runs(text)}
            case Items(items):
                return {**kind, "items": [self.item(item) for item in items]}
            case Table():
                return {**kind, **self.table(block)}
            case Figure():
                return {**kind, **self.figure(block)}
            case Drawing():
                return {"block": "figure", **self.drawing(block)}
            case Facts():
                return {**kind, **self.facts(block, wide=first)}
            case Numbers(numbers):
                shown = [
                    {
                        "label": _line(one.label),
                        "value": _line(one.value),
                        "figure": one.value[:1].isdigit(),
                        "note": self.runs(one.note),
                    }
                    for one in numbers
                ]
                return {**kind, "numbers": shown}
            case Callout(tone, text):
                return {**kind, "tone": tone, "title": _TONES[tone], "text": self.runs(text)}
            case Code(text):
                return {**kind, "lines": visible(text).split("\n")}

    def item(self, item: Item) -> dict[str, Any]:
        return {"text": self.runs(item.text), "items": [self.item(one) for one in item.items]}

    def table(self, table: Table) -> dict[str, Any]:
        rows = [
            {
                "entry": row.entry,
                "long": sum(len(run.text) for cell in row.cells for run in cell) > LONG,
                "cells": [self.runs(cell) for cell in row.cells],
            }
            for row in table.rows
        ]
        size = 8 if any(row.entry is not None for row in table.rows) else 9.5
        return {"columns": [_line(one) for one in table.columns], "widths": table.widths, "rows": rows, "size": size}

    def figure(self, figure: Figure) -> dict[str, Any]:
        made = {
            "sentence": self.runs(figure.sentence),
            "alt": "".join(_line(run.text) + " " for run in figure.sentence),
        }
        try:
            return {**made, "svg": self.pictures.of(figure, "paper"), "why": "", "width": 100}
        except NotDrawn as why:
            return {**made, "svg": None, "why": str(why), "width": 100}

    def drawing(self, drawing: Drawing) -> dict[str, Any]:
        """A picture as large as it was drawn, or as the page."""
        size = re.search(r' width="([0-9.]+)" height="([0-9.]+)"', drawing.svg)
        width, height = (float(size[1]), float(size[2])) if size else (float(WIDTH), 1.0)
        wide = 100 * width / WIDTH * min(1.0, WIDTH / width, HEIGHT / height)
        svg = drawing.svg.replace("system-ui, sans-serif", SERIF)
        return {
            "sentence": self.runs(drawing.sentence),
            "alt": "".join(_line(run.text) + " " for run in drawing.sentence),
            "svg": svg,
            "why": "",
            "width": wide,
        }

    def facts(self, facts: Facts, *, wide: bool) -> dict[str, Any]:
        """Pairs in one column, or on the first page in two: down the left one, then down the right one."""
        pairs = [
            ({"term": True, "text": _line(term)}, {"term": False, "text": self.runs(value)})
            for term, value in facts.pairs
        ]
        if not wide:
            return {"wide": False, "long": _length(facts) > LONG, "cells": [cell for pair in pairs for cell in pair]}
        half = (len(pairs) + 1) // 2
        cells: list[Any] = []
        for place in range(half):
            right = pairs[half + place] if half + place < len(pairs) else (None, None)
            cells += [*pairs[place], None, *right]
        return {"wide": True, "long": _length(facts) > LONG, "cells": cells}

    def runs(self, text: Text) -> list[dict[str, Any]]:
        return [self.run(run) for run in text]

    def run(self, run: Run) -> dict[str, Any]:
        entry = run.entry if run.entry in self.places else None
        # A path leads nowhere from a file that somebody saved: only whole addresses are links.
        address = run.address if run.address.startswith(("https://", "http://")) else None
        return {"lines": visible(run.text).split("\n"), "mark": run.mark, "entry": entry, "address": address}
