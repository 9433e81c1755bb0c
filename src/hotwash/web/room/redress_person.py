"""One person of the register, and the drawing of how people stand over time."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from hotwash.knowledge.redress import redress
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.redress.history import story
from hotwash.response.redress.lists import identity_of
from hotwash.response.redress.progress import chart
from hotwash.web.redress.registers import register
from hotwash.web.room import pages
from hotwash.web.room.opened import open_room
from hotwash.web.room.redress import STATE_WORDS


@require_safe
def over_time(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The drawing of how people stood at the end of each day."""
    room = open_room(request, incident_id)
    if room.incident.register is None:
        raise Http404
    response = JsonResponse(chart(register(room.id).rows.over_time(room.id)))
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def person_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One person, by their key: what they are owed, and what led there. Who they are, if asked with a reason."""
    room = open_room(request, incident_id)
    words = request.POST if request.method == "POST" else request.GET
    person = words.get("key", "").replace("\x00", "")[:200]
    if room.incident.register is None or not room.can["work_list"] or not person:
        raise Http404
    opened = register(room.id)
    more: dict[str, Any] = {"identity": None, "refused": ""}
    try:
        if request.method == "POST":
            if not room.can["see_identities"]:
                raise Http404
            more["identity"] = identity_of(opened, person, by=room.person, reason=words.get("reason", "")[:500])
    except NotAllowed as no:
        more["refused"] = str(no)
    try:
        told = story(opened, person, by=room.person)
    except NotFound as nobody:
        raise Http404 from nobody
    more |= {"story": told, "remedy_words": {one.id: one.title for one in redress().remedies}}
    response = pages.show(request, room, "redress-person", **more, state_words=STATE_WORDS)
    response["Cache-Control"] = "no-store"
    return response
