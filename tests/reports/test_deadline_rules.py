"""What every calendar rule keeps, over weekends, holidays, month ends, leap years, clock changes and time zones."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.knowledge.duties import Calendar, Unit, duties
from hotwash.reports.deadlines import Facts, clocks_of, days_of, limit, where
from hotwash.reports.deadlines.days import DAY, Days

HOUR = timedelta(hours=1)
PLACES = st.sampled_from(["EU", "DE", "FI", "PT", "IE", "GB", "US", "US-CA", "BR", "JP", "IN", "AU", "Pacific/Chatham"])
DAYS = PLACES.map(days_of)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CHANGES = st.sampled_from(
    [
        datetime(2027, 3, 27, 23, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2028, 2, 28, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 31, 12, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 20, 15, tzinfo=UTC),
    ]
)
STARTS = st.one_of(MOMENTS, CHANGES, st.builds(lambda at, n: at - n * DAY, CHANGES, st.integers(0, 31)))
CALENDARS = st.sampled_from([one for one in get_args(Calendar) if one != "none"])
COUNTED = st.sampled_from(["hour", "calendar_day", "month"])


@given(start=STARTS, n=st.integers(1, 90), unit=COUNTED, calendar=CALENDARS, days=DAYS)
def test_the_early_end_is_after_the_event_and_never_after_the_outer_limit(
    start: datetime, n: int, unit: Unit, calendar: Calendar, days: Days
) -> None:
    found = limit(start, n, unit, calendar, days)
    assert found.deadline > start
    assert found.outer is None or found.deadline < found.outer
    assert found.deadline.utcoffset() == found.deadline.astimezone(days.zone).utcoffset()


@given(start=STARTS, n=st.integers(1, 90), unit=COUNTED, calendar=CALENDARS, days=DAYS)
def test_a_deadline_depends_on_the_moment_and_not_on_the_zone_in_which_it_was_told(
    start: datetime, n: int, unit: Unit, calendar: Calendar, days: Days
) -> None:
    elsewhere = start.astimezone(ZoneInfo("Asia/Tokyo"))
    assert limit(start, n, unit, calendar, days) == limit(elsewhere, n, unit, calendar, days)


@given(start=STARTS, n=st.integers(1, 90), calendar=CALENDARS, days=DAYS)
def test_hours_are_elapsed_hours_whatever_the_clocks_do(
    start: datetime, n: int, calendar: Calendar, days: Days
) -> None:
    found = limit(start, n, "hour", "eu-1182", days)
    assert found.deadline - start == n * HOUR
    assert limit(start, n, "hour", calendar, days).deadline == found.deadline
    assert found.outer is not None
    assert timedelta(0) < found.outer - found.deadline <= HOUR
    if days.place.zone not in ("Asia/Kolkata", "Pacific/Chatham"):
        assert (found.outer.minute, found.outer.second) == (0, 0)


@given(start=STARTS, n=st.integers(1, 90), days=DAYS)
def test_days_are_so_many_times_24_hours_and_end_with_the_last_day_at_the_latest(
    start: datetime, n: int, days: Days
) -> None:
    found = limit(start, n, "calendar_day", "plain", days)
    last = days.of(start) + n * DAY
    assert found.deadline == min(start + n * DAY, days.end(last))
    assert found.outer == (days.end(last) if found.deadline < days.end(last) else None)


@given(start=STARTS, n=st.integers(1, 90), days=DAYS)
def test_regulation_1182_71_ends_with_a_working_day_and_holds_two_of_them(start: datetime, n: int, days: Days) -> None:
    found = limit(start, n, "calendar_day", "eu-1182", days)
    outer = found.outer or found.deadline
    first, last = days.of(start), days.of(outer)
    assert outer == days.end(last)
    assert not days.free(last)
    inside = [first + number * DAY for number in range(1, (last - first).days + 1)]
    working = [day for day in inside if not days.free(day)]
    assert len(working) >= (2 if n >= 2 else 1)
    # Nothing shorter would do: one working day less breaks one of the rules.
    before = [day for day in working if day < last]
    assert last == first + n * DAY or days.free(first + n * DAY) or len(before) < 2
    if last > first + n * DAY:
        assert len([day for day in before if day >= first + n * DAY]) <= 1


@given(start=STARTS, n=st.integers(1, 24), days=DAYS)
def test_months_keep_the_day_or_take_the_last_one_of_the_month(start: datetime, n: int, days: Days) -> None:
    begun = days.of(start)
    early = limit(start, n, "month", "plain", days).deadline
    months = begun.month - 1 + n
    assert (early.year, early.month) == (begun.year + months // 12, months % 12 + 1)
    assert early.day == begun.day or (early.day < begun.day and (early.date() + DAY).day == 1)
    outer = limit(start, n, "month", "eu-1182", days)
    assert not days.free(days.of(outer.outer or outer.deadline))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-01-31T12:00:00+01:00", "2027-02-28T12:00:00+01:00"),
        ("2028-01-31T12:00:00+01:00", "2028-02-29T12:00:00+01:00"),
        ("2027-02-28T02:30:00+01:00", "2027-03-28T03:30:00+02:00"),
        ("2026-12-31T23:59:00+01:00", "2027-01-31T23:59:00+01:00"),
    ],
)
def test_a_month_later_over_short_months_leap_years_and_a_missing_hour(start: str, end: str) -> None:
    found = limit(datetime.fromisoformat(start), 1, "month", "noon-relief", days_of("EU"))
    assert found.deadline == datetime.fromisoformat(end)


@given(start=STARTS, n=st.integers(1, 20), unit=st.sampled_from(["business_day", "work_day"]), days=DAYS)
def test_working_days_are_counted_one_by_one(start: datetime, n: int, unit: Unit, days: Days) -> None:
    found = limit(start, n, unit, "business", days)
    first, last = days.of(start), days.of(found.deadline)
    assert found.date_only
    assert (found.deadline, found.outer) == (days.end(last), None)
    assert not days.free(last)
    inside = [first + number * DAY for number in range(1, (last - first).days + 1)]
    assert sum(not days.free(day) for day in inside) == n


@given(start=STARTS, n=st.integers(1, 100), days=DAYS)
def test_the_noon_relief_moves_only_ends_on_free_days_and_only_where_it_applies(
    start: datetime, n: int, days: Days
) -> None:
    found = limit(start, n, "hour", "noon-relief", days)
    end = days.of(found.deadline)
    assert (found.outer is not None) == days.free(end)
    if found.outer is not None:
        assert (found.outer.hour, found.outer.minute) == (12, 0)
        assert days.of(found.outer) == days.working(end)
    assert limit(start, n, "hour", "noon-relief", days, relief=False).outer is None


@given(start=STARTS, n=st.integers(1, 28), days=DAYS)
def test_a_day_of_the_next_month_is_in_the_next_month(start: datetime, n: int, days: Days) -> None:
    due = days.of(limit(start, n, "day_of_next_month", "plain", days).deadline)
    begun = days.of(start)
    assert due.day == n
    assert (due.year * 12 + due.month) - (begun.year * 12 + begun.month) == 1


@given(first=STARTS, later=st.timedeltas(timedelta(0), timedelta(days=40)), days=DAYS, n=st.integers(1, 60))
def test_a_later_event_never_has_an_earlier_deadline(first: datetime, later: timedelta, days: Days, n: int) -> None:
    for unit in ("hour", "calendar_day", "business_day"):
        for calendar in ("eu-1182", "plain", "noon-relief"):
            before = limit(first, n, unit, calendar, days)
            after = limit(first + later, n, unit, calendar, days)
            assert before.deadline <= after.deadline


@given(aware=STARTS, late=st.timedeltas(timedelta(0), timedelta(days=4)))
def test_a_cap_only_ever_shortens_what_was_classified_in_time(aware: datetime, late: timedelta) -> None:
    aware += timedelta(days=400)  # DORA is in force only since January 2025
    row, days = duties().duties["eu-dora-19"], days_of("EU")
    found = clocks_of(row, Facts({"aware": aware, "classified": aware + late}), days)[0].deadline
    wanted = aware + late + 4 * HOUR if late > DAY else min(aware + late + 4 * HOUR, aware + DAY)
    assert found == wanted


@given(start=STARTS)
def test_every_row_counts_from_any_moment_in_its_own_place(start: datetime) -> None:
    for row in duties().duties.values():
        facts = Facts({name: start for stage in row.stages for name in (*stage.start, *stage.instead)})
        for clock in clocks_of(row, facts, where(row, {})):
            assert clock.deadline is None or clock.deadline > start
            assert clock.why.endswith(".")


def test_days_end_in_their_own_zone_also_when_clocks_change() -> None:
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        end = days_of("EU").end(day)
        assert (end.date(), end.hour, end.minute, end.second) == (day, 23, 59, 59)
