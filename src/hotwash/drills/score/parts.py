"""What the parts of the score are made of. There is no sum: a team is not a number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hotwash.drills.play.reality import Reality
from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.shape import Scenario
from hotwash.incident.state import Incident


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score.

    :param points: from 0 to 1; None where it did not apply
    :param said: what the record shows
    :param rule: how the points follow from it
    :param good: what good looks like here, and why
    :param entries: of the team's record, on which it rests
    """

    id: str
    title: str
    points: float | None
    said: str
    rule: str
    good: str = ""
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """What is scored.

    :param incident: the team's incident; an empty one if they declared nothing
    """

    scenario: Scenario
    drill: Drill
    incident: Incident
    reality: Reality

    def minute(self, at: datetime) -> float:
        """A moment of the record in minutes of simulated time."""
        return self.drill.minute(at)

    @property
    def minutes(self) -> float:
        """How long was played."""
        return self.drill.ended.event.minute if self.drill.ended else 0.0


PartOf = Callable[[Played], Part]


def by_time(minute: float | None, limit: float) -> float:
    """All points within a limit, none after three times as long, evenly less in between; none if it never was."""
    if minute is None:
        return 0.0
    return round(min(1.0, max(0.0, 1 - (minute - limit) / (2 * limit))), 2)


def time_rule(limit: float) -> str:
    """The rule of `by_time` in words."""
    return f"All points within {limit:g} minutes, none after {3 * limit:g}, evenly less in between."


def minutes(value: float | None) -> str:
    """A time as people say it."""
    if value is None:
        return "never"
    return f"after {value:.0f} minute{'' if round(value) == 1 else 's'}"
