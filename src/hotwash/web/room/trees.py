"""The page of one fault tree: the drawing, which causes remain, which barrier would have held; and the editor."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from hotwash.incident.rules.trees import SIZE_MAX, TEXT_MAX
from hotwash.investigate.trees import Invalid, read
from hotwash.knowledge.trees import templates
from hotwash.reports.tree_words import STANDINGS
from hotwash.reports.trees import show
from hotwash.reports.trees_drawing import svg, values_of
from hotwash.web.room import pages
from hotwash.web.room.forms import Act
from hotwash.web.room.forms.trees import KeepTree
from hotwash.web.room.opened import Room, open_room


@require_safe
def tree_page(request: HttpRequest, incident_id: str, name: str) -> HttpResponse:
    """One tree as it stands."""
    return show_tree(request, open_room(request, incident_id), name)


@require_safe
def new_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """A tree to begin with: an empty one, or a template."""
    room = open_room(request, incident_id)
    chosen = templates().get(request.GET.get("template", ""))
    return show_tree(request, room, "", template=chosen)


def show_tree(
    request: HttpRequest, room: Room, name: str, *, bound: Act | None = None, status: int = 200, template: Any = None
) -> HttpResponse:
    """The page of a tree; ``bound`` is a form that came back with its faults, ``template`` what a new one begins
    with.
    """
    kept = room.incident.trees.get(name)
    if name and kept is None and bound is None:
        raise Http404
    one, fault, picture = None, "", ""
    if kept is not None:
        try:
            one = show(kept)
            picture = mark_safe(one.picture())  # noqa: S308 - made element by element, with no text as markup
        except Invalid as bad:
            fault = str(bad)
    form = bound if isinstance(bound, KeepTree) else None
    if form is None:
        version = kept.last.entry if kept else ""
        text = template.text if template else ""
        form = KeepTree(incident=room.incident, tree=name, version=version, text=text)
    return pages.show(
        request,
        room,
        "tree",
        bound=bound,
        status=status,
        kept=kept,
        shown=one,
        fault=fault,
        picture=picture,
        api=f"/api/v1/incidents/{room.id}/trees/{name}",
        form=form,
        chosen=template,
        offered=list(templates().values()),
        standings=STANDINGS,
        theirs=kept.last.event.text if kept and isinstance(bound, KeepTree) else "",
    )


@require_POST
def preview(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The drawing of a text that is being written, or its faults with their lines. Nothing is kept."""
    open_room(request, incident_id)
    text = str(request.POST.get("text", ""))[:TEXT_MAX].replace("\r\n", "\n")
    context: dict[str, Any] = {}
    try:
        tree = read(text, "tree")
        if len(tree.gates) + len(tree.events) > SIZE_MAX:
            context["faults"] = ["The tree is too large to be drawn here."]
        else:
            picture = svg(tree, values=values_of(tree))
            context["picture"] = mark_safe(picture)  # noqa: S308 - made element by element, with no text as markup
    except Invalid as bad:
        context["faults"] = bad.faults[:10]
    response = render(request, "room/tree_preview.html", context)
    response["Cache-Control"] = "no-store"
    return response
