"""Why it happened, over the API: factors and whys as a tree, what it warns of, what to ask next, and the picture."""

from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.incident.causes import Factor
from hotwash.knowledge.factors import factors
from hotwash.reports.whys import Hint, Node, grow
from hotwash.reports.whys.drawing import svg
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, reply
from hotwash.web.api.sight import incident_of

library = Router(tags=["causes"])
incidents = Router(tags=["causes"])


@library.get("/factors", summary="Where factors lie", operation_id="list_factors")
def list_factors(request: HttpRequest) -> HttpResponse:
    """Every tag with what to ask there, and the names of the GMF taxonomy that stand under it."""
    caller(request).need("read")
    known = factors()
    return reply(
        {"version": known.version, "gmf": known.gmf, "mit": known.mit, "tags": msgspec.to_builtins(known.tags)}
    )


@incidents.get("/{incident_id}/whys", summary="Factors and whys as a tree", operation_id="incident_whys")
def incident_whys(
    request: HttpRequest,
    incident_id: str,
    format: Annotated[Literal["json", "svg"], Query()] = "json",  # noqa: A002
) -> HttpResponse:
    """What contributed, with the answers below it: what each rests on, where to ask on, and what."""
    incident, _ = incident_of(request, incident_id)
    forest = grow(incident)
    if format == "svg":
        return attachment(svg(forest).encode(), f"{incident_id}-whys.svg", media_type="image/svg+xml")
    told = {
        "incident": incident_id,
        "factors": [_plain(node) for node in forest.factors],
        "chains": [_plain(node) for node in forest.chains],
        "hints": [_hint(hint) for hint in forest.hints],
    }
    return reply(told, number=incident.number)


def _plain(node: Node) -> dict[str, Any]:
    event = node.cause.event
    told: dict[str, Any] = {"entry": node.entry, "version": node.cause.version, "by": node.cause.by}
    if isinstance(node.cause, Factor):
        known = node.cause.event
        told |= {"text": known.text, "tag": known.tag, "failures": known.failures}
        told |= {"entity": known.entity, "intent": known.intent, "timing": known.timing}
    else:
        told |= {"question": node.question, "answer": node.text}
    return told | {
        "finding": event.finding,
        "evidence": event.evidence,
        "supports": event.supports,
        "believed": node.believed,
        "withdrawn": node.cause.withdrawn.event.reason if node.cause.withdrawn else None,
        "dissents": node.dissents,
        "hints": [_hint(hint) for hint in node.hints],
        "asks": [prompt.ask for prompt in node.prompts],
        "whys": [_plain(one) for one in node.below],
    }


def _hint(hint: Hint) -> dict[str, Any]:
    return {"kind": hint.kind, "text": hint.text, "entry": hint.entry}
