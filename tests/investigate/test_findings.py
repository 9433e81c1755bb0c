"""Findings: the same bytes each time, a sentence, a picture, progress, and stopping."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import (
    AskedWrongly,
    Cancelled,
    ColumnMissing,
    Finding,
    Guess,
    Predictions,
    blast_radius,
    fairness,
)

HEADER = ["race", "decision", "label", "day", "user_id"]


@pytest.fixture
def log(tmp_path: Path) -> Predictions:
    rows = [
        (g, d, y, f"2026-03-{1 + i % 20:02}", i % 50)
        for i, (g, d, y) in enumerate(
            confusion({"Blue": (60, 40, 20, 80), "Green": (90, 10, 40, 60), "<b>": (2, 1, 1, 1)})
        )
    ]
    path = write_csv(tmp_path / "log.csv", HEADER, rows)
    return Predictions(path, time="day", subject="user_id", decision="decision", label="label", attributes=("race",))


def both(log: Predictions, **more: Any) -> list[Finding]:
    return [fairness(log, **more), blast_radius(log, harm="decision = 0", baseline="day < '2026-03-10'", **more)]


def test_the_same_question_gives_the_same_bytes(log: Predictions) -> None:
    assert [f.to_json() for f in both(log)] == [f.to_json() for f in both(log)]


def test_watching_a_question_does_not_change_its_answer(log: Predictions) -> None:
    watched = both(log, on_progress=lambda _: None, cancelled=lambda: False)
    assert [f.to_json() for f in watched] == [f.to_json() for f in both(log)]


def test_a_finding_has_the_parts_that_scripts_rely_on(log: Predictions) -> None:
    for found in both(log):
        told = json.loads(found.to_json())
        assert list(told) == ["question", "sentence", "rows", "data", "recipe", "result", "chart"]
        assert set(told["rows"]) == {"used", "skipped", "reasons"}
        assert told["data"]["source"] == log.source
        assert told["data"]["fingerprint"].startswith("sha256:")
        assert set(told["recipe"]) == {"sql", "arguments", "hotwash", "engine"}
        assert told["recipe"]["engine"].startswith("duckdb ")
        assert str(found) == found.sentence
        assert Finding.from_json(found.to_json()).to_json() == found.to_json()


def test_every_share_has_an_interval_or_a_reason(log: Predictions) -> None:
    def numbers(part: Any) -> None:
        if isinstance(part, dict):
            if "value" in part and "attributes" not in part:
                assert part["value"] is not None or part["why"]
                if part.get("low") is not None and part["high"] is not None:
                    assert part["low"] <= part["value"] <= part["high"]
                    assert part["level"] == 0.95
            for inner in part.values():
                numbers(inner)
        elif isinstance(part, list):
            for inner in part:
                numbers(inner)

    for found in both(log):
        numbers(found.result)


def test_the_fingerprint_is_the_digest_of_the_bytes(log: Predictions) -> None:
    from hashlib import sha256

    assert fairness(log).data.fingerprint == "sha256:" + sha256(Path(log.source).read_bytes()).hexdigest()


def test_the_recipe_can_be_run_again_by_hand(log: Predictions) -> None:
    import duckdb

    found = fairness(log)
    with duckdb.connect() as connection:
        for statement in found.recipe.sql[:-1]:
            connection.execute(statement)
        rows = connection.execute(found.recipe.sql[-1]).fetchall()
    assert sum(row[-1] for row in rows) == found.rows.used


def test_charts_are_drawn_with_their_intervals(log: Predictions) -> None:
    for found in both(log):
        assert found.chart["$schema"].endswith("/vega-lite/v6.json")
        assert found.chart["width"] == "container"
        assert all(row["low"] <= row["rate"] <= row["high"] for row in found.chart["data"]["values"])
        page = found._repr_html_()
        svg = page[page.index("<svg") : page.index("</svg>") + 6]
        tree = ET.fromstring(svg)
        assert len(list(tree.iter("{http://www.w3.org/2000/svg}path"))) > 5
        assert "<b>" not in page


def test_a_chart_says_which_group_has_too_few(log: Predictions) -> None:
    rows = fairness(log).chart["data"]["values"]
    assert {r["group"] for r in rows if r["enough"] != "enough"} == {"<b> (n = 5: too few to say)"}


def test_progress_only_grows_and_ends_at_one(log: Predictions) -> None:
    for question in (fairness, lambda log, **kw: blast_radius(log, harm="decision = 0", baseline="label = 1", **kw)):
        told: list[float] = []
        question(log, on_progress=told.append)
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1.0)


def test_a_question_stops_when_it_is_told_to(log: Predictions) -> None:
    for after in range(2):
        calls = iter([False] * after + [True] * 1000)
        with pytest.raises(Cancelled):
            fairness(log, cancelled=lambda calls=calls: next(calls))  # type: ignore[misc]


def test_a_long_question_is_interrupted_in_the_middle(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "long.parquet"
    duckdb.execute(
        f"COPY (SELECT i % 7 AS g, i % 2 AS d, i AS s FROM range(3000000) t(i)) TO '{path}' (FORMAT parquet)"
    )
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with pytest.raises(Cancelled):
        blast_radius(str(path), harm="d = 0 and abs(s * s / 3) > 1", subject="s", by="g", cancelled=stop)


def test_columns_are_shown_with_what_they_hold(log: Predictions) -> None:
    assert [(c.name, c.kind) for c in log.columns()] == [
        ("race", "text"),
        ("decision", "number"),
        ("label", "number"),
        ("day", "day"),
        ("user_id", "number"),
    ]


def test_roles_are_guessed_and_confirmed_by_a_person(log: Predictions) -> None:
    bare = Predictions.open(log.source)
    guesses = bare.guess_roles()
    assert {(g.role, g.column) for g in guesses} == {
        ("time", "day"),
        ("subject", "user_id"),
        ("decision", "decision"),
        ("label", "label"),
        ("attribute", "race"),
    }
    told = bare.confirmed(guesses)
    assert (told.subject, told.attributes) == ("user_id", ("race",))
    with pytest.raises(AskedWrongly, match="no role 'colour'"):
        bare.confirmed([Guess("colour", "race", "")])


def test_a_description_that_names_a_missing_column_is_refused(log: Predictions) -> None:
    with pytest.raises(ColumnMissing, match='no column "when"'):
        Predictions.open(log.source, time="when")
