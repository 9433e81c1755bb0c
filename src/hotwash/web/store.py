"""Records in the Django database: the promise of `hotwash.ledger.store.Store`, kept on SQLite and on PostgreSQL.

An append is three statements whatever the length of the record: the last entry is read and checked, the stream's row
moves on only if it still stands where the writer believed, and the entries go in together at positions that the counter
of commits gives (two statements on SQLite). The counter stays locked until the commit, so positions follow the order
of commits on PostgreSQL too.

The statements are written out: making them anew from models for every append took longer than running them.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from django.db import OperationalError, connections, transaction

from hotwash.ledger.entry import (
    EMPTY,
    ChainBroken,
    Conflict,
    Draft,
    Entry,
    Head,
    canonical,
    follows,
    link_all,
    stands,
)
from hotwash.ledger.memory import fresh_salts, highest
from hotwash.ledger.store import Alongside
from hotwash.web.entries import COLUMNS, LISTED, entries, entry_of
from hotwash.web.tables.models import CommitRow, EntryRow, StreamRow

_T = TypeVar("_T")
_ERASED_AT_ONCE = 500

_FOLLOW = f'SELECT {LISTED}, "position" FROM hotwash_entry WHERE "position" > %s ORDER BY "position" LIMIT %s'  # noqa: S608
_HEAD = "SELECT number, digest FROM hotwash_stream WHERE name = %s"

_STANDING = f"""
    SELECT standing.number, standing.digest, {", ".join(f'entry."{column}"' for column in COLUMNS)}, entry."position"
    FROM hotwash_stream AS standing
    LEFT JOIN hotwash_entry AS entry ON entry.stream = standing.name AND entry.number = standing.number
    WHERE standing.name = %s
"""  # noqa: S608
_LAST = "SELECT max(number) FROM hotwash_entry WHERE stream = %s"
_START = """
    INSERT INTO hotwash_stream (name, prefix, digits, rank, number, digest)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_ADVANCE = "UPDATE hotwash_stream SET number = %s, digest = %s WHERE name = %s AND number = %s AND digest = %s"

_COUNT_ON = 'UPDATE hotwash_commit SET "position" = "position" + %s WHERE id = 1 RETURNING "position"'
_INSERT = f'INSERT INTO hotwash_entry ("position", {LISTED}) VALUES (%s{", %s" * len(COLUMNS)})'  # noqa: S608
_COUNT_ON_AND_INSERT = f"""
    WITH counted AS ({_COUNT_ON})
    INSERT INTO hotwash_entry ("position", {LISTED})
    SELECT counted."position" - %s + placed.place, {", ".join(f'placed."{column}"' for column in COLUMNS)}
    FROM counted, (VALUES {{rows}}) AS placed (place, {LISTED})
    RETURNING "position"
"""  # noqa: S608
_ONE_ROW = f"(%s{', %s' * len(COLUMNS)})"
_ROWS_MAX = 1000
"""How many entries go into one statement."""

_one_writer = threading.RLock()
"""SQLite has one writer. Threads of one process queue here, in turn, rather than poll for the lock of the file."""


_joined = threading.local()
"""Whether this thread is inside `together`."""


class Busy(Exception):
    """Another process kept the database for a minute. Nothing was written."""


class DatabaseStore:
    """Keeps the promise of `hotwash.ledger.store.Store` in the tables of `hotwash.web.tables`."""

    def __init__(self, using: str = "default") -> None:
        self._using = using

    def append(
        self, stream: str, drafts: Sequence[Draft], *, expected: int, alongside: Alongside | None = None
    ) -> list[Entry]:
        """See `Store.append`."""

        def write() -> list[Entry]:
            head = self._checked_head(stream, expected)
            if not drafts:
                return []
            entries = link_all(stream, head, drafts, salts=fresh_salts(), position=0)
            if not self._advance(stream, entries, head):
                raise Conflict(stream, expected, self.head(stream).number)
            return self._place(entries, alongside)

        return self._alone(write)

    def admit(self, entries: Sequence[Entry]) -> list[Entry]:
        """See `Store.admit`."""

        def write() -> list[Entry]:
            before: dict[str, Head] = {}
            now: dict[str, Head] = {}
            for entry in entries:
                head = now.get(entry.stream)
                if head is None:
                    head = before[entry.stream] = self.head(entry.stream)
                if entry.number != head.number + 1:
                    raise Conflict(entry.stream, entry.number - 1, head.number)
                follows(head, entry)
                now[entry.stream] = Head(entry.number, entry.digest)
            for stream, head in before.items():
                if not self._advance(stream, [entry for entry in entries if entry.stream == stream], head):
                    raise Conflict(stream, head.number, self.head(stream).number)
            return self._place(entries, None) if entries else []

        return self._alone(write)

    def read(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        """See `Store.read`."""
        return entries(stream, after=after, using=self._using)

    def head(self, stream: str) -> Head:
        """See `Store.head`."""
        return next((Head(number, digest) for number, digest in self._all(_HEAD, stream)), EMPTY)

    def heads(self) -> dict[str, Head]:
        """See `Store.heads`."""
        rows = StreamRow.objects.using(self._using).values_list("name", "number", "digest")
        return {name: Head(number, digest) for name, number, digest in sorted(rows)}

    def newest(self, prefix: str) -> str | None:
        """See `Store.newest`."""
        rows = StreamRow.objects.using(self._using)
        if _split(prefix)[1]:
            # A prefix that ends in a digit parts the digits of the names elsewhere than their rows do. Nobody names so.
            return highest(list(rows.filter(name__startswith=prefix).values_list("name", flat=True)), prefix)
        numbered = rows.filter(prefix=prefix).exclude(digits="")
        return numbered.order_by("-rank", "-name").values_list("name", flat=True).first()

    def follow(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """See `Store.follow`."""
        return [entry_of(row) for row in self._all(_FOLLOW, after, limit)]

    def position(self) -> int:
        """See `Store.position`."""
        return CommitRow.objects.using(self._using).values_list("position", flat=True).get(id=1)

    def redact(self, stream: str, number: int) -> None:
        """See `Store.redact`. What lists and search knew of the entry goes too."""
        from hotwash.web import index, search

        def write() -> None:
            found = EntryRow.objects.using(self._using).filter(stream=stream, number=number)
            if not found.update(body=None, salt=None):
                raise LookupError(f"{stream} has no entry {number}.")
            index.take_up(self, [stream], using=self._using)
            search.forget(stream, number, using=self._using)

        self._alone(write)

    def erase(self, stream: str, numbers: Sequence[int]) -> None:
        """Redact many entries of a record at once."""
        from hotwash.web import index, search

        def write() -> None:
            for start in range(0, len(numbers), _ERASED_AT_ONCE):
                some = numbers[start : start + _ERASED_AT_ONCE]
                found = EntryRow.objects.using(self._using).filter(stream=stream, number__in=some)
                found.update(body=None, salt=None)
            index.take_up(self, [stream], using=self._using)
            for number in numbers:
                search.forget(stream, number, using=self._using)

        self._alone(write)

    def streams(self) -> Iterator[str]:
        """See `Store.streams`."""
        return iter(sorted(StreamRow.objects.using(self._using).values_list("name", flat=True)))

    def _all(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        with connections[self._using].cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def _checked_head(self, stream: str, expected: int) -> Head:
        found = self._all(_STANDING, stream)
        if not found:
            if expected:
                raise Conflict(stream, expected, 0)
            return EMPTY
        number, digest, *columns = found[0]
        if number != expected:
            [(last,)] = self._all(_LAST, stream)
            if last == expected:
                raise ChainBroken(stream, expected, "it is not the entry with which the record ended.")
            raise Conflict(stream, expected, number)
        if columns[0] is None:
            raise ChainBroken(stream, 1, "its entries are missing.")
        entry = entry_of(tuple(columns))
        head = stands(stream, entry)
        if head != Head(number, digest):
            raise ChainBroken(stream, number, "it is not the entry with which the record ended.")
        return head

    def _advance(self, stream: str, entries: Sequence[Entry], head: Head) -> bool:
        last = entries[-1]
        with connections[self._using].cursor() as cursor:
            if head != EMPTY:
                cursor.execute(_ADVANCE, [last.number, last.digest, stream, head.number, head.digest])
            else:
                prefix, digits = _split(stream)
                cursor.execute(_START, [stream, prefix, digits, _rank(digits), last.number, last.digest])
            return int(cursor.rowcount) == 1

    def _place(self, entries: Sequence[Entry], alongside: Alongside | None) -> list[Entry]:
        connection = connections[self._using]
        insert = _insert_together if connection.vendor == "postgresql" else _insert_in_turn
        placed: list[Entry] = []
        with connection.cursor() as cursor:
            for start in range(0, len(entries), _ROWS_MAX):
                some = entries[start : start + _ROWS_MAX]
                first = insert(cursor, [_row(entry) for entry in some])
                placed += [replace(entry, position=position) for position, entry in enumerate(some, first)]
        if alongside is not None:
            alongside(placed)
        return placed

    def _alone(self, write: Callable[[], _T]) -> _T:
        """Run ``write`` in one transaction of its own, after whoever writes now.

        :raises Busy: if another process keeps SQLite's write lock for three times the waiting time
        """
        if getattr(_joined, "inside", False):
            with transaction.atomic(using=self._using):
                return write()
        with _turn(connections[self._using].vendor):
            for _ in range(3):
                try:
                    with transaction.atomic(using=self._using, durable=True):
                        return write()
                except OperationalError as fault:
                    # SQLite gives up only on BEGIN, before anything was done, so the work can be asked for again.
                    if "locked" not in str(fault):
                        raise
            raise Busy("Another process keeps the database. Nothing was written: try again in a minute.")


@contextmanager
def together(using: str = "default") -> Iterator[None]:
    """One transaction for appends and whatever else is written within: all of it is kept, or none.

    The counter of commits stays locked from the first append on, so nothing slow belongs in here.
    """
    with _turn(connections[using].vendor), transaction.atomic(using=using, durable=True):
        _joined.inside = True
        try:
            yield
        finally:
            _joined.inside = False


@contextmanager
def joined(using: str = "default") -> Iterator[None]:
    """A part of the transaction of `together` that there is already, or one of its own."""
    with transaction.atomic(using=using) if getattr(_joined, "inside", False) else together(using):
        yield


@contextmanager
def _turn(vendor: str) -> Iterator[None]:
    if vendor != "sqlite":
        yield
        return
    with _one_writer:
        yield


def _split(name: str) -> tuple[str, str]:
    bare = name.rstrip("0123456789")
    return bare, name[len(bare) :]


def _rank(digits: str) -> str:
    number = digits.lstrip("0")
    return f"{len(number):03d}{number}"


def _insert_in_turn(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> int:
    """Take positions, then insert; the first position."""
    cursor.execute(_COUNT_ON, [len(rows)])
    first = int(cursor.fetchone()[0]) - len(rows) + 1
    cursor.executemany(_INSERT, [(position, *row) for position, row in enumerate(rows, first)])
    return first


def _insert_together(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> int:
    """Take positions and insert in one statement, which SQLite has not; the first position."""
    count = len(rows)
    values = [value for place, row in enumerate(rows, 1) for value in (place, *row)]
    cursor.execute(_COUNT_ON_AND_INSERT.format(rows=", ".join([_ONE_ROW] * count)), [count, count, *values])
    return int(min(cursor.fetchall())[0])


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.stream,
        entry.number,
        entry.kind,
        entry.by,
        entry.occurred_at,
        entry.recorded_at,
        entry.body_digest,
        entry.previous,
        entry.digest,
        None if entry.body is None else canonical(dict(entry.body)).decode(),
        entry.salt,
    )
