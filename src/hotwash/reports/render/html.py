"""A document as one HTML page that needs nothing else: no scripts, no addresses, its own style, drawn charts.

Every word is escaped here, once. A page carries a content security policy that lets nothing but its own style pass.
"""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from hotwash.reports.charts import DARK, LIGHT, Look, NotDrawn
from hotwash.reports.document import (
    Block,
    Callout,
    Code,
    Document,
    Drawing,
    Facts,
    Figure,
    Heading,
    Items,
    Number,
    Numbers,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
)
from hotwash.reports.document import Item as Point
from hotwash.reports.phrases import when
from hotwash.reports.render.pictures import Pictures
from hotwash.reports.visible import visible

_TONES = {"note": "Note", "missing": "Missing", "warning": "Attention"}
_THEMES = {"light": Look(LIGHT), "dark": Look(DARK)}
_MARKS = {"strong": "strong", "quiet": "small", "code": "code"}


@cache
def style() -> str:
    """The style of a page."""
    return files("hotwash.reports.render").joinpath("report.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The content security policy under which a page shows as it should; for the header of a reply, too."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def to_html(document: Document) -> str:
    """A whole page."""
    title = _words(f"{document.id} {document.title}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy())}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        f"{fragment(document)}\n</body>\n</html>\n"
    )


def fragment(document: Document, *, record: str = "") -> str:
    """The report without the page around it, for a page that brings its own style.

    :param record: the address of a page on which entries have their place, for those that have none in the report
    """
    return "\n".join(_document(document, record))


def _document(document: Document, record: str = "") -> Iterator[str]:
    places = {
        row.entry
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        if row.entry is not None
    }
    page = _Page(frozenset(places), Pictures(document, _THEMES), record)
    marks = "".join(f'<span class="mark">{_words(mark)}</span> ' for mark in document.marks)
    yield '<article class="report">'
    yield "<header>"
    yield f'<p class="eyebrow">{marks}{_words(document.id)}</p>'
    yield f'<h1 dir="auto">{_words(document.title)}</h1>'
    yield f'<p class="subtitle">{_words(document.subtitle)}</p>'
    yield "</header>"
    first, *rest = document.sections
    yield from page.section(first)
    yield '<nav class="contents" aria-label="Contents"><h2>Contents</h2><ol>'
    yield from (f'<li><a href="#{escape(part.id)}">{_words(part.title)}</a></li>' for part in rest)
    yield "</ol></nav>"
    for part in rest:
        yield from page.section(part)
    yield (
        f"<footer><p>{_words(document.id)} as of {_words(when(document.date))}."
        + (f" Head of the record: <code>{_words(document.head)}</code>" if document.head else "")
        + "</p></footer>"
    )
    yield "</article>"


def _words(words: str) -> str:
    return escape(visible(words))


class _Page:
    """Blocks as HTML; knows which entries have a place on the page, so that no pointer leads nowhere."""

    def __init__(self, places: frozenset[int], pictures: Pictures, record: str) -> None:
        self.places, self.pictures, self.record = places, pictures, record

    def section(self, section: Section) -> Iterator[str]:
        kind = ' class="appendix"' if section.appendix else ""
        yield f'<section id="{escape(section.id)}"{kind}>'
        yield f"<h2>{_words(section.title)}</h2>"
        for block in section.blocks:
            yield self.block(block)
        yield "</section>"

    def block(self, block: Block) -> str:  # noqa: PLR0911 - one return for each kind of block
        match block:
            case Heading(text):
                return f"<h3>{_words(text)}</h3>"
            case Paragraph(text):
                return f'<p dir="auto">{self.runs(text)}</p>'
            case Items(items):
                return self.items(items)
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case Drawing(_, svg, sentence):
                # Made element by element by this program, with no text as markup.
                # It may be wider than the page: the frame it is moved in can be reached by keyboard.
                words = self.runs(sentence)
                frame = '<div class="drawing" tabindex="0" role="group" aria-label="Drawing">'
                return f'<figure>{frame}{svg}</div><figcaption dir="auto">{words}</figcaption></figure>'
            case Facts(pairs):
                rows = "".join(
                    f'<div><dt>{_words(term)}</dt><dd dir="auto">{self.runs(value)}</dd></div>' for term, value in pairs
                )
                return f'<dl class="facts">{rows}</dl>'
            case Numbers(numbers):
                return f'<div class="numbers">{"".join(self.number(one) for one in numbers)}</div>'
            case Callout(tone, text):
                return f'<p class="callout {tone}"><strong>{_TONES[tone]}.</strong> {self.runs(text)}</p>'
            case Code(text):
                return f"<pre><code>{_words(text)}</code></pre>"

    def number(self, one: Number) -> str:
        small = " words" if not one.value[:1].isdigit() else ""
        return (
            f'<div><p class="label">{_words(one.label)}</p><p class="value{small}">{_words(one.value)}</p>'
            f'<p class="note">{self.runs(one.note)}</p></div>'
        )

    def items(self, items: tuple[Point, ...]) -> str:
        points = "".join(
            f'<li dir="auto">{self.runs(item.text)}{self.items(item.items) if item.items else ""}</li>'
            for item in items
        )
        return f"<ul>{points}</ul>"

    def table(self, table: Table) -> str:
        head = "".join(f'<th scope="col">{_words(column)}</th>' for column in table.columns)
        columns = "".join(f'<col class="w{width}">' for width in table.widths)
        rows = "".join(
            f'<tr id="entry-{row.entry}">' * (row.entry is not None)
            + "<tr>" * (row.entry is None)
            + "".join(
                f'<td data-label="{_words(column)}" dir="auto">{self.runs(cell)}</td>'
                for column, cell in zip(table.columns, row.cells, strict=True)
            )
            + "</tr>"
            for row in table.rows
        )
        return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def figure(self, figure: Figure) -> str:
        words = _words("".join(run.text for run in figure.sentence))
        try:
            picture = "\n".join(
                f'<div class="chart {theme}" role="img" aria-label="{words}">{drawn}</div>'
                for theme, drawn in self.both_themes(figure)
            )
        except NotDrawn as why:
            picture = f'<p class="callout missing">{_words(str(why))}</p>'
        return f'<figure>{picture}<figcaption dir="auto">{self.runs(figure.sentence)}</figcaption></figure>'

    def runs(self, text: Text) -> str:
        return "".join(self.run(run) for run in text)

    def run(self, run: Run) -> str:
        words = _words(run.text).replace("\n", "<br>")
        if run.entry is not None and run.entry in self.places:
            words = f'<a href="#entry-{run.entry}">{words}</a>'
        elif run.entry is not None and self.record:
            words = f'<a href="{escape(self.record)}#e{run.entry}">{words}</a>'
        elif run.address:
            words = f'<a href="{escape(run.address)}">{words}</a>'
        mark = _MARKS.get(run.mark)
        return f"<{mark}>{words}</{mark}>" if mark else words

    def both_themes(self, figure: Figure) -> Iterator[tuple[str, str]]:
        for theme in _THEMES:
            drawn = self.pictures.of(figure, theme)
            # Two pictures on one page: names inside them must differ, or one would cut the other.
            yield theme, drawn.replace('id="', f'id="{theme}-').replace("url(#", f"url(#{theme}-")
