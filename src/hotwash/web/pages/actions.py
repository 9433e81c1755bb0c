"""The actions of all incidents: what is due first, narrowed, with the mix of their strengths; and as CSV.

Six statements whatever their number: the session, the account, the AI systems, a page, the figures, the mix.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotwash.reports.vocabulary import ACTION_KINDS, ACTION_STATES, STRENGTHS
from hotwash.response.request import BadRequest
from hotwash.web.accounts.own_pages import signed_in
from hotwash.web.actions import listing
from hotwash.web.actions.listing import Wanted
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import ActionRow, SystemRow

_STATES = [
    ("left", "Not closed"),
    ("to-do", "To be done"),
    ("waiting", "Done, waiting"),
    ("slipped", "Open again"),
    ("effective", "Closed: it worked"),
    ("closed", "Closed: checked"),
    ("dropped", "Given up"),
    ("all", "All"),
]


class Filters(forms.Form):
    """What the list is narrowed to. A value that is not known narrows nothing."""

    state = forms.ChoiceField(choices=_STATES, required=False, label="State")
    owner = forms.CharField(max_length=200, required=False, label="Owner")
    kind = forms.ChoiceField(
        choices=[("", "Of every kind"), *((word, f"To {said}") for word, said in ACTION_KINDS.items())],
        required=False,
        label="So as to",
    )
    strength = forms.ChoiceField(
        choices=[
            ("", "Of any strength"),
            *((word, said.title()) for word, said in STRENGTHS.items()),
            ("none", "Not said"),
        ],
        required=False,
        label="Strength",
    )
    system = forms.ChoiceField(required=False, label="AI system")
    overdue = forms.BooleanField(required=False, label="Only late ones")

    def __init__(self, given: Any, systems: list[tuple[str, str]]) -> None:
        super().__init__(given, auto_id="filter_%s", initial={"state": "left"})
        self.fields["system"].choices = [("", "Every system"), *systems]  # type: ignore[attr-defined]


@require_safe
def actions(request: HttpRequest) -> HttpResponseBase:
    """One page of the list, or all of it as CSV."""
    looker = asking(request)
    looker.need("read")
    systems = list(SystemRow.objects.order_by("name").values_list("slug", "name")[:1000])
    form = Filters(request.GET or {"state": "left"}, systems)
    form.is_valid()
    words = {name: value for name, value in form.cleaned_data.items() if value}
    wanted = _wanted(request, words)
    today = desk().clock().date()
    if request.GET.get("format") == "csv":
        out = StreamingHttpResponse(listing.as_csv(wanted, today=today), content_type="text/csv; charset=utf-8")
        out["Content-Disposition"] = 'attachment; filename="actions.csv"'
        return out
    return _page(request, form, words, wanted)


def _wanted(request: HttpRequest, words: dict[str, Any]) -> Wanted:
    account = signed_in(request)
    own = tuple(name for name in (account.name, account.display_name) if name)
    mine = request.GET.get("mine") == "1"
    return Wanted(
        owners=own if mine else tuple(filter(None, [words.get("owner", "").replace("\x00", "").strip()])),
        state="" if words.get("state", "all") == "all" else words["state"],
        kind=words.get("kind", ""),
        strength=words.get("strength", ""),
        overdue=bool(words.get("overdue")),
        system=words.get("system", ""),
    )


def _page(request: HttpRequest, form: Filters, words: dict[str, Any], wanted: Wanted) -> HttpResponse:
    today = desk().clock().date()
    here, after = reverse("actions"), request.GET.get("after", "")
    try:
        found = listing.page(wanted, today=today, cursor=after)
    except BadRequest:
        found, after = listing.page(wanted, today=today), ""
    mine = {"mine": "1"} if request.GET.get("mine") == "1" else {}
    words = {**words, **mine} if words or mine else {"state": "all"}
    context = {
        "rows": [_shown(row, today) for row in found.rows],
        "form": form,
        "mine": bool(mine),
        "figures": listing.figures(wanted, today=today),
        "first": not after,
        "start": f"{here}?{urlencode(words)}",
        "more": f"{here}?{urlencode({**words, 'after': found.next})}" if found.next else "",
        "csv": f"{here}?{urlencode({**words, 'format': 'csv'})}",
    }
    return render(request, "pages/actions.html", context)


def _shown(row: ActionRow, today: Any) -> dict[str, Any]:
    told = row.effects[-1] if row.effects else None
    return {
        "row": row,
        "late": listing.late(row, today=today),
        "age": listing.age_days(row, today=today),
        "kind": ACTION_KINDS.get(row.kind, row.kind),
        "stands": ACTION_STATES.get(row.state, row.state),
        "told": told,
        "link": row.url if row.url.startswith(("https://", "http://")) else "",
    }
