"""A finding as a page: the sentence, the picture, every figure with its interval, and how to get it again."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from hotwash.investigate import Finding
from hotwash.reports.charts import NotDrawn, check
from hotwash.response import inquiries
from hotwash.web.door import desk
from hotwash.web.room import pages
from hotwash.web.room.opened import Room, open_room

METRICS = {
    "base_rate": ("Base rate", "Share of people for whom the label says yes"),
    "selection_rate": ("Selected", "Share of people who were decided yes"),
    "tpr": ("Rightly selected", "True positive rate: of those for whom yes was right, the share that got it"),
    "fpr": ("Wrongly selected", "False positive rate: of those for whom no was right, the share that got yes"),
    "fnr": ("Wrongly rejected", "False negative rate: of those for whom yes was right, the share that got no"),
    "tnr": ("Rightly rejected", "True negative rate: of those for whom no was right, the share that got no"),
    "ppv": ("Precision", "Of those who got yes, the share for whom it was right"),
    "npv": ("Negative precision", "Of those who got no, the share for whom it was right"),
    "fdr": ("False discovery rate", "Of those who got yes, the share for whom it was wrong"),
    "for": ("False omission rate", "Of those who got no, the share for whom it was wrong"),
    "accuracy": ("Accuracy", "Share of decisions that were right"),
}
_FIRST = ("selection_rate", "fnr", "fpr", "ppv")


@require_safe
def finding_page(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """One finding, whole."""
    room = open_room(request, incident_id)
    said = room.incident.findings.get(entry)
    if said is None:
        raise Http404
    finding = _kept(room, entry)
    context: dict[str, Any] = {"said": said, "finding": finding, "entry": entry}
    if finding is not None:
        context |= {
            "blast": _blast(finding.result) if finding.question == "blast-radius" else None,
            "groups": _groups(finding.result) if finding.question == "fairness" else None,
            "metrics": METRICS,
            "first": [(name, *METRICS[name]) for name in _FIRST],
            "rest": [(name, *METRICS[name]) for name in METRICS if name not in _FIRST],
            "arguments": [(name, _plain(value)) for name, value in finding.recipe.arguments.items()],
            "command": f"hotwash reproduce finding-{entry}.json",
            "raw": json.dumps(finding.result, indent=2, ensure_ascii=False)[:200_000],
            "listed": finding.question == "blast-radius" and bool(finding.recipe.arguments.get("subject")),
        }
    return pages.show(request, room, "finding", **context)


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


def _blast(result: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a blast radius; shares are drawn on one scale."""
    rows = list(result.get("by") or ())
    top = max([_high(row.get("share")) for row in rows] + [_high(result.get("share")), 0.0001])
    return {
        "decisions": result.get("decisions"),
        "subjects": result.get("subjects"),
        "n": result.get("n"),
        "share": _drawn(result.get("share"), top),
        "excess": result.get("excess"),
        "baseline": result.get("baseline"),
        "without": result.get("decisions_without_subject"),
        "top": top,
        "rows": [
            {**row, "name": _name(row.get("attributes") or {}), "drawn": _drawn(row.get("share"), top)} for row in rows
        ],
    }


def _groups(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The groups with every metric drawn on the scale from 0 to 1."""
    found = []
    for group in result.get("groups") or ():
        drawn = {name: _drawn(group.get(name), 1.0) for name in METRICS}
        ratios = group.get("ratio") or {}
        found.append(
            {
                "name": _name(group.get("attributes") or {}),
                "n": group.get("n"),
                "few": group.get("too_few"),
                "reference": group.get("reference") is True,
                "hidden": group.get("suppressed"),
                "cells": {name: {**drawn[name], "ratio": ratios.get(name)} for name in METRICS},
                "tp": group.get("tp"),
                "fp": group.get("fp"),
                "tn": group.get("tn"),
                "fn": group.get("fn"),
            }
        )
    return found


def _drawn(number: Any, top: float) -> dict[str, Any]:
    """A share with its interval in hundredths of a scale, so that it can be drawn without a script or a style."""
    if not isinstance(number, Mapping) or not isinstance(number.get("value"), int | float):
        return {"value": None, "why": number.get("why", "") if isinstance(number, Mapping) else ""}
    value, low, high = number["value"], number.get("low"), number.get("high")
    place = {"at": round(100 * value / top, 2)}
    if isinstance(low, int | float) and isinstance(high, int | float):
        place |= {"low": round(100 * low / top, 2), "width": round(100 * (min(high, top) - low) / top, 2)}
    return {"value": value, "from": low, "to": high, **place}


def _high(number: Any) -> float:
    if not isinstance(number, Mapping) or not isinstance(number.get("value"), int | float):
        return 0.0
    high = number.get("high")
    return float(high if isinstance(high, int | float) else number["value"])


def _name(attributes: Mapping[str, Any]) -> str:
    return " · ".join(f"{name}: {'–' if value is None else value}" for name, value in attributes.items()) or "everyone"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
