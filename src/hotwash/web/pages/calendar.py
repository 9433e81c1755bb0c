"""The deadlines as a calendar feed. A calendar can send no header, so its token stands in the address.

What stands in an address ends in logs. So only a token that may do nothing else than read the calendar opens it.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from hotwash.incident import state as incident_state
from hotwash.incident.events import CATALOGUE
from hotwash.incident.linking import clocks_settled
from hotwash.knowledge.access import may
from hotwash.reports.calendar import Entry, calendar, entries
from hotwash.reports.deadlines import deadlines
from hotwash.response.desk import INCIDENT
from hotwash.web.accounts import tokens
from hotwash.web.accounts.own_pages import signed_in
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.pages import organisation as organisation_page
from hotwash.web.tables.models import EntryRow, IncidentRow

SCOPE = "calendar"
RECORDS_MAX = 500


@open_to_all
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Deadlines of every incident that is not over, the newest first, for a token that may read the calendar only."""
    known = tokens.bearer(token)
    if known is None or known.scopes != [SCOPE] or not may(known.account.role, SCOPE):
        return HttpResponse("No calendar is here.", status=404, content_type="text/plain; charset=utf-8")
    everything = request.GET.get("all") == "1"
    response = HttpResponse(
        calendar(_entries(everything=everything), address=request.build_absolute_uri("/")),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'inline; filename="hotwash.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response


def _entries(*, everything: bool) -> list[Entry]:
    told = EntryRow.objects.filter(kind="awareness-recorded").values_list("stream_id", flat=True).distinct()
    rows = IncidentRow.objects.exclude(state="not-confirmed").order_by("-declared_at")
    live = rows.filter(id__in=[name.removeprefix(INCIDENT) for name in told]).values_list("id", flat=True)
    organisation, found = desk().organisation(), []
    for incident_id in live[:RECORDS_MAX]:
        read = desk().store.read(INCIDENT + incident_id)
        incident = incident_state.replay(incident_id, [CATALOGUE.fact(entry) for entry in read])
        if clocks_settled(incident):
            continue
        stamp = CATALOGUE.fact(read[-1]).recorded_at
        found += entries(incident, deadlines(incident, organisation), stamp=stamp, everything=everything)
    return found


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """An address of one's own for the feed, shown once; whoever has it can read the deadlines."""
    account = signed_in(request)
    if not may(account.role, SCOPE):
        return redirect("organisation")
    _, text = tokens.make(account, name="Calendar feed", scopes=(SCOPE,))
    address = request.build_absolute_uri(f"/calendar/{text}.ics")
    return organisation_page.show(request, calendar_address=address)
