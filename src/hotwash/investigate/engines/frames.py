"""Tables in memory, read in place by DuckDB: whatever hands out an Arrow stream, without any library of its own.

PyArrow, Polars and others hand out the stream (the Arrow PyCapsule interface); pandas' frames DuckDB knows itself.
"""

from typing import Any

import duckdb

from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engines.fingerprints import row_hash, weak
from hotwash.investigate.errors import AskedWrongly, ColumnsRepeated, Unreadable


class Frame(Embedded):
    """One table in memory."""

    def _locate(self, source: Any) -> None:
        """Make sure that the table can be read, and more than once."""
        self._held = source
        kind = type(self._held)
        if hasattr(self._held, "collect") and not hasattr(self._held, "__arrow_c_stream__"):
            raise AskedWrongly(f"A {kind.__name__} holds no rows yet. Give what .collect() returns.")
        if "Reader" in kind.__name__ or hasattr(self._held, "__next__"):
            raise AskedWrongly(
                f"A {kind.__name__} can be read once only. Give a table, such as what .read_all() returns."
            )
        if not _is_pandas(self._held) and not hasattr(self._held, "__arrow_c_stream__"):
            raise AskedWrongly(
                f"A {kind.__name__} is no log. Give a path, an address, or a table in memory (Arrow, pandas, Polars)."
            )
        names = [str(name) for name in _names(self._held)]
        for name in names:
            if sum(name.lower() == other.lower() for other in names) > 1:
                raise ColumnsRepeated(f'{self._source} has two columns named "{name}". Rename one of them.')

    def _attach(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Make the table known, in place."""
        try:
            connection.register("held", self._held if _is_pandas(self._held) else _Stream(self._held))
        except (duckdb.Error, TypeError, ValueError) as wrong:
            raise Unreadable(
                f"{self._source} cannot be read as a table ({str(wrong).splitlines()[0][:200]})."
            ) from wrong

    def _reader(self, paths: str) -> str:  # noqa: ARG002 - the promise of the base
        return "held"

    def _why(self, wrong: Exception) -> str:
        return f"{self._source} cannot be read ({str(wrong).strip().splitlines()[0][:200]})."

    def fingerprint(self) -> str:
        """Count and order-free hash of the rows: marked weak."""
        ((count, total),) = self._run(row_hash(column.name for column in self._columns))
        return weak(count, total)


class _Stream:
    """Only the stream of a table: so that no library beside it is asked for."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._held.__arrow_c_stream__(requested_schema)


def _is_pandas(held: object) -> bool:
    return type(held).__module__.split(".")[0] == "pandas" and type(held).__name__ == "DataFrame"


def _names(held: Any) -> list[Any]:
    for place in ("column_names", "columns"):
        names = getattr(held, place, None)
        if names is not None and not callable(names):
            return list(names)
    return list(getattr(getattr(held, "schema", None), "names", []))
