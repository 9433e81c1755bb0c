"""Templates of messages, and the passages for each kind of harm (`data/messages/`).

A template names facts of the record in braces (see `placeholders`); who fills them is `reports.messages.filling`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from hotwash.knowledge.messages import LANGUAGES, AudienceId, StageId, rules
from hotwash.knowledge.placeholders import BadPlaceholder, names
from hotwash.knowledge.shelf import take

HARM, PERSON = "harm:", "person:"
PASSAGES = ("what", "meaning", "now", "object", "ours")
ANY = "any"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something on record that a template may name.

    :param ask: how to put it on record while it is missing
    :param words: whether it is a person's own words, which stand in one language
    :param inside: whether it is no business of anybody outside
    """

    id: str
    label: str
    ask: str
    words: bool = False
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders for an audience at a stage, in a language; for one kind of harm, or for all."""

    audience: AudienceId
    stage: StageId
    subject: str
    body: str
    language: str = "en"
    harm: str = ""
    version: str = ""
    name: str = ""

    @property
    def reference(self) -> str:
        """What a message says that it was made from."""
        own = f"own:{self.name}" if self.name else f"{self.audience}/{self.stage}/{self.language}"
        return f"{own} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class _Facts:
    version: str
    person: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Passage:
    harm: str
    language: str
    what: str
    meaning: str
    now: str
    object: str
    ours: str


@dataclass(frozen=True, slots=True)
class _Passages:
    version: str
    passages: tuple[_Passage, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    stage: StageId
    subject: str
    body: str
    language: str = "en"
    harm: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    version: str
    audience: AudienceId
    templates: tuple[_Text, ...]


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact that a template may name, by its id."""
    return {one.id: one for one in take("messages/facts.toml", _Facts).facts}


@cache
def person_fields() -> tuple[str, ...]:
    """What letters of the library say of a person, without the prefix."""
    return take("messages/facts.toml", _Facts).person


@cache
def _passages() -> Mapping[tuple[str, str], _Passage]:
    return {(one.harm, one.language): one for one in take("messages/harms.toml", _Passages).passages}


def passages(harms: Iterable[str], language: str) -> dict[str, str]:
    """The passages for kinds of harm, under the names by which templates call them; of several kinds the first two."""
    known = _passages()
    wanted = [one for one in harms if (one, language) in known][:2] or [ANY]
    found = [known[one, language] for one in wanted if (one, language) in known]
    return {HARM + name: " ".join(dict.fromkeys(getattr(one, name) for one in found)) for name in PASSAGES}


@cache
def templates() -> tuple[Template, ...]:
    """Every template of the library, by audience in the order of the table."""
    found: list[Template] = []
    for audience in rules().audiences:
        file = files("hotwash.knowledge").joinpath("data", "messages", "templates", f"{audience.id}.toml")
        read = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File, strict=True)
        found += [
            Template(read.audience, one.stage, one.subject, one.body.strip(), one.language, one.harm, read.version)
            for one in read.templates
        ]
    return tuple(found)


def choose(
    audience: str, stage: str, language: str = "en", *, harms: Iterable[str] = (), own: Iterable[Template] = ()
) -> Template | None:
    """The template for a message: the organisation's own go first, and those for the kind of harm before the rest."""
    kinds = tuple(harms)
    fitting = [
        one
        for one in (*own, *templates())
        if (one.audience, one.stage, one.language) == (audience, stage, language) and one.harm in ("", *kinds)
    ]
    return min(fitting, key=lambda one: (not one.name, not one.harm), default=None)


def languages(audience: str, own: Iterable[Template] = ()) -> tuple[str, ...]:
    """The languages in which there are templates for an audience, English first."""
    return tuple(dict.fromkeys(one.language for one in (*templates(), *own) if one.audience == audience))


def language_title(language: str) -> str:
    """A language in its own word; one that is not known here keeps its code."""
    return LANGUAGES.get(language, language)


def check(template: Template) -> None:
    """Hold a template against what may stand in one.

    :raises BadPlaceholder: if it cannot be read, names what there is not, or tells outside what is no business there
    """
    outside = rules().audience(template.audience).outside
    for name in dict.fromkeys((*names(template.subject), *names(template.body))):
        if name.startswith(PERSON):
            if template.audience != "harmed" or name in names(template.subject):
                raise BadPlaceholder(f"“{name}” can stand only in the text of a letter to the people harmed.")
            continue
        if name.startswith(HARM):
            if name.removeprefix(HARM) not in PASSAGES:
                raise BadPlaceholder(
                    f"There is no passage “{name}”. There are {', '.join(HARM + one for one in PASSAGES)}."
                )
            continue
        fact = facts().get(name)
        if fact is None:
            raise BadPlaceholder(f"Nothing on record is called “{name}”. There are {', '.join(facts())}.")
        if fact.inside and outside:
            raise BadPlaceholder(f"“{name}” ({fact.label}) is not told outside: write the words for it instead.")
