"""A finding as a page: the sentence, the picture, every figure with its interval, and how to get it again."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotwash.investigate import Finding
from hotwash.reports.charts import NotDrawn, check
from hotwash.response import inquiries
from hotwash.response.imported import QUESTION as IMPORTED
from hotwash.response.inquiries import QUESTIONS
from hotwash.web import manual
from hotwash.web.door import desk
from hotwash.web.room import pages
from hotwash.web.room.cards_known import card_of
from hotwash.web.room.opened import Room, open_room


@require_safe
def finding_page(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """One finding, whole."""
    room = open_room(request, incident_id)
    return pages.show(request, room, "finding", **_context(room, entry))


@require_safe
def card_part(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """The figures, tables and recipe of a finding, for the page that opens it in place."""
    room = open_room(request, incident_id)
    context = _context(room, entry) | {"incident_id": incident_id, "can": room.can}
    return render(request, "room/card.html", context)


def _context(room: Room, entry: int) -> dict[str, Any]:
    said = room.incident.findings.get(entry)
    if said is None:
        raise Http404
    finding = _kept(room, entry)
    context: dict[str, Any] = {"said": said, "finding": finding, "entry": entry}
    if finding is None:
        return context
    card = card_of(finding)
    raw = _without_samples(finding.result) if card.samples or card.warning else finding.result
    return context | {
        "card": card,
        "arguments": [(name, _plain(value)) for name, value in finding.recipe.arguments.items()],
        "command": "" if finding.question == IMPORTED else f"hotwash reproduce finding-{entry}.json",
        "raw": json.dumps(raw, indent=2, ensure_ascii=False)[:200_000],
        "listed": finding.question == "blast-radius" and bool(finding.recipe.arguments.get("subject")),
        "title": _title(finding.question),
        "manual": manual.page(finding.question),
    }


def _title(question: str) -> str:
    if question == IMPORTED:
        return "Another tool’s result"
    return QUESTIONS[question].title if question in QUESTIONS else question


def _without_samples(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result as it may lie open on a page: what may upset somebody is opened on purpose, among the samples."""
    covered = "behind the warning above"
    made = {**result, "samples": covered} if result.get("samples") else dict(result)
    if result.get("clusters"):
        made["clusters"] = [
            {**one, "sample": covered} if isinstance(one, Mapping) else one for one in result["clusters"]
        ]
    return made


@require_safe
def chart(request: HttpRequest, incident_id: str, entry: int) -> HttpResponseBase:
    """The drawing of a finding, for the page that draws it. A drawing that names an address is not handed out."""
    finding = _kept(open_room(request, incident_id), entry)
    try:
        if finding is None:
            raise Http404
        check(finding.chart)
    except NotDrawn as why:
        return JsonResponse({"why": str(why)}, status=422)
    response = JsonResponse(finding.chart)
    # A finding never changes: its entry holds its digest.
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _kept(room: Room, entry: int) -> Finding | None:
    """A finding from the vault; None if its bytes were erased.

    :raises Http404: if the entry is no finding
    """
    said = room.incident.findings.get(entry)
    if said is None:
        raise Http404
    try:
        return inquiries.read(desk(), said.event.digest)
    except (LookupError, ValueError):
        return None


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
