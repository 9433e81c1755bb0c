"""Real outside systems, each started once, and what the tests put into them."""

import os
from collections.abc import Iterator, Sequence
from typing import NoReturn
from uuid import uuid4

import pytest
from tests import dvc as real_dvc
from tests import mlflow as real_mlflow
from tests import unleash as real_unleash
from tests.connect.between import Between, between
from tests.postgres import NotHere

from hotwash.connect.mlflow import Mlflow

DEE = ("dee", "a password of Dee's own")


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real_mlflow.Server]:
    with real_mlflow.server(tmp_path_factory.mktemp("mlflow")) as server:
        server.call("POST", "2.0/mlflow/users/create", username=DEE[0], password=DEE[1])
        yield server


@pytest.fixture
def mlflow(mlflow_server: real_mlflow.Server) -> Iterator[Mlflow]:
    with Mlflow(mlflow_server.url, user=real_mlflow.USER, password=real_mlflow.PASSWORD, timeout_s=60) as connected:
        yield connected


@pytest.fixture
def mishaps(mlflow_server: real_mlflow.Server) -> Iterator[Between]:
    """A server in front of MLflow that can make trouble."""
    with between(mlflow_server.url) as server:
        yield server


@pytest.fixture
def troubled(mishaps: Between) -> Iterator[Mlflow]:
    """MLflow through that server."""
    with Mlflow(mishaps.url, user=real_mlflow.USER, password=real_mlflow.PASSWORD, timeout_s=60) as connected:
        yield connected


@pytest.fixture
def bot(mlflow_server: real_mlflow.Server, runs: list[str]) -> str:
    """A model of its own for each test: three versions by three runs, the third is champion."""
    return registered(mlflow_server, runs)


@pytest.fixture(scope="session")
def experiment(mlflow_server: real_mlflow.Server) -> str:
    return str(mlflow_server.call("POST", "2.0/mlflow/experiments/create", name="support-bot")["experiment_id"])


@pytest.fixture(scope="session")
def runs(mlflow_server: real_mlflow.Server, experiment: str) -> list[str]:
    """Three runs of commits aaaa…, bbbb… and cccc…."""
    return [run(mlflow_server, experiment, number, "abc"[number - 1] * 40) for number in (1, 2, 3)]


def registered(server: real_mlflow.Server, runs: Sequence[str]) -> str:
    """Register a model with a version for each run; the last is champion."""
    name = f"support-bot-{uuid4().hex[:8]}"
    server.call("POST", "2.0/mlflow/registered-models/create", name=name)
    for one in runs:
        server.call("POST", "2.0/mlflow/model-versions/create", name=name, source=f"runs:/{one}/model", run_id=one)
    point(server, name, len(runs))
    return name


def run(server: real_mlflow.Server, experiment: str, number: int, commit: str, **more: str) -> str:
    """A run with everything that a training run writes down."""
    tags = {"mlflow.source.git.commit": commit, "mlflow.source.name": "train.py", "mlflow.user": "ana", **more}
    held = server.call(
        "POST", "2.0/mlflow/runs/create", experiment_id=experiment, run_name=f"train-{number}",
        start_time=1_795_000_000_000, tags=[{"key": key, "value": value} for key, value in tags.items()],
    )  # fmt: skip
    made = str(held["run"]["info"]["run_id"])
    at = 1_795_000_000_500
    server.call(
        "POST", "2.0/mlflow/runs/log-batch", run_id=made,
        params=[{"key": "seed", "value": str(number)}],
        metrics=[{"key": "toxic_rate", "value": number / 100, "timestamp": at, "step": 0}],
    )  # fmt: skip
    data = {"name": "tickets", "digest": f"1509bd0{number}", "source_type": "local", "source": "{}"}
    context = [{"key": "mlflow.data.context", "value": "training"}]
    server.call("POST", "2.0/mlflow/runs/log-inputs", run_id=made, datasets=[{"dataset": data, "tags": context}])
    return made


def point(server: real_mlflow.Server, name: str, version: int, alias: str = "champion") -> None:
    """Somebody moves an alias."""
    server.call("POST", "2.0/mlflow/registered-models/alias", name=name, alias=alias, version=str(version))


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> real_dvc.History:
    """A repository with the tags v1 to v3, made by DVC."""
    return real_dvc.history(tmp_path_factory.mktemp("dvc"))


@pytest.fixture(scope="session")
def unleash_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real_unleash.Server]:
    try:
        with real_unleash.server(tmp_path_factory.mktemp("unleash")) as server:
            yield server
    except NotHere as why:
        absent(str(why))


def absent(why: str) -> NoReturn:
    """A real part is missing: a reason to skip, and in continuous integration a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
