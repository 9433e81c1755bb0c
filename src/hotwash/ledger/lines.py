"""An entry as one line of JSON, and JSON read without trust.

A line is the canonical JSON of the entry's heading with ``digest``, ``body`` and ``salt`` beside it. The digest covers
every field but those three: so a reader of another version can check fields that it does not know.
"""

import json
from typing import Any

from hotwash.ledger.entry import DEPTH_MAX, VERSION, Entry, canonical

LINE_MAX = 64 * 1024 * 1024
"""The longest line that is read, in bytes."""

BESIDE_HEADING = frozenset({"digest", "body", "salt"})
_TEXTS = ("stream", "kind", "by", "occurred_at", "recorded_at", "body_digest", "previous", "digest")
_FIELDS = {*_TEXTS, *BESIDE_HEADING, "v", "number"}


class Unreadable(ValueError):
    """Bytes that are not what they should be; the text is a sentence without its place."""


def to_json(entry: Entry) -> dict[str, Any]:
    """An entry as a JSON object. The position stays behind: it belongs to the store, not to the record."""
    return {**entry.heading, "digest": entry.digest, "body": entry.body, "salt": entry.salt}


def write_line(entry: Entry) -> bytes:
    """An entry as a canonical line, with its line feed.

    :raises ValueError: if the entry has no canonical form
    """
    return canonical(to_json(entry), depth=DEPTH_MAX + 1) + b"\n"


def read_json(data: bytes | str) -> Any:
    """A JSON value.

    :raises Unreadable: if the bytes are not UTF-8 or not JSON, name a key twice, hold NaN or are nested too deep
    """
    if len(data) > LINE_MAX:
        raise Unreadable(f"It is longer than {LINE_MAX // 2**20} MiB.")
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        return _strict(text)
    except UnicodeDecodeError as bad:
        raise Unreadable(f"It is not UTF-8: byte {bad.start + 1} cannot be read.") from bad
    except RecursionError as deep:
        raise Unreadable("It is nested too deep.") from deep
    except json.JSONDecodeError as bad:
        raise Unreadable(f"It is not JSON: {bad.msg} at character {bad.pos + 1}.") from bad
    except ValueError as bad:  # an integer of thousands of digits, and what the two hooks below refuse
        raise Unreadable(f"It is not plain JSON: {bad}") from bad


def read_object(data: bytes | str) -> dict[str, Any]:
    """A JSON object.

    :raises Unreadable: as `read_json`, and if the value is not an object
    """
    value = read_json(data)
    if not isinstance(value, dict):
        raise Unreadable("It is JSON, but not an object.")
    return value


def to_entry(value: dict[str, Any]) -> Entry:
    """The entry that a JSON object describes. Only its shape is checked: see `entry.follows`.

    :raises Unreadable: if a field is missing, unknown or of another type
    """
    entry = known_part(value)
    if unknown := sorted(value.keys() - _FIELDS):
        raise Unreadable(f"It has a field {unknown[0]!r} that this version of Hotwash does not know.")
    return entry


def known_part(value: dict[str, Any]) -> Entry:
    """The entry that a JSON object describes, without the fields that this version does not know.

    :raises Unreadable: if a field is missing or of another type, or the entry is of a later version
    """
    _check_shape(value)
    return Entry(
        **{name: value[name] for name in _TEXTS}, number=value["number"], body=value["body"], salt=value["salt"]
    )


def heading_of(value: dict[str, Any]) -> dict[str, Any]:
    """What the digest of a JSON object covers, fields that this version does not know included."""
    return {name: field for name, field in value.items() if name not in BESIDE_HEADING}


def _check_shape(value: dict[str, Any]) -> None:
    if missing := sorted(_FIELDS - value.keys()):
        raise Unreadable(f"It has no field {missing[0]!r}.")
    if type(value["v"]) is not int or value["v"] != VERSION:
        raise Unreadable(f"Its format is {value['v']!r}, and this version of Hotwash reads format {VERSION}.")
    if type(value["number"]) is not int or value["number"] < 1:
        raise Unreadable("Its field 'number' is not a whole number from 1 on.")
    for name in _TEXTS:
        if type(value[name]) is not str:
            raise Unreadable(f"Its field {name!r} is not text.")
    if value["body"] is not None and type(value["body"]) is not dict:
        raise Unreadable("Its field 'body' is neither an object nor null.")
    if value["salt"] is not None and type(value["salt"]) is not str:
        raise Unreadable("Its field 'salt' is neither text nor null.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} is there twice.")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number.")


_strict = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant).decode
