"""Sentences with their places, and a masked copy of the text of the same length.

Code, addresses and tags are no prose: in the copy they are blanked, or stand as one word that means a thing. So is a
quotation of a few words, since a word that is quoted is spoken about, not used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

QUOTED_WORDS_MAX = 4

_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]{1,200}`")
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|</?[a-zA-Z][^<>]{0,500}>", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)>\]]+|\S+@\S+\.\w+")
_QUOTE = re.compile(r"(?<![\w'’])(?:\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|‘[^’\n]{1,200}’|'[^'\n]{1,200}'(?!\w))")
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+•]|\d{1,3}[.)])\s)|\n(?=[ \t]*(?:#|\||>))|(?<=\|)[ \t]")
_END = re.compile(r"[.!?]+[\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9]|\s*$)")
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|nos|fig|mr|mrs|ms|dr|prof|st|inc|ltd|corp|al|a\.m|p\.m|u\.s|u\.k|sgt|lt)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of the text; ``masked`` is its copy without code and quotations, of the same length."""

    start: int
    end: int
    masked: str


def sentences(text: str) -> list[Sentence]:
    """The sentences of plain text, Markdown or HTML."""
    masked = _masked(text)
    found = []
    for start, end in _blocks(masked):
        begin = start
        for match in _END.finditer(masked, start, end):
            if _SHORT.search(masked, max(begin, match.start() - 8), match.start() + 1) and match.end() < end:
                continue
            found.append((begin, match.end()))
            begin = match.end()
        found.append((begin, end))
    return [Sentence(a, b, masked[a:b]) for a, b in found if masked[a:b].strip()]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _masked(text: str) -> str:
    text = _FENCE.sub(_blank, text)
    text = _TAG.sub(_blank, text)
    text = _ADDRESS.sub(_thing, text)
    text = _CODE.sub(_thing, text)
    return _QUOTE.sub(_spoken, text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _thing(match: re.Match[str]) -> str:
    return "x" * len(match.group())


def _spoken(match: re.Match[str]) -> str:
    quoted = match.group()
    if len(quoted.split()) > QUOTED_WORDS_MAX:
        return quoted
    inner = re.sub(r"[.!?]", "x", quoted[1:-1])
    end = quoted[-2] if len(quoted) > 2 and quoted[-2] in ".!?" else ""
    return "x" * (len(quoted) - len(end)) + end if inner else quoted
