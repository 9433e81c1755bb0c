"""Word classes by which blame is found in text, from ``data/wording``."""

from dataclasses import dataclass
from functools import cache

import msgspec

from hotwash.knowledge.shelf import take


class People(msgspec.Struct, frozen=True):
    """Who may be the subject of a sentence."""

    roles: str
    ambiguous: str
    groups: str
    affected: str
    pronouns: str
    names: str


class Verbs(msgspec.Struct, frozen=True):
    """What people do, or leave undone."""

    omitted: str
    strong: str
    care: str
    irregular: str
    wrong_acts: str
    slip_adverbs: str
    violated: str
    machine: str
    human: str
    things: str


class Blame(msgspec.Struct, frozen=True):
    """Judgements of people."""

    always: str
    beside_person: str
    phrases: str
    conduct: str


class Fixing(msgspec.Struct, frozen=True):
    """Measures that mend a person."""

    to_person: str
    phrases: str


class Judged(msgspec.Struct, frozen=True):
    """What people are blamed for, and how error is spoken of."""

    outcomes: str
    rules: str
    errors: str
    spoken_of: str
    hazard: str
    hindsight: str


class Dimension(msgspec.Struct, frozen=True):
    """One side of language that the LRRIT looks at, with what to ask instead."""

    id: str
    title: str
    question: str


class _File(msgspec.Struct, frozen=True):
    version: str
    source: str
    people: People
    verbs: Verbs
    blame: Blame
    fixing: Fixing
    judged: Judged
    dimension: list[Dimension]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Classes of lower-case words; phrases are lists of words."""

    version: str
    source: str
    roles: frozenset[str]
    ambiguous: frozenset[str]
    groups: frozenset[str]
    affected: frozenset[str]
    pronouns: frozenset[str]
    names: frozenset[str]
    omitted: frozenset[str]
    strong: frozenset[str]
    care: frozenset[str]
    irregular: frozenset[str]
    wrong_acts: frozenset[str]
    slip_adverbs: frozenset[str]
    violated: frozenset[str]
    blame: frozenset[str]
    beside_person: frozenset[str]
    blame_phrases: tuple[str, ...]
    conduct: tuple[str, ...]
    to_person: frozenset[str]
    fixing_phrases: tuple[str, ...]
    machine: frozenset[str]
    human: frozenset[str]
    things: frozenset[str]
    outcomes: frozenset[str]
    rules: frozenset[str]
    errors: frozenset[str]
    spoken_of: frozenset[str]
    hazard: frozenset[str]
    hindsight: tuple[str, ...]
    dimensions: tuple[Dimension, ...]


@cache
def lexicon() -> Lexicon:
    """The word classes for English."""
    file = take("wording/en.toml", _File)
    people, verbs, blame, fixing, judged = file.people, file.verbs, file.blame, file.fixing, file.judged
    return Lexicon(
        version=file.version,
        source=file.source,
        roles=_plurals(people.roles),
        ambiguous=_plurals(people.ambiguous),
        groups=word_set(people.groups),
        affected=_plurals(people.affected),
        pronouns=word_set(people.pronouns),
        names=word_set(people.names),
        omitted=word_set(verbs.omitted),
        strong=word_set(verbs.strong),
        care=word_set(verbs.care),
        irregular=word_set(verbs.irregular),
        wrong_acts=word_set(verbs.wrong_acts),
        slip_adverbs=word_set(verbs.slip_adverbs),
        violated=word_set(verbs.violated),
        blame=word_set(blame.always),
        beside_person=word_set(blame.beside_person),
        blame_phrases=_phrases(blame.phrases),
        conduct=_phrases(blame.conduct),
        to_person=_phrases_asword_set(fixing.to_person),
        fixing_phrases=_phrases(fixing.phrases),
        machine=word_set(verbs.machine),
        human=word_set(verbs.human),
        things=_plurals(verbs.things),
        outcomes=word_set(judged.outcomes) | {f"{word}s" for word in word_set(judged.outcomes)},
        rules=word_set(judged.rules),
        errors=word_set(judged.errors),
        spoken_of=word_set(judged.spoken_of),
        hazard=word_set(judged.hazard),
        hindsight=_phrases(judged.hindsight),
        dimensions=tuple(file.dimension),
    )


def word_set(text: str) -> frozenset[str]:
    """The words of a text, by blanks."""
    return frozenset(text.split())


def _plurals(text: str) -> frozenset[str]:
    words = word_set(text)
    more = {word + ("es" if word.endswith(("s", "ch", "x")) else "s") for word in words}
    more |= {word[:-1] + "ies" for word in words if word.endswith("y")}
    return words | more


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip())


def _phrases_asword_set(text: str) -> frozenset[str]:
    return frozenset(_phrases(text))
