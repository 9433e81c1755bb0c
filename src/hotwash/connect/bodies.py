"""How the bodies of vendors are read: a path into JSON, times as vendors write them, a signature over a body."""

import hmac
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from hotwash.response.outside import NotVerified, Refused
from hotwash.response.signals import Grade

WINDOW = timedelta(minutes=5)
"""How old, or how far ahead, a signed delivery may be."""
TEXT_MAX, TITLE_MAX, LABELS_MAX = 4_000, 300, 60


def json_of(system: str, body: bytes) -> Any:
    """A body as JSON.

    :raises Refused: if it is not JSON
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise Refused(system, f"The body is not JSON: {str(bad)[:200]}.") from bad


def object_of(system: str, body: bytes) -> dict[str, Any]:
    """A body as a JSON object.

    :raises Refused: if it is not one
    """
    held = json_of(system, body)
    if not isinstance(held, dict):
        raise Refused(system, f"The body is a {type(held).__name__}, where {system} sends an object.")
    return held


def at(held: Any, path: str) -> Any:
    """What stands at a dotted path (``data.event.0.title``); None where there is nothing."""
    for part in path.split("."):
        if isinstance(held, Mapping):
            held = held.get(part)
        elif isinstance(held, list) and part.isdecimal() and int(part) < len(held):
            held = held[int(part)]
        else:
            return None
    return held


def text(held: Any, *paths: str, most: int = TEXT_MAX) -> str:
    """The first text, number or truth that stands at one of the paths; empty where there is none."""
    for path in paths:
        found = at(held, path) if path else held
        if isinstance(found, str) and found.strip():
            return found.strip()[:most]
        if isinstance(found, bool):
            return "true" if found else "false"
        if isinstance(found, int | float):
            return str(found)
    return ""


def number(held: Any, *paths: str) -> float | None:
    """The first finite number at one of the paths, also where it is written as text."""
    for path in paths:
        found = at(held, path) if path else held
        if isinstance(found, bool) or not isinstance(found, int | float | str):
            continue
        try:
            value = float(found)
        except (ValueError, OverflowError):
            continue
        if math.isfinite(value):
            return value
    return None


def labels(held: Any) -> dict[str, str]:
    """A mapping of short texts, as far as it is one."""
    if not isinstance(held, Mapping):
        return {}
    plain = {str(name)[:100]: text(held, str(name), most=300) for name in list(held)[:LABELS_MAX]}
    return {name: value for name, value in plain.items() if value}


def web(*found: Any) -> tuple[str, ...]:
    """The links among what was found: whole web addresses, each once."""
    seen = [one for one in found if isinstance(one, str) and re.match(r"https?://[^\s/]", one) and len(one) <= 2000]
    return tuple(dict.fromkeys(seen))


_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_YEAR_FIRST, _YEAR_LAST = 1980, 2200


def moment(found: Any) -> datetime | None:
    """A time as vendors write it: RFC 3339 with any number of digits, or seconds, milliseconds or microseconds since
    1970. None for what is no time, and for the year 1, which Go writes for "not yet". Without a zone it is UTC.
    """
    if isinstance(found, bool) or found is None:
        return None
    if isinstance(found, str) and not re.fullmatch(r"\d+(\.\d+)?", found.strip()):
        return _written(found.strip())
    try:
        value = float(found)
    except (TypeError, ValueError, OverflowError):
        return None
    for scale in (1.0, 1e3, 1e6, 1e9):
        seconds = value / scale
        if 315_532_800 <= seconds < 7_258_118_400:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _written(found: str) -> datetime | None:
    match = _RFC3339.fullmatch(found)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    micro = (fraction or "")[:6].ljust(6, "0")
    zone = "+00:00" if not zone or zone.upper() == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        told = datetime.fromisoformat(f"{day}T{clock}.{micro}{zone}")
    except ValueError:
        return None
    return told if _YEAR_FIRST <= told.year < _YEAR_LAST else None


_GRADES: dict[Grade, tuple[str, ...]] = {
    "critical": ("critical", "fatal", "emergency", "alert", "sev0", "p1", "page", "disaster", "crit", "sev-1"),
    "high": ("error", "high", "major", "sev1", "sev2", "p2", "warning", "warn", "medium", "p3"),
    "low": ("low", "minor", "info", "informational", "notice", "debug", "sev3", "sev4", "p4", "p5", "ok", "none"),
}


def grade(said: str) -> Grade:
    """How grave a sender's word is."""
    word = said.strip().lower()
    return next((known for known, words in _GRADES.items() if word in words), "unknown")


def signed_hex(
    system: str, *, secret: str, signed: bytes, given: str, algorithm: str = "sha256", told: str = "", now: datetime
) -> None:
    """Check a signature of hexadecimal HMAC, and where the delivery tells its time, its age.

    :param told: seconds since 1970, or RFC 3339
    :raises NotVerified: if it is missing, wrong or too old
    """
    if not secret or not given:
        raise NotVerified(
            system, "The call has no signature, or no secret is set to check it with. It was not taken in."
        )
    right = hmac.new(secret.encode(), signed, algorithm).hexdigest()
    offered = [part.strip().rpartition("=")[2].lower() for part in given.split(",")]
    if not any(hmac.compare_digest(right.encode(), one.encode()) for one in offered):
        raise NotVerified(system, "The signature of the call is wrong. It was not taken in.")
    if told:
        age = moment(told)
        if age is None or abs(now - age) > WINDOW:
            minutes = WINDOW.total_seconds() / 60
            raise NotVerified(
                system, f"The call was signed more than {minutes:g} minutes from now. It was not taken in."
            )
