"""A document as Markdown (CommonMark with tables). A person's words stay words: nothing in them becomes markup."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

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
from hotwash.reports.visible import visible

ROWS_MAX, COLUMNS_MAX = 40, 8
"""How large a table under a figure may be."""
_TONES = {"note": "Note", "missing": "Missing", "warning": "Attention"}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#&$@])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))")
_PLAIN_CODE = re.compile(r"[\w.:/-]+")


def to_markdown(document: Document) -> str:
    """One Markdown text."""
    return "\n\n".join(_document(document)) + "\n"


def _document(document: Document) -> Iterator[str]:
    yield f"# {escaped(document.title, line=True)}"
    marks = "".join(f"**{escaped(mark)}** · " for mark in document.marks)
    yield f"{marks}{escaped(document.id)} · {escaped(document.subtitle)}"
    for section in document.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title, line=True)}"
    for block in section.blocks:
        yield _block(block)


def _block(block: Block) -> str:  # noqa: PLR0911 - one return for each kind of block
    match block:
        case Heading(text):
            return f"### {escaped(text, line=True)}"
        case Paragraph(text):
            return _breaking(text)
        case Items(items):
            return "\n".join(_items(items, ""))
        case Table(columns, _, rows):
            return _table(columns, [row.cells for row in rows])
        case Figure(chart, sentence):
            return f"**Figure.** {_inline(sentence)}{_drawn_from(chart)}"
        case Drawing(name, _, sentence):
            return f"**Figure.** {_inline(sentence)} The drawing ({name}) stands in the other formats."
        case Facts(pairs):
            return "\n".join(f"- **{escaped(term)}:** {_inline(value)}" for term, value in pairs)
        case Numbers(numbers):
            cells = [((Run(one.label),), (Run(one.value, "strong"),), one.note) for one in numbers]
            return _table(("In short", "", ""), cells)
        case Callout(tone, text):
            return f"> **{_TONES[tone]}.** {_inline(text)}"
        case Code(text):
            return _fenced(visible(text))


def _drawn_from(chart: dict[str, Any]) -> str:
    """The rows that a chart is drawn from, as a table, where they are few and flat."""
    data = chart.get("data")
    rows = data.get("values") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= ROWS_MAX or not all(isinstance(row, dict) for row in rows):
        return ""
    columns = list(dict.fromkeys(str(key) for row in rows for key in row))
    flat = all(value is None or isinstance(value, str | int | float) for row in rows for value in row.values())
    if not flat or len(columns) > COLUMNS_MAX:
        return ""
    cells = [tuple((Run(_cell(row.get(column))),) for column in columns) for row in rows]
    return "\n\n" + _table(tuple(columns), cells)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)


def _items(items: tuple[Item, ...], indent: str) -> Iterator[str]:
    for item in items:
        yield f"{indent}- {_LINE_START.sub(_start, _inline(item.text))}"
        yield from _items(item.items, indent + "  ")


def _table(columns: tuple[str, ...], rows: Sequence[tuple[Text, ...]]) -> str:
    lines = ["| " + " | ".join(escaped(column, line=True) for column in columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_inline(cell) for cell in cells) + " |" for cells in rows]
    return "\n".join(lines)


def _inline(text: Text) -> str:
    """Runs on one line; line breaks become slashes."""
    return " ".join("".join(_run(Run(re.sub(r"\s*\n\s*", " / ", run.text), run.mark)) for run in text).split())


def _breaking(text: Text) -> str:
    """Runs in a paragraph; line breaks are kept as hard ones."""
    lines = "".join(_run(run) for run in text).split("\n")
    return "\\\n".join(_LINE_START.sub(_start, line.strip()) for line in lines if line.strip())


def _run(run: Run) -> str:
    words = visible(run.text)
    if run.mark == "code" and _PLAIN_CODE.fullmatch(words):
        return f"`{words}`"
    inner = words.strip()
    if run.mark == "strong" and inner and "\n" not in inner:
        before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        return f"{before}**{escaped(inner)}**{after}"
    return escaped(words)


def escaped(words: str, *, line: bool = False) -> str:
    """Words as Markdown that shows exactly these words; ``line`` for words that must stay on one line."""
    words = visible(words)
    if line:
        words = " ".join(words.split())
    return _MARKUP.sub(r"\\\1", words).replace("://", "\\://").replace("www.", "www\\.")


def _start(found: re.Match[str]) -> str:
    """A line's first characters, so that they open neither a list nor a rule."""
    blank, first = found.groups()
    return f"{blank}{first[:-1]}\\{first[-1]}"


def _fenced(words: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{words}\n{fence}"
