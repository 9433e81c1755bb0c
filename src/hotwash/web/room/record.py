"""The record itself: entries with their digests, checked on demand."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hotwash.response.desk import INCIDENT
from hotwash.web.api.verification import verify
from hotwash.web.door import desk
from hotwash.web.room import pages
from hotwash.web.room.opened import open_room


@require_safe
def record_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every entry in the order in which it was written; with ``check``, whether each follows from the one before."""
    room = open_room(request, incident_id)
    verdict = None
    if "check" in request.GET:
        if not room.can["verify"]:
            raise PermissionDenied
        verdict = verify(desk().store, desk().vault, INCIDENT + incident_id)
    return pages.show(request, room, "record", verdict=verdict)
