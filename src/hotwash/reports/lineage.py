"""Where decisions came from: version of the model, run, commit, data. One picture, and the same as a list in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Figure,
    Item,
    Items,
    Section,
    Text,
    code,
    quiet,
    strong,
    text,
)
from hotwash.reports.phrases import brief, count, several, when
from hotwash.systems.lineage import DataVersion, Ingredient, Lineage, ingredients

VERSIONS_MAX, DATA_MAX = 8, 6
"""How many versions, and data files of one version, are drawn. The list has them all, up to a point."""
LISTED_MAX = 40
_COLUMNS = ("Decisions", "Version", "Run", "Commit", "Data")
_LEFT = (0.0, 0.65, 1.5, 2.25, 3.6)
"""Where each column begins, and how many letters fit in it."""
_WIDE = (12, 16, 14, 24, 24)


@dataclass(frozen=True, slots=True)
class _Node:
    """A thing in a column of the picture; the same thing is drawn once, whichever versions were made from it."""

    column: int
    id: str
    label: str
    detail: str = ""
    bad: bool = False


def blocks(
    lineages: Sequence[Lineage], *, bad: Ingredient | None = None, elsewhere: Iterable[Lineage] = ()
) -> tuple[Block, ...]:
    """The picture, what it says in words, what is not known, and who else has the bad part.

    :param lineages: of the versions in question, most decisions first
    :param bad: what is found to be bad, if that is known
    :param elsewhere: versions of any AI system that were made from the bad part too
    """
    if not lineages:
        return (Callout("missing", text("No version of a model is connected to these decisions.")),)
    made: list[Block] = [Figure(picture(lineages, bad=bad), _sentence(lineages))]
    made.append(Items(tuple(_item(one, bad) for one in lineages[:LISTED_MAX])))
    gaps = dict.fromkeys(gap for one in lineages for gap in one.gaps)
    made += [Callout("missing", text(gap)) for gap in gaps]
    inside = {(one.system, one.version.model, one.version.version) for one in lineages}
    others = [one for one in elsewhere if (one.system, one.version.model, one.version.version) not in inside]
    if bad and others:
        names = several([_named(one) for one in others[:LISTED_MAX]])
        more = f" and {len(others) - LISTED_MAX} more" if len(others) > LISTED_MAX else ""
        made.append(Callout("warning", text(f"Made from the same {_what(bad)}: {names}{more}.")))
    return tuple(made)


def _sentence(lineages: Sequence[Lineage]) -> Text:
    counted = sum(one.decisions for one in lineages if one.decisions is not None)
    versions = count(len(lineages), "version", "versions")
    drawn = f" The first {VERSIONS_MAX} are drawn." if len(lineages) > VERSIONS_MAX else ""
    decisions = f"{counted:,} decisions by {versions}" if counted else versions.capitalize()
    return text(f"{decisions}, each back to its run, commit and data.{drawn}")


def _item(lineage: Lineage, bad: Ingredient | None) -> Item:
    version, run = lineage.version, lineage.run
    made = f": {lineage.decisions:,} decisions" if lineage.decisions is not None else ""
    points = []
    if version.quarantined:
        points.append(Item(text("quarantined: ", version.quarantined)))
    if version.aliases:
        points.append(Item(text("called ", several(list(version.aliases)), " now")))
    if run:
        points.append(Item(text("run ", run.name or run.id, f" by {run.by}" if run.by else None), _run(lineage)))
    commit = lineage.commit.id if lineage.commit else run.commit if run else ""
    if commit:
        told = lineage.commit
        said = text(
            "commit ", code(commit[:12]), f" “{brief(told.subject)}”, {told.by}, {when(told.at)}" if told else None
        )
        points.append(Item(said, tuple(_data(one, bad) for one in _shown(lineage, bad, LISTED_MAX))))
    return Item(text(strong(_named(lineage)), made), tuple(points))


def _run(lineage: Lineage) -> tuple[Item, ...]:
    run = lineage.run
    assert run
    points = [Item(text(f"data set {one.name} ", code(one.digest), f" ({one.context})" if one.context else None))
              for one in run.datasets]  # fmt: skip
    if run.parameters:
        told = ", ".join(f"{name} = {brief(value, 60)}" for name, value in sorted(run.parameters.items())[:20])
        points.append(Item(text("parameters: ", told)))
    if run.metrics:
        told = ", ".join(f"{name} = {value:.6g}" for name, value in sorted(run.metrics.items())[:20])
        points.append(Item(text("metrics: ", told)))
    return tuple(points)


def _data(one: DataVersion, bad: Ingredient | None) -> Item:
    marks = [quiet(" (the run names it)") if one.named else None]
    if bad and (bad.kind, bad.id) == ("data", one.digest):
        marks.append(strong(" the bad part"))
    return Item(text(f"{one.path} ", code(one.digest), *marks))


def _named(lineage: Lineage) -> str:
    version = lineage.version
    of = f" ({lineage.system})" if lineage.system else ""
    return f"{version.model} version {version.version}{of}"


def _what(part: Ingredient) -> str:
    words = {"data": "data", "dataset": "data set"}.get(part.kind, part.kind)
    return f"{words} {part.label}".rstrip() if part.label else f"{words} {part.id[:12]}"


def _shown(lineage: Lineage, bad: Ingredient | None, most: int) -> tuple[DataVersion, ...]:
    """The data of a version that matters most: the bad one, then what the run names, then the rest."""
    ordered = sorted(lineage.data, key=lambda one: (not (bad and bad.id == one.digest), not one.named, one.path))
    return tuple(ordered[:most])


# ── the picture ──────────────────────────────────────────────────────────────


def picture(lineages: Sequence[Lineage], *, bad: Ingredient | None = None) -> dict[str, Any]:
    """A Vega-Lite chart: five columns, a line from each thing to what it was made from."""
    columns: list[list[_Node]] = [[] for _ in _COLUMNS]
    links: dict[tuple[_Node, _Node], bool] = {}
    for lineage in lineages[:VERSIONS_MAX]:
        ways = _ways(lineage, bad)
        # A bad part that is not drawn, such as a data set where files are, marks every way of its version.
        every = bad is not None and bad in ingredients(lineage) and not any(node.bad for way in ways for node in way)
        for way in ways:
            hit = every or any(node.bad for node in way)
            for pair in pairwise(way):
                links[pair] = links.get(pair, False) or hit
            for node in way:
                if node not in columns[node.column]:
                    columns[node.column].append(node)
    tallest = max(map(len, columns))
    places = {
        node: (_LEFT[number], (place + 0.5) * tallest / len(column))
        for number, column in enumerate(columns)
        for place, node in enumerate(column)
    }
    nodes = [
        {"x": x, "y": y, "label": one.label, "detail": one.detail, "bad": one.bad} for one, (x, y) in places.items()
    ]
    lines = [line for (left, right), hit in links.items() for line in _line(places[left], places[right], bad=hit)]
    heads = [{"x": _LEFT[number], "y": -0.5, "label": name} for number, name in enumerate(_COLUMNS) if columns[number]]
    return _chart(nodes, lines, heads, tallest)


def _line(left: tuple[float, float], right: tuple[float, float], *, bad: bool) -> list[dict[str, Any]]:
    """Straight past the words beside a thing, which stand over and under it, and only then to the next."""
    bend = left[0] + 0.78 * (right[0] - left[0])
    points = ((left, (bend, left[1])), ((bend, left[1]), right))
    return [{"x": x, "y": y, "x2": x2, "y2": y2, "bad": bad} for (x, y), (x2, y2) in points]


def _chart(
    nodes: list[dict[str, Any]], lines: list[dict[str, Any]], heads: list[dict[str, Any]], tallest: int
) -> dict[str, Any]:
    x = {"field": "x", "type": "quantitative", "scale": {"domain": [-0.05, 4.8]}, "axis": None}
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [tallest, -0.8]}, "axis": None}
    at = {"x": x, "y": y}
    to = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    words = {"type": "text", "align": "left", "dx": 8, "fontSize": 11}
    label, detail = ({"field": name, "type": "nominal"} for name in ("label", "detail"))
    thick = {"condition": {"test": "datum.bad", "value": 2.5}, "value": 1}
    faint = {"condition": {"test": "datum.bad", "value": 1}, "value": 0.35}
    large = {"condition": {"test": "datum.bad", "value": 130}, "value": 45}
    over = {**words, "baseline": "bottom", "dy": -3}
    under = {**words, "baseline": "top", "dy": 4, "opacity": 0.75}
    held = {"values": nodes}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": max(90, 50 * tallest + 34),
        "layer": [
            {
                "data": {"values": lines},
                "mark": "rule",
                "encoding": {**at, **to, "strokeWidth": thick, "opacity": faint},
            },
            {"data": held, "mark": {"type": "point", "filled": True, "opacity": 1}, "encoding": {**at, "size": large}},
            {"data": held, "mark": over, "encoding": {**at, "text": label}},
            {"data": held, "mark": under, "encoding": {**at, "text": detail}},
            {
                "data": {"values": heads},
                "mark": {**over, "dx": 0, "fontWeight": 600},
                "encoding": {**at, "text": label},
            },
        ],
    }


def _ways(lineage: Lineage, bad: Ingredient | None) -> list[list[_Node]]:
    """The ways from the decisions of one version back to each of its data, as far as they are known."""
    version, run = lineage.version, lineage.run
    own = f"{version.model}/{version.version}"
    way: list[_Node] = []
    if lineage.decisions is not None:
        way.append(_Node(0, own, f"{lineage.decisions:,}"))
    way.append(_node(1, "version", own, (f"version {version.version}", version.model), bad))
    if run:
        way.append(_node(2, "run", run.id, (run.name or run.id[:12], run.by), bad))
    commit = lineage.commit.id if lineage.commit else run.commit if run else ""
    if commit:
        way.append(_node(3, "commit", commit, (commit[:10], lineage.commit.subject if lineage.commit else ""), bad))
    data = [_node(4, "data", one.digest, (one.path, one.digest[:8]), bad) for one in _shown(lineage, bad, DATA_MAX)]
    if not data and run:
        # Data of which only the registry's own digest is known.
        sets = [(f"{one.name}@{one.digest}", (one.name, one.digest[:8])) for one in run.datasets[:DATA_MAX]]
        data = [_node(4, "dataset", identity, words, bad) for identity, words in sets]
    return [[*way, one] for one in data] or [way]


def _node(column: int, kind: str, identity: str, words: tuple[str, str], bad: Ingredient | None) -> _Node:
    found = bad is not None and bad == Ingredient(kind, identity)
    detail = " · ".join(filter(None, [words[1], "the bad part" if found else ""]))
    return _Node(column, f"{kind} {identity}", _fitting(words[0], column), _fitting(detail, column), found)


def _fitting(words: str, column: int) -> str:
    """One line that fits in its column."""
    line, most = " ".join(words.split()), _WIDE[column]
    return line if len(line) <= most else f"{line[: most - 1]}…"


def document(
    name: str,
    lineages: Sequence[Lineage],
    *,
    at: datetime,
    bad: Ingredient | None = None,
    elsewhere: Iterable[Lineage] = (),
    gaps: Iterable[str] = (),
) -> Document:
    """Where the decisions of an AI system came from, as a document of its own.

    :param name: of the AI system
    :param at: when the outside systems were asked: they may say something else tomorrow
    """
    made = [*blocks(lineages, bad=bad, elsewhere=elsewhere), *(Callout("missing", text(gap)) for gap in gaps)]
    return Document(
        id=f"{name} · lineage",
        title=f"Where the decisions of {name} came from",
        subtitle=f"As the registry and the repository said it on {when(at)}",
        marks=(),
        date=at,
        head="",
        sections=(Section("lineage", "From decisions back to data", tuple(made)),),
    )
