"""How the worker is: whether one lives, how far it is behind, what waits and what failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from hotwash.web.tables.models import JobRow, JobState, WorkerRow

LATE = timedelta(seconds=60)
SILENT = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker that is alive."""

    name: str
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """The worker at one moment.

    :param lag_s: how long the job that has waited longest has been due; 0 if none is
    :param due: jobs that are due and not begun
    :param later: jobs that wait for their time
    """

    sentence: str
    well: bool
    lag_s: float
    due: int
    running: int
    later: int
    failed: int
    workers: tuple[Seen, ...]


def health(now: datetime) -> Health:
    """How the worker is."""
    due = Q(state=JobState.WAITING, due_at__lte=now)
    begun = Q(lease_until__gte=now)
    told = JobRow.objects.aggregate(
        due=Count("pk", filter=due & ~begun),
        oldest=Min("due_at", filter=due & ~begun),
        running=Count("pk", filter=Q(state=JobState.WAITING) & begun),
        later=Count("pk", filter=Q(state=JobState.WAITING, due_at__gt=now)),
        failed=Count("pk", filter=Q(state=JobState.FAILED)),
    )
    workers = tuple(
        Seen(row.name, row.started_at, row.seen_at)
        for row in WorkerRow.objects.filter(ended_at=None, seen_at__gte=now - SILENT).order_by("started_at")
    )
    lag = now - told["oldest"] if told["oldest"] else timedelta()
    late = lag > LATE
    return Health(
        sentence=_sentence(bool(workers), lag, late=late),
        well=bool(workers) and not late,
        lag_s=round(lag.total_seconds(), 3),
        due=told["due"],
        running=told["running"],
        later=told["later"],
        failed=told["failed"],
        workers=workers,
    )


def _sentence(lives: bool, lag: timedelta, *, late: bool) -> str:  # noqa: FBT001 - one of two words of a sentence
    minutes = int(lag.total_seconds() // 60)
    behind = f"It is {minutes} {'minute' if minutes == 1 else 'minutes'} behind." if late else "Nothing is late."
    if lives:
        return f"The worker runs. {behind}"
    return f"No worker runs: reminders, watches and retries stand still. {behind if late else ''}".strip()
