"""The pages of the questions name what there is, and their examples are true."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import (
    Predictions,
    agreement,
    blast_radius,
    drift,
    estimates,
    exposure,
    fairness,
    fix,
    late_labels,
    refusals,
    scores,
    slices,
    texts,
)
from hotwash.investigate.expression import FUNCTIONS
from hotwash.investigate.parse import DEPTH_MAX, LENGTH_MAX, OPTIONS_MAX, parse
from hotwash.investigate.rates import METRICS

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "questions"


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("fairness", fairness),
        ("blast-radius", blast_radius),
        ("agreement", agreement),
        ("estimates", estimates),
        ("exposure", exposure),
        ("fix", fix),
        ("late-labels", late_labels),
        ("refusals", refusals),
        ("scores", scores),
        ("texts", texts),
        ("slices", slices),
        ("drift", drift),
    ],
)
def test_every_argument_of_a_question_is_on_its_page(name: str, question: Any) -> None:
    words = set(inspect.signature(question).parameters) - {"log", "reference", "other", "on_progress", "cancelled"}
    assert not [word for word in words if f"`{word}`" not in page(name)]


def test_every_field_of_a_description_is_on_its_page() -> None:
    fields = set(inspect.signature(Predictions).parameters) - {"source"}
    assert not [field for field in fields if f"`{field}`" not in page("predictions")]


def test_every_metric_is_defined() -> None:
    assert not [metric for metric in METRICS if f"`{metric}`" not in page("fairness")]


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("fairness", lambda log: fairness(log, decision="decision", label="label", group="g", intersections=0)),
        (
            "blast-radius",
            lambda log: blast_radius(log, harm="decision = 0", subject="id", by="g", baseline="label = 1"),
        ),
    ],
)
def test_every_part_of_a_result_is_on_its_page(tmp_path: Path, name: str, ask: Any) -> None:
    rows = [(*row, i) for i, row in enumerate(confusion({"a": (20, 10, 10, 20), "b": (20, 10, 10, 20)}))]
    found = ask(write_csv(tmp_path / "log.csv", ["g", "decision", "label", "id"], rows))
    known = {"groups", "overall", "reference"}  # in the words of the text
    assert not [part for part in found.result if f"`{part}`" not in page(name) and part not in known]


def test_the_examples_of_conditions_are_conditions_and_the_limits_are_true() -> None:
    [examples] = re.findall(r"```\n(.*?)```", page("predicates"), flags=re.DOTALL)
    assert len([parse(line) for line in examples.strip().splitlines()]) == 4
    assert all(f"`{name}`" in page("predicates") for name in FUNCTIONS)
    for limit in (LENGTH_MAX, DEPTH_MAX, OPTIONS_MAX):
        assert f"{limit:,}" in page("predicates")
