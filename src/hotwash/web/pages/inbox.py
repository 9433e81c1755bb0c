"""The pages of the inbox: the quiet list, one line, and the bytes that came. A bounded number of statements each."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hotwash.response.desk import refusals
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import Caller
from hotwash.web.api.exchange import attachment
from hotwash.web.door import desk
from hotwash.web.inbox import listing, telling
from hotwash.web.inbox.triage import Triaging
from hotwash.web.pages.inbox_forms import GRADES, Dismiss, Filters, Join, Promote, Snooze
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import IncidentRow, KeptBody, SignalGroup, SignalRow, SystemRow, Triage

SIGNALS_SHOWN, BODY_SHOWN, ACTS_SHOWN = 20, 64_000, 100
_WAITING = (Triage.WAITING, Triage.SNOOZED)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """One page of the list."""
    looker = asking(request)
    looker.need("read")
    return _list(request, looker)


def _list(request: HttpRequest, looker: Caller, *, fault: str = "") -> HttpResponse:
    now = desk().clock()
    systems = list(SystemRow.objects.order_by("name").values_list("slug", "name"))
    form = Filters(request.GET, systems)
    wanted = form.wanted()
    narrowed = {name: value for name, value in form.cleaned_data.items() if value}
    try:
        page = listing.page(wanted, now=now, cursor=request.GET.get("after", "")[:100])
    except BadRequest:
        page = listing.page(wanted, now=now)
    older = f"{reverse('inbox')}?{urlencode({**narrowed, 'after': page.next})}" if page.next else ""
    context = {
        "lines": [(line, listing.stands(line, now)) for line in page.lines],
        "names": dict(systems),
        "grades": GRADES,
        "form": form,
        "view": wanted.view,
        "filtered": bool(set(narrowed) - {"view"}),
        "narrowed": urlencode(narrowed),
        "first": not request.GET.get("after"),
        "older": older,
        "may_triage": looker.may("triage"),
        "may_manage": looker.may("manage-addresses"),
        "dismiss": Dismiss(prefix="dismiss"),
        "open_incidents": _open_incidents() if looker.may("triage") else [],
        "fault": fault,
    }
    return render(request, "inbox/list.html", context, status=409 if fault else 200)


@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """Dismiss several lines, or join them to an incident."""
    looker = asking(request)
    looker.need("triage")
    triaging = Triaging(desk(), looker.person)
    chosen = [int(one) for one in request.POST.getlist("line")[:500] if one.isdecimal() and len(one) < 19]
    try:
        if request.POST.get("act") == "join":
            incident = request.POST.get("incident", "").strip()[:60]
            done = triaging.join(chosen, incident)
            said = f"{_several(done)} joined to {incident}."
        else:
            done = triaging.dismiss(chosen, request.POST.get("dismiss-reason", ""))
            said = f"{_several(done)} dismissed."
    except refusals() as no:
        return _list(request, looker, fault=_sentence(no))
    messages.success(request, said)
    return redirect(f"{reverse('inbox')}?{request.GET.urlencode()}")


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line."""
    looker = asking(request)
    looker.need("read")
    return _line(request, looker, pk)


def _line(request: HttpRequest, looker: Caller, pk: int, *, fault: str = "", back: Any = None) -> HttpResponse:
    group = SignalGroup.objects.filter(pk=pk).first()
    if group is None:
        raise Http404
    now = desk().clock()
    before = request.GET.get("before", "")
    rows = group.signals.order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    signals = list(rows[: SIGNALS_SHOWN + 1])
    forms_of: dict[str, forms.Form] = {
        "promote": Promote(prefix="promote", initial={"title": group.title}),
        "join": Join(prefix="join"),
        "snooze": Snooze(prefix="snooze"),
        "dismiss": Dismiss(prefix="dismiss"),
    }
    if back is not None:
        forms_of[back[0]] = back[1]
    context = {
        "line": group,
        "told": listing.told(group, now),
        "state": listing.stands(group, now),
        "grade": GRADES.get(group.grade, group.grade),
        "signals": [(one, [telling.measured(number) for number in one.measured]) for one in signals[:SIGNALS_SHOWN]],
        "older": signals[SIGNALS_SHOWN - 1].pk if len(signals) > SIGNALS_SHOWN else None,
        "first": not before,
        "acts": list(group.acts.order_by("pk")[:ACTS_SHOWN]),
        "forms": forms_of,
        "may_triage": looker.may("triage"),
        "may_promote": looker.may("triage") and looker.may("declare"),
        "open_incidents": _open_incidents() if looker.may("triage") else [],
        "fault": fault,
        "opened": back[0] if back else "",
    }
    return render(request, "inbox/line.html", context, status=409 if fault else 422 if back else 200)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Triage one line."""
    looker = asking(request)
    looker.need("triage")
    kinds: dict[str, type[forms.Form]] = {"promote": Promote, "join": Join, "snooze": Snooze, "dismiss": Dismiss}
    triaging = Triaging(desk(), looker.person)
    form = kinds[verb](request.POST, prefix=verb) if verb in kinds else None
    if form is None and verb != "undo":
        raise Http404
    if form is not None and not form.is_valid():
        return _line(request, looker, pk, back=(verb, form))
    words = form.cleaned_data if form is not None else {}
    try:
        if verb == "promote":
            incident = triaging.promote(pk, **words)
            messages.success(request, f"{incident} is declared, with what came so far.")
            return redirect("room", incident)
        said = _one(triaging, pk, verb, words)
    except refusals() as no:
        return _line(request, looker, pk, fault=_sentence(no), back=(verb, form) if form else None)
    messages.success(request, said)
    return redirect("inbox-line", pk)


def _one(triaging: Triaging, pk: int, verb: str, words: dict[str, Any]) -> str:
    match verb:
        case "join":
            triaging.join([pk], words["incident"].strip())
            return f"Joined to {words['incident'].strip()}. What comes later is told there too."
        case "snooze":
            triaging.snooze([pk], words["until"], reason=words["reason"])
            return "It sleeps. Something graver wakes it."
        case "dismiss":
            triaging.dismiss([pk], words["reason"])
            return "Dismissed. It can be taken back."
        case _:
            triaging.undo(pk)
            return "It waits for triage again."


@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """Deliveries that were refused, with the reason."""
    asking(request).need("triage")
    before = request.GET.get("before", "")
    rows = KeptBody.objects.exclude(refused="").order_by("-pk").defer("content").select_related("address")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SIGNALS_SHOWN + 1])
    older = found[SIGNALS_SHOWN - 1].pk if len(found) > SIGNALS_SHOWN else None
    return render(request, "inbox/refused.html", {"bodies": found[:SIGNALS_SHOWN], "older": older, "first": not before})


@require_safe
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """What came in one delivery, as text; nothing in it is interpreted."""
    asking(request).need("triage")
    kept = _kept(pk)
    raw = bytes(kept.content)
    context = {
        "kept": kept,
        "text": raw[:BODY_SHOWN].decode("utf-8", "replace").replace("\x00", "\u2400"),
        "cut": len(raw) > BODY_SHOWN or kept.size > len(raw),
        "lines": SignalGroup.objects.filter(
            pk__in=SignalRow.objects.filter(body=pk).values_list("group", flat=True).distinct()[:20]
        ),
    }
    return render(request, "inbox/body.html", context)


@require_safe
def body_bytes(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes, to be saved."""
    asking(request).need("triage")
    return attachment(bytes(_kept(pk).content), f"delivery-{pk}.bin")


def _kept(pk: int) -> KeptBody:
    kept = KeptBody.objects.filter(pk=pk).select_related("address").first()
    if kept is None:
        raise Http404
    return kept


def _open_incidents() -> list[tuple[str, str]]:
    rows = IncidentRow.objects.filter(state="open").order_by("-declared_at")
    return list(rows.values_list("id", "title")[:50])


def _several(done: list[SignalGroup]) -> str:
    return "1 line is" if len(done) == 1 else f"{len(done)} lines are"


def _sentence(no: Exception) -> str:
    return f"{no.field}: {no.why}" if isinstance(no, BadRequest) and no.field not in ("lines",) else str(no)
