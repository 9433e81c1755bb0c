"""Tokens with which programs act for an account: shown once, kept as a digest."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone

from hotwash.ledger.rule import NotAllowed
from hotwash.web.tables.models import Account, Token

MARK = "hotwash_"
"""What every token begins with, so that scanners for leaked secrets can know one."""

_FRESH = timedelta(minutes=1)


def make(
    account: Account, *, name: str, scopes: Sequence[str] = (), expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new token and its text, which nobody can show again.

    :raises NotAllowed: if the account is closed
    """
    if not account.is_active:
        raise NotAllowed("A closed account has no tokens. Open the account first.")
    text = MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        account=account, name=name, digest=_digest(text), scopes=list(scopes), expires_at=expires_at
    )
    return token, text


def bearer(text: str) -> Token | None:
    """The token with this text, with its account, unless it is unknown, ended or of a closed account.

    When it was last used is written down at most once a minute.
    """
    now = timezone.now()
    known = Token.objects.select_related("account").filter(digest=_digest(text), account__is_active=True)
    token = known.filter(Q(expires_at=None) | Q(expires_at__gt=now)).first()
    if token and (token.used_at is None or now - token.used_at > _FRESH):
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token


def _digest(text: str) -> str:
    return "sha256:" + sha256(text.encode()).hexdigest()
