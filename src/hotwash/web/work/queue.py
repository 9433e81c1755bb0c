"""The lease table: jobs wait in the database, the same on SQLite and on PostgreSQL.

Invariants:

- A job belongs to whoever holds its newest token. Who has lost the lease can neither end the job nor write its effect.
- Its end, its effect and the jobs that follow are one transaction.
- Whoever dies leaves a lease that runs out; the job is then begun again, until its attempts are spent.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from hotwash.response.jobs import Arguments, Job, Kind, Kinds, Outcome
from hotwash.web.store import together
from hotwash.web.tables.models import JobRow, JobState
from hotwash.web.waiting import let_wait

ERROR_LENGTH_MAX = 2_000
KEPT_IF_EVERY = timedelta(minutes=1)
"""Work that recurs as often, or more often, leaves no row of what was done."""


class LeaseLost(Exception):
    """Somebody else does this job by now: nothing of this attempt was written."""


@dataclass(frozen=True, slots=True)
class Held:
    """A job that this worker does."""

    pk: int
    key: str
    kind: Kind
    arguments: Arguments
    about: str
    token: str
    attempts: int


class JobQueue:
    """Keeps the promise of `hotwash.response.jobs.Queue`."""

    def put(self, *jobs: Job) -> None:
        """See `Queue.put`."""
        let_wait(jobs)

    def cancel(self, key: str) -> bool:
        """See `Queue.cancel`."""
        waiting = JobRow.objects.filter(key=key, state=JobState.WAITING)
        return bool(waiting.update(state=JobState.CANCELLED, ended_at=datetime.now(UTC), lease_until=None, token=""))


def claim(kinds: Kinds, *, now: datetime, by: str, lease: timedelta) -> Held | None:
    """Take the job that has been due longest, if there is one of a kind that this worker knows."""
    free = Q(state=JobState.WAITING, due_at__lte=now, kind__in=list(kinds.by_name)) & (
        Q(lease_until=None) | Q(lease_until__lt=now)
    )
    # A look without a lock, because most looks find nothing.
    while JobRow.objects.filter(free).exists():
        with transaction.atomic():
            rows = JobRow.objects.filter(free).order_by("due_at", "pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            row = rows.first()
            if row is None:
                return None
            kind = kinds.by_name[row.kind]
            if row.attempts >= kind.attempts:
                _give_up(row, kind, now, f"It was begun {row.attempts} times and never came to an end.")
                continue
            row.token, row.lease_by, row.lease_until = secrets.token_hex(16), by, now + lease
            row.attempts, row.begun_at = row.attempts + 1, now
            row.save(update_fields=["token", "lease_by", "lease_until", "attempts", "begun_at"])
        return Held(row.pk, row.key, kind, row.arguments, row.about, row.token, row.attempts)
    return None


def renew(held: Sequence[Held], *, until: datetime) -> set[int]:
    """Keep the leases of jobs that are still being done; those that are no longer ours are not among the answer."""
    kept = set()
    for one in held:
        if JobRow.objects.filter(pk=one.pk, token=one.token, state=JobState.WAITING).update(lease_until=until):
            kept.add(one.pk)
    return kept


def complete(held: Held, outcome: Outcome, *, clock: Callable[[], datetime]) -> None:
    """End a job, with its effect and what follows, all or nothing.

    :raises LeaseLost: if somebody else does it by now
    """
    with together():
        now = clock()
        mine = JobRow.objects.filter(pk=held.pk, token=held.token, state=JobState.WAITING)
        if not mine.update(state=JobState.DONE, ended_at=now, lease_until=None, error=""):
            raise LeaseLost
        if outcome.effect is not None:
            outcome.effect()
        JobQueue().put(*outcome.then, *successors(held.kind, now))
        if held.kind.every is not None and held.kind.every <= KEPT_IF_EVERY:
            JobRow.objects.filter(pk=held.pk).delete()


def fail(held: Held, why: str, *, now: datetime) -> None:
    """Note that an attempt came to nothing. It is tried again later, or left for a person to look at."""
    with transaction.atomic():
        row = JobRow.objects.select_for_update().filter(pk=held.pk, token=held.token, state=JobState.WAITING).first()
        if row is None:
            return
        if row.attempts >= held.kind.attempts:
            _give_up(row, held.kind, now, why)
            return
        row.due_at, row.error = now + back_off(row.attempts, held.kind.back_off_max), why[:ERROR_LENGTH_MAX]
        row.lease_until, row.token = None, ""
        row.save(update_fields=["due_at", "error", "lease_until", "token"])


def again(pk: int, *, now: datetime) -> bool:
    """Let a job that failed wait anew; whether there was one."""
    failed = JobRow.objects.filter(pk=pk, state=JobState.FAILED)
    return bool(failed.update(state=JobState.WAITING, attempts=0, due_at=now, ended_at=None, lease_until=None))


def seed(kinds: Kinds, *, now: datetime) -> None:
    """Let every recurring job wait that does not yet."""
    for kind in kinds.by_name.values():
        if kind.every is not None and not JobRow.objects.filter(kind=kind.name, state=JobState.WAITING).exists():
            JobQueue().put(_at(kind, now, kind.every, place=0))


def successors(kind: Kind, now: datetime) -> tuple[Job, ...]:
    """The next of a recurring job: at the next full interval. Those that were missed are not made up for."""
    return () if kind.every is None else (_at(kind, now, kind.every, place=1),)


def back_off(attempts: int, most: timedelta) -> timedelta:
    """How long to wait after so many attempts: 2, 4, 8 … seconds, up to ``most``."""
    return min(most, timedelta(seconds=2 ** min(attempts, 20)))


def forget(*, before: datetime) -> int:
    """Delete jobs that were done or taken back long ago; how many. Failed ones stay until somebody looks."""
    ended = JobRow.objects.filter(state__in=(JobState.DONE, JobState.CANCELLED), ended_at__lt=before)
    return ended.delete()[0]


def _at(kind: Kind, now: datetime, every: timedelta, *, place: int) -> Job:
    seconds = every.total_seconds()
    slot = datetime.fromtimestamp((now.timestamp() // seconds + place) * seconds, UTC)
    return Job(f"{kind.name}@{slot:%Y-%m-%dT%H:%M:%SZ}", kind.name, {}, slot)


def _give_up(row: JobRow, kind: Kind, now: datetime, why: str) -> None:
    row.state, row.ended_at, row.error = JobState.FAILED, now, why[:ERROR_LENGTH_MAX]
    row.lease_until, row.token = None, ""
    row.save(update_fields=["state", "ended_at", "error", "lease_until", "token"])
    JobQueue().put(*successors(kind, now))
