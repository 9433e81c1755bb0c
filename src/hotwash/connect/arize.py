"""Arize AX's webhooks. No form of a monitor's body is published, so it is taken as a hint: the monitors API is asked.

Signed with HMAC-SHA256 over ``timestamp.body``, or sent with a bearer token verbatim.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime

from hotwash.connect.bodies import TITLE_MAX, grade, moment, object_of, signed_hex, text, web
from hotwash.response.outside import NotVerified
from hotwash.response.signals import Sender, Signal, State

SYSTEM = "Arize AX"
_STATES: dict[str, State] = {
    "triggered": "firing",
    "cleared": "resolved",
    "no_data": "information",
    "resolved": "resolved",
}


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
