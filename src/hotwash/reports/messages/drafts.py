"""A draft of a message: a template filled from the record, with what is missing named in its place and beside it.

The holding statement is the draft of the first word: it needs nothing but the declaration, so it is there at once.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.state import Incident
from hotwash.knowledge.message_templates import PERSON, Fact, Template, choose, facts, language_title
from hotwash.knowledge.placeholders import fill, gap, gaps
from hotwash.reports.cadence import next_word
from hotwash.reports.messages.filling import Source, known
from hotwash.systems.organisation import Organisation
from hotwash.systems.state import System

HOLDING = ("staff", "customers", "public")
"""The audiences for whom the first word is offered on the first screen of a room."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the template asks for and the record does not know."""

    name: str
    label: str
    ask: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to begin with. Nothing of it is on record until somebody takes it."""

    audience: str
    stage: str
    language: str
    subject: str
    body: str
    template: str
    missing: tuple[Missing, ...]
    next_at: datetime | None

    @property
    def whole(self) -> bool:
        """Whether nothing is missing in it."""
        return not gaps(self.subject) and not gaps(self.body)


def draft(
    incident: Incident,
    audience: str,
    stage: str,
    *,
    at: datetime,
    organisation: Organisation | None = None,
    system: System | None = None,
    language: str = "en",
) -> Draft:
    """A draft for an audience at a stage, as the record stands ``at`` a moment.

    :raises LookupError: if there is no template for it in this language
    """
    house = organisation or Organisation()
    own = tuple(one for one in own_templates(house) if one)
    template = choose(audience, stage, language, harms=incident.harms, own=own)
    if template is None:
        raise LookupError(f"There is no template for {audience}, {stage}, in {language_title(language)}.")
    next_at = next_word(incident, audience, stage, at)
    return filled(template, Source(incident, house, system, language, next_at))


def filled(template: Template, source: Source) -> Draft:
    """A template with what the record says."""
    said, lacking = known(source), dict[str, Missing]()

    def missing(name: str) -> str:
        fact = facts().get(name, Fact(name, name, ""))
        foreign = f", in {language_title(source.language)}" if fact.words and source.language != "en" else ""
        lacking[name] = Missing(name, fact.label + foreign, fact.ask)
        return gap(fact.label + foreign)

    subject = fill(template.subject, said, missing=missing)
    body = fill(template.body, said, missing=missing, later=PERSON)
    return Draft(
        template.audience,
        template.stage,
        template.language,
        " ".join(subject.split())[:200],
        _tidy(body),
        template.reference,
        tuple(lacking.values()),
        source.next_at,
    )


def own_templates(organisation: Organisation) -> tuple[Template, ...]:
    """The organisation's own templates that were not retired."""
    return tuple(
        Template(
            one.event.audience,
            one.event.stage,
            one.event.subject,
            one.event.body,
            one.event.language,
            one.event.harm,
            str(one.entry),
            one.event.name,
        )
        for one in organisation.templates.values()
    )


def _tidy(body: str) -> str:
    """Without the empty lines and blanks that parts which do not stand leave behind."""
    lines = [" ".join(line.split()) for line in body.strip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
