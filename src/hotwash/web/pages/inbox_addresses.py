"""The page where addresses are made. The secret of one is shown on the page that made it, once."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hotwash.connect import datadog, mapped, whylabs
from hotwash.connect.senders import SENDERS
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound, refusals
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.response.signals import Signal
from hotwash.web.inbox import addresses
from hotwash.web.inbox.addresses import MAPPED, Shown
from hotwash.web.pages.inbox_forms import AddressForm
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import Address, SystemRow

_NEW = ("sender", "name", "system", "team", "signing", "mapping")
_EXAMPLE = {"paths": {"title": "rule.name", "key": "id", "state": "status", "alert_at": "time"}}
_BODIES = {"datadog": datadog.BODY, "whylabs": whylabs.BODY}
"""What is pasted into senders whose users write the body themselves."""
SHOWN_MAX = 500


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Addresses, and a form for a new one."""
    looker = asking(request)
    looker.need("manage-addresses")
    form = AddressForm(request.POST or None, only=_NEW)
    shown: Shown | None = None
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        try:
            shown = addresses.add(words.pop("sender"), words.pop("name"), by=looker.person.name, **words)
            form = AddressForm(only=_NEW)
        except BadRequest as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.why)
        except NotAllowed as no:
            form.add_error("name", str(no))
    return _listed(request, form, shown, opened=bool(form.errors))


@require_POST
def rotate(request: HttpRequest, name: str) -> HttpResponse:
    """Make a new secret, and show it."""
    asking(request).need("manage-addresses")
    return _listed(request, AddressForm(only=_NEW), addresses.rotate(name))


@require_POST
def say(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """Pause, resume or close."""
    asking(request).need("manage-addresses")
    acts = {
        "pause": (addresses.pause, "is paused. Senders are told to come again later."),
        "resume": (addresses.resume, "takes in again."),
        "close": (addresses.close, "is closed. What came in by it stays."),
    }
    if verb not in acts:
        raise Http404
    do, said = acts[verb]
    messages.success(request, f"{do(name).name} {said}")
    return redirect("inbox-addresses")


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, name: str) -> HttpResponse:
    """What an address is about and how it is read, with a box to try the mapping in."""
    asking(request).need("manage-addresses")
    try:
        address = addresses.named(name)
    except NotFound as nothing:
        raise Http404 from nothing
    only = ("system", "team", "signing", "forget_signing", *(("mapping", "body") if address.sender == MAPPED else ()))
    initial = {
        "system": address.system,
        "team": address.team,
        "mapping": json.dumps(address.mapping or _EXAMPLE, indent=2, ensure_ascii=False),
    }
    form = AddressForm(request.POST or None, only=only, initial=initial)
    found: list[Signal] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("act") == "try":
                found = _tried(form.cleaned_data, address)
            else:
                addresses.change(name, **_changes(form.cleaned_data, address))
                messages.success(request, f"{name} is changed.")
                return redirect("inbox-addresses")
        except BadRequest as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.why)
        except OutsideFault as no:
            form.add_error("body", no.sentence)
        except refusals() as no:
            form.add_error(None, str(no))
    context = {
        "address": address,
        "form": form,
        "found": found,
        "kind": SENDERS.get(address.sender),
        "body": _BODIES.get(address.sender, ""),
        "words": mapped.WORDS,
        "mapped": address.sender == MAPPED,
    }
    return render(request, "inbox/address.html", context, status=422 if form.errors else 200)


def _tried(words: dict[str, Any], address: Address) -> list[Signal]:
    mapping = addresses.mapping_from(words["mapping"] or {}, address.name)
    return mapped.read(mapping, words["body"].encode())


def _changes(words: dict[str, Any], address: Address) -> dict[str, Any]:
    changes: dict[str, Any] = {"system": words["system"], "team": words["team"]}
    if address.sender == MAPPED:
        changes["mapping"] = words["mapping"]
    if words["forget_signing"]:
        changes["signing"] = ""
    elif words["signing"]:
        changes["signing"] = words["signing"]
    return changes


def _listed(request: HttpRequest, form: AddressForm, shown: Shown | None, *, opened: bool = False) -> HttpResponse:
    rows = list(Address.objects.order_by("revoked_at", "name")[:SHOWN_MAX])
    context = {
        "addresses": [(row, SENDERS.get(row.sender)) for row in rows],
        "names": dict(SystemRow.objects.values_list("slug", "name")),
        "form": form,
        "shown": shown,
        "url": request.build_absolute_uri(shown.path) if shown else "",
        "kind": SENDERS.get(shown.address.sender) if shown else None,
        "body": _BODIES.get(shown.address.sender, "") if shown else "",
        "opened": opened,
        "example": json.dumps(_EXAMPLE),
    }
    return render(request, "inbox/addresses.html", context, status=422 if form.errors else 200)
