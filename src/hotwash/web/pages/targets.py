"""The lists to which messages go: add, test, remove. An address is typed once; a webhook's secret is shown once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from hotwash.response.desk import refusals
from hotwash.web.pages.sight import asking
from hotwash.web.sending import carriers, targets
from hotwash.web.tables.models import ChannelKind


@require_safe
def targets_page(request: HttpRequest) -> HttpResponse:
    """The lists."""
    return _page(request)


@sensitive_post_parameters("address")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add one, and show a webhook's secret."""
    looker = asking(request)
    looker.need("manage-targets")
    words = {name: request.POST.get(name, "").strip() for name in ("name", "kind", "address", "audience", "language")}
    try:
        made, secret = targets.add(
            words["name"],
            words["kind"],
            words["address"],
            by=looker.person.name,
            audience=words["audience"],
            language=words["language"],
            drills=request.POST.get("drills") == "yes",
        )
    except refusals() as no:
        return _page(request, status=409, fault=str(no), typed=words | {"address": ""})
    return _page(request, made=made, secret=secret)


@require_POST
def test(request: HttpRequest, name: str) -> HttpResponse:
    """Send a few words there now."""
    looker = asking(request)
    looker.need("manage-targets")
    result = targets.test(name, by=looker.person.name)
    return _page(request, tested=name, result=result)


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Forget its address."""
    asking(request).need("manage-targets")
    targets.remove(name)
    messages.success(request, f"{name} is removed. What went there stays in the records.")
    return redirect("targets")


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    looker = asking(request)
    looker.need("read")
    context = {
        "targets": targets.targets(),
        "kinds": ChannelKind.choices,
        "audiences": targets.AUDIENCES,
        "may_change": looker.may("manage-targets"),
        "mail": carriers.server() is not None,
        "typed": {},
        **more,
    }
    return render(request, "pages/targets.html", context, status=status)
