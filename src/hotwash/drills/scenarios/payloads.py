"""Places in the texts of a scenario: times count from the moment at which an inject comes, names from the drill.

``{at}`` is that moment (RFC 3339), ``{at-40m}``, ``{at-2h}``, ``{at-3d}`` lie before it, ``{ms-40m}`` counts
milliseconds since 1970, ``{day}`` and ``{day-3d}`` are days, ``{system}`` is the short name of the AI system.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

_PLACE = re.compile(r"\{(at|ms|s|day)(?:([+-])(\d+)([mhd]))?\}|\{(system|name)\}")
_ANY = re.compile(r"\{[a-z]+(?:[+-]\d+[a-z])?\}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def fill(text: str, *, at: datetime, system: str, name: str) -> str:
    """The text with its places filled."""

    def put(found: re.Match[str]) -> str:
        kind, sign, count, unit, word = found.groups()
        if word:
            return system if word == "system" else name
        moment = at.astimezone(UTC)
        if count:
            moment += timedelta(**{_UNITS[unit]: int(count)}) * (1 if sign == "+" else -1)
        if kind == "day":
            return f"{moment.day} {moment:%B}"
        if kind == "at":
            return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
        return str(int(moment.timestamp() * (1000 if kind == "ms" else 1)))

    return _PLACE.sub(put, text)


def unknown(text: str) -> Iterator[str]:
    """Places that nothing fills."""
    for found in _ANY.finditer(text):
        if not _PLACE.fullmatch(found.group()):
            yield found.group()
