"""Carrying orders out, step by step, from wherever they stopped. See `switching` for the steps and their order."""

from collections.abc import Mapping
from typing import Any

from hotwash.incident.events import ContainmentOrdered, ReleaseOrdered
from hotwash.incident.state import Containment, Incident, Order
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
"""Each board by its word in the description of a switch: ``guard``, ``flagd:/etc/flags.json``."""

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
            kind = switch.described.board.partition(":")[0]
            raise NotAllowed(f"{switch.name} is set at `{kind}`, and no such board is connected here.")
        return board

    def carry_out(self, incident_id: str, number: int) -> tuple[bool, str]:
        """Take the steps that are left; whether the order is carried out, and what was and was not done."""
        order = self.desk.incident(incident_id).orders[number]
        if not order.open:
            return True, "It was carried out already."
        by, name = Person(order.said.by, HOTWASH.role), self.switch_of(incident_id, order)
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

    def switch_of(self, incident_id: str, order: Order) -> str:
        """The switch that an order is about."""
        event = order.said.event
        if isinstance(event, ContainmentOrdered):
            return event.switch
        incident = self.desk.incident(incident_id)
        known = incident.containments.get(event.containment)
        if known is not None:
            return known.applied.event.switch
        ordered = incident.orders[event.containment].said.event
        assert isinstance(ordered, ContainmentOrdered)
        return ordered.switch

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
        for number, order in self._newest(incident).items():
            if order.open or (order.confirmed is not None and not order.confirmed.event.silent):
                continue
            found = self.find(self.switch_of(incident_id, order))
            board = self.boards.get(found[1].described.board) if found else None
            if found is None or board is None:
                continue
            said = heard(board, found[1].name, since=order.said.recorded_at)
            waited = (now - order.said.recorded_at).total_seconds()
            if not said.instances or (said.silent and waited < within_s):
                continue
            step = self.desk.step(
                incident_id,
                "confirm-order",
                by=HOTWASH,
                order=number,
                confirmed=len(said.confirmed),
                instances=len(said.instances),
                after_s=round(waited if said.silent else said.after_s or 0.0, 3),
                silent=said.silent,
            )
            if step.entries:
                told.append(f"{incident_id}, order {number}: {said.sentence}")
        return told

    def _newest(self, incident: Incident) -> dict[int, Order]:
        """The last order of each switch: what stands now says nothing of what stood before."""
        newest: dict[str, int] = {}
        for number, order in incident.orders.items():
            newest[self.switch_of(incident.id, order)] = number
        return {number: incident.orders[number] for number in newest.values()}

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
