"""Arize AX's webhooks and monitors. No form of a monitor's body is published: it is a hint, and the API has the word.

Webhooks are signed with HMAC-SHA256 over ``timestamp.body``, or sent with a bearer token verbatim. The API's answers
are read as its published client reads them (``GET /v2/monitors``, arize 8.61); no account was at hand to try it on.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from hotwash.connect.bodies import TITLE_MAX, grade, moment, number, object_of, signed_hex, text, web
from hotwash.connect.wire import Wire
from hotwash.response.outside import NotThere, NotVerified, Refused, Unreachable
from hotwash.response.signals import Measured, Sender, Signal, State

SYSTEM = "Arize AX"
_STATES: dict[str, State] = {
    "triggered": "firing",
    "cleared": "resolved",
    "no_data": "information",
    "resolved": "resolved",
}


API = "https://api.arize.com"
PAGE, PAGES_MAX = 100, 20


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:
    """A hint that something is to be looked at."""
    held = object_of(SYSTEM, body)
    event = headers.get("x-arize-webhook-event", "") or text(held, "event", "event_type", "type", most=100)
    monitor = text(held, "monitor.id", "monitor_id", "data.monitor.id", "data.id", "id", most=200)
    name = text(held, "monitor.name", "monitor_name", "data.monitor.name", "data.name", "name", most=TITLE_MAX)
    status = text(held, "status", "monitor.status", "data.status", "data.monitor.status").lower()
    delivery = headers.get("x-arize-webhook-id", "")[:200]
    return [
        Signal(
            source="arize",
            key=f"monitor {monitor}" if monitor else f"delivery {delivery or name or event}"[:300],
            title=(name or f"Arize tells: {event or 'something changed'}")[:TITLE_MAX],
            group=name or event,
            state=_STATES.get(status, "firing" if monitor else "information"),
            grade=grade(text(held, "severity", "data.severity")),
            alert_at=moment(text(held, "evaluated_at", "data.evaluated_at", "timestamp", "created_at"))
            or moment(headers.get("x-arize-webhook-timestamp")),
            links=web(held.get("uri"), held.get("url"), text(held, "monitor.uri", "data.uri")),
            labels={name: word for name, word in (("event", event), ("delivery", delivery)) if word},
            confirm=True,
        )
    ]


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check the signature, or the bearer token where the webhook sends one. Raises as `signed_hex`."""
    given = headers.get("x-arize-webhook-signature", "")
    if not given and headers.get("authorization"):
        token = headers["authorization"].removeprefix("Bearer ").strip()
        if not secret or not hmac.compare_digest(token.encode(), secret.encode()):
            raise NotVerified(SYSTEM, "The token of the call is wrong. It was not taken in.")
        return
    told = headers.get("x-arize-webhook-timestamp", "")
    if given and not told:
        raise NotVerified(SYSTEM, "The call says no time at which it was signed. It was not taken in.")
    signed_hex(SYSTEM, secret=secret, signed=f"{told}.".encode() + body, given=given, told=told, now=now)


SENDER = Sender("arize", SYSTEM, read, verify, "A webhook with HMAC-SHA256, in the settings of the space.")


# ── the monitors API ─────────────────────────────────────────────────────────


class Monitors:
    """The monitors of a space or a project, asked over the API.

    :param wire: a connection with ``headers`` of a token
    :param space: the id of a space, or ``project`` of a project in it; at least one
    """

    def __init__(self, wire: Wire, *, space: str = "", project: str = "") -> None:
        if not space and not project:
            raise Refused(SYSTEM, "Name the id of a space or of a project whose monitors are asked for.")
        self._wire = wire
        self._where = {key: word for key, word in (("space_id", space), ("project_id", project)) if word}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._wire.close()

    def triggered(self) -> list[Signal]:
        """What every monitor that is triggered now points at.

        :raises OutsideFault: if that cannot be told
        """
        found, cursor = list[Signal](), ""
        for _ in range(PAGES_MAX):
            more = {"cursor": cursor} if cursor else {}
            asked = {"status": "TRIGGERED", "limit": str(PAGE), **self._where, **more}
            held = self._told(asked)
            found += [_monitor(one) for one in held["monitors"]]
            pages = held.get("pagination") or {}
            cursor = str(pages.get("next_cursor") or "")
            if not cursor or pages.get("has_more") is False:
                return found
        raise Refused(SYSTEM, f"More than {PAGE * PAGES_MAX:,} monitors are triggered at once: name one project.")

    def _told(self, asked: Mapping[str, str]) -> dict[str, Any]:
        answer = self._wire.ask("GET", "/v2/monitors", params=asked)
        if answer.status == 404:
            raise NotThere(SYSTEM, f"Arize AX at {self._wire.url} knows no such space or project.")
        if answer.status >= 400:
            raise Refused(SYSTEM, f"Arize AX refuses this ({answer.status}): {answer.text or 'it gives no reason'}.")
        held = answer.json()
        if not isinstance(held, dict) or not isinstance(held.get("monitors"), list):
            raise Unreachable(SYSTEM, f"What answers at {self._wire.url} tells no monitors: {answer.text[:100]}.")
        if not all(isinstance(one, dict) and one.get("id") for one in held["monitors"]):
            raise Unreachable(SYSTEM, "Arize AX told a monitor that cannot be read.")
        return held


def over(key: str, title: str, group: str, *, at: datetime) -> Signal:
    """A monitor that is no longer triggered."""
    return Signal("arize", key, title, group, "resolved", alert_at=at)


def _monitor(held: Mapping[str, Any]) -> Signal:
    # The key and the group of the webhook's hint, so that what the API says goes into the same line.
    name = text(held, "name", most=TITLE_MAX) or "A monitor without a name"
    value, limit = number(held, "latest_computed_value"), number(held, "threshold.value", "threshold.upper.value")
    metric = text(held, "dimension.name", "metric", most=100)
    words = [
        ("project", text(held, "project_id", most=200)),
        ("category", text(held, "dimension.category", most=100)),
        ("kind", text(held, "type", most=100)),
    ]
    return Signal(
        source="arize",
        key=f"monitor {text(held, 'id', most=200)}",
        title=name,
        group=name,
        state="firing",
        alert_at=moment(held.get("evaluated_at")),
        links=web(held.get("uri")),
        labels={name: word for name, word in words if word},
        measured=(Measured(metric or "monitor", value, limit),) if value is not None else (),
    )
