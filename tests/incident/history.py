"""Histories in a test are text that a responder could read aloud.

``09:02 ana declared title='Loans refused' harms=fairness`` is an entry of 3 March 2026 (or of the day given by
``+2d 09:02``); values are JSON where they can be, else words; commas make lists where a field holds several.
"""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from hotwash.incident.events import CATALOGUE, IncidentFact
from hotwash.ledger.entry import EMPTY, Head, link

DAY = datetime(2026, 3, 3, tzinfo=UTC)


def history(text: str, *, stream: str = "incident/INC-2026-0001") -> list[IncidentFact]:
    """Facts from lines of text, each linked into a real chain."""
    head = EMPTY
    facts = []
    for at, by, kind, fields in _lines(text):
        shape = CATALOGUE.kinds.get(kind)
        body = {name: _typed(shape, name, value) for name, value in fields.items()}
        if shape is not None:
            body = msgspec.to_builtins(msgspec.convert(body, type=shape, strict=False))
        from hotwash.ledger.entry import Draft

        entry = link(stream, head, Draft(kind, by, at, at, body), salt="00" * 16)
        head = Head(entry.number, entry.digest)
        facts.append(CATALOGUE.fact(entry))
    return facts


def _lines(text: str) -> Iterator[tuple[datetime, str, str, dict[str, str]]]:
    for line in filter(str.strip, text.splitlines()):
        words = shlex.split(line)
        day = DAY
        if words[0].startswith("+"):
            day += timedelta(days=int(words.pop(0)[1:-1]))
        hour, minute = words.pop(0).split(":")
        by, kind, *fields = words
        yield (
            day + timedelta(hours=int(hour), minutes=int(minute)),
            by,
            kind,
            dict(field.split("=", 1) for field in fields),
        )


def _typed(shape: type | None, name: str, value: str) -> Any:
    if shape is not None:
        wanted = get_type_hints(shape).get(name)
        options = get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,)
        if str in options:
            return value
        if any(get_origin(option) is tuple for option in options) and value[:1] != "[":
            return [_plain(part) for part in value.split(",") if part]
    return _plain(value)


def _plain(value: str) -> Any:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
