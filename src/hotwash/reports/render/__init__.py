"""Documents as files: HTML, Markdown, JSON and PDF. The same document gives the same bytes."""

from collections.abc import Callable
from typing import Literal, get_args

from hotwash.reports.document import Document
from hotwash.reports.render.html import to_html
from hotwash.reports.render.json import to_json
from hotwash.reports.render.markdown import to_markdown
from hotwash.reports.render.pdf import to_pdf

__all__ = ["FORMATS", "MEDIA_TYPES", "Format", "to_html", "to_json", "to_markdown", "to_pdf", "write"]

Format = Literal["html", "md", "json", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""The formats by their file name's ending."""

MEDIA_TYPES: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}

_WRITERS: dict[Format, Callable[[Document], bytes]] = {
    "html": lambda document: to_html(document).encode(),
    "md": lambda document: to_markdown(document).encode(),
    "json": to_json,
    "pdf": to_pdf,
}


def write(document: Document, format: Format) -> bytes:  # noqa: A002 - the word that pages, API and CLI use
    """A document in one of the formats."""
    return _WRITERS[format](document)
