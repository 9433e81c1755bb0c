"""Sources that are asked at an interval. A token that is given is in no answer."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, reply
from hotwash.web.door import desk
from hotwash.web.pulls import keeping
from hotwash.web.pulls.shown import shown
from hotwash.web.tables.models import Pull

router = Router(tags=["pulls"])

LISTED_MAX = 500


@router.get("/pulls", summary="List pulls", operation_id="list_pulls")
def list_pulls(request: HttpRequest) -> HttpResponse:
    """Every source that is asked: how it is, how far it is behind, and its last fault."""
    caller(request).need("read")
    now = desk().clock()
    return reply({"pulls": [shown(one, now) for one in Pull.objects.order_by("name")[:LISTED_MAX]]})


@router.post("/pulls", summary="Add a pull", operation_id="add_pull")
def add_pull(request: HttpRequest) -> HttpResponse:
    """`kind`, `name`, `settings`; if wanted `system`, `secret`, `every_s`, `describe` (it is the log of the system)."""
    asking = caller(request)
    asking.need("manage-pulls")
    words = _words(request, "kind", "name", "settings", "system", "secret", "every_s", "describe")
    for name in ("kind", "name"):
        if name not in words:
            raise BadRequest(name, "is missing.")
    describe = words.pop("describe", False)
    if describe:
        asking.need("describe-log")
    made = keeping.add(
        words.pop("kind"), words.pop("name"), words.pop("settings", {}), by=asking.person, describe=describe, **words
    )
    return reply(shown(made, desk().clock()), status=201)


@router.post("/pulls/{name}/change", summary="Change a pull", operation_id="change_pull")
def change_pull(request: HttpRequest, name: str) -> HttpResponse:
    """What changes of `settings`; a new `secret`; `every_s`. Another address needs the secret again."""
    caller(request).need("manage-pulls")
    words = _words(request, "settings", "secret", "every_s")
    return _now(keeping.change(name, words.pop("settings", {}), **words))


@router.post("/pulls/{name}/pause", summary="Pause a pull", operation_id="pause_pull")
def pause_pull(request: HttpRequest, name: str) -> HttpResponse:
    """It is asked no more for now."""
    caller(request).need("manage-pulls")
    return _now(keeping.pause(name))


@router.post("/pulls/{name}/resume", summary="Take a pull up again", operation_id="resume_pull")
def resume_pull(request: HttpRequest, name: str) -> HttpResponse:
    """It is asked again, and soon."""
    caller(request).need("manage-pulls")
    return _now(keeping.resume(name))


@router.post("/pulls/{name}/run", summary="Let a pull be due now", operation_id="run_pull")
def run_pull(request: HttpRequest, name: str) -> HttpResponse:
    """The worker asks it within seconds."""
    caller(request).need("manage-pulls")
    return _now(keeping.soon(name))


@router.post("/pulls/{name}/remove", summary="Remove a pull", operation_id="remove_pull")
def remove_pull(request: HttpRequest, name: str) -> HttpResponse:
    """It and its token are forgotten. What was pulled stays."""
    caller(request).need("manage-pulls")
    keeping.remove(name)
    return reply({"name": name, "removed": True})


def _now(pull: Pull) -> HttpResponse:
    return reply(shown(pull, desk().clock()))


_KINDS: Mapping[str, type] = {"settings": dict, "every_s": int, "describe": bool}


def _words(request: HttpRequest, *known: str) -> dict[str, Any]:
    words = body(request)
    if unknown := sorted(words.keys() - set(known)):
        raise BadRequest(unknown[0], "is not a word of this verb.")
    words = {name: value for name, value in words.items() if value is not None}
    for name, value in words.items():
        kind = _KINDS.get(name, str)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            what = {dict: "an object", int: "a whole number", bool: "true or false", str: "text"}[kind]
            raise BadRequest(name, f"must be {what}.")
    return words
