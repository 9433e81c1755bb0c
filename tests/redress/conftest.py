"""What the tests of redress may ask for."""

from tests.databases import (
    database,
    postgresql,
    postgresql_fresh,
    postgresql_server,
    postgresql_tables,
    sqlite,
    sqlite_fresh,
    sqlite_tables,
)

__all__ = [
    "database",
    "postgresql",
    "postgresql_fresh",
    "postgresql_server",
    "postgresql_tables",
    "sqlite",
    "sqlite_fresh",
    "sqlite_tables",
]
