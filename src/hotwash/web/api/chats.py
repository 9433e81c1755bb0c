"""Chats in the API: connect, change, close, and a code with which the caller links a chat account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.connect.chats import CHATS
from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, reply
from hotwash.web.api.openapi import json_body
from hotwash.web.chat import connections, people
from hotwash.web.tables.models import Account, ChatConnection, Strangers

router = Router(tags=["chats"])

_SETTINGS: dict[str, Any] = {
    "signing": {
        "type": "string",
        "description": "What its posts are signed with; several on a line each. Kept sealed.",
    },
    "strangers": {
        "type": "string",
        "enum": list(Strangers.values),
        "description": "What people may do who linked no account.",
    },
    "site": {"type": "string", "description": "The address of a Mattermost server, for links to messages."},
}
_ADD = {
    "type": "object",
    "required": ["chat", "name", "signing"],
    "properties": {"chat": {"type": "string", "enum": list(CHATS)}, "name": {"type": "string"}, **_SETTINGS},
}
_CHANGE = {"type": "object", "properties": _SETTINGS}


@router.get("/chats", summary="Connected chats", operation_id="list_chats")
def list_chats(request: HttpRequest) -> HttpResponse:
    """Every connection, with when it was heard and why a post was refused last. No secret is among it."""
    caller(request).need("manage-chats")
    return reply({"chats": [_told(one) for one in ChatConnection.objects.order_by("name")[:500]]})


@router.post(
    "/chats", summary="Connect a chat", operation_id="add_chat", openapi_extra={"requestBody": json_body(_ADD)}
)
def add_chat(request: HttpRequest) -> HttpResponse:
    """A new connection. `path` is where the chat posts; it is shown this once."""
    asking = caller(request)
    asking.need("manage-chats")
    words = _words(request, ("chat", "name", *_SETTINGS), needed=("chat", "name", "signing"))
    shown = connections.add(words.pop("chat"), words.pop("name"), by=asking.person.name, **words)
    return reply({**_told(shown.connection), "path": shown.path}, status=201)


@router.post(
    "/chats/{name}/change", summary="Change a chat", operation_id="change_chat",
    openapi_extra={"requestBody": json_body(_CHANGE)},
)  # fmt: skip
def change_chat(request: HttpRequest, name: str) -> HttpResponse:
    """Change what its posts are signed with, what strangers may do, or where its server is."""
    caller(request).need("manage-chats")
    return reply(_told(connections.change(name, **_words(request, tuple(_SETTINGS)))))


@router.post("/chats/{name}/rotate", summary="A new address for a chat", operation_id="rotate_chat")
def rotate_chat(request: HttpRequest, name: str) -> HttpResponse:
    """A new `path`, shown this once; the former one stops."""
    caller(request).need("manage-chats")
    shown = connections.rotate(name)
    return reply({**_told(shown.connection), "path": shown.path})


@router.post("/chats/{name}/close", summary="Close a chat", operation_id="close_chat")
def close_chat(request: HttpRequest, name: str) -> HttpResponse:
    """End a connection. Its people and channels are forgotten; what was recorded stays."""
    caller(request).need("manage-chats")
    return reply(_told(connections.close(name)))


@router.post("/me/chat-code", summary="A code that links a chat account", operation_id="make_chat_code")
def make_chat_code(request: HttpRequest) -> HttpResponse:
    """A one-time code: whoever writes it in a connected chat acts in the caller's name from then on."""
    asking = caller(request)
    account = Account.objects.filter(name=asking.person.name, is_active=True).first()
    if asking.local or account is None:
        raise NotAllowed("Only an account can be linked: ask the server with a token of yours.")
    if asking.scopes:
        # A code hands on all that the account may: a token that was narrowed must not widen itself by one.
        raise NotAllowed("This token is not made for all that its account may: it cannot hand that on.")
    made = people.make_code(account)
    return reply({"code": made.text, "expires_at": made.expires_at}, status=201)


def _words(request: HttpRequest, known: tuple[str, ...], *, needed: tuple[str, ...] = ()) -> dict[str, str]:
    words = body(request)
    for name in needed:
        if not words.get(name):
            raise BadRequest(name, "is missing.")
    for name, value in words.items():
        if name not in known:
            raise BadRequest(name, "is not a word that is known here.")
        if not isinstance(value, str):
            raise BadRequest(name, "is a text.")
        if "\x00" in value or len(value) > connections.SIGNING_MAX:
            raise BadRequest(name, "holds a null, or is too long.")
    return words


def _told(one: ChatConnection) -> dict[str, Any]:
    return {
        "name": one.name,
        "chat": one.chat,
        "team": one.team or None,
        "site": one.site or None,
        "strangers": one.strangers,
        "made_at": one.made_at,
        "made_by": one.made_by,
        "closed_at": one.closed_at,
        "heard_at": one.heard_at,
        "refused_at": one.refused_at,
        "refused": one.refused or None,
        "people": one.users.count(),
        "channels": [{"channel": two.name, "incident": two.incident} for two in one.channels.order_by("name")[:500]],
    }
