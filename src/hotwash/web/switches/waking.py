"""How sleeping streams learn of a change: one thread a process looks and hands it to each stream that waits.

A change made in this process is looked for at once. One of another process is seen by PostgreSQL's NOTIFY, or on SQLite
by `PRAGMA data_version`, which is asked every 20 ms and costs microseconds. No stream holds a connection to the
database. If the thread cannot look, streams end, rather than say in signed words that nothing is new.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import Error, connections
from django.utils import timezone

log = logging.getLogger("hotwash.switches")

CHANNEL = "hotwash_switches"
LOOK_S = 0.02
IDLE_S = 5.0
BLIND_S = 3.0
"""After so long without a look, nothing is said any more."""


@dataclass(frozen=True, slots=True)
class Latest:
    """What a service is told now, and which of its tokens are good until when."""

    serial: int
    etag: str
    body: bytes
    tokens: dict[int, datetime | None]


class Listener:
    """One stream: what it is handed, each with a wake-up of its own.

    A hundred that wake on one condition queue for its lock, each with several turns of the interpreter.
    """

    __slots__ = ("news", "service")

    def __init__(self, service: int) -> None:
        self.service = service
        self.news: queue.SimpleQueue[Latest | None] = queue.SimpleQueue()


class Watch:
    """What stands now for every service, and who waits for the next change."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.latest: dict[int, Latest] = {}
        self.listeners: set[Listener] = set()
        self.ending: Callable[[], bool] = lambda: False
        self._thread: threading.Thread | None = None
        self._now = threading.Event()
        self._looked = 0.0
        self._resting = False

    @property
    def sees(self) -> bool:
        """Whether somebody looks, so that "nothing new" is true."""
        return time.monotonic() - self._looked < BLIND_S and not self.ending()

    @property
    def _over(self) -> bool:
        return self._resting or self.ending()

    def look_now(self) -> None:
        """Something was changed in this process."""
        self._now.set()

    @contextmanager
    def listening(self, service: int, most: int) -> Iterator[Listener | None]:
        """Keep the thread alive, and be handed what is new; None if there is no place left for one more."""
        listener = Listener(service)
        with self.condition:
            taken = len(self.listeners) < most
            if taken:
                self.listeners.add(listener)
            if taken and (self._thread is None or not self._thread.is_alive()):
                self._looked = 0.0
                self._thread = threading.Thread(target=self._watch, name="switches", daemon=True)
                self._thread.start()
        try:
            yield listener if taken else None
        finally:
            with self.condition:
                self.listeners.discard(listener)

    def wait(self, listener: Listener, told: Latest, timeout_s: float) -> Latest | None:
        """What stands, once it is newer than ``told`` or the time is over; None if nobody can know.

        The thread may be a moment behind what a stream has read itself: what is older is never told.
        """
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            try:
                news = listener.news.get(timeout=left)
            except queue.Empty:
                break
            if news is None:
                return None
            if news.serial > told.serial:
                return news

        def caught_up() -> bool:
            known = self.latest.get(listener.service)
            return self.ending() or (self._looked > 0 and (known is None or known.serial >= told.serial))

        with self.condition:
            if not self.condition.wait_for(caught_up, BLIND_S) or not self.sees:
                return None
            return self.latest.get(listener.service)

    def rest(self) -> None:
        """End the thread; the next that listens starts another."""
        with self.condition:
            thread, self._resting = self._thread, True
        if thread is not None and thread.is_alive():
            thread.join()
        with self.condition:
            self._thread, self._resting, self.latest = None, False, {}

    def _watch(self) -> None:
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < IDLE_S and not self._over:
            try:
                with _looking() as changes:
                    self._take()
                    while not self._over and (self.listeners or time.monotonic() - idle_since < IDLE_S):
                        if self.listeners:
                            idle_since = time.monotonic()
                        if changes(self._now):
                            self._take()
                        self._looked = time.monotonic()
            except Error as fault:
                log.warning("The switches cannot be looked at: %s", type(fault).__name__)
                time.sleep(0.5)
            finally:
                connections.close_all()
        with self.condition:
            for listener in self.listeners:
                listener.news.put(None)
            self.condition.notify_all()

    def _take(self) -> None:
        found = read_latest(self.latest)
        with self.condition:
            self._looked = time.monotonic()
            before, self.latest = self.latest, found
            if found == before:
                return
            self.condition.notify_all()
            newer = {pk for pk, one in found.items() if pk not in before or one.serial > before[pk].serial}
            for listener in self.listeners:
                if listener.service in newer:
                    listener.news.put(found[listener.service])


def read_latest(before: dict[int, Latest]) -> dict[int, Latest]:
    """Every service as it stands in the database. Bodies that are known are not read again."""
    from hotwash.web.tables.models import Service, ServiceToken

    now = timezone.now()
    tokens: dict[int, dict[int, datetime | None]] = {}
    for pk, service, ends in ServiceToken.objects.values_list("pk", "service_id", "ends_at"):
        if ends is None or ends > now:
            tokens.setdefault(service, {})[pk] = ends
    latest = {}
    for pk, serial in Service.objects.filter(revoked_at=None).values_list("pk", "serial"):
        known = before.get(pk)
        if known is None or known.serial != serial:
            latest[pk] = read_one(pk, tokens.get(pk, {}))
        else:
            latest[pk] = Latest(known.serial, known.etag, known.body, tokens.get(pk, {}))
    return latest


def read_one(service: int, tokens: dict[int, datetime | None]) -> Latest:
    """One service as it stands in the database."""
    from hotwash.web.tables.models import Service

    serial, etag, body = Service.objects.values_list("serial", "etag", "body").get(pk=service)
    return Latest(serial, etag, body.encode(), tokens)


Changes = Callable[[threading.Event], bool]


@contextmanager
def _looking() -> Iterator[Changes]:
    """A way to wait a moment for a change, on a connection of its own."""
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "postgresql":
            cursor.execute(f"LISTEN {CHANNEL}")
            yield _notified(connections["default"].connection)
        else:
            yield _counted(cursor)


def _counted(cursor: Any) -> Changes:
    seen = [-1]

    def changes(now: threading.Event) -> bool:
        asked = now.wait(LOOK_S)
        now.clear()
        cursor.execute("PRAGMA data_version")
        version = int(cursor.fetchone()[0])
        changed = version != seen[0]
        seen[0] = version
        return changed or asked

    return changes


def _notified(listening: Any) -> Changes:
    asked_at = [time.monotonic()]

    def changes(now: threading.Event) -> bool:
        # What this process changes is told by its NOTIFY as well; the event only shortens the wait of the next turn.
        told = list(listening.notifies(timeout=0.25, stop_after=1)) or now.is_set()
        now.clear()
        if told or time.monotonic() - asked_at[0] > 1:
            # Whoever changed a token did not tell; and a connection that broke off is found by asking.
            asked_at[0] = time.monotonic()
            return True
        return False

    return changes


WATCH = Watch()


def changed() -> None:
    """Something that services are told was changed in this process."""
    WATCH.look_now()
