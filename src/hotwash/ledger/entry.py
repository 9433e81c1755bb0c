"""One line of a record: what an entry is, how it is linked to the one before, and how a link is checked.

Everything here is a pure function over values: no clock, no disk, no randomness (salts are handed in).

Invariants:

- An entry's ``digest`` is the SHA-256 of the canonical JSON (RFC 8785) of its heading.
- The heading holds the digest of the entry before, and of (salt + canonical body): so the body and its salt may be
  erased later without breaking the chain, and what was erased cannot be guessed back from its digest.
- ``position`` is the store's global order of commits. It stands outside the heading, so that one record can be
  checked on its own, wherever it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

VERSION = 1
NO_ENTRY = "sha256:" + "0" * 64
"""What the first entry of a record names as the one before."""


class ChainBroken(Exception):
    """A record does not follow from itself: an entry was changed, dropped, moved or put in.

    ``stream`` and ``number`` say where the first entry stands that does not follow. For bytes of the vault ``stream``
    is their digest and ``number`` 0.
    """

    def __init__(self, stream: str, number: int, why: str) -> None:
        super().__init__(f"{stream}, entry {number}: {why}" if number else f"{stream}: {why}")
        self.stream, self.number, self.why = stream, number, why


class Conflict(Exception):
    """Somebody else wrote first: the record is longer (or shorter) than the writer believed."""

    def __init__(self, stream: str, expected: int, found: int) -> None:
        super().__init__(f"{stream} has {found} entries, not {expected}: somebody else wrote first.")
        self.stream, self.expected, self.found = stream, expected, found


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer wants recorded. The store adds number, salt and links.

    :param kind: a word such as ``role-assigned``; stored kinds are for ever
    :param by: who says so: an account's or a contact's name
    :param occurred_at: when it happened, with its zone; the zone is kept
    :param recorded_at: when it was written down
    :param body: JSON values only
    """

    kind: str
    by: str
    occurred_at: datetime
    recorded_at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a record, by number and digest. An empty record has number 0."""

    number: int
    digest: str


EMPTY = Head(0, NO_ENTRY)


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded line. ``body`` and ``salt`` are None once redacted; ``position`` is 0 until a store has placed it."""

    stream: str
    number: int
    kind: str
    by: str
    occurred_at: str
    recorded_at: str
    body_digest: str
    previous: str
    digest: str
    body: Mapping[str, Any] | None
    salt: str | None
    position: int = 0

    @property
    def redacted(self) -> bool:
        """Whether the body was erased."""
        return self.body is None

    @property
    def heading(self) -> dict[str, Any]:
        """What the digest covers."""
        return {
            "v": VERSION,
            "stream": self.stream,
            "number": self.number,
            "kind": self.kind,
            "by": self.by,
            "occurred_at": self.occurred_at,
            "recorded_at": self.recorded_at,
            "body_digest": self.body_digest,
            "previous": self.previous,
        }


DEPTH_MAX = 100
"""How deep lists and objects may be nested, so that no reader runs out of stack."""

_plain_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_WHOLE_MAX = 2**53 - 1


def canonical(value: Any, *, depth: int = DEPTH_MAX) -> bytes:
    """The one way to write a JSON value as bytes (RFC 8785).

    :raises ValueError: if the value has no canonical form (NaN, an integer beyond 2**53, a key that is not text) or is
        nested more than ``depth`` deep
    """
    # The standard library's encoder is much faster and writes the same bytes for every value that `_is_plain` lets by.
    return _plain_json(value).encode() if _is_plain(value, depth) else rfc8785.dumps(value)


def _is_plain(value: Any, depth: int) -> bool:
    """Whether ``json`` with sorted keys writes the canonical form.

    It does not for keys beyond ASCII (sorted by UTF-16 there, by code point here), for floats that are whole or need an
    exponent, and for subclasses, which may write themselves as they like.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_WHOLE_MAX <= value <= _WHOLE_MAX)
    if kind is float:
        return 1e-4 <= abs(value) < 1e15 and not value.is_integer()
    if depth == 0:
        raise ValueError(f"it is nested more than {DEPTH_MAX} lists and objects deep")
    if isinstance(value, dict):
        plain = kind is dict
        for key, inner in value.items():
            plain &= _is_plain(inner, depth - 1) and type(key) is str and key.isascii()
        return plain
    if isinstance(value, list | tuple):
        plain = kind is list
        for inner in value:
            plain &= _is_plain(inner, depth - 1)
        return plain
    return False


def digest_of(data: bytes) -> str:
    """``sha256:`` and the hexadecimal digest of some bytes."""
    return "sha256:" + sha256(data).hexdigest()


def body_digest(salt: str, body: Mapping[str, Any]) -> str:
    """The digest of a salted body: SHA-256 of the salt's bytes followed by the canonical body.

    :raises ValueError: if the salt is not written in lower-case hexadecimal digits, or the body has no canonical form
    """
    return digest_of(_salt_bytes(salt) + canonical(dict(body)))


def _salt_bytes(salt: str) -> bytes:
    data = bytes.fromhex(salt)
    if data.hex() != salt:  # fromhex also reads capitals and blanks, so that two texts would have one digest
        raise ValueError("the salt is not written in lower-case hexadecimal digits")
    return data


def instant(moment: datetime) -> str:
    """RFC 3339 with the zone that was given; UTC is written as ``Z``.

    :raises ValueError: if the moment has no zone
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone.")
    text = moment.isoformat()
    return text[:-6] + "Z" if moment.utcoffset() == UTC.utcoffset(None) and text.endswith("+00:00") else text


def link(stream: str, head: Head, draft: Draft, *, salt: str, position: int = 0) -> Entry:
    """The entry that a draft becomes when it is put after ``head``.

    :param salt: 32 hexadecimal digits or more, fresh for each entry
    :raises ValueError: if the body has no canonical form, or a time has no zone
    """
    body = canonical(dict(draft.body))
    heading: dict[str, Any] = {
        "v": VERSION,
        "stream": stream,
        "number": head.number + 1,
        "kind": draft.kind,
        "by": draft.by,
        "occurred_at": instant(draft.occurred_at),
        "recorded_at": instant(draft.recorded_at),
        "body_digest": digest_of(_salt_bytes(salt) + body),
        "previous": head.digest,
    }
    digest = digest_of(canonical(heading))
    del heading["v"]
    # Read back from its bytes: a writer holds what any reader will get, and later changes to the draft stay out.
    kept = json.loads(body)
    if canonical(kept) != body:
        raise ValueError("The body holds a number that would not come back as it was.")
    return Entry(**heading, digest=digest, body=kept, salt=salt, position=position)


def link_all(stream: str, head: Head, drafts: Iterable[Draft], *, salts: Iterator[str], position: int) -> list[Entry]:
    """The entries that drafts become after ``head``, placed from ``position`` on."""
    entries: list[Entry] = []
    for draft in drafts:
        entry = link(stream, head, draft, salt=next(salts), position=position + len(entries))
        entries.append(entry)
        head = Head(entry.number, entry.digest)
    return entries


def follows(head: Head, entry: Entry, *, heading: Mapping[str, Any] | None = None) -> None:
    """Recompute one link.

    :param heading: the heading as it was found, if it has fields that an `Entry` has no place for
    :raises ChainBroken: if the entry does not follow from ``head``, or its body is not the one that was recorded
    """
    stream, number = entry.stream, head.number + 1
    if entry.number != number:
        raise ChainBroken(stream, number, f"entry {entry.number} stands where entry {number} belongs.")
    if entry.previous != head.digest:
        raise ChainBroken(stream, number, "it does not name the entry before it.")
    if (entry.body is None) != (entry.salt is None):
        raise ChainBroken(stream, number, "it has a body without a salt, or a salt without a body.")
    try:
        if digest_of(canonical(heading or entry.heading)) != entry.digest:
            raise ChainBroken(stream, number, "its heading was changed.")
        if entry.salt is not None and body_digest(entry.salt, entry.body or {}) != entry.body_digest:
            raise ChainBroken(stream, number, "its body was changed.")
    except (ValueError, TypeError) as unwritable:
        raise ChainBroken(stream, number, f"it is not well formed ({unwritable}).") from unwritable


def stands(stream: str, entry: Entry) -> Head:
    """Recompute one entry by itself, as a writer does before it puts another one after it.

    :raises ChainBroken: if the entry was changed
    """
    if entry.stream != stream:
        raise ChainBroken(stream, entry.number, f"it belongs to {entry.stream}.")
    follows(Head(entry.number - 1, entry.previous), entry)
    return Head(entry.number, entry.digest)


def check(stream: str, entries: Iterable[Entry]) -> Head:
    """Recompute every link of one record and return its head.

    A kept chain shows that no entry in it was changed, moved, dropped or put in. It cannot show that the newest entries
    were not cut off: hold the head against a seal stored elsewhere (see `ledger.seal`).

    :raises ChainBroken: at the first entry that does not follow
    """
    head = EMPTY
    for entry in entries:
        if entry.stream != stream:
            raise ChainBroken(stream, head.number + 1, f"it belongs to {entry.stream}.")
        follows(head, entry)
        head = Head(entry.number, entry.digest)
    return head
