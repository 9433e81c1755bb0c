"""Writes trees of conditions and keys as expressions of Ibis. The rules are those of `dialect`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any

from hotwash.investigate import expression as node
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.expression import Column, Expression, Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_COMPUTE: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul}
_ESCAPING = ("pyspark", "databricks", "postgres", "bigquery", "clickhouse", "mysql", "risingwave")
"""Engines in whose LIKE a backslash takes the meaning from the sign after it."""
_CLOCKS = {
    "duckdb": ("timezone", "timezone"),
    "postgres": ("timezone", "timezone"),
    "risingwave": ("timezone", "timezone"),
    "pyspark": ("from_utc_timestamp", "to_utc_timestamp"),
    "databricks": ("from_utc_timestamp", "to_utc_timestamp"),
}
"""The functions that turn a moment into a wall clock and back. ``timezone`` takes the zone first."""
_UNITS = {"hour": "h", "day": "D", "week": "W", "month": "M"}
LARGEST = 1.7976931348623157e308


def column_of(name: str, dtype: Any, *, moment: bool = False) -> Column:
    """What a type of Ibis holds.

    :param moment: whether times without a zone are moments all the same
    """
    kind: Kind = "other"
    if dtype.is_boolean():
        kind = "boolean"
    elif dtype.is_numeric():
        kind = "number"
    elif dtype.is_string() or dtype.is_uuid():
        kind = "text"
    elif dtype.is_date():
        kind = "day"
    elif dtype.is_timestamp():
        kind = "time"
    return Column(name, kind, str(dtype), zoned=kind == "time" and (moment or dtype.timezone is not None))


class IbisTongue:
    """Ibis' tongue, for one table in one engine."""

    def __init__(self, ibis: Any, table: Any, zone: str | None, engine: str) -> None:
        self.ibis, self.table, self.zone, self.engine = ibis, table, zone or "UTC", engine

    def write(self, tree: Expression) -> Any:  # noqa: C901, PLR0911, PLR0912 - one line a node
        """The tree as an expression of Ibis."""
        match tree:
            case node.Name(column=column) if column is not None:
                return self.column(column)
            case node.Number(text):
                whole = text.lstrip("-").isdigit() and len(text) < 18
                return self.ibis.literal(int(text)) if whole else self.ibis.literal(float(text))
            case node.Text(value):
                return self.ibis.literal(value)
            case node.Truth(value):
                return self.ibis.literal(value)
            case node.Day(text):
                return self.ibis.literal(date.fromisoformat(text))
            case node.Moment(micros):
                return self.moment(micros)
            case node.Arithmetic("/", left, right):
                return self.double(left) / self.double(right).nullif(0.0)
            case node.Arithmetic(operator, left, right):
                return _COMPUTE[operator](self.double(left), self.double(right))
            case node.Negative(part):
                return -self.double(part)
            case node.Call("abs", argument):
                return self.double(argument).abs()
            case node.Call("trim", argument):
                return self.builtin("trim", "string", self.write(argument))
            case node.Call(function, argument):
                return getattr(self.write(argument), function)()
            case node.Start(time=node.Name(column=column), every=every) if column is not None:
                return self.start(column, every)
            case node.Step(item, edges):
                return self.step(self.write(item), edges, 0, len(edges))
            case _:
                return self.truth(tree)

    def truth(self, tree: Expression) -> Any:  # noqa: PLR0911 - one line a node
        """A part that is true, false or unknown."""
        match tree:
            case node.Comparison(operator, left, right):
                return _COMPARE[operator](self.write(left), self.write(right))
            case node.Membership(item, options):
                return self.write(item).isin([self.write(option) for option in options])
            case node.Between(item, low, high):
                held = self.write(item)
                return (held >= self.write(low)) & (held <= self.write(high))
            case node.Missing(item):
                return self.write(item).isnull()
            case node.Like(item, pattern):
                text = pattern.value.replace("\\", "\\\\") if self.engine in _ESCAPING else pattern.value
                return self.write(item).like(text)
            case node.All(parts):
                return reduce(and_, map(self.write, parts))
            case node.Any(parts):
                return reduce(or_, map(self.write, parts))
            case node.Not(part):
                return ~self.write(part)
        raise TypeError(f"{tree!r} was not checked against the columns.")

    def column(self, column: Column) -> Any:
        """A column's value: a time as a moment of UTC."""
        held = self.table[column.name]
        if column.stored.lstrip("!").startswith("float"):
            return self.ibis.ifelse(held.isnan(), self.ibis.null(), held)
        if column.kind == "text" and not column.stored.lstrip("!").startswith("string"):
            return held.cast("string")
        return self.instant(column) if column.kind == "time" else held

    def double(self, tree: Expression) -> Any:
        """A number in double precision."""
        return self.write(tree).cast("float64")

    def finite(self, tree: Expression) -> Any:
        """A number, or nothing if it is infinite."""
        number = self.double(tree)
        return self.ibis.ifelse(number.abs() <= LARGEST, number, self.ibis.null())

    def instant(self, column: Column) -> Any:
        """A time as a moment; of a wall clock, of the log's zone."""
        held = self.table[column.name]
        if column.zoned:
            return held
        if self.zone == "UTC":
            return held.cast("timestamp('UTC')")
        return self.clock(1, held, "timestamp('UTC')")

    def moment(self, micros: int) -> Any:
        """A moment."""
        return self.ibis.literal(_EPOCH + timedelta(microseconds=micros), type="timestamp('UTC')")

    def start(self, column: Column, every: str) -> Any:
        """The start of the period in which a time lies, by its wall clock; of an hour, in UTC."""
        if column.kind == "day":
            held = self.table[column.name]
            return held if every == "day" else held.truncate(_UNITS[every])
        if self.zone == "UTC" or every == "hour":
            if every == "hour" and self._between_hours():
                raise AskedWrongly(f"Here hours can be counted in zones of whole hours only, and {self.zone} is none.")
            return self.instant(column).truncate(_UNITS[every])
        if not column.zoned:
            return self.table[column.name].truncate(_UNITS[every])
        return self.clock(0, self.instant(column), "timestamp").truncate(_UNITS[every])

    def _between_hours(self) -> bool:
        from zoneinfo import ZoneInfo

        offsets = (
            datetime(year, month, 1, tzinfo=ZoneInfo(self.zone)).utcoffset()
            for year in (2000, 2025)
            for month in (1, 7)
        )
        return any((offset or timedelta()).total_seconds() % 3600 for offset in offsets)

    def clock(self, way: int, held: Any, gives: str) -> Any:
        """A moment as a wall clock (0), or a wall clock as a moment (1).

        :raises AskedWrongly: if it is not known how this engine does it
        """
        known = _CLOCKS.get(self.engine)
        if known is None:
            raise AskedWrongly(
                f"It is not known how {self.engine} turns clocks of {self.zone} into moments. Ask in UTC (zone: UTC), "
                "of a column whose times name their zone."
            )
        zone = self.ibis.literal(self.zone)
        return self.builtin(known[way], gives, *((zone, held) if known[way] == "timezone" else (held, zone)))

    def builtin(self, name: str, gives: str, *arguments: Any) -> Any:
        """A function of the engine itself."""
        types = [argument.type() for argument in arguments]

        def of_one(_: Any) -> None: ...

        def of_two(_: Any, __: Any) -> None: ...

        function: Any = of_one if len(arguments) == 1 else of_two
        function.__name__ = name
        made = self.ibis.udf.scalar.builtin(function, signature=(tuple(types), self.ibis.dtype(gives)))
        return made(*arguments)

    def step(self, item: Any, edges: tuple[float, ...], first: int, last: int) -> Any:
        """The place of a number between edges, by halving."""
        if first == last:
            return self.ibis.ifelse(item.isnull(), self.ibis.null(), self.ibis.literal(first, type="int64"))
        middle = (first + last) // 2
        below, above = self.step(item, edges, first, middle), self.step(item, edges, middle + 1, last)
        return self.ibis.ifelse(item < edges[middle], below, above)
