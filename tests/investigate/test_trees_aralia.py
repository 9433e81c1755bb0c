"""The Aralia set: 43 fault trees with known answers. The two hardest are left to the long runs."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from hotwash.investigate.trees import read, solve

HARD = ("cea9601", "das9701", "nus9601")
LONGER = ("edf9203", "edf9204", "edfpa14o", "edfpa14q", "edfpa14r")
SMALL = (
    "chinese",
    "das9201",
    "das9202",
    "das9203",
    "das9204",
    "das9205",
    "das9206",
    "das9209",
    "ftr10",
    "isp9601",
    "isp9604",
    "isp9605",
    "isp9606",
    "isp9607",
    "baobab2",
)
"""Those whose diagram stays under 500 nodes: what people draw."""

needs_numba = pytest.mark.skipif(not importlib.util.find_spec("numba"), reason="numba is not installed")


def expected(shared: Path) -> dict[str, Any]:
    trees: dict[str, Any] = json.loads((shared / "aralia" / "scram-results.json").read_text())["trees"]
    return trees


def held(name: str, of: dict[str, Any], folder: Path, *, compiled: bool) -> None:
    tree = read((folder / f"{name}.xml").read_bytes(), "xml")
    found = solve(tree, cutsets=3, compiled=compiled)
    assert found.exact
    assert found.probability == pytest.approx(of["expected"]["probability"], rel=1e-9), name
    assert found.cutsets_count == of["expected"]["minimal_cut_sets"], name
    for event, birnbaum in (of["birnbaum_top5_scram"] or {}).items():
        assert abs(found.importance[event].birnbaum) == pytest.approx(abs(birnbaum), rel=1e-6), (name, event)
    weights = [weigh(one, found.chances) for one in found.cutsets]
    assert weights == sorted(weights, reverse=True)


def weigh(of: tuple[str, ...], chances: dict[str, float]) -> float:
    product = 1.0
    for one in of:
        product *= chances[one]
    return float(f"{product:.9e}")


@needs_numba
def test_thirty_five_trees_are_exact(shared: Path) -> None:
    trees = expected(shared)
    assert len(trees) == 43
    for name in sorted(set(trees) - {*HARD, *LONGER}):
        held(name, trees[name], shared / "aralia", compiled=True)


def test_what_people_draw_is_exact_in_pure_python(shared: Path) -> None:
    trees = expected(shared)
    for name in SMALL:
        held(name, trees[name], shared / "aralia", compiled=False)


@needs_numba
@pytest.mark.soak
@pytest.mark.parametrize("name", [*LONGER, "cea9601", "das9701"])
def test_the_largest_are_exact(shared: Path, name: str) -> None:
    held(name, expected(shared)[name], shared / "aralia", compiled=True)


@needs_numba
@pytest.mark.soak
def test_the_tree_that_nobody_solves_ends_with_bounds(shared: Path) -> None:
    tree = read((shared / "aralia" / "nus9601.xml").read_bytes(), "xml")
    found = solve(tree, compiled=True)
    assert not found.exact
    assert found.probability is None
    assert found.low is not None
    assert found.high is not None
    assert 9e-6 < found.low < found.high < 5.2e-5


def test_bounds_of_small_trees_hold_their_known_value(shared: Path) -> None:
    trees = expected(shared)
    for name in ("chinese", "das9205", "isp9606"):
        tree = read((shared / "aralia" / f"{name}.xml").read_bytes(), "xml")
        found = solve(tree, compiled=False, nodes_max=10)
        known = trees[name]["expected"]["probability"]
        assert found.low is not None
        assert found.high is not None
        assert found.low <= known * (1 + 1e-12) <= found.high * (1 + 2e-12), name
