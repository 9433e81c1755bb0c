"""From the decisions of a log back to version, run, commit and data, with a real registry and a real repository."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests import dvc as real_dvc
from tests import mlflow as real_mlflow
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.inquiries import folders
from hotwash.web.options import Options

BO = Person("bo", "commander")


@pytest.fixture
def bot(sqlite: Options) -> Iterator[str]:
    person("bo", role="commander")
    slug = desk().register(by=BO, name="Support bot").id
    log = folders()[0] / "support.csv"
    log.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"2026-03-{1 + n % 28:02d}T09:00:00Z,{'v1' if n % 3 else '2'},answered" for n in range(30)]
    log.write_text("\n".join(["at,version,decision", *rows]) + "\n")
    desk().record_system(
        slug,
        "describe-log",
        by=BO,
        source=str(log),
        columns={"time": "at", "version": "version", "decision": "decision"},
    )
    yield slug
    # The folder of logs is that of every test: what lies there is offered to others.
    log.unlink()
    shutil.rmtree(folders()[0] / "made", ignore_errors=True)


def test_without_a_registry_the_page_says_what_is_missing(bot: str) -> None:
    page = enter("bo").get(f"/systems/{bot}/lineage/").content.decode()
    assert "No registry of models is connected to this system" in page
    told = enter("bo").get(f"/api/v1/systems/{bot}/lineage").json()
    assert told["lineages"] == []
    assert told["gaps"]


def test_an_unknown_system_and_an_unknown_kind_are_refused(bot: str) -> None:
    assert enter("bo").get("/systems/nobody/lineage/").status_code == 404
    answer = enter("bo").get(f"/api/v1/systems/{bot}/lineage?bad=colour:red")
    assert answer.status_code == 422
    assert "kind:id" in answer.json()["detail"]


@pytest.fixture
def connected(
    bot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, real_mlflow.Server, Any]]:
    """The bot's model in a registry: version 1 of the first commit of a repository, version 2 of the second."""
    place = folders()[0] / "made"
    place.mkdir(parents=True)
    history = real_dvc.history(place)
    with real_mlflow.server(tmp_path) as server:
        words = {
            "kind": "mlflow", "url": server.url, "model": "bot", "fallback": "1",
            "user": real_mlflow.USER, "password": real_mlflow.PASSWORD,
        }  # fmt: skip
        monkeypatch.setattr(settings, "HOTWASH", replace(settings.HOTWASH, boards={"registry": words}))
        server.call("POST", "2.0/mlflow/registered-models/create", name="bot")
        for number, tag in enumerate(("v1", "v2"), 1):
            revision = subprocess.run(
                ["git", "-C", history.repository, "rev-parse", tag], check=True, capture_output=True, text=True
            ).stdout.strip()
            run = server.call(
                "POST", "2.0/mlflow/runs/create", experiment_id="0", run_name=f"train {number}",
                tags=[{"key": "mlflow.source.git.commit", "value": revision}],
            )["run"]["info"]["run_id"]  # fmt: skip
            server.call("POST", "2.0/mlflow/model-versions/create", name="bot", source=f"runs:/{run}/model", run_id=run)
        server.call("POST", "2.0/mlflow/registered-models/alias", name="bot", alias="champion", version="2")
        yield bot, server, history


@pytest.mark.real("mlflow")
@pytest.mark.xdist_group("mlflow")
def test_each_version_of_the_log_is_followed_to_its_data_and_a_bad_part_to_whoever_shares_it(
    connected: tuple[str, real_mlflow.Server, Any],
) -> None:
    bot, _, history = connected
    desk().record_system(bot, "deploy", by=BO, part="data", version="v2", source=str(history.repository))
    desk().record_system(bot, "describe-switch", by=BO, switch=bot, board="registry")
    told = enter("bo").get(f"/api/v1/systems/{bot}/lineage").json()
    assert told["gaps"] == []
    assert [(one["version"]["version"], one["decisions"]) for one in told["lineages"]] == [("1", 20), ("2", 10)]
    first, second = ({data["path"]: data["digest"] for data in one["data"]} for one in told["lineages"])
    assert first["data/train.csv"] != second["data/train.csv"]
    twin = desk().register(by=BO, name="Twin").id
    desk().record_system(twin, "describe-switch", by=BO, switch=twin, board="registry")
    desk().record_system(twin, "deploy", by=BO, part="data", version="v2", source=str(history.repository))
    bad = f"data:{second['data/train.csv']}"
    shared = enter("bo").get(f"/api/v1/systems/{bot}/lineage", {"bad": bad}).json()["elsewhere"]
    assert [(one["system"], one["version"]["version"]) for one in shared] == [(twin, "2")]
    page = enter("bo").get(f"/systems/{bot}/lineage/", {"bad": bad}).content.decode()
    assert "the bad part" in page
    assert "Made from the same data data/train.csv" in page
    assert "20 decisions" in page
