"""Which serving processes follow a switch, and which confirmed what stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from hotwash.response.switchboard import Setting, Switchboard


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

    def followed(self, switch: str) -> bool:
        """Whether anybody is meant to follow a switch. If not, setting it would stop nothing."""
        ...

    def instances(self, switch: str) -> Sequence[Instance]:
        """The serving processes that follow a switch."""
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """A board that can say beforehand what it cannot hold, so that nothing is ordered in vain."""

    def able(self, switch: str, settings: Sequence[Setting]) -> str:
        """Why it cannot hold these, as a sentence; empty if it can. Touches nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """Which serving processes confirmed what stands now.

    :param after_s: seconds from the order to the last confirmation; None while nobody confirmed
    """

    instances: tuple[Instance, ...]
    confirmed: tuple[str, ...]
    silent: tuple[str, ...]
    after_s: float | None

    @property
    def all(self) -> bool:
        """Whether there are serving processes, and each confirmed."""
        return bool(self.instances) and not self.silent

    @property
    def sentence(self) -> str:
        """Such as ``9 of 9 instances confirmed after 0.4 s``."""
        total = len(self.instances)
        if not total:
            return "No serving process follows this switch, so none can confirm it."
        noun = "instance" if total == 1 else "instances"
        after = f" after {self.after_s:.3g} s" if self.after_s is not None and not self.silent else ""
        missing = f"; no word from {', '.join(self.silent[:20])}" if self.silent else ""
        more = f" and {len(self.silent) - 20} more" if len(self.silent) > 20 else ""
        return f"{len(self.confirmed)} of {total} {noun} confirmed{after}{missing}{more}."


def heard(board: Switchboard | None, switch: str, *, since: datetime | None) -> Heard:
    """What the serving processes that follow a switch have confirmed; ``since`` is when the change was ordered."""
    found: Sequence[Instance] = board.instances(switch) if isinstance(board, Confirming) else ()
    confirmed = [one for one in found if one.confirmed_at is not None and one.answers]
    silent = tuple(sorted(one.name for one in found if one.confirmed_at is None or not one.answers))
    last = max((one.confirmed_at for one in confirmed if one.confirmed_at), default=None)
    after = max(0.0, (last - since).total_seconds()) if last and since else None
    return Heard(tuple(found), tuple(sorted(one.name for one in confirmed)), silent, after)
