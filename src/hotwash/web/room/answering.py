"""Several questions of applicability answered at once: each answer becomes an entry of its own."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from hotwash.knowledge.duties import duties
from hotwash.response.desk import refusals
from hotwash.web.door import desk
from hotwash.web.room import pages
from hotwash.web.room.forms.clocks import answer_questions
from hotwash.web.room.opened import open_room, person_of


@require_POST
def answer(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Record what was answered, and leave out what was not touched."""
    room = open_room(request, incident_id)
    if not room.can["answer-applicability"]:
        raise PermissionDenied
    standing, known = room.deadlines.answers, {question.id for question in duties().questions}
    said = {
        name: value
        for name, value in request.POST.items()
        if name in known and isinstance(value, str) and value and value != standing.get(name, "unknown")
    }
    where = pages.address(incident_id, "clocks")
    if not said:
        return HttpResponseRedirect(f"{where}#answers")
    reason = request.POST.get("reason", "").strip()
    if not reason and "no" in said.values():
        fault = "A “no” hides deadlines: say who decided it, and on what grounds."
        return pages.show(
            request, room, "clocks", status=HTTPStatus.UNPROCESSABLE_ENTITY, typed=said, answers_fault=fault
        )
    try:
        recorded = answer_questions(desk(), incident_id, said, reason=reason, by=person_of(request))
    except refusals() as no:
        return pages.show(
            request, open_room(request, incident_id), "clocks", status=409, typed=said, answers_fault=str(no)
        )
    first = recorded[0].entries[0].number
    return HttpResponseRedirect(f"{where}?recorded={first}#answers")
