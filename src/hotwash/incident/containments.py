"""Containments as they stand: what was ordered, what came of it, how far it reaches. A part of the fold in `state`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hotwash.incident.events import (
    ContainmentApplied,
    ContainmentChanged,
    ContainmentExpired,
    ContainmentOrdered,
    ContainmentReleased,
    OrderConfirmed,
    OrderFailed,
    ReleaseOrdered,
    ReleaseProposed,
)
from hotwash.incident.parts import Said


@dataclass(slots=True)
class Order:
    """An order to set a switch, or to set it back, and what came of it.

    :param settled: the entry that says that it was carried out, or given up
    """

    said: Said[ContainmentOrdered] | Said[ReleaseOrdered]
    settled: int | None = None
    failures: tuple[Said[OrderFailed], ...] = ()
    confirmed: Said[OrderConfirmed] | None = None

    @property
    def open(self) -> bool:
        """Whether it still has to be carried out."""
        return self.settled is None

    @property
    def containment(self) -> int:
        """The number of the containment that it is about."""
        event = self.said.event
        if isinstance(event, ReleaseOrdered):
            return event.containment
        return self.said.entry if event.changes is None else event.changes


@dataclass(slots=True)
class Containment:
    """A containment, how its reach was changed, and how it ended.

    Its number is the entry that ordered it; of one that was only recorded, the entry that recorded it.
    """

    applied: Said[ContainmentApplied]
    released: Said[ContainmentReleased] | None = None
    changes: tuple[Said[ContainmentChanged], ...] = ()
    expired: Said[ContainmentExpired] | None = None
    proposed: Said[ReleaseProposed] | None = None

    @property
    def number(self) -> int:
        """What it is called."""
        return self.applied.entry if self.applied.event.order is None else self.applied.event.order

    @property
    def reach(self) -> ContainmentApplied | ContainmentChanged:
        """The fact that says for whom it holds now."""
        return self.changes[-1].event if self.changes else self.applied.event

    @property
    def complete(self) -> bool:
        """Whether it holds for everyone that the harm reached."""
        return self.reach.complete

    @property
    def complete_since(self) -> datetime:
        """Since when it is complete, if it is."""
        since = self.applied.at
        before = self.applied.event.complete
        for said in self.changes:
            if said.event.complete and not before:
                since = said.at
            before = said.event.complete
        return since

    @property
    def in_force(self) -> bool:
        """Whether it was neither taken back nor is over."""
        return self.released is None and self.expired is None

    @property
    def driven(self) -> bool:
        """Whether Hotwash set the switch and read it back, rather than taking somebody's word."""
        return self.applied.event.order is not None


class _Contained(Protocol):
    orders: dict[int, Order]
    containments: dict[int, Containment]


def _ordered(incident: _Contained, said: Said[Any]) -> None:
    incident.orders[said.entry] = Order(said)


def _applied(incident: _Contained, said: Said[ContainmentApplied]) -> None:
    containment = Containment(said)
    incident.containments[containment.number] = containment
    _settle(incident, said.event.order, said.entry)


def _changed(incident: _Contained, said: Said[ContainmentChanged]) -> None:
    if known := incident.containments.get(said.event.containment):
        known.changes = (*known.changes, said)
    _settle(incident, said.event.order, said.entry)


def _released(incident: _Contained, said: Said[ContainmentReleased]) -> None:
    number = said.event.containment
    if known := incident.containments.get(number):
        known.released = said
    for order in incident.orders.values():
        if order.containment == number and order.open:
            order.settled = said.entry


def _settle(incident: _Contained, order: int | None, entry: int) -> None:
    if order is not None and order in incident.orders:
        incident.orders[order].settled = entry


def _failed(incident: _Contained, said: Said[OrderFailed]) -> None:
    if known := incident.orders.get(said.event.order):
        known.failures = (*known.failures, said)


def _confirmed(incident: _Contained, said: Said[OrderConfirmed]) -> None:
    if known := incident.orders.get(said.event.order):
        known.confirmed = said


def _expired(incident: _Contained, said: Said[ContainmentExpired]) -> None:
    if known := incident.containments.get(said.event.containment):
        known.expired = said


def _proposed(incident: _Contained, said: Said[ReleaseProposed]) -> None:
    if known := incident.containments.get(said.event.containment):
        known.proposed = said


def switch_of(order: Order, orders: Mapping[int, Order]) -> str:
    """The switch that an order is about."""
    event = order.said.event
    if isinstance(event, ReleaseOrdered):
        event = orders[event.containment].said.event
    assert isinstance(event, ContainmentOrdered)
    return event.switch


def last_orders(orders: Mapping[int, Order], containments: Mapping[int, Containment]) -> dict[int, Order]:
    """The last order of each switch, by its number, if it took hold: what serving processes can still confirm."""
    last = {switch_of(order, orders): number for number, order in orders.items()}
    return {
        number: orders[number]
        for number in last.values()
        if not orders[number].open and orders[number].containment in containments
    }


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    ContainmentOrdered: _ordered,
    ReleaseOrdered: _ordered,
    ContainmentApplied: _applied,
    ContainmentChanged: _changed,
    ContainmentReleased: _released,
    ContainmentExpired: _expired,
    OrderFailed: _failed,
    OrderConfirmed: _confirmed,
    ReleaseProposed: _proposed,
}
"""How each event about a switch changes the state."""
