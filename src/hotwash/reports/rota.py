"""Rotas as readings: who is on call now and next, the shifts to come, and a calendar to subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from hotwash.reports.calendar import escaped, folded, utc
from hotwash.systems.rota import OnCall, Rota, Shift, on_call, shifts

AHEAD = timedelta(days=56)


@dataclass(frozen=True, slots=True)
class Standing:
    """A rota at a moment.

    :param now: who is on call, and until when; None if nobody is
    :param next: the shift after that, of whomever
    """

    rota: Rota
    now: Shift | None
    next: Shift | None
    shifts: tuple[Shift, ...]


def standing(known: OnCall, at: datetime, *, ahead: timedelta = AHEAD) -> list[Standing]:
    """Every rota at a moment, by name."""
    found = []
    for name, rota in sorted(known.rotas.items()):
        coming = shifts(rota, at, at + ahead)
        now = coming[0] if coming and on_call(rota, at) else None
        after = next((one for one in coming if one.since > at), None)
        found.append(Standing(rota, now, after, tuple(coming)))
        assert name == rota.name
    return found


def calendar(found: Iterable[Standing], *, stamp: datetime) -> bytes:
    """The shifts as a calendar (RFC 5545). The same rotas at the same moment give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hotwash//On call//EN", "CALSCALE:GREGORIAN"]
    lines += ["X-WR-CALNAME:Hotwash on call", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for one in found:
        for shift in one.shifts:
            key = sha256(f"{one.rota.name}\0{shift.person}\0{utc(shift.until)}".encode()).hexdigest()[:32]
            lines += ["BEGIN:VEVENT", f"UID:{key}@hotwash", f"DTSTAMP:{utc(stamp)}"]
            lines += [f"DTSTART:{utc(shift.since)}", f"DTEND:{utc(shift.until)}"]
            lines += [f"SUMMARY:{escaped(f'{shift.person} is on call ({one.rota.name})')}", "TRANSP:TRANSPARENT"]
            lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()
