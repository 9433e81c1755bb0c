"""Small words that every reading uses: counts, ranges, spans of time, moments and texts cut to one line."""

from datetime import date, datetime

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Written out here, so that no machine's locale changes a report."""

TEXT_LENGTH = 240
"""How long a person's text may be inside one sentence; the rest stands in the detail."""


def count(number: int, one: str, many: str) -> str:
    """A number with its noun: ``1 person``, ``1,243 people``."""
    return f"{number:,} {one if number == 1 else many}"


def people(number: int) -> str:
    """So many people."""
    return count(number, "person", "people")


def amount(value: float) -> str:
    """A number as people write it: whole where it is whole, with commas between thousands."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def measured(value: float, unit: str, currency: str = "") -> str:
    """An amount with its unit: people, decisions, or money in a currency."""
    if unit == "money":
        return f"{amount(value)} {currency}".strip()
    if unit == "people":
        return f"{amount(value)} {'person' if value == 1 else 'people'}"
    return f"{amount(value)} {'decision' if value == 1 else 'decisions'}"


def between(low: float | None, high: float | None) -> str:
    """A range in words, or nothing: ``1,180 to 1,306``, ``at least 40``, ``at most 90``."""
    if low is not None and high is not None:
        return f"{amount(low)} to {amount(high)}"
    if low is not None:
        return f"at least {amount(low)}"
    return f"at most {amount(high)}" if high is not None else ""


def span(seconds: float) -> str:
    """A span of time in its two largest units: ``3 days 4 h``, ``4 h 12 min``, ``45 s``. The sign is left out."""
    left = abs(round(seconds))
    if left < 60:
        return f"{left} s"
    if left < 3600:
        return f"{left // 60} min"
    if left < 86_400:
        hours, minutes = left // 3600, left % 3600 // 60
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = left // 86_400, left % 86_400 // 3600
    text = count(days, "day", "days")
    return f"{text} {hours} h" if hours else text


def day(moment: date) -> str:
    """``3 March 2026``."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def zone(moment: datetime) -> str:
    """``UTC``, or the offset from it."""
    offset = moment.strftime("%z")
    return "UTC" if offset in ("+0000", "") else f"UTC{offset[:3]}:{offset[3:5]}"


def clock(moment: datetime) -> str:
    """``09:02 UTC``."""
    return f"{moment:%H:%M} {zone(moment)}"


def when(moment: datetime) -> str:
    """``3 March 2026, 09:02 UTC``, in the zone in which it was told."""
    return f"{day(moment)}, {clock(moment)}"


def brief(text: str, length: int = TEXT_LENGTH) -> str:
    """A text on one line, cut at a word where it is longer than ``length``."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > length // 2 else cut).rstrip(" ,;:.") + "…"


def closed(text: str) -> str:
    """A text that ends like a sentence."""
    return text if not text or text[-1] in ".!?…" else text + "."


def several(parts: list[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
