"""Two parts of a log: the same numbers as asked one by one, intervals that hold, and no difference out of nothing."""

import random
from pathlib import Path
from typing import Any

import pytest
from tests.investigate.logs import write_csv

from hotwash.investigate import (
    AskedWrongly,
    ColumnMissing,
    EmptyLog,
    NotAnExpression,
    blast_radius,
    compare,
    drift,
    fairness,
    fix,
    picture,
)

HEADER = ["version", "race", "decision", "label", "person", "age"]


def world(folder: Path, *, seed: int, shift: float = 0.0, rows: int = 2000, name: str = "log.csv") -> str:
    """Two versions; in the second, Green people who should be selected are refused more often by ``shift``."""
    chance = random.Random(seed)
    made: list[tuple[Any, ...]] = []
    for i in range(rows):
        version, race = f"v{1 + i % 2}", chance.choice(["Blue", "Green"])
        label = int(chance.random() < 0.5)
        refused = 0.2 + (shift if version == "v2" and race == "Green" else 0)
        decision = int(chance.random() > refused) if label else int(chance.random() < 0.1)
        made.append((version, race, decision, label, chance.randrange(rows // 4), chance.randrange(80)))
    return write_csv(folder / name, HEADER, made)


WORDS: dict[str, Any] = {
    "one": "version = 'v1'",
    "two": "version = 'v2'",
    "decision": "decision",
    "label": "label",
    "group": "race",
}


def test_every_number_is_the_one_of_the_single_questions(tmp_path: Path) -> None:
    log = world(tmp_path, seed=1, shift=0.2)
    harm = "decision = 0 and label = 1"
    found = compare(log, **WORDS, harm=harm, subject="person", columns=["age", "race"])
    for name in ("one", "two"):
        where = WORDS[name]
        radius = blast_radius(log, harm=harm, subject="person", where=where).result
        assert next(r[name] for r in found.result["rows"] if r["metric"] == "harm") == radius["share"]
        assert found.result["subjects"][name] == radius["subjects"]
        audit = fairness(log, decision="decision", label="label", group="race", where=where).result
        for row in (r for r in found.result["rows"] if r["metric"] != "harm"):
            of = next((g for g in audit["groups"] if g["attributes"] == row["of"]), audit["overall"])
            assert row[name] == of[row["metric"]], (name, row["of"], row["metric"])
    held = fix(log, decision="decision", label="label", group="race", before=WORDS["one"], after=WORDS["two"])
    wanted = {(c["attributes"]["race"], c["metric"]): c["change"] for c in held.result["changes"]}
    assert {(g["of"]["race"], g["metric"]): g["change"] for g in found.result["gaps"]} == wanted
    moved = drift(log, baseline=WORDS["one"], against=WORDS["two"], columns=["age", "race"])
    assert found.result["columns"] == moved.result["columns"]
    assert set(moved.recipe.sql) <= set(found.recipe.sql)


def test_a_planted_change_is_found_and_the_rest_is_left_alone(tmp_path: Path) -> None:
    found = compare(world(tmp_path, seed=2, shift=0.3, rows=4000), **WORDS)
    distinct = {(r["of"].get("race"), r["metric"]) for r in found.result["rows"] if r["distinct"]}
    assert {("Green", "tpr"), ("Green", "fnr"), (None, "fnr")} <= distinct
    assert not {m for race, m in distinct if race == "Blue"}
    gaps = {g["metric"] for g in found.result["gaps"] if g["distinct"]}
    assert {"tpr", "fnr"} <= gaps
    assert "fpr" not in gaps
    assert "false negative rate" in found.sentence


def test_worlds_without_a_change_seldom_show_one(tmp_path: Path) -> None:
    alarms = sum(bool(compare(world(tmp_path, seed=s, rows=600), **WORDS).result["distinct"]) for s in range(40))
    assert alarms <= 5  # at most 2 are expected; more than 5 in 40 has a probability of 1 in 80


@pytest.mark.soak
def test_the_change_of_a_gap_lies_in_its_interval(tmp_path: Path) -> None:
    held = 0
    for seed in range(400):
        gaps = compare(world(tmp_path, seed=seed, shift=0.2, rows=1500), **WORDS).result["gaps"]
        change = next(g for g in gaps if g["metric"] == "fnr")["change"]
        true = 0.2 if next(g for g in gaps)["of"] == {"race": "Green"} else -0.2
        held += change["low"] <= true <= change["high"]
    assert held / 400 >= 0.93


def test_without_two_all_other_rows_are_compared(tmp_path: Path) -> None:
    log = world(tmp_path, seed=3)
    short = compare(log, **{**WORDS, "two": None})
    assert short.result["rows"] == compare(log, **WORDS).result["rows"]
    assert short.result["two"]["condition"] == "not (version = 'v1')"


def test_rows_without_a_decision_can_be_harmed(tmp_path: Path) -> None:
    rows = [("v1", "Blue", 1, 1, 1, 5), ("v1", "Blue", None, 1, 1, 5), ("v2", "Blue", 0, 1, 1, None)]
    log = write_csv(tmp_path / "log.csv", HEADER, [*rows * 20, ("v3", "Blue", 1, 1, 1, 5)])
    found = compare(log, **WORDS, harm="age > 2")
    assert (found.result["one"]["n"], found.result["two"]["n"]) == (40, 20)
    assert found.rows.reasons == {"neither in one nor in two": 1}
    assert {"no decision", "it cannot be told whether the harm holds (a value is missing or not a number)"} == {
        one["why"] for one in found.result["left_out"] if "n" in one
    }
    harm = found.result["rows"][0]
    assert (harm["one"]["value"], harm["two"]) == (1.0, {"value": None, "why": "no rows"})
    assert "not defined" in found.sentence


def test_the_same_question_gives_the_same_bytes_and_a_picture(tmp_path: Path) -> None:
    log = world(tmp_path, seed=4)
    found = compare(log, **WORDS)
    assert compare(log, **WORDS).to_json() == found.to_json()
    assert "<svg" in picture(found.chart)


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"two": "label = 1"}, AskedWrongly, "meet both one and two"),
        ({"two": "version = 'v9'"}, EmptyLog, "No row is in two"),
        ({"one": "version ="}, NotAnExpression, "position"),
        ({"one": "release = 'v1'"}, ColumnMissing, "no column"),
        ({"decision": None, "label": None, "group": None}, AskedWrongly, "decision, or the harm"),
        ({"level": 2}, AskedWrongly, "between 0.5 and 1"),
        ({"reference": {"sex": "f"}}, AskedWrongly, "nobody is grouped"),
    ],
)
def test_a_wrong_question_says_what_to_mend(
    tmp_path: Path, words: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        compare(world(tmp_path, seed=5, rows=50), **{**WORDS, **words})
