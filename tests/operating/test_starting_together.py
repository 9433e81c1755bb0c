"""Several machines start at once over one empty database: one makes the tables, and all of them work."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests import postgres
from tests.cli.terminal import environment


@pytest.mark.real("postgresql")
def test_machines_that_start_at_once_make_the_tables_once(postgresql_server: postgres.Server, tmp_path: Path) -> None:
    postgresql_server.run("CREATE DATABASE together")
    url = postgresql_server.url("together")
    machines = [
        subprocess.Popen(
            [sys.executable, "-m", "hotwash.cli", "worker", "--once"],
            env=environment(HOTWASH_HOME=str(tmp_path / f"machine-{n}"), HOTWASH_DATABASE_URL=url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    said = [machine.communicate(timeout=240) for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0, 0], said
    assert sum("Setting up the tables" in err for _, err in said) == 1
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT (app, name)) FROM django_migrations").fetchone()
    assert row is not None
    assert row[0] == row[1] > 20
    postgresql_server.run("DROP DATABASE together WITH (FORCE)")
