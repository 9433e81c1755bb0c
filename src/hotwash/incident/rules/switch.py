"""Steps of a switch that Hotwash drives: pure functions as the verbs are, but nobody says them to the desk directly.

`hotwash.response.switching` takes them in the order in which they become true, so that no entry claims an effect that
was not read back. Those that a person causes are possible in the states of a verb of people; what only states an
outcome is possible in each.
"""

from collections.abc import Callable
from datetime import datetime

from hotwash.incident.events import (
    ContainmentApplied,
    ContainmentChanged,
    ContainmentExpired,
    ContainmentOrdered,
    ContainmentReleased,
    Event,
    OrderConfirmed,
    OrderFailed,
    ReleaseOrdered,
    ReleaseProposed,
)
from hotwash.incident.events.work import SwitchState
from hotwash.incident.recoveries import barred
from hotwash.incident.rules.work import RELEASE_INSTEAD, evidence_first, standing
from hotwash.incident.state import Containment, Incident, Order
from hotwash.ledger.rule import Asked, NotAllowed, need


def order_containment(
    incident: Incident,
    asked: Asked,
    *,
    switch: str,
    state: SwitchState,
    reason: str = "",
    cohort: str = "",
    share: float | None = None,
    share_of: str = "",
    until: datetime | None = None,
    recheck_at: datetime | None = None,
    complete: bool | None = None,
    hold: tuple[int, ...] = (),
    unheld_because: str = "",
    undo: str = "",
) -> list[Event]:
    """Order a switch to be set; nothing is touched yet."""
    if state == "serve":
        raise NotAllowed(RELEASE_INSTEAD)
    held = evidence_first(incident, hold, unheld_because)
    _reach(asked, share, share_of, until, recheck_at)
    for order in incident.open_orders:
        event = order.said.event
        if isinstance(event, ContainmentOrdered) and event.changes is None and event.switch == switch:
            raise NotAllowed(
                f"An order for {switch} by {order.said.by} (entry {order.said.entry}) is still open: try it again, or "
                "take it back first."
            )
    for known in incident.in_force:
        if known.driven and (known.applied.event.switch, known.applied.event.state) == (switch, state):
            now = known.reach
            if (now.cohort, now.share, now.share_of, now.until) == (cohort.strip(), share, share_of.strip(), until):
                raise NotAllowed(f"{switch} is “{state}” already, set by {known.applied.by} (entry {known.number}).")
    whole = not cohort.strip() and (share is None or share >= 1) if complete is None else complete
    return [
        ContainmentOrdered(
            need(switch, "The switch"),
            state,
            reason.strip(),
            whole,
            cohort.strip(),
            share,
            share_of.strip(),
            until,
            recheck_at,
            held,
            unheld_because.strip(),
            undo.strip(),
        )
    ]


def change_containment(
    incident: Incident,
    asked: Asked,
    *,
    containment: int,
    reason: str,
    cohort: str | None = None,
    share: float | None = None,
    share_of: str | None = None,
    until: datetime | None = None,
    recheck_at: datetime | None = None,
    complete: bool | None = None,
) -> list[Event]:
    """Order another reach for a containment; what is left out stays as it is."""
    known = _driven(incident, containment)
    now, applied = known.reach, known.applied.event
    wanted_cohort = now.cohort if cohort is None else cohort.strip()
    wanted_share = now.share if share is None else share
    wanted_of = now.share_of if share_of is None else share_of.strip()
    wanted_until = until or now.until
    _reach(asked, wanted_share, wanted_of, until, recheck_at)
    loosened = wanted_cohort not in ("", now.cohort) or _part(wanted_share) < _part(now.share)
    if loosened and (why := barred(incident, known.number, _part(wanted_share))):
        raise NotAllowed(why)
    whole = not wanted_cohort and (wanted_share is None or wanted_share >= 1) if complete is None else complete
    return [
        ContainmentOrdered(
            applied.switch,
            applied.state,
            need(reason, "The reason"),
            whole,
            wanted_cohort,
            wanted_share,
            wanted_of,
            wanted_until,
            recheck_at or now.recheck_at,
            undo=applied.undo,
            changes=known.number,
        )
    ]


def propose_release(incident: Incident, asked: Asked, *, containment: int, reason: str) -> list[Event]:
    """Say that a containment should be taken back, where that needs a second person."""
    known = standing(incident, containment)
    return [ReleaseProposed(known.number, need(reason, "The reason"))]


def order_release(
    incident: Incident, asked: Asked, *, containment: int, reason: str, approver: str = ""
) -> list[Event]:
    """Order a containment to be taken back, or an order that was never carried out."""
    number = containment
    if not _unapplied(incident, containment):
        number = _driven(incident, containment).number
    if number in incident.containments and (why := barred(incident, number, None)):
        raise NotAllowed(why)
    return [ReleaseOrdered(number, need(reason, "The reason"), approver.strip())]


def carry_out(incident: Incident, asked: Asked, *, order: int, read_back: str) -> list[Event]:
    """State that an order was carried out, with what was read back."""
    said = _open(incident, order).said
    event = said.event
    back = need(read_back, "What was read back")
    if isinstance(event, ReleaseOrdered):
        return [ContainmentReleased(event.containment, event.reason, order, event.approver, back)]
    if event.changes is not None:
        return [
            ContainmentChanged(
                event.changes,
                order,
                event.complete,
                event.reason,
                back,
                event.cohort,
                event.share,
                event.share_of,
                event.until,
                event.recheck_at,
            )
        ]
    return [
        ContainmentApplied(
            event.switch,
            event.state,
            event.reason,
            event.complete,
            event.cohort,
            event.hold,
            event.unheld_because,
            event.undo,
            order,
            back,
            event.share,
            event.share_of,
            event.until,
            event.recheck_at,
        )
    ]


def fail_order(incident: Incident, asked: Asked, *, order: int, done: str, not_done: str) -> list[Event]:
    """State what of an order was done and what was not. The same failure twice in a row is told once."""
    known = _open(incident, order)
    failed = OrderFailed(order, need(done, "What was done"), need(not_done, "What was not done"))
    return [] if known.failures and known.failures[-1].event == failed else [failed]


def confirm_order(
    incident: Incident,
    asked: Asked,
    *,
    order: int,
    confirmed: int,
    instances: int,
    after_s: float,
    silent: tuple[str, ...] = (),
) -> list[Event]:
    """State how many instances confirmed an order. Told once, and once more when those that were silent came."""
    known = incident.orders.get(order)
    if known is None:
        raise NotAllowed(f"Entry {order} is no order of {incident.id}.")
    if known.confirmed is not None and (silent or not known.confirmed.event.silent):
        return []
    return [OrderConfirmed(order, confirmed, instances, after_s, silent)]


def expire_containment(incident: Incident, asked: Asked, *, containment: int) -> list[Event]:
    """State that the time until which a containment held is over."""
    known = incident.containment(containment)
    if known is None or not known.in_force or known.reach.until is None or asked.now < known.reach.until:
        return []
    return [ContainmentExpired(known.number, known.reach.until)]


def _reach(
    asked: Asked, share: float | None, share_of: str, until: datetime | None, recheck_at: datetime | None
) -> None:
    if share is not None and not 0 <= share <= 1:
        raise NotAllowed("A share of traffic is a number between 0 and 1, such as 0.5 for half of it.")
    if share_of.strip() and share is None:
        raise NotAllowed("`share_of` names how traffic is shared: say in `share` which part of it.")
    for name, moment in (("until", until), ("recheck_at", recheck_at)):
        if moment is None:
            continue
        if moment.tzinfo is None:
            raise NotAllowed(f"`{name}` has no time zone: write it as 2026-03-03T09:02:00+01:00.")
        if moment <= asked.now:
            raise NotAllowed(f"`{name}` lies in the past.")


def _part(share: float | None) -> float:
    return 1.0 if share is None else share


def _open(incident: Incident, order: int) -> Order:
    known = incident.orders.get(order)
    if known is None:
        raise NotAllowed(f"Entry {order} is no order of {incident.id}.")
    if not known.open:
        raise NotAllowed(f"The order of entry {order} is settled already (entry {known.settled}).")
    return known


def _unapplied(incident: Incident, containment: int) -> bool:
    known = incident.orders.get(containment)
    return known is not None and known.open and known.containment == containment


def _driven(incident: Incident, containment: int) -> Containment:
    known = standing(incident, containment)
    if not known.driven:
        raise NotAllowed(f"Containment {containment} was recorded by hand: Hotwash does not drive its switch.")
    return known


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "order-containment": (order_containment, "contain"),
    "change-containment": (change_containment, "release"),
    "propose-release": (propose_release, "release"),
    "order-release": (order_release, "release"),
    "carry-out": (carry_out, None),
    "fail-order": (fail_order, None),
    "confirm-order": (confirm_order, None),
    "expire-containment": (expire_containment, None),
}
"""Every step with the verb in whose states it is possible."""
