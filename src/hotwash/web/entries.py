"""Entries as their table holds them, and how a row becomes one again: for the store and for what counts beside it."""

from typing import Any

import msgspec
from django.db import connections

from hotwash.ledger.entry import Entry

COLUMNS = (
    "stream",
    "number",
    "kind",
    "by",
    "occurred_at",
    "recorded_at",
    "body_digest",
    "previous",
    "digest",
    "body",
    "salt",
)
LISTED = ", ".join(f'"{column}"' for column in COLUMNS)
READ = f'SELECT {LISTED}, "position" FROM hotwash_entry WHERE stream = %s AND number > %s ORDER BY number'  # noqa: S608


def entries(stream: str, *, after: int = 0, using: str) -> list[Entry]:
    """The entries of a record with a number above ``after``, in the order in which they were written."""
    with connections[using].cursor() as cursor:
        cursor.execute(READ, (stream, after))
        return [entry_of(row) for row in cursor.fetchall()]


def entry_of(row: tuple[Any, ...]) -> Entry:
    """A row with the columns of `COLUMNS`, and its position, as an entry."""
    *heading, body, salt, position = row
    kept = [*heading, None if body is None else _read_body(body), salt, position]
    return Entry(*kept)


def _read_body(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        # Damaged text is shown as what it is; no digest covers it, so whoever checks the record finds it.
        return {"unreadable": text}
