"""The store in the database keeps the promise of every store, on both databases."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from tests.ledger.promise import NOON, ONE, TWO, Damage, StorePromise, draft, texts
from tests.web.guards import unguarded

from hotwash.ledger.entry import ChainBroken, Draft, check
from hotwash.web import search
from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import EntryRow, StreamRow


class _InTheDatabase(StorePromise):
    @pytest.fixture
    def damage(self, store: DatabaseStore) -> Damage:
        def change(stream: str, number: int) -> None:
            with unguarded():
                EntryRow.objects.filter(stream=stream, number=number).update(kind="changed")

        return change

    def thread_ends(self) -> None:
        connections.close_all()

    def test_a_tail_that_was_cut_off_is_found_before_more_is_written(self, store: DatabaseStore) -> None:
        store.append(ONE, [draft("a"), draft("b")], expected=0)
        store.append(TWO, [draft("c")], expected=0)
        with unguarded():
            EntryRow.objects.filter(stream=ONE, number=2).delete()
            EntryRow.objects.filter(stream=TWO).delete()
        for stream, expected in ((ONE, 2), (TWO, 1)):
            with pytest.raises(ChainBroken):
                store.append(stream, [draft("d")], expected=expected)

    def test_a_stored_body_that_is_no_json_is_shown_and_found(self, store: DatabaseStore) -> None:
        store.append(ONE, [draft("a")], expected=0)
        with unguarded():
            EntryRow.objects.update(body='{"text": "a"')
        [entry] = store.read(ONE)
        assert entry.body == {"unreadable": '{"text": "a"'}
        with pytest.raises(ChainBroken):
            check(ONE, [entry])

    def test_positions_have_no_gap_after_a_failure(self, store: DatabaseStore) -> None:
        store.append(ONE, [draft("a")], expected=0)
        with pytest.raises(ValueError, match=r"(?i)nan|finite|range"):
            store.append(TWO, [draft("b", value=float("nan"))], expected=0)
        store.append(TWO, [draft("c"), draft("d")], expected=0)
        assert [entry.position for entry in store.follow()] == [1, 2, 3]

    def test_an_append_takes_as_many_statements_whatever_the_length(self, store: DatabaseStore) -> None:
        from django.test.utils import CaptureQueriesContext

        counts = []
        for expected in (0, 1, 2, 32):
            with CaptureQueriesContext(connection) as asked:
                store.append(ONE, [draft("a")] * (30 if expected == 2 else 1), expected=expected)
            counts.append(sum(not _frames(query["sql"]) for query in asked.captured_queries))
        assert counts == [3 if connection.vendor == "postgresql" else 4] * 4

    def test_redacting_takes_the_words_out_of_search(self, store: DatabaseStore) -> None:
        store.append(
            ONE,
            [draft("Bilal was refused.")],
            expected=0,
            alongside=lambda entries: search.put(
                [search.Words(e.stream, e.number, e.kind, str((e.body or {})["text"])) for e in entries]
            ),
        )
        assert [hit.number for hit in search.find("bilal")] == [1]
        store.redact(ONE, 1)
        assert search.find("bilal") == []


def _frames(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))


class TestOnSqlite(_InTheDatabase):
    """SQLite."""

    @pytest.fixture
    def store(self, sqlite: Options) -> Iterator[DatabaseStore]:
        """A store over a fresh file."""
        yield DatabaseStore()
        connections.close_all()


@pytest.mark.real("postgresql")
class TestOnPostgresql(_InTheDatabase):
    """PostgreSQL."""

    @pytest.fixture
    def store(self, postgresql: Options) -> Iterator[DatabaseStore]:
        """A store over a fresh database."""
        yield DatabaseStore()
        connections.close_all()


def test_the_record_ends_where_its_stream_says(database: Options) -> None:
    store = DatabaseStore()
    store.append(ONE, [Draft("note", "ana", NOON, NOON, {"text": "a"})], expected=0)
    with unguarded():
        StreamRow.objects.update(digest="sha256:" + "1" * 64)
    with pytest.raises(ChainBroken):
        store.append(ONE, [draft("b")], expected=1)
    assert texts(store.read(ONE)) == ["a"]
