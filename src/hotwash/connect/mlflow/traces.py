"""Traces of generative systems: how they are asked for, and what of them is evidence. Texts in them are previews."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

from hotwash.connect.mlflow.answers import SYSTEM
from hotwash.response.outside import Unreachable
from hotwash.response.provenance import Trace

SEARCH = "/api/3.0/mlflow/traces/search"


def search(
    experiment: str, where: str, *, since: datetime | None, until: datetime | None, rows: int, page: str
) -> dict[str, Any]:
    """The body of a search."""
    parts = [where] if where else []
    parts += [f"timestamp_ms >= {_milliseconds(since)}"] if since else []
    parts += [f"timestamp_ms < {_milliseconds(until)}"] if until else []
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}}
    asked = {
        "locations": [place],
        "filter": " AND ".join(parts),
        "max_results": rows,
        "order_by": ["timestamp_ms DESC"],
    }
    return asked | ({"page_token": page} if page else {})


def trace(held: Mapping[str, Any]) -> Trace:
    """One trace.

    :raises Unreachable: if it is none
    """
    told, tags = held.get("trace_metadata") or {}, held.get("tags") or {}
    try:
        at = datetime.fromisoformat(str(held["request_time"])).astimezone(UTC)
        return Trace(
            id=str(held["trace_id"]),
            at=at,
            state=str(held.get("state", "")),
            request=str(held.get("request_preview", "")),
            response=str(held.get("response_preview", "")),
            model=str(told.get("mlflow.modelId", "")),
            commit=str(told.get("mlflow.source.git.commit", "")),
            session=str(told.get("mlflow.trace.session", "")),
            user=str(told.get("mlflow.trace.user", "")),
            tags={str(name): str(value) for name, value in tags.items() if not name.startswith("mlflow.")},
            assessments={
                str(one.get("assessment_name", "")): str(
                    (one.get("feedback") or one.get("expectation") or {}).get("value")
                )
                for one in held.get("assessments") or ()
            },
            raw=rfc8785.dumps(dict(held)),
        )
    except (KeyError, ValueError, AttributeError) as fault:
        raise Unreachable(SYSTEM, f"MLflow told a trace that cannot be read: {fault}.") from fault


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
