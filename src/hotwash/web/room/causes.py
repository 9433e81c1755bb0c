"""The page of one factor or answer with its versions, and the picture of all of them as it grows.

Several people build one tree at once: each answer is an entry of its own, and nobody writes over words that they have
not seen. Where two changed the same words, both texts are shown and a person chooses.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotwash.incident.causes import Factor, Why
from hotwash.knowledge.access import may
from hotwash.knowledge.factors import factors
from hotwash.reports.postmortem.wording import wording
from hotwash.reports.two_texts import side_by_side
from hotwash.reports.whys import Forest, Node, grow
from hotwash.response.desk import INCIDENT
from hotwash.web.door import desk
from hotwash.web.room import pages
from hotwash.web.room.drafted import draft_of
from hotwash.web.room.forms import ACTS, Act
from hotwash.web.room.opened import Room, open_room, person_of
from hotwash.web.room.whys import drawn
from hotwash.web.worded import title_of


@require_safe
def whys_part(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The picture and the warnings, for pages that look again; nothing (204) where nothing came."""
    since = request.GET.get("since", "")
    if may(person_of(request).role, "read") and str(desk().store.head(INCIDENT + incident_id).number) == since:
        return HttpResponse(status=204)
    room = open_room(request, incident_id)
    if str(room.number) == since:
        return HttpResponse(status=204)
    context = {"incident_id": room.id, "room": room, **drawn(room)}
    response = render(request, "room/whys_part.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def cause_page(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """One factor, or one answer: its words, its versions, and the ways to change it."""
    return show_cause(request, open_room(request, incident_id), entry)


def show_cause(
    request: HttpRequest, room: Room, entry: int, *, bound: Act | None = None, status: int = 200
) -> HttpResponse:
    """The page of a factor or an answer; ``bound`` is a form that came back.

    It comes back because of its faults, or because somebody wrote another version meanwhile: then both texts stand
    side by side, and the form goes on from the one that is kept.
    """
    incident = room.incident
    cause: Factor | Why | None = (
        incident.whys.get(entry) or incident.factors.get(entry) or incident.withdrawn_factors.get(entry)
    )
    if cause is None and bound is not None:
        return pages.show(request, room, "causes", bound=bound, status=status)
    if cause is None:
        raise Http404
    kind = "why" if isinstance(cause, Why) else "factor"
    form, pair = bound, None
    if bound is not None and bound.verb == f"edit-{kind}":
        if str(bound.data.get("made_from")) != str(cause.version) and cause.withdrawn is None:
            mine = bound.cleaned_data.get("text" if kind == "factor" else "answer", "") if bound.is_valid() else ""
            pair = side_by_side(_words(cause), mine or str(bound.data.get("answer") or bound.data.get("text") or ""))
            form = _anew(bound, room, cause)
    elif cause.withdrawn is None:
        form = ACTS[f"edit-{kind}"](incident=incident, **{kind: entry})
    return pages.show(
        request,
        room,
        "cause",
        bound=bound if pair is None else None,
        status=status,
        tab_title="Cause",
        cause=cause,
        kind=kind,
        says=_words(cause),
        node=_node(grow(incident), entry),
        form=form,
        pair=pair,
        mine=_hidden(form) if pair and form else [],
        tag=factors().tag(cause.event.tag) if isinstance(cause, Factor) else None,
    )


def _words(cause: Factor | Why) -> str:
    return cause.event.answer if isinstance(cause, Why) else cause.event.text


def _anew(bound: Act, room: Room, cause: Factor | Why) -> Act:
    """The same words, now made from the version that is kept."""
    sent: Any = bound.data
    data = sent.copy()
    data["made_from"] = str(cause.version)
    form = type(bound)(data)
    form.settle(room.incident)
    return form


def _hidden(form: Act) -> list[tuple[str, str]]:
    """Every value of a form that came back, to send it again as it is."""
    data: Any = form.data
    return [(name, value) for name in data if name != "csrfmiddlewaretoken" for value in data.getlist(name)]


def _node(forest: Forest, entry: int) -> Node | None:
    return next((node for root in forest.roots for node in root.all() if node.entry == entry), None)


@require_safe
def draft_wording(request: HttpRequest, incident_id: str) -> HttpResponse:
    """What could be said otherwise in the whole draft, for whoever leads the meeting."""
    room = open_room(request, incident_id)
    worded = [
        {"section": one.section, "noted": [(flag, title_of(flag)) for flag in one.flags]}
        for one in wording(draft_of(room))
    ]
    part = bool(request.headers.get("HX-Request"))
    context = {"worded": worded} if part else pages.frame(request, room, "post-mortem") | {"worded": worded}
    response = render(request, f"room/draft_wording{'' if part else '_page'}.html", context)
    response["Cache-Control"] = "no-store"
    return response
