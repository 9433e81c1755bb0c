"""Shifts of other tools, read from their calendars."""

from datetime import UTC, datetime

import pytest

from hotwash.connect.icalendar import read
from hotwash.response.outside import Refused

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def shifts(*events: str, people: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    found = read(calendar(*events), people=people, now=NOW).shifts
    return [(one.person, f"{one.since:%d %H:%M}", f"{one.until:%d %H:%M}") for one in found]


def test_an_event_is_a_shift_of_whoever_its_title_names() -> None:
    event = "SUMMARY:On Call - Bo Smi\r\n th - Primary\r\nDTSTART:20260312T080000Z\r\nDTEND:20260313T080000Z"
    assert shifts(event) == [("Bo Smith", "12 08:00", "13 08:00")]
    assert shifts(event, people=("bo",)) == [("bo", "12 08:00", "13 08:00")]
    by = 'SUMMARY:On call\r\nATTENDEE;CN="Cy, the third":mailto:cy@example.org\r\nDTSTART;VALUE=DATE:20260312'
    assert shifts(by) == [("Cy, the third", "12 00:00", "13 00:00")]


def test_times_are_told_in_their_zone_and_weeks_follow_the_wall_clock() -> None:
    event = (
        "SUMMARY:bo\r\nDTSTART;TZID=Europe/Berlin:20260323T090000\r\nDTEND;TZID=Europe/Berlin:20260324T090000\r\n"
        "RRULE:FREQ=WEEKLY;COUNT=3"
    )
    assert shifts(event) == [
        ("bo", "23 08:00", "24 08:00"),
        ("bo", "30 07:00", "31 07:00"),
        ("bo", "06 07:00", "07 07:00"),
    ]


def test_what_is_over_or_cancelled_is_left_out_and_what_cannot_be_read_is_said() -> None:
    found = read(
        calendar(
            "SUMMARY:ana\r\nDTSTART:20260101T080000Z\r\nDTEND:20260102T080000Z",
            "SUMMARY:bo\r\nSTATUS:CANCELLED\r\nDTSTART:20260312T080000Z\r\nDTEND:20260313T080000Z",
            "SUMMARY:cy\r\nDTSTART:20260312T080000Z\r\nDURATION:PT12H\r\nBEGIN:VALARM\r\nSUMMARY:x\r\nEND:VALARM",
            "SUMMARY:dee\r\nDTSTART:20260312T080000Z\r\nDTEND:20260311T080000Z",
            "SUMMARY:eve\r\nDTSTART:20260312T080000Z\r\nDURATION:P1D\r\nRRULE:FREQ=MONTHLY",
            "SUMMARY:flo\r\nDTSTART;TZID=../../etc/passwd:20260312T080000\r\nDURATION:P1D",
            "DTSTART:20260312T080000Z\r\nDURATION:P1D",
        ),
        now=NOW,
    )
    assert [one.person for one in found.shifts] == ["cy"]
    assert [text.split(":")[0] for text in found.left_out] == ["Event 4", "Event 5", "Event 6", "Event 7"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"\xff\xfe\x00",
        calendar(),
        calendar("SUMMARY:x\r\nDTSTART:99999999T999999Z"),
        calendar(
            "SUMMARY:x\r\nDTSTART:20260312T080000Z\r\nDURATION:P9999W\r\nRRULE:FREQ=DAILY;COUNT=99999999;INTERVAL=-1"
        )
        * 900,
        b"BEGIN:VCALENDAR\n" + b" " * 3_000_000,
    ],
)
def test_what_is_no_calendar_or_too_much_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read(data, now=NOW)
