# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""Tables in PostgreSQL: ``postgresql://server/base#schema.table``. The server counts; counts are all that leaves it.

One transaction, read-only, sees one state of the table; it ends by itself after `PATIENCE` or when somebody asks to
stop. A password may stand in the address, but is better left to PGPASSWORD, a password file or a service.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from hotwash.investigate.address import scrubbed
from hotwash.investigate.dialect import literal, quoted
from hotwash.investigate.engine import CELLS_MAX, Watch
from hotwash.investigate.engines.fingerprints import weak
from hotwash.investigate.engines.tables import BATCH, Margins, Row, Table
from hotwash.investigate.engines.tongue import Tongue
from hotwash.investigate.errors import AskedWrongly, EmptyLog, LogError, TooMany, Unreadable
from hotwash.investigate.expression import Column, Kind
from hotwash.investigate.waiting import awaited

if TYPE_CHECKING:
    import psycopg

PATIENCE = "30min"
"""How long one statement may run, unless the address sets statement_timeout itself."""
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("int2", "int4", "int8", "float4", "float8", "numeric"), "number"),
    **dict.fromkeys(("text", "varchar", "bpchar", "char", "name", "uuid", "citext"), "text"),
    **dict.fromkeys(("timestamp", "timestamptz"), "time"),
    "bool": "boolean",
    "date": "day",
}
_COLUMNS = """
WITH RECURSIVE t AS (
  SELECT a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod) AS stored, a.atttypid AS type
  FROM pg_attribute a WHERE a.attrelid = {table}::regclass AND a.attnum > 0 AND NOT a.attisdropped
), base AS (
  SELECT t.attnum, t.attname, t.stored COLLATE "C" AS stored, y.typname::text, y.typtype, y.typbasetype
  FROM t JOIN pg_type y ON y.oid = t.type
  UNION ALL
  SELECT b.attnum, b.attname, y.typname::text, y.typname::text, y.typtype, y.typbasetype
  FROM base b JOIN pg_type y ON y.oid = b.typbasetype WHERE b.typtype = 'd'
) SELECT attname, stored, CASE typtype WHEN 'e' THEN 'text' ELSE typname END FROM base WHERE typtype <> 'd'
ORDER BY attnum"""
_LETTERS = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.collname) FROM pg_collation c JOIN pg_namespace n
ON n.oid = c.collnamespace WHERE c.collname IN ('pg_c_utf8', 'und-x-icu') ORDER BY c.collname LIMIT 1"""


class PostgresTongue(Tongue):
    """PostgreSQL's tongue. Text is compared by its bytes, whatever the collation of the base."""

    letters = '"default"'
    """The collation that knows upper and lower case."""

    def double(self, sql: str) -> str:
        """A number in double precision."""
        return f"({sql})::float8"

    def day(self, text: str) -> str:
        """A date of the calendar."""
        return f"DATE {literal(text)}"

    def function(self, name: str, argument: str) -> str:
        """``length``, ``lower``, ``trim`` or ``upper``, applied."""
        if name in ("lower", "upper"):
            return f'({name}(({argument}) COLLATE {self.letters}) COLLATE "C")'
        return f"{name}({argument})"

    def like(self, item: str, pattern: str) -> str:
        """Whether text meets a pattern, in which a backslash is a backslash."""
        return f"({item} LIKE {pattern} ESCAPE '')"

    def column(self, column: Column | None) -> str:
        """A column's value."""
        if column is None:
            raise TypeError("A name was not checked against the columns.")
        name = quoted(column.name)
        if column.kind == "text":
            return f'{name}::text COLLATE "C"'
        if column.kind == "number" and not column.stored.endswith(("int", "integer", "int2", "int4", "int8")):
            return f"nullif({name}, 'NaN')"
        if column.kind == "day":
            return f"CASE WHEN isfinite({name}) THEN {name}::date END"
        if column.kind == "time":
            return f"CASE WHEN isfinite({name}) THEN {_micros(self._instant(column))} END"
        return name

    def _instant(self, column: Column) -> str:
        """The moment of a time, or the wall clock of UTC."""
        name = quoted(column.name)
        if column.zoned or self.zone == "UTC":
            return name
        return f"({name} AT TIME ZONE {literal(self.zone)})"

    def start(self, column: Column | None, every: str) -> str:
        """The start of the period in which a time lies: a date, or microseconds."""
        if column is None:
            raise TypeError("A time was not checked against the columns.")
        name, value = quoted(column.name), self.column(column)
        if not every or (column.kind == "day" and every == "day"):
            return value
        if column.kind == "day":
            begun = f"date_trunc({literal(every)}, {name}::timestamp)::date"
        elif self.zone != "UTC":
            begun = _micros(f"date_trunc({literal(every)}, {self._instant(column)}, {literal(self.zone)})")
        else:
            clock = f"({name} AT TIME ZONE 'UTC')" if column.zoned else name
            begun = f"date_trunc({literal(every)}, {clock})"
            begun = _micros(begun) if every == "hour" else f"{begun}::date"
        return f"CASE WHEN isfinite({name}) THEN {begun} END"


def _micros(sql: str) -> str:
    return f"(extract(epoch FROM {sql}) * 1000000)::bigint"


class Postgres(Table):
    """One table (or view, or partitioned table) of a PostgreSQL base."""

    tongue: PostgresTongue

    def __init__(self, source: str, zone: str | None, watch: Watch) -> None:
        """:raises LogError: if the table cannot be read"""
        super().__init__(source, zone, watch)
        self._typed = source
        self.tongue = PostgresTongue(zone)
        self._connection = self._opened()
        try:
            self._columns = self._looked_at()
        except BaseException:
            self._connection.close()
            raise

    @property
    def name(self) -> str:
        """PostgreSQL and the version of the server."""
        version = self._connection.info.server_version
        return f"postgresql {version // 10_000}.{version % 10_000}"

    def _opened(self) -> "psycopg.Connection[Row]":
        try:
            import psycopg
        except ImportError:
            raise AskedWrongly(
                'Asking PostgreSQL needs its driver. Install it with: pip install "hotwash[postgres]"'
            ) from None
        try:
            connection = psycopg.connect(self._address.url, connect_timeout=10, application_name="hotwash")
        except psycopg.Error as wrong:
            # Not chained: what the driver says may hold the address with its password.
            raise Unreadable(f"{self._address.shown} cannot be reached: {self._said(wrong)}") from None
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.prepare_threshold = None
        return connection

    def _said(self, wrong: Exception) -> str:
        told = getattr(getattr(wrong, "diag", None), "message_primary", None) or " ".join(str(wrong).split())
        text = scrubbed(told or type(wrong).__name__, self._typed)[:300]
        return text if text.endswith(".") else f"{text}."

    def _looked_at(self) -> tuple[Column, ...]:
        settings = (
            "TimeZone = 'UTC'",
            "DateStyle = 'ISO'",
            "IntervalStyle = 'iso_8601'",
            "bytea_output = 'hex'",
            "extra_float_digits = 1",
            "standard_conforming_strings = on",
        )
        patience = [] if "statement_timeout" in self._address.url else [f"statement_timeout = '{PATIENCE}'"]
        for setting in (*settings, *patience):
            self._select(f"SET LOCAL {setting}")
        self.place = ".".join(map(quoted, self._address.table))
        ((there,),) = self._select(f"SELECT to_regclass({literal(self.place)})::oid")
        if there is None:
            raise Unreadable(f"{self._address.shown} is not there. {self._neighbours()}")
        self.tongue.letters = next((row[0] for row in self._select(_LETTERS)), self.tongue.letters)
        rows = self._select(_COLUMNS.format(table=literal(self.place)).strip())
        if not self._select(f"SELECT 1 FROM {self.place} LIMIT 1"):
            raise EmptyLog(f'"{self._address.shown}" has columns and not a single row. Name another table.')
        return tuple(
            Column(name, _KINDS.get(type_, "other"), stored, zoned=type_ == "timestamptz")
            for name, stored, type_ in rows
        )

    def _neighbours(self) -> str:
        rows = self._select(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
            "AND n.nspname NOT LIKE 'pg_toast%' ORDER BY 1 LIMIT 12"
        )
        names = ", ".join(row[0] for row in rows)
        return f"There are: {names}." if names else "This base shows no tables to this account."

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Whatever the server says, in a sentence without secrets."""
        import psycopg

        try:
            yield
        except psycopg.errors.QueryCanceled as wrong:
            raise LogError(
                f"The server ended the question ({self._said(wrong)}) Ask about a shorter time, or let statements run "
                "longer: add ?options=-c%20statement_timeout%3D2h to the address."
            ) from None
        except psycopg.errors.InsufficientPrivilege as wrong:
            raise Unreadable(f"This account may not read {self._address.shown}: {self._said(wrong)}") from None
        except psycopg.errors.DataError as wrong:
            raise LogError(f"A value lies outside what can be computed with ({self._said(wrong)})") from None
        except psycopg.errors.TooManyColumns:
            raise TooMany("These are more groupings at once than PostgreSQL can count. Ask about fewer.") from None
        except (psycopg.errors.SyntaxError, psycopg.errors.DatatypeMismatch, psycopg.errors.UndefinedColumn):
            raise  # a fault of ours, not of the table
        except psycopg.Error as wrong:
            raise LogError(f"{self._address.shown} could not be read to the end: {self._said(wrong)}") from None

    def _select(self, statement: str) -> list[Row]:
        def work() -> list[Row]:
            cursor = self._connection.execute(cast(Any, statement))
            return cursor.fetchall() if cursor.description else []

        with self._translated():
            return awaited(self._watch, work, self._stop)

    def _stop(self) -> None:
        import psycopg

        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=5)

    def _stream(self, statement: str) -> Iterator[Row]:
        with self._translated(), self._connection.cursor(name="hotwash_rows") as cursor:
            cursor.itersize = BATCH
            cursor.execute(cast(Any, statement))
            while batch := list(islice(cursor, BATCH)):
                self._watch.check()
                yield from batch

    def _folded(self, scan: str, margins: Margins) -> list[Row]:
        keys = sorted({i for margin in margins for i in margin})
        sets = ", ".join("(" + ", ".join(f"k{i}" for i in margin) + ")" for margin in margins)
        # GROUPING sets a bit for every key that is not in the set; the first key is the highest bit.
        marks = [sum(1 << (len(keys) - 1 - at) for at, i in enumerate(keys) if i not in margin) for margin in margins]
        named = ", ".join(f"k{i}" for i in keys)
        rows = self._run(
            f"WITH cube AS MATERIALIZED ({scan}) SELECT {f'grouping({named})' if keys else 0}, "
            f"{named + ', ' if keys else ''}sum(n)::bigint FROM cube GROUP BY GROUPING SETS ({sets}) "
            f"LIMIT {CELLS_MAX + 1}"
        )
        place, margin_of = {key: at for at, key in enumerate(keys)}, {mark: number for number, mark in enumerate(marks)}
        chosen = [[1 + place[i] for i in margin] for margin in margins]
        return [(m := margin_of[row[0]], *(row[at] for at in chosen[m]), row[-1]) for row in rows]

    def rounded(self, sql: str) -> str:
        """A number rounded to a whole one, halves away from zero: PostgreSQL's own round goes to the even one."""
        return f"(sign({sql}) * floor(abs({sql}) + 0.5))::bigint"

    def spelt(self, sql: str) -> str:
        """A value as text."""
        return f'({sql})::text COLLATE "C"'

    def fingerprint(self) -> str:
        """Count and order-free hash of the rows: marked weak."""
        ((count, total),) = self._run(
            "SELECT count(*), sum(('x' || substr(md5((log.*)::text), 1, 16))::bit(64)::bigint::numeric) "
            f"FROM {self.place} AS log"
        )
        self._watch.step()
        return weak(count, total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
