"""The worker: takes what is due, does it, and ends after the job that it is at when it is told to."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import Error, connections

from hotwash.response.desk import Desk, refusals
from hotwash.response.jobs import Kinds, Outcome
from hotwash.web.tables.models import WorkerRow
from hotwash.web.work import queue
from hotwash.web.work.heart import Heart
from hotwash.web.work.queue import Held, LeaseLost

log = logging.getLogger("hotwash.worker")

LEASE = timedelta(seconds=20)
IDLE_S = 0.5
FORGET_WORKERS_AFTER = timedelta(days=1)


class Worker:
    """Does jobs in threads of this process.

    :param kinds: the kinds of jobs that it knows; others are left to workers that know them
    :param lease: how long a job stays with a worker that is not heard of any more
    """

    def __init__(self, desk: Desk, kinds: Kinds, *, lease: timedelta = LEASE) -> None:
        self._desk, self._kinds, self._lease = desk, kinds, lease
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._heart = Heart(self.name, lease=lease, clock=desk.clock)
        self._told = threading.Event()

    def end(self) -> None:
        """End after what is being done now. May be called from a signal handler."""
        self._told.set()

    @property
    def ending(self) -> bool:
        """Whether it was told to end."""
        return self._told.is_set()

    def run(self, *, threads: int = 2, orphaned: Callable[[], bool] = lambda: False) -> None:
        """Do jobs until told to end.

        :param orphaned: says that whoever started this worker is gone, and it should end
        """
        self._begin()
        hands = [threading.Thread(target=self._work, name=f"hand {n}", daemon=True) for n in range(1, threads)]
        for hand in hands:
            hand.start()
        try:
            self._work(orphaned)
        finally:
            self.end()
            for hand in hands:
                hand.join()
            self._heart.end()

    def run_due(self) -> int:
        """Do what is due, one after the other, until nothing is; how many were begun."""
        self._begin()
        begun = 0
        try:
            while not self.ending and self._one():
                begun += 1
        finally:
            self._heart.end()
            connections.close_all()
        return begun

    def _begin(self) -> None:
        now = self._desk.clock()
        WorkerRow.objects.filter(seen_at__lt=now - FORGET_WORKERS_AFTER).delete()
        queue.seed(self._kinds, now=now)
        self._heart.begin()

    def _work(self, orphaned: Callable[[], bool] = lambda: False) -> None:
        while not self.ending:
            try:
                busy = self._one()
            except Error:
                # The database went away between two jobs, or in one: its lease runs out, and it is begun again.
                log.warning("The database does not answer; the worker tries again.")
                connections.close_all()
                busy = False
            if orphaned():
                self.end()
            if not busy:
                self._told.wait(IDLE_S)
        connections.close_all()

    def _one(self) -> bool:
        held = queue.claim(self._kinds, now=self._desk.clock(), by=self.name, lease=self._lease)
        if held is None:
            return False
        self._heart.hold(held)
        try:
            self._do(held)
        finally:
            self._heart.drop(held)
        return True

    def _do(self, held: Held) -> None:
        try:
            outcome = held.kind.run(self._desk, {**held.arguments, "key": held.key}) or Outcome()
            queue.complete(held, outcome, clock=self._desk.clock)
        except LeaseLost:
            log.warning("Job %s took longer than its lease; another worker does it.", held.key)
        except refusals() as no:
            queue.fail(held, str(no), now=self._desk.clock())
        except Error:
            raise
        except Exception as fault:
            log.exception("Job %s failed", held.key)
            queue.fail(held, f"{type(fault).__name__}: {fault}", now=self._desk.clock())
