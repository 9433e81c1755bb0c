"""Sentry's webhooks of an internal integration: issues, event alerts and metric alerts; and the older plug-in's body.

https://docs.sentry.io/organization/integrations/integration-platform/webhooks/. They are signed. What Sentry says of
the person who met the fault (address, name) is left out: it is not needed to see the trouble.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotwash.connect.bodies import TITLE_MAX, at, grade, moment, number, object_of, signed_hex, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Measured, Sender, Signal, State

SYSTEM = "Sentry"
_METRIC: dict[str, State] = {"critical": "firing", "warning": "firing", "resolved": "resolved"}
_ISSUE: dict[str, State] = {"resolved": "resolved", "archived": "information", "assigned": "information"}


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:
    """What Sentry tells.

    :raises Refused: if it is not one of the kinds that it documents
    """
    held = object_of(SYSTEM, body)
    resource = headers.get("sentry-hook-resource", "")
    if isinstance(at(held, "data.metric_alert"), dict):
        return [_metric(held)]
    if isinstance(at(held, "data.issue"), dict):
        return [_issue(held["data"]["issue"], _ISSUE.get(text(held, "action"), "firing"))]
    if isinstance(at(held, "data.event"), dict):
        return [_event(held["data"]["event"], text(held, "data.triggered_rule", most=300))]
    if isinstance(held.get("event"), dict) and "project" in held:
        return [_plugin(held)]
    raise Refused(SYSTEM, f"There is no metric alert, issue or event in it (its resource is {resource[:40]!r}).")


def _metric(held: Mapping[str, Any]) -> Signal:
    alert = held["data"]["metric_alert"]
    action = text(held, "action")
    rule = text(alert, "alert_rule.name", "title", most=TITLE_MAX)
    return Signal(
        source="sentry",
        key=f"metric alert {text(alert, 'id', 'identifier') or rule}"[:300],
        title=text(held, "data.description_title", most=TITLE_MAX) or rule or "A metric alert",
        group=rule,
        state=_METRIC.get(action, "information"),
        grade={"critical": "critical", "warning": "high"}.get(action, "low"),  # type: ignore[arg-type]
        alert_at=moment(alert.get("date_detected")) or moment(alert.get("date_started")),
        data_at=moment(alert.get("date_started")),
        detail=text(held, "data.description_text"),
        links=web(at(held, "data.web_url")),
        measured=(
            Measured(
                text(alert, "alert_rule.aggregate", most=100),
                None,
                number(alert, "alert_rule.triggers.0.alertThreshold"),
            ),
        ),
    )


def _issue(issue: Mapping[str, Any], state: State) -> Signal:
    return Signal(
        source="sentry",
        key=f"issue {text(issue, 'id')}",
        title=text(issue, "title", most=TITLE_MAX) or "An issue without a title",
        group=text(issue, "project.slug", "project", most=300),
        state=state,
        grade=grade(text(issue, "level")),
        alert_at=moment(issue.get("lastSeen")) or moment(issue.get("firstSeen")),
        data_at=moment(issue.get("firstSeen")),
        detail=text(issue, "culprit"),
        links=web(issue.get("web_url"), issue.get("permalink")),
    )


def _event(event: Mapping[str, Any], rule: str) -> Signal:
    return Signal(
        source="sentry",
        key=f"issue {text(event, 'issue_id', 'groupID') or text(event, 'event_id')}",
        title=text(event, "title", "message", most=TITLE_MAX) or "An event without a title",
        group=rule or text(event, "project", most=300),
        grade=grade(text(event, "level")),
        data_at=moment(event.get("timestamp")) or moment(event.get("datetime")),
        detail=text(event, "logentry.formatted", "message", "culprit"),
        links=web(event.get("web_url"), event.get("url")),
        labels=_tags(event.get("tags")),
    )


def _plugin(held: Mapping[str, Any]) -> Signal:
    event = held["event"]
    return Signal(
        source="sentry",
        key=f"issue {text(held, 'id')}",
        title=text(event, "title", most=TITLE_MAX) or text(held, "message", most=TITLE_MAX),
        group=text(held, "project_slug", "project", most=300),
        grade=grade(text(held, "level")),
        data_at=moment(event.get("timestamp")),
        detail=text(held, "message", "culprit"),
        links=web(held.get("url")),
        labels=_tags(event.get("tags")),
    )


def _tags(tags: Any) -> dict[str, str]:
    pairs = [pair for pair in tags if isinstance(pair, list) and len(pair) == 2] if isinstance(tags, list) else []
    return {str(name)[:100]: str(value)[:300] for name, value in pairs[:40] if str(name) != "user"}


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check the signature. Raises as `signed_hex`."""
    given, told = headers.get("sentry-hook-signature", ""), headers.get("sentry-hook-timestamp", "")
    signed_hex(SYSTEM, secret=secret, signed=body, given=given, told=told, now=now)


SENDER = Sender(
    "sentry", SYSTEM, read, verify, "An internal integration with its webhook URL; the client secret signs."
)
