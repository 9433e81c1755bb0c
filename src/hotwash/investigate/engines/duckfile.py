"""Tables in DuckDB files, opened read-only: ``duckdb:///path/to/file.duckdb#table``."""

from pathlib import Path
from typing import Any

import duckdb

from hotwash.investigate import files
from hotwash.investigate.address import address
from hotwash.investigate.dialect import literal, quoted
from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engines.fingerprints import row_hash, weak
from hotwash.investigate.engines.places import database
from hotwash.investigate.errors import LogChanged, LogError, Unreadable


class DuckFile(Embedded):
    """One table (or view) of a DuckDB file."""

    def _locate(self, source: Any) -> None:
        """Find the file."""
        self._address = address(source)
        if len(self._address.table) > 2:
            raise Unreadable(
                f'A table of a DuckDB file has a name and perhaps a schema: "{self._source}" has more parts.'
            )
        self._path = database(self._address)
        self._state = files.state([self._path])

    def _attach(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Open the file to read, before the connection is closed to every other."""
        try:
            connection.execute(f"ATTACH {literal(str(self._path))} AS base (READ_ONLY, TYPE duckdb)")
        except duckdb.Error as wrong:
            said = str(wrong).strip().splitlines()[0][:200]
            if "lock" in said.lower():
                raise LogError(
                    f'"{self._path.name}" is held by a program that writes to it ({said}). Ask again when it is closed.'
                ) from wrong
            raise Unreadable(f'"{self._path.name}" cannot be opened as a DuckDB file ({said}).') from wrong
        self._sql.append(f"ATTACH {literal(self._address.path)} AS base (READ_ONLY)")

    def _reader(self, paths: str) -> str:  # noqa: ARG002 - the promise of the base
        there = self._connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'base' UNION ALL "
            "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'base' AND NOT internal "
            "ORDER BY ALL"
        ).fetchall()
        schema, name = ("main", *self._address.table)[-2:]
        if (schema.lower(), name.lower()) not in {(s.lower(), n.lower()) for s, n in there}:
            names = ", ".join(n if s == "main" else f"{s}.{n}" for s, n in there[:12]) or "none"
            raise Unreadable(f'"{self._path.name}" has no table "{".".join(self._address.table)}". There are: {names}.')
        return f"base.{quoted(schema)}.{quoted(name)}"

    def _why(self, wrong: Exception) -> str:
        return f'"{self._source}" cannot be read ({str(wrong).strip().splitlines()[0][:200]}).'

    def fingerprint(self) -> str:
        """Count and order-free hash of the rows: marked weak.

        :raises LogChanged: if the file was written to since it was opened
        """
        ((count, total),) = self._run(row_hash(column.name for column in self._columns))
        if files.state([Path(self._path)]) != self._state:
            raise LogChanged(f'"{self._source}" was written to while it was read. Ask again when it is at rest.')
        return weak(count, total)
