"""Pages about oneself: entering by a link, the account, the password, tokens."""

import time
from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hotwash.web.accounts import links, tokens
from hotwash.web.accounts.forms import ChangedPassword, NewPassword, NewToken, Own
from hotwash.web.middleware import open_to_all
from hotwash.web.tables.models import Account, Token

_BY_LINK = "came_by_link"
_BY_LINK_S = 30 * 60
"""How long somebody who came by a link may set a password without the old one."""


def signed_in(request: HttpRequest) -> Account:
    """The account that asks. Only for pages that are closed to strangers."""
    assert isinstance(request.user, Account)
    return request.user


@open_to_all
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, text: str) -> HttpResponse:
    """Show whose link it is; enter only when the button is pressed, since mail scanners open every link."""
    if request.method == "POST":
        account = links.use(text)
        if account is not None:
            login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
            request.session[_BY_LINK] = time.time()
            return redirect("own_password" if not account.has_usable_password() else settings.LOGIN_REDIRECT_URL)
        link = None
    else:
        link = links.find(text)
    context = {"link": link, "account": link.account if link else None}
    return render(request, "own/link.html", context, status=200 if link else 410)


@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The account of whoever asks."""
    account = signed_in(request)
    # The form works on a copy, so that a refused change is not shown in the header as if it were made.
    form = Own(request.POST or None, instance=Account.objects.get(pk=account.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your account is saved.", extra_tags="done:own")
        return redirect("own")
    return _own(request, form=form)


def _own(request: HttpRequest, **context: Any) -> HttpResponse:
    account = signed_in(request)
    form = context.pop("form", None) or Own(instance=account)
    return render(request, "own/account.html", {"form": form, **token_part(account), **context})


def token_part(account: Account, form: NewToken | None = None) -> dict[str, Any]:
    """What the list of tokens shows."""
    return {
        "tokens": account.tokens.order_by("-made_at"),
        "token_form": form or NewToken(auto_id="token_%s"),
        "make": reverse("own_tokens"),
        "revoke": reverse("own_revoke"),
    }


@require_POST
def own_tokens(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, in the answer itself: it is kept nowhere."""
    shown, part = make_token(request, signed_in(request))
    return _own(request, shown=shown, **part)


def make_token(request: HttpRequest, account: Account) -> tuple[str, dict[str, Any]]:
    """A token by the posted form: its text, or nothing and the form with what is wrong."""
    form = NewToken(request.POST, auto_id="token_%s")
    if not form.is_valid():
        return "", token_part(account, form)
    days = form.cleaned_data["days"]
    ends = timezone.now() + timedelta(days=days) if days else None
    _, text = tokens.make(account, name=form.cleaned_data["name"], expires_at=ends)
    return text, token_part(account)


@require_POST
def own_revoke(request: HttpRequest) -> HttpResponse:
    """End one of one's own tokens."""
    revoke_token(request, signed_in(request))
    return redirect("own")


def revoke_token(request: HttpRequest, account: Account) -> None:
    """End one token of an account.

    :raises Http404: if the account has no such token
    """
    wanted = request.POST.get("token", "")
    token = get_object_or_404(Token, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0, account=account)
    token.delete()
    messages.success(request, f"The token “{token.name}” no longer works.")


@sensitive_post_parameters("old", "new")
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Choose or change the password. Whoever just came by a link need not know the old one."""
    account = signed_in(request)
    came = request.session.get(_BY_LINK, 0)
    free = not account.has_usable_password() or time.time() - came < _BY_LINK_S
    kind = NewPassword if free else ChangedPassword
    form = kind(account, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if refused := ratelimit.consume_or_429(request, action="change_password", user=account):
            return refused  # type: ignore[no-any-return]
        if form.is_valid():
            account.set_password(form.cleaned_data["new"])
            account.save(update_fields=["password"])
            update_session_auth_hash(request, account)
            request.session.pop(_BY_LINK, None)
            messages.success(request, "The password is saved. Other browsers are signed out.")
            return redirect("own")
    return render(request, "own/password.html", {"form": form})
