"""Incidents that resemble a text or an incident, over the API."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.reports.similar import Similar, seen
from hotwash.response.request import TEXT_LENGTH_MAX, BadRequest, fit
from hotwash.web import similar as resemblance
from hotwash.web.api.caller import Caller, caller
from hotwash.web.api.exchange import asked, reply
from hotwash.web.api.sight import incident_of, incident_rows, own_incidents

router = Router(tags=["similar incidents"])
incidents = Router(tags=["similar incidents"])


def _to_look(*, text: str = "", top: int = resemblance.TOP, corpus: str = "") -> None:
    """What a look for similar incidents asks for."""


@router.post("/similar", summary="Find incidents like a text", operation_id="similar")
def similar(request: HttpRequest) -> HttpResponse:
    """Our own incidents that the caller may see, and cases of others, best first; nothing is kept.

    `corpus`: `own`, or the name of a collection; every one if it is left out.
    """
    asking = caller(request)
    asking.reads()
    words = fit(_to_look, asked(request, _to_look).words)
    if not 1 <= words["top"] <= resemblance.TOP_MAX:
        raise BadRequest("top", f"is from 1 to {resemblance.TOP_MAX}.")
    if len(words["text"]) > TEXT_LENGTH_MAX:
        raise BadRequest("text", f"has {len(words['text']):,} characters; {TEXT_LENGTH_MAX:,} are the most.")
    return reply(answer(look(asking, words["text"], top=words["top"], corpus=words["corpus"])))


@incidents.get("/{incident_id}/similar", summary="Incidents like this one", operation_id="incident_similar")
def incident_similar(request: HttpRequest, incident_id: str) -> HttpResponse:
    """What resembles an incident by its title and its summary, or by what was seen when it was declared."""
    incident, _ = incident_of(request, incident_id)
    return reply(answer(like(caller(request), incident)), number=incident.number)


def like(asking: Caller, incident: Any) -> list[Similar]:
    """What resembles an incident, without itself."""
    return look(asking, resemblance.of_incident(incident), without=[incident.id])


def look(asking: Caller, text: str, **how: Any) -> list[Similar]:
    """What resembles a text, of what a caller may see. How: see `hotwash.web.similar.similar`."""
    mine = None if asking.reads() else set(own_incidents(asking))
    return resemblance.similar(incident_rows(asking), text, mine=mine, **how)


def answer(found: list[Similar]) -> dict[str, Any]:
    """What was found, what was seen there, and who is to be credited."""
    there = {one.corpus for one in found}
    return {
        "similar": [asdict(one) for one in found],
        "seen": seen(found).sentences,
        "attributions": [row.attribution for row in resemblance.corpora() if row.name in there],
    }
