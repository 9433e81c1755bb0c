"""The heartbeat of a worker: one thread that keeps the leases of what is being done, and says that the worker lives."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, connections

from hotwash.web.tables.models import WorkerRow
from hotwash.web.work import queue
from hotwash.web.work.queue import Held

log = logging.getLogger("hotwash.worker")

SEEN_EVERY = timedelta(seconds=10)


class Heart:
    """Renews leases from a thread of its own, so that a job may take longer than its lease.

    A job that takes longer than its kind allows is no longer renewed: another worker may then begin it.
    """

    def __init__(self, name: str, *, lease: timedelta, clock: Callable[[], datetime]) -> None:
        self._name, self._lease, self._clock = name, lease, clock
        self._held: dict[int, tuple[Held, datetime]] = {}
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)
        self._seen: datetime | None = None

    def begin(self) -> None:
        """Say that this worker lives, and go on saying so."""
        now = self._clock()
        WorkerRow.objects.update_or_create(
            name=self._name, defaults={"started_at": now, "seen_at": now, "ended_at": None}
        )
        self._seen = now
        self._thread.start()

    def end(self) -> None:
        """Say that this worker has ended on purpose."""
        self._ended.set()
        self._thread.join()
        now = self._clock()
        try:
            WorkerRow.objects.filter(name=self._name).update(seen_at=now, ended_at=now)
        except Error:
            log.warning("The worker ends, and the database is away: the list of workers shows it for a while yet.")

    def hold(self, held: Held) -> None:
        """Keep the lease of a job from now on."""
        with self._lock:
            self._held[held.pk] = (held, self._clock() + held.kind.limit)

    def drop(self, held: Held) -> None:
        """It came to an end."""
        with self._lock:
            self._held.pop(held.pk, None)

    def _beat(self) -> None:
        while not self._ended.wait(self._lease.total_seconds() / 3):
            try:
                self._renew()
            except Error:
                # The database may be away for a moment. What was lost meanwhile is refused at the end of the job.
                log.warning("The worker could not renew its leases; it tries again.")
                connections.close_all()
        connections.close_all()

    def _renew(self) -> None:
        now = self._clock()
        with self._lock:
            held = [one for one, limit in self._held.values() if now < limit]
        kept = queue.renew(held, until=now + self._lease) if held else set()
        for one in held:
            if one.pk not in kept:
                self.drop(one)
        if self._seen is None or now - self._seen >= SEEN_EVERY:
            WorkerRow.objects.filter(name=self._name).update(seen_at=now)
            self._seen = now
