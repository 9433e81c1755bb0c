"""Drawings of findings, as Vega-Lite (version 6) written by hand: data inside, no address, no font, few colours.

Uncertainty is always drawn. A value with too few rows behind it is drawn hollow.
"""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
ROWS_MAX = 30
"""More groups than this nobody reads off a picture; the finding holds them all."""

_SHARE = {"format": ".0%", "grid": True, "tickCount": 6}


def dots(rows: Sequence[Json], *, title: str) -> Json:
    """Shares by group as dots with error bars. Rows have group, metric, rate, low, high and enough."""
    several = len({row["metric"] for row in rows}) > 1
    y: Json = {
        "field": "group",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 320, "grid": False, "ticks": False, "domain": False, "labelPadding": 8},
    }
    offset: Json = {"yOffset": {"field": "metric", "type": "nominal", "sort": None}} if several else {}
    metric: Json = {"field": "metric", "type": "nominal", "sort": None, "title": None}
    # Colour is never the only sign. Both in one layer with one legend, or Vega-Lite draws circles for every shape.
    legend: Json = {"legend": {"orient": "top"} if several else None}
    signs: Json = {"color": {**metric, **legend}} | ({"shape": {**metric, **legend}} if several else {})
    x = {"type": "quantitative", "title": None if several else (rows[0]["metric"] if rows else "rate"), "axis": _SHARE}
    top = max([row["high"] for row in rows], default=1.0)
    scale: Json = {"scale": {"domain": [0, min(1.0, top * 1.05) or 1.0]}}
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": {"step": 14 if several else 24},
        "data": {"values": list(rows)},
        "encoding": {"y": y, **offset},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "low", **x, **scale},
                    "x2": {"field": "high"},
                    "color": {**metric, "legend": None},
                },
            },
            {
                "mark": {"type": "point", "size": 60, "opacity": 1, "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "rate", **x, **scale},
                    **signs,
                    "fill": {
                        "condition": {
                            "test": "datum.enough === 'enough'",
                            "field": "metric",
                            "type": "nominal",
                            "sort": None,
                            "legend": None,
                        },
                        "value": "white",
                    },
                    "tooltip": [
                        {"field": "group", "type": "nominal"},
                        {"field": "metric", "type": "nominal"},
                        {"field": "rate", "type": "quantitative", "format": ".2%"},
                        {"field": "low", "type": "quantitative", "format": ".2%"},
                        {"field": "high", "type": "quantitative", "format": ".2%"},
                    ],
                },
            },
        ],
    }


def course(rows: Sequence[Json], *, title: str) -> Json:
    """A share over time as a line with its interval. Rows have since, decisions, rate, low and high."""
    x: Json = {
        "field": "since",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},  # the rows hold what the clock showed: no reader's zone may move them
        "axis": {"grid": False, "labelOverlap": True},
    }
    y: Json = {"type": "quantitative", "title": None, "axis": _SHARE}
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": 220,
        "data": {"values": list(rows)},
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.45},
                "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line", "strokeWidth": 1.5}, "encoding": {"y": {"field": "rate", **y}}},
            {
                "mark": {"type": "point", "filled": True, "size": 25, "opacity": 1},
                "encoding": {
                    "y": {"field": "rate", **y},
                    "tooltip": [
                        {"field": "since", "type": "temporal"},
                        {"field": "decisions", "type": "quantitative", "format": ","},
                        {"field": "rate", "type": "quantitative", "format": ".2%"},
                        {"field": "low", "type": "quantitative", "format": ".2%"},
                        {"field": "high", "type": "quantitative", "format": ".2%"},
                    ],
                },
            },
        ],
    }


def onset(rows: Sequence[Json], steps: Sequence[Json], changes: Sequence[Json], *, title: str, shares: bool) -> Json:
    """A course over time with its levels between changes, and where each change lies.

    Rows have since, rate, low and high; steps have since, until, level, low and high; changes have at, low and high.
    """
    scale = {"scale": {"type": "utc"}}
    x: Json = {"type": "temporal", "title": None, "axis": {"grid": False, "labelOverlap": True}, **scale}
    y: Json = {
        "type": "quantitative",
        "title": None,
        "axis": {"format": ".1%", "grid": True} if shares else {"grid": True},
        "scale": {"zero": False},
    }
    number = ".2%" if shares else ",.4~g"
    dates = [{key: change[key] for key in ("at", "low", "high")} for change in changes]
    few = len(rows) <= 120
    layers: list[Json] = [
        {
            "data": {"values": dates},
            "mark": {"type": "rect", "opacity": 0.18},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
        },
        {
            "data": {"values": list(rows)},
            "mark": {"type": "rule", "strokeWidth": 1.5 if few else 1, "opacity": 0.3 if few else 0.12},
            "encoding": {
                "x": {"field": "since", **x},
                "y": {"field": "low", **y},
                "y2": {"field": "high"},
            },
        },
        {
            "data": {"values": list(rows)},
            "mark": {"type": "point", "filled": True, "size": 22 if few else 8, "opacity": 0.7 if few else 0.45},
            "encoding": {
                "x": {"field": "since", **x},
                "y": {"field": "rate", **y},
                "tooltip": [
                    {"field": "since", "type": "temporal"},
                    {"field": "rate", "type": "quantitative", "format": number},
                    {"field": "low", "type": "quantitative", "format": number},
                    {"field": "high", "type": "quantitative", "format": number},
                ],
            },
        },
        {
            "data": {"values": list(steps)},
            "mark": {"type": "rect", "opacity": 0.3},
            "encoding": {
                "x": {"field": "since", **x},
                "x2": {"field": "until"},
                "y": {"field": "low", **y},
                "y2": {"field": "high"},
            },
        },
        {
            "data": {"values": list(steps)},
            "mark": {"type": "rule", "strokeWidth": 2.5},
            "encoding": {"x": {"field": "since", **x}, "x2": {"field": "until"}, "y": {"field": "level", **y}},
        },
        {
            "data": {"values": dates},
            "mark": {"type": "rule", "strokeWidth": 1.5, "strokeDash": [4, 3]},
            "encoding": {"x": {"field": "at", **x}},
        },
    ]
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": 240,
        "layer": layers,
    }


def bars(rows: Sequence[Json], *, title: str) -> Json:
    """Shares between 0 and 1 as bars. Rows have what and explains."""
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": {"step": 24},
        "data": {"values": list(rows)},
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "y": {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 320}},
            "x": {
                "field": "explains",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0, 1]},
                "axis": {"format": ".0%"},
            },
        },
    }


def lines(rows: Sequence[Json], *, title: str, x: str) -> Json:
    """Shares over a number, a line for each group, with intervals. Rows have group, the number, rate, low and high."""
    across: Json = {"field": x, "type": "quantitative", "title": x, "scale": {"zero": False}, "axis": {"grid": False}}
    y: Json = {"type": "quantitative", "title": None, "axis": _SHARE}
    group: Json = {"field": "group", "type": "nominal", "sort": None, "title": None}
    signs: Json = {"color": {**group, "legend": {"orient": "top"}}, "shape": {**group, "legend": {"orient": "top"}}}
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": 260,
        "data": {"values": list(rows)},
        "encoding": {"x": across},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.4},
                "encoding": {
                    "y": {"field": "low", **y},
                    "y2": {"field": "high"},
                    "color": {**group, "legend": None},
                },
            },
            {
                "mark": {"type": "line", "strokeWidth": 1.5},
                "encoding": {"y": {"field": "rate", **y}, "color": {**group, "legend": None}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                "encoding": {
                    "y": {"field": "rate", **y},
                    **signs,
                    "tooltip": [
                        {"field": "group", "type": "nominal"},
                        {"field": x, "type": "quantitative", "format": ".4~g"},
                        {"field": "rate", "type": "quantitative", "format": ".2%"},
                        {"field": "low", "type": "quantitative", "format": ".2%"},
                        {"field": "high", "type": "quantitative", "format": ".2%"},
                    ],
                },
            },
        ],
    }


def amounts(rows: Sequence[Json], *, title: str) -> Json:
    """Numbers of any size by group as dots with error bars. Rows are those of `dots`."""
    drawn = dots(rows, title=title)
    for layer in drawn["layer"]:
        layer["encoding"]["x"] = {
            "field": layer["encoding"]["x"]["field"],
            "type": "quantitative",
            "title": None,
            "axis": {"grid": True, "tickCount": 6, "format": "~s"},
            "scale": {"zero": True},
        }
        for told in layer["encoding"].get("tooltip", ()):
            if told["type"] == "quantitative":
                told["format"] = ".4~g"
    return drawn


def leaning(rows: Sequence[Json], *, title: str) -> Json:
    """Terms as bars to either side: how far each leans, in standard deviations. Rows have term, z and lean."""
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": {"step": 18},
        "data": {"values": list(rows)},
        "mark": {"type": "bar", "height": 10},
        "encoding": {
            "y": {
                "field": "term",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelLimit": 240, "grid": False, "ticks": False, "domain": False, "labelPadding": 8},
            },
            "x": {"field": "z", "type": "quantitative", "title": "standard deviations", "axis": {"grid": True}},
            "color": {"field": "lean", "type": "nominal", "sort": None, "title": None, "legend": {"orient": "top"}},
            "tooltip": [
                {"field": "term", "type": "nominal"},
                {"field": "z", "type": "quantitative", "format": ".1f"},
            ],
        },
    }
