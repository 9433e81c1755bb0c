"""Text fields that look at their wording: below each stands, as somebody writes, what could be said otherwise.

They never hold anything back. Without scripts a button shows the same on a page of its own.
"""

from dataclasses import dataclass
from typing import Any

from django import forms

from hotwash.knowledge.wording import lexicon
from hotwash.reports.wording import Flag, check

FLAGS_MAX = 12
"""Notes beside one field; a text with more is better read as a whole."""


class Worded(forms.Textarea):
    """A text area with notes on its wording. Its own name tells the page which text of a form to look at."""

    template_name = "worded/field.html"


@dataclass(frozen=True, slots=True)
class Noted:
    """A place in a text, in the units in which a browser counts, with what to ask instead and how it might go on."""

    text: str
    title: str
    question: str
    rewrite: str
    start: int
    end: int


def noted(text: str) -> dict[str, Any]:
    """The notes on a text, as `worded/notes.html` shows them."""
    flags = check(text)
    return {"flags": [_noted(text, flag) for flag in flags[:FLAGS_MAX]], "more": max(0, len(flags) - FLAGS_MAX)}


def title_of(flag: Flag) -> str:
    """The side of language that a flag is about."""
    return next(one.title for one in lexicon().dimensions if one.id == flag.dimension)


def _noted(text: str, flag: Flag) -> Noted:
    start, end = _units(text[: flag.start]), _units(text[: flag.end])
    return Noted(flag.text, title_of(flag), flag.question, flag.rewrite, start, end)


def _units(text: str) -> int:
    """How long a text is where letters beyond the first plane count twice, as in a browser."""
    return len(text.encode("utf-16-le")) // 2
