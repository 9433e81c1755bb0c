"""``/health/live``, ``/health/ready`` and ``/metrics``, and what is counted and logged of every exchange.

It stands before everything else: a probe calls a server by whatever address it has, without a name, a session or a
cookie, and no question is asked of the database before it must be.
"""

import hmac
import logging
import time
from collections.abc import Callable

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hotwash.web.log import in_request, request_reference
from hotwash.web.operating.counting import EXCHANGES, area

log = logging.getLogger("hotwash.requests")

Next = Callable[[HttpRequest], HttpResponseBase]


class Probes:
    """Answers probes itself, and counts what the rest answers."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response
        self.answered = {"/health/live": _live, "/health/ready": _ready, "/metrics": _metrics}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, count, and write a line to the log if that is wished."""
        began = time.perf_counter()
        where = area(request.path_info)
        reference = request_reference(request)
        request.reference = reference  # type: ignore[attr-defined]
        EXCHANGES.begin()
        status = 500
        with in_request(reference):
            try:
                response = self.answered.get(request.path_info, self._next)(request)
                status = response.status_code
            finally:
                lasted_s = time.perf_counter() - began
                EXCHANGES.end(where, request.method or "", status, lasted_s)
                if settings.HOTWASH.log_form == "json" and where not in ("health", "metrics", "static"):
                    log.info("Answered", extra={"told": _told(request, where, status, lasted_s)})
        response.headers.setdefault("X-Request-Id", reference)
        return response


def _told(request: HttpRequest, where: str, status: int, lasted_s: float) -> dict[str, object]:
    """What a line of the log says of an exchange: the pattern of its address, never what somebody put into it."""
    match = request.resolver_match
    route = match.route if match else ""
    return {
        "area": where,
        "route": route,
        "method": request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other",
        "status": status,
        "ms": round(lasted_s * 1000, 1),
    }


def _live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers: nothing else is asked."""
    return _json(200, {"live": True})


def _ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Whether requests may be sent here, and which part stands in the way."""
    from hotwash.web.operating.parts import standing

    found = standing()
    parts = [{"part": one.name, "well": one.well, "sentence": one.sentence} for one in found.parts]
    return _json(200 if found.ready else 503, {"ready": found.ready, "parts": parts})


def _metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever has the token. Without one in the settings there is no such page."""
    wanted = settings.HOTWASH.metrics_token
    if not wanted:
        return _json(404, {"detail": "There are no figures here: HOTWASH_METRICS_TOKEN is not set."})
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        refused = _json(401, {"detail": "Send the token of the figures: `Authorization: Bearer …`."})
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    from hotwash.web.operating import figures

    response = HttpResponse(figures.text(), content_type=figures.MEDIA_TYPE)
    return _guarded(response)


def _json(status: int, value: object) -> HttpResponse:
    return _guarded(HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json"))


def _guarded(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    # A server that is not ready is asked again every few seconds: what stands in its way is logged where it is found.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
