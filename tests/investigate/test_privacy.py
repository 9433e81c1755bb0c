"""No question tells a small cell, nor anything from which one could be subtracted; and none can forget to be asked."""

import inspect
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from hotwash.investigate import (
    AskedWrongly,
    EmptyLog,
    blast_radius,
    changes,
    compare,
    drift,
    estimates,
    exposure,
    fairness,
    fix,
    late_labels,
    onset,
    scores,
    slices,
)
from hotwash.investigate.suppression import closed, hidden_values, small
from hotwash.response import inquiries

CELL = 10
WITHOUT = {
    "texts": "its terms stand in five texts or more; samples are single texts by their nature, masked",
    "refusals": "its groups are configurations of a model",
    "agreement": "its columns are annotators, and it counts cases",
}
"""Questions that list no groups of people, and why they need no smallest cell."""
START = datetime(2026, 3, 2, tzinfo=UTC)

Row = dict[str, Any]


def log(seed: int) -> list[Row]:
    """Two columns of groups; some are tiny, some have rare outcomes, of some there are none before or after."""
    chance = random.Random(seed)
    teams = {"A": 500, "B": 320, "C": chance.randrange(1, 10), "D": 140, "E": chance.randrange(5, 40), None: 12}
    rows = []
    for team, count in teams.items():
        rare = chance.random() * 0.1
        for i in range(count):
            day = chance.randrange(20) if team != "E" else chance.randrange(10, 20)
            label = chance.choice([0, 1, 1, None]) if chance.random() < 0.9 else None
            refused = chance.random() < (rare if team == "B" else 0.4) + 0.2 * (day >= 10)
            rows.append(
                {
                    "at": START + timedelta(days=day, minutes=i),
                    "team": team,
                    "site": chance.choices(["n", "s", "w", "x"], [60, 30, 9, 1])[0],
                    "phase": "v1" if day < 10 else "v2",
                    "refused": refused,
                    "label": label,
                    "score": round(chance.random(), chance.choice([1, 2])),
                    "truth": chance.random() if chance.random() < 0.97 else None,
                    "position": chance.randrange(1, 30),
                    "person": chance.randrange(300),
                }
            )
    return rows


def outcomes(row: Row) -> tuple[bool, ...]:
    """Every cell of a confusion matrix, with what it adds up to."""
    yes, label = row["refused"], row["label"]
    return yes, not yes, label is None, *((yes == y and label == t) for y in (True, False) for t in (0, 1))


GROUP = ["team", "site"]
Ask = Callable[[Any], Any]
ASKS: dict[str, tuple[Ask, Callable[[Row], tuple[bool, ...]], str | None]] = {
    "fairness": (
        lambda held: fairness(held, decision="refused", label="label", group=GROUP, smallest_cell=CELL), outcomes, None
    ),
    "blast-radius": (
        lambda held: blast_radius(held, harm="refused", by=GROUP, time="at", subject="person", smallest_cell=CELL),
        lambda row: (row["refused"],), None,
    ),
    "fix": (
        lambda held: fix(
            held, decision="refused", label="label", group=GROUP, before="phase = 'v1'", after="phase = 'v2'",
            smallest_cell=CELL,
        ), outcomes, "phase",
    ),
    "compare": (
        lambda held: compare(
            held, decision="refused", label="label", group=GROUP, one="phase = 'v1'", two="phase = 'v2'",
            harm="refused", subject="person", columns=["score"], smallest_cell=CELL,
        ), outcomes, "phase",
    ),
    "scores": (
        lambda held: scores(held, score="score", label="label", group=GROUP, threshold=0.5, smallest_cell=CELL),
        lambda row: tuple(
            row["label"] == label and (row["score"] >= 0.5) == above
            for label in (None, 0, 1)
            for above in (True, False)
        ), None,
    ),
    "estimates": (
        lambda held: estimates(held, estimate="score", truth="truth", group=GROUP, smallest_cell=CELL),
        lambda row: (row["truth"] is None,), None,
    ),
    "exposure": (
        lambda held: exposure(held, position="position", group=GROUP, top=3, smallest_cell=CELL),
        lambda row: (row["position"] <= 3, row["position"] > 3), None,
    ),
    "late-labels": (
        lambda held: late_labels(held, label="label", time="at", group=GROUP, every="day", smallest_cell=CELL),
        lambda row: (row["label"] is None, row["label"] is not None), None,
    ),
    "changes": (
        lambda held: changes(
            held, time="at", harm="refused", at="2026-03-12", columns=GROUP, smallest_cell=CELL
        ), lambda row: (row["refused"], not row["refused"]), "phase",
    ),
    "onset": (
        lambda held: onset(held, time="at", harm="refused", group="team", smallest_cell=CELL),
        lambda row: (row["refused"], not row["refused"]), None,
    ),
    "drift": (
        lambda held: drift(held, baseline="phase = 'v1'", columns=[*GROUP, "score"], smallest_cell=CELL),
        lambda row: (), "phase",
    ),
    "slices": (
        lambda held: slices(held, harm="refused", features=GROUP, alarm=0.5, support=0.001, smallest_cell=CELL),
        lambda row: (row["refused"], not row["refused"]), None,
    ),
}  # fmt: skip
"""Each question, the cells of which it tells of a group, and the column by which it tells groups apart."""


def told(part: Any, *, inside: bool = False) -> Iterator[tuple[str, Any]]:
    """Every group of which a finding tells a number: (column, value)."""
    if isinstance(part, dict):
        named: dict[str, Any] = next(
            (part[key] for key in ("attributes", "of", "where") if isinstance(part.get(key), dict)), {}
        )
        number = any(key != "why" for key in part if key not in ("attributes", "reference", "of", "where", "condition"))
        if number and "why" not in part and not part.get("suppressed") and len(named) == 1:
            yield next(iter(named.items()))
        for key, held in part.items():
            if key == "values" and "column" in part:
                yield from ((part["column"], one["value"]) for one in held if "value" in one)
            elif key in ("shares", "new", "vanished") and "name" in part:
                yield from ((part["name"], one["value"]) for one in held)
            elif key == "rates" and isinstance(held, list):
                yield from (("team", one["group"]) for one in held)
            elif key not in ("reference", "attributes", "highest", "lowest"):
                yield from told(held)
    elif isinstance(part, list):
        for one in part:
            yield from told(one)


def numbers(part: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number that counts something, with its name."""
    if isinstance(part, dict):
        for key, held in part.items():
            yield from numbers(held, key)
    elif isinstance(part, list):
        for one in part:
            yield from numbers(one, name)
    elif isinstance(part, int) and not isinstance(part, bool):
        yield name, part


COUNTS = {
    "n", "labelled", "unlabelled", "tp", "fp", "tn", "fn", "selected", "decisions", "subjects", "harmed", "censored",
    "rows", "reference_n", "n_reference", "n_current",
}  # fmt: skip


def test_every_question_hides_small_cells_or_says_why_it_need_not() -> None:
    for name, question in inquiries.QUESTIONS.items():
        takes = "smallest_cell" in inspect.signature(question.ask).parameters
        assert takes != (name in WITHOUT), f"{name}: give it smallest_cell, or say here why it needs none"
        assert takes == (name in ASKS), f"{name}: ask it here too"


@pytest.mark.parametrize("question", ASKS)
@pytest.mark.parametrize("seed", range(6))
def test_no_small_cell_is_told_nor_left_over_by_subtraction(question: str, seed: int) -> None:
    ask, cells, apart = ASKS[question]
    rows = log(seed)
    try:
        finding = ask(pa.Table.from_pylist(rows))
    except EmptyLog as refused:
        assert "pointing at" in str(refused)  # noqa: PT017 - a refusal is one of two right answers
        return
    result = finding.result
    for part in (result, finding.chart):
        assert [(name, count) for name, count in numbers(part) if name in COUNTS and 0 < count < CELL] == []
    shown = set(told(result))
    drawn = finding.to_json().partition('"chart"')[2]
    for column in GROUP:
        values = {row[column] for row in rows}
        seen = {value for name, value in shown if name == column}
        assert seen <= values
        if not seen:
            continue
        assert not [value for value in values - seen if f'"{column} = {value}"' in drawn]
        for part in {row[apart] for row in rows} if apart else {None}:
            held = {v: [row for row in rows if row[column] == v and (not apart or row[apart] == part)] for v in values}
            sums = {v: [len(some), *map(sum, zip(*map(cells, some), strict=True))] for v, some in held.items()}
            assert [v for v in seen if small(sums[v], CELL)] == []
            rest = [sum(some) for some in zip(*(sums[v] for v in values - seen if sums[v][0]), strict=False)]
            if question != "slices":  # tells of a few groups, not of all but a few
                assert not small(rest[:1], CELL), (column, part, seen)


@pytest.mark.parametrize("question", ASKS)
def test_without_a_smallest_cell_small_groups_are_told(question: str) -> None:
    log_ = pa.Table.from_pylist(log(1))
    seen = {value for _, value in told(inquiries.QUESTIONS[question].ask(log_, **PLAIN[question]).result)}
    assert "C" in seen or question == "slices"
    assert seen


PLAIN: dict[str, dict[str, Any]] = {
    "fairness": {"decision": "refused", "label": "label", "group": "team"},
    "blast-radius": {"harm": "refused", "by": "team"},
    "fix": {"decision": "refused", "group": "team", "before": "phase = 'v1'", "after": "phase = 'v2'"},
    "compare": {"decision": "refused", "group": "team", "one": "phase = 'v1'"},
    "scores": {"score": "score", "group": "team"},
    "estimates": {"estimate": "score", "truth": "truth", "group": "team"},
    "exposure": {"position": "position", "group": "team"},
    "late-labels": {"label": "truth", "time": "at", "group": "team"},
    "changes": {"time": "at", "harm": "refused", "at": "2026-03-12", "columns": ["team"]},
    "onset": {"time": "at", "harm": "refused", "group": "team"},
    "drift": {"baseline": "phase = 'v1'", "columns": ["team"]},
    "slices": {"harm": "refused", "features": ["team"], "alarm": 0.5, "support": 0.001},
}


def test_scores_are_told_so_coarsely_that_no_difference_of_two_thresholds_is_a_small_cell() -> None:
    for seed in range(6):
        rows = log(seed)
        result = scores(
            pa.Table.from_pylist(rows), score="score", label="label", group="team", threshold=0.5, smallest_cell=CELL
        ).result
        for entry in result["groups"]:
            (team,) = entry["attributes"].values()
            own = [row for row in rows if row["team"] == team]
            for bin_ in entry["calibration"]["bins"]:
                assert not small([bin_["n"]], CELL)
            steps = [one["threshold"] for one in result["thresholds"][0]["scan"]] + [2.0]
            for low, high in pairwise(steps):
                between = [row["label"] for row in own if low <= row["score"] < high]
                assert not small([len(between), *(between.count(label) for label in (None, 0, 1))], CELL)


def test_what_hidden_groups_have_together_is_no_small_cell_either() -> None:
    # Two groups with three and four errors: both hidden, they would still tell that seven of all errors are theirs.
    groups = [(), (("g", "a"),), (("g", "b"),), (("g", "c"),)]
    cells = [(300, 107), (50, 3), (50, 4), (200, 100)]
    assert closed(groups, cells, 5) == {1, 2}
    assert closed(groups, cells, 8) == {1, 2, 3}
    assert hidden_values([{"a": (50, 3), "b": (50, 4), "c": (60, 20), "d": (200, 80)}], 8, tuple) == {"a", "b", "c"}


def test_a_hidden_reference_and_a_log_smaller_than_a_cell_are_refused() -> None:
    rows = log(2)
    words: dict[str, Any] = {"score": "score", "group": "team", "smallest_cell": CELL}
    with pytest.raises(AskedWrongly, match="is a small cell"):
        scores(pa.Table.from_pylist(rows), reference={"team": "C"}, **words)
    with pytest.raises(EmptyLog, match="without pointing at"):
        scores(pa.Table.from_pylist(rows[:8]), **words)
    for question in ASKS:
        with pytest.raises(AskedWrongly, match="smallest cell"):
            inquiries.QUESTIONS[question].ask(pa.Table.from_pylist(rows), **PLAIN[question], smallest_cell=-1)
