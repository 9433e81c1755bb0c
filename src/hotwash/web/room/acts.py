"""Writing: one address for every verb. The desk is asked; what it refuses comes back beside the form, words kept."""

import json
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hotwash.ledger.entry import Conflict
from hotwash.response.desk import NotFound, NotPermitted, Recorded, refusals
from hotwash.web import faults
from hotwash.web.door import desk
from hotwash.web.faults import Fault
from hotwash.web.room import causes, messages, pages, postmortem, trees
from hotwash.web.room.forms import ACTS, Act
from hotwash.web.room.forms.life import Whole
from hotwash.web.room.opened import Room, open_room, person_of

_TRIES = 5


@require_POST
def do(request: HttpRequest, incident_id: str, verb: str) -> HttpResponse:
    """Say a verb, then show where it landed."""
    if verb not in ACTS:
        raise Http404
    form = ACTS[verb](request.POST, request.FILES)
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            if isinstance(form, Whole):
                recorded = _whole(request, form, incident_id)
                if isinstance(recorded, HttpResponse):
                    return recorded
            else:
                recorded = form.record(desk(), incident_id, person_of(request))
        except NotFound as nothing:
            raise Http404 from nothing
        except NotPermitted as no:
            return _not_permitted(request, incident_id, no)
        except refusals() as no:
            form.refuse(no)
            status = HTTPStatus.CONFLICT
        else:
            return _done(request, incident_id, form, recorded)
    return _again(request, open_room(request, incident_id), form, status)


def _again(request: HttpRequest, room: Room, form: Act, status: int) -> HttpResponse:
    """The page on which the form stands, with what was typed and why it was not taken."""
    form.settle(room.incident)
    if form.tab == "entry":
        return pages.show_entry(request, room, int(form.data.get(form.fixed[0]) or 0), bound=form, status=status)
    if form.tab == "message":
        number = str(form.data.get("message") or "")
        message = int(number) if number.isdecimal() and len(number) < 12 else 0
        return messages.show_message(request, room, message, bound=form, status=status)
    if form.tab == "tree":
        return trees.show_tree(request, room, str(form.data.get("tree") or ""), bound=form, status=status)
    if form.tab == "cause":
        number = str(form.data.get(form.fixed[0]) or "")
        cause = int(number) if number.isdecimal() and len(number) < 12 else 0
        return causes.show_cause(request, room, cause, bound=form, status=status)
    if form.tab in postmortem.PAGES:
        return postmortem.PAGES[form.tab](request, room, bound=form, status=status)
    return pages.show(request, room, form.tab, bound=form, status=status)


def _whole(request: HttpRequest, form: Whole, incident_id: str) -> Recorded | HttpResponse:
    """Replace a whole text, unless somebody else replaced it since this writer saw it.

    Other entries that came meanwhile are no conflict: only the same text is.
    """
    person, seen = person_of(request), form.cleaned_data.get("expected")
    words = {form.whole: form.cleaned_data[form.whole]}
    expected = seen
    for _ in range(_TRIES):
        try:
            return desk().record(incident_id, form.verb, by=person, expected=expected, **words)
        except Conflict as newer:
            room = open_room(request, incident_id)
            rewritten = [e for e in room.entries if e.number > (seen or 0) and e.kind == form.kind]
            if rewritten:
                return _both_texts(request, room, form, rewritten[-1].by)
            expected = newer.found
    raise Conflict(incident_id, expected or 0, expected or 0)


def _both_texts(request: HttpRequest, room: Room, form: Whole, other: str) -> HttpResponse:
    fresh = type(form)(incident=room.incident)
    context = pages.frame(request, room, form.tab) | {
        "act": form,
        "mine": form.cleaned_data[form.whole],
        "theirs": form.standing(room.incident),
        "other": other,
        "whole": form.whole,
        "label": fresh.fields[form.whole].label,
        "area": form.whole == "text",
    }
    return render(request, "room/both_texts.html", context, status=HTTPStatus.CONFLICT)


def _done(request: HttpRequest, incident_id: str, form: Act, recorded: Recorded) -> HttpResponse:
    if not recorded.entries:
        # It waits for the worker: nothing is on record yet.
        return HttpResponseRedirect(pages.address(incident_id, form.tab))
    number = recorded.entries[0].number
    draft = f"{incident_id}:{form.place}"
    if request.headers.get("HX-Request"):
        # The page asks for what is new by itself: the writer and everyone else get it in the same way.
        fresh: Any = type(form)()
        response = render(
            request,
            "room/act.html",
            {"form": fresh, "incident_id": incident_id, "quick": True, "slim": form.word == "note"},
        )
        response["HX-Trigger"] = json.dumps({"draft-done": {"value": draft}, "recorded": {"value": number}})
        return response
    where = _where(incident_id, form, recorded)
    return HttpResponseRedirect(f"{where}?recorded={number}&draft={form.place}#e{number}")


def _where(incident_id: str, form: Act, recorded: Recorded) -> str:
    """The page on which it landed: a message and a fault tree have one of their own."""
    number = recorded.entries[0].number
    if form.verb == "draft-message":
        return reverse("room-message", args=[incident_id, number])
    if form.tab in postmortem.PAGES:
        return form.landing(incident_id)
    if form.tab == "message":
        return reverse("room-message", args=[incident_id, int(form.data["message"])])
    if form.tab == "cause":
        return pages.address(incident_id, "causes")
    if form.tab == "tree":
        return reverse(
            "room-tree", args=[incident_id, (recorded.entries[0].body or {}).get("name") or form.data["tree"]]
        )
    return pages.address(incident_id, "timeline" if form.tab == "entry" else form.tab)


def _not_permitted(request: HttpRequest, incident_id: str, no: NotPermitted) -> HttpResponse:
    open_room(request, incident_id)
    mend = "Ask somebody with another role to do it, or an administrator to change your role."
    return faults.page(request, Fault(403, "Your role may not do this", f"{no} Nothing was recorded.", mend))
