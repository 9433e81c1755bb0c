"""Now: is harm still going on, what is due and by whom, what do I do next?

Ten statements at most, whatever the number of incidents: the session, the account, and for each part of the page one,
or two where more lines of the inbox wait than it shows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotwash.web.accounts.own_pages import signed_in
from hotwash.web.api.caller import Caller
from hotwash.web.api.sight import incident_rows
from hotwash.web.inbox import listing
from hotwash.web.pages.sight import asking
from hotwash.web.sending.paging import waiting_for
from hotwash.web.sending.shown import names_of
from hotwash.web.tables.models import Account, DrillRow, DueRow, IncidentRow

OPEN_MAX, DUE_MAX, ENDED_MAX, TRIAGE_MAX = 40, 20, 5, 5
SOON_DAYS = 1

GRAVEST_FIRST = Case(
    When(severity="Critical", then=Value(0)),
    When(severity="Major", then=Value(1)),
    When(severity="", then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)
"""What nobody has assessed yet stands before what was found to be minor."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something due, how near that is in words, and whether it presses."""

    row: DueRow
    said: str = ""
    presses: bool = False


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The first page."""
    looker, today = asking(request), timezone.localdate()
    open_rows = list(_open(looker))
    context: dict[str, Any] = {
        "harm": [row for row in open_rows[:OPEN_MAX] if row.harm_going_on],
        "stopped": [row for row in open_rows[:OPEN_MAX] if not row.harm_going_on],
        "more": len(open_rows) > OPEN_MAX,
        "ended": list(incident_rows(looker).exclude(ended_at=None).order_by("-ended_at", "id")[:ENDED_MAX]),
        "due": [],
        "mine": [],
        "reads": looker.reads(),
        "may_declare": looker.may("declare"),
        "today": today,
        "calls": waiting_for(names_of(signed_in(request))),
    }
    if context["reads"]:
        context |= _to_triage()
        context["rehearsing"] = _rehearsing(looker.person.name)
        dated = DueRow.objects.filter(due__isnull=False).order_by("due", "id")
        context["due"] = [_near(row, today) for row in dated.select_related("incident")[:DUE_MAX]]
        context["mine"] = [_near(row, today) for row in _mine(signed_in(request))[:DUE_MAX]]
    context["first_time"] = not (open_rows or context["ended"] or context.get("to_triage"))
    return render(request, "pages/now.html", context)


def _rehearsing(name: str) -> list[DrillRow]:
    """The drills that go on with this person in them."""
    live = DrillRow.objects.filter(stage__in=("running", "paused")).order_by("-begun_at")[:OPEN_MAX]
    return [row for row in live if name in {row.facilitator, row.planned_by, *row.players}]


def _to_triage() -> dict[str, Any]:
    """The worst lines of the inbox, and how many wait."""
    moment = timezone.now()
    lines = listing.page(listing.Wanted(), now=moment, limit=TRIAGE_MAX)
    count = listing.count_waiting(moment) if lines.next else len(lines.lines)
    return {"to_triage": lines.lines, "to_triage_count": count}


def _open(looker: Caller) -> QuerySet[IncidentRow]:
    rows = incident_rows(looker).filter(state="open")
    return rows.order_by(F("harm_going_on").desc(nulls_first=True), GRAVEST_FIRST, "declared_at", "id")[: OPEN_MAX + 1]


def _mine(account: Account) -> QuerySet[DueRow]:
    names = {account.name, account.display_name} - {""}
    own = Q(owner__in=names) | Q(owner_small__in={name.lower() for name in names})
    rows = DueRow.objects.alias(owner_small=Lower("owner")).filter(own)
    return rows.order_by(F("due").asc(nulls_last=True), "id").select_related("incident")


def _near(row: DueRow, today: date) -> Due:
    if row.due is None:
        return Due(row)
    days = (row.due - today).days
    if days < 0:
        return Due(row, f"{-days} {'day' if days == -1 else 'days'} late", presses=True)
    said = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days" if days < 14 else "")
    return Due(row, said, presses=days <= SOON_DAYS)
