"""Shifts from a calendar (RFC 5545), as tools for rotas export them: one event a shift, whoever is in its title.

Read are plain events and those that recur by day or by week. What cannot be read is left out, and said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotwash.response.outside import Refused
from hotwash.systems.rota import SHIFTS_MAX, Shift

BYTES_MAX = 2_000_000
AHEAD = timedelta(days=400)
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?")
_AROUND = re.compile(r"(?i)\b(on[- ]?call|schedule|rota|shift|primary|secondary)\b")
_STEPS = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, and a sentence for each event that was not."""

    shifts: tuple[Shift, ...]
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Event:
    number: int
    words: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.words.get(name, ({}, ""))[1]
        return re.sub(r"\\([\\;,nN])", lambda found: " " if found[1] in "nN" else found[1], value).strip()


def read(data: bytes, *, people: Sequence[str] = (), now: datetime, zone: str = "UTC") -> Read:
    """The shifts of a calendar that have not ended.

    :param people: names that are known; a title that holds one of them means that person
    :param zone: where times without a zone are told
    :raises Refused: if it is no calendar, or holds nothing that could be read
    """
    if len(data) > BYTES_MAX:
        raise Refused("the calendar", f"A calendar has at most {BYTES_MAX:,} bytes.")
    text = data.decode("utf-8-sig", "replace")
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Refused("the calendar", "This is no calendar (BEGIN:VCALENDAR is missing).")
    shifts: list[Shift] = []
    left_out: list[str] = []
    for event in _events(text):
        try:
            shifts += _shifts(event, people, now, zone)
        except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError) as bad:
            left_out.append(f"Event {event.number}: {bad}"[:200])
        if len(shifts) > SHIFTS_MAX:
            raise Refused("the calendar", f"A calendar has at most {SHIFTS_MAX:,} shifts that are still to come.")
    if not shifts:
        raise Refused("the calendar", " ".join(["The calendar holds no shift that is still to come.", *left_out[:3]]))
    return Read(tuple(sorted(shifts, key=lambda one: (one.since, one.until, one.person))), tuple(left_out[:50]))


def _events(text: str) -> Iterator[_Event]:
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    event: _Event | None = None
    inside = number = 0
    for line in lines:
        upper = line.upper()
        if upper == "BEGIN:VEVENT":
            number += 1
            event, inside = _Event(number), 0
        elif event is not None and upper.startswith("BEGIN:"):
            inside += 1
        elif event is not None and upper == "END:VEVENT":
            yield event
            event = None
        elif event is not None and upper.startswith("END:"):
            inside -= 1
        elif event is not None and not inside:
            head, sign, value = line.partition(":")
            name, *parameters = head.split(";")
            if sign:
                pairs = (one.partition("=") for one in parameters)
                event.words.setdefault(name.upper(), ({key.upper(): text.strip('"') for key, _, text in pairs}, value))


def _shifts(event: _Event, people: Sequence[str], now: datetime, zone: str) -> Iterator[Shift]:
    if event.text("STATUS").upper() == "CANCELLED":
        return
    person = _person(event, people)
    if not person:
        raise ValueError("its title names nobody.")
    since = _moment(event, "DTSTART", zone)
    until = _moment(event, "DTEND", zone) if "DTEND" in event.words else since + _length(event)
    if until.astimezone(UTC) <= since.astimezone(UTC):
        raise ValueError("it ends before it begins.")
    wall = until.replace(tzinfo=None) - since.replace(tzinfo=None)
    for begin in _starts(event, since, now + AHEAD, zone):
        end = datetime.combine(begin.date(), begin.time(), begin.tzinfo) + wall
        if end.astimezone(UTC) > now:
            yield Shift(person, begin.astimezone(UTC), end.astimezone(UTC))


def _starts(event: _Event, first: datetime, last: datetime, zone: str) -> Iterator[datetime]:
    rule = event.text("RRULE")
    if not rule:
        yield first
        return
    words = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if words.get("FREQ") not in _STEPS or set(words) - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"}:
        raise ValueError("it recurs in a way that is not read (only by day or by week).")
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    if words.get("BYDAY", day) != day:
        raise ValueError("it recurs on other days than its first one, which is not read.")
    step = _STEPS[words["FREQ"]] * max(1, int(words.get("INTERVAL", "1")))
    end = _stamp(words["UNTIL"], {}, zone) if "UNTIL" in words else last
    moment = first
    for _ in range(min(int(words.get("COUNT", SHIFTS_MAX)), SHIFTS_MAX)):
        if moment.astimezone(UTC) > min(end.astimezone(UTC), last.astimezone(UTC)):
            return
        yield moment
        # On the wall clock: an aware datetime and a timedelta add up so.
        moment = moment + step


def _moment(event: _Event, name: str, zone: str) -> datetime:
    if name not in event.words:
        raise ValueError(f"{name} is missing.")
    parameters, value = event.words[name]
    return _stamp(value.strip(), parameters, zone)


def _stamp(value: str, parameters: Mapping[str, str], zone: str) -> datetime:
    place = ZoneInfo(parameters.get("TZID", zone).lstrip("/"))
    if len(value) == 8:
        return datetime.combine(datetime.strptime(value, "%Y%m%d").date(), time(), place)  # noqa: DTZ007 - a date
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=place)


def _length(event: _Event) -> timedelta:
    found = _DURATION.fullmatch(event.text("DURATION"))
    if found and any(found.groups()):
        weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if len(event.words["DTSTART"][1].strip()) == 8:
        return timedelta(days=1)
    raise ValueError("it has no end.")


def _person(event: _Event, people: Sequence[str]) -> str:
    title = event.text("SUMMARY")
    attendee = event.words.get("ATTENDEE", ({}, ""))[0].get("CN", "")
    for text in (title, attendee):
        for name in sorted(people, key=len, reverse=True):
            if name and re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text):
                return name
    # What is left of “On Call - Bo Smith - Primary schedule”.
    parts = [part.strip(" -–|:()") for part in re.split(r"\s[-–|]\s|:", title)]
    named = [part for part in parts if part and not _AROUND.search(part)]
    return (named[0] if named else attendee)[:100].strip()
