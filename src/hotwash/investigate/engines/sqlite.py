# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""Tables in SQLite files, read through Python's own module: ``sqlite:///path/to/file.db#table``.

SQLite counts. What it lacks it gets from here: clocks that know zones, and letters beyond ASCII. The file is opened to
read only, and one transaction sees one state of it.
"""

import sqlite3
from collections.abc import Iterator
from hashlib import md5
from types import TracebackType
from typing import Any
from urllib.parse import quote

from hotwash.investigate.dialect import quoted
from hotwash.investigate.engine import CELLS_MAX, Watch
from hotwash.investigate.engines import clocks
from hotwash.investigate.engines.fingerprints import weak
from hotwash.investigate.engines.places import database
from hotwash.investigate.engines.tables import BATCH, Margins, Row, Table
from hotwash.investigate.engines.tongue import Tongue
from hotwash.investigate.errors import Cancelled, EmptyLog, LogError, Unreadable
from hotwash.investigate.expression import Column, Kind

_STEPS = 20_000
_DATE = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"


class SqliteTongue(Tongue):
    """SQLite's tongue, with the functions that `Sqlite` gives it."""

    def double(self, sql: str) -> str:
        """A number in double precision."""
        return f"CAST({sql} AS REAL)"

    def day(self, text: str) -> str:
        """A date of the calendar: SQLite keeps them as text."""
        return self.text(text)

    def column(self, column: Column | None) -> str:
        """A column's value."""
        if column is None:
            raise TypeError("A name was not checked against the columns.")
        name = quoted(column.name)
        if column.kind == "text":
            return f"CAST({name} AS TEXT) COLLATE BINARY"
        return f"hotwash_micros({name})" if column.kind == "time" else name

    def start(self, column: Column | None, every: str) -> str:
        """The start of the period in which a time lies."""
        if column is None:
            raise TypeError("A time was not checked against the columns.")
        if column.kind == "time":
            return f"hotwash_start(hotwash_micros({quoted(column.name)}), '{every}')" if every else self.column(column)
        name = quoted(column.name)
        if every == "week":
            return f"date({name}, 'weekday 0', '-6 days')"
        return f"date({name}, 'start of month')" if every == "month" else name


class Sqlite(Table):
    """One table (or view) of a SQLite file."""

    def __init__(self, source: str, zone: str | None, watch: Watch) -> None:
        """:raises LogError: if the table cannot be read"""
        super().__init__(source, zone, watch)
        self.tongue = SqliteTongue(zone)
        self._path = database(self._address)
        self._stopped: Cancelled | None = None
        self._connection = self._opened()
        try:
            self.place = self._found()
            self._columns = self._looked_at()
        except BaseException:
            self._connection.close()
            raise

    @property
    def name(self) -> str:
        """SQLite and its version."""
        return f"sqlite {sqlite3.sqlite_version}"

    def _opened(self) -> sqlite3.Connection:
        connection = None
        for how in ("mode=ro", "mode=ro&immutable=1"):
            try:
                connection = sqlite3.connect(
                    f"file:{quote(str(self._path))}?{how}",
                    uri=True,
                    isolation_level=None,
                    timeout=10,
                    check_same_thread=False,
                )
                for statement in (
                    "PRAGMA trusted_schema = OFF",
                    "PRAGMA case_sensitive_like = ON",
                    "BEGIN",
                    "SELECT count(*) FROM sqlite_master",
                ):
                    connection.execute(statement).fetchall()
                break
            except sqlite3.Error as wrong:
                if connection:
                    connection.close()
                # A file in a folder that cannot be written to: without a journal beside it, nobody writes it either.
                if how == "mode=ro" and isinstance(wrong, sqlite3.OperationalError) and not self._journals():
                    continue
                raise self._why(wrong) from wrong
        if connection is None:
            raise Unreadable(f'"{self._path.name}" cannot be opened.')
        connection.set_progress_handler(self._asked_to_stop, _STEPS)
        for function, arguments, does in (
            ("hotwash_form", 1, clocks.form),
            ("hotwash_micros", 1, self._micros),
            ("hotwash_start", 2, self._start),
            ("lower", 1, _lower),
            ("upper", 1, _upper),
        ):
            connection.create_function(function, arguments, does, deterministic=True)
        return connection

    def _journals(self) -> bool:
        return any(self._path.with_name(self._path.name + end).exists() for end in ("-wal", "-journal"))

    def _micros(self, text: str | None) -> int | None:
        return clocks.micros(text, self._zone)

    def _start(self, micros: int | None, every: str) -> int | None:
        return None if micros is None else clocks.start(micros // 900_000_000, every, self._zone)

    def _asked_to_stop(self) -> int:
        try:
            self._watch.check()
        except Cancelled as wanted:
            self._stopped = wanted
            return 1
        return 0

    def _why(self, wrong: Exception) -> LogError:
        said = str(wrong).strip()[:200]
        if "locked" in said:
            return LogError(f'"{self._path.name}" is being written to by another program. Ask again in a moment.')
        if "not a database" in said:
            return Unreadable(f'"{self._path.name}" is no SQLite file, or it is encrypted.')
        return Unreadable(f'"{self._path.name}" cannot be read ({said}).')

    def _found(self) -> str:
        named = (
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        )
        there = [row[0] for row in self._select(f"{named} ORDER BY name")]
        wanted = ".".join(self._address.table)
        found = [name for name in there if name == wanted] or [n for n in there if n.lower() == wanted.lower()]
        if not found:
            names = ", ".join(there[:12]) or "none"
            raise Unreadable(f'"{self._path.name}" has no table "{wanted}". There are: {names}.')
        return quoted(found[0])

    def _looked_at(self) -> tuple[Column, ...]:
        declared = [(str(row[1]), str(row[2] or "")) for row in self._select(f"PRAGMA table_info({self.place})")]
        asked = []
        for name, _ in declared:
            c = quoted(name)
            asked.append(
                f"sum(typeof({c}) = 'text'), sum(typeof({c}) IN ('integer', 'real')), sum(typeof({c}) = 'blob'), "
                f"sum({c} GLOB {_DATE}), sum({c} IN (0, 1)), max(typeof({c}) = 'real')"
            )
        held: list[Any] = []
        for first in range(0, len(asked), 100):
            (row,) = self._select(f"SELECT {', '.join(asked[first : first + 100])} FROM {self.place}")
            held += row
        if not self._select(f"SELECT 1 FROM {self.place} LIMIT 1"):
            raise EmptyLog(f'"{self._address.shown}" has columns and not a single row. Name another table.')
        return tuple(self._column(*told, [n or 0 for n in held[6 * i : 6 * i + 6]]) for i, told in enumerate(declared))

    def _column(self, name: str, declared: str, held: list[int]) -> Column:
        """What a column holds: SQLite lets every row decide, so all of them were looked at."""
        texts, numbers, blobs, dates, bits, reals = held
        kind: Kind = "text"
        stored = declared or ("TEXT" if texts else "REAL" if reals else "INTEGER")
        if blobs:
            kind = "other"
        elif numbers and not texts:
            kind = "boolean" if "BOOL" in declared.upper() and bits == numbers else "number"
        elif not texts and not numbers:
            kind = "boolean" if "BOOL" in declared.upper() else "text" if "CHAR" in declared.upper() else "number"
        elif texts and not numbers and dates == texts:
            forms = {row[0] for row in self._select(f"SELECT DISTINCT hotwash_form({quoted(name)}) FROM {self.place}")}
            forms.discard(None)
            if forms == {"day"}:
                kind = "day"
            elif forms in ({"plain"}, {"plain", "day"}, {"zoned"}):
                return Column(name, "time", stored, zoned=forms == {"zoned"})
        return Column(name, kind, stored)

    def _select(self, statement: str) -> list[Row]:
        try:
            return self._connection.execute(statement).fetchall()
        except sqlite3.Error as wrong:
            if self._stopped is not None:
                raise self._stopped from None
            raise self._why(wrong) from wrong

    def _stream(self, statement: str) -> Iterator[Row]:
        self._watch.check()
        try:
            rows = self._connection.execute(statement)
            while batch := rows.fetchmany(BATCH):
                self._watch.check()
                yield from batch
        except sqlite3.Error as wrong:
            raise (self._stopped or self._why(wrong)) from wrong

    def _folded(self, scan: str, margins: Margins) -> list[Row]:
        self._run("DROP TABLE IF EXISTS temp.cube")
        self._run(f"CREATE TEMP TABLE cube AS {scan}")
        rows: list[Row] = []
        for number, margin in enumerate(margins):
            chosen = ", ".join(f"k{i}" for i in margin)
            folded = f"SELECT {number}, {chosen + ', ' if chosen else ''}sum(n) FROM temp.cube"
            rows += self._run(f"{folded}{f' GROUP BY {chosen}' if chosen else ''} LIMIT {CELLS_MAX + 1}")
        return rows

    def rounded(self, sql: str) -> str:
        """A number rounded to a whole one, halves away from zero."""
        return f"CAST(round({sql}) AS INTEGER)"

    def fingerprint(self) -> str:
        """Count and order-free hash of the rows: marked weak."""
        statement = f"SELECT * FROM {self.place}"
        self._sql.append(statement)
        count = total = 0
        for row in self._stream(statement):
            count += 1
            total += int.from_bytes(md5(repr(row).encode(), usedforsecurity=False).digest()[:8])
        self._watch.step()
        return weak(count, total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


def _lower(text: str | None) -> str | None:
    """Letter by letter, as the other engines do."""
    return None if text is None else "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _upper(text: str | None) -> str | None:
    return None if text is None else "".join(up if len(up := c.upper()) == 1 else c for c in text)
