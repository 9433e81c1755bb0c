"""Pages about people, for administrators: invitations, roles, sign-in links, tokens of services, closing an account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hotwash.web.accounts import links, people
from hotwash.web.accounts.forms import Invitation, RoleChoice
from hotwash.web.accounts.own_pages import make_token, revoke_token, signed_in, token_part
from hotwash.web.tables.models import Account, Role

_Page = Callable[..., HttpResponse]


def administrators_only(page: _Page) -> _Page:
    """Close a page to everybody else."""

    @wraps(page)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not signed_in(request).is_administrator:
            raise PermissionDenied
        return page(request, **named)

    return guarded


@dataclass(frozen=True, slots=True)
class _Shown:
    account: Account
    address: str
    expires_at: datetime


def _shown(request: HttpRequest, account: Account) -> _Shown:
    """A new link, with the address that people reach the server by."""
    made = links.make(account)
    public: str = settings.HOTWASH.public_url
    return _Shown(account, public + made.path if public else request.build_absolute_uri(made.path), made.expires_at)


@require_http_methods(["GET", "POST"])
@administrators_only
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody, and the form that invites somebody. The link is shown in the answer itself: it is kept nowhere."""
    form = Invitation(request.POST if request.method == "POST" else None)
    link = None
    if request.method == "POST" and form.is_valid():
        try:
            account = people.invite(signed_in(request), **form.cleaned_data)
        except ValidationError as wrong:
            for field, texts in wrong.message_dict.items():
                form.add_error(field if field in form.fields else None, texts)
        else:
            messages.success(
                request, f"{account} is invited as {account.get_role_display()}.", extra_tags="done:invite"
            )
            if account.role == Role.SERVICE:
                return redirect("person", account.name)
            link, form = _shown(request, account), Invitation()
    context = {"people": Account.objects.order_by("-is_active", "name"), "form": form, "link": link}
    return render(request, "people/list.html", context)


@require_http_methods(["GET"])
@administrators_only
def person(request: HttpRequest, name: str) -> HttpResponse:
    """One account."""
    return _person(request, get_object_or_404(Account, name=name))


def _person(request: HttpRequest, account: Account, **context: Any) -> HttpResponse:
    addresses = {"make": reverse("person_tokens", args=[account.name])}
    addresses["revoke"] = reverse("person_revoke", args=[account.name])
    form = RoleChoice(initial={"role": account.role})
    shown = {"person": account, "role_form": form, **token_part(account), **context, **addresses}
    return render(request, "people/person.html", shown)


@require_POST
@administrators_only
def person_role(request: HttpRequest, name: str) -> HttpResponse:
    """Give another role."""
    account = get_object_or_404(Account, name=name)
    people.change_role(signed_in(request), account, request.POST.get("role", ""))
    messages.success(request, f"{account} is now {account.get_role_display().lower()}.")
    return redirect("person", name)


@require_POST
@administrators_only
def person_link(request: HttpRequest, name: str) -> HttpResponse:
    """Make a sign-in link and show it, in the answer itself."""
    account = get_object_or_404(Account, name=name)
    return _person(request, account, link=_shown(request, account))


@require_POST
@administrators_only
def person_close(request: HttpRequest, name: str) -> HttpResponse:
    """Close the account."""
    account = get_object_or_404(Account, name=name)
    people.close(signed_in(request), account)
    messages.success(request, f"The account of {account} is closed.")
    return redirect("person", name)


@require_POST
@administrators_only
def person_open(request: HttpRequest, name: str) -> HttpResponse:
    """Open the account again."""
    account = get_object_or_404(Account, name=name)
    people.reopen(signed_in(request), account)
    messages.success(request, f"The account of {account} is open again.")
    return redirect("person", name)


@require_POST
@administrators_only
def person_tokens(request: HttpRequest, name: str) -> HttpResponse:
    """Make a token for a service. People make their own."""
    account = get_object_or_404(Account, name=name, role=Role.SERVICE)
    shown, part = make_token(request, account)
    return _person(request, account, shown=shown, **part)


@require_POST
@administrators_only
def person_revoke(request: HttpRequest, name: str) -> HttpResponse:
    """End a token of a service."""
    revoke_token(request, get_object_or_404(Account, name=name, role=Role.SERVICE))
    return redirect("person", name)
