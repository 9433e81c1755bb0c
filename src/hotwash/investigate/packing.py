# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""How a large Parquet log is counted by few values: every column becomes some bits of one small number.

Parquet keeps a column of few values as a dictionary. DuckDB then looks up the bits once a dictionary instead of once a
row, and counts by one small number in an array instead of a hash table. Conditions are worked out afterwards, over the
combinations that occurred and not over the rows.

A sample says which values there are. A row with any other value has no number: where one turns up, the log is counted
in the ordinary way. So the counts are exact, whatever the sample missed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from hotwash.investigate.counting import grouped
from hotwash.investigate.dialect import Dialect, literal, quoted
from hotwash.investigate.engine import Ask
from hotwash.investigate.expression import (
    All,
    Between,
    Column,
    Comparison,
    Expression,
    Like,
    Membership,
    Missing,
    Name,
    Not,
    Start,
)
from hotwash.investigate.expression import Any as Either
from hotwash.investigate.kinds import names

ROWS_LEAST = 500_000
"""Below so many rows the sample takes longer than it saves."""
BITS_MAX = 16
VALUES_MAX = 32
SAMPLE = 1_000
TABLE = "packed"

_Short = Callable[[str], list[tuple[Any, ...]]]
# Truths are kept without a dictionary, and to look each of them up would take longer than to count by them.
_TYPES = (
    "VARCHAR",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_CONDITIONS = (Comparison, Membership, Between, Missing, Like, All, Either, Not)


@dataclass(frozen=True, slots=True)
class Packed:
    """The statements: to count into a small table, to see whether a row had no number, and to answer from the table."""

    counted: str
    strange: str
    answered: str


@dataclass(frozen=True, slots=True)
class _Field:
    """The bits of one column: the place of its value among all that were seen."""

    column: Column
    values: tuple[Any, ...]
    low: int

    @property
    def bits(self) -> int:
        return max(1, (len(self.values) - 1).bit_length())

    def _listed(self) -> str:
        return f"[{', '.join(map(_literal, self.values))}]::{self.column.stored}[]"

    def packed(self) -> str:
        places = ", ".join(f"{i + 1}: {i << self.low}::USMALLINT" for i in range(len(self.values)))
        return f"MAP {{{places}}}[list_position({self._listed()}, {quoted(self.column.name)})]"

    def unpacked(self) -> str:
        place = f"1 + ((code >> {self.low}) & {(1 << self.bits) - 1})"
        return f"list_extract({self._listed()}, {place}) AS {quoted(self.column.name)}"


def packed(ask: Ask, dialect: Dialect, columns: Sequence[Column], paths: Sequence[str], short: _Short) -> Packed | None:
    """How to count so; None where it is not possible, or not worth it.

    :param paths: the files of the log, as they can be opened
    :param short: runs a statement that takes no time
    """
    by_name = {column.name: column for column in columns}
    trees = [*ask.keys, *([ask.where] if ask.where is not None else [])]
    if len(trees) < 2 or not all(isinstance(tree, (Name, Start, *_CONDITIONS)) for tree in trees):
        return None
    spoken = {name for tree in trees if not isinstance(tree, Start) for name in names(tree)}
    wanted = [by_name[name] for name in sorted(spoken) if by_name[name].stored in _TYPES]
    if not wanted or (seen := _seen(wanted, paths, short)) is None:
        return None
    fields = _fields(wanted, seen)
    there = {field.column.name for field in fields}
    if not there or any(isinstance(tree, Name) and tree.name not in there for tree in trees):
        return None
    inside = [tree for tree in trees if isinstance(tree, Start) or not names(tree) <= there]
    told = {id(tree): f"said{i}" for i, tree in enumerate(inside)}

    def over(tree: Expression) -> str:
        return told.get(id(tree)) or dialect.write(tree)

    shown = [" | ".join(field.packed() for field in fields) + " AS code"]
    shown += [f"{dialect.write(tree)} AS {told[id(tree)]}" for tree in inside]
    unpacked = ", ".join([field.unpacked() for field in fields] + list(told.values()))
    where = f" WHERE {over(ask.where)} IS DISTINCT FROM FALSE" if ask.where is not None else ""
    source = f"(SELECT {unpacked}, n AS rows FROM {TABLE}){where}"
    answered, _ = grouped([over(key) for key in ask.keys], ask.margins, source, count="sum(rows)::BIGINT")
    return Packed(
        f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT {', '.join(shown)}, count(*) AS n FROM log GROUP BY ALL",
        f"SELECT 1 FROM {TABLE} WHERE code IS NULL LIMIT 1",
        answered,
    )


def _seen(wanted: Sequence[Column], paths: Sequence[str], short: _Short) -> list[tuple[Any, ...]] | None:
    """The columns at the beginning and at the end of the log. None if it is small, or they are kept in another way."""
    listed = ", ".join(quoted(column.name) for column in wanted)
    found: list[tuple[Any, ...]] = []
    try:
        ends = {
            p: short(f"SELECT num_rows FROM parquet_file_metadata({literal(p)})")[0][0] for p in (paths[0], paths[-1])
        }
        if sum(ends.values()) / len(ends) * len(paths) < ROWS_LEAST:
            return None
        kept = short(
            f"SELECT path_in_schema FROM parquet_metadata({literal(paths[0])}) "
            "WHERE row_group_id = 0 AND contains(encodings, 'DICTIONARY')"
        )
        if not {column.name for column in wanted} <= {name for (name,) in kept}:
            return None
        for path, first in ((paths[0], 0), (paths[-1], max(0, ends[paths[-1]] - SAMPLE))):
            found += short(
                f"SELECT {listed} FROM read_parquet({literal(path)}, file_row_number = true) "
                f"WHERE file_row_number BETWEEN {first} AND {first + SAMPLE - 1}"
            )
    except duckdb.Error:  # columns that are told by the names of folders, or files that are being written to
        return None
    return found


def _rows(path: str, short: _Short) -> int:
    return int(short(f"SELECT num_rows FROM parquet_file_metadata({literal(path)})")[0][0])


def _fields(wanted: Sequence[Column], seen: Sequence[tuple[Any, ...]]) -> list[_Field]:
    """The columns with few values, each with its bits. None if they do not fit."""
    found = [(column, set(values)) for column, values in zip(wanted, zip(*seen, strict=True), strict=True)]
    few = [(column, values) for column, values in found if len(values) <= VALUES_MAX and not _odd(values)]
    for more in ({None}, set()):  # a place for the missing, even if the sample met none, where there is room
        fields, low = [], 0
        for column, values in few:
            fields.append(_Field(column, tuple(sorted(values | more, key=_order)), low))
            low += fields[-1].bits
        if low <= BITS_MAX:
            return fields
    return []


def _odd(values: set[Any]) -> bool:
    return any(isinstance(value, str) and "\0" in value for value in values)


def _order(value: Any) -> tuple[bool, Any]:
    return value is None, "" if value is None else value


def _literal(value: Any) -> str:
    return "NULL" if value is None else literal(value) if isinstance(value, str) else str(value)
