"""Grafana's alerting webhook: the one of version 9 and later, which is Alertmanager's with more, and the older one.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
Since version 12 it can sign: HMAC-SHA256 over the body, or over ``timestamp:body`` where a time is sent.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotwash.connect.bodies import (
    TITLE_MAX,
    at,
    grade,
    labels,
    moment,
    number,
    object_of,
    signed_hex,
    text,
    web,
)
from hotwash.response.outside import Refused
from hotwash.response.signals import Measured, Sender, Signal, State

SYSTEM = "Grafana"
_STATES: dict[str, State] = {
    "ok": "resolved",
    "resolved": "resolved",
    "paused": "information",
    "no_data": "information",
}


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """The alerts of a notification, or the one rule of an older Grafana.

    :raises Refused: if it is neither
    """
    held = object_of(SYSTEM, body)
    alerts = held.get("alerts")
    if isinstance(alerts, list) and alerts:
        return [_alert(alert, held) for alert in alerts if isinstance(alert, dict)]
    if "ruleName" in held or "ruleId" in held:
        return [_rule(held)]
    if "title" in held and ("condition" in held or "annotations" in held):
        return [_definition(held)]
    raise Refused(SYSTEM, "The body has neither `alerts` nor a `ruleName`.")


def _alert(alert: Mapping[str, Any], held: Mapping[str, Any]) -> Signal:
    named = {**labels(held.get("commonLabels")), **labels(alert.get("labels"))}
    notes = {**labels(held.get("commonAnnotations")), **labels(alert.get("annotations"))}
    name = named.get("alertname", "")
    resolved = text(alert, "status") == "resolved"
    began, ended = moment(alert.get("startsAt")), moment(alert.get("endsAt"))
    values = alert.get("values")
    measured = tuple(
        Measured(str(metric)[:100], number(values, str(metric)))
        for metric in (list(values)[:20] if isinstance(values, Mapping) else [])
    )
    return Signal(
        source="grafana",
        key=(text(alert, "fingerprint") or f"{name} {sorted(named.items())}")[:300],
        title=(notes.get("summary") or name or text(held, "title") or "An alert without a name")[:TITLE_MAX],
        group=name or text(held, "groupKey", most=300),
        state="resolved" if resolved else "firing",
        grade=grade(named.get("severity", "")),
        alert_at=(ended if resolved else None) or began,
        detail=notes.get("description") or text(alert, "valueString") or text(held, "message"),
        # "?orgId=1" is what Grafana 12 sends as a link in a test: it leads nowhere.
        links=web(*(alert.get(one) for one in ("generatorURL", "dashboardURL", "panelURL", "silenceURL"))),
        labels=named,
        measured=measured,
    )


def _rule(held: Mapping[str, Any]) -> Signal:
    state = _STATES.get(text(held, "state"), "firing")
    matches = held.get("evalMatches")
    measured = tuple(
        Measured(text(one, "metric", most=100), number(one, "value"))
        for one in (matches if isinstance(matches, list) else [])[:20]
    )
    name = text(held, "ruleName", most=TITLE_MAX)
    signal = Signal(
        source="grafana",
        key=f"rule {text(held, 'ruleId') or name}"[:300],
        title=text(held, "title", "ruleName", most=TITLE_MAX),
        group=name,
        detail=text(held, "message"),
        links=web(held.get("ruleUrl"), held.get("imageUrl")),
        labels=labels(held.get("tags")),
        measured=measured,
    )
    return replace(signal, state=state)


def _definition(held: Mapping[str, Any]) -> Signal:
    """The definition of a rule, as some relays send it instead of an alert."""
    named = labels(held.get("labels"))
    title = text(held, "title", most=TITLE_MAX)
    return Signal(
        source="grafana",
        key=f"rule {text(held, 'uid') or title}"[:300],
        title=text(at(held, "annotations"), "summary", most=TITLE_MAX) or title,
        group=title,
        grade=grade(named.get("severity", "")),
        labels=named,
        links=web(held.get("url")),
    )


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check the signature. Raises as `signed_hex`."""
    told = headers.get("x-grafana-alerting-timestamp", "")
    signed = f"{told}:".encode() + body if told else body
    given = headers.get("x-grafana-alerting-signature", "")
    signed_hex(SYSTEM, secret=secret, signed=signed, given=given, told=told, now=now)


SENDER = Sender(
    "grafana", SYSTEM, read, verify, "A contact point of type Webhook, with an HMAC secret if it is Grafana 12."
)
