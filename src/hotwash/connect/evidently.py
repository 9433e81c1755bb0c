"""Evidently 0.7's report, as its ``dict()`` or saved JSON gives it. One signal a report: what drifted, what failed.

Evidently sends nothing by itself; a script posts the file, or it is taken in by hand.
"""

from collections.abc import Mapping
from typing import Any

from hotwash.connect.bodies import TITLE_MAX, moment, number, object_of, text
from hotwash.response.outside import Refused
from hotwash.response.signals import Measured, Sender, Signal

SYSTEM = "Evidently"


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """What the report found.

    :raises Refused: if it has no metrics
    """
    held = object_of(SYSTEM, body)
    metrics = held.get("metrics")
    if not isinstance(metrics, list):
        raise Refused(SYSTEM, "The body has no `metrics`: send the report as its `dict()` or `json()` gives it.")
    columns = [one for one in metrics if isinstance(one, dict) and text(one, "config.type").endswith(":ValueDrift")]
    drifted = [one for one in columns if _drifted(one)]
    tests = [one for one in held.get("tests") or () if isinstance(one, dict)]
    failed = [one for one in tests if text(one, "status").upper() in ("FAIL", "ERROR")]
    counts = [one for one in metrics if text(one, "config.type").endswith(":DriftedColumnsCount")]
    share: dict[str, Any] = counts[0] if counts else {}
    over = (number(share, "value.share") or 0) >= (number(share, "config.drift_share") or 2)
    name = text(held, "metadata.name", "name", most=200) or "report"
    found = [f"{len(drifted)} of {len(columns)} columns drifted"] if columns else []
    found += [f"{len(failed)} of {len(tests)} tests failed"] if tests else []
    return [
        Signal(
            source="evidently",
            key=f"{name} {' '.join(sorted(text(one, 'config.column') for one in drifted))}"[:300],
            title=(", ".join(found) or f"A report with {len(metrics)} metrics")[:TITLE_MAX],
            group=name,
            state="firing" if failed or drifted else "resolved" if columns or tests else "information",
            grade="high" if failed or over else "unknown",
            alert_at=moment(text(held, "timestamp", "metadata.timestamp")),
            detail="; ".join(text(one, "name", "description", most=200) for one in failed[:20]),
            labels={"columns": ", ".join(text(one, "config.column") for one in drifted)[:300]} if drifted else {},
            measured=tuple(
                Measured(
                    text(one, "config.method", most=100),
                    number(one, "value"),
                    number(one, "config.threshold"),
                    text(one, "config.column", most=200),
                )
                for one in columns[:200]
            ),
        )
    ]


def _drifted(one: Mapping[str, Any]) -> bool:
    value, limit = number(one, "value"), number(one, "config.threshold")
    if value is None or limit is None:
        return False
    # Of a p value the small ones tell of drift, of a distance the large ones.
    return value < limit if "p_value" in text(one, "config.method").lower() else value >= limit


SENDER = Sender("evidently", SYSTEM, read, example="A script that posts the report's JSON.")
