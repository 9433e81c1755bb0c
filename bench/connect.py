"""How long it takes to roll a model back in a real MLflow on this machine, beside one bare call of its API."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.envs import ready
from tests.mlflow import PASSWORD, USER, Server, server

from bench.measure import Row, say
from hotwash.connect.mlflow import Mlflow

LIMIT_MS = 500
MODEL = "support-bot"


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Roll back and forth."""
    if not ready("mlflow"):
        say("MLflow is not installed: python -m tests.envs mlflow")
        return [Row("roll back in MLflow: not measured, since it is not installed")]
    times = 40 if short else 400
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as real:
        _versions(real)
        with Mlflow(real.url, user=USER, password=PASSWORD, timeout_s=30) as mlflow:
            bare = _timed(lambda turn: _set(real, turn), times)
            checked = _timed(lambda turn: mlflow.roll_back(MODEL, to=str(1 + turn % 2)), times)
            marked = _timed(lambda turn: mlflow.quarantine(MODEL, "3", because=f"INC-2026-{turn:04}"), times)
    return [
        _row("one call that sets the alias, on a new connection", bare),
        _row("roll back: version checked, alias moved, read back", checked, limit_ms=LIMIT_MS),
        _row("quarantine: version checked, two tags, read back", marked),
    ]


def _versions(real: Server) -> None:
    experiment = real.call("POST", "2.0/mlflow/experiments/create", name=MODEL)["experiment_id"]
    made = real.call("POST", "2.0/mlflow/runs/create", experiment_id=experiment, start_time=1_795_000_000_000)
    run_id = made["run"]["info"]["run_id"]
    real.call("POST", "2.0/mlflow/registered-models/create", name=MODEL)
    for _ in range(3):
        source = f"runs:/{run_id}/model"
        real.call("POST", "2.0/mlflow/model-versions/create", name=MODEL, source=source, run_id=run_id)


def _set(real: Server, turn: int) -> None:
    version = str(1 + turn % 2)
    real.call("POST", "2.0/mlflow/registered-models/alias", name=MODEL, alias="bare", version=version)


def _timed(work: Callable[[int], object], times: int) -> list[float]:
    work(1)
    took = []
    for turn in range(times):
        start = time.perf_counter()
        work(turn)
        took.append((time.perf_counter() - start) * 1e3)
    return sorted(took)


def _row(work: str, took: list[float], *, limit_ms: float | None = None) -> Row:
    p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
    kept = None if limit_ms is None else p99 <= limit_ms
    return Row(work, {"p50 ms": p50, "p99 ms": p99, "limit ms": limit_ms}, kept)
