"""A switch that Hotwash drives: what was ordered, what came of it, which serving processes confirmed it.

An order is recorded before anything is touched, and claims no effect. The effect is stated by `ContainmentApplied`,
`ContainmentChanged` or `ContainmentReleased`, and only after it was read back.
"""

from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.events.work import SwitchState


@dataclass(frozen=True, slots=True)
class ContainmentOrdered:
    """Somebody ordered a switch to be set. ``changes`` names the containment whose reach this order changes.

    :param share: the share of traffic between 0 and 1; None for all of it
    :param share_of: the attribute by which traffic is shared; empty to let chance decide
    """

    switch: str
    state: SwitchState
    reason: str
    complete: bool
    cohort: str = ""
    share: float | None = None
    share_of: str = ""
    until: datetime | None = None
    recheck_at: datetime | None = None
    hold: tuple[int, ...] = ()
    unheld_because: str = ""
    undo: str = ""
    changes: int | None = None


@dataclass(frozen=True, slots=True)
class ContainmentChanged:
    """The reach of a containment was changed, and read back."""

    containment: int
    order: int
    complete: bool
    reason: str
    read_back: str
    cohort: str = ""
    share: float | None = None
    share_of: str = ""
    until: datetime | None = None
    recheck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderFailed:
    """An order was not carried out, or only in part: what was done, and what was not. It can be tried again."""

    order: int
    done: str
    not_done: str


@dataclass(frozen=True, slots=True)
class OrderConfirmed:
    """How many serving processes confirmed an order, and which did not answer.

    :param after_s: seconds from the order to the last confirmation, or to the moment at which the count was taken
    """

    order: int
    confirmed: int
    instances: int
    after_s: float
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContainmentExpired:
    """The time until which a containment held is over: the switch serves again."""

    containment: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ReleaseProposed:
    """Somebody wants a containment taken back, which needs a second person."""

    containment: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseOrdered:
    """Somebody ordered a containment to be taken back; ``approver`` is the second person, where one was needed."""

    containment: int
    reason: str
    approver: str = ""
