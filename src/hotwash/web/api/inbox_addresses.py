"""Addresses of the inbox in the API. The secret is in the answer of the call that made it, and nowhere else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.connect import mapped
from hotwash.connect.senders import SENDERS
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, reply
from hotwash.web.inbox import addresses
from hotwash.web.tables.models import Address

router = Router(tags=["inbox"])


@router.get("/inbox/addresses", summary="List addresses", operation_id="list_addresses")
def list_addresses(request: HttpRequest) -> HttpResponse:
    """Where senders deliver, when each was last heard, and why it was last refused."""
    caller(request).need("manage-addresses")
    found = Address.objects.order_by("revoked_at", "name")[:1000]
    return reply({"addresses": [told(one) for one in found], "senders": [*SENDERS, addresses.MAPPED]})


@router.post("/inbox/addresses", summary="Add an address", operation_id="add_address")
def add_address(request: HttpRequest) -> HttpResponse:
    """`sender` and `name`; if need be `system`, `team`, `signing` (what the sender signs with), `mapping`.

    The `path` with its secret is in this answer and nowhere else.
    """
    asking = caller(request)
    asking.need("manage-addresses")
    words = _words(request, "sender", "name", "system", "team", "signing", "mapping")
    shown = addresses.add(words.pop("sender", ""), words.pop("name", ""), by=asking.person.name, **words)
    return reply(told(shown.address) | {"path": shown.path}, status=201)


@router.post("/inbox/addresses/{name}/change", summary="Change an address", operation_id="change_address")
def change_address(request: HttpRequest, name: str) -> HttpResponse:
    """Change `system`, `team`, `signing` or `mapping`; what is left out stays."""
    caller(request).need("manage-addresses")
    return reply(told(addresses.change(name, **_words(request, "system", "team", "signing", "mapping"))))


@router.post("/inbox/addresses/{name}/rotate", summary="New secret", operation_id="rotate_address")
def rotate_address(request: HttpRequest, name: str) -> HttpResponse:
    """A new secret; the former one is good for nothing from now on."""
    caller(request).need("manage-addresses")
    shown = addresses.rotate(name)
    return reply(told(shown.address) | {"path": shown.path})


@router.post("/inbox/addresses/{name}/pause", summary="Pause an address", operation_id="pause_address")
def pause_address(request: HttpRequest, name: str) -> HttpResponse:
    """Take nothing in for now. Senders are told to come again later."""
    caller(request).need("manage-addresses")
    return reply(told(addresses.pause(name)))


@router.post("/inbox/addresses/{name}/resume", summary="Resume an address", operation_id="resume_address")
def resume_address(request: HttpRequest, name: str) -> HttpResponse:
    """Take in again."""
    caller(request).need("manage-addresses")
    return reply(told(addresses.resume(name)))


@router.post("/inbox/addresses/{name}/close", summary="Close an address", operation_id="close_address")
def close_address(request: HttpRequest, name: str) -> HttpResponse:
    """End it for good. What came in by it stays."""
    caller(request).need("manage-addresses")
    return reply(told(addresses.close(name)))


@router.post("/inbox/try-mapping", summary="Try a mapping", operation_id="try_mapping")
def try_mapping(request: HttpRequest) -> HttpResponse:
    """What a `mapping` reads from a `body` (text), without taking anything in."""
    caller(request).need("manage-addresses")
    words = _words(request, "mapping", "body")
    mapping = addresses.mapping_from(words.get("mapping") or {}, addresses.MAPPED)
    try:
        signals = mapped.read(mapping, words.get("body", "").encode())
    except OutsideFault as no:
        raise BadRequest("body", no.sentence) from no
    return reply({"signals": signals})


def told(one: Address) -> dict[str, Any]:
    """An address as JSON, without its secrets."""
    names = (
        "name", "sender", "system", "team", "mapping", "made_at", "made_by", "paused_at", "revoked_at", "heard_at",
        "refused_at", "refused",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "verifies": bool(one.signing)}


def _words(request: HttpRequest, *known: str) -> dict[str, Any]:
    words = body(request)
    for name, value in words.items():
        if name not in known:
            raise BadRequest(name, "is not a word of this request.")
        if name == "mapping":
            if value is not None and not isinstance(value, dict):
                raise BadRequest(name, "is an object with `paths`.")
        elif not isinstance(value, str):
            raise BadRequest(name, "is text.")
    return words
