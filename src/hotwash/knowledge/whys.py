"""What to ask at each step of a chain of whys, and by which words one is seen to stop too early (`data/whys.toml`)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

When = Literal["first", "person", "training", "condition", "believed"]


@dataclass(frozen=True, slots=True)
class Source:
    """What a question rests on."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to ask next, under answers of one kind."""

    when: When
    ask: str
    source: str


@dataclass(frozen=True, slots=True)
class Warnings:
    """What is said where a chain stops too early."""

    circle: str
    person: str
    training: str
    chain: str
    single: str
    conditions_first: str


@dataclass(frozen=True, slots=True)
class Stops:
    """Words by which an answer is read."""

    acts: str
    person_phrases: tuple[str, ...]
    training_phrases: tuple[str, ...]
    training_words: str
    models: str
    training_things: str
    empty: str


@dataclass(frozen=True, slots=True)
class Whys:
    """Questions, warnings and words."""

    version: str
    sources: tuple[Source, ...]
    prompts: tuple[Prompt, ...]
    warnings: Warnings
    stops: Stops

    def asks(self, when: When) -> tuple[Prompt, ...]:
        """The questions under answers of one kind."""
        return tuple(prompt for prompt in self.prompts if prompt.when == when)

    def source(self, source: str) -> Source:
        """A source by its id.

        :raises KeyError: if there is no such source
        """
        for known in self.sources:
            if known.id == source:
                return known
        raise KeyError(source)


@cache
def whys() -> Whys:
    """The questions in force."""
    return take("whys.toml", Whys)
