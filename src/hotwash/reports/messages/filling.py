"""What the record says for each name that a template may hold. What nobody recorded stays empty: nothing is guessed.

What is not certain says so: a provisional severity, a typed estimate, a factor that nothing shows yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.causes import believed
from hotwash.incident.state import Incident
from hotwash.knowledge.message_templates import facts, passages
from hotwash.reports.messages.tongues import between, number, people, tongue, when
from hotwash.reports.phrases import closed
from hotwash.reports.status import harm_ended
from hotwash.systems.organisation import Organisation
from hotwash.systems.state import System


@dataclass(frozen=True, slots=True)
class Source:
    """What a message is filled from.

    :param next_at: by when the next word comes
    """

    incident: Incident
    organisation: Organisation
    system: System | None = None
    language: str = "en"
    next_at: datetime | None = None


def known(source: Source) -> dict[str, str]:
    """Every name with what the record says; those that it says nothing of are left out.

    A person's own words are in the language of the record, which is taken to be English: a text in another language
    gets none of them.
    """
    found = passages(source.incident.harms, source.language)
    for name, fact in facts().items():
        if fact.words and source.language != "en":
            continue
        if text := _FILLS[name](source).strip():
            found[name] = text
    return found


def known_fills() -> frozenset[str]:
    """The names that can be filled."""
    return frozenset(_FILLS)


def _id(source: Source) -> str:
    return source.incident.id


def _title(source: Source) -> str:
    return source.incident.title.rstrip(". ")


def _declared(source: Source) -> str:
    said = source.incident.declared
    return when(said.at, source.language) if said else ""


def _organisation(source: Source) -> str:
    return source.organisation.described.name if source.organisation.described else ""


def _contact(source: Source) -> str:
    return source.organisation.described.contact if source.organisation.described else ""


def _system(source: Source) -> str:
    return source.system.name if source.system is not None else ""


def _summary(source: Source) -> str:
    return closed(source.incident.summary.strip())


def _severity(source: Source) -> str:
    severity = source.incident.severity
    if severity is None:
        return ""
    return f"{severity.severity}, provisional" if severity.provisional else severity.severity


def _detected(source: Source) -> str:
    said = source.incident.detections
    return when(said[-1].at, source.language) if said else ""


def _began(source: Source) -> str:
    said = source.incident.beginnings
    return when(said[-1].at, source.language) if said else ""


def _ended(source: Source) -> str:
    ended = harm_ended(source.incident)
    return when(ended, source.language) if ended is not None else ""


def _going_on(source: Source) -> str:
    return tongue(source.language).going_on if source.incident.harm_going_on else ""


def _people(source: Source) -> str:
    """What was said last of how many: an estimate with its range, or what a finding counted."""
    incident, language = source.incident, source.language
    for said in reversed(incident.estimates):
        event = said.event
        if event.unit == "people":
            range_ = between(event.low, event.high, language)
            typed = tongue(language).estimate if event.finding is None else ""
            beside = ", ".join(part for part in (range_, typed) if part)
            about = tongue(language).about.format(n=people(event.value, language)) if range_ or typed else ""
            return f"{about or people(event.value, language)}{f' ({beside})' if beside else ''}"
    for found in reversed(incident.findings.values()):
        counted = found.event.figures.get("subjects")
        if found.event.question == "blast-radius" and isinstance(counted, int):
            return people(counted, language)
    return ""


def _containment(source: Source) -> str:
    words = tongue(source.language)
    parts = [
        words.since.format(
            when=when(one.applied.at, source.language),
            state=words.states.get(one.applied.event.state, one.applied.event.state),
            reach=words.for_everyone if one.complete else words.for_part,
        )
        for one in source.incident.in_force
    ]
    text = "; ".join(parts)
    return closed(text[:1].upper() + text[1:])


def _fix(source: Source) -> str:
    said = source.incident.remediations
    return closed(said[-1].event.how.strip()) if said else ""


def _cause(source: Source) -> str:
    parts = []
    for said in source.incident.factors.values():
        doubt = f" ({tongue(source.language).belief})" if believed(source.incident, said.event) else ""
        parts.append(said.event.text.strip().rstrip(".") + doubt)
    return closed("; ".join(parts))


def _prevention(source: Source) -> str:
    wanted = [one.wanted for one in source.incident.actions.values() if one.dropped is None]
    return closed("; ".join(one.title.strip().rstrip(".") for one in wanted if one.kind in ("prevent", "detect")))


def _remedies(source: Source) -> str:
    parts = [
        tongue(source.language).owed.format(
            what=one.owed.event.what.strip().rstrip("."),
            people=people(one.owed.event.people, source.language),
            left=number(one.left, source.language),
        )
        for one in source.incident.remedies.values()
    ]
    return closed("; ".join(parts))


def _questions(source: Source) -> str:
    return " ".join(one.raised.event.text.strip() for one in source.incident.questions.values() if one.answered is None)


def _commander(source: Source) -> str:
    return source.incident.commander or ""


def _next_update(source: Source) -> str:
    return when(source.next_at, source.language) if source.next_at is not None else ""


_FILLS: dict[str, Callable[[Source], str]] = {
    "id": _id,
    "title": _title,
    "declared": _declared,
    "organisation": _organisation,
    "contact": _contact,
    "system": _system,
    "summary": _summary,
    "severity": _severity,
    "detected": _detected,
    "began": _began,
    "ended": _ended,
    "going_on": _going_on,
    "people": _people,
    "containment": _containment,
    "fix": _fix,
    "cause": _cause,
    "prevention": _prevention,
    "remedies": _remedies,
    "questions": _questions,
    "commander": _commander,
    "next_update": _next_update,
}
