"""How long records of incidents are kept: a part of the organisation's record."""

import re
from dataclasses import dataclass, field
from typing import Literal

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
Covers = Literal["any", "normal", "drill", "test", "backdated"]
Ended = Literal["any", "closed", "not-confirmed"]


@dataclass(frozen=True, slots=True)
class RetentionSet:
    """Records of incidents are due to be erased so many days after they ended. One of the same name is set anew.

    :param covers: incidents of this kind
    :param ended: incidents that ended so
    :param basis: the law, contract or decision that it rests on
    """

    rule: str
    days: int
    basis: str
    covers: Covers = "any"
    ended: Ended = "any"


@dataclass(frozen=True, slots=True)
class RetentionDropped:
    """A rule does not hold any more; nothing is due by it."""

    rule: str
    reason: str


Event = RetentionSet | RetentionDropped
KINDS: dict[str, type[Event]] = {"retention-set": RetentionSet, "retention-dropped": RetentionDropped}


@dataclass(slots=True)
class Retention:
    """The rules that hold, by their short names."""

    rules: dict[str, RetentionSet] = field(default_factory=dict)

    def of(self, *, kind: str, standing: str) -> RetentionSet | None:
        """The rule for an incident: of several the one that keeps longest. None keeps for ever."""
        fitting = [
            one
            for one in self.rules.values()
            if one.covers in ("any", kind)
            and (one.ended == standing or (one.ended == "any" and standing in ("closed", "not-confirmed")))
        ]
        return max(fitting, key=lambda one: (one.days, one.rule), default=None)


def fold(retention: Retention, event: Event) -> None:
    """Take one more fact in."""
    if isinstance(event, RetentionSet):
        retention.rules[event.rule] = event
    else:
        retention.rules.pop(event.rule, None)
