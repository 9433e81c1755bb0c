"""Governance: risk indicators, controls that failed or were never tested, proposed changes, the board report."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from hotwash.knowledge.controls import controls
from hotwash.knowledge.factors import factors
from hotwash.knowledge.indicators import indicators
from hotwash.reports.board import UnknownQuarter, board, current
from hotwash.reports.measuring.metrics import kinds, quarter_of
from hotwash.reports.measuring.risk import ControlStanding, catalogue, risks
from hotwash.response.desk import refusals
from hotwash.web.api.metrics import seen
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import BreachRow

VERBS = ("add-control", "retire-control", "set-indicator", "drop-indicator")
STATES = {
    "failed": "failed, not tested since",
    "mended": "failed, tested since",
    "tested": "tested",
    "never": "never tested",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The controls of one framework."""

    title: str
    source: str
    standings: list[ControlStanding]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many stand how."""
        return [
            (title, number)
            for state, title in STATES.items()
            if (number := sum(one.state == state for one in self.standings))
        ]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page."""
    return show(request)


def show(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with what came back from a form."""
    looker = asking(request)
    all_of_them, now, own = seen(looker), desk().clock(), desk().organisation().governance
    standings = catalogue(all_of_them, own)
    shelves = [
        Shelf(one.title, one.source, [each for each in standings if each.framework == one.id])
        for one in controls().frameworks
    ]
    since = dict(BreachRow.objects.values_list("indicator", "since"))
    known = risks(all_of_them, own, now)
    context = {
        "risks": [(one, since.get(one.indicator)) for one in sorted(known, key=lambda one: not one.breached)],
        "dropped": [(name, one) for name, one in own.limits.items() if one.value is None],
        "breached": sum(one.breached for one in known),
        "failed": [one for one in standings if one.state == "failed"],
        "suggested": sorted((one for one in standings if one.suggested), key=lambda one: -len(one.suggested))[:10],
        "shelves": shelves,
        "own": [one for one in standings if one.own],
        "own_controls": own.controls,
        "states": STATES,
        "proposals": [
            (line, one) for line in reversed(all_of_them) if line.real or line.drill for one in line.figures.proposals
        ][:40],
        "quarters": sorted({quarter_of(line.declared_at) for line in all_of_them} | {current(now)}, reverse=True)[:12],
        "only_drills": any(line.drill for line in all_of_them) and not any(line.real for line in all_of_them),
        "choices": [
            *((one.id, one.title) for one in indicators().indicators),
            *((f"median:{kind.id}", f"Median: {kind.name}") for kind in kinds(own.measures)),
        ],
        "tags": factors().tags,
        "may_set": looker.may("set-indicator"),
        "typed": request.POST if request.method == "POST" else {},
        **more,
    }
    return render(request, "pages/governance.html", context, status=status)


@require_safe
def report(request: HttpRequest, quarter: str) -> HttpResponse:
    """The report of a quarter, to be read here."""
    from hotwash.reports.render.html import fragment  # heavy, and only needed here

    all_of_them, now, known = seen(asking(request)), desk().clock(), desk().organisation()
    drills = request.GET.get("drills") == "true"
    try:
        document = board(
            all_of_them,
            known.governance,
            of=quarter,
            now=now,
            organisation=known.described.name if known.described else "",
            home=settings.HOTWASH.public_url,
            rehearsed=drills,
        )
    except UnknownQuarter as bad:
        raise Http404 from bad
    # Written and escaped by the renderer of reports, which takes nobody's word for HTML.
    context = {"report": mark_safe(fragment(document)), "quarter": document.id, "drills": drills}  # noqa: S308
    return render(request, "pages/board.html", context)


@require_POST
def say(request: HttpRequest, verb: str) -> HttpResponse:
    """Say a verb about own controls and limits of risk."""
    if verb not in VERBS:
        raise Http404
    looker = asking(request)
    words: dict[str, Any] = {
        name: value.strip() for name, value in request.POST.items() if isinstance(value, str) and value.strip()
    }
    words.pop("csrfmiddlewaretoken", None)
    if verb == "add-control":
        words["tags"] = request.POST.getlist("tags")
    try:
        desk().record_organisation(verb, by=looker.person, **words)
    except refusals() as no:
        return show(request, status=409, fault=str(no), faulty=verb)
    return redirect(f"/governance/#{verb}")
