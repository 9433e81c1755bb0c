"""Datadog's webhooks integration, with the body that Hotwash recommends or one of the usual names.

https://docs.datadoghq.com/integrations/webhooks/. Its users write the body themselves, from variables; it cannot sign.
"""

import re
from collections.abc import Mapping

from hotwash.connect.bodies import TITLE_MAX, grade, moment, number, object_of, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Measured, Sender, Signal, State

SYSTEM = "Datadog"
BODY = (
    '{"id": "$ALERT_ID", "title": "$EVENT_TITLE", "message": "$TEXT_ONLY_MSG", "transition": "$ALERT_TRANSITION", '
    '"cycle": "$ALERT_CYCLE_KEY", "priority": "$ALERT_PRIORITY", "date": "$DATE", "started": "$ALERT_START_TIME", '
    '"link": "$LINK", "tags": "$TAGS", "metric": "$ALERT_METRIC", "scope": "$ALERT_SCOPE", "query": "$ALERT_QUERY"}'
)
"""The body to paste into the integration."""
_STATES: dict[str, State] = {
    "recovered": "resolved",
    "resolved": "resolved",
    "ok": "resolved",
    "success": "resolved",
    "no data": "information",
    "renotify": "firing",
}


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """The alert.

    :raises Refused: if it has no title, or its variables were not filled
    """
    held = object_of(SYSTEM, body)
    title = text(held, "title", "event_title", "alert_title", most=TITLE_MAX)
    if not title:
        raise Refused(SYSTEM, "The body has no `title`. Use the body that the page of this sender shows.")
    if re.fullmatch(r"\$[A-Z_]+", title):
        raise Refused(SYSTEM, f"The variable {title} was not filled: write it as Datadog spells it.")
    monitor = text(held, "id", "alert_id", "monitor_id", most=100)
    scope = text(held, "scope", "alert_scope", most=150)
    transition = text(held, "transition", "alert_transition").lower()
    priority = text(held, "priority", "alert_priority").upper()
    limit = re.search(r"[<>]=?\s*(-?\d+(?:\.\d+)?)\s*$", text(held, "query"))
    metric = text(held, "metric", "alert_metric", most=100)
    return [
        Signal(
            source="datadog",
            key=text(held, "cycle", "alert_cycle_key", "aggregation_key", most=300)
            or f"{monitor} {scope}".strip()
            or title,
            title=title,
            group=f"monitor {monitor}" if monitor else title,
            state=_STATES.get(transition, "firing"),
            grade=grade(priority if priority.startswith("P") else f"P{priority}"),
            alert_at=moment(held.get("date") or held.get("last_updated")),
            data_at=moment(held.get("started") or held.get("alert_start_time")),
            detail=text(held, "message", "body", "description"),
            links=web(held.get("link"), held.get("url")),
            labels=_tags(text(held, "tags")),
            measured=(Measured(metric or "query", None, number({"limit": limit[1]}, "limit") if limit else None),)
            if metric or limit
            else (),
        )
    ]


def _tags(tags: str) -> dict[str, str]:
    pairs = [tag.strip().partition(":") for tag in tags.split(",")[:60] if tag.strip()]
    return {name[:100]: value[:300] for name, _, value in pairs}


SENDER = Sender("datadog", SYSTEM, read, example="The webhooks integration, with the body below.")
