"""Drafts of notices: a form filled from the record, with what is still missing named first.

A draft is never sent from here, and is no legal advice. The same record gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.duties import NOT_ADVICE, duties
from hotwash.knowledge.notices import Field, Form, notices
from hotwash.ledger.entry import NO_ENTRY
from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Facts,
    Item,
    Items,
    Paragraph,
    Section,
    Text,
    quiet,
    strong,
    text,
)
from hotwash.reports.notices.filling import Source, filled
from hotwash.reports.phrases import brief, count, day
from hotwash.reports.vocabulary import KINDS
from hotwash.systems.organisation import Organisation
from hotwash.systems.state import System

__all__ = ["Filled", "Notice", "draft", "fill"]


@dataclass(frozen=True, slots=True)
class Filled:
    """A field with its answer; without one, it is missing."""

    field: Field
    answer: tuple[Text, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing on record answers it."""
        return not self.answer


@dataclass(frozen=True, slots=True)
class Notice:
    """A form with its answers."""

    form: Form
    fields: tuple[Filled, ...]

    @property
    def missing(self) -> tuple[Filled, ...]:
        """What the provision asks for and nothing answers yet."""
        return tuple(one for one in self.fields if one.missing and one.field.needed)

    @property
    def answered(self) -> int:
        """How many fields have an answer."""
        return sum(not one.missing for one in self.fields)


def fill(
    form: str, incident: Incident, *, organisation: Organisation | None = None, system: System | None = None
) -> Notice:
    """A form with what the record answers.

    :raises KeyError: if there is no such form
    """
    known = notices().forms[form]
    source = Source(incident, organisation or Organisation(), system)
    return Notice(known, tuple(Filled(field, filled(field.fill, source)) for field in known.fields))


def draft(
    form: str,
    facts: Sequence[IncidentFact],
    incident: Incident,
    *,
    organisation: Organisation | None = None,
    system: System | None = None,
) -> Document:
    """The draft as a document.

    :raises KeyError: if there is no such form
    """
    notice = fill(form, incident, organisation=organisation, system=system)
    last = facts[-1] if facts else None
    date = last.recorded_at if last else datetime.fromtimestamp(0, UTC)
    mark = () if incident.kind == "normal" else (KINDS.get(incident.kind, incident.kind),)
    return Document(
        id=f"{incident.id} · {form}",
        title=f"{notice.form.title}: {brief(incident.title or incident.id, 200)}",
        subtitle=f"Draft from the record as of {day(date)}, not sent",
        marks=("Draft", *mark),
        date=date,
        head=last.digest if last else NO_ENTRY,
        sections=(_state(notice), *_parts(notice)),
    )


def _state(notice: Notice) -> Section:
    form = notice.form
    blocks: list[Block] = [Callout("warning", text(NOT_ADVICE, f" {form.status}"))]
    if not form.verified:
        blocks.append(Callout("note", text("This form is ", strong("unverified"), f": {form.source}.")))
    blocks.append(
        Facts(
            (
                ("Provision", text(form.provision)),
                ("Goes to", text("; ".join(_recipients(form)) or "nobody in particular")),
                ("Answered", text(f"{notice.answered} of {len(notice.fields)} fields")),
            )
        )
    )
    if notice.missing:
        listed = tuple(
            Item(text(one.field.label, quiet(f". {one.field.ask}") if one.field.ask else None))
            for one in notice.missing
        )
        blocks += [
            Paragraph(text(strong(f"Still missing: {count(len(notice.missing), 'answer', 'answers')}."))),
            Items(listed),
        ]
    return Section("draft", "State of this draft", tuple(blocks))


def _recipients(form: Form) -> list[str]:
    known = duties().duties
    return list(dict.fromkeys(known[duty].recipient for duty in form.duties))


def _parts(notice: Notice) -> list[Section]:
    answers = iter(notice.fields)
    sections = []
    for number, part in enumerate(notice.form.parts, 1):
        blocks: list[Block] = []
        for _ in part.fields:
            one = next(answers)
            blocks.append(Paragraph(text(strong(one.field.label))))
            if one.missing:
                words = one.field.ask or "Say it here by hand."
                blocks.append(Callout("missing", text(words if one.field.needed else f"If it applies: {words}")))
            elif len(one.answer) == 1:
                blocks.append(Paragraph(one.answer[0]))
            else:
                blocks.append(Items(tuple(Item(line) for line in one.answer)))
        sections.append(Section(f"part-{number}", part.title, tuple(blocks)))
    return sections
