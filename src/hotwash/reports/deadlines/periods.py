"""When a period ends: the early end, and the law's outer limit where it is later.

``eu-1182`` is Regulation (EEC, Euratom) 1182/71, Article 3: the hour or day of the event is not counted (1), a period
ends with its last hour or day (2), free days are inside it (3), one that ends on a free day goes on to the end of the
next working day unless it is counted in hours (4), and one of two days or more has at least two working days (5).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotwash.knowledge.duties import Calendar, Unit
from hotwash.reports.deadlines.days import DAY, Days
from hotwash.reports.phrases import count
from hotwash.reports.phrases import day as said_day

_HOUR = timedelta(hours=1)
_NOON = time(12)
_WORKING_DAYS_MIN = 2


@dataclass(frozen=True, slots=True)
class Limit:
    """The end of a period.

    :param deadline: the early end, to be kept
    :param outer: the law's latest end, if it is later; a second line, never a reason to wait
    :param date_only: whether the law names a day; ``deadline`` is then its last second
    :param why: how it was counted, in words
    """

    deadline: datetime
    outer: datetime | None
    date_only: bool
    why: str


def limit(start: datetime, n: int, unit: Unit, calendar: Calendar, days: Days, *, relief: bool = True) -> Limit:
    """The end of a period of ``n`` units that begins with an event.

    :param relief: with ``noon-relief``, whether an end on a free day may move
    """
    assert unit != "at_once", "what is due at once has no end to be counted"
    start = days.here(start)
    if unit in ("business_day", "work_day"):
        return _working_days(start, n, days)
    if unit == "day_of_next_month":
        last = _months_later(start.date().replace(day=1), 1).replace(day=n)
        return _dated(days, last, f"the {n}th of the month after {said_day(start.date())}")
    early = _early(start, n, unit, days)
    words = {"hour": count(n, "hour", "hours"), "month": count(n, "month", "months")}.get(unit, f"{n} × 24 hours")
    plain = f"{words} from {_said(start)}"
    if calendar == "noon-relief":
        outer, tail = _noon(early, unit, days, relief=relief)
    elif unit == "hour":
        outer, tail = _hour_left_out(start, n, days) if calendar == "eu-1182" else (None, "")
    else:
        last = _months_later(start.date(), n) if unit == "month" else start.date() + n * DAY
        at_least = 1 if unit == "calendar_day" and n == 1 else _WORKING_DAYS_MIN
        outer, tail = _day_left_out(start.date(), last, at_least, days, moves=calendar == "eu-1182")
    if outer is not None and outer < early:
        # The clocks went forward in between: so many hours later is already the next day.
        early = outer
    if outer == early:
        outer = None
    return Limit(early, outer, date_only=False, why=plain + (f"; {tail}" if tail else ""))


def year_end(start: datetime, n: int, days: Days) -> Limit:
    """So many days after the calendar year of an event."""
    year = days.of(start).year
    last = date(year, 12, 31) + n * DAY
    return _dated(days, last, f"{count(n, 'day', 'days')} after the end of {year}")


def _early(start: datetime, n: int, unit: Unit, days: Days) -> datetime:
    if unit == "month":
        return days.at(_months_later(start.date(), n), start.time())
    span = n * (_HOUR if unit == "hour" else DAY)
    return days.here(start + span)


def _hour_left_out(start: datetime, n: int, days: Days) -> tuple[datetime, str]:
    """Article 3(1) of Regulation 1182/71, for hours."""
    begun = start.replace(minute=0, second=0, microsecond=0) + _HOUR
    return days.here(begun + n * _HOUR), "the law leaves out the hour of the event"


def _day_left_out(first: date, last: date, at_least: int, days: Days, *, moves: bool) -> tuple[datetime, str]:
    """The end of the last day; if it ``moves``, as Article 3(4) and (5) of Regulation 1182/71 say."""
    if not moves:
        return days.end(last), "the law leaves out the day of the event, and the last day runs to its end"
    moved = days.working(last)
    while _working_between(first, moved, days) < at_least:
        moved = days.working(moved + DAY)
    tail = "" if moved == last else f"; {_weekday(last)} {said_day(last)} gives way to {_weekday(moved)}"
    return days.end(moved), f"the law leaves out the day of the event and ends with a working day{tail}"


def _working_between(after: date, until: date, days: Days) -> int:
    found, day = 0, after + DAY
    while day <= until and found < _WORKING_DAYS_MIN:
        found += not days.free(day)
        day += DAY
    return found


def _noon(early: datetime, unit: Unit, days: Days, *, relief: bool) -> tuple[datetime | None, str]:
    day = early.date()
    if relief and days.free(day):
        return days.at(days.working(day), _NOON), (
            "that is a free day, and where the relief applies noon of the next working day is the limit"
        )
    if unit == "month":
        return days.end(day), "the last day runs to its end"
    return None, ""


def _working_days(start: datetime, n: int, days: Days) -> Limit:
    last = days.later(start.date(), n)
    off = [one for one in _between(start.date(), last) if days.free(one)]
    left = f"; {count(len(off), 'free day is', 'free days are')} left out" if off else ""
    return _dated(days, last, f"{count(n, 'working day', 'working days')} after {said_day(start.date())}{left}")


def _between(after: date, until: date) -> list[date]:
    return [after + number * DAY for number in range(1, (until - after).days + 1)]


def _dated(days: Days, day: date, why: str) -> Limit:
    return Limit(days.end(day), None, date_only=True, why=why)


def _months_later(day: date, n: int) -> date:
    """The same day of a later month, or the last one that it has."""
    month = day.month - 1 + n
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def _said(moment: datetime) -> str:
    return f"{_weekday(moment.date())} {said_day(moment.date())}, {moment:%H:%M}"
