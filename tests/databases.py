"""Databases of the product's own shape, a fresh one for each test that asks.

The tables are made once by the migrations; each test gets a copy. Nothing has to be emptied afterwards, which the
tables of the records would refuse.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.utils import ConnectionHandler

from hotwash.web import options
from tests import postgres

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
"""What a conftest brings in as fixtures."""

_numbers = count(1)


@contextmanager
def instead(description: dict[str, Any]) -> Iterator[None]:
    """Let ``default`` mean another database, in this thread and in those started meanwhile."""
    before, settings = connections["default"], connections.settings
    kept = settings["default"]
    settings["default"] = ConnectionHandler({"default": description}).settings["default"]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        settings["default"] = kept
        connections["default"] = before


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server, or a skip that says why there is none."""
    try:
        with postgres.server() as server:
            yield server
    except postgres.NotHere as why:
        pytest.skip(str(why))


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A migrated SQLite database, to be copied."""
    home = tmp_path_factory.mktemp("tables")
    described = options.Options(home=home)
    with django_db_blocker.unblock(), instead(options.database(described)):
        call_command("migrate", verbosity=0)
    return described.database


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_server: postgres.Server, django_db_blocker: Any) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    postgresql_server.run("CREATE DATABASE tables")
    described = options.Options(home=Path("/nowhere"), database_url=postgresql_server.url("tables"))
    with django_db_blocker.unblock(), instead(options.database(described)):
        call_command("migrate", verbosity=0)
    return "tables"


Fresh = Callable[[], options.Options]


@pytest.fixture
def sqlite_fresh(sqlite_tables: Path, tmp_path: Path) -> Fresh:
    """Make options with a fresh SQLite database."""

    def make() -> options.Options:
        home = tmp_path / f"home-{next(_numbers)}"
        home.mkdir()
        made = options.Options(home=home)
        shutil.copy(sqlite_tables, made.database)
        return made

    return make


@pytest.fixture
def postgresql_fresh(postgresql_server: postgres.Server, postgresql_tables: str, tmp_path: Path) -> Iterator[Fresh]:
    """Make options with a fresh PostgreSQL database."""
    names: list[str] = []

    def make() -> options.Options:
        names.append(f"fresh_{next(_numbers)}")
        postgresql_server.run(f"CREATE DATABASE {names[-1]} TEMPLATE {postgresql_tables}")
        return options.Options(home=tmp_path, database_url=postgresql_server.url(names[-1]))

    yield make
    postgresql_server.run(*(f"DROP DATABASE {name} WITH (FORCE)" for name in names))


def records_follow() -> None:
    """Whatever a test did, every record that it leaves follows from itself, and ends where its line says.

    Not asked of tests that damaged records on purpose, which nothing but taking the guards off the table allows.
    """
    from hotwash.ledger.entry import check
    from hotwash.web.store import DatabaseStore

    connection, store = connections["default"], DatabaseStore()
    if getattr(connection, "was_unguarded", False) or not _guarded(connection):
        return
    for stream, head in store.heads().items():
        assert check(stream, store.read(stream)) == head, f"{stream} does not end where its line says"


def _guarded(connection: Any) -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hotwash_entry'")
        return bool(cursor.fetchone()[0] >= 2)


@pytest.fixture
def sqlite(sqlite_fresh: Fresh, django_db_blocker: Any) -> Iterator[options.Options]:
    """A fresh SQLite database as Django's ``default``."""
    made = sqlite_fresh()
    with django_db_blocker.unblock(), instead(options.database(made)):
        yield made
        records_follow()


@pytest.fixture
def postgresql(postgresql_fresh: Fresh, django_db_blocker: Any) -> Iterator[options.Options]:
    """A fresh PostgreSQL database as Django's ``default``."""
    made = postgresql_fresh()
    with django_db_blocker.unblock(), instead(options.database(made)):
        yield made
        records_follow()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))])
def database(request: pytest.FixtureRequest) -> options.Options:
    """A fresh database of each kind as Django's ``default``."""
    made: options.Options = request.getfixturevalue(request.param)
    return made
