"""One incident from the first signal to its close, as text, with two findings: what every test of reports reads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.incident.history import history

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident, replay

ID = "INC-2026-0007"

STORY = Path(__file__).with_name("story.txt").read_text(encoding="utf-8")

BEGAN = datetime(2026, 2, 19, 11, 0, tzinfo=UTC)


def facts() -> list[IncidentFact]:
    """The whole history; the harm began before anyone knew."""
    return known_later(history(STORY, stream=f"incident/{ID}"), {13: BEGAN})


def known_later(facts: Sequence[IncidentFact], happened: dict[int, datetime]) -> list[IncidentFact]:
    """The same facts, where some happened at another time than they were written down."""
    return [replace(fact, occurred_at=happened.get(fact.number, fact.occurred_at)) for fact in facts]


def incident() -> Incident:
    """The state that the history makes."""
    return replay(ID, facts())


def written(text: str) -> tuple[list[IncidentFact], Incident]:
    """A history of a test's own, with its state."""
    told = history(text, stream=f"incident/{ID}")
    return told, replay(ID, told)


NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def hours(number: float) -> float:
    """So many hours in seconds."""
    return timedelta(hours=number).total_seconds()


def bars() -> dict[str, Any]:
    """A chart as a question makes it: rates with their intervals."""
    rows = [
        {"group": "men", "rate": 0.274, "low": 0.268, "high": 0.280},
        {"group": "women", "rate": 0.121, "low": 0.115, "high": 0.127},
        {"group": "not stated", "rate": 0.238, "low": 0.19, "high": 0.29},
    ]
    y = {"field": "group", "type": "nominal", "title": None, "sort": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "Selection rate by sex",
        "width": "container",
        "height": {"step": 28},
        "data": {"values": rows},
        "layer": [
            {
                "mark": "bar",
                "encoding": {
                    "y": y,
                    "x": {"field": "rate", "type": "quantitative", "axis": {"format": ".0%"}, "title": "selected"},
                },
            },
            {
                "mark": "errorbar",
                "encoding": {
                    "y": y,
                    "x": {"field": "low", "type": "quantitative", "title": "selected"},
                    "x2": {"field": "high"},
                },
            },
        ],
    }


def days() -> dict[str, Any]:
    """A chart over time."""
    rows = [
        {"day": f"2026-02-{day:02d}", "share": share, "low": share - 0.02, "high": share + 0.02}
        for day, share in zip(
            range(12, 28),
            [0.11, 0.12, 0.1, 0.11, 0.12, 0.11, 0.1, 0.24, 0.31, 0.3, 0.32, 0.31, 0.29, 0.3, 0.31, 0.3],
            strict=True,
        )
    ]
    x = {"field": "day", "type": "temporal", "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "Share of women turned down, by day",
        "width": "container",
        "height": 180,
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.25},
                "encoding": {
                    "x": x,
                    "y": {"field": "low", "type": "quantitative", "axis": {"format": ".0%"}, "title": "turned down"},
                    "y2": {"field": "high"},
                },
            },
            {"mark": "line", "encoding": {"x": x, "y": {"field": "share", "type": "quantitative"}}},
        ],
    }


def findings() -> dict[int, dict[str, Any]]:
    """The findings of the history as they lie in the vault, by the number of their entry."""
    return {
        11: _finding("blast-radius", facts()[10], days(), 12),
        12: _finding("fairness", facts()[11], bars(), 0),
    }


def _finding(question: str, fact: IncidentFact, chart: dict[str, Any], skipped: int) -> dict[str, Any]:
    assert fact.body is not None
    return {
        "question": question,
        "sentence": fact.body["sentence"],
        "rows": {"used": 184322, "skipped": skipped, "reasons": {"no time": skipped} if skipped else {}},
        "data": {"source": "predictions/2026-*.parquet", "fingerprint": "sha256:" + "1" * 64},
        "recipe": {
            "sql": [
                'SELECT "sex", count(*) FILTER (WHERE "selected" = 1) AS k, count(*) AS n\nFROM log\nGROUP BY "sex"'
            ],
            "arguments": {"decision": "selected", "group": ["sex"]},
            "hotwash": "0.1.0",
            "engine": "duckdb 1.4.0",
        },
        "result": {},
        "chart": chart,
    }
