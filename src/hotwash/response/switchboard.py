"""The promise of a switchboard: wherever a switch is really set, be it our own guards, a flag file or a flag server.

A board is asked for one switch at a time, with all orders that shall stand for it, the strictest first; none means that
the switch serves. It is set, then read: only what was read back is ever claimed. Setting the same twice does no harm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

State = Literal["serve", "fallback", "human", "off"]


class Unreachable(Exception):
    """The board cannot be reached, or refuses. The sentence says what was and what was not done."""


@dataclass(frozen=True, slots=True)
class Order:
    """A state for everyone, for a cohort, or for a share of traffic. The first order that fits a decision counts.

    :param rule: the cohort as a tree of comparisons (see ``docs/reference/guard.md``); None for everyone
    :param cohort: the same in the words in which it was ordered
    :param share: the share of traffic between 0 and 1; None for all of it
    :param share_of: the attribute by which traffic is shared; empty to let chance decide
    :param salt: what a share is drawn with: the same for one containment, so that a smaller share lies within a larger
    """

    state: State
    rule: Mapping[str, Any] | None = None
    cohort: str = ""
    share: float | None = None
    share_of: str = ""
    salt: str = ""
    until: datetime | None = None
    recheck_at: datetime | None = None
    incident: str = ""
    reason: str = ""
    set_by: str = ""
    set_at: datetime | None = None

    @property
    def everyone(self) -> bool:
        """Whether it holds for every decision."""
        return self.rule is None and (self.share is None or self.share >= 1)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What stands at the board now.

    :param agrees: whether that is what the orders say, as far as the board can say it
    :param sentence: what was read, in words that can stand in a record
    """

    agrees: bool
    sentence: str


class Switchboard(Protocol):
    """Where switches are set.

    :param address: what stands behind the kind in the switch's board, such as the path of ``flagd:/etc/flags.json``;
        empty if nothing does
    """

    def able(self, address: str, switch: str, orders: Sequence[Order]) -> str:
        """Why the board cannot hold these orders, as a sentence; empty if it can. Touches nothing."""
        ...

    def set(self, address: str, switch: str, orders: Sequence[Order]) -> None:
        """Put these orders in force, in the place of whatever stood there.

        :raises Unreachable: with what was and was not done
        """
        ...

    def read(self, address: str, switch: str, orders: Sequence[Order]) -> ReadBack:
        """Read what stands, and hold it against these orders.

        :raises Unreachable: if it cannot be read
        """
        ...


@dataclass(frozen=True, slots=True)
class Instance:
    """A serving process that follows a board.

    :param confirmed_at: when it confirmed what stands now; None if it has not
    :param answers: whether it was heard of lately
    :param trouble: what it says is wrong with it
    """

    name: str
    service: str
    confirmed_at: datetime | None
    heard_at: datetime
    answers: bool
    following: str = ""
    kept: bool = True
    trouble: str = ""


@runtime_checkable
class Confirming(Protocol):
    """A board whose followers say what they have in force."""

    def instances(self, switch: str) -> Sequence[Instance]:
        """The serving processes that follow a switch."""
        ...
