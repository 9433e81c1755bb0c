"""What is kept of a log as evidence: what it was, whole or in a window, and a few rows with people's data masked.

The one place beside the work list where rows leave a log. A window is cut out as Parquet where it is small enough;
else the digest of the files says what they were.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hotwash.investigate.address import is_address
from hotwash.investigate.dialect import literal, quoted
from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engine import Ask, Watch
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.expression import Column
from hotwash.investigate.masking import mask
from hotwash.investigate.predictions import Predictions

ROWS_MAX = 200_000
BYTES_MAX = 32 << 20
SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Whole:
    """A log as it was: its fingerprint, how many rows, and the names of its columns."""

    fingerprint: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A window of a log.

    :param path: the Parquet file; None where the window is too large to be kept, or has no rows
    """

    rows: int
    path: Path | None


def whole(log: Predictions, *, watch: Watch | None = None) -> Whole:
    """The fingerprint of the whole log, and its rows.

    :raises LogError: if it cannot be read
    :raises Cancelled: if somebody asked to stop
    """
    with replace(log, cubes=None).opened(watch or Watch(steps=2)) as engine:
        counted = engine.counts(Ask((), ((),)))
        names = tuple(column.name for column in engine.columns())
        return Whole(engine.fingerprint(), sum(cell.rows for cell in counted), names)


def is_files(log: Predictions) -> bool:
    """Whether a log is files on this machine, so that rows can be cut out of it."""
    return isinstance(log.source, str) and not is_address(log.source)


def cut(
    log: Predictions,
    to: Path,
    *,
    since: datetime | None,
    until: datetime | None,
    rows_max: int = ROWS_MAX,
    bytes_max: int = BYTES_MAX,
    watch: Watch | None = None,
) -> Cut:
    """Write the rows of a window (half-open) to a Parquet file; the whole log where no time column is known.

    :param to: a file that is not there yet, in a folder that holds nothing else
    :raises LogError: if the log cannot be read, or is no files
    """
    with _Cutter(log, to.parent, watch or Watch(steps=3)) as engine:
        kept = engine.window(log, since, until)
        rows = engine.rows(kept)
        if not rows or rows > rows_max:
            return Cut(rows, None)
        engine.write(kept, to)
    return Cut(rows, to if to.stat().st_size <= bytes_max else None)


def samples(
    log: Predictions,
    *,
    since: datetime | None,
    until: datetime | None,
    count: int = SAMPLES,
    watch: Watch | None = None,
) -> bytes:
    """The newest rows of a window as JSON Lines. Who they are about is left out, and texts are masked.

    :raises LogError: if the log cannot be read, or is no files
    """
    with _Cutter(log, None, watch or Watch(steps=2)) as engine:
        columns = [column.name for column in engine.columns() if column.name != log.subject]
        rows = engine.newest(log, columns, engine.window(log, since, until), count)
    lines = [json.dumps({n: _plain(v) for n, v in zip(columns, row, strict=True)}, ensure_ascii=False) for row in rows]
    return "".join(line + "\n" for line in lines).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value))[0]


class _Cutter(Embedded):
    """The engine of files, which may write into one folder."""

    def __init__(self, log: Predictions, folder: Path | None, watch: Watch) -> None:
        if not is_files(log):
            raise AskedWrongly("Rows are cut only out of logs that are files on this machine.")
        self._folder = folder
        super().__init__(log.source, log.zone, watch, log.memory_mb)

    def _attach(self, connection: Any) -> None:
        if self._folder is not None:
            connection.execute(f"SET allowed_directories = [{literal(str(self._folder))}]")

    def window(self, log: Predictions, since: datetime | None, until: datetime | None) -> str:
        """The condition for a window, as this engine writes it; empty where the log has no time."""
        column = next((one for one in self.columns() if one.name == log.time), None)
        if column is None or column.kind not in ("time", "day"):
            return ""
        name = quoted(column.name)
        parts = [f"{name} >= {_moment(column, since)}"] if since else []
        parts += [f"{name} < {_moment(column, until)}"] if until else []
        return " WHERE " + " AND ".join(parts) if parts else ""

    def rows(self, kept: str) -> int:
        """How many rows meet a condition."""
        return int(self._run(f"SELECT count(*) FROM log{kept}")[0][0])  # noqa: S608

    def write(self, kept: str, to: Path) -> None:
        """Write the rows that meet a condition."""
        self._run(f"COPY (SELECT * FROM log{kept}) TO {literal(str(to))} (FORMAT parquet)")  # noqa: S608

    def newest(self, log: Predictions, columns: Sequence[str], kept: str, count: int) -> list[Any]:
        """The newest rows that meet a condition."""
        moments = {one.name for one in self.columns() if one.kind in ("time", "day")}
        # As text: a moment with a zone would need a package that is not here.
        shown = (f"{quoted(name)}::VARCHAR" if name in moments else quoted(name) for name in columns)
        listed = ", ".join(shown) or "1"
        known = log.time in {one.name for one in self.columns()}
        order = f" ORDER BY {quoted(log.time)} DESC NULLS LAST" if log.time and known else ""
        return self._run(f"SELECT {listed} FROM log{kept}{order} LIMIT {count}")  # noqa: S608


def _moment(column: Column, at: datetime) -> str:
    stored = str(column.stored).upper()
    if column.kind == "day":
        return f"DATE '{at.astimezone(UTC).date().isoformat()}'"
    text = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if "TIME ZONE" in stored or stored == "TIMESTAMPTZ":
        return f"TIMESTAMPTZ '{text}+00'"
    # A time without a zone is the log's own clock: DuckDB reads it in the zone that the session was given.
    return f"(TIMESTAMPTZ '{text}+00')::TIMESTAMP"
