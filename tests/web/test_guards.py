"""The database itself refuses what would falsify a record."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from tests.ledger.promise import ONE, draft

from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import EntryRow

CHANGES: dict[str, Callable[[], object]] = {
    **{
        f"change {column}": lambda column=column, value=value: EntryRow.objects.filter(number=1).update(
            **{column: value}
        )  # type: ignore[misc]
        for column, value in {
            "position": 99,
            "stream_id": "other",
            "number": 99,
            "kind": "x",
            "by": "x",
            "occurred_at": "x",
            "recorded_at": "x",
            "body_digest": "x",
            "previous": "x",
            "digest": "x",
            "body": "{}",
            "salt": "00",
        }.items()
    },
    "erase the body only": lambda: EntryRow.objects.filter(number=1).update(body=None),
    "erase the salt only": lambda: EntryRow.objects.filter(number=1).update(salt=None),
    "redact and change": lambda: EntryRow.objects.filter(number=1).update(body=None, salt=None, kind="x"),
    "delete": lambda: EntryRow.objects.filter(number=1).delete(),
    "delete by SQL": lambda: _sql("DELETE FROM hotwash_entry"),
}


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def entries(database: Options) -> None:
    DatabaseStore().append(ONE, [draft("a"), draft("b")], expected=0)


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_cannot_be_changed_or_deleted(entries: None, change: str) -> None:
    before = list(EntryRow.objects.values_list())
    with pytest.raises(IntegrityError), transaction.atomic():
        CHANGES[change]()
    assert list(EntryRow.objects.values_list()) == before


def test_an_entry_can_be_redacted(entries: None) -> None:
    assert EntryRow.objects.filter(number=1).update(body=None, salt=None) == 1
    assert list(EntryRow.objects.order_by("number").values_list("body", flat=True)) == [None, '{"text":"b"}']


def test_an_entry_cannot_be_replaced_on_sqlite(sqlite: Options) -> None:
    DatabaseStore().append(ONE, [draft("a")], expected=0)
    with pytest.raises(IntegrityError):
        _sql("INSERT OR REPLACE INTO hotwash_entry SELECT * FROM hotwash_entry")


@pytest.mark.real("postgresql")
def test_the_entries_cannot_be_truncated_on_postgresql(postgresql: Options) -> None:
    DatabaseStore().append(ONE, [draft("a")], expected=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        _sql("TRUNCATE hotwash_entry")
    assert EntryRow.objects.count() == 1
