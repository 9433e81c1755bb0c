"""Rules for reports from people that are counted for an incident, when their cluster is joined to it."""

from collections.abc import Callable
from datetime import datetime

from hotwash.incident.events import ComplaintsCounted, Detected, Event
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need

REPORTERS_MAX = 1_000
"""In one entry; more go into several."""


def count_complaints(
    incident: Incident,
    asked: Asked,
    *,
    cluster: int,
    title: str,
    count: int,
    reporters: tuple[str, ...],
    reachable: int,
    since: datetime,
    until: datetime,
) -> list[Event]:
    """Count reports of a cluster; the earliest is when people outside saw the harm, if nobody saw it before."""
    if (
        count < 1
        or not 0 <= reachable <= count
        or until < since
        or not 1 <= len(reporters) <= min(count, REPORTERS_MAX)
    ):
        raise NotAllowed("These counts cannot be.")
    title = need(title, "The title")
    counted = ComplaintsCounted(cluster, title, count, reporters, reachable, since, until)
    if incident.detections and incident.detections[-1].at <= asked.at:
        return [counted]
    return [counted, Detected(f"Reports from people: {title}", "outside")]


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "count-complaints": (count_complaints, "link-signal")
}
"""The step with the verb in whose states it is possible."""
