# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""How DuckDB is asked to count, and how what it fetched becomes cells: the same over a log and over stored counts."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hotwash.investigate.dialect import INTEGERS, Dialect
from hotwash.investigate.engine import CELLS_MAX, Ask, Cell, Value
from hotwash.investigate.errors import TooMany
from hotwash.investigate.expression import Expression, Name, Start

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _value(raw: Any) -> Value:
    if isinstance(raw, Decimal):
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    if isinstance(raw, bool | int | float | str | date) or raw is None:
        return raw
    return str(raw)


def counting(dialect: Dialect, ask: Ask, *, count: str = "count(*)") -> tuple[str, list[int] | None]:
    """The statement that counts, and the number that marks each margin in the first column of its rows.

    There is no such column, and None for the numbers, where one margin has all keys.

    :param count: what counts the rows of a group
    """
    where = f" WHERE {dialect.write(ask.where)} IS DISTINCT FROM FALSE" if ask.where is not None else ""
    return grouped([dialect.write(key) for key in ask.keys], ask.margins, f"log{where}", count=count)


def grouped(
    written: Sequence[str], margins: tuple[tuple[int, ...], ...], source: str, *, count: str
) -> tuple[str, list[int] | None]:
    """The same from keys that are written already.

    :param source: where the rows come from, and which of them
    """
    keys = [f"k{i}" for i in range(len(written))]
    shown = "".join(f"{key} AS {k}, " for k, key in zip(keys, written, strict=True))
    if margins == (tuple(range(len(keys))),):
        return f"SELECT {shown}{count} AS n FROM {source} GROUP BY ALL LIMIT {CELLS_MAX + 1}", None
    sets, numbers = _sets(keys, margins)
    statement = (
        f"WITH cube AS MATERIALIZED (SELECT {shown}{count} AS n FROM {source} GROUP BY ALL) "
        f"SELECT {sets.mark}, {', '.join(keys)}, sum(n)::BIGINT AS n FROM cube GROUP BY {sets.clause} "
        f"LIMIT {CELLS_MAX + 1}"
    )
    return statement, numbers


def fetched(connection: "DuckDBPyConnection", statement: str) -> list[tuple[Any, ...]]:
    """All rows of an answer."""
    return connection.execute(statement).fetchall()


def cells(
    rows: list[tuple[Any, ...]],
    keys: tuple[Expression, ...],
    margins: tuple[tuple[int, ...], ...],
    *,
    numbers: list[int] | None,
    zone: tzinfo,
) -> list[Cell]:
    """The rows of `counting`'s statement as cells.

    :raises TooMany: if there are more than `CELLS_MAX`
    """
    if len(rows) > CELLS_MAX:
        raise TooMany(
            f"The columns have more than {CELLS_MAX:,} combinations of values. Group by columns with few values, "
            "or give a score a threshold."
        )
    read = [_reading(key, zone) for key in keys]
    if numbers is None and all(one is _value and _as_it_is(key) for one, key in zip(read, keys, strict=True)):
        return [Cell(0, row[:-1], row[-1]) for row in rows]
    if numbers is None:
        rows, numbers = [(0, *row) for row in rows], [0]
    margin_of = {number: i for i, number in enumerate(numbers)}
    return [Cell(m := margin_of[row[0]], tuple(read[i](row[1 + i]) for i in margins[m]), row[-1]) for row in rows]


def _reading(key: Expression, zone: tzinfo) -> Callable[[Any], Value]:
    """How a fetched key becomes a value."""
    if isinstance(key, Start) and key.time.column is not None and key.time.column.kind == "time":
        return _hour if key.every == "hour" else lambda raw: moment(raw, zone)
    return _value


def _as_it_is(key: Expression) -> bool:
    """Whether what is fetched is the value."""
    return isinstance(key, Name) and key.column is not None and key.column.stored in ("VARCHAR", "BOOLEAN", *INTEGERS)


def _hour(micros: int | None) -> datetime | None:
    # In UTC: on the clock of a zone, Python holds both hours to be one when an hour comes twice.
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def moment(raw: int | date | None, zone: tzinfo) -> datetime | None:
    """A time on the clock of a zone."""
    if isinstance(raw, date):  # the start of a day in UTC comes as a date: that is quicker to count by
        return datetime.combine(raw, datetime.min.time(), zone)
    return None if raw is None else (_EPOCH + timedelta(microseconds=raw)).astimezone(zone)


class _Sets:
    """GROUP BY GROUPING SETS, and the expression that tells which set a row belongs to."""

    def __init__(self, clause: str, mark: str) -> None:
        self.clause, self.mark = clause, mark


def _sets(keys: list[str], margins: tuple[tuple[int, ...], ...]) -> tuple[_Sets, list[int]]:
    sets = ", ".join("(" + ", ".join(keys[i] for i in margin) + ")" for margin in margins)
    # GROUPING sets a bit for every key that is not in the set; the first key is the highest bit.
    numbers = [sum(1 << (len(keys) - 1 - i) for i in range(len(keys)) if i not in margin) for margin in margins]
    return _Sets(f"GROUPING SETS ({sets})", f"grouping({', '.join(keys)})"), numbers
