"""From a snapshot to the table of the hot path: a switch's name to its state, or to a closure that decides it.

A switch whose orders hold for everyone, for ever, and whatever the age of the state, is just its state. For any other a
closure looks at the age, the orders and the attributes, in this order. Both make their `Decision` the same way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotwash.guard.conditions import Attributes, Fits, both
from hotwash.guard.moments import Clock, Word
from hotwash.guard.policy import KEEP, Policy, State
from hotwash.guard.snapshot import Order, Snapshot, Switch

Decide = Callable[[Mapping[str, Any] | None], State]
Table = Mapping[str, "State | Decide"]
Holds = Callable[[Attributes], bool | None]
Failed = Callable[[str, Exception], None]

EVERY = "*"
"""The name under which code gives the policy of all switches that it does not name."""

_NOTHING: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Decision:
    """A state and why.

    :param source: ``order``; ``none`` if no order fits; ``stale`` or ``never-synced`` if the policy decided
    :param order: the order that decided
    :param stale_s: the age of the last word; None if there never was one, or its age is not known
    """

    switch: str
    state: State
    source: str
    sentence: str
    stale_s: float | None = None
    order: Order | None = None


class Rules:
    """One switch, compiled.

    :param failed: is told when attributes make a rule fail; the order then holds
    """

    def __init__(self, switch: Switch, policy: Policy, word: Word, clock: Clock, failed: Failed) -> None:
        self.switch, self.policy = switch, policy
        self._word, self._clock, self._failed = word, clock, failed
        self._orders = [(_holds(order, word, clock), order) for order in switch.orders]

    def entry(self) -> State | Decide:
        """What stands in the table."""
        inner = self._by_orders()
        overdue, after, word, clock = self.policy.overdue, self.policy.stale_after_s, self._word, self._clock
        if overdue is None:
            return inner
        if len(self._orders) == 1 and self._orders[0][0] is not None:
            return self._one_dated(overdue)
        if isinstance(inner, str):
            state = inner

            def plain(_: Mapping[str, Any] | None) -> State:
                return overdue if clock() - word.heard > after else state

            return plain
        deciding = inner

        def dated(attributes: Mapping[str, Any] | None) -> State:
            return overdue if clock() - word.heard > after else deciding(attributes)

        return dated

    def _one_dated(self, overdue: State) -> Decide:
        """Age and the one order in one closure: it is the usual case, and each call costs."""
        [(holds, order)] = self._orders
        assert holds is not None
        fits, state, unknown, name, failed = holds, order.state, order.holds_unknown, self.switch.name, self._failed
        after, word, clock = self.policy.stale_after_s, self._word, self._clock

        def dated(attributes: Mapping[str, Any] | None) -> State:
            if clock() - word.heard > after:
                return overdue
            try:
                held = fits(_NOTHING if attributes is None else attributes)
            except Exception as fault:  # noqa: BLE001 - as in `_by_orders`
                failed(name, fault)
                return state
            return state if held or (held is None and unknown) else "serve"

        return dated

    def _by_orders(self) -> State | Decide:
        if not self._orders:
            return "serve"
        first, order = self._orders[0]
        if first is None:
            return order.state
        if len(self._orders) > 1:
            return lambda attributes: self._first(_NOTHING if attributes is None else attributes)[0]
        name, state, unknown, failed = self.switch.name, order.state, order.holds_unknown, self._failed

        def only(attributes: Mapping[str, Any] | None) -> State:
            try:
                held = first(_NOTHING if attributes is None else attributes)
            except Exception as fault:  # noqa: BLE001 - attributes are whatever the caller has; no decision may fail
                failed(name, fault)
                return state
            return state if held or (held is None and unknown) else "serve"

        return only

    def _first(self, attributes: Attributes) -> tuple[State, Order | None]:
        for holds, order in self._orders:
            try:
                held = True if holds is None else holds(attributes)
            except Exception as fault:  # noqa: BLE001 - as above
                self._failed(self.switch.name, fault)
                return order.state, order
            if held or (held is None and order.holds_unknown):
                return order.state, order
        return "serve", None

    def explained(self, attributes: Mapping[str, Any] | None) -> Decision:
        """The decision with its reason."""
        name, overdue = self.switch.name, self.policy.overdue
        age = self._clock() - self._word.heard
        known = age if age < float("inf") else None
        if overdue is not None and age > self.policy.stale_after_s:
            old = "of unknown age" if known is None else f"{age:.0f} s old"
            sentence = f"The last word is {old}; the policy allows {self.policy.stale_after_s:g} s and says {overdue}."
            return Decision(name, overdue, "stale", sentence, known)
        state, order = self._first(_NOTHING if attributes is None else attributes)
        if order is None:
            return Decision(name, state, "none", "No order holds for this decision.", known)
        by = f" by {order.set_by}" if order.set_by else ""
        because = f": {order.reason}" if order.reason else ""
        return Decision(name, state, "order", f'Set to "{state}"{by}{because}', known, order)


def _holds(order: Order, word: Word, clock: Clock) -> Holds | None:
    """Whether an order holds for a decision; None if it does for every one."""
    fits: Fits | None = order.when or order.share
    if order.when and order.share:
        fits = both(order.when, order.share)
    if order.until is None:
        return fits
    end = order.until.timestamp()
    if fits is None:
        return lambda _: clock() + word.ahead < end
    inner = fits
    return lambda given: inner(given) if clock() + word.ahead < end else False


def rules(
    snapshot: Snapshot | None, policies: Mapping[str, Policy], word: Word, clock: Clock, failed: Failed
) -> dict[str, Rules]:
    """Every switch of a snapshot, compiled."""
    return {
        name: Rules(switch, policy(name, switch, policies), word, clock, failed)
        for name, switch in (snapshot.switches if snapshot else {}).items()
    }


def policy(name: str, switch: Switch | None, policies: Mapping[str, Policy]) -> Policy:
    """The policy of a switch: of the code by name, of the snapshot, of the code for every switch, or `KEEP`."""
    told = switch.policy if switch else None
    return policies.get(name) or told or policies.get(EVERY) or KEEP


def table(compiled: Mapping[str, Rules], policies: Mapping[str, Policy]) -> dict[str, State | Decide]:
    """The table: every switch that the snapshot or the code names."""
    unknown: dict[str, State | Decide] = {name: one.unsynced for name, one in policies.items() if name != EVERY}
    return unknown | {name: one.entry() for name, one in compiled.items()}
