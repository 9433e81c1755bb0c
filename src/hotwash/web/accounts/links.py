"""Sign-in links: signed, for one account, good once and for a short time; kept only as a digest."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hotwash.ledger.rule import NotAllowed
from hotwash.web.tables.models import Account, Role, SignInLink

LIFE = timedelta(hours=24)
_signer = Signer(salt="hotwash.sign-in-link")


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link, while its secret is still known. ``path`` begins at the server's root."""

    account: Account
    path: str
    expires_at: datetime


def make(account: Account, *, life: timedelta = LIFE) -> MadeLink:
    """A new link for an account. Earlier links of the account stop working.

    :raises NotAllowed: if the account is closed, or is a service, which signs in with tokens only
    """
    if not account.is_active:
        raise NotAllowed("A closed account has no sign-in link. Open the account first.")
    if account.role == Role.SERVICE:
        raise NotAllowed("A service signs in with tokens only.")
    secret = secrets.token_urlsafe(32)
    expires_at = timezone.now() + life
    with transaction.atomic():
        SignInLink.objects.filter(account=account).delete()
        SignInLink.objects.create(account=account, digest=_digest(secret), expires_at=expires_at)
    return MadeLink(account, reverse("sign_in_link", args=[_signer.sign(secret)]), expires_at)


def find(text: str) -> SignInLink | None:
    """The link that still works with this text, if there is one. It is not used up."""
    try:
        secret = _signer.unsign(text)
    except BadSignature:
        return None
    links = SignInLink.objects.select_related("account")
    working = links.filter(digest=_digest(secret), used_at=None, expires_at__gt=timezone.now(), account__is_active=True)
    return working.first()


def use(text: str) -> Account | None:
    """Use up a link and return its account, or None if it does not work. Of two who try at once one gets in."""
    link = find(text)
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()):
        return None
    return link.account


def _digest(secret: str) -> str:
    return "sha256:" + sha256(secret.encode()).hexdigest()
