"""Risk indicators: what each counts, and its limit until the organisation sets its own (`data/indicators.toml`)."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from hotwash.knowledge.shelf import take

Unit = Literal["count", "share", "hours", "people", "days"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure.

    :param limit: above it the indicator is breached
    :param least: how many it must count before it says anything
    """

    id: str
    title: str
    unit: Unit
    limit: float
    sentence: str
    least: int = 0


@dataclass(frozen=True)
class Indicators:
    """All of them, in the order in which they are shown."""

    version: str
    indicators: tuple[Indicator, ...]

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        """Every indicator by its id."""
        return {one.id: one for one in self.indicators}


@cache
def indicators() -> Indicators:
    """Those in force."""
    return take("indicators.toml", Indicators)
