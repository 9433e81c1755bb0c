"""Deadlines as a calendar that other programs subscribe to (RFC 5545). The same records give the same bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from hotwash.incident.state import Incident
from hotwash.knowledge.duties import NOT_ADVICE
from hotwash.reports.deadlines import Deadlines, Standing
from hotwash.reports.phrases import when

_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline in a calendar.

    :param stamp: when the record behind it last grew
    """

    incident: Incident
    standing: Standing
    stamp: datetime


def entries(incident: Incident, known: Deadlines, *, stamp: datetime, everything: bool = False) -> list[Entry]:
    """The deadlines of an incident that belong into a calendar.

    What applies; and of what may apply only the nearest, unless ``everything`` is wanted.
    """
    numbered = [one for one in known.due if one.clock.deadline is not None]
    sure = [one for one in numbered if one.applies == "yes"]
    perhaps = [one for one in numbered if one.applies == "unknown"]
    return [Entry(incident, one, stamp) for one in sure + (perhaps if everything else perhaps[:1])]


def calendar(found: Iterable[Entry], *, address: str = "") -> bytes:
    """The calendar.

    :param address: where Hotwash is, for the links; empty for none
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hotwash//Legal clocks//EN", "CALSCALE:GREGORIAN"]
    lines += ["X-WR-CALNAME:Hotwash deadlines", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
    for entry in found:
        lines += _event(entry, address)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def _event(entry: Entry, address: str) -> Iterator[str]:
    one, incident = entry.standing, entry.incident
    clock, duty = one.clock, one.duty
    assert clock.deadline is not None
    perhaps = "May apply: " if one.applies == "unknown" else ""
    drill = f"[{incident.kind}] " if incident.kind != "normal" else ""
    outer = f" Outer limit of the law: {when(clock.legal_outer)}, not the deadline." if clock.legal_outer else ""
    doubt = " This row is unverified." if duty.unverified else ""
    text = f"{clock.why}{outer} To {duty.recipient}. {incident.title}.{doubt} {NOT_ADVICE}"
    key = "".join(letter if letter.isalnum() else "-" for letter in f"{duty.id}-{clock.stage}")
    yield "BEGIN:VEVENT"
    yield f"UID:{incident.id}-{key}@hotwash"
    yield f"DTSTAMP:{utc(entry.stamp)}"
    yield f"SEQUENCE:{incident.number}"
    if clock.date_only:
        yield f"DTSTART;VALUE=DATE:{clock.deadline:%Y%m%d}"
    else:
        yield f"DTSTART:{utc(clock.deadline)}"
    yield f"SUMMARY:{escaped(f'{drill}{perhaps}{duty.title}, {clock.stage} ({incident.id})')}"
    yield f"DESCRIPTION:{escaped(text)}"
    if address:
        yield f"URL:{address.rstrip('/')}/incidents/{incident.id}/clocks/"
    yield "TRANSP:TRANSPARENT"
    for before in ("P1D", "PT2H"):
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:-{before}"
        yield f"DESCRIPTION:{escaped(f'{duty.title}, {clock.stage}')}"
        yield "END:VALARM"
    yield "END:VEVENT"


def utc(moment: datetime) -> str:
    """A moment as calendars write it."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text in which nothing ends a line or a value."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut inside a letter."""
    part, room = "", _OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", _OCTETS - 1
        part += letter
        room -= size
    yield part
