"""Services that follow a system's switches: add, new token, revoke. A token is shown on the page that made it, once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import BadRequest
from hotwash.web.pages import systems
from hotwash.web.pages.sight import asking
from hotwash.web.pages.switch_forms import AddService
from hotwash.web.switches import services


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
    return systems.page(request, slug, **more)
