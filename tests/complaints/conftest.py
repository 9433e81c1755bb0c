"""What the tests of reports from people may ask for: an installation, on either database, with its people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.speaking import Speaker, installation, speaker
from tests.databases import *  # noqa: F403 - the fixtures of both databases

from hotwash.response.desk import Desk, Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import Role

BO = Person("bo", "commander")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    """An installation on SQLite."""
    with installation(tmp_path):
        yield desk()


@pytest.fixture
def both(database: Options, tmp_path: Path) -> Iterator[Desk]:
    """An installation on SQLite, and one on PostgreSQL."""
    with installation(tmp_path):
        yield desk()


@pytest.fixture
def opened(house: Desk) -> Desk:
    """An installation whose form is open."""
    house.record_organisation("open-reports", by=BO, introduction="Tell us.", elsewhere="Call 555-0100.", days_kept=90)
    return house


@pytest.fixture
def bo(house: Desk) -> Speaker:
    """Bo commands."""
    return speaker("bo", Role.COMMANDER)


@pytest.fixture
def cy(house: Desk) -> Speaker:
    """Cy responds."""
    return speaker("cy", Role.RESPONDER)
