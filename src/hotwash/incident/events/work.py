"""What responders did: roles, containment, decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RoleId = Literal["commander", "operations", "investigation", "communications", "legal", "liaison", "safety", "scribe"]
SwitchState = Literal["serve", "fallback", "human", "off"]


@dataclass(frozen=True, slots=True)
class RoleAssigned:
    """A person took a role."""

    role: RoleId
    person: str


@dataclass(frozen=True, slots=True)
class RoleHandedOver:
    """A role went from one person to the next, with what the next one needs to know."""

    role: RoleId
    before: str
    person: str
    briefing: str


@dataclass(frozen=True, slots=True)
class ContainmentApplied:
    """The harm was stopped, or limited, by a switch or a step. ``complete``: for everyone it reached.

    ``hold`` names the evidence that was kept first; where none was, ``unheld_because`` says why. ``order`` is the entry
    that ordered it and ``read_back`` what the switch then said; without them it rests on the word of who recorded it.
    """

    switch: str
    state: SwitchState
    reason: str
    complete: bool
    cohort: str = ""
    hold: tuple[int, ...] = ()
    unheld_because: str = ""
    undo: str = ""
    order: int | None = None
    read_back: str = ""
    share: float | None = None
    share_of: str = ""
    until: datetime | None = None
    recheck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContainmentReleased:
    """A containment was taken back. ``read_back`` is what the switch then said, where Hotwash drives it."""

    containment: int
    reason: str
    order: int | None = None
    approver: str = ""
    read_back: str = ""


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A decision with what was known at that moment, so that hindsight can be told from foresight."""

    decision: str
    known: str
    options: tuple[str, ...] = ()
    reason: str = ""
