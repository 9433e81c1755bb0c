"""Rules for the switches of an AI system: how one works, and the orders that stand for it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.systems.events import Course, Event, SwitchCleared, SwitchDescribed, SwitchSet, SwitchState
from hotwash.systems.state import Switch, System

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}(\.[a-z0-9][a-z0-9-]{0,59})?")
_BOARD = re.compile(r"[a-z][a-z0-9-]{0,59}")


def describe_switch(
    system: System,
    asked: Asked,
    *,
    switch: str = "",
    board: str = "guard",
    never_synced: Course = "keep",
    stale: Course = "keep",
    stale_after_s: float = 60.0,
    engaged: SwitchState = "off",
    may_set: tuple[str, ...] = (),
    release_by_two: bool = False,
    what: str = "",
) -> list[Event]:
    """Say how a switch works: where it is set, what processes do that hear nothing, who may set it.

    The system's own switch has its short name; a further one is called ``<system>.<word>``.
    """
    name = switch.strip() or system.slug
    if not _NAME.fullmatch(name) or name.split(".")[0] != system.slug:
        raise NotAllowed(f"A switch of {system.slug} is called {system.slug}, or {system.slug}.word, in small letters.")
    if not _BOARD.fullmatch(board.strip()):
        raise NotAllowed("The board is `guard`, or the name of one that the operator has set up.")
    if engaged == "serve":
        raise NotAllowed("`engaged` is the state in which no harm is done: fallback, human or off.")
    if not 0 < stale_after_s < 10**9:
        raise NotAllowed("`stale_after_s` is a number of seconds above 0.")
    known = system.switches.get(name)
    if known and known.orders and known.described.board != board.strip():
        raise NotAllowed(f"{name} is contained now: it can move to another board once that is taken back.")
    people = tuple(dict.fromkeys(one.strip() for one in may_set if one.strip()))
    described = SwitchDescribed(
        name, board.strip(), never_synced, stale, float(stale_after_s), engaged, people, release_by_two, what.strip()
    )
    return [described]


def set_switch(
    system: System,
    asked: Asked,
    *,
    switch: str,
    incident: str,
    containment: int,
    order: int,
    state: SwitchState,
    reason: str = "",
    cohort: str = "",
    rule: dict[str, Any] | None = None,
    share: float | None = None,
    share_of: str = "",
    until: datetime | None = None,
    recheck_at: datetime | None = None,
) -> list[Event]:
    """Put the order of a containment in force, in the place of its former one."""
    standing = known(system, switch).orders.get((incident, containment))
    if standing is not None and standing.event.order >= order:
        return []
    event = SwitchSet(
        switch, incident, containment, order, state, reason, cohort, rule, share, share_of, until, recheck_at
    )
    return [event]


def clear_switch(
    system: System, asked: Asked, *, switch: str, incident: str, containment: int, order: int, reason: str = ""
) -> list[Event]:
    """Take the order of a containment out of force."""
    if (incident, containment) not in known(system, switch).orders:
        return []
    return [SwitchCleared(switch, incident, containment, order, reason)]


def known(system: System, switch: str) -> Switch:
    """A switch of a system.

    :raises NotAllowed: if it has none of that name
    """
    found = system.switches.get(switch)
    if found is None:
        names = ", ".join(system.switches)
        raise NotAllowed(f"{system.slug} has no switch {switch[:80]}. It has {names}.")
    return found


STEPS: dict[str, Callable[..., list[Event]]] = {"set-switch": set_switch, "clear-switch": clear_switch}
"""Every step that no person says (see `hotwash.response.switching`), by its word."""
