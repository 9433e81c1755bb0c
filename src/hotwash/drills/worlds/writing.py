"""A world's log as a file: Parquet or CSV, written by DuckDB piece by piece: memory does not grow with the rows.

The same world, size and seed give the same bytes, with the same releases of numpy and DuckDB.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from hotwash.drills.worlds.description import World
from hotwash.drills.worlds.draws import BLOCK
from hotwash.drills.worlds.predicates import Coded

MEMORY_MB = 700
SUFFIXES = (".parquet", ".csv")
PADDED = 7

Progress = Callable[[int], None]
Pieces = Iterator[dict[str, Any]]


class CannotWrite(ValueError):
    """A file cannot be written as named."""


def save(
    pieces: Pieces, to: Path, world: World, *, texts: Sequence[str] = (), on_progress: Progress | None = None
) -> int:
    """Write pieces of a log into a file; it appears when it is whole. Returns how many rows it has.

    :param texts: columns of plain texts
    :raises CannotWrite: if the name ends in something else than ``.parquet`` or ``.csv``
    """
    if to.suffix not in SUFFIXES:
        raise CannotWrite(f"{to.name} is neither .parquet nor .csv; a log is written as one of these.")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".world-", dir=to.parent) as folder:
        part = Path(folder) / to.name
        connection = duckdb.connect(
            str(Path(folder) / "rows.duckdb"),
            config={"memory_limit": f"{MEMORY_MB}MB", "temp_directory": folder, "threads": min(2, os.cpu_count() or 1)},
        )
        with connection:
            connection.execute("SET enable_progress_bar = false")  # it would draw on standard output
            rows, columns = _filled(connection, pieces, world, texts, on_progress)
            parquet = to.suffix == ".parquet"
            picked = ", ".join(f'{sql if parquet else _plain(sql)} AS "{name}"' for name, sql in columns.items())
            how = "(FORMAT parquet, COMPRESSION snappy)" if parquet else "(FORMAT csv, HEADER)"
            connection.execute(f"COPY (SELECT {picked} FROM log) TO '{_quoted(str(part))}' {how}")  # noqa: S608
        part.replace(to)
    return rows


def _filled(
    connection: duckdb.DuckDBPyConnection, pieces: Pieces, world: World, texts: Sequence[str], told: Progress | None
) -> tuple[int, dict[str, str]]:
    """Keep the bare numbers in a table; the texts are made of them once, when the file is written."""
    rows, columns = 0, dict[str, str]()
    for place, piece in enumerate(pieces):
        held = {f"c{number}": _bare(column) for number, column in enumerate(piece.values())}
        connection.register("piece", held)
        connection.execute(
            "INSERT INTO log SELECT * FROM piece" if place else "CREATE TABLE log AS SELECT * FROM piece"
        )
        connection.unregister("piece")
        columns = columns or {
            name: _made(f"c{number}", name, column, world=world, texts=texts)
            for number, (name, column) in enumerate(piece.items())
        }
        rows += _length(piece)
        if told:
            told(rows)
    return rows, columns


def _bare(column: Any) -> Any:
    return column.codes if isinstance(column, Coded) else column


def _made(short: str, name: str, column: Any, *, world: World, texts: Sequence[str]) -> str:
    """What makes a column of the log of the bare numbers, in SQL."""
    told = world.columns
    if isinstance(column, Coded):
        values = ", ".join(f"'{_quoted(value)}'" for value in column.values)
        return f"([{values}])[{short} + 1]"
    if name in (told.id, told.subject):
        prefix = told.id_prefix if name == told.id else told.subject_prefix
        return f"printf('{_quoted(prefix).replace('%', '%%')}%0{PADDED}d', {short})"
    if name in (told.time, told.label_time):
        return f"CASE WHEN {short} >= 0 THEN make_timestamptz({short}) END"
    if name in texts:
        return short
    return f"CASE WHEN isnan({short}) THEN NULL ELSE {short} END"


def _plain(sql: str) -> str:
    """Times as RFC 3339 in UTC; a CSV has no types."""
    return f"strftime({sql} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')" if "make_timestamptz" in sql else sql


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def joined(pieces: Iterator[dict[str, Any]], rows: int = BLOCK * 4) -> Pieces:
    """Pieces of a steady size: the layout of a file does not depend on how its rows were made."""
    waiting: list[dict[str, Any]] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += _length(piece)
        if count >= rows:
            yield _one(waiting)
            waiting, count = [], 0
    if waiting:
        yield _one(waiting)


def _length(piece: dict[str, Any]) -> int:
    first = next(iter(piece.values()))
    return len(first.codes if isinstance(first, Coded) else first)


def _one(waiting: list[dict[str, Any]]) -> dict[str, Any]:
    if len(waiting) == 1:
        return waiting[0]
    found: dict[str, Any] = {}
    for name, first in waiting[0].items():
        if isinstance(first, Coded):
            found[name] = Coded(np.concatenate([one[name].codes for one in waiting]), first.values)
        else:
            found[name] = np.concatenate([one[name] for one in waiting])
    return found
