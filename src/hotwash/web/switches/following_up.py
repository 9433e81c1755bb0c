"""What comes after an order: going on with those that stopped, saying what is over, and who confirmed.

In a server, a thread looks after each order until it is confirmed, so that the record has it within the second. What it
misses, the worker finds: `settle_all` looks at every incident whose orders still need somebody.
"""

import logging
import threading
import time

from django.db import connections

from hotwash.response.desk import refusals
from hotwash.response.orders import CONFIRMED_WITHIN_S
from hotwash.web.door import desk, switching
from hotwash.web.switches import snapshots
from hotwash.web.tables.models import IncidentRow, Service

log = logging.getLogger("hotwash.switches")

_STEP_S = 0.1


class FollowingUp:
    """The thread of one server process, and the incidents that it looks after."""

    def __init__(self) -> None:
        self.on = False
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def after(self, incident_id: str) -> None:
        """Look after an incident until its order is confirmed, or its time to be is over."""
        if not self.on:
            return
        with self._lock:
            self._until[incident_id] = time.monotonic() + CONFIRMED_WITHIN_S + 2
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="following-up", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._lock:
                incidents = [one for one, until in self._until.items() if until > time.monotonic()]
                self._until = {one: self._until[one] for one in incidents}
                if not incidents:
                    self._thread = None
                    break
            for incident_id in incidents:
                if self._look(incident_id):
                    with self._lock:
                        self._until.pop(incident_id, None)
            time.sleep(_STEP_S)
        connections.close_all()

    def _look(self, incident_id: str) -> bool:
        """Whether nothing is left to look after."""
        try:
            switching().orders.observe(incident_id)
            return not desk().incident(incident_id).unsettled
        except refusals() as no:
            log.warning("The confirmations of %s cannot be recorded: %s", incident_id, type(no).__name__)
            return True
        except Exception as fault:  # noqa: BLE001 - a database that is away is no reason to stop looking
            log.warning("The confirmations of %s cannot be recorded: %s", incident_id, type(fault).__name__)
            return False


FOLLOWING_UP = FollowingUp()


def soon(service: int) -> None:
    """Processes of a service said something new: somebody may wait for it."""
    if not FOLLOWING_UP.on:
        return
    systems = Service.objects.values_list("systems", flat=True).get(pk=service)
    incidents = {
        one.event.incident
        for slug in systems
        for switch in desk().system(slug).switches.values()
        for one in switch.in_turn()
    }
    incidents |= set(IncidentRow.objects.filter(unsettled=True, system__in=systems).values_list("id", flat=True))
    for incident_id in incidents:
        FOLLOWING_UP.after(incident_id)


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
