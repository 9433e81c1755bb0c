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
            rows = _filled(connection, pieces, world, texts, on_progress)
            how = "(FORMAT parquet, COMPRESSION snappy)" if to.suffix == ".parquet" else "(FORMAT csv, HEADER)"
            picked = "*" if to.suffix == ".parquet" else _as_text(connection)
            connection.execute(f"COPY (SELECT {picked} FROM log) TO '{_quoted(str(part))}' {how}")  # noqa: S608
        part.replace(to)
    return rows


def _filled(
    connection: duckdb.DuckDBPyConnection, pieces: Pieces, world: World, texts: Sequence[str], told: Progress | None
) -> int:
    rows = 0
    for place, piece in enumerate(pieces):
        held, sql = _selected(piece, world, texts)
        connection.register("piece", held)
        connection.execute(("CREATE TABLE log AS " if place == 0 else "INSERT INTO log ") + sql)
        connection.unregister("piece")
        rows += len(next(iter(held.values())))
        if told and place % 16 == 15:
            told(rows)
    return rows


def _selected(piece: dict[str, Any], world: World, texts: Sequence[str]) -> tuple[dict[str, Any], str]:
    """Plain arrays, and the query that makes the log's columns of them."""
    held: dict[str, Any] = {}
    parts = []
    told = world.columns
    for place, (name, column) in enumerate(piece.items()):
        short, called = f"c{place}", f'AS "{name}"'
        if isinstance(column, Coded):
            held[short] = column.codes
            values = ", ".join(f"'{_quoted(value)}'" for value in column.values)
            parts.append(f"([{values}])[{short} + 1] {called}")
        elif name in (told.id, told.subject):
            held[short] = column
            prefix = told.id_prefix if name == told.id else told.subject_prefix
            parts.append(f"printf('{_quoted(prefix).replace('%', '%%')}%0{PADDED}d', {short}) {called}")
        elif name in (told.time, told.label_time):
            held[short] = column
            parts.append(f"CASE WHEN {short} >= 0 THEN make_timestamptz({short}) END {called}")
        elif name in texts:
            held[short] = column
            parts.append(f"{short} {called}")
        else:
            held[short] = column
            parts.append(f"CASE WHEN isnan({short}) THEN NULL ELSE {short} END {called}")
    return held, f"SELECT {', '.join(parts)} FROM piece"  # noqa: S608


def _as_text(connection: duckdb.DuckDBPyConnection) -> str:
    """Times as RFC 3339 in UTC; a CSV has no types."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'log'"
    ).fetchall()
    return ", ".join(
        f"strftime(\"{name}\" AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') AS \"{name}\""
        if kind.startswith("TIMESTAMP")
        else f'"{name}"'
        for name, kind in columns
    )


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
