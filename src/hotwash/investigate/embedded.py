# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""DuckDB inside this process, reading files: the engine for one machine.

The connection is closed to everything but the files of the log before the first of them is opened: no other file, no
network, no extensions, no settings. Conditions are written by `dialect`, never passed through; the lock is the second
wall, not the first.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, tzinfo
from functools import partial
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import duckdb

from hotwash.investigate import files
from hotwash.investigate.address import named
from hotwash.investigate.columnar import Coding, arrays
from hotwash.investigate.counting import cells, counting, fetched, moment
from hotwash.investigate.dialect import Dialect, column_of, literal, quoted
from hotwash.investigate.engine import (
    CELLS_MAX,
    Ask,
    Cell,
    People,
    PeopleAsk,
    Person,
    Sum,
    Sums,
    SumsAsk,
    Watch,
    grid,
)
from hotwash.investigate.errors import AskedWrongly, Cancelled, EmptyLog, LogChanged, LogError, Unreadable
from hotwash.investigate.expression import Column, Expression, Name
from hotwash.investigate.packing import packed
from hotwash.investigate.waiting import awaited

if TYPE_CHECKING:
    from numpy import ndarray

Fetch = Callable[["duckdb.DuckDBPyConnection", str], list[Any]]

SNIFF_ROWS = 1_000_000
"""How many rows of a large CSV file decide what its columns hold. Smaller ones are looked at whole."""
SNIFF_WHOLE = 64 << 20

_BATCH = 10_000


class Embedded:
    """One log, opened. Keeps the promise of `engine.Engine`."""

    def __init__(self, source: Any, zone: str | None, watch: Watch, memory_mb: int | None = None) -> None:
        """:raises LogError: if the log cannot be read"""
        self._watch, self._source, self._memory = watch, named(source), memory_mb
        try:
            self._zone: tzinfo = ZoneInfo(zone) if zone else UTC
        except (KeyError, ValueError, OSError):
            raise AskedWrongly(f'There is no time zone "{zone}". Name one as in Europe/Berlin or UTC.') from None
        self._dialect = Dialect(zone)
        self._aliases: TemporaryDirectory[str] | None = None
        self._sql: list[str] = []
        self._paths: list[Path] = []
        self._form: files.Form | None = None
        self._locate(source)
        try:
            self._connection = self._locked([self._openable(i, path) for i, path in enumerate(self._paths)], zone)
            self._columns = self._looked_at()
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def _locate(self, source: Any) -> None:
        """Find what the source names, before anything is opened."""
        self._paths = files.found(source)
        self._form = files.form_of(self._paths)
        self._state = files.state(self._paths)
        self._delimiter = files.csv_form(self._paths) if self._form == "csv" else ""

    def _attach(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Whatever must be done before the connection is closed to the rest of the machine."""

    def _openable(self, number: int, path: Path) -> str:
        # DuckDB reads * ? [ in any path as a pattern and cannot be told not to: such a file gets another name.
        if not any(sign in str(path) for sign in "*?["):
            return str(path)
        if self._aliases is None:
            self._aliases = TemporaryDirectory(prefix="hotwash-")
        alias = Path(self._aliases.name) / f"{number:06}{''.join(path.suffixes[-2:]) if '[' not in path.suffix else ''}"
        alias.symlink_to(path)
        return str(alias)

    def _locked(self, paths: list[str], zone: str | None) -> "duckdb.DuckDBPyConnection":
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "perfect_ht_threshold": "20",  # so that a small number is counted by in an array (`packing`)
            },
        )
        self._connection = connection
        self._attach(connection)
        listed = "[" + ", ".join(map(literal, paths)) + "]"
        for setting in (
            "enable_progress_bar = true",
            "enable_progress_bar_print = false",
            "preserve_insertion_order = false",
            f"temp_directory = {literal(str(Path(gettempdir()) / f'hotwash-spill-{id(self):x}'))}",
            f"TimeZone = {literal(zone or 'UTC')}",
            *([f"memory_limit = '{self._memory}MB'"] if self._memory else []),
            f"allowed_paths = {listed}",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        with self._translated():
            connection.execute(f"CREATE TEMP VIEW log AS SELECT * FROM {self._reader(listed)}")
        if zone:
            self._sql.append(f"SET TimeZone = {literal(zone)}")
        self._sql.append(f"CREATE VIEW log AS SELECT * FROM {self._reader(literal(self._source))}")
        return connection

    def _reader(self, paths: str) -> str:
        if self._form == "parquet":
            return f"read_parquet({paths})"
        if self._form == "json":
            lines = all(".json" not in path.suffixes for path in self._paths)
            form = "newline_delimited" if lines else "auto"
            return f"read_json({paths}, format = '{form}', union_by_name = true, sample_size = -1)"
        small = sum(size for size, _, _ in self._state) <= SNIFF_WHOLE and not any(
            p.suffix == ".gz" for p in self._paths
        )
        return (
            f"read_csv({paths}, header = true, delim = {literal(self._delimiter)}, quote = '\"', escape = '\"', "
            f"comment = '', union_by_name = true, sample_size = {-1 if small else SNIFF_ROWS})"
        )

    def _looked_at(self) -> tuple[Column, ...]:
        with self._translated():
            described = self._connection.execute("DESCRIBE log").fetchall()
            if self._form == "parquet":
                for path in self._paths:
                    files.check_names(self._parquet_names(path), path)
            if not self._connection.execute("SELECT 1 FROM log LIMIT 1").fetchall():
                raise EmptyLog(
                    f'"{self._source}" has columns and not a single row. Export it again, or name another file.'
                )
        return tuple(column_of(str(row[0]), str(row[1])) for row in described)

    def _parquet_names(self, path: Path) -> list[str]:
        place = self._openable_name(path)
        rows = self._connection.execute(f"SELECT name, num_children FROM parquet_schema({literal(place)})").fetchall()
        names, skip = [], 0
        for name, children in rows[1:]:
            if skip:
                skip += (children or 0) - 1
            else:
                names.append(str(name))
                skip = children or 0
        return names

    def _openable_name(self, path: Path) -> str:
        if self._aliases and any(sign in str(path) for sign in "*?["):
            number = self._paths.index(path)
            return str(next(Path(self._aliases.name).glob(f"{number:06}*")))
        return str(path)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Whatever DuckDB says about the files, in a sentence about the files."""
        try:
            yield
        except duckdb.InterruptException:
            raise Cancelled("The question was stopped before it was answered.") from None
        except duckdb.OutOfMemoryException as full:
            raise LogError(
                "There is not enough memory for this question. Ask about fewer columns or a shorter time."
            ) from full
        except duckdb.OutOfRangeException as far:
            raise LogError(f"A number lies outside what can be computed with ({_first_line(far)}).") from far
        except duckdb.BinderException as wrong:
            if len(self._paths) > 1:
                raise Unreadable(
                    f"The files do not fit together ({_first_line(wrong)}). Ask about them apart."
                ) from wrong
            raise
        except (duckdb.ParserException, duckdb.CatalogException):
            raise  # a fault of ours, not of the files
        except duckdb.Error as wrong:
            raise Unreadable(self._why(wrong)) from wrong

    def _why(self, wrong: Exception) -> str:
        if self._form == "csv":
            for path in self._paths:
                if sentence := files.what_is_wrong(path, self._delimiter):
                    return sentence
        said, name = _first_line(wrong), self._paths[0].name if len(self._paths) == 1 else self._source
        if self._form == "parquet":
            return f'"{name}" is not a whole Parquet file: it may be cut off or damaged ({said}). Copy it again.'
        if self._form == "json":
            return f'"{name}" is not whole JSON Lines, one object a line ({said}). Export it again.'
        return f'"{name}" cannot be read ({said}). Correct that line, or export the file again.'

    @property
    def name(self) -> str:
        """DuckDB and its version."""
        return f"duckdb {duckdb.__version__}"

    @property
    def sql(self) -> tuple[str, ...]:
        """What gives the same, in order; the first line makes the log visible under the name ``log``."""
        return tuple(self._sql)

    def columns(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return self._columns

    def fingerprint(self) -> str:
        """The digest of the files' bytes.

        :raises LogChanged: if a file was written to since it was opened
        """
        digest = files.digest(self._paths, self._watch)
        if files.state(self._paths) != self._state:
            raise LogChanged(f'"{self._source}" was written to while it was read. Ask again when it is at rest.')
        self._watch.step()
        return digest

    def counts(self, ask: Ask) -> list[Cell]:
        """Counts by keys, from one scan."""
        statement, numbers = counting(self._dialect, ask)
        rows = self._packed(ask, statement) if self._form == "parquet" else None
        return self._cells(self._run(statement) if rows is None else rows, ask.keys, ask.margins, numbers=numbers)

    def _packed(self, ask: Ask, statement: str) -> list[Any] | None:
        """The same rows, counted by few values in a quicker way. None if the log or the question is not made for it."""
        paths = [self._openable_name(path) for path in self._paths]
        way = packed(ask, self._dialect, self._columns, paths, lambda short: fetched(self._connection, short))
        if way is None:
            return None
        self._awaited(way.counted)
        if self._awaited(way.strange):
            return None
        rows = self._awaited(way.answered)
        self._sql.append(statement)
        self._watch.step()
        return rows

    def _cells(
        self,
        rows: list[tuple[Any, ...]],
        keys: tuple[Expression, ...],
        margins: tuple[tuple[int, ...], ...],
        *,
        numbers: list[int] | None,
    ) -> list[Cell]:
        return cells(rows, keys, margins, numbers=numbers, zone=self._zone)

    def sums(self, ask: SumsAsk) -> Sums:
        """Sums by keys, from two scans: one for the range of the values, one that adds up."""
        where = f" WHERE {self._dialect.write(ask.where)} IS DISTINCT FROM FALSE" if ask.where is not None else ""
        number = f"({self._dialect.write(ask.value)})::DOUBLE"
        finite = f"CASE WHEN isfinite({number}) THEN {number} END"
        ((low, high),) = self._run(f"SELECT min(x), max(x) FROM (SELECT {finite} AS x FROM log{where})")
        centre, step = grid(low or 0.0, high or 0.0)
        shown = "".join(f"{self._dialect.write(key)} AS k{i}, " for i, key in enumerate(ask.keys))
        rows = self._run(
            f"SELECT * EXCLUDE (q), count(*), count(q), sum(q), sum(q * q) FROM (SELECT {shown}"
            f"round((({finite}) - {centre!r}::DOUBLE) / {step!r}::DOUBLE)::BIGINT AS q FROM log{where}) "
            f"GROUP BY ALL LIMIT {CELLS_MAX + 1}"
        )
        width = len(ask.keys)
        keys = self._cells([(0, *row[:width], 0) for row in rows], ask.keys, (tuple(range(width)),), numbers=[0])
        cells = (
            Sum(key.values, n, valued, int(total or 0) * step, int(squares or 0) * step * step)
            for key, (n, valued, total, squares) in zip(keys, (row[width:] for row in rows), strict=True)
        )
        return Sums(centre, tuple(cells))

    def hold(self, names: Iterable[str]) -> None:
        """Keep these columns at hand for several scans. Tables and Parquet are; text is read once, here."""
        if self._form not in ("csv", "json"):
            return
        listed = ", ".join(quoted(name) for name in dict.fromkeys(names)) or "1 AS nothing"
        self._run(f"CREATE OR REPLACE TEMP TABLE held AS SELECT {listed} FROM log")
        self._run("CREATE OR REPLACE TEMP VIEW log AS SELECT * FROM held")

    def vectors(self, keys: Sequence[Expression | Coding], where: Expression | None) -> "list[ndarray[Any, Any]]":
        """The keys row by row, in one order for all: what `columnar.Columnar` says."""
        shown = []
        for i, key in enumerate(keys):
            if isinstance(key, Coding):
                self._run(f"DROP TYPE IF EXISTS word{i}")
                self._run(f"CREATE TYPE word{i} AS ENUM ({', '.join(map(literal, key.values))})")
            shown.append(f"{self._dialect.vector(key, i)} AS v{i}")
        kept = f" WHERE {self._dialect.write(where)} IS DISTINCT FROM FALSE" if where is not None else ""
        fetch = partial(arrays, width=len(keys), scarce=self._memory is not None)
        (found,) = self._run(f"SELECT {', '.join(shown)} FROM log{kept}", fetch)
        return [v.filled(nan) if hasattr(v := found[f"v{i}"], "filled") else v for i in range(len(keys))]

    def people(self, ask: PeopleAsk) -> People:
        """How many different subjects, from one scan of the rows that meet the condition."""
        subject = self._dialect.write(ask.subject)
        keys = [f"k{i}" for i in range(len(ask.keys))]
        shown = "".join(f"{self._dialect.write(key)} AS {k}, " for k, key in zip(keys, ask.keys, strict=True))
        self._run(
            f"CREATE OR REPLACE TEMP TABLE people AS SELECT {shown}{subject} AS subject, count(*) AS n FROM log "
            f"WHERE {self._dialect.write(ask.where)} AND {subject} IS NOT NULL GROUP BY ALL"
        )
        repeats = {
            int(often): int(count)
            for often, count in self._run(
                "SELECT times, count(*) FROM (SELECT sum(n)::BIGINT AS times FROM people GROUP BY subject) "
                "GROUP BY times ORDER BY times"
            )
        }
        cells: list[Cell] = []
        for number, margin in enumerate(ask.margins):
            if not margin:
                cells.append(Cell(number, (), sum(repeats.values())))
                continue
            chosen = ", ".join(f"k{i}" for i in margin)
            rows = self._run(
                f"SELECT {chosen}, count(DISTINCT subject) FROM people GROUP BY {chosen} LIMIT {CELLS_MAX + 1}"
            )
            some = tuple(ask.keys[i] for i in margin)
            whole = (tuple(range(len(some))),)
            found = self._cells([(0, *row) for row in rows], some, whole, numbers=[0])
            cells += (Cell(number, cell.values, cell.rows) for cell in found)
        return People(tuple(cells), repeats)

    def affected(self, subject: Expression, where: Expression, time: Expression | None) -> Iterator[Person]:
        """The subjects that meet a condition, the most often met first, then by their id."""
        at = self._dialect.write(time) if time is not None else "NULL"
        who = self._dialect.write(subject)
        day = isinstance(time, Name) and time.column is not None and time.column.kind == "day"
        statement = (
            f"SELECT ({who})::VARCHAR AS id, min({at}), max({at}), count(*) AS times FROM log "
            f"WHERE {self._dialect.write(where)} AND {who} IS NOT NULL GROUP BY ({who})::VARCHAR ORDER BY 4 DESC, 1"
        )
        self._sql.append(statement)
        self._watch.check()
        with self._translated():
            rows = self._connection.execute(statement)
            while batch := rows.fetchmany(_BATCH):
                self._watch.check()
                for id_, first, last, times in batch:
                    yield Person(
                        id_,
                        first if day else moment(first, self._zone),
                        last if day else moment(last, self._zone),
                        times,
                    )

    def _run(self, statement: str, fetch: Fetch = fetched) -> list[Any]:
        self._sql.append(statement)
        rows = self._awaited(statement, fetch)
        self._watch.step()
        return rows

    def _awaited(self, statement: str, fetch: Fetch = fetched) -> list[Any]:
        self._watch.check()
        with self._translated():
            return awaited(
                self._watch, lambda: fetch(self._connection, statement), self._connection.interrupt, self._share
            )

    def _share(self) -> float | None:
        """How much of the statement is done."""
        with suppress(duckdb.Error):
            return self._connection.query_progress() / 100
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if connection := getattr(self, "_connection", None):
            connection.close()
        if self._aliases is not None:
            self._aliases.cleanup()


def _first_line(wrong: Exception) -> str:
    return str(wrong).strip().splitlines()[0][:200]
