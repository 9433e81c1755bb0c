"""The three addresses of the protocol for guards: see ``docs/reference/guard.md``."""

import hashlib
import json
import math
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from hotwash.guard.signing import signature, signed
from hotwash.web.middleware import open_to_all
from hotwash.web.switches import confirmations, services, waking
from hotwash.web.switches.following_up import FOLLOWING_UP
from hotwash.web.switches.services import Known
from hotwash.web.tables.models import Service

BODY_MAX = 64_000
PING_S = (0.1, 5.0)


def refused(code: int, sentence: str) -> HttpResponse:
    """No, as JSON with a sentence."""
    response = HttpResponse(json.dumps({"detail": sentence}), status=code, content_type="application/json")
    if code == 401:
        response["WWW-Authenticate"] = "Bearer"
    if code == 503:
        response["Retry-After"] = "5"
    return response


def asking(request: HttpRequest) -> Known | None:
    """The service that asks, by its bearer token."""
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    return services.bearer(shown.strip()) if kind.lower() == "bearer" else None


@open_to_all
@csrf_exempt
@require_GET
def snapshot(request: HttpRequest) -> HttpResponse:
    """Every switch of the service, signed for this question."""
    known = asking(request)
    if known is None:
        return refused(401, "This token is not known here.")
    nonce = request.headers.get("Guard-Nonce", "")[:200]
    etag = Service.objects.values_list("etag", flat=True).get(pk=known.service)
    if not etag:
        return refused(503, "Nothing is published for this service yet.")
    if request.headers.get("If-None-Match", "").strip(' "') == etag:
        response = HttpResponse(status=304)
    else:
        etag, body = Service.objects.values_list("etag", "body").get(pk=known.service)
        response = HttpResponse(body.encode(), content_type="application/json")
    now = f"{time.time():.3f}"
    response["ETag"] = f'"{etag}"'
    response["Guard-Time"] = now
    response["Guard-Signature"] = signature(known.key, "snapshot", nonce, etag, now)
    return response


@open_to_all
@csrf_exempt
@require_GET
def stream(request: HttpRequest) -> HttpResponseBase:
    """The same, pushed. A thread each; beyond `streams_max` guards are told to poll."""
    known = asking(request)
    if known is None:
        return refused(401, "This token is not known here.")
    try:
        ping = float(request.headers.get("Guard-Ping", "5"))
    except ValueError:
        ping = 5.0
    ping = min(PING_S[1], max(PING_S[0], ping)) if math.isfinite(ping) else PING_S[1]
    told = request.headers.get("If-None-Match", "").strip(' "')
    nonce = request.headers.get("Guard-Nonce", "")[:200]
    return flowing(_events(known, nonce, told, ping))


def flowing(events: Iterator[bytes]) -> HttpResponseBase:
    """Events as they come, or 503 if too many follow already. The first must be there at once."""
    try:
        first = next(events)
    except StopIteration:
        return refused(503, "Too many follow already, or the switches cannot be looked at. Ask for the snapshot.")
    response = StreamingHttpResponse(_after(first, events), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


class _after(Iterator[bytes]):  # noqa: N801 - reads as what it is
    """A first event and those after it; lets go of the database before it sleeps, and of its place at the end."""

    def __init__(self, first: bytes, events: Iterator[bytes]) -> None:
        self._first: bytes | None = first
        self._events: Any = events

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            connections.close_all()
            return first
        return next(self._events)  # type: ignore[no-any-return]

    def close(self) -> None:
        self._events.close()


def _events(known: Known, nonce: str, told: str, ping_s: float) -> Iterator[bytes]:
    for number, (latest, news) in enumerate(standing(known, ping_s), 1):
        name = "snapshot" if (latest.etag != told if number == 1 else news) else "ping"
        yield _event(known.key, nonce, name, number, latest)


def standing(known: Known, every_s: float) -> Iterator[tuple[waking.Latest, bool]]:
    """What stands for a service: at once, at every change, and every so often; whether it is new.

    Ends when the token does, when too many listen, or when nobody can know any more.
    """
    with waking.WATCH.listening(known.service, settings.HOTWASH.streams_max) as listener:
        if listener is None:
            return
        latest = waking.read_one(known.service, {known.token: known.ends_at})
        yield latest, True
        while (now := waking.WATCH.wait(listener, latest, every_s)) is not None and good(now, known.token):
            news, latest = now.etag != latest.etag, now
            yield latest, news


def good(latest: waking.Latest, token: int) -> bool:
    """Whether a token still is."""
    if token not in latest.tokens:
        return False
    ends = latest.tokens[token]
    return ends is None or ends.timestamp() > time.time()


def _event(key: bytes, nonce: str, name: str, number: int, latest: waking.Latest) -> bytes:
    now = f"{time.time():.3f}"
    proof = signature(key, "event", nonce, name, str(number), latest.etag, now)
    head = f'event: {name}\ndata: {{"etag":"{latest.etag}","time":"{now}","signature":"{proof}"}}\n'.encode()
    return head + b"\n" if name == "ping" else b"%sdata: %s\n\n" % (head, latest.body)


@open_to_all
@csrf_exempt
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """What an instance has in force."""
    known = asking(request)
    if known is None:
        return refused(401, "This token is not known here.")
    if int(request.headers.get("Content-Length") or 0) > BODY_MAX:
        return refused(413, "That is more than a confirmation holds.")
    body = request.body
    digest = hashlib.sha256(body).hexdigest()
    nonce = request.headers.get("Guard-Nonce", "")
    if "\n" in nonce or not signed(request.headers.get("Guard-Signature"), known.key, "confirm", nonce, digest):
        return refused(403, "This is not signed with the service's token.")
    said = confirmations.read(body)
    if said is None:
        return refused(400, "This is no confirmation.")
    FOLLOWING_UP.heard(known.service, said)
    return HttpResponse(status=204)
