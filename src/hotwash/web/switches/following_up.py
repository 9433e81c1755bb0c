"""What comes after an order: going on with those that stopped, saying what is over, and who confirmed.

In a server, a thread looks after each order until it is confirmed, so that the record has it within the second. What it
misses, the worker finds: `settle_all` looks at every incident whose orders still need somebody.
"""

import logging
import threading
import time

from django.db import connections
from django.utils import timezone

from hotwash.response.desk import refusals
from hotwash.response.orders import CONFIRMED_WITHIN_S
from hotwash.web.door import desk
from hotwash.web.switches import snapshots
from hotwash.web.switches.confirmations import Heard, Said, write
from hotwash.web.switches.setting import switching
from hotwash.web.tables.models import IncidentRow, Service

log = logging.getLogger("hotwash.switches")

_STEP_S = 0.25
_TOGETHER_S = 0.03
"""How long a confirmation waits for others."""


class FollowingUp:
    """The thread of one server process: takes confirmations down, and looks after incidents until theirs are in."""

    def __init__(self) -> None:
        self.on = False
        self._until: dict[str, float] = {}
        self._heard: list[Heard] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def after(self, incident_id: str) -> None:
        """Look after an incident until its order is confirmed, or its time to be is over."""
        if not self.on:
            return
        with self._lock:
            self._until[incident_id] = time.monotonic() + CONFIRMED_WITHIN_S + 2
        self._begin()

    def heard(self, service: int, said: Said) -> None:
        """Take down a confirmation; in a server, with those that come in the same moment."""
        one = Heard(service, said, timezone.now())
        if not self.on:
            write([one])
            return
        with self._lock:
            self._heard.append(one)
        self._begin()

    def _begin(self) -> None:
        self._wake.set()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="following-up", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while self.on:
            self._wake.wait(_STEP_S if self._until else None)
            self._wake.clear()
            time.sleep(_TOGETHER_S)
            try:
                self._take_down()
                for incident_id in self._due():
                    if self._look(incident_id):
                        with self._lock:
                            self._until.pop(incident_id, None)
            except Exception as fault:  # noqa: BLE001 - a database that is away is no reason to stop looking
                log.warning("The confirmations cannot be kept: %s", type(fault).__name__)
            finally:
                connections.close_all()

    def _take_down(self) -> None:
        with self._lock:
            heard, self._heard = self._heard, []
        waiting = {one for service in (write(heard) if heard else ()) for one in _waiting(service)}
        until = time.monotonic() + 1
        with self._lock:
            for incident_id in waiting:
                self._until[incident_id] = max(until, self._until.get(incident_id, 0))

    def _due(self) -> list[str]:
        with self._lock:
            self._until = {one: until for one, until in self._until.items() if until > time.monotonic()}
            return list(self._until)

    def _look(self, incident_id: str) -> bool:
        """Whether nothing is left to look after."""
        try:
            switching().orders.observe(incident_id)
            return not desk().incident(incident_id).unsettled
        except refusals() as no:
            log.warning("The confirmations of %s cannot be recorded: %s", incident_id, type(no).__name__)
            return True


FOLLOWING_UP = FollowingUp()


def _waiting(service: int) -> set[str]:
    """The incidents that may wait for the word of a service's processes."""
    systems = Service.objects.values_list("systems", flat=True).get(pk=service)
    switches = [switch for slug in systems for switch in desk().system(slug).switches.values()]
    incidents = {one.event.incident for switch in switches for one in switch.in_turn()}
    return incidents | set(IncidentRow.objects.filter(unsettled=True, system__in=systems).values_list("id", flat=True))


def settle_all() -> list[str]:
    """Publish what services should be told, and settle every incident whose orders need it. What was done."""
    told: list[str] = []
    for service in Service.objects.filter(revoked_at=None):
        try:
            snapshots.publish([service.pk])
        except Exception as fault:  # noqa: BLE001 - one service that cannot be told must not hold up the others
            told.append(f"{service.name} was not told: {fault}")
    for incident_id in IncidentRow.objects.filter(unsettled=True).order_by("id").values_list("id", flat=True):
        try:
            told += switching().settle(incident_id)
        except refusals() as no:
            told.append(f"{incident_id}: {no}")
    return told
