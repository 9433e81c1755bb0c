"""Times for databases that keep them as text: read as every other engine reads them."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)

Form = Literal["day", "plain", "zoned", ""]


def form(text: str | None) -> Form | None:
    """Whether text is a date, a time without a zone, one with a zone, or none of these."""
    if text is None:
        return None
    try:
        if len(text) == 10:
            date.fromisoformat(text)
            return "day"
        return "plain" if datetime.fromisoformat(text).tzinfo is None else "zoned"
    except (ValueError, TypeError):
        return ""


def moment(naive: datetime, zone: tzinfo) -> datetime:
    """What a wall clock meant. In the hour that comes twice: the second time; in the one that is skipped: an hour on.

    So do DuckDB and PostgreSQL.
    """
    early, late = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    # The offset falls where an hour comes twice, and rises where one is skipped.
    return late if (late.utcoffset() or timedelta()) < (early.utcoffset() or timedelta()) else early


def micros(text: str | None, zone: tzinfo) -> int | None:
    """Microseconds since 1970 of a time that is written as text."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    instant = moment(read, zone) if read.tzinfo is None else read
    return (instant.astimezone(UTC) - _EPOCH) // _MICRO


@lru_cache(maxsize=200_000)
def start(quarter: int, every: str, zone: tzinfo) -> int:
    """The microsecond at which the period of an instant begins. ``quarter`` counts quarters of an hour since 1970."""
    instant = _EPOCH + timedelta(minutes=15 * quarter)
    at = instant.astimezone(zone)
    if every == "hour":
        return (instant - timedelta(minutes=at.minute) - _EPOCH) // _MICRO
    day = datetime(at.year, at.month, 1 if every == "month" else at.day)  # noqa: DTZ001 - a wall clock, until it is read
    if every == "week":
        day -= timedelta(days=at.weekday())
    return (moment(day, zone).astimezone(UTC) - _EPOCH) // _MICRO
