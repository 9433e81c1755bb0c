# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""Fingerprints of tables that have no bytes of their own to digest: how many rows, and a hash that no order changes.

Marked weak: they are made from what the engine writes for each row, so that another version of the engine may give
another one for the same rows, and it is no proof against somebody who forges rows on purpose.
"""

from collections.abc import Iterable

from hotwash.investigate.dialect import quoted

_WRAP = 1 << 128


def weak(rows: int, total: int | None) -> str:
    """A fingerprint from the count of the rows and the sum of their hashes."""
    return f"weak:{rows}-rows-{int(total or 0) % _WRAP:032x}"


def row_hash(columns: Iterable[str]) -> str:
    """The statement with which DuckDB counts the rows of ``log`` and adds up their hashes."""
    listed = ", ".join(quoted(name) for name in columns)
    return f"SELECT count(*), sum(md5_number_lower(row({listed})::VARCHAR)::HUGEINT) FROM log"
