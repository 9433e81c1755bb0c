"""Whose account somebody in a chat is: linked by a one-time code that only the account's own page shows."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from hotwash.ledger.rule import NotAllowed
from hotwash.response.chat import Heard
from hotwash.response.desk import Person
from hotwash.web.chat.connections import digest
from hotwash.web.tables.models import Account, ChatCode, ChatConnection, ChatUser, Role

LIFE = timedelta(minutes=10)
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_LENGTH = 10


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code while it is still known."""

    text: str
    expires_at: datetime


def make_code(account: Account) -> MadeCode:
    """A new code for an account. Earlier ones stop working.

    :raises NotAllowed: if the account is closed, or is a service
    """
    if not account.is_active or account.role == Role.SERVICE:
        raise NotAllowed("Only somebody who signs in can link a chat account.")
    text = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    expires_at = timezone.now() + LIFE
    with transaction.atomic():
        ChatCode.objects.filter(account=account).delete()
        ChatCode.objects.create(account=account, digest=digest(text), expires_at=expires_at)
    return MadeCode(f"{text[:5]}-{text[5:]}", expires_at)


def use_code(connection: ChatConnection, heard: Heard, text: str) -> Account | None:
    """Link whoever typed a code to its account and return that, or None if it does not work. A code works once."""
    plain = "".join(letter for letter in text.upper() if letter.isalnum())
    code = ChatCode.objects.select_related("account").filter(
        digest=digest(plain), expires_at__gt=timezone.now(), account__is_active=True
    )
    found = code.first()
    if found is None or not ChatCode.objects.filter(pk=found.pk).delete()[0]:
        return None
    ChatUser.objects.update_or_create(
        connection=connection,
        user=heard.user,
        defaults={"user_name": heard.user_name, "account": found.account, "linked_at": timezone.now()},
    )
    return found.account


def account_of(connection: ChatConnection, user: str) -> Account | None:
    """The account of somebody in a chat, if they linked one that is open."""
    found = ChatUser.objects.select_related("account").filter(connection=connection, user=user).first()
    return found.account if found and found.account.is_active else None


def person_of(account: Account) -> Person:
    """Somebody in a chat as the desk knows them: with the rights that the account has now."""
    return Person(account.name, account.role)


def stranger(connection: ChatConnection, heard: Heard) -> Person:
    """Somebody who linked no account: named by their id, which the chat vouches for, and may do what reporters may."""
    # No account can have this name: it has a space in it.
    return Person(f"{connection.chat} {heard.user}"[:200], "reporter")
