"""What tests of questions may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import postgres
from tests.investigate.one_log import Places


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A PostgreSQL server, or a skip that says why there is none."""
    try:
        with postgres.server() as server:
            yield server
    except postgres.NotHere as why:
        pytest.skip(str(why))


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest) -> Places:
    """Where a log may be written; the server starts when somebody writes to it."""
    return Places(tmp_path, lambda: request.getfixturevalue("postgresql"))
