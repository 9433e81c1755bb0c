"""What MLflow answers, as plain facts; and its errors, as it really words them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from hotwash.connect.wire import Answer
from hotwash.response.outside import NotThere, OutsideFault, Refused, Unreachable
from hotwash.systems.lineage import Dataset, ModelVersion, Run

SYSTEM = "MLflow"
QUARANTINED, BECAUSE = "hotwash.quarantined", "hotwash.quarantined.because"
"""Tags of a version."""
REVISION, DIGEST = "hotwash.dvc.rev", "hotwash.dvc.md5"
"""Tags of a run by which a team ties it to its data. Several digests are parted by commas or spaces."""


def fault(answer: Answer) -> OutsideFault:
    """What an answer of 400 to 499 means."""
    held = answer.json()
    code = held.get("error_code") if isinstance(held, dict) else None
    if not isinstance(code, str):
        said = f"What answers {answer.status} there is not MLflow's REST API: check the address."
        return Unreachable(SYSTEM, said)
    words = str(held.get("message", ""))[:300].rstrip(".")
    # A missing alias is told as a wrong parameter, with status 400.
    missing_alias = code == "INVALID_PARAMETER_VALUE" and "alias" in words and "not found" in words
    if code == "RESOURCE_DOES_NOT_EXIST" or missing_alias:
        return NotThere(SYSTEM, f"MLflow has no such thing: {words}.")
    return Refused(SYSTEM, f"MLflow refuses: {words} ({code}).")


def part(held: Any, name: str) -> dict[str, Any]:
    """A part of an answer.

    :raises Unreachable: if it is not there
    """
    inner = held.get(name) if isinstance(held, dict) else None
    if not isinstance(inner, dict):
        raise Unreachable(SYSTEM, f"The answer has no {name}, so it is not MLflow's: check the address.")
    return inner


def version(held: Mapping[str, Any], aliases: Iterable[str] | None = None) -> ModelVersion:
    """A version of a model. ``aliases`` are given where the answer leaves them out."""
    tags = pairs(held.get("tags"))
    because = tags.get(BECAUSE, "")
    return ModelVersion(
        model=str(held.get("name", "")),
        version=str(held.get("version", "")),
        status=str(held.get("status", "")),
        run=str(held.get("run_id", "")),
        source=str(held.get("source", "")),
        created_at=moment(held.get("creation_timestamp")),
        aliases=tuple(sorted(map(str, held.get("aliases") or () if aliases is None else aliases))),
        tags=tags,
        quarantined=because or "yes" if QUARANTINED in tags else "",
    )


def run(held: Mapping[str, Any]) -> Run:
    """A run."""
    info, data, inputs = (held.get(name) or {} for name in ("info", "data", "inputs"))
    tags = pairs(data.get("tags"))
    return Run(
        id=str(info.get("run_id", "")),
        name=str(info.get("run_name", "")),
        commit=tags.get("mlflow.source.git.commit", ""),
        code=tags.get("mlflow.source.name", ""),
        by=tags.get("mlflow.user", "") or str(info.get("user_id", "")),
        started_at=moment(info.get("start_time")),
        ended_at=moment(info.get("end_time")),
        parameters=pairs(data.get("params")),
        metrics={str(one["key"]): float(one["value"]) for one in data.get("metrics") or ()},
        datasets=tuple(_dataset(one) for one in inputs.get("dataset_inputs") or ()),
        data_revision=tags.get(REVISION, ""),
        data_digests=tuple(tags.get(DIGEST, "").replace(",", " ").split()),
    )


def _dataset(held: Mapping[str, Any]) -> Dataset:
    inner = held.get("dataset") or {}
    return Dataset(
        name=str(inner.get("name", "")),
        digest=str(inner.get("digest", "")),
        source=str(inner.get("source_type", "")),
        context=pairs(held.get("tags")).get("mlflow.data.context", ""),
    )


def pairs(held: Any) -> dict[str, str]:
    """Tags and parameters, which come as a list of keys and values."""
    return {str(one["key"]): str(one.get("value", "")) for one in held or ()}


def moment(milliseconds: Any) -> datetime | None:
    """A time, which comes as milliseconds since 1970."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None
