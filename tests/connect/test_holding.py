"""A hold asks the real MLflow and a repository that real DVC made, and says what it could not get."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from tests import mlflow as real
from tests.dvc import History

from hotwash.incident.events import HeldItem
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.response.desk import Desk, Person
from hotwash.response.holders import Window
from hotwash.response.holding import go_on, hold
from hotwash.web.holders import holders_for

pytestmark = [
    pytest.mark.real("mlflow"),
    pytest.mark.real("dvc"),
    pytest.mark.xdist_group("mlflow"),
    pytest.mark.django_db,
]

BO = Person("Bo", "commander")
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def board(mlflow_server: real.Server, bot: str) -> Iterator[dict[str, str]]:
    words = {
        "kind": "mlflow",
        "url": mlflow_server.url,
        "model": bot,
        "fallback": "1",
        "user": real.USER,
        "password": real.PASSWORD,
    }
    before = settings.HOTWASH
    settings.HOTWASH = replace(before, boards={"registry": words})
    yield words
    settings.HOTWASH = before


def held(folder: Path, source: str, revision: str) -> tuple[HeldItem, ...]:
    """What a hold takes from outside, for a system with a switch on the registry and data in a repository."""
    desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: NOW)
    desk.register(by=BO, name="Support")
    desk.record_system("support", "describe-switch", by=BO, switch="support", board="registry")
    desk.record_system("support", "deploy", by=BO, part="data", version=revision, source=source)
    incident = desk.declare(by=BO, title="Insults", system="support").id
    window = Window(NOW - timedelta(days=1), NOW)
    holders = [one for one in holders_for(desk, incident, window, folders=[folder]) if "files" not in one.title]
    first = hold(desk, incident, by=BO, holders=holders).entries[0].number
    go_on(desk, incident, first, by=BO, holders=holders)
    items = desk.incident(incident).holds[first + 1].event.items
    for item in items:
        assert not item.digest or msgspec.json.decode(desk.vault.get(item.digest)) is not None
        assert real.PASSWORD not in str(item)
    return items


def test_the_alias_the_versions_and_the_data_are_in_the_vault(
    board: dict[str, str], history: History, tmp_path: Path
) -> None:
    shutil.copytree(history.repository, tmp_path / "repository")
    items = held(tmp_path, "repository", "v2")
    assert [(item.what, item.failed) for item in items] == [
        ("registry", ""),
        ("registry", ""),
        ("model", ""),
        ("code", ""),
        ("data", ""),
    ]
    assert "points at version 3" in items[0].says
    assert items[1].says == "3 versions."
    assert "data files and folders" in items[4].says


def test_a_wrong_password_and_an_unknown_commit_are_parts_that_are_missing(
    board: dict[str, str], history: History, tmp_path: Path
) -> None:
    board["password"] = "wrong-one"
    shutil.copytree(history.repository, tmp_path / "repository")
    items = held(tmp_path, "repository", "v9")
    assert [item.name for item in items] == ["the model registry registry", "the repository of the data"]
    assert all(item.failed and not item.digest for item in items)
    assert "wrong-one" not in str(items)


def test_a_registry_that_is_down_costs_nothing_else(board: dict[str, str], history: History, tmp_path: Path) -> None:
    board["url"] = "http://127.0.0.1:9"
    shutil.copytree(history.repository, tmp_path / "repository")
    items = held(tmp_path, "repository", "v1")
    assert items[0].failed
    assert [item.what for item in items[1:]] == ["code", "data"]
