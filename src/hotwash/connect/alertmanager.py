"""Alertmanager's webhook, version 4. One signal an alert: each has its own fingerprint, and ends by itself.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. It cannot sign; it sends a bearer token.
"""

from collections.abc import Mapping
from typing import Any

from hotwash.connect.bodies import TITLE_MAX, grade, labels, moment, object_of, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Sender, Signal

SYSTEM = "Alertmanager"


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """The alerts of a notification.

    :raises Refused: if it has no list of alerts
    """
    held = object_of(SYSTEM, body)
    alerts = held.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        raise Refused(SYSTEM, "The body has no `alerts`.")
    shared = {"labels": labels(held.get("commonLabels")), "notes": labels(held.get("commonAnnotations"))}
    return [signal(SYSTEM.lower(), alert, shared, held) for alert in alerts if isinstance(alert, dict)]


def signal(source: str, alert: Mapping[str, Any], shared: Mapping[str, dict[str, str]], held: Any) -> Signal:
    """One alert of a notification."""
    named = {**shared["labels"], **labels(alert.get("labels"))}
    notes = {**shared["notes"], **labels(alert.get("annotations"))}
    name = named.get("alertname", "")
    began = moment(alert.get("startsAt"))
    ended = moment(alert.get("endsAt"))
    state = text(alert, "status") or text(held, "status")
    resolved = state == "resolved"
    fingerprint = text(alert, "fingerprint") or " ".join(f"{key}={named[key]}" for key in sorted(named))
    return Signal(
        source=source,
        key=fingerprint[:300],
        title=(notes.get("summary") or name or "An alert without a name")[:TITLE_MAX],
        group=name or text(held, "groupKey", most=300),
        state="resolved" if resolved else "firing",
        grade=grade(named.get("severity", "")),
        alert_at=(ended if resolved else None) or began,
        detail=notes.get("description") or notes.get("message") or "",
        links=web(alert.get("generatorURL"), notes.get("runbook_url"), held.get("externalURL")),
        labels=named,
    )


SENDER = Sender(
    "alertmanager", SYSTEM, read, example="`webhook_configs` of a receiver, with `http_config.authorization`."
)
