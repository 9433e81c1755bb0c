"""Whoever writes the inbox is alone: SQLite has one writer, and on PostgreSQL a lock is held until the commit.

Counting reads lines, changes them in memory and writes them back; so triage and telling take the same lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from hotwash.web.store import together

_LOCK = 0x1B0C
"""Of PostgreSQL's advisory locks, the inbox's."""


@contextmanager
def alone() -> Iterator[None]:
    """One transaction, in which nobody else writes the inbox; a part of the one that there is already, if any."""
    with transaction.atomic() if connection.in_atomic_block else together():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
