"""Drills: the library with the programme, one drill for players, console or table, and the debrief."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.drills.scenarios import shelf
from hotwash.drills.scenarios.shape import told
from hotwash.drills.score.report import report
from hotwash.knowledge.playbooks import shelf as playbooks
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.render import MEDIA_TYPES, write
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.drills import acting
from hotwash.web.drills.programme import line, programme
from hotwash.web.drills.running import book, own_scenarios
from hotwash.web.drills.telling import shown
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import DrillRow

LISTED_MAX = 100
COUNT_DIGITS = 6
SPEEDS = (1, 5, 20, 60, 600, 3600)
CHANNELS = ("call", "mail", "rumour", "news", "complaint")
FIELDS = {
    "begin": ("speed",),
    "set-clock": ("speed",),
    "next": (),
    "send": ("inject",),
    "skip": ("inject",),
    "improvise": ("channel", "title", "text", "sent_by"),
    "note": ("text",),
    "end": ("how",),
    "cancel": ("reason",),
    "reveal": (),
    "say": ("question", "text"),
    "take-lesson": ("title", "kind", "owner", "due", "part", "strength"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest) -> HttpResponse:
    """Scenarios to plan, drills that were planned and played, and the programme."""
    looker = asking(request)
    looker.need("read")
    fault = ""
    if request.method == "POST":
        try:
            drill = acting.plan(looker, _plan(request))
        except (BadRequest, NotAllowed) as no:
            fault = str(no)
        else:
            return redirect("drill", drill.id)
    listed, broken = shelf.all_of(own_scenarios())
    whole = programme(desk().clock())
    titles = {one.id: one.title for one in playbooks().playbooks}
    context = {
        "scenarios": [told(one.scenario) for one in listed],
        "broken": broken,
        "drills": [line(row) for row in DrillRow.objects.order_by("-planned_at")[:LISTED_MAX]],
        "programme": whole,
        "never": [titles[one] for one in whole["never"]["playbooks"]],
        "unplayed": whole["never"]["scenarios"],
        "may_run": looker.may("run-drills"),
        "may_play": looker.may("play-drills"),
        "fault": fault,
    }
    return render(request, "drills/library.html", context, status=422 if fault else 200)


@require_safe
def drill(request: HttpRequest, drill_id: str) -> HttpResponse:
    """One drill as this person may see it."""
    looker = asking(request)
    looker.need("read")
    one = shown(drill_id, looker.person)
    context = {
        "drill": one,
        "speeds": SPEEDS,
        "channels": CHANNELS,
        "may_play": looker.may("play-drills"),
        "done": request.GET.get("done", "")[:100],
    }
    name = "drills/debrief.html" if one["debrief"] else "drills/drill.html"
    return render(request, name, context)


@require_safe
def news(request: HttpRequest, drill_id: str) -> HttpResponse:
    """What came since a page was drawn; nothing (204) where nothing came, and the whole page anew at another stage."""
    looker = asking(request)
    looker.need("read")
    one = shown(drill_id, looker.person)
    if one["stage"] != request.GET.get("stage"):
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
    elif one["mark"] == request.GET.get("mark"):
        response = HttpResponse(status=204)
    else:
        had = request.GET.get("came", "")
        new = len(one["came"]) - int(had) if had.isdecimal() and len(had) < COUNT_DIGITS else 0
        said = f"New: {one['came'][0]['title']}" if new > 0 else ""
        response = render(request, "drills/news.html", {"drill": one, "said": said})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def say(request: HttpRequest, drill_id: str, verb: str) -> HttpResponse:
    """Say a verb of a drill, and come back to its page; a page that renews itself stays where it is."""
    looker = asking(request)
    words: dict[str, Any] = {
        name: request.POST[name] for name in FIELDS.get(verb, ()) if request.POST.get(name, "").strip()
    }
    fault = ""
    try:
        if "speed" in words:
            words["speed"] = float(words["speed"])
        acting.say(looker, drill_id, verb, words)
    except ValueError:
        fault = "The speed is no number."
    except (BadRequest, NotAllowed) as no:
        fault = str(no)
    draft = f"{drill_id}-{request.POST.get('place') or verb}"
    if request.headers.get("HX-Request") == "true":
        response = render(request, "drills/said.html", {"fault": fault})
        if not fault:
            response["HX-Trigger"] = json.dumps({"draft-done": {"value": draft}, "recorded": {"value": 0}})
        return response
    if fault:
        messages.error(request, fault)
        return redirect("drill", drill_id)
    return redirect(f"{reverse('drill', args=[drill_id])}?{urlencode({'done': draft})}")


@require_safe
def paper(request: HttpRequest, drill_id: str) -> HttpResponse:
    """The report as PDF."""
    asking(request).need("read")
    response = HttpResponse(write(report(book(), drill_id), "pdf"), content_type=MEDIA_TYPES["pdf"])
    response["Content-Disposition"] = f'attachment; filename="{drill_id}.pdf"'
    return response


def _plan(request: HttpRequest) -> dict[str, Any]:
    given = {name: request.POST.get(name, "").strip() for name in ("scenario", "mode", "team", "facilitator")}
    words: dict[str, Any] = {name: value for name, value in given.items() if value}
    if words.get("mode") == "solo":
        words.pop("facilitator", None)
    words["players"] = [name.strip() for name in request.POST.get("players", "").split(",") if name.strip()]
    if wanted := request.POST.get("planned_for", "").strip():
        moment = parse_datetime(wanted)
        if moment is None:
            raise BadRequest("planned_for", "is no time.")
        words["planned_for"] = make_aware(moment, get_current_timezone()) if is_naive(moment) else moment
    return words
