"""How long a record is kept: holds that a court or a lawyer asks for, and the tombstone of one whose time was over."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalHoldPlaced:
    """Nothing of this record may be erased until the hold is lifted.

    :param matter: the case, request or dispute that asks for it
    """

    matter: str
    reason: str


@dataclass(frozen=True, slots=True)
class LegalHoldLifted:
    """A hold ended. What was kept because of it may be erased when its time is over."""

    hold: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecordErased:
    """The words and files of everything before this entry are erased. Who wrote when, and of what kind, stays.

    :param rule: the short name of the retention rule whose time was over
    :param through: the last entry that is erased
    """

    rule: str
    reason: str
    through: int
