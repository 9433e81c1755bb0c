"""How a switch stands: the orders in force, whether each was read back, and which serving processes confirmed."""

from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.events.work import SwitchState
from hotwash.incident.state import Incident
from hotwash.response.confirming import Heard, heard
from hotwash.response.desk import Desk, NotFound
from hotwash.response.switchboard import Setting, Switchboard
from hotwash.systems.state import Ordered, Switch, System


@dataclass(frozen=True, slots=True)
class Stands:
    """One order that stands for a switch.

    :param applied: whether it was read back at its board
    :param failed: what went wrong the last time, if it was not
    """

    state: SwitchState
    incident: str
    containment: int
    by: str
    at: datetime
    reason: str
    applied: bool
    failed: str = ""
    cohort: str = ""
    share: float | None = None
    share_of: str = ""
    until: datetime | None = None
    recheck_at: datetime | None = None

    @property
    def everyone(self) -> bool:
        """Whether it holds for every decision."""
        return not self.cohort and (self.share is None or self.share >= 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a switch stands.

    :param state: what it says to everyone whom no narrower order meets
    :param changed: the last entry of the system that changed it: what `Switching.contain` takes as ``seen``
    """

    switch: str
    system: str
    board: str
    state: SwitchState
    orders: tuple[Stands, ...]
    heard: Heard
    changed: int
    may_set: tuple[str, ...]
    release_by_two: bool
    what: str = ""

    @property
    def applied(self) -> bool:
        """Whether every order was read back."""
        return all(one.applied for one in self.orders)

    @property
    def sentence(self) -> str:
        """How it stands, and who confirmed, in one line."""
        if not self.orders:
            return f"{self.switch} serves. {self.heard.sentence}"
        return f"{self.switch} is “{self.orders[0].state}”. {self.heard.sentence}"


def salt_of(incident: str, containment: int) -> str:
    """What the shares of one containment are drawn with, so that they nest."""
    return f"{incident}/{containment}"


def settings_of(switch: Switch) -> list[Setting]:
    """What a board shall have in force for a switch, the strictest first."""
    return [_setting(one) for one in switch.in_turn()]


def _setting(one: Ordered) -> Setting:
    event = one.event
    share = None if event.share is None or event.share >= 1 else event.share
    return Setting(event.state, event.rule, share, event.share_of, salt_of(event.incident, event.containment))


def standing_of(desk: Desk, system: System, switch: Switch, board: Switchboard | None) -> Standing:
    """How a switch stands now."""
    incidents: dict[str, Incident | None] = {}
    orders = []
    for one in switch.in_turn():
        name = one.event.incident
        if name not in incidents:
            incidents[name] = _incident(desk, name)
        orders.append(_stands(one, incidents[name]))
    newest = max(orders, key=lambda one: one.at, default=None)
    return Standing(
        switch.name,
        system.slug,
        switch.described.board,
        next((one.state for one in orders if one.everyone), "serve"),
        tuple(orders),
        heard(board, switch.name, since=newest.at if newest else None),
        switch.changed,
        switch.described.may_set,
        switch.described.release_by_two,
        switch.described.what,
    )


def _incident(desk: Desk, name: str) -> Incident | None:
    try:
        return desk.incident(name)
    except NotFound:
        return None


def _stands(one: Ordered, incident: Incident | None) -> Stands:
    event = one.event
    order = incident.orders.get(event.order) if incident else None
    return Stands(
        event.state,
        event.incident,
        event.containment,
        one.by,
        order.said.recorded_at if order else one.at,
        event.reason,
        bool(order and not order.open),
        order.failures[-1].event.not_done if order and order.open and order.failures else "",
        event.cohort,
        event.share,
        event.share_of,
        event.until,
        event.recheck_at,
    )
