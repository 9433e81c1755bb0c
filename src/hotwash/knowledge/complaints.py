"""What is known about reports from people: the words of the form in each language, and words that mean the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hotwash.knowledge.shelf import take

LANGUAGES = ("en", "de", "es")
"""The languages that the form speaks, the first where none of them is asked for. People write in any."""


@dataclass(frozen=True, slots=True)
class Words:
    """Beginnings of words: those that every report has, and those that mean the same in three languages."""

    version: str
    common: tuple[str, ...]
    concepts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FormWords:
    """Everything that a stranger reads, in one language."""

    language: str
    name: str
    form: Mapping[str, str]
    faults: Mapping[str, str]
    sent: Mapping[str, str]
    status: Mapping[str, str]
    numbers: tuple[str, ...]


@cache
def words() -> Words:
    """The words by which reports are held against each other."""
    return take("complaints/words.toml", Words)


@cache
def form_words(language: str) -> FormWords:
    """The form in a language; in English where it does not speak that one."""
    return take(f"complaints/form.{language if language in LANGUAGES else LANGUAGES[0]}.toml", FormWords)
