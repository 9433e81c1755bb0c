"""What the tests of the API may ask for: an installation of its own, with people of every role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.speaking import Speaker, installation, speaker
from tests.databases import sqlite, sqlite_fresh, sqlite_tables

from hotwash.web.options import Options
from hotwash.web.tables.models import Role

__all__ = ["sqlite", "sqlite_fresh", "sqlite_tables"]


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Path]:
    """An installation with its own database, vault and folder of logs."""
    with installation(tmp_path) as logs:
        yield logs


@pytest.fixture
def ana(house: Path) -> Speaker:
    """Ana administers."""
    return speaker("ana", Role.ADMINISTRATOR)


@pytest.fixture
def bo(house: Path) -> Speaker:
    """Bo commands."""
    return speaker("bo", Role.COMMANDER)


@pytest.fixture
def cy(house: Path) -> Speaker:
    """Cy keeps the record."""
    return speaker("cy", Role.RESPONDER)


@pytest.fixture
def dee(house: Path) -> Speaker:
    """Dee may raise the alarm, and sees nothing else."""
    return speaker("dee", Role.REPORTER)
