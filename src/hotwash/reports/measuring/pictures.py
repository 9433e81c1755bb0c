"""Charts of figures as Vega-Lite dicts: every time as a point, and incidents by quarter."""

from collections.abc import Sequence
from typing import Any

from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.metrics import Kind, quarter_of, time_of

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
POINTS_MAX = 5_000
HOUR_S = 3600.0


def times(lines: Sequence[Line], measured: Sequence[Kind]) -> dict[str, Any] | None:
    """Every recorded time as a point, the median as a line: what a mean would hide. None without any."""
    values = [
        {"measure": kind.short or kind.name, "hours": round(timed.seconds / HOUR_S, 4), "incident": line.id}
        for kind in measured
        for line in lines
        if (timed := time_of(line, kind)).seconds is not None and timed.seconds > 0
    ]
    if not values:
        return None
    names = list(dict.fromkeys(str(value["measure"]) for value in values))
    # The newest of very many, so that the picture stays light.
    values = values[-POINTS_MAX:]
    hours = {"field": "hours", "type": "quantitative", "title": "Hours (each step is ten times longer)",
             "scale": {"type": "log"}, "axis": {"format": "~g", "tickCount": 6, "grid": False}}  # fmt: skip
    return {
        "$schema": SCHEMA,
        "title": "Every time that is recorded",
        "width": "container",
        "height": {"step": 34},
        "data": {"values": values},
        "encoding": {"y": {"field": "measure", "type": "nominal", "title": None, "sort": names}},
        "layer": [
            {"mark": {"type": "circle", "size": 60, "opacity": 0.55}, "encoding": {"x": hours}},
            {
                "mark": {"type": "tick", "thickness": 3, "size": 26},
                "encoding": {"x": {**hours, "aggregate": "median"}},
            },
        ],
    }


def quarters(lines: Sequence[Line]) -> dict[str, Any] | None:
    """Incidents by the quarter in which they were declared, by severity. None where there is only one quarter."""
    counted: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (quarter_of(line.declared_at), line.severity or "not assessed")
        counted[key] = counted.get(key, 0) + 1
    if len({quarter for quarter, _ in counted}) < 2:
        return None
    order = ["Critical", "Major", "Minor", "not assessed"]
    return {
        "$schema": SCHEMA,
        "title": "Incidents by quarter",
        "width": "container",
        "height": 180,
        "data": {
            "values": [
                {"quarter": quarter, "severity": severity, "incidents": number, "rank": order.index(severity)}
                for (quarter, severity), number in sorted(counted.items())
            ]
        },
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": "quarter",
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": "parity"},
            },
            "y": {"field": "incidents", "type": "quantitative", "title": "Incidents", "axis": {"tickMinStep": 1}},
            "color": {"field": "severity", "type": "nominal", "title": None, "sort": order},
            "order": {"field": "rank", "type": "quantitative"},
        },
    }
