"""One way from decisions back to data, through a real MLflow server and a repository that real DVC made."""

from pathlib import Path

import pytest
from tests import mlflow as real
from tests.connect.conftest import registered, run
from tests.dvc import History

from hotwash.connect.dvc import Dvc
from hotwash.connect.mlflow import Mlflow
from hotwash.reports.lineage import blocks
from hotwash.response.outside import NotThere
from hotwash.response.provenance import DataVersions, ModelRegistry, every, traced
from hotwash.systems.lineage import Ingredient, ingredients, sharing

pytestmark = [pytest.mark.real("mlflow"), pytest.mark.real("dvc"), pytest.mark.xdist_group("mlflow")]

TRAIN = "data/train.csv"


@pytest.fixture(scope="module")
def dvc(history: History) -> Dvc:
    return Dvc(history.repository, caches=[history.store])


@pytest.fixture(scope="module")
def model(mlflow_server: real.Server, experiment: str, dvc: Dvc) -> str:
    """Three versions, made at the commits v1 to v3; each run names the data that it read."""
    runs = []
    for number, tag in enumerate(("v1", "v2", "v3"), 1):
        digest = next(one.digest for one in dvc.versions(tag) if one.path == TRAIN)
        more = {"hotwash.dvc.md5": digest}
        runs.append(run(mlflow_server, experiment, number, dvc.commit(tag).id, **more))
    return registered(mlflow_server, runs)


def test_a_version_leads_to_the_very_data_that_its_run_read(mlflow: Mlflow, dvc: Dvc, model: str) -> None:
    registry: ModelRegistry = mlflow
    data: DataVersions = dvc
    lineage = traced(registry, model, "2", data=data, system="support", decisions=812)
    assert lineage.commit
    assert (lineage.commit.subject, lineage.system, lineage.decisions) == ("Data of v2", "support", 812)
    (named,) = [one for one in lineage.data if one.named]
    assert named.path == TRAIN
    assert b",2\r\n" in data.content(named.digest)
    assert lineage.gaps == ()
    assert [one.kind for one in ingredients(lineage)][:4] == ["version", "run", "dataset", "commit"]


def test_every_other_version_with_the_same_bad_data_is_found(mlflow: Mlflow, dvc: Dvc, model: str) -> None:
    lineages = every(mlflow, model, data=dvc, decisions={"1": 10, "2": 30, "3": 20})
    assert [one.version.version for one in lineages] == ["2", "3", "1"]
    digest = next(one.digest for one in dvc.versions("v3") if one.path == TRAIN)
    bad = Ingredient("data", digest)
    assert [one.version.version for one in sharing(bad, lineages)] == ["3", "1"]
    assert blocks(lineages, bad=bad)


def test_a_version_that_the_registry_lost_is_a_gap_with_its_decisions(mlflow: Mlflow, dvc: Dvc, model: str) -> None:
    known, lost = every(mlflow, model, data=dvc, decisions={"3": 20, "9": 4})
    assert known.run
    assert (lost.decisions, lost.run) == (4, None)
    assert "MLflow has no such thing" in lost.gaps[0]
    with pytest.raises(NotThere):
        traced(mlflow, model, "9")


def test_what_is_not_connected_or_does_not_fit_is_a_gap(
    mlflow: Mlflow, mlflow_server: real.Server, experiment: str, dvc: Dvc, model: str, bot: str
) -> None:
    assert traced(mlflow, model, "1").gaps == (
        "No repository of data is connected, so the data behind the commit is not known.",
    )
    (gap,) = traced(mlflow, bot, "1", data=dvc).gaps
    assert gap == f"The repository repository has no commit {'a' * 40}."
    other = run(mlflow_server, experiment, 7, dvc.commit("v1").id, **{"hotwash.dvc.md5": "0" * 32})
    (gap,) = traced(mlflow, registered(mlflow_server, [other]), "1", data=dvc).gaps
    assert f"names data {'0' * 32}, which commit" in gap


def test_data_of_a_repository_of_its_own_is_found_by_the_revision_that_the_run_wrote_down(
    mlflow: Mlflow, mlflow_server: real.Server, experiment: str, dvc: Dvc
) -> None:
    code = "e" * 40
    apart = run(mlflow_server, experiment, 8, code, **{"hotwash.dvc.rev": "v2"})
    lineage = traced(mlflow, registered(mlflow_server, [apart]), "1", data=dvc)
    assert [one.path for one in lineage.data] == [one.path for one in dvc.versions("v2")]
    assert lineage.gaps == (f"The repository repository has no commit {code}.",)


def test_a_repository_that_is_away_is_a_gap(mlflow: Mlflow, model: str, tmp_path: Path) -> None:
    (gap,) = traced(mlflow, model, "1", data=Dvc(tmp_path / "away")).gaps
    assert gap == f"There is no folder {tmp_path / 'away'}."
