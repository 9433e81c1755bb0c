"""Chats that are connected: made, changed, closed; the secret in the address is shown once, what signs is sealed."""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from hotwash.connect.chats import CHATS
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web import strongbox
from hotwash.web.tables.models import ChatConnection, ChatPost, Strangers

PURPOSE = "chat signing secrets"
SIGNING_MAX, SITE_MAX = 2_000, 200

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SITE = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


@dataclass(frozen=True, slots=True)
class Shown:
    """A connection with its path, which nobody can show again."""

    connection: ChatConnection
    path: str


def add(chat: str, name: str, *, by: str, signing: str, strangers: str = Strangers.NOTHING, site: str = "") -> Shown:
    """Connect a chat.

    :raises BadRequest: if a word cannot be what it should be
    :raises NotAllowed: if there is a connection of that name
    """
    if chat not in CHATS:
        raise BadRequest("chat", f"is not known. There are {', '.join(CHATS)}.")
    if not _NAME.fullmatch(name):
        raise BadRequest("name", "use lower-case letters, digits and hyphens, at most 60.")
    secret = secrets.token_urlsafe(32)
    words = _words(signing=signing, strangers=strangers, site=site)
    try:
        with transaction.atomic():
            made = ChatConnection.objects.create(chat=chat, name=name, digest=digest(secret), made_by=by, **words)
    except IntegrityError as taken:
        raise NotAllowed(f"There is a connection {name} already: change it, or take another name.") from taken
    return Shown(made, _path(chat, secret))


def change(
    name: str, *, signing: str | None = None, strangers: str | None = None, site: str | None = None
) -> ChatConnection:
    """Change what its posts are held against, what strangers may do, or where the server is. Raises as `add`."""
    connection = standing(name)
    words = _words(
        signing=signing,
        strangers=connection.strangers if strangers is None else strangers,
        site=connection.site if site is None else site,
    )
    ChatConnection.objects.filter(pk=connection.pk).update(**words)
    return named(name)


def rotate(name: str) -> Shown:
    """A new secret in the address; the former one is good for nothing from now on.

    :raises NotFound, NotAllowed: if there is no such connection, or it was closed
    """
    connection, secret = standing(name), secrets.token_urlsafe(32)
    ChatConnection.objects.filter(pk=connection.pk).update(digest=digest(secret))
    return Shown(named(name), _path(connection.chat, secret))


def close(name: str) -> ChatConnection:
    """End a connection: nothing that is posted there is taken any more, and its people are no longer known.

    :raises NotFound: if there is none
    """
    connection = named(name)
    with transaction.atomic():
        ChatConnection.objects.filter(pk=connection.pk, closed_at=None).update(closed_at=timezone.now(), signing="")
        connection.users.all().delete()
        connection.channels.all().delete()
    return named(name)


def named(name: str) -> ChatConnection:
    """A connection by its name.

    :raises NotFound: if there is none
    """
    found = ChatConnection.objects.filter(name=name[:60].replace("\x00", "")).first()
    if found is None:
        raise NotFound(f"There is no connection {name[:60]}.")
    return found


def standing(name: str) -> ChatConnection:
    """A connection that was not closed. Raises as `rotate`."""
    connection = named(name)
    if connection.closed_at is not None:
        raise NotAllowed(f"The connection {name} was closed: make a new one.")
    return connection


def known(chat: str, secret: str) -> ChatConnection | None:
    """The connection that is meant, unless there is none or it was closed."""
    if not secret.isascii() or not 20 <= len(secret) <= 200:
        return None
    return ChatConnection.objects.filter(digest=digest(secret), chat=chat[:20], closed_at=None).first()


def signing_of(connection: ChatConnection) -> tuple[str, ...]:
    """What posts are held against; nothing if it cannot be opened any more."""
    opened = strongbox.take_out(connection.signing, purpose=PURPOSE) or ""
    return tuple(line.strip() for line in opened.splitlines() if line.strip())


def heard(connection: ChatConnection) -> None:
    """Note that a genuine post came."""
    ChatConnection.objects.filter(pk=connection.pk).update(heard_at=timezone.now())


def refused(connection: ChatConnection, why: str) -> None:
    """Note why a post was refused, for whoever sets the chat up."""
    ChatConnection.objects.filter(pk=connection.pk).update(refused_at=timezone.now(), refused=why[:1000])


def first_time(connection: ChatConnection, key: str) -> bool:
    """Whether this post was not taken before. Of two at once only one is the first."""
    try:
        with transaction.atomic():
            ChatPost.objects.create(connection=connection, digest=digest(key))
    except IntegrityError:
        return False
    return True


def at_home(connection: ChatConnection, team: str) -> bool:
    """Whether a post comes from the workspace to which the connection belongs: the first one that posted."""
    if not connection.team and team:
        ChatConnection.objects.filter(pk=connection.pk, team="").update(team=team)
        connection.refresh_from_db(fields=["team"])
    return connection.team == team


def digest(text: str) -> str:
    """What is kept of a secret, or of the mark of a post."""
    return "sha256:" + sha256(text.encode("utf-8", "replace")).hexdigest()


def _words(*, signing: str | None, strangers: str, site: str) -> dict[str, Any]:
    words: dict[str, Any] = {}
    if signing is not None:
        signing = "\n".join(line.strip() for line in signing.splitlines() if line.strip())
        if not signing or len(signing) > SIGNING_MAX or "\x00" in signing:
            raise BadRequest("signing", "give the secret that the chat showed; two of them on two lines.")
        words["signing"] = strongbox.put_in(signing, purpose=PURPOSE)
    if strangers not in Strangers.values:
        raise BadRequest("strangers", f"is one of {', '.join(Strangers.values)}.")
    site = site.strip().rstrip("/")
    if site and (len(site) > SITE_MAX or not _SITE.fullmatch(site)):
        raise BadRequest("site", "write it as https://chat.example.org.")
    return {**words, "strangers": strangers, "site": site}


def _path(chat: str, secret: str) -> str:
    return f"/chat/{chat}/{secret}"
