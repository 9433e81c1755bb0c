"""Who is on call: rotas, who stands in, groups of people, and the rules by which more people are called."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotwash.knowledge.access import may
from hotwash.knowledge.escalation import SILENCES
from hotwash.reports.rota import calendar, standing
from hotwash.response.desk import refusals
from hotwash.response.outside import OutsideFault
from hotwash.systems.rules_rota import DAYS
from hotwash.web.accounts import tokens
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.pages.calendar import SCOPE
from hotwash.web.pages.sight import asking
from hotwash.web.room.forms.act import read_moment
from hotwash.web.sending import importing, shown
from hotwash.web.tables.models import Account

VERBS = ("set-rota", "override-rota", "retire-rota", "set-group", "set-escalation", "drop-escalation")
LISTS = ("people", "steps", "severities")
SHIFTS_SHOWN = 10
FILE_MAX = 2_000_000


@require_safe
def on_call_page(request: HttpRequest) -> HttpResponse:
    """Who is on call."""
    return _page(request)


@require_POST
def say(request: HttpRequest, verb: str) -> HttpResponse:
    """Say one of the verbs of this page."""
    if verb not in VERBS:
        raise Http404
    looker = asking(request)
    typed = {name: value.strip() for name, value in request.POST.items() if isinstance(value, str)}
    try:
        desk().record_organisation(verb, by=looker.person, **_words(request, typed))
    except refusals() as no:
        return _page(request, status=409, fault=str(no), faulty=verb, typed=typed)
    except ValueError:
        return _page(
            request, status=409, fault="That is no time. Write it as 2026-03-31T09:00.", faulty=verb, typed=typed
        )
    return redirect(f"/on-call/#{verb}")


@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take the shifts of another tool from its calendar."""
    looker, file = asking(request), request.FILES.get("file")
    if file is None or (file.size or 0) > FILE_MAX:
        return _page(
            request, status=409, fault="Choose a calendar file (.ics) of at most 2 MB.", faulty="import-shifts"
        )
    rota = request.POST.get("rota", "").strip() or "first"
    try:
        _, read = importing.take(
            desk(), rota, file.read(), by=looker.person, zone=str(timezone.get_current_timezone_name())
        )
    except OutsideFault as no:
        return _page(request, status=409, fault=no.sentence, faulty="import-shifts")
    except refusals() as no:
        return _page(request, status=409, fault=str(no), faulty="import-shifts")
    return _page(request, taken=read, rota_taken=rota)


@open_to_all
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """The shifts to come as a calendar, for a token that may read calendars only."""
    known = tokens.bearer(token)
    if known is None or known.scopes != [SCOPE] or not may(known.account.role, SCOPE):
        return HttpResponse("No calendar is here.", status=404, content_type="text/plain; charset=utf-8")
    now = desk().clock()
    data = calendar(standing(desk().organisation().on_call, now), stamp=now)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="on-call.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """An address of one's own for the feed, shown once."""
    looker = asking(request)
    looker.need(SCOPE)
    account = Account.objects.get(name=looker.person.name)
    _, text = tokens.make(account, name="On-call feed", scopes=(SCOPE,))
    return _page(request, calendar_address=request.build_absolute_uri(f"/calendar/{text}/on-call.ics"))


def _words(request: HttpRequest, typed: dict[str, str]) -> dict[str, Any]:
    words: dict[str, Any] = {name: value for name, value in typed.items() if value and name != "csrfmiddlewaretoken"}
    for name in LISTS:
        if name in typed:
            given = request.POST.getlist(name)
            words[name] = [
                line.strip() for text in given for line in text.replace(",", "\n").splitlines() if line.strip()
            ]
    for name in ("since", "until"):
        if name in words:
            words[name] = read_moment(words[name])
    return words


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    looker = asking(request)
    looker.need("read")
    known = desk().organisation().on_call
    context = {
        "rotas": [(one, one.shifts[:SHIFTS_SHOWN]) for one in shown.on_call_now(desk())],
        "groups": known.groups,
        "rules": shown.rule_lines(desk()),
        "silences": SILENCES,
        "days": DAYS,
        "people": list(Account.objects.filter(is_active=True).exclude(role="service").order_by("name")[:300]),
        "may_set": looker.may("set-rota"),
        "may_stand_in": looker.may("override-rota"),
        "may_calendar": looker.may(SCOPE),
        "zone": timezone.get_current_timezone_name(),
        "typed": {},
        **more,
    }
    return render(request, "pages/on_call.html", context, status=status)
