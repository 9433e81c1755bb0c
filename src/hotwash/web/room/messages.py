"""The page of one message: its text with notes in the margin, who has to agree, where it went; and the check."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from hotwash.incident.events.messages import REGISTER, STATUS_PAGE, MessageDelivered
from hotwash.incident.messages import Message, lacking
from hotwash.incident.state import Incident
from hotwash.knowledge.message_templates import language_title
from hotwash.knowledge.placeholders import BadPlaceholder
from hotwash.reports.messages.outgoing import outgoing, preview
from hotwash.reports.messages.public import open_page
from hotwash.reports.messages_words import target_title
from hotwash.response.desk import refusals
from hotwash.web.api.messages import letters_file
from hotwash.web.room import pages
from hotwash.web.room.forms import Act
from hotwash.web.room.forms.messages import lists_left
from hotwash.web.room.opened import Room, open_room
from hotwash.web.room.telling import checked, row_of
from hotwash.web.sending import targets as lists


@require_safe
def message_page(request: HttpRequest, incident_id: str, message: int) -> HttpResponse:
    """One message: its text with notes in the margin, who has to agree, where it went."""
    return show_message(request, open_room(request, incident_id), message)


def show_message(
    request: HttpRequest, room: Room, message: int, *, bound: Act | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a message; ``bound`` is a form that came back with its faults."""
    known = room.incident.messages.get(message)
    if known is None and bound is not None:
        return pages.show(request, room, "messages", bound=bound, status=status)
    if known is None:
        raise Http404
    text = known.text.event
    return pages.show(
        request,
        room,
        "message",
        bound=bound,
        status=status,
        row=row_of(known),
        tab_title="Message",
        message=known,
        text=text,
        language=language_title(text.language),
        words_needed=_words_needed(room.incident, known, room.person.name),
        lacking=lacking(known),
        results=_results(known),
        previewed=_preview(text.body, text.language) if known.audience == "harmed" else "",
        earlier=list(reversed(known.texts[:-1])),
        has_lists=bool(lists.targets()),
        went_everywhere=_went_everywhere(room.incident, known),
        page=open_page(room.incident),
        letters_due=letters_due(room.incident, known),
        **checked(text.body, text.language, known.audience, known.stage),
        **more,
    )


def _went_everywhere(incident: Incident, message: Message) -> bool:
    """Whether nothing is left to which it could be sent."""
    to_page = message.audience == "public" and open_page(incident) is not None and STATUS_PAGE not in message.targets
    return bool(message.sendings) and not lists_left(message) and not to_page


def _words_needed(incident: Incident, message: Message, person: str) -> list[dict[str, Any]]:
    """Each role whose word is needed: who holds it, whether they agreed, and whether this person may say so now."""
    found = []
    for role in message.row.needs:
        holder = incident.roster.get(role)
        stands_in = holder is None and message.row.stand_in and incident.commander == person
        found.append(
            {
                "role": role,
                "holder": holder,
                "agreed": message.approved.get(role),
                "mine": holder == person or stands_in,
                "stands_in": stands_in,
            }
        )
    return found


def _results(message: Message) -> list[dict[str, Any]]:
    found = []
    for target, (sending, result) in message.targets.items():
        event = result.event if result else None
        state = "on its way"
        if isinstance(event, MessageDelivered):
            state = "delivered"
        elif event is not None:
            state = ("not delivered" if event.outcome == "failed" else "not known") + (
                "" if event.final else ", tried again"
            )
        found.append(
            {
                "target": target_title(target),
                "page": target == STATUS_PAGE,
                "sending": sending,
                "state": state,
                "good": state == "delivered",
                "event": event,
                "at": result.at if result else None,
            }
        )
    return found


def _preview(body: str, language: str) -> str:
    try:
        return preview(body, language)
    except BadPlaceholder:
        return ""


def letters_due(incident: Incident, message: Message) -> bool:
    """Whether letters wait to be taken out for whoever knows the addresses."""
    sending, result = message.targets.get(REGISTER, (0, None))
    return bool(sending) and result is None and outgoing(incident, sending, REGISTER) is not None


@require_POST
def letters(request: HttpRequest, incident_id: str, message: int) -> HttpResponseBase:
    """Every letter of a message that was sent to the register, as a file."""
    room = open_room(request, incident_id)
    try:
        return letters_file(room.id, message, by=room.person)
    except refusals() as no:
        return show_message(request, open_room(request, incident_id), message, status=409, letters_fault=str(no))


@require_POST
def check_text(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The notes on a text that is being written. Nothing is kept."""
    open_room(request, incident_id)
    body = str(request.POST.get("body", ""))[:20_000]
    words = {name: str(request.POST.get(name, ""))[:20] for name in ("language", "audience", "stage")}
    found = checked(body, words["language"] or "en", words["audience"], words["stage"])
    found["field"] = request.headers.get("HX-Trigger", "")[:100]
    response = render(request, "room/message_notes.html", found)
    response["Cache-Control"] = "no-store"
    return response
