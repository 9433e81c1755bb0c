"""The list of incidents: newest first, 50 a page, filtered. A few statements whatever their number."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotwash.knowledge.severity import rubric
from hotwash.systems.teams import Teams
from hotwash.web import landscape
from hotwash.web.api.sight import incident_rows
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import IncidentRow, SystemRow

PAGE = 50
_KINDS = [
    ("", "Of every kind"),
    ("normal", "Real"),
    ("drill", "Drills"),
    ("test", "Tests"),
    ("backdated", "From the past"),
]
_STATES = [("", "Open and ended"), ("open", "Open"), ("ended", "Ended")]


class Filters(forms.Form):
    """What the list is narrowed to. A value that is not known narrows nothing."""

    state = forms.ChoiceField(choices=_STATES, required=False, label="State")
    severity = forms.ChoiceField(required=False, label="Severity")
    system = forms.ChoiceField(required=False, label="AI system")
    kind = forms.ChoiceField(choices=_KINDS, required=False, label="Kind")
    team = forms.ChoiceField(required=False, label="Team")
    organisation = forms.ChoiceField(required=False, label="Organisation")

    def __init__(self, given: Any, systems: list[tuple[str, str]], teams: Teams) -> None:
        super().__init__(given, auto_id="filter_%s")
        levels = [(level, level) for level in reversed(rubric().levels)]
        self.fields["severity"].choices = [("", "Every severity"), *levels, ("none", "Not assessed")]  # type: ignore[attr-defined]
        self.fields["system"].choices = [("", "Every system"), *systems]  # type: ignore[attr-defined]
        landscape.offer(self.fields, teams)


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """One page of the list."""
    looker = asking(request)
    systems = list(SystemRow.objects.order_by("name").values_list("slug", "name")) if looker.reads() else []
    teams = desk().organisation().teams if looker.reads() else Teams()
    form = Filters(request.GET, systems, teams)
    form.is_valid()
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    rows = _narrowed(incident_rows(looker), wanted)
    if beside := {name: wanted[name] for name in ("team", "organisation") if name in wanted}:
        rows = rows.filter(system__in=landscape.slugs_of(teams, **beside))
    before = request.GET.get("after", "").replace("\x00", "")[:60]
    last = IncidentRow.objects.filter(id=before).only("declared_at").first() if before else None
    if last is not None:
        rows = rows.filter(Q(declared_at__lt=last.declared_at) | Q(declared_at=last.declared_at, id__gt=last.id))
    page = list(rows.order_by("-declared_at", "id")[: PAGE + 1])
    more = page[PAGE - 1].id if len(page) > PAGE else ""
    context = {
        "rows": page[:PAGE],
        "names": dict(systems),
        "form": form,
        "filtered": bool(wanted),
        "first": last is None,
        "older": f"{reverse('incidents')}?{urlencode({**wanted, 'after': more})}" if more else "",
        "newest": f"{reverse('incidents')}?{urlencode(wanted)}" if wanted else reverse("incidents"),
        "may_declare": looker.may("declare"),
    }
    return render(request, "pages/incidents.html", context)


def _narrowed(rows: QuerySet[IncidentRow], wanted: dict[str, str]) -> QuerySet[IncidentRow]:
    match wanted.get("state"):
        case "open":
            rows = rows.filter(state="open")
        case "ended":
            rows = rows.exclude(state="open")
    if severity := wanted.get("severity"):
        rows = rows.filter(severity="" if severity == "none" else severity)
    if system := wanted.get("system"):
        rows = rows.filter(system=system)
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    return rows
