"""The snapshot: every switch of one service with the orders that stand, as the server signs it.

The form is the protocol of ``docs/reference/guard.md``. `read` takes bytes to typed values and refuses the whole, with
a sentence, if a part is wrong: a switch that is half understood would be worse than one that goes stale in the open.
Fields that are not known are passed over, so that a later server may say more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from hotwash.guard.conditions import Fits, compiled, shared
from hotwash.guard.faults import NotUnderstood
from hotwash.guard.policy import STATES, Policy, State
from hotwash.guard.signing import PROTOCOL, etag

BYTES_MAX = 2_000_000
SWITCHES_MAX = 10_000
ORDERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Order:
    """A state that somebody set: for everyone, a cohort, a share of traffic, or a share of a cohort.

    :param when: whether a decision belongs to the cohort; None for everyone
    :param share: whether a decision belongs to the share of traffic; None for all of it
    :param until: from then on the order no longer holds
    :param recheck_at: when a person must look again; the guard only tells
    :param holds_unknown: whether the order holds for a decision of which that cannot be known
    """

    state: State
    when: Fits | None = None
    share: Fits | None = None
    until: datetime | None = None
    recheck_at: datetime | None = None
    holds_unknown: bool = True
    set_by: str = ""
    set_at: str = ""
    incident: str = ""
    reason: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch. The first order that fits a decision counts; without one it serves."""

    name: str
    orders: tuple[Order, ...] = ()
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every switch of one service at one moment.

    :param serial: grows with every change
    :param etag: the digest of the body
    """

    service: str
    serial: int
    switches: Mapping[str, Switch]
    etag: str
    body: bytes


def read(body: bytes) -> Snapshot:
    """A snapshot from its bytes.

    :raises NotUnderstood: with the first thing that is wrong
    """
    if len(body) > BYTES_MAX:
        raise NotUnderstood(f"The snapshot has more than {BYTES_MAX:,} bytes.")
    try:
        told = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as bad:
        raise NotUnderstood(f"The snapshot is not JSON ({str(bad)[:100]}).") from bad
    if not isinstance(told, dict) or told.get("format") != PROTOCOL:
        raise NotUnderstood(f'The snapshot is not of the form "{PROTOCOL}".')
    serial, switches, service = told.get("serial"), told.get("switches"), told.get("service")
    if isinstance(serial, bool) or not isinstance(serial, int) or serial < 0 or not isinstance(service, str):
        raise NotUnderstood("The snapshot has no serial number or no service.")
    if not isinstance(switches, dict) or len(switches) > SWITCHES_MAX:
        raise NotUnderstood(f"The snapshot's switches are not a mapping of at most {SWITCHES_MAX:,}.")
    return Snapshot(service, serial, {name: _switch(name, one) for name, one in switches.items()}, etag(body), body)


def _no_number(word: str) -> None:
    raise NotUnderstood(f"The snapshot has {word}, which is no number of JSON.")


def _switch(name: str, told: object) -> Switch:
    try:
        match told:
            case {"orders": list(orders), **rest} if len(orders) <= ORDERS_MAX:
                policy = rest.get("policy")
                if policy is not None and not isinstance(policy, dict):
                    raise NotUnderstood("the policy is no mapping.")
                return Switch(name, tuple(_order(one) for one in orders), _policy(policy) if policy else None)
    except (ValueError, TypeError, NotUnderstood) as bad:
        raise NotUnderstood(f'The switch "{name[:80]}" is not understood: {bad}') from bad
    raise NotUnderstood(f'The switch "{name[:80]}" is not understood: it has no list of at most {ORDERS_MAX} orders.')


def _policy(told: dict[str, Any]) -> Policy:
    return Policy(**{word.name: told[word.name] for word in fields(Policy) if word.name in told})


def _order(told: object) -> Order:
    if not isinstance(told, dict):
        raise NotUnderstood("an order is no mapping.")
    state, missing = told.get("state"), told.get("missing", "holds")
    if state not in STATES:
        raise NotUnderstood(f"there is no state {str(state)[:40]!r}.")
    if missing not in ("holds", "passes"):
        raise NotUnderstood(f"missing is {str(missing)[:40]!r}; it can be holds or passes.")
    words = {name: told.get(name) or "" for name in ("set_by", "set_at", "incident", "reason")}
    if not all(isinstance(word, str) for word in words.values()):
        raise NotUnderstood("set_by, set_at, incident and reason are texts.")
    when, share = told.get("when"), told.get("share")
    return Order(
        state,
        None if when is None else compiled(when),
        None if share is None else shared(share),
        _moment(told.get("until")),
        _moment(told.get("recheck_at")),
        missing == "holds",
        **words,
        told=told,
    )


def _moment(told: object) -> datetime | None:
    if told is None:
        return None
    if isinstance(told, str):
        moment = datetime.fromisoformat(told)
        if moment.tzinfo:
            return moment
    raise NotUnderstood(f"{str(told)[:40]!r} is no time with a zone.")
