"""Hours, days, weeks and months as a row of periods, and how their starts are written."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hotwash.investigate.errors import TooMany

PERIODS_MAX = 20_000


def following(since: date, every: str) -> date:
    """The start of the next period."""
    if every == "hour" and isinstance(since, datetime):
        # An hour is an hour: across a change of the clock, wall-clock arithmetic would gain or lose one.
        return (since.astimezone(UTC) + timedelta(hours=1)).astimezone(since.tzinfo)
    if every == "month":
        return since.replace(year=since.year + since.month // 12, month=since.month % 12 + 1)
    return since + timedelta(days=7 if every == "week" else 1)


def row(starts: Iterable[date], every: str) -> list[date]:
    """The starts of all periods from the first to the last, the empty ones too.

    :raises TooMany: if there are more than anybody can draw
    """
    there = set(starts)
    found: list[date] = []
    since, last = min(there), max(there)
    while since <= last:
        found.append(since)
        if len(found) > PERIODS_MAX:
            raise TooMany(
                f"The log spans more than {PERIODS_MAX:,} periods of a {every}. Ask for longer ones, or narrow where."
            )
        since = following(since, every)
    return found


def instant(moment: date) -> str:
    """RFC 3339, or a bare date."""
    text = moment.isoformat()
    return text[:-6] + "Z" if isinstance(moment, datetime) and text.endswith("+00:00") else text


def day(text: str) -> str:
    """A start as a sentence names it: without a midnight."""
    return text[:10] if len(text) == 10 or text[10:].startswith("T00:00") else text[:16].replace("T", " ")
