"""Charts of findings as vector pictures: one palette and one look, whatever the question.

A chart comes with a finding, and a finding may come from outside. So a chart may hold data and marks, but never an
address, and the picture that comes out is checked against a list of what a picture needs.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from hotwash.reports.visible import visible

WIDTH = 600
"""Pixels of a chart that would fill its container."""
POINTS_MAX = 20_000
"""Rows of data in one chart. A picture cannot show more."""
TIMEOUT_S = 60
"""How long all charts of one report may take together."""
SERIF = "Libertinus Serif"
"""The text font that typst carries with it, so that no text of a chart is lost in the PDF."""
SANS = "Arial, Liberation Sans, Helvetica, sans-serif"
"""Fonts of one width, so that labels fit for which the picture was measured."""


class NotDrawn(Exception):
    """A chart that cannot be drawn, or must not be. The sentence says why."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of a page: text, quieter text, hairlines, bars under an interval, and the series in their order."""

    ink: str
    quiet: str
    line: str
    bar: str
    series: tuple[str, ...]


LIGHT = Tokens(
    ink="#1d2327",
    quiet="#56606a",
    line="#d5dade",
    bar="#86b6c6",
    series=("#0f6b99", "#d55e00", "#00896a", "#b5588f", "#5c6770", "#3593d1"),
)
DARK = Tokens(
    ink="#e6eaed",
    quiet="#a3adb5",
    line="#3a434a",
    bar="#2f6d84",
    series=("#56b4e9", "#e69f00", "#3fc79f", "#e29ac4", "#a9b3ba", "#f0e442"),
)
"""Series stay apart for people who do not see all colours, and hold 3:1 against the page."""


def config(tokens: Tokens = LIGHT, *, font: str = SANS) -> dict[str, Any]:
    """The Vega-Lite config that every chart gets, in the report as in the room's page."""
    return {
        "background": None,
        "font": font,
        "padding": {"left": 0, "right": 8, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "title": {"color": tokens.ink, "fontSize": 13, "fontWeight": 600, "anchor": "start", "offset": 10},
        "axis": {
            "labelColor": tokens.quiet,
            "titleColor": tokens.quiet,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "domainColor": tokens.line,
            "gridColor": tokens.line,
            "tickColor": tokens.line,
            "labelLimit": 240,
        },
        "axisBand": {"grid": False, "ticks": False, "domain": False},
        "legend": {
            "labelColor": tokens.quiet,
            "titleColor": tokens.quiet,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "header": {"labelColor": tokens.quiet, "titleColor": tokens.quiet},
        "range": {"category": list(tokens.series)},
        "mark": {"color": tokens.series[0]},
        "bar": {"color": tokens.bar},
        "line": {"strokeWidth": 2},
        "text": {"color": tokens.ink, "fontSize": 12},
        "rule": {"color": tokens.ink},
        "errorbar": {"color": tokens.ink, "ticks": {"color": tokens.ink}},
    }


@dataclass(frozen=True, slots=True)
class Look:
    """How a chart is drawn: its colours, the font of its words, and its width where it would fill its container."""

    tokens: Tokens = LIGHT
    font: str = SANS
    width: int = WIDTH


def svg(chart: Mapping[str, Any], look: Look | None = None) -> str:
    """A chart as SVG: text stays text, nothing is loaded from anywhere.

    :raises NotDrawn: if the chart names an address, holds too many rows, or is no chart
    """
    (drawn,) = draw([(chart, look or Look())])
    if isinstance(drawn, NotDrawn):
        raise drawn
    return drawn


def draw(charts: Sequence[tuple[Mapping[str, Any], Look]]) -> list[str | NotDrawn]:
    """Charts as SVG, each drawn or with the reason why it is not; one process draws them all."""
    made: list[str | NotDrawn] = []
    waiting: list[tuple[int, dict[str, Any]]] = []
    for chart, look in charts:
        try:
            waiting.append((len(made), _spec(chart, look)))
            made.append("")
        except NotDrawn as refused:
            made.append(refused)
    while waiting:
        done, late = _drawn_apart([spec for _, spec in waiting])
        for (place, _), drawn in zip(waiting, done, strict=False):
            made[place] = _only_a_picture(drawn) if drawn else NotDrawn("This chart could not be drawn.")
        waiting = waiting[len(done) :]
        # The process died or hung at the next one: leave that one out, and after a hang the rest with it.
        for place, _ in waiting if late else waiting[:1]:
            made[place] = NotDrawn("This chart could not be drawn.")
        waiting = [] if late else waiting[1:]
    return made


def _drawn_apart(specs: list[dict[str, Any]]) -> tuple[list[str | None], bool]:
    """What a process of its own drew, as far as it came, and whether it took too long.

    A crash of the drawing engine (a null in a label is enough) must not end the process that serves everybody.
    """
    command = [sys.executable, "-P", "-m", "hotwash.reports.drawing"]
    try:
        ran = subprocess.run(
            command,
            input=json.dumps(specs).encode(),
            env={**os.environ, "TZ": "UTC"},  # axes of time follow the machine's zone, and a report must not
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        output, late = ran.stdout, False
    except subprocess.TimeoutExpired as expired:
        output, late = expired.stdout or b"", True
    whole = output[: output.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], late


def _spec(chart: Mapping[str, Any], look: Look) -> dict[str, Any]:
    check(chart)
    own = chart.get("config")
    look_of_all = config(look.tokens, font=look.font)
    spec = {**chart, "config": _merged(look_of_all, own if isinstance(own, Mapping) else {})}
    if spec.get("width") == "container":
        spec["width"] = look.width
        spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    shown = _shown(spec)
    assert isinstance(shown, dict)
    return shown


def _shown(value: Any) -> Any:
    """The same with every hidden control in its words written out."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(str(key)): _shown(inner) for key, inner in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list | tuple) else value


_ADDRESSES = frozenset({"url", "href", "loader", "usermeta"})
_GENERATORS = frozenset({"sequence", "graticule", "sphere"})


def check(chart: Mapping[str, Any]) -> None:
    """:raises NotDrawn: if a chart does more than show the data that it holds"""
    rows = 0
    for key, value in _walk(chart):
        if key in _ADDRESSES or key in _GENERATORS:
            raise NotDrawn(f"A chart may only show data that it holds itself: `{key}` is not allowed.")
        if key in ("mark", "type") and value == "image":
            raise NotDrawn("A chart may not show images.")
        if key == "values" and isinstance(value, list):
            rows += len(value)
    if rows > POINTS_MAX:
        raise NotDrawn(f"The chart holds {rows:,} rows; {POINTS_MAX:,} can be drawn.")


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Keys with their values, but not inside the rows of data, where a key is a column."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for key, inner in one.items():
                yield str(key), inner
                if key != "values":
                    waiting.append(inner)
        elif isinstance(one, list | tuple):
            waiting.extend(one)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clipPath", "linearGradient",
     "radialGradient", "stop", "title", "desc"}
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {"class", "width", "height", "viewBox", "version", "transform", "d", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy",
     "r", "cx", "cy", "rx", "ry", "id", "offset", "gradientUnits", "clip-path", "fill", "fill-opacity", "stroke",
     "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
     "stroke-miterlimit", "opacity", "stop-color", "stop-opacity", "font-family", "font-size", "font-weight",
     "font-style", "text-anchor", "dominant-baseline"}
)  # fmt: skip


def _only_a_picture(drawn: str) -> str:
    """The same picture with only the elements and attributes that a picture needs.

    Roles and labels are left out too: the figure around it says in one sentence what it shows.
    """
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    root = ElementTree.fromstring(drawn)  # noqa: S314 - written by the engine, never by a person
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.removeprefix(_SVG) not in _ELEMENTS:
                parent.remove(child)
        for name, value in list(parent.attrib.items()):
            outside = "url(" in value and not value.startswith("url(#")
            if name not in _ATTRIBUTES or outside:
                del parent.attrib[name]
    return ElementTree.tostring(root, encoding="unicode")
