"""Services that follow a system's switches: add, new token, revoke. A token is shown on the page that made it, once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hotwash.ledger.rule import NotAllowed
from hotwash.response.confirming import Instance
from hotwash.response.request import BadRequest
from hotwash.response.standing import Standing
from hotwash.systems.state import System
from hotwash.web.door import switching
from hotwash.web.pages.sight import asking
from hotwash.web.pages.switch_forms import AddService
from hotwash.web.switches import confirmations, services
from hotwash.web.tables.models import Service

SAYS = {"serve": "serves", "fallback": "falls back", "human": "a person decides", "off": "is off"}


def standings(known: System) -> list[tuple[Standing, str]]:
    """Every switch of a system as it stands, with its state in words."""
    found = [switching().standing(name) for name in known.switches]
    return [(one, SAYS[one.state] if one.state != "serve" or not one.orders else "set for some") for one in found]


def followers(slug: str) -> list[tuple[Service, list[Instance]]]:
    """The services that follow a system, with their serving processes."""
    return [(one, confirmations.of(one)) for one in services.following(slug)]


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a service, and show its token."""
    looker = asking(request)
    looker.need("manage-services")
    form = AddService(request.POST)
    if form.is_valid():
        try:
            service, token = services.add(form.cleaned_data["name"], [slug], by=looker.person.name)
        except (BadRequest, NotAllowed) as no:
            form.add_error("name", no.why if isinstance(no, BadRequest) else str(no))
        else:
            return _shown(request, slug, service=service, token=token)
    return _shown(request, slug, bound_service=form)


@require_POST
def rotate(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Make a new token, and show it."""
    looker = asking(request)
    looker.need("manage-services")
    service, token = services.rotate(name, by=looker.person.name)
    return _shown(request, slug, service=service, token=token)


@require_POST
def revoke(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """End a service."""
    looker = asking(request)
    looker.need("manage-services")
    services.revoke(name)
    messages.success(request, f"{name} is revoked. Its processes hear nothing more and go by their policies.")
    return redirect("system", slug)


def _shown(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
    from hotwash.web.pages import systems

    return systems.page(request, slug, **more)
