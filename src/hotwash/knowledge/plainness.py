"""What a plain text avoids, and what a message has to say, by language (`data/messages/plain-*.toml`)."""

import re
from dataclasses import dataclass
from functools import cache

from hotwash.knowledge.messages import LANGUAGES, AudienceId, StageId
from hotwash.knowledge.shelf import take


@dataclass(frozen=True, slots=True)
class Jargon:
    """A word that people stumble over, and plain ones; ``*`` stands for any ending, or for any word between."""

    say: str
    instead: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """How it is found in a text."""
        words = [
            r"[^\W\d_]+" if word == "*" else re.escape(word).replace(r"\*", r"[^\W\d_]*") for word in self.say.split()
        ]
        return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a message has to say at some stages, and by which words one sees that it does."""

    id: str
    title: str
    stages: tuple[StageId, ...]
    cues: tuple[str, ...]
    audiences: tuple[AudienceId, ...] = ()

    def asked_of(self, audience: str, stage: str) -> bool:
        """Whether a message to this audience at this stage has to say it."""
        return stage in self.stages and (not self.audiences or audience in self.audiences)


@dataclass(frozen=True, slots=True)
class Plainness:
    """The table of one language.

    :param formula: what the figure for readability is, with its source
    :param ease_min: below this a text is called hard to read
    :param grade_max: above this too; 0 where the language has no such figure
    :param sentence_max: how many words a sentence may have
    :param be: the words with which a passive begins
    :param participles: forms that end it, beside the regular ones
    :param states: forms that look like one and only say how something is
    """

    version: str
    language: str
    formula: str
    source: str
    ease_min: float
    grade_max: float
    sentence_max: int
    be: tuple[str, ...]
    participles: tuple[str, ...]
    states: tuple[str, ...]
    jargon: tuple[Jargon, ...]
    parts: tuple[Part, ...]


@cache
def plainness(language: str) -> Plainness | None:
    """The table of a language; None where there is none."""
    base = language.split("-", maxsplit=1)[0]
    return take(f"messages/plain-{base}.toml", Plainness) if base in LANGUAGES else None


@cache
def patterns(language: str) -> tuple[tuple[Jargon, re.Pattern[str]], ...]:
    """The words to avoid with how they are found; those of more words first."""
    table = plainness(language)
    known = table.jargon if table else ()
    return tuple((one, one.pattern) for one in sorted(known, key=lambda one: -len(one.say.split())))
