"""AI systems: the map by tier and harm, one system with its past, and the verbs by which its record grows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.knowledge.harms import Harm, harms
from hotwash.ledger.entry import Conflict
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.systems.state import System
from hotwash.web.door import desk
from hotwash.web.pages import followers
from hotwash.web.pages.sight import asking
from hotwash.web.pages.switch_forms import AddService, DescribeSwitch
from hotwash.web.pages.system_forms import TIERS, VERB_FORMS, Registration, SystemForm
from hotwash.web.switches import acting
from hotwash.web.tables.models import IncidentRow, SystemRow

FORMS: dict[str, type[SystemForm]] = VERB_FORMS | {DescribeSwitch.verb: DescribeSwitch}
_PRACTICE = {"drill", "test"}
INCIDENTS_MAX = 20


@dataclass(slots=True)
class Past:
    """What happened with one system: incidents by type of harm, and whether one is open."""

    by_harm: dict[str, int] = field(default_factory=dict)
    incidents: int = 0
    open: int = 0
    going_on: int = 0
    practised: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One system on the map. ``cells`` stand in the order of the types of harm."""

    row: SystemRow
    past: Past
    cells: list[tuple[Harm, int]]


@dataclass(frozen=True, slots=True)
class Band:
    """The systems of one tier."""

    tier: str
    title: str
    lines: list[Line]


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
    pasts = _pasts()
    bands = _bands(SystemRow.objects.order_by("name", "slug"), pasts)
    context = {
        "bands": bands,
        "harms": harms().harms,
        "form": form,
        "may_register": looker.may("register"),
        "may_declare": looker.may("declare"),
    }
    return render(request, "pages/systems.html", context, status=422 if form.errors else 200)


def _pasts() -> dict[str, Past]:
    """The past of every system, counted by the database."""
    groups = (
        IncidentRow.objects.exclude(system="")
        .order_by()
        .values_list("system", "harms", "state", "kind", "harm_going_on")
        .annotate(count=Count("id"))
    )
    pasts: dict[str, Past] = {}
    for slug, kinds_of_harm, state, kind, going_on, count in groups:
        past = pasts.setdefault(slug, Past())
        if state in ("not-confirmed", "merged"):
            continue
        if kind in _PRACTICE:
            past.practised += count
        else:
            past.incidents += count
            for harm in kinds_of_harm:
                past.by_harm[harm] = past.by_harm.get(harm, 0) + count
        if state == "open":
            past.open += count
            past.going_on += count if going_on else 0
    return pasts


def _bands(rows: Iterable[SystemRow], pasts: dict[str, Past]) -> list[Band]:
    by_tier: dict[str, list[Line]] = {}
    for row in rows:
        past = pasts.get(row.slug, Past())
        cells = [(harm, past.by_harm.get(harm.id, 0)) for harm in harms().harms]
        by_tier.setdefault("retired" if row.state == "retired" else row.tier, []).append(Line(row, past, cells))
    return [Band(tier, title, by_tier[tier]) for tier, title in (*TIERS, ("retired", "Retired")) if tier in by_tier]


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
    forms = {
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
        "forms": forms,
        "failed": bound.prefix if bound is not None else "",
        "may_declare": looker.may("declare"),
        "standings": followers.standings(known),
        "followers": followers.followers(slug),
        "service_form": (bound_service or AddService()) if looker.may("manage-services") else None,
        "may_log": looker.may("describe-log") and known.retired is None,
    }
    wrong = any(form is not None and form.errors for form in (bound, bound_service))
    return render(request, "pages/system.html", context | more, status=422 if wrong else 200)


def _deployments(known: System) -> list[dict[str, Any]]:
    running = {id(one) for one in known.running.values()}
    newest = sorted(known.deployments, key=lambda one: (one.at, one.entry), reverse=True)
    return [{"said": one, "runs": id(one) in running} for one in newest]


def _put_right(form: SystemForm, no: BadRequest | NotAllowed) -> None:
    if isinstance(no, BadRequest):
        form.add_error(no.field if no.field in form.fields else None, no.why if no.field in form.fields else str(no))
    else:
        form.add_error(None, str(no))
