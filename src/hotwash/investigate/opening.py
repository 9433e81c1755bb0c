"""Which engine reads a log. The one place that knows all of them; another engine finds its place here."""

from hotwash.investigate.engine import Engine, Watch


def opened(source: str, *, zone: str | None = None, watch: Watch | None = None) -> Engine:
    """The engine that reads a log. Files are read by DuckDB inside this process.

    :param zone: the zone of times that are written without one
    :raises LogError: if the log cannot be read
    """
    from hotwash.investigate.embedded import Embedded  # DuckDB takes a moment to load

    return Embedded(source, zone, watch or Watch())
