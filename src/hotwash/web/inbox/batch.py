"""Deliveries that come in the same moment, written in one transaction. Whoever delivered waits for the commit.

A delivery that comes alone waits for nobody. In a storm, when the last transaction held several, the next one waits
for a moment: the senders that were just answered have more to say, and each transaction costs the same whatever it
holds.
"""

import logging
import threading
import time
from dataclasses import dataclass, field

from django.db import connections

from hotwash.web.inbox import taking
from hotwash.web.inbox.delivery import Taken

log = logging.getLogger("hotwash.inbox")

WAIT_S = 30.0
GATHER_S = 0.02
IDLE_S = 10.0
"""How long the thread keeps its connection when nothing comes."""
TOGETHER_MAX = 500


class NotWritten(Exception):
    """The delivery was not written, or nobody knows: the sender should deliver it again, which counts once."""


@dataclass(slots=True)
class _Waiting:
    delivery: Taken
    done: threading.Event = field(default_factory=threading.Event)
    groups: list[int] | None = None


class Batches:
    """The thread of one server process that writes what came."""

    def __init__(self) -> None:
        self.on = False
        self._queue: list[_Waiting] = []
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None

    def take(self, delivery: Taken) -> list[int]:
        """Write a delivery; in a server, together with those that come in the same moment.

        :raises NotWritten: if it could not be written
        """
        if not self.on:
            return taking.write([delivery])[0]
        mine = _Waiting(delivery)
        with self._lock:
            self._queue.append(mine)
            self._lock.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()
        if not mine.done.wait(WAIT_S) or mine.groups is None:
            raise NotWritten
        return mine.groups

    def _run(self) -> None:
        try:
            while some := self._some():
                self._write(some)
                if len(some) > 1:
                    time.sleep(GATHER_S)
        finally:
            connections.close_all()

    def _some(self) -> list[_Waiting]:
        with self._lock:
            if not self._queue:
                self._lock.wait(IDLE_S)
            some, self._queue = self._queue[:TOGETHER_MAX], self._queue[TOGETHER_MAX:]
            if not some:
                # Said under the lock: whoever comes next starts a thread.
                self._thread = None
            return some

    def _write(self, some: list[_Waiting]) -> None:
        try:
            for one, groups in zip(some, taking.write([one.delivery for one in some]), strict=True):
                one.groups = groups
        except Exception as fault:  # noqa: BLE001 - whatever it is, each sender must hear of its own
            log.warning("%d deliveries could not be written: %s", len(some), type(fault).__name__)
            connections.close_all()
            if len(some) > 1:
                # One that cannot be written must not take the others with it.
                for one in some:
                    self._write([one])
                return
        for one in some:
            one.done.set()


BATCHES = Batches()
