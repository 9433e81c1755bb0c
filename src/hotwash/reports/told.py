"""An entry in words: what every teller of `words` makes, and the few ways in which they make it."""

from dataclasses import dataclass
from typing import Literal

from hotwash.reports.phrases import brief, closed

Rel = Literal["finding", "evidence", "entry"]


@dataclass(frozen=True, slots=True)
class Link:
    """What an entry rests on or speaks of: the number of a finding, of kept evidence, or of another entry."""

    rel: Rel
    entry: int


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words: one sentence, the text behind it if there is more, and what it points at."""

    sentence: str
    detail: str = ""
    links: tuple[Link, ...] = ()


def text_of(lead: str, text: str, links: tuple[Link, ...] = (), tail: str = "") -> Told:
    """A lead and a person's own words; the whole text is the detail where the sentence cannot hold it."""
    short = brief(text)
    return Told(closed(lead + short) + tail, text.strip() if short != text.strip() else "", links)


def plus(told: Told, *more: str) -> Told:
    """The same with more paragraphs in the detail."""
    return Told(told.sentence, "\n".join(part for part in (told.detail, *more) if part.strip()), told.links)


def rests(finding: int | None) -> tuple[Link, ...]:
    """The link to a finding, if there is one."""
    return (Link("finding", finding),) if finding is not None else ()


def labelled(label: str, text: str) -> str:
    """A text behind its label; nothing where there is no text."""
    return f"{label}: {text.strip()}" if text.strip() else ""


def lower(text: str) -> str:
    """A text that goes on in the middle of a sentence."""
    return text[:1].lower() + text[1:]
