"""Carrying orders out, step by step, from wherever they stopped. See `switching` for the steps and their order."""

from collections.abc import Mapping
from typing import Any

from hotwash.incident.containments import Containment, Order, last_orders, switch_of
from hotwash.incident.events import ReleaseOrdered
from hotwash.ledger.rule import NotAllowed
from hotwash.response.cohorts import rule_of
from hotwash.response.confirming import heard
from hotwash.response.desk import SYSTEM, Desk, Person
from hotwash.response.jobs import HOTWASH
from hotwash.response.outside import OutsideFault
from hotwash.response.standing import settings_of
from hotwash.response.switchboard import Switchboard
from hotwash.systems.state import Switch, System

Boards = Mapping[str, Switchboard]
"""Each board by its name in the description of a switch, such as ``guard``."""

CONFIRMED_WITHIN_S = 10.0
"""After this the record says who confirmed and who did not."""


class Orders:
    """Takes the steps that are left of an order. Each does nothing where it was taken already."""

    def __init__(self, desk: Desk, boards: Boards) -> None:
        self.desk, self.boards = desk, boards

    def find(self, switch: str) -> tuple[System, Switch] | None:
        """A switch that Hotwash drives, with its system; None if there is none of that name."""
        slug = switch.partition(".")[0]
        if not slug or not self.desk.store.head(SYSTEM + slug).number:
            return None
        system = self.desk.system(slug)
        known = system.switches.get(switch)
        return None if known is None else (system, known)

    def board(self, switch: Switch) -> Switchboard:
        """Where a switch is set.

        :raises NotAllowed: if that is not connected here
        """
        board = self.boards.get(switch.described.board)
        if board is None:
            raise NotAllowed(
                f"{switch.name} is set at `{switch.described.board}`, and no such board is connected here."
            )
        return board

    def carry_out(self, incident_id: str, number: int) -> tuple[bool, str]:
        """Take the steps that are left; whether the order is carried out, and what was and was not done."""
        incident = self.desk.incident(incident_id)
        order = incident.orders[number]
        if not order.open:
            return True, "It was carried out already."
        by, name = Person(order.said.by, HOTWASH.role), switch_of(order, incident.orders)
        found = self.find(name)
        if found is None:
            return self._failed(incident_id, number, by, "Nothing", f"There is no switch {name} any more.")
        try:
            self._tell_system(found[0].slug, name, incident_id, order, by)
            _, switch = self.find(name) or found
            position = self.board(switch).set(name, settings_of(switch))
        except OutsideFault as fault:
            done = {
                "none": "Nothing was changed there. The order stands in the records and can be tried again",
                "unknown": "Whether it was changed there is not known. The order stands and can be tried again",
                "other": "Something else stands there now. The order stands and can be tried again",
            }[fault.effect]
            return self._failed(incident_id, number, by, done, f"{fault.system}: {fault.sentence}")
        except NotAllowed as no:
            done = "Nothing was changed there. The order stands in the records and can be tried again"
            return self._failed(incident_id, number, by, done, str(no))
        self.desk.step(incident_id, "carry-out", by=by, order=number, read_back=position.sentence)
        return True, position.sentence

    def expire(self, incident_id: str, known: Containment) -> str:
        """Say that the time of a containment is over, and take its order off the board."""
        name = known.applied.event.switch
        found = self.find(name) if known.driven else None
        if found is not None:
            self.desk.step_system(
                found[0].slug,
                "clear-switch",
                by=HOTWASH,
                switch=name,
                incident=incident_id,
                containment=known.number,
                order=known.applied.event.order,
                reason="Its time is over.",
            )
            _, switch = self.find(name) or found
            try:
                self.board(switch).set(name, settings_of(switch))
            except (OutsideFault, NotAllowed) as fault:
                return f"its time is over, but where it is set was not told yet: {fault}"
        self.desk.step(incident_id, "expire-containment", by=HOTWASH, containment=known.number)
        return "its time is over."

    def observe(self, incident_id: str, *, within_s: float = CONFIRMED_WITHIN_S) -> list[str]:
        """State how many serving processes confirmed: once all did, or ``within_s`` after the order."""
        incident, now = self.desk.incident(incident_id), self.desk.clock()
        told = []
        for number, order in last_orders(incident.orders, incident.containments).items():
            if order.confirmed is not None and not order.confirmed.event.silent:
                continue
            name = switch_of(order, incident.orders)
            found = self.find(name)
            board = self.boards.get(found[1].described.board) if found else None
            said = heard(board, name, since=order.said.recorded_at)
            waited = (now - order.said.recorded_at).total_seconds()
            if not said.all and waited < within_s:
                continue
            step = self.desk.step(
                incident_id,
                "confirm-order",
                by=HOTWASH,
                order=number,
                confirmed=len(said.confirmed),
                instances=len(said.instances),
                after_s=round(said.after_s or 0.0 if said.all else waited, 3),
                silent=said.silent,
            )
            if step.entries:
                told.append(f"{incident_id}, order {number}: {said.sentence}")
        return told

    def _tell_system(self, slug: str, switch: str, incident: str, order: Order, by: Person) -> None:
        event = order.said.event
        words: dict[str, Any] = {"switch": switch, "incident": incident, "containment": order.containment}
        words |= {"order": order.said.entry, "reason": event.reason}
        if isinstance(event, ReleaseOrdered):
            self.desk.step_system(slug, "clear-switch", by=by, **words)
            return
        words |= {"state": event.state, "cohort": event.cohort, "rule": rule_of(event.cohort), "share": event.share}
        words |= {"share_of": event.share_of, "until": event.until, "recheck_at": event.recheck_at}
        self.desk.step_system(slug, "set-switch", by=by, **words)

    def _failed(self, incident_id: str, order: int, by: Person, done: str, not_done: str) -> tuple[bool, str]:
        self.desk.step(incident_id, "fail-order", by=by, order=order, done=f"{done}.", not_done=not_done)
        return False, f"Not carried out. {not_done} {done}."
