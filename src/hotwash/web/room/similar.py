"""Similar incidents in the room of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotwash.reports.similar import Similar, seen
from hotwash.web import similar
from hotwash.web.api.caller import Caller
from hotwash.web.api.similar import look
from hotwash.web.room.opened import open_room, person_of


@require_safe
def in_room(request: HttpRequest, incident_id: str) -> HttpResponse:
    """What resembles an incident, of what the reader may see."""
    room = open_room(request, incident_id)
    found = look(Caller(person_of(request)), similar.of_incident(room.incident), without=[incident_id])
    return part(request, found, room=True)


def part(request: HttpRequest, found: list[Similar], **more: Any) -> HttpResponse:
    """Similar incidents as a part of a page, with what was seen there and who is to be credited."""
    rows = {row.name: row for row in similar.corpora()}
    credited = [rows[name] for name in dict.fromkeys(one.corpus for one in found) if name in rows]
    context = {"similar": found, "seen": seen(found).sentences, "credited": credited, "known": bool(rows), **more}
    response = render(request, "pages/similar_part.html", context)
    response["Cache-Control"] = "no-store"
    return response
