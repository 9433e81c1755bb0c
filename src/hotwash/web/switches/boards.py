"""The boards of this installation: its own guards, and flag files and flag servers that are connected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import DatabaseError

from hotwash.guard.faults import NotUnderstood
from hotwash.guard.snapshot import read as read_snapshot
from hotwash.response.confirming import Instance
from hotwash.response.outside import Disagreed, Refused, Unreachable
from hotwash.response.switchboard import Position, Setting, Switchboard
from hotwash.web.switches import confirmations, services, snapshots
from hotwash.web.tables.models import Service

ORDERS_MAX = 100


class GuardBoard:
    """Our own guards: what stands in a system's record is published to every service that follows it."""

    def set(self, switch: str, settings: Sequence[Setting]) -> Position:
        """See `Switchboard.set`. What is published is made from the record, and must be what was asked."""
        try:
            snapshots.publish(one.pk for one in services.following(_system(switch)))
        except DatabaseError as fault:
            raise Unreachable(
                "Hotwash", "The database did not take what services are told.", effect="unknown"
            ) from fault
        wanted = [_told(one) for one in settings]
        for service, orders in self._published(switch):
            if orders != wanted:
                raise Disagreed("Hotwash", f"{service} is told something else than what was ordered.", effect="other")
        return self.read(switch)

    def read(self, switch: str) -> Position:
        """See `Switchboard.read`: as the services are told, read by the guard's own code."""
        found = self._published(switch)
        orders = found[0][1] if found else []
        states = ", then ".join(_words(one) for one in orders) or "serve for everyone"
        told = ", ".join(name for name, _ in found)
        sentence = f"{switch}: {states}. Told to {told}." if found else f"{switch}: no service follows it."
        return Position(switch, not orders, sentence)

    def able(self, switch: str, settings: Sequence[Setting]) -> str:
        """See `Foreseeing.able`."""
        if len(settings) > ORDERS_MAX:
            return f"{switch} has {ORDERS_MAX} orders that stand, and serving processes read no more: release some."
        trial = {switch: {"orders": [_told(one) for one in settings]}}
        try:
            read_snapshot(snapshots.bytes_of("trial", 0, trial))
        except NotUnderstood as bad:
            return f"Serving processes would not understand this: {bad}"
        return ""

    def followed(self, switch: str) -> bool:
        """See `Confirming.followed`."""
        return bool(services.following(_system(switch)))

    def instances(self, switch: str) -> Sequence[Instance]:
        """See `Confirming.instances`."""
        return confirmations.instances(_system(switch))

    def _published(self, switch: str) -> list[tuple[str, list[dict[str, Any]]]]:
        found = []
        for service in services.following(_system(switch)):
            fresh = Service.objects.get(pk=service.pk)
            try:
                snapshot = read_snapshot(fresh.body.encode())
            except NotUnderstood as bad:
                raise Refused("Hotwash", f"What {service.name} is told cannot be read: {bad}") from bad
            known = snapshot.switches.get(switch)
            if known is None:
                raise Disagreed("Hotwash", f"{service.name} is not told of {switch}.", effect="other")
            found.append((service.name, [_bare(one.told) for one in known.orders]))
        return found


def _system(switch: str) -> str:
    return switch.partition(".")[0]


def _told(setting: Setting) -> dict[str, Any]:
    order: dict[str, Any] = {"state": setting.state}
    if setting.when is not None:
        order["when"] = setting.when
    if setting.share is not None:
        share: dict[str, Any] = {"part": setting.share, "salt": setting.salt}
        order["share"] = share | ({"of": setting.share_of} if setting.share_of else {})
    return order


def _bare(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("state", "when", "share") if name in told}


def _words(order: Mapping[str, Any]) -> str:
    share = order.get("share")
    part = f"{100 * share['part']:.6g} %" if share else ""
    whom = "of a cohort" if part and "when" in order else "for a cohort" if "when" in order else ""
    for_whom = " ".join(filter(None, [f"for {part}" if part else "", whom])) or "for everyone"
    return f"{order['state']} {for_whom}"


class Boards(Mapping[str, Switchboard]):
    """Each board by its word; connectors are loaded when they are asked for."""

    def __init__(self) -> None:
        self._guard = GuardBoard()

    def __getitem__(self, word: str) -> Switchboard:
        if word == "guard":
            return self._guard
        from hotwash.web.switches import connected

        board = connected.board(word)
        if board is None:
            raise KeyError(word)
        return board

    def __iter__(self) -> Iterator[str]:
        return iter(("guard",))

    def __len__(self) -> int:
        return 1
