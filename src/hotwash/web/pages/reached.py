"""How one is reached oneself: the ways in their order, quiet hours, what will remind one, and what has."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from hotwash.response.desk import refusals
from hotwash.web.accounts.own_pages import signed_in
from hotwash.web.door import desk
from hotwash.web.sending import carriers, methods, shown
from hotwash.web.sending.paging import waiting_for
from hotwash.web.tables.models import ChannelKind


@require_safe
def reached(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@sensitive_post_parameters("address")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a way, and show a webhook's secret."""
    words = {name: request.POST.get(name, "").strip() for name in ("label", "kind", "address")}
    try:
        made, secret = methods.add(signed_in(request), words["label"], words["kind"], words["address"])
    except refusals() as no:
        return _page(request, status=409, fault=str(no), typed=words | {"address": ""})
    return _page(request, made=made, secret=secret)


@require_POST
def change(request: HttpRequest, way: int, what: str) -> HttpResponse:
    """Try a way first, test it, or forget it."""
    account = signed_in(request)
    try:
        match what:
            case "first":
                methods.first(account, way)
            case "remove":
                methods.remove(account, way)
            case "test":
                return _page(request, tested=way, result=methods.test(account, way))
            case _:
                raise Http404
    except refusals() as no:
        return _page(request, status=409, fault=str(no))
    return redirect("reached")


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    """Set quiet hours."""
    try:
        methods.set_quiet(
            signed_in(request), request.POST.get("since", "").strip(), request.POST.get("until", "").strip()
        )
    except refusals() as no:
        return _page(request, status=409, fault=str(no))
    messages.success(request, "Your quiet hours are saved.")
    return redirect("reached")


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    account = signed_in(request)
    context = {
        "ways": methods.ways(account),
        "quiet": shown.quiet_of(account),
        "coming": shown.coming_to(desk(), account),
        "reminded": shown.reminded(account),
        "calls": waiting_for(shown.names_of(account)),
        "kinds": ChannelKind.choices,
        "mail": carriers.server() is not None,
        "typed": {},
        **more,
    }
    return render(request, "own/reached.html", context, status=status)
