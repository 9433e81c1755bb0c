"""One piece of evidence with its chain of custody, and how far the rest of a hold is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotwash.knowledge.access import may
from hotwash.reports.custody import trails
from hotwash.response.desk import INCIDENT
from hotwash.response.evidence import PEOPLE, outcome_of
from hotwash.web.door import desk
from hotwash.web.inquiries import HOLD
from hotwash.web.room import pages
from hotwash.web.room.opened import open_room
from hotwash.web.tables.models import Inquiry

READ_MAX = 64 << 20
"""Up to this many bytes are read again whenever the page of a piece is opened."""


@require_safe
def item_page(request: HttpRequest, incident_id: str, entry: int, item: int = 0) -> HttpResponse:
    """One piece of evidence: what it is, where it came from, and everything that was done with it."""
    room = open_room(request, incident_id)
    for trail in trails(room.incident, desk().views(incident_id)):
        if (trail.item.entry, trail.item.item) == (entry, item):
            allowed = not trail.item.restricted or may(room.person.role, PEOPLE)
            found = outcome_of(desk(), trail.item.digest) if trail.item.kept and trail.item.size <= READ_MAX else ""
            more: dict[str, Any] = {"trail": trail, "item": trail.item, "allowed": allowed, "found": found}
            return pages.show(request, room, "evidence-item", **more)
    raise Http404


@require_safe
def held_progress(request: HttpRequest, incident_id: str, inquiry: int) -> HttpResponse:
    """How far the rest of a hold is, for the line that asks again by itself; the page comes anew when it is done."""
    room = open_room(request, incident_id)
    row = Inquiry.objects.filter(pk=min(inquiry, 2**53), stream=INCIDENT + incident_id, question=HOLD).first()
    if row is None:
        raise Http404
    response = render(request, "room/held_progress.html", {"row": row, "incident_id": incident_id, "can": room.can})
    if row.ended_at is not None:
        response["HX-Refresh"] = "true"
    return response
