"""PagerDuty: the Events API v2, which many tools can send to instead, and the webhook version 3 of PagerDuty itself.

https://developer.pagerduty.com/docs/events-api-v2-overview and .../docs/webhooks-overview. Its webhooks are signed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotwash.connect.bodies import TITLE_MAX, at, grade, labels, moment, object_of, signed_hex, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Grade, Measured, Sender, Signal, State

SYSTEM = "PagerDuty"
_ACTIONS: dict[str, State] = {"trigger": "firing", "acknowledge": "information", "resolve": "resolved"}
_WHYLABS: dict[str, Grade] = {"1": "critical", "2": "high", "3": "low"}
"""What WhyLabs calls severe: its events all say `error`, and the true grade stands in the details."""
_EVENTS: dict[str, State] = {"triggered": "firing", "reopened": "firing", "resolved": "resolved"}


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """An event of the Events API, or what PagerDuty tells of an incident of its own.

    :raises Refused: if it is neither
    """
    held = object_of(SYSTEM, body)
    if "event_action" in held:
        return [_event(held)]
    if isinstance(at(held, "event.data"), dict):
        return [_webhook(held["event"])]
    raise Refused(SYSTEM, "The body has neither an `event_action` (Events API v2) nor an `event` (webhook v3).")


def _event(held: Mapping[str, Any]) -> Signal:
    action = text(held, "event_action")
    if action not in _ACTIONS:
        raise Refused(SYSTEM, f"`event_action` is {action[:40]!r}; it can be trigger, acknowledge or resolve.")
    payload = held.get("payload")
    key = text(held, "dedup_key", most=300)
    if action == "trigger" and not text(payload, "summary"):
        raise Refused(SYSTEM, "`payload.summary` is missing.")
    if not key and action != "trigger":
        raise Refused(SYSTEM, f"`dedup_key` is missing: what is it that one should {action}?")
    details = at(payload, "custom_details")
    source = text(payload, "source", most=60)
    shown = [one.get("href") for one in held.get("links") or () if isinstance(one, dict)]
    return Signal(
        source="whylabs" if source == "whylabs" else "pagerduty",
        key=key or f"{source} {text(payload, 'summary', most=200)}",
        title=text(payload, "summary", most=TITLE_MAX) or f"{key} ({action})"[:TITLE_MAX],
        group=(text(details, "analyzer_id", "monitor_id") or text(payload, "class", "group", "component") or source)[
            :300
        ],
        state=_ACTIONS[action],
        grade=_WHYLABS.get(text(details, "severity"), "unknown")
        if source == "whylabs"
        else grade(text(payload, "severity")),
        alert_at=moment(text(payload, "timestamp")),
        data_at=_data_at(details),
        detail=text(details, "message", "description"),
        links=web(*shown, held.get("client_url"), at(details, "url")),
        labels=labels(details) if isinstance(details, dict) else {},
        measured=_measured(details),
    )


def _data_at(details: Any) -> datetime | None:
    began = text(details, "time_range").partition("/")[0]
    return moment(at(details, "dataset_timestamp")) or moment(began)


def _measured(details: Any) -> tuple[Measured, ...]:
    features = at(details, "alerted_features")
    if isinstance(features, list):
        return tuple(
            Measured(text(one, "type", most=100), None, of=text(one, "feature", most=200))
            for one in features[:20]
            if isinstance(one, dict)
        )
    metric = text(details, "metric", most=100)
    return (Measured(metric, None, of=text(details, "feature", most=200)),) if metric else ()


def _webhook(event: Mapping[str, Any]) -> Signal:
    kind = text(event, "event_type").rpartition(".")[2]
    data = event["data"]
    return Signal(
        source="pagerduty",
        key=text(data, "incident_key", "id", most=300),
        title=text(data, "title", "summary", most=TITLE_MAX) or "An incident without a title",
        group=text(data, "service.summary", most=300),
        state=_EVENTS.get(kind, "information"),
        grade={"high": "high", "low": "low"}.get(text(data, "urgency"), "unknown"),  # type: ignore[arg-type]
        alert_at=moment(event.get("occurred_at")),
        links=web(data.get("html_url")),
        labels={"event": text(event, "event_type"), "service": text(data, "service.summary", most=200)},
    )


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check the signature of a webhook. Raises as `signed_hex`."""
    signed_hex(SYSTEM, secret=secret, signed=body, given=headers.get("x-pagerduty-signature", ""), now=now)


def accepted(signals: list[Signal]) -> dict[str, str]:
    """What a sender of the Events API expects to hear."""
    return {"status": "success", "message": "Event processed", "dedup_key": signals[0].key}


SENDER = Sender(
    "pagerduty", SYSTEM, read, verify, "A generic webhook v3, or this address as the URL of the Events API."
)
