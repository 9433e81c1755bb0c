"""OFREP 0.3 for clients in other languages: each switch as a flag, decided here by the guard's own code.

A switch ``loans`` is the boolean flag ``loans`` (true: serve) and the text flag ``loans:state``. Answers are not
signed, and a client that hears nothing gives its caller's default: for a stop that must hold, use a guard.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from hotwash.guard.conditions import Attributes
from hotwash.guard.moments import Word, clock
from hotwash.guard.snapshot import Order, read
from hotwash.guard.table import Decision, Rules, rules
from hotwash.web.middleware import open_to_all
from hotwash.web.switches import services
from hotwash.web.switches.guards import asking, flowing, refused, standing
from hotwash.web.switches.services import Known
from hotwash.web.tables.models import Service, ServiceToken

BODY_MAX = 256_000
QUIET_S = 15.0
TICKET_S = 7 * 24 * 3600
STATE = ":state"
"""What follows a switch's name in the flag that gives its state as text."""

_signer = TimestampSigner(salt="hotwash ofrep stream")


@open_to_all
@csrf_exempt
@require_POST
def single(request: HttpRequest, flag: str) -> HttpResponse:
    """One flag."""
    known = asking(request)
    if known is None:
        return refused(401, "This token is not known here.")
    context = _context(request)
    if isinstance(context, str):
        return _wrong(flag, "INVALID_CONTEXT" if context else "PARSE_ERROR", context or "The body is no JSON object.")
    name, typed = flag.removesuffix(STATE), flag.endswith(STATE)
    compiled = _rules(known)
    rule = compiled.get(name)
    if rule is None:
        return _wrong(flag, "FLAG_NOT_FOUND", f"This service follows no switch {name[:80]}.", code=404)
    return _json(200, _evaluated(flag, rule, context, typed=typed))


@open_to_all
@csrf_exempt
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """All flags, with an ETag over what this context gets."""
    known = asking(request)
    if known is None:
        return refused(401, "This token is not known here.")
    context = _context(request)
    if isinstance(context, str):
        return _wrong("", "INVALID_CONTEXT" if context else "PARSE_ERROR", context or "The body is no JSON object.")
    compiled = _rules(known)
    flags = []
    for name, rule in sorted(compiled.items()):
        flags += [_evaluated(name, rule, context, typed=False), _evaluated(name + STATE, rule, context, typed=True)]
    tag = f'"{hashlib.sha256(json.dumps(flags, sort_keys=True).encode()).hexdigest()}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponse(status=304)
    else:
        address = f"{request.scheme}://{request.get_host()}"
        place = {"origin": address, "requestUri": f"/ofrep/v1/sse?ticket={_signer.sign(str(known.token))}"}
        streams = [{"type": "sse", "endpoint": place, "inactivityDelaySec": 120}]
        response = _json(200, {"flags": flags, "metadata": {}, "eventStreams": streams})
    response["ETag"] = tag
    return response


@open_to_all
@csrf_exempt
@require_GET
def stream(request: HttpRequest) -> HttpResponseBase:
    """Says when to evaluate again. Event sources of browsers send no header: the ticket of a bulk answer counts too."""
    known = asking(request) or _ticketed(request.GET.get("ticket", ""))
    if known is None:
        return refused(401, "This token or ticket is not known here.")
    return flowing(_events(known))


def _events(known: Known) -> Iterator[bytes]:
    for number, (latest, news) in enumerate(standing(known, QUIET_S)):
        if number and news:
            told = json.dumps({"type": "refetchEvaluation", "etag": latest.etag})
            yield f"id: {latest.etag}\ndata: {told}\n\n".encode()
        else:
            yield b": here\n\n"


def _ticketed(ticket: str) -> Known | None:
    try:
        pk = int(_signer.unsign(ticket, max_age=TICKET_S))
    except (BadSignature, ValueError):
        return None
    token = ServiceToken.objects.filter(pk=pk).first()
    good_still = token is not None and (token.ends_at is None or token.ends_at.timestamp() > time.time())
    return services.known(token) if token is not None and good_still else None


def _rules(known: Known) -> Mapping[str, Rules]:
    etag, body = Service.objects.values_list("etag", "body").get(pk=known.service)
    return _compiled(etag, body)


@lru_cache(maxsize=64)
def _compiled(etag: str, body: str) -> Mapping[str, Rules]:  # noqa: ARG001 - the digest spares comparing bodies
    if not body:
        return {}
    # It was heard just now for ever: the server is not stale to itself.
    return rules(read(body.encode()), {}, _Now(), clock, _failed)


class _Now(Word):
    """The word of a server that asks itself: always fresh, with the calendar of this moment."""

    def __init__(self) -> None:
        super().__init__(float("inf"), 0.0)

    @property
    def ahead(self) -> float:
        """The calendar's time, less `clock`."""
        return time.time() - clock()

    @ahead.setter
    def ahead(self, _: float) -> None:
        return


def _failed(switch: str, fault: Exception) -> None:
    """Attributes that make a rule fail: the order holds, as in a guard."""


def _evaluated(flag: str, rule: Rules, context: Attributes, *, typed: bool) -> dict[str, Any]:
    decision = rule.explained(_with_key(context, rule.switch.orders))
    value: Any = decision.state if typed else decision.state == "serve"
    order = decision.order
    metadata: dict[str, Any] = {"state": decision.state}
    if order is not None and order.incident:
        metadata["incident"] = order.incident
    return {
        "key": flag,
        "value": value,
        "reason": _reason(rule, decision),
        "variant": decision.state,
        "metadata": metadata,
    }


def _with_key(context: Attributes, orders: tuple[Order, ...]) -> Attributes:
    """The targeting key stands for the attribute by which traffic is shared, where that is not given."""
    key = context.get("targetingKey")
    if not isinstance(key, str):
        return context
    shared = {order.told["share"]["of"] for order in orders if "of" in (order.told.get("share") or {})}
    return {**dict.fromkeys(shared, key), **context}


def _reason(rule: Rules, decision: Decision) -> str:
    if not rule.switch.orders:
        return "STATIC"
    if decision.order is None:
        return "DEFAULT"
    if decision.order.share is not None:
        return "SPLIT"
    return "TARGETING_MATCH" if decision.order.when is not None else "STATIC"


def _context(request: HttpRequest) -> dict[str, Any] | str:
    """The context of an evaluation; empty text if the body is no JSON object, else what is wrong."""
    if int(request.headers.get("Content-Length") or 0) > BODY_MAX:
        return "The context is too large."
    try:
        asked = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return ""
    if not isinstance(asked, dict):
        return ""
    context = asked.get("context") or {}
    return context if isinstance(context, dict) else "The context is no JSON object."


def _wrong(flag: str, error: str, sentence: str, *, code: int = 400) -> HttpResponse:
    return _json(code, {"errorCode": error, "errorDetails": sentence} | ({"key": flag} if flag else {}))


def _json(code: int, told: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(told), status=code, content_type="application/json")
