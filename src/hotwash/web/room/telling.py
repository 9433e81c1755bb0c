"""What the pages of messages show: what is due, what was written, drafts that stand ready, notes in the margin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from hotwash.incident.messages import Message, lacking
from hotwash.knowledge.message_templates import language_title, languages
from hotwash.knowledge.messages import approval, rules
from hotwash.reports.messages.drafts import HOLDING, Draft, draft, own_templates
from hotwash.reports.messages.plain import Note, Plain, check
from hotwash.reports.messages.public import open_page, would_show
from hotwash.reports.messages_words import audience_title, stage_title
from hotwash.reports.visible import visible
from hotwash.web import worded
from hotwash.web.door import desk
from hotwash.web.room.forms.messages import DraftMessage
from hotwash.web.room.opened import Room

SHOWN_MAX = 200
STATES: dict[str, tuple[str, str]] = {
    "draft": ("draft", ""),
    "submitted": ("waits for approval", "care"),
    "refused": ("sent back", "care"),
    "approved": ("approved, not sent", "on"),
    "sent": ("sent", ""),
    "withdrawn": ("taken back", ""),
}
"""How a message stands, in words, and how its mark looks."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of messages."""

    message: Message
    audience: str
    stage: str
    state: str
    mark: str
    waits: str


@dataclass(frozen=True, slots=True)
class NotedLine:
    """A line of a text: its pieces, each with its kind of note if it has one, and the notes beside it."""

    pieces: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]


def context(request: HttpRequest, room: Room) -> dict[str, Any]:
    """What the page of messages shows."""
    incident, house = room.incident, desk().organisation()
    own = own_templates(house)
    told = tuple(dict.fromkeys(language for one in rules().audiences for language in languages(one.id, own)))
    return {
        "updates": room.updates,
        "messages_listed": [row_of(one) for one in sorted(incident.messages.values(), key=_newest)[:SHOWN_MAX]],
        "audiences": rules().audiences,
        "stages": rules().stages,
        "languages": [(one, language_title(one)) for one in told],
        "writing": writing(request, room),
        "status_page": open_page(incident),
        "would_show": would_show(incident),
        "exercise": incident.kind in ("drill", "test"),
    }


def _newest(message: Message) -> tuple[bool, float]:
    return message.withdrawn is not None, -message.text.recorded_at.timestamp()


def row_of(message: Message) -> Row:
    """A message as a line."""
    state, mark = STATES[message.state]
    waits = lacking(message) if message.state == "submitted" else ""
    return Row(message, audience_title(message.audience), stage_title(message.stage), state, mark, waits)


def writing(request: HttpRequest, room: Room) -> dict[str, Any] | None:
    """The form with a draft filled from the record, where the page was asked for one."""
    asked = [request.GET.get(name, "")[:20] for name in ("audience", "stage", "language")]
    audience, stage, language = asked[0], asked[1], asked[2] or "en"
    if audience not in {one.id for one in rules().audiences} or stage not in {one.id for one in rules().stages}:
        return None
    made = draft_of(room, audience, stage, language)
    begun = made or Draft(audience, stage, language, "", "", "", (), None)
    form = DraftMessage(
        incident=room.incident,
        audience=audience,
        stage=stage,
        language=language,
        made_from=begun.template,
        missing="\n".join(one.label for one in begun.missing),
        subject=begun.subject,
        body=begun.body,
        next_at=f"{timezone.localtime(begun.next_at):%Y-%m-%dT%H:%M}" if begun.next_at else "",
    )
    return {
        "form": form,
        "missing": begun.missing,
        "needs": approval(audience, stage),
        "audience": audience_title(audience),
        "stage": stage_title(stage),
        "language": language_title(language),
        "found": made is not None,
        **checked(begun.body, language, audience, stage),
    }


def draft_of(room: Room, audience: str, stage: str, language: str = "en") -> Draft | None:
    """A draft from the record as it stands; None where there is no template."""
    try:
        return draft(
            room.incident,
            audience,
            stage,
            at=timezone.localtime(room.now),
            organisation=desk().organisation(),
            system=room.system,
            language=language,
        )
    except LookupError:
        return None


def holding(room: Room) -> list[dict[str, Any]]:
    """The first words that stand ready on the first screen, until somebody begins a message."""
    incident = room.incident
    if incident.standing != "open" or incident.kind == "backdated" or incident.messages:
        return []
    if not room.can["draft_message"]:
        return []
    found = [draft_of(room, audience, "first-word") for audience in HOLDING]
    return [
        {"draft": one, "audience": audience_title(one.audience), "next_at": _stamp(one.next_at)}
        for one in found
        if one is not None and one.whole
    ]


def _stamp(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def checked(body: str, language: str, audience: str, stage: str) -> dict[str, Any]:
    """A text with its notes in the margin."""
    body = visible(body)
    known = check(body, language, audience=audience, stage=stage)
    found = {"plain": known, "noted": noted(body, known), "unplaced": [one for one in known.notes if one.line == 0]}
    return {**found, **(worded.noted(body) if language == "en" else {}), "takes": True}


def noted(body: str, known: Plain) -> list[NotedLine]:
    """Every line of a text with its notes beside it."""
    found = []
    for number, line in enumerate(body.split("\n"), 1):
        notes = tuple(one for one in known.notes if one.line == number)
        found.append(NotedLine(_pieces(line, notes), notes))
    return found


def _pieces(line: str, notes: tuple[Note, ...]) -> tuple[tuple[str, str], ...]:
    """A line cut where notes begin and end. Of two that overlap the shorter is marked: the longer is told beside it."""
    taken: list[tuple[int, int, str]] = []
    for note in sorted(notes, key=lambda one: one.end - one.start):
        if all(note.end <= start or note.start >= end for start, end, _ in taken) and note.end > note.start:
            taken.append((note.start, min(note.end, len(line)), note.kind))
    pieces, at = [], 0
    for start, end, kind in sorted(taken):
        pieces += [(line[at:start], ""), (line[start:end], kind)]
        at = end
    return tuple(piece for piece in [*pieces, (line[at:], "")] if piece[0])
