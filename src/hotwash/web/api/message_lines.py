"""Messages as JSON values: a line for each, and the words that somebody is owed."""

from datetime import datetime
from typing import Any

from hotwash.incident.messages import Message, lacking
from hotwash.incident.state import Incident
from hotwash.reports.cadence import UpdateDue, due


def line_of(message: Message) -> dict[str, Any]:
    """A message as JSON values, without its text."""
    return {
        "message": message.number,
        "audience": message.audience,
        "stage": message.stage,
        "language": message.text.event.language,
        "subject": message.text.event.subject,
        "state": message.state,
        "version": message.version,
        "text": message.text.entry,
        "by": message.text.by,
        "needs": message.row.needs,
        "approved": {role: one.by for role, one in message.approved.items()},
        "lacking": lacking(message),
        "sent_at": message.sent_at,
        "reached": message.reached,
        "next_at": message.next_at,
        "template": message.drafted.event.template,
    }


def due_line(incident: Incident, now: datetime) -> list[dict[str, Any]]:
    """The words that somebody is owed next, as JSON values."""
    return [_due(one) for one in due(incident, now)]


def _due(one: UpdateDue) -> dict[str, Any]:
    return {
        "audience": one.audience,
        "stage": one.stage,
        "at": one.at,
        "late": one.late,
        "why": one.why,
        "owner": one.owner,
        "last": one.last,
        "ready": one.ready,
    }
