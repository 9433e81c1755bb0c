"""The end of a record's time: which rule it is due by, and a person's word that it may go.

The tombstone is written first, with the job that erases; a crash in between erases later, never without a word why.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotwash.incident.rules import VERBS
from hotwash.incident.state import Incident
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.jobs import Job
from hotwash.response.request import fit
from hotwash.systems.retention import Retention, RetentionSet

ERASE = "erase-record"
"""The kind of job that erases what a tombstone says."""


@dataclass(frozen=True, slots=True)
class Due:
    """An incident whose record is to be erased from a moment on.

    :param since: from when on its time is over
    """

    incident: str
    rule: RetentionSet
    ended_at: datetime
    since: datetime


def due_by(retention: Retention, incident: str, *, kind: str, standing: str, ended_at: datetime | None) -> Due | None:
    """By which rule, and from when on, a record is due to be erased; None if no rule covers it."""
    rule = retention.of(kind=kind, standing=standing)
    if rule is None or ended_at is None:
        return None
    return Due(incident, rule, ended_at, ended_at + timedelta(days=rule.days))


def due_of(retention: Retention, incident: Incident) -> Due | None:
    """The same for a state."""
    ended = incident.endings[-1].at if incident.endings else None
    return due_by(retention, incident.id, kind=incident.kind, standing=incident.standing, ended_at=ended)


def erase(
    desk: Desk, incident_id: str, *, by: Person, at: datetime | None = None, expected: int | None = None, **request: Any
) -> Recorded:
    """Confirm that a record whose time is over is erased. The worker does it; a tombstone stays.

    :raises NotAllowed: if it is not due, or is held
    """
    desk.permit(by, "erase-record")
    words = fit(VERBS["erase-record"], request)
    incident = desk.incident(incident_id)
    due = due_of(desk.organisation().retention, incident)
    if incident.erased is None and not incident.legal_holds:
        if due is None:
            raise NotAllowed(f"No rule of the organisation says when {incident_id} is due to be erased.")
        if desk.clock() < due.since:
            raise NotAllowed(
                f"{incident_id} is kept until {due.since:%Y-%m-%d} by the rule {due.rule.rule} ({due.rule.basis})."
            )
    rule = due.rule.rule if due else ""
    # The state that was looked at is the one that is erased: whoever wrote since is heard first.
    seen = incident.number if expected is None else expected
    return desk.step(incident_id, "erased-record", by=by, at=at, expected=seen, rule=rule, **words)


def job(incident_id: str, due: datetime) -> Job:
    """What erases a record after its tombstone was written."""
    return Job(f"{ERASE}:{incident_id}", ERASE, {"incident": incident_id}, due, f"incident/{incident_id}")
