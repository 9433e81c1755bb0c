"""What only a test may do: take the guards off the table of entries for a moment, as somebody with the file could."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def unguarded() -> Iterator[None]:
    """Let entries be changed. Afterwards nobody asks whether the records that the test leaves follow."""
    connection.was_unguarded = True  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE hotwash_entry DISABLE TRIGGER USER")
            yield
            cursor.execute("ALTER TABLE hotwash_entry ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hotwash_entry'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)
