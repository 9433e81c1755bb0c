"""`POST /in/<sender>/<secret>`: where senders deliver, without an account.

A delivery is answered with 202 when it is committed, and not before. What cannot be read, or is signed wrongly, is kept
with the reason. A sender that is told to come again (429, 503) may: the same signal counts once.
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from hotwash.connect import mapped, pagerduty
from hotwash.connect.senders import SENDERS
from hotwash.response.outside import NotVerified, OutsideFault, Refused
from hotwash.response.request import BadRequest
from hotwash.response.signals import Signal
from hotwash.web.inbox import addresses
from hotwash.web.inbox.batch import BATCHES, NotWritten
from hotwash.web.inbox.delivery import Taken
from hotwash.web.middleware import open_to_all
from hotwash.web.rates import Rate
from hotwash.web.tables.models import Address

BODY_MAX = 1_000_000
SIGNALS_MAX = 1_000
"""In one delivery. A sender with more to say sends it in parts."""
A_MINUTE = 3_000
"""Deliveries that one address may make, whichever process they reach."""
AGAIN_S = 30


RATE = Rate("in")


@open_to_all
@csrf_exempt
def take_in(request: HttpRequest, sender: str, secret: str) -> HttpResponse:
    """Take a delivery in."""
    if request.method not in ("POST", "OPTIONS"):
        refused = _said(405, "Senders deliver by POST.")
        refused["Allow"] = "POST, OPTIONS"
        return refused
    address = addresses.known(sender, secret)
    if address is None:
        return _said(404, "There is no such address.")
    if request.method == "OPTIONS":
        return _hand_shaken(request)
    return _not_now(address) or _taken(request, address)


def _not_now(address: Address) -> HttpResponse | None:
    wait = RATE.wait_s(address.pk, a_minute=A_MINUTE)
    if wait:
        return _later(429, "This address delivers too much. Deliver it again later: it counts once.", int(wait) + 1)
    if address.paused_at is not None:
        return _later(503, "This address is paused. Deliver it again later.", 600)
    return None


def _taken(request: HttpRequest, address: Address) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > BODY_MAX:
        why = f"The body is larger than {BODY_MAX:,} bytes."
        return _refuse(address, Taken(address.sender, (), b"", _media_type(request), address.pk, refused=why), 413)
    raw, headers = request.body, {name.lower(): value for name, value in request.headers.items()}
    came = Taken(address.sender, (), raw, _media_type(request), address.pk, timezone.now())
    try:
        _verify(address, headers, raw)
        signals = read(address, headers, raw)
    except NotVerified as no:
        return _refuse(address, replace(came, refused=no.sentence), 401)
    except OutsideFault as no:
        return _refuse(address, replace(came, refused=no.sentence), 400)
    try:
        lines = BATCHES.take(replace(came, signals=tuple(signals)))
    except NotWritten:
        return _later(503, "The inbox could not be written. Deliver it again: it counts once.", AGAIN_S)
    told: dict[str, Any] = {"taken": len(signals), "lines": lines}
    if address.sender == "pagerduty" and signals:
        told |= pagerduty.accepted(signals)
    return _json(202, told)


def read(address: Address, headers: Mapping[str, str], raw: bytes) -> list[Signal]:
    """The signals of a body that came to an address.

    :raises Refused: if it is not what such a sender sends
    """
    try:
        if address.sender == addresses.MAPPED:
            signals = mapped.read(addresses.mapping_of(address), raw)
        else:
            signals = SENDERS[address.sender].read(headers, raw)
    except BadRequest as bad:
        raise Refused(address.name, f"The mapping of this address cannot be used: {bad.why}") from bad
    except (RecursionError, OverflowError) as bad:
        raise Refused(address.name, "The body is nested too deeply, or holds a number that is too large.") from bad
    if len(signals) > SIGNALS_MAX:
        said = f"The body holds {len(signals):,} signals; {SIGNALS_MAX:,} fit. Send them in parts."
        raise Refused(address.name, said)
    return signals


def _verify(address: Address, headers: Mapping[str, str], raw: bytes) -> None:
    """Hold a delivery against what the sender signs with, where something is set.

    :raises NotVerified: if it does not fit
    """
    secret = addresses.signing(address)
    if secret is None:
        raise NotVerified(address.name, "What the sender signs with cannot be opened any more: set it again.")
    if not secret:
        return
    kind = SENDERS.get(address.sender)
    if kind is not None and kind.verify is not None:
        kind.verify(headers, raw, secret, timezone.now())
        return
    given = headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode()):
        raise NotVerified(address.name, "The token of the call is missing or wrong. It was not taken in.")


def _refuse(address: Address, came: Taken, status: int) -> HttpResponse:
    """Keep what was refused, and say why."""
    try:
        BATCHES.take(came)
    except NotWritten:
        return _later(503, "The inbox could not be written. Deliver it again: it counts once.", AGAIN_S)
    return _said(status, came.refused, address=address.name)


def _hand_shaken(request: HttpRequest) -> HttpResponse:
    """CloudEvents ask first whether they are welcome: https://github.com/cloudevents/spec, http-webhook, section 4."""
    response = HttpResponse(status=200, headers={"Allow": "POST, OPTIONS"})
    origin = request.headers.get("WebHook-Request-Origin", "")
    if origin and len(origin) <= 253 and origin.isprintable():
        response["WebHook-Allowed-Origin"] = origin
        response["WebHook-Allowed-Rate"] = str(A_MINUTE)
    return response


def _media_type(request: HttpRequest) -> str:
    return request.headers.get("Content-Type", "")[:200]


def _later(status: int, sentence: str, seconds: int) -> HttpResponse:
    response = _said(status, sentence)
    response["Retry-After"] = str(seconds)
    return response


def _said(status: int, sentence: str, **more: str) -> HttpResponse:
    return _json(status, {"detail": sentence, **more})


def _json(status: int, told: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(msgspec.json.encode(told), status=status, content_type="application/json")
    # Django would write the path of a refused call into the log, and the path holds the secret.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
