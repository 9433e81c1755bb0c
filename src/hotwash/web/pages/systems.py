"""AI systems: the map by tier and harm, one system with its past, and the verbs by which its record grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.knowledge.harms import harms
from hotwash.ledger.entry import Conflict
from hotwash.ledger.rule import NotAllowed
from hotwash.response import kept_gates
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.systems.gates import KeptGate
from hotwash.systems.landscape import LACKS
from hotwash.systems.state import System
from hotwash.systems.teams import Teams
from hotwash.web import landscape
from hotwash.web.door import desk
from hotwash.web.pages import followers
from hotwash.web.pages.sight import asking
from hotwash.web.pages.switch_forms import AddService, DescribeSwitch
from hotwash.web.pages.system_forms import TIERS, VERB_FORMS, Registration, SystemForm
from hotwash.web.switches import acting
from hotwash.web.tables.models import IncidentRow, SystemRow

FORMS: dict[str, type[SystemForm]] = VERB_FORMS | {DescribeSwitch.verb: DescribeSwitch}
INCIDENTS_MAX = 20
SYSTEMS_MAX = 1_000
"""How many systems the map shows; narrow it to see others."""


@dataclass(frozen=True, slots=True)
class Band:
    """The systems of one tier."""

    tier: str
    title: str
    lines: list[landscape.Line]


class Filters(forms.Form):
    """What the map is narrowed to. A value that is not known narrows nothing."""

    team = forms.ChoiceField(required=False, label="Team")
    organisation = forms.ChoiceField(required=False, label="Organisation")
    lack = forms.ChoiceField(required=False, label="Lacks")

    def __init__(self, given: Any, teams: Teams) -> None:
        super().__init__(given, auto_id="filter_%s")
        self.fields["lack"].choices = [("", "Anything or nothing"), *LACKS.items()]  # type: ignore[attr-defined]
        landscape.offer(self.fields, teams)


@require_http_methods(["GET", "HEAD", "POST"])
def systems(request: HttpRequest) -> HttpResponse:
    """The map, and the form that registers a system."""
    looker = asking(request)
    looker.need("read")
    form = Registration(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        looker.need("register")
        if form.is_valid():
            try:
                written = desk().register(by=looker.person, **form.words())
            except (BadRequest, NotAllowed) as no:
                _put_right(form, no)
            else:
                messages.success(request, "The system is registered.", extra_tags="done:register")
                return redirect("system", written.id)
    teams = desk().organisation().teams
    narrow = Filters(request.GET, teams)
    narrow.is_valid()
    wanted = {name: value for name, value in narrow.cleaned_data.items() if value}
    rows = landscape.narrowed(
        SystemRow.objects.order_by("name", "slug"),
        teams,
        team=wanted.get("team", ""),
        organisation=wanted.get("organisation", ""),
    )
    lines = landscape.lines(rows[:SYSTEMS_MAX], now=desk().clock(), teams=teams)
    if lack := wanted.get("lack"):
        lines = [line for line in lines if lack in line.lacks]
    context = {
        "bands": _bands(lines),
        "lines": lines,
        "teams": teams.standing,
        "narrow": narrow,
        "narrowed": bool(wanted),
        "chart": landscape.chart(lines) if any(line.lacks for line in lines) else None,
        "columns": len(harms().harms) + 4,
        "harms": harms().harms,
        "form": form,
        "may_register": looker.may("register"),
        "may_declare": looker.may("declare"),
        "may_change": looker.may("set-team"),
    }
    return render(request, "pages/systems.html", context, status=422 if form.errors else 200)


def _bands(lines: Iterable[landscape.Line]) -> list[Band]:
    by_tier: dict[str, list[landscape.Line]] = {}
    for line in lines:
        by_tier.setdefault("retired" if line.row.state == "retired" else line.row.tier, []).append(line)
    return [Band(tier, title, by_tier[tier]) for tier, title in landscape.TIERS if tier in by_tier]


@require_safe
def system(request: HttpRequest, slug: str) -> HttpResponse:
    """One system."""
    return page(request, slug)


@require_POST
def say(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Say a verb about a system."""
    kind = FORMS.get(verb)
    if kind is None:
        raise Http404
    looker = asking(request)
    looker.need(verb)
    form = kind(request.POST, prefix=verb)
    if form.is_valid():
        try:
            desk().system(slug)
            if verb == "keep-gate":
                kept_gates.keep(desk(), slug, by=looker.person, **form.words())
            else:
                desk().record_system(slug, verb, by=looker.person, at=form.at(), **form.words())
        except (BadRequest, NotAllowed) as no:
            _put_right(form, no)
        except Conflict:
            form.add_error(None, "Somebody else wrote at the same moment. Look at what changed and send yours again.")
        else:
            acting.described(slug, verb)
            messages.success(request, kind.done, extra_tags=f"done:{verb}-{slug}")
            return redirect("system", slug)
    return page(request, slug, bound=form)


def page(
    request: HttpRequest,
    slug: str,
    *,
    bound: SystemForm | None = None,
    bound_service: AddService | None = None,
    **more: Any,
) -> HttpResponse:
    """One system; ``bound`` and ``bound_service`` are forms that came back with faults."""
    looker = asking(request)
    looker.need("read")
    known = desk().system(slug)
    if not known.known:
        raise NotFound(f"There is no AI system {slug}.")
    rows = IncidentRow.objects.filter(system=slug)
    counted = rows.filter(merged_into="").aggregate(count=Count("id"), last=Max("declared_at"))
    said = {
        verb.replace("-", "_"): bound if bound is not None and bound.prefix == verb else kind.about(known)
        for verb, kind in FORMS.items()
        if looker.may(verb) and (known.retired is None or verb == "note-system")
    }
    context: dict[str, Any] = {
        "system": known,
        "tier": dict(TIERS).get(known.tier, known.tier),
        "deployments": _deployments(known),
        "notes": sorted(known.notes, key=lambda note: note[0], reverse=True),
        "incidents": list(rows.order_by("-declared_at", "id")[:INCIDENTS_MAX]),
        "count": counted["count"],
        "forms": said,
        "gates": _gates(known),
        "team": desk().organisation().teams.standing.get(known.team),
        "failed": bound.prefix if bound is not None else "",
        "may_declare": looker.may("declare"),
        "standings": followers.standings(known),
        "followers": followers.followers(slug),
        "service_form": (bound_service or AddService()) if looker.may("manage-services") else None,
        "may_log": looker.may("describe-log") and known.retired is None,
    }
    wrong = any(form is not None and form.errors for form in (bound, bound_service))
    return render(request, "pages/system.html", context | more, status=422 if wrong else 200)


def _gates(known: System) -> list[tuple[str, KeptGate]]:
    """Those that want something first, then by name; retired ones last."""
    order = ("failed", "no answer", "too few", "never asked", "passed", "retired")
    return sorted(known.gates.items(), key=lambda one: (order.index(one[1].standing), one[0]))


def _deployments(known: System) -> list[dict[str, Any]]:
    running = {id(one) for one in known.running.values()}
    newest = sorted(known.deployments, key=lambda one: (one.at, one.entry), reverse=True)
    return [{"said": one, "runs": id(one) in running} for one in newest]


def _put_right(form: SystemForm, no: BadRequest | NotAllowed) -> None:
    if isinstance(no, BadRequest):
        form.add_error(no.field if no.field in form.fields else None, no.why if no.field in form.fields else str(no))
    else:
        form.add_error(None, str(no))
