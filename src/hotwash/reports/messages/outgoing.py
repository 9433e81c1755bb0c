"""What goes out: the approved text for a target, and letters filled for each of the people harmed.

A letter is filled in one pass, from the fields that the register gives for a person at the moment of sending. What a
letter needs and a person's line does not have is not invented: that letter does not go, and is counted.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hotwash.incident.messages import due_to
from hotwash.incident.state import Incident
from hotwash.knowledge.message_templates import PERSON
from hotwash.knowledge.placeholders import fill, names
from hotwash.reports.visible import visible

FIELD_LENGTH_MAX = 2_000

MADE_UP: dict[str, Mapping[str, str]] = {
    "en": {
        "name": "Alex Example",
        "reference": "HW-000-EXAMPLE",
        "what": "Your application of 12 March was refused by mistake.",
        "remedy": "A person decides your application again, by 2 April.",
        "amount": "120.00 EUR",
    },
    "de": {
        "name": "Alex Beispiel",
        "reference": "HW-000-BEISPIEL",
        "what": "Ihr Antrag vom 12. März wurde irrtümlich abgelehnt.",
        "remedy": "Ein Mensch entscheidet bis zum 2. April neu über Ihren Antrag.",
        "amount": "120,00 EUR",
    },
    "es": {
        "name": "Alex Ejemplo",
        "reference": "HW-000-EJEMPLO",
        "what": "Su solicitud del 12 de marzo se rechazó por error.",
        "remedy": "Una persona decidirá de nuevo su solicitud antes del 2 de abril.",
        "amount": "120,00 EUR",
    },
}
"""A person who does not exist, for the preview of a letter."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An approved text on its way to one target.

    :param each: the placeholders that are filled for each person; none in a message that is the same for everyone
    """

    incident: str
    message: int
    sending: int
    target: str
    audience: str
    language: str
    subject: str
    body: str
    drill: bool
    each: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The digest of the text, where it is the same for everyone."""
        return digest_of(self.subject, self.body)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one person, who is known here by a pseudonym only."""

    pseudonym: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A letter that cannot go, because the person's line lacks something or is for another language."""

    pseudonym: str
    why: str


def outgoing(incident: Incident, sending: int, target: str) -> Outgoing | None:
    """The text that still has to go to a target of a sending; None if it must not, or went already."""
    message = due_to(incident.messages, sending, target)
    if message is None:
        return None
    text = message.text.event
    subject, body = text.subject, text.body
    drill = incident.kind in ("drill", "test")
    if drill:
        subject, body = f"EXERCISE: {subject}", f"This is an exercise. Nothing of it has happened.\n\n{body}"
    each = tuple(name.removeprefix(PERSON) for name in names(body) if name.startswith(PERSON))
    return Outgoing(
        incident.id, message.number, sending, target, message.audience, text.language, subject, body, drill, each
    )


def letters(out: Outgoing, people: Iterable[tuple[str, str, Mapping[str, str]]]) -> Iterator[Letter | Unfilled]:
    """A letter for each person: pseudonym, language and fields as `response.redress.recipients` gives them.

    One at a time, so that a register of any size fits. Whoever reads another language is passed over as unfilled: they
    get the letter in theirs. Where no language is known, English is meant.
    """
    needed = _needed(out.body)
    for pseudonym, language, fields in people:
        reads = (language or "en").split("-")[0]
        if reads != out.language.split("-")[0]:
            yield Unfilled(pseudonym, f"read another language ({reads[:12]})")
            continue
        known = {f"{PERSON}{name}": _line(value) for name, value in fields.items() if value}
        lacking = [name.removeprefix(PERSON) for name in needed if not known.get(name)]
        if lacking:
            yield Unfilled(pseudonym, f"lack {', '.join(lacking)}")
        else:
            yield Letter(pseudonym, out.subject, fill(out.body, known))


def preview(body: str, language: str) -> str:
    """A letter as a person who does not exist would get it; a text without placeholders as it is."""
    made_up = MADE_UP.get(language.split("-", maxsplit=1)[0], MADE_UP["en"])
    known = {name: made_up.get(name.removeprefix(PERSON), "…") for name in names(body) if name.startswith(PERSON)}
    return fill(body, known)


def digest_of(*parts: str) -> str:
    """The digest of a text, or of the digests of many."""
    return "sha256:" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _needed(body: str) -> tuple[str, ...]:
    """The names without which the letter would have a hole: those that do not stand only where they are known."""
    empty = fill(body, {})
    return tuple(name for name in names(empty) if name.startswith(PERSON))


def _line(value: str) -> str:
    return " ".join(visible(str(value)[:FIELD_LENGTH_MAX]).split())
