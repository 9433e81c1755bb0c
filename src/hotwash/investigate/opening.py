"""Which engine reads a log. The one place that knows all of them; another engine finds its place here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hotwash.investigate.address import is_address, named
from hotwash.investigate.engine import Engine, Watch
from hotwash.investigate.errors import AskedWrongly, Unreadable

if TYPE_CHECKING:
    from hotwash.investigate.shelves import Shelves

IBIS = ("spark", "sc", "trino", "bigquery", "snowflake", "clickhouse", "databricks")
MEMORY_LEAST = 32


def opened(  # noqa: PLR0911 - one line a place
    source: Any,
    *,
    zone: str | None = None,
    watch: Watch | None = None,
    memory_mb: int | None = None,
    cubes: "Shelves | None" = None,
    roles: Sequence[str] = (),
) -> Engine:
    """The engine that reads a log where it lies. Each takes a moment to load, and only one is needed.

    :param zone: the zone of times that are written without one
    :param memory_mb: how much the engine inside this process may use; engines elsewhere have limits of their own
    :param cubes: where counts are kept; logs that cannot tell whether they have grown keep none
    :param roles: columns that are likely to be asked for
    :raises LogError: if the log cannot be read
    """
    watch = watch or Watch()
    if memory_mb is not None and memory_mb < MEMORY_LEAST:
        raise AskedWrongly(f"An engine needs at least {MEMORY_LEAST} MB of memory (memory_mb), not {memory_mb}.")
    if goes_through_ibis(source):
        from hotwash.investigate.engines.through_ibis import Ibis

        return Ibis(source, zone, watch)
    if not isinstance(source, str):
        from hotwash.investigate.engines.frames import Frame

        return Frame(source, zone, watch, memory_mb)
    if not is_address(source) and cubes is not None:
        from hotwash.investigate.engines.kept import Kept

        return Kept(source, zone, watch, memory_mb, cubes=cubes, roles=roles)
    if not is_address(source):
        from hotwash.investigate.embedded import Embedded

        return Embedded(source, zone, watch, memory_mb)
    scheme = source.split("://", 1)[0].lower()
    if scheme == "duckdb":
        from hotwash.investigate.engines.duckfile import DuckFile

        return DuckFile(source, zone, watch, memory_mb)
    if scheme == "sqlite":
        from hotwash.investigate.engines.sqlite import Sqlite

        return Sqlite(source, zone, watch)
    if scheme in ("postgresql", "postgres"):
        from hotwash.investigate.engines.postgres import Postgres

        return Postgres(source, zone, watch)
    raise Unreadable(
        f'"{named(source)}" is not a file, nor a table that can be read. Name a file or a glob (CSV, Parquet, JSON '
        "Lines), or a table: sqlite:///file#table, duckdb:///file#table, postgresql://server/base#table."
    )


def goes_through_ibis(source: Any) -> bool:
    """Whether a log lies in an engine that Ibis speaks to."""
    if isinstance(source, str):
        scheme = source.split("://", 1)[0].lower() if is_address(source) else ""
        return scheme in IBIS or scheme.startswith("ibis+")
    return type(source).__module__.split(".")[0] in ("ibis", "pyspark")
