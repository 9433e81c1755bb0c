"""Jobs as people see them: in words, the newest trouble first."""

from dataclasses import dataclass
from datetime import datetime

from hotwash.response.desk import INCIDENT
from hotwash.response.jobs import Kinds
from hotwash.web.tables.models import JobRow, JobState

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One job. ``state`` is ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``."""

    id: int
    key: str
    kind: str
    sentence: str
    incident: str
    state: str
    due_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    attempts: int
    error: str


def jobs(kinds: Kinds, *, state: str, now: datetime, limit: int = SHOWN) -> list[Listed]:
    """Jobs in a state: those that wait by their time, those that ended the newest first."""
    rows = JobRow.objects.filter(state=state)
    order = ("due_at", "pk") if state == JobState.WAITING else ("-ended_at", "-pk")
    return [_listed(row, kinds, now) for row in rows.order_by(*order)[:limit]]


def _listed(row: JobRow, kinds: Kinds, now: datetime) -> Listed:
    known = kinds.by_name.get(row.kind)
    running = row.state == JobState.WAITING and row.lease_until is not None and row.lease_until >= now
    return Listed(
        id=row.pk,
        key=row.key,
        kind=row.kind,
        sentence=known.sentence if known else "A kind of job that this version does not know.",
        incident=row.about.removeprefix(INCIDENT) if row.about.startswith(INCIDENT) else "",
        state="running" if running else row.state,
        due_at=row.due_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        attempts=row.attempts,
        error=row.error,
    )
