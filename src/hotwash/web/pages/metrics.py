"""Metrics: how long things took, what comes back, whether actions worked, what it cost, and what nobody can say."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hotwash.knowledge.life import life
from hotwash.knowledge.measures import measures
from hotwash.reports.governance_words import PURPOSES
from hotwash.reports.measuring.metrics import (
    DIMENSIONS,
    Dimension,
    Group,
    Measured,
    caveats,
    kinds,
    metrics,
    within,
)
from hotwash.reports.measuring.pictures import quarters, times
from hotwash.reports.measuring.repeated import Effects, costs, effects, recurrence
from hotwash.reports.measuring.summing import Summary
from hotwash.reports.measuring.written import period
from hotwash.reports.phrases import measured, span
from hotwash.reports.vocabulary import ACTION_KINDS, STRENGTHS
from hotwash.response.desk import refusals
from hotwash.web.api.metrics import seen
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import BreachRow

VERBS = ("define-measure", "retire-measure")
GROUPS_MAX = 60
"""So many groups are shown; programs are given all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure as the page says it."""

    measured: Measured
    median: str
    limits: str
    p90: str
    mean: str
    span: str
    running: str

    @property
    def summary(self) -> Summary:
        """What it sums up."""
        return self.measured.summary


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page."""
    return show(request)


def show(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with what came back from a form."""
    looker = asking(request)
    all_of_them = seen(looker)
    now, own = desk().clock(), desk().organisation().governance
    since, until, wrong = _period(request)
    by = request.GET.get("by", "severity")
    dimension: Dimension = by if by in DIMENSIONS else "severity"
    known = metrics(all_of_them, now, own=own.measures, since=since, until=until, by=(dimension,))
    inside = within(all_of_them, since, until)
    real = [line for line in inside if line.real]
    groups = known.groups[dimension]
    context = {
        "known": known,
        "measures": [shown(one) for one in known.measures],
        "drilled": [shown(one) for one in known.drilled if one.summary.n or one.summary.pending],
        "groups": [_group(one) for one in groups[:GROUPS_MAX]],
        "groups_more": max(0, len(groups) - GROUPS_MAX),
        "cannot": caveats(known),
        "period": period(since, until),
        "dimensions": DIMENSIONS.items(),
        "by": dimension,
        "by_title": DIMENSIONS[dimension],
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "wrong": wrong,
        "times": times(real, kinds(own.measures)),
        "quarters": quarters(real),
        "again": recurrence(inside),
        "actions": effects(inside, now.date()),
        "strengths": _strengths(effects(inside, now.date())),
        "action_kinds": ACTION_KINDS,
        "costs": [_cost(one) for one in costs(inside)],
        "own": list(own.measures.values()),
        "facts": [(fact.id, fact.sentence) for fact in measures().facts],
        "entry_kinds": sorted({kind for verb in life().verbs for kind in verb.records}),
        "breached": BreachRow.objects.count(),
        "may_define": looker.may("define-measure"),
        "typed": request.POST if request.method == "POST" else {},
        "query": request.GET.urlencode(),
        **more,
    }
    return render(request, "pages/metrics.html", context, status=status)


@require_POST
def say(request: HttpRequest, verb: str) -> HttpResponse:
    """Define a measurement, or retire one."""
    if verb not in VERBS:
        raise Http404
    looker = asking(request)
    words: dict[str, Any] = {
        name: value.strip() for name, value in request.POST.items() if isinstance(value, str) and value.strip()
    }
    words.pop("csrfmiddlewaretoken", None)
    try:
        desk().record_organisation(verb, by=looker.person, **words)
    except refusals() as no:
        return show(request, status=409, fault=str(no), faulty=verb)
    return redirect("/metrics/#own")


def shown(one: Measured) -> Shown:
    """A measure in words."""
    known = one.summary
    if known.median is None:
        return Shown(one, "–", "", "", "", "", _running(known))
    limits = _limits(known.median_low, known.median_high)
    p90 = f"{span(known.p90)}{_in_brackets(known.p90_low, known.p90_high)}" if known.p90 is not None else ""
    mean = f"{span(known.mean or 0)}{_in_brackets(known.mean_low, known.mean_high)}" if known.n > 1 else ""
    spread = f"{span(known.least or 0)} to {span(known.most or 0)}" if known.n > 1 else ""
    return Shown(one, span(known.median), limits, p90, mean, spread, _running(known))


def _running(known: Summary) -> str:
    if not known.running:
        return ""
    with_them = f"; with them the median is {span(known.with_running)}" if known.with_running is not None else ""
    return f"{known.running} still running, the longest for {span(known.running_most or 0)}{with_them}"


def _limits(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{span(low)} to {span(high)}"
    return "too few to say"


def _in_brackets(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" ({span(low)} to {span(high)})"
    return f" (at least {span(low)})" if low is not None else ""


def _group(one: Group) -> dict[str, Any]:
    return {"title": one.title, "incidents": one.incidents, "cells": [shown(each) for each in one.measures]}


def _strengths(known: Effects) -> list[tuple[str, int]]:
    return [(STRENGTHS.get(name, "strength not said"), number) for name, number in known.by_strength.items()]


def _cost(one: Any) -> dict[str, Any]:
    return {
        "total": measured(one.total, "money", one.currency),
        "booked": measured(one.booked, "money", one.currency),
        "estimated": measured(one.estimated, "money", one.currency),
        "by": [
            (PURPOSES.get(purpose, purpose), measured(value, "money", one.currency))
            for purpose, value in one.by_purpose.items()
        ],
        "incidents": one.incidents,
    }


def _period(request: HttpRequest) -> tuple[datetime | None, datetime | None, str]:
    found: list[datetime | None] = []
    for name in ("since", "until"):
        text = request.GET.get(name, "").strip()[:40]
        try:
            at = datetime.fromisoformat(text) if text else None
        except ValueError:
            return None, None, f"“{text}” is no day: write it as 2026-01-31. Everything is shown."
        found.append(at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at)
    return found[0], found[1], ""
