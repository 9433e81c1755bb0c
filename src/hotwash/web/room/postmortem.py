"""The pages of the post-mortem: how it stands, a section and its editors, the meeting, what becomes public.

A section is written by several people at once. Each save names the version it was made from; where another came
between, both stand side by side until somebody makes one of them. Who has a section open is kept beside the record.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hotwash.incident.rules.postmortem import obligation, unsigned
from hotwash.incident.rules.publishing import offered
from hotwash.knowledge.postmortem import AgendaItem, postmortem_book
from hotwash.reports.executive import executive
from hotwash.reports.two_texts import both, side_by_side
from hotwash.response.desk import refusals
from hotwash.web.door import desk
from hotwash.web.room import learning, pages
from hotwash.web.room.drafted import drawn
from hotwash.web.room.forms import Act
from hotwash.web.room.forms.postmortem import WriteSection
from hotwash.web.room.opened import Room, open_room
from hotwash.web.tables.models import SectionEditor
from hotwash.web.unnamed import keeping


@require_safe
def section_page(request: HttpRequest, incident_id: str, section: str) -> HttpResponse:
    """A section: its text, or its texts side by side; its editor."""
    return show_section(request, open_room(request, incident_id), section=section)


def show_section(
    request: HttpRequest, room: Room, *, section: str = "", bound: Act | None = None, status: int = 200
) -> HttpResponse:
    """The page of a section; ``bound`` is a form that came back with its faults."""
    name = section or (bound.section if isinstance(bound, WriteSection) else "")
    try:
        asked = postmortem_book().section(name)
    except KeyError as nothing:
        raise Http404 from nothing
    heads = room.incident.postmortem.heads(name)
    form = bound or WriteSection(incident=room.incident, section=name)
    pair = None
    if len(heads) > 1:
        left, right = side_by_side(heads[0].event.text, heads[1].event.text)
        pair = [(heads[0], left), (heads[1], right)]
        if bound is None:
            form.fields["text"].initial = both(heads[0].event.text, heads[1].event.text)
    versions = room.incident.postmortem.versions_of(name)
    return pages.show(
        request,
        room,
        "section",
        bound=bound,
        status=status,
        tab_title=asked.title,
        asked=asked,
        heads=heads,
        pair=pair,
        more_heads=heads[2:],
        form=form,
        seen=" ".join(str(said.entry) for said in heads),
        writing=[one for one, _ in learning.writing(room, name)],
        earlier=[said for said in reversed(versions) if said not in heads][:50],
    )


@require_POST
def live(request: HttpRequest, incident_id: str, section: str) -> HttpResponse:
    """Note that this person has the section open, and tell who else has, and whether another text came meanwhile."""
    room = open_room(request, incident_id)
    try:
        postmortem_book().section(section)
    except KeyError as nothing:
        raise Http404 from nothing
    if room.can["write_section"]:
        SectionEditor.objects.update_or_create(
            incident=room.id, section=section, name=room.person.name, defaults={"seen_at": room.now}
        )
        SectionEditor.objects.filter(incident=room.id, seen_at__lt=room.now - learning.KEPT).delete()
    heads = room.incident.postmortem.heads(section)
    seen = {int(one) for one in request.POST.get("seen", "")[:200].split() if one.isdecimal()}
    fresh = [said for said in heads if said.entry not in seen]
    found = {"writing": [one for one, _ in learning.writing(room, section)], "fresh": fresh}
    response = render(request, "room/section_live.html", found | {"incident_id": room.id, "section": section})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def meeting_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The facilitator's guide: agenda, ground rules, questions, clock, notes."""
    return show_meeting(request, open_room(request, incident_id))


def show_meeting(request: HttpRequest, room: Room, *, bound: Act | None = None, status: int = 200) -> HttpResponse:
    """The page of the meeting; ``bound`` is a form that came back with its faults."""
    return pages.show(
        request, room, "meeting", bound=bound, status=status, tab_title="Meeting", **_meeting(request, room)
    )


def _meeting(request: HttpRequest, room: Room) -> dict[str, Any]:
    held, book = room.incident.postmortem, postmortem_book()
    going_on = held.meeting
    asked = request.GET.get("form", "")[:20]
    form = going_on.opened.event.form if going_on else asked
    if form not in {one.id for one in book.meetings}:
        form = held.plan.event.form if held.plan else obligation(room.incident).form
    kind = book.meeting(form)
    notes = (
        {item.id: [said for said in going_on.notes if said.event.item == item.id] for item in kind.items}
        if going_on
        else {}
    )
    at = next((place for place, item in enumerate(kind.items) if going_on and item.id == going_on.item), 0)
    return {
        "meeting": going_on,
        "kind": kind,
        "kinds": book.meetings,
        "book": book,
        "items": [(item, notes.get(item.id, []), place - at) for place, item in enumerate(kind.items)],
        "current": kind.items[at],
        "next_item": kind.items[at + 1] if at + 1 < len(kind.items) else None,
        "item_ends": _ends(going_on.item_since, kind.items[at]) if going_on else None,
        "over": [one for one in held.meetings if one.ended],
        "contributed": held.contributions,
        "unnamed_taken": [text for said in held.taken for text in said.event.texts],
    }


def _ends(since: datetime, item: AgendaItem) -> datetime:
    return since + timedelta(minutes=item.minutes)


@require_safe
def meeting_live(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The running part of the meeting, if something came since; else nothing (204)."""
    room = open_room(request, incident_id)
    if request.GET.get("since", "") == str(room.number):
        return HttpResponse(status=204)
    found = pages.frame(request, room, "meeting") | _meeting(request, room) | {"oob": True}
    response = render(request, "room/meeting_live.html", found)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def publishing_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """What would become public, word by word."""
    return show_publishing(request, open_room(request, incident_id))


def show_publishing(request: HttpRequest, room: Room, *, bound: Act | None = None, status: int = 200) -> HttpResponse:
    """The page of publishing; ``bound`` is a form that came back with its faults."""
    incident, held = room.incident, room.incident.postmortem
    submission = held.submission
    signed = submission is not None and not unsigned(incident, submission)
    outside = held.in_force(outside=True)
    shown = next((held.proposal(one.event.version) for one in outside if hasattr(one.event, "version")), None)
    return pages.show(
        request,
        room,
        "publishing",
        bound=bound,
        status=status,
        tab_title="What becomes public",
        submission=submission,
        signed=signed,
        offered=list(offered(incident, submission.said.event.as_of)) if submission is not None and signed else [],
        proposal=held.proposals[-1] if held.proposals else None,
        outside=outside[-1] if outside else None,
        shown=shown,
        address=request.build_absolute_uri(reverse("published", args=[room.id, outside[-1].event.slug]))
        if outside and hasattr(outside[-1].event, "slug")
        else "",
    )


PAGES: dict[str, Callable[..., HttpResponse]] = {
    "section": show_section,
    "meeting": show_meeting,
    "publishing": show_publishing,
}
"""The pages beside the tab on which forms stand."""


@require_safe
def executive_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The page for those who lead."""
    room = open_room(request, incident_id)
    name = room.system.name if room.system else ""
    page = drawn(executive(room.facts, room.incident, system_name=name), record=reverse("room", args=[room.id]))
    return pages.show(request, room, "executive", tab_title="On one page", page=page)


@require_POST
def take_unnamed(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Take what came without a name into the record."""
    room = open_room(request, incident_id)
    try:
        keeping.take_in(desk(), room.id, by=room.person)
    except refusals() as no:
        return pages.show(request, open_room(request, incident_id), "post-mortem", status=409, fault=str(no))
    return HttpResponseRedirect(pages.address(room.id, "post-mortem") + "#contributions")


@require_POST
def draw_ticket(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Hand out a ticket for the pulse, once for each person. It is shown now, and never again."""
    room = open_room(request, incident_id)
    if not room.can["contribute"]:
        raise Http404
    ticket = keeping.draw(room.incident, room.person.name)
    address = request.build_absolute_uri(reverse("unnamed-pulse", args=[room.id, ticket])) if ticket else ""
    response = pages.show(request, room, "ticket", tab_title="Your ticket", ticket=address)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def close_pulse(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Close the pulse."""
    room = open_room(request, incident_id)
    try:
        keeping.close(desk(), room.id, by=room.person)
    except refusals() as no:
        return pages.show(request, open_room(request, incident_id), "post-mortem", status=409, fault=str(no))
    return HttpResponseRedirect(pages.address(room.id, "post-mortem") + "#pulse")
