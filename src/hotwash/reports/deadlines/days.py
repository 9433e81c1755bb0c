"""Which days are free in a place, and when they end there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotwash.knowledge.duties import Place, duties

DAY = timedelta(days=1)
_SATURDAY = 5


class UnknownPlace(ValueError):
    """No place or time zone has this name."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one place: its zone, its weekends and holidays."""

    place: Place

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return _zone(self.place.zone)

    def of(self, moment: datetime) -> date:
        """The day on which a moment falls here."""
        return self.here(moment).date()

    def free(self, day: date) -> bool:
        """Whether nobody works: a Saturday, a Sunday or a holiday."""
        return day.weekday() >= _SATURDAY or day in _holidays(self.place.holidays)

    def working(self, day: date) -> date:
        """The day itself, or the next one on which people work."""
        while self.free(day):
            day += DAY
        return day

    def later(self, day: date, count: int) -> date:
        """The day after so many working days; the day itself is not counted."""
        for _ in range(count):
            day = self.working(day + DAY)
        return day

    def at(self, day: date, clock: time) -> datetime:
        """A time of day here; one that a clock change leaves out becomes the moment that the clock then shows."""
        return self.here(datetime.combine(day, clock, self.zone).astimezone(UTC))

    def here(self, moment: datetime) -> datetime:
        """A moment on the clock of this place, with its offset.

        Python compares two times of one zone by their clocks, not by their moments, and so errs when clocks change.
        """
        local = moment.astimezone(UTC).astimezone(self.zone)
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))

    def end(self, day: date) -> datetime:
        """The last second of a day."""
        return self.at(day, time(23, 59, 59))


@cache
def _zone(name: str) -> ZoneInfo:
    # The library keeps only a few zones at hand, and an incident counts in a dozen.
    return ZoneInfo(name)


@cache
def _holidays(code: str) -> Mapping[date, Any]:
    if not code:
        return {}
    from holidays import country_holidays  # reads its tables only when a place needs them

    country, _, part = code.partition("-")
    found: Mapping[date, Any] = country_holidays(country, subdiv=part or None)
    return found


def days_of(name: str) -> Days:
    """The days of a place by its id (``DE``, ``US-NY``), or of a time zone, where only weekends are free.

    :raises UnknownPlace: if there is none of that name
    """
    known = duties().places.get(name.strip().upper())
    if known is not None:
        return Days(known)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as none:
        listed = ", ".join(duties().places)
        raise UnknownPlace(f"There is no place {name!r} here. There are {listed}, and time zones.") from none
    return Days(Place(name, name, name, group="*"))
