"""Rules for signals that the inbox counts for an incident. No person says them: the worker does."""

from collections.abc import Callable
from datetime import datetime

from hotwash.incident.events import Event, SignalsCounted
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need


def count_signals(
    incident: Incident,
    asked: Asked,
    *,
    source: str,
    title: str,
    line: int,
    count: int,
    total: int,
    firing: int,
    since: datetime,
    until: datetime,
) -> list[Event]:
    """Tell how many further signals of a line came."""
    if not 0 < count <= total or firing < 0 or until < since:
        raise NotAllowed("These counts cannot be.")
    return [
        SignalsCounted(need(source, "The source"), need(title, "The title"), line, count, total, firing, since, until)
    ]


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {"count-signals": (count_signals, "link-signal")}
"""The step with the verb in whose states it is possible."""
