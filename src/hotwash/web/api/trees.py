"""Fault trees: templates to begin with, the trees of an incident held against what was found, and one to take out."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.incident.trees import KeptTree
from hotwash.investigate.trees import Invalid, write
from hotwash.knowledge import trees as shelf
from hotwash.reports.trees import Shown, show
from hotwash.reports.trees_drawing import pdf, svg, values_of
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, reply
from hotwash.web.api.sight import incident_of

library = Router(tags=["fault trees"])
incidents = Router(tags=["fault trees"])

Format = Literal["json", "tree", "xml", "svg", "pdf"]
_MEDIA = {
    "tree": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}


@library.get("/fault-trees", summary="Fault trees to begin with", operation_id="list_fault_trees")
def list_fault_trees(request: HttpRequest) -> HttpResponse:
    """Every template with its text in the short form."""
    caller(request).need("read")
    found = [
        {"name": one.name, "title": one.title, "about": one.about, "text": one.text}
        for one in shelf.templates().values()
    ]
    return reply({"templates": found})


@incidents.get("/{incident_id}/trees", summary="Fault trees of an incident", operation_id="incident_trees")
def incident_trees(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Each tree: which paths remain after what was found, and how many of them a barrier at each cause would stop."""
    incident, _ = incident_of(request, incident_id)
    return reply(
        {"incident": incident_id, "trees": [_plain(kept) for kept in incident.trees.values()]}, number=incident.number
    )


@incidents.get("/{incident_id}/trees/{tree}", summary="One fault tree", operation_id="incident_tree")
def incident_tree(
    request: HttpRequest,
    incident_id: str,
    tree: str,
    format: Annotated[Format, Query()] = "json",  # noqa: A002
) -> HttpResponse:
    """One tree as it stands, or as text, Open-PSA XML, a drawing."""
    incident, _ = incident_of(request, incident_id)
    kept = incident.trees.get(tree)
    if kept is None:
        raise Http404
    if format == "json":
        return reply({"incident": incident_id, **_plain(kept)}, number=incident.number)
    try:
        shown = show(kept)
    except Invalid as bad:
        raise Http404 from bad
    return attachment(_taken_out(shown, format), f"{kept.name}.{format}", media_type=_MEDIA[format])


def _taken_out(shown: Shown, form: Format) -> bytes:
    if form == "tree":
        return shown.kept.last.event.text.encode()
    if form == "xml":
        return write(shown.tree, "xml").encode()
    values = values_of(shown.tree)
    return pdf(shown.tree, values=values) if form == "pdf" else svg(shown.tree, values=values, alone=True).encode()


def _plain(kept: KeptTree) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": kept.name,
        "version": kept.last.entry,
        "versions": len(kept.versions),
        "by": kept.last.by,
        "text": kept.last.event.text,
    }
    try:
        shown = show(kept)
    except Invalid as bad:
        return told | {"sentence": str(bad), "paths": None, "remaining": None, "causes": []}
    causes = [
        {
            "event": line.event.name,
            "title": line.title,
            "standing": line.standing,
            "entry": line.entry,
            "finding": line.finding,
            "stops": line.cause.stops if line.cause else 0,
            "now": line.cause.now if line.cause else None,
        }
        for line in shown.lines
    ]
    return told | {
        "sentence": f"{shown.sentence} {shown.barrier}".strip(),
        "paths": shown.findings.paths if shown.findings else None,
        "remaining": shown.findings.remaining if shown.findings else None,
        "causes": causes,
    }
