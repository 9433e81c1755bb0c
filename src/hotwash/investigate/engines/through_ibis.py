"""Logs where one machine is not enough: any engine that Ibis speaks to, Spark first. Counts are all that leaves it.

``spark://local[4]#table``, ``sc://server:15002#table`` (Spark Connect), ``ibis+trino://…#schema.table``; or a table of
Ibis or Spark, handed in. Needs ``hotwash[ibis]`` and the engine's own driver.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from hotwash.investigate.address import Address, address, masked, scrubbed
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
from hotwash.investigate.engines import clocks
from hotwash.investigate.engines.fingerprints import weak
from hotwash.investigate.engines.ibis_tongue import IbisTongue, column_of
from hotwash.investigate.engines.tables import plain, too_many, zone_of
from hotwash.investigate.errors import AskedWrongly, Cancelled, EmptyLog, LogError, Unreadable
from hotwash.investigate.expression import Column, Expression, Name, Start
from hotwash.investigate.waiting import awaited

FETCHED_MAX = 1_000_000
"""Margins are added up here from so many cells of the finest; from more of them, one by one where the log lies."""
_HALF = 1 << 15
_PRIMES = (2_147_483_647, 2_147_483_629)
_FILES = {".parquet": "read_parquet", ".csv": "read_csv", ".json": "read_json", ".jsonl": "read_json"}


class Ibis:
    """One table behind Ibis. Keeps the promise of `engine.Engine`."""

    def __init__(self, source: Any, zone: str | None, watch: Watch) -> None:
        """:raises LogError: if the table cannot be read"""
        try:
            import ibis
        except ImportError:
            raise AskedWrongly(
                'Asking another engine needs Ibis and a driver. Install them with: pip install "hotwash[ibis]" DRIVER'
            ) from None
        self._ibis, self._watch, self._zone = ibis, watch, zone_of(zone)
        self._typed = source if isinstance(source, str) else ""
        self._sql: list[str] = []
        self._table = self._found(source)
        self._connection = self._table.get_backend()
        self._tongue = IbisTongue(ibis, self._table, zone, self._connection.name)
        moments = self._moments()
        self._columns = tuple(
            column_of(name, dtype, moment=name in moments) for name, dtype in self._table.schema().items()
        )
        if not self._rows(self._table.select(self._ibis.literal(1).name("one")).limit(1)):
            raise EmptyLog("The table has columns and not a single row. Name another table.")

    def _found(self, source: Any) -> Any:
        """The table that the source names."""
        if not isinstance(source, str):
            if type(source).__module__.startswith("pyspark."):
                name = f"hotwash_{uuid4().hex}"
                source.createOrReplaceTempView(name)
                return self._ibis.pyspark.connect(source.sparkSession).table(name)
            return source
        url, sign, name = source.rpartition("#")
        if not sign or not name:
            address(source)  # says what is missing
        ending = next((how for end, how in _FILES.items() if name.endswith(end)), None)
        told = Address(url.split("://", 1)[0].lower(), url, (), masked(source)) if ending else address(source)
        with self._translated():
            connection = self._connected(told)
            if ending:
                return getattr(connection, ending)(name)
            *outer, last = told.table
            return connection.table(last, database=tuple(outer) if len(outer) > 1 else outer[0] if outer else None)

    def _connected(self, told: Address) -> Any:
        if told.scheme in ("spark", "sc"):
            from pyspark.sql import SparkSession

            place = told.url.split("://", 1)[1]
            build = SparkSession.builder
            if told.scheme == "sc":
                build = build.remote(told.url)
            else:
                build = build.master(place if place.startswith("local") else told.url)
            return self._ibis.pyspark.connect(build.getOrCreate())
        return self._ibis.connect(told.url.removeprefix("ibis+"))

    def _moments(self) -> set[str]:
        """Columns whose times name their moment, though Ibis does not say so: Spark's timestamps."""
        if self._connection.name not in ("pyspark", "databricks"):
            return set()
        session = getattr(self._connection, "_session", None)
        if session is None:
            return set(self._table.columns)
        told = session.sql(str(self._ibis.to_sql(self._table))).schema
        return {field.name for field in told.fields if field.dataType.typeName() == "timestamp"}

    @property
    def name(self) -> str:
        """Which engine and version, and Ibis."""
        version = ""
        with suppress(Exception):
            version = str(self._connection.version)
        return f"{self._connection.name} {version or 'unknown'} through ibis {self._ibis.__version__}"

    @property
    def sql(self) -> tuple[str, ...]:
        """What was run, in order, in the engine's own SQL."""
        return tuple(self._sql)

    def columns(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return self._columns

    def fingerprint(self) -> str:
        """Count and order-free hash of the rows: marked weak."""
        text = None
        for column in self._columns:
            part = self._table[column.name].cast("string").fill_null("\x1e")
            text = part if text is None else text + "\x1f" + part
        hashed = (text if text is not None else self._ibis.literal("")).hash()
        sums = {f"s{i}": (hashed % prime).cast("int64").sum() for i, prime in enumerate(_PRIMES)}
        ((count, *found),) = self._run(self._table.aggregate(n=self._table.count(), **sums))
        self._watch.step()
        return weak(int(count), (int(found[0] or 0) << 64) + (int(found[1] or 0) % (1 << 64)))

    def counts(self, ask: Ask) -> list[Cell]:
        """Counts by keys: from one scan where the finest cells are few enough to be added up here."""
        table = self._scoped(ask.where)
        rows = self._grouped(table, ask.keys, FETCHED_MAX)
        found: dict[tuple[int, tuple[Any, ...]], int] = {}
        if len(rows) <= FETCHED_MAX:
            read = self._reading(ask.keys)
            for row in rows:
                values = tuple(r(v) for r, v in zip(read, row, strict=False))
                for number, margin in enumerate(ask.margins):
                    key = (number, tuple(values[i] for i in margin))
                    found[key] = found.get(key, 0) + int(row[-1])
        else:
            for number, margin in enumerate(ask.margins):
                some = tuple(ask.keys[i] for i in margin)
                read = self._reading(some)
                for row in self._grouped(table, some, CELLS_MAX):
                    found[number, tuple(r(v) for r, v in zip(read, row, strict=False))] = int(row[-1])
        self._watch.step()
        if len(found) > CELLS_MAX:
            raise too_many()
        return [Cell(number, values, rows) for (number, values), rows in found.items() if rows]

    def _grouped(self, table: Any, keys: tuple[Expression, ...], most: int) -> list[tuple[Any, ...]]:
        named = {f"k{i}": self._tongue.write(key) for i, key in enumerate(keys)}
        grouped = table.group_by(**named) if named else table
        return self._run(grouped.aggregate(n=table.count()).limit(most + 1))

    def _scoped(self, where: Expression | None) -> Any:
        if where is None:
            return self._table
        return self._table.filter(self._tongue.write(where).fill_null(True))

    def sums(self, ask: SumsAsk) -> Sums:
        """Sums by keys, from two scans: one for the range of the values, one that adds up."""
        table = self._scoped(ask.where)
        finite = self._tongue.finite(ask.value)
        ((low, high),) = self._run(table.aggregate(low=finite.min(), high=finite.max()))
        self._watch.step()
        centre, step = grid(low or 0.0, high or 0.0)
        keys = {f"k{i}": self._tongue.write(key) for i, key in enumerate(ask.keys)}
        off = (finite - centre) / step
        placed = table.select(**keys, q=(off.sign() * (off.abs() + 0.5).floor()).cast("int64"))
        h = (placed.q / float(_HALF)).floor().cast("int64")
        low_part = placed.q - h * _HALF
        grouped = placed.group_by(list(keys)) if keys else placed
        rows = self._run(
            grouped.aggregate(
                n=placed.count(),
                valued=placed.q.count(),
                total=placed.q.sum(),
                hh=(h * h).sum(),
                hl=(h * low_part).sum(),
                ll=(low_part * low_part).sum(),
            ).limit(CELLS_MAX + 1)
        )
        self._watch.step()
        if len(rows) > CELLS_MAX:
            raise too_many()
        read, width = self._reading(ask.keys), len(ask.keys)
        found = []
        for row in rows:
            n, valued, total, hh, hl, ll = (int(number or 0) for number in row[width:])
            values = tuple(r(v) for r, v in zip(read, row, strict=False))
            found.append(Sum(values, n, valued, total * step, (hh * _HALF**2 + 2 * hl * _HALF + ll) * step * step))
        return Sums(centre, tuple(found))

    def people(self, ask: PeopleAsk) -> People:
        """How many different subjects. Subjects that are missing are not counted."""
        table = self._table.mutate(hotwash_who=self._tongue.write(ask.subject))
        met = table.filter(self._tongue.write(ask.where) & table.hotwash_who.notnull())
        often = met.group_by("hotwash_who").aggregate(times=met.count())
        rows = self._run(often.group_by("times").aggregate(n=often.count()))
        repeats = {int(times): int(n) for times, n in rows}
        self._watch.step()
        cells = []
        for number, margin in enumerate(ask.margins):
            if not margin:
                cells.append(Cell(number, (), sum(repeats.values())))
                continue
            some = tuple(ask.keys[i] for i in margin)
            grouped = met.group_by(**{f"k{i}": self._tongue.write(key) for i, key in enumerate(some)})
            rows = self._run(grouped.aggregate(n=met.hotwash_who.nunique()).limit(CELLS_MAX + 1))
            self._watch.step()
            if len(rows) > CELLS_MAX:
                raise too_many()
            read = self._reading(some)
            cells += [Cell(number, tuple(r(v) for r, v in zip(read, row, strict=False)), int(row[-1])) for row in rows]
        return People(tuple(cells), dict(sorted(repeats.items())))

    def affected(self, subject: Expression, where: Expression, time: Expression | None) -> Iterator[Person]:
        """The subjects that meet a condition, the most often met first, then by their id."""
        table = self._table.mutate(hotwash_who=self._tongue.write(subject).cast("string"))
        met = table.filter(self._tongue.write(where) & table.hotwash_who.notnull())
        at = self._tongue.write(time) if time is not None else self._ibis.null("timestamp")
        found = met.group_by("hotwash_who").aggregate(first=at.min(), last=at.max(), times=met.count())
        ordered = found.order_by([self._ibis.desc("times"), "hotwash_who"])
        self._sql.append(str(self._ibis.to_sql(ordered)))
        read = self._told if isinstance(time, Name) and time.column and time.column.kind == "time" else plain
        with self._translated():
            # Ibis 12 asks DuckDB 2 for batches by a name that is gone.
            whole = self._connection.name == "duckdb"
            for batch in ordered.to_pyarrow().to_batches() if whole else ordered.to_pyarrow_batches():
                self._watch.check()
                for id_, first, last, times in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield Person(id_, read(first), read(last), int(times))  # type: ignore[arg-type]

    def _reading(self, keys: tuple[Expression, ...]) -> list[Callable[[Any], Any]]:
        """How fetched keys become values."""

        def one(key: Expression) -> Callable[[Any], Any]:
            if isinstance(key, Start) and key.time.column is not None and key.time.column.kind == "time":
                return self._told_utc if key.every == "hour" else self._begun
            return plain

        return [one(key) for key in keys]

    def _told(self, raw: datetime | None) -> datetime | None:
        if raw is None:
            return None
        return (clocks.moment(raw, zone_of(None)) if raw.tzinfo is None else raw).astimezone(self._zone)

    def _told_utc(self, raw: datetime | None) -> datetime | None:
        return None if raw is None else clocks.moment(raw.replace(tzinfo=None), zone_of(None))

    def _begun(self, raw: datetime | None) -> datetime | None:
        # A period is counted by the wall clock at which it began.
        return None if raw is None else clocks.moment(raw.replace(tzinfo=None), self._zone)

    def _run(self, expression: Any) -> list[tuple[Any, ...]]:
        self._sql.append(str(self._ibis.to_sql(expression)))
        return self._rows(expression)

    def _rows(self, expression: Any) -> list[tuple[Any, ...]]:
        job, stop = self._stopping()

        def work() -> list[tuple[Any, ...]]:
            job()
            found = expression.to_pyarrow()
            return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

        with self._translated():
            return awaited(self._watch, work, stop)

    def _stopping(self) -> tuple[Callable[[], object], Callable[[], object]]:
        """What marks the work before it begins, and what stops it there."""
        raw = getattr(self._connection, "con", None)
        if self._connection.name == "pyspark":
            context = getattr(self._connection._session, "_sc", None)
            if context is None:
                return (lambda: None), (lambda: None)
            group = f"hotwash-{uuid4().hex}"
            return (lambda: context.setJobGroup(group, "hotwash", interruptOnCancel=True)), (
                lambda: context.cancelJobGroup(group)
            )
        for way in ("interrupt", "cancel_safe", "cancel"):
            if callable(found := getattr(raw, way, None)):
                return (lambda: None), found
        return (lambda: None), (lambda: None)

    def _translated(self) -> "_Translated":
        return _Translated(self._typed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._typed and self._connection.name != "pyspark":  # a session of Spark is shared with whoever began it
            with suppress(Exception):
                self._connection.disconnect()


class _Translated:
    """Whatever an engine says, in a sentence without secrets: each has errors of its own."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, LogError | Cancelled | GeneratorExit) or not isinstance(error, Exception):
            return
        told = " ".join(str(error).split()) or type(error).__name__
        text = scrubbed(told, self._source)[:300] if "://" in self._source else told[:300]
        place = masked(self._source) if self._source else "The table"
        missing = isinstance(error, ImportError)
        raise Unreadable(
            f"{place} needs a driver that is not installed: {text}." if missing else f"{place} cannot be read: {text}"
        ) from None
