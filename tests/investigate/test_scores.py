"""Scores, estimates, rankings and late labels by group: against peers, formulas by hand, and planted truth."""

import csv
import json
import random
from itertools import product
from math import log2, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.investigate.logs import write_csv

from hotwash.investigate import AskedWrongly, ColumnMistyped, EmptyLog
from hotwash.investigate.questions.estimates import estimates
from hotwash.investigate.questions.exposure import exposure
from hotwash.investigate.questions.late_labels import late_labels
from hotwash.investigate.questions.scores import CELLS_EXACT, scores
from hotwash.investigate.questions.scores_counted import Scored
from hotwash.investigate.questions.scores_parts import auc


def of(found: Any, **attributes: Any) -> dict[str, Any]:
    [one] = [g for g in found.result["groups"] if g["attributes"] == attributes]
    return dict(one)


def compas(shared: Path, **more: Any) -> Any:
    words = {"score": "decile_score", "label": "label", "group": "race", "reference": {"race": "Caucasian"}}
    return scores(shared / "fairness-oracle" / "compas.csv", **(words | more))


def test_auc_by_race_is_that_of_fairlearn(shared: Path) -> None:
    theirs = json.loads((shared / "fairness-oracle" / "fairlearn.json").read_text())["compas"]["roc_auc_by_race"]
    found = compas(shared, smallest_group=1)
    for race, value in theirs["auc"].items():
        assert of(found, race=race)["auc"]["value"] == pytest.approx(value, abs=1e-9)


def test_compas_scores_are_calibrated_and_their_errors_unequal_in_one_sentence(shared: Path) -> None:
    found = compas(shared, threshold=5)
    black = of(found, race="African-American")
    assert black["at_threshold"]["fpr"]["value"] == pytest.approx(0.42338, abs=1e-5)
    assert black["at_threshold"]["ratio"]["fpr"]["value"] == pytest.approx(1.9232, abs=1e-4)
    assert 1 < black["calibration"]["odds_ratio_given_score"]["value"] < 1.25
    assert "cannot both hold" in found.sentence
    assert "42.3 % against 22.0 % were wrongly flagged" in found.sentence


def test_every_threshold_has_the_rates_that_fairness_gives_there(shared: Path) -> None:
    from hotwash.investigate import fairness

    scan = {one["threshold"]: one for one in compas(shared).result["thresholds"][0]["scan"]}
    assert set(scan) == set(range(1, 11))
    log = shared / "fairness-oracle" / "compas.csv"
    at = fairness(log, score="decile_score", threshold=7, label="label", group="race").result["groups"]
    for ours, theirs in product(scan[7]["groups"], at):
        if ours["attributes"] == theirs["attributes"]:
            assert ours["fpr"] == theirs["fpr"]
            assert ours["ppv"] == theirs["ppv"]


def test_the_region_of_four_fifths_is_where_all_are_selected_nearly_alike(tmp_path: Path) -> None:
    rows = [(team, score) for team, top in (("a", 10), ("b", 8)) for score in range(1, 11) for _ in range(10)
            if score <= top or team == "a"]  # fmt: skip
    found = scores(write_csv(tmp_path / "l.csv", ["team", "s"], rows), score="s", group="team")
    scan = found.result["thresholds"][0]
    assert scan["four_fifths_region"] == [{"from": 1.0, "to": 5.0}]
    assert [one["lowest_to_highest"]["value"] for one in scan["scan"]][4] == pytest.approx((4 / 8) / (6 / 10))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[int, bool]]) -> None:
    held: dict[float, list[int]] = {}
    for at, label in rows:
        held.setdefault(float(at), [0, 0, 0])[int(label)] += 1
    value, variance, why = auc(Scored.of(held))
    yes, no = [a for a, y in rows if y], [a for a, y in rows if not y]
    if not yes or not no:
        assert value is None
        assert why
        return
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in yes for b in no]
    assert value == pytest.approx(sum(pairs) / len(pairs))
    assert variance >= 0


def test_delongs_variance_is_that_of_the_paper_by_hand() -> None:
    held = Scored.of({1.0: [2, 0, 0], 2.0: [1, 1, 0], 3.0: [0, 2, 0]})
    value, variance, _ = auc(held)
    of_yes, of_no = [2.5 / 3, 1.0, 1.0], [1.0, 1.0, 2.5 / 3]
    mean = sum(of_yes) / 3
    spread = sum((p - mean) ** 2 for p in of_yes) / 2 / 3 + sum((p - mean) ** 2 for p in of_no) / 2 / 3
    assert value == pytest.approx(mean)
    assert variance == pytest.approx(spread)


def test_many_different_scores_are_binned_and_the_finding_says_so(tmp_path: Path) -> None:
    chance = random.Random(3)
    rows = []
    for _ in range(CELLS_EXACT + 5_000):
        label = chance.random() < 0.4
        rows.append((chance.choice("ab"), chance.gauss(1.0 if label else 0.0, 1.0), int(label)))
    found = scores(write_csv(tmp_path / "l.csv", ["team", "s", "y"], rows), score="s", label="y", group="team")
    assert not found.result["exact"]
    assert found.rows.used == len(rows)
    for team in "ab":
        assert of(found, team=team)["auc"]["value"] == pytest.approx(0.7602, abs=0.01)  # Phi(1 / sqrt 2)
    calibrated = of(found, team="b")["calibration"]["odds_ratio_given_score"] if found.result["reference"] == {
        "team": "a"} else of(found, team="a")["calibration"]["odds_ratio_given_score"]  # fmt: skip
    assert calibrated["low"] < 1 < calibrated["high"]


def test_planted_miscalibration_is_found_and_told(tmp_path: Path) -> None:
    chance = random.Random(5)
    rows = []
    for team in "ab" * 3000:
        score = chance.random()
        rows.append((team, round(score, 2), int(chance.random() < (score if team == "a" else score * 0.6))))
    log = write_csv(tmp_path / "l.csv", ["team", "p", "y"], rows)
    found = scores(log, score="p", label="y", group="team", reference={"team": "a"})
    b = of(found, team="b")["calibration"]
    assert b["odds_ratio_given_score"]["high"] < 0.6
    assert b["mean_error"]["value"] == pytest.approx(0.2, abs=0.03)
    assert of(found, team="a")["calibration"]["expected_calibration_error"]["value"] < 0.05
    assert found.sentence.startswith("The same score does not mean the same")


@pytest.mark.parametrize("words", [{"bins": 1}, {"group": "nothing"}, {"score": "race"}, {"reference": "worst"}])
def test_scores_asked_wrongly_are_refused(shared: Path, words: dict[str, Any]) -> None:
    from hotwash.investigate import LogError

    with pytest.raises(LogError):
        compas(shared, **words)


def test_errors_of_estimates_equal_counting_by_hand(tmp_path: Path) -> None:
    chance = random.Random(1)
    rows: list[tuple[Any, ...]] = []
    for team in "ab" * 200:
        truth = chance.gauss(50, 10)
        rows.append(
            (team, round(truth + chance.gauss(3 if team == "b" else 0, 2 if team == "a" else 5), 4), round(truth, 4))
        )
    rows += [("a", None, 1.0), ("b", 2.0, None)]
    found = estimates(write_csv(tmp_path / "l.csv", ["team", "e", "t"], rows), estimate="e", truth="t", group="team")
    for team in "ab":
        off = [e - t for g, e, t in rows if g == team and e is not None and t is not None]
        ours = of(found, team=team)
        assert ours["n"] == 200
        assert ours["mean_error"]["value"] == pytest.approx(sum(off) / 200, abs=1e-6)
        assert ours["mae"]["value"] == pytest.approx(sum(map(abs, off)) / 200, abs=1e-6)
        assert ours["rmse"]["value"] == pytest.approx(sqrt(sum(x * x for x in off) / 200), abs=1e-6)
        assert ours["rmse"]["low"] < ours["rmse"]["value"] < ours["rmse"]["high"]
    assert (found.rows.used, found.rows.skipped) == (400, 2)
    assert 'Estimates for people with team "b" are off by' in found.sentence


def test_estimates_need_two_numbers(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "l.csv", ["team", "e", "t"], [("a", 1, "x"), ("b", 2, "y")])
    with pytest.raises(ColumnMistyped):
        estimates(log, estimate="e", truth="t", group="team")
    with pytest.raises(AskedWrongly):
        estimates(log, group="team")


def test_exposure_in_bloombergs_rankings_is_what_its_positions_give(shared: Path) -> None:
    log = shared / "bloomberg_gpt_hiring" / "rankings_long.csv"
    where = "model = 'gpt-3.5-turbo' and job = 'financial analyst'"
    found = exposure(log, position="gpt_rank", before="shown_position", group="demo", where=where)
    with log.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["model"] == "gpt-3.5-turbo" and r["job"] == "financial analyst"]
    assert found.result["reference"] == {"demo": "A_W"}
    assert found.result["complete_lists"]
    for demo in ("B_M", "A_W", "H_M"):
        mine = [int(r["gpt_rank"]) for r in rows if r["demo"] == demo]
        ours = of(found, demo=demo)
        assert ours["exposure"]["value"] == pytest.approx(sum(1 / log2(1 + p) for p in mine) / len(mine), abs=1e-12)
        assert ours["in_top"]["value"] == mine.count(1) / len(mine)
    assert round(of(found, demo="B_M")["in_top_to_highest"]["value"], 3) == 0.442
    assert of(found, demo="B_M")["ratio"]["high"] < 1


def test_rows_without_a_whole_position_are_skipped_and_none_is_an_error(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "l.csv", ["g", "p"], [("a", 1), ("b", 2), ("a", 0), ("b", 1.5), ("a", None)])
    found = exposure(log, position="p", group="g", smallest_group=1)
    assert (found.rows.used, found.rows.skipped) == (2, 3)
    with pytest.raises(EmptyLog):
        exposure(log, position="p", group="g", where="p < 1")


@pytest.mark.soak
def test_the_interval_of_a_difference_in_exposure_holds_in_whole_lists(tmp_path: Path) -> None:
    inside, runs = 0, 200
    for seed in range(runs):
        chance = random.Random(seed)
        rows = [(g, p) for _ in range(100) for p, g in enumerate(chance.sample(["a", "b", "a", "b"], 4), 1)]
        log = write_csv(tmp_path / f"{seed}.csv", ["g", "p"], rows)
        gap = of(exposure(log, position="p", group="g", reference={"g": "a"}), g="b")["difference"]
        inside += gap["low"] <= 0 <= gap["high"]
    assert 0.91 * runs <= inside <= 0.99 * runs


def test_late_labels_are_found_with_their_date_and_groups(tmp_path: Path) -> None:
    chance = random.Random(2)
    rows = []
    for week in range(12):
        for i in range(200):
            known = chance.random() < (0.95 if week < 9 else 0.95 - 0.3 * (week - 8)) * (0.9 if i % 2 else 1)
            day = 5 + 7 * week + i % 7  # the fifth of January 2026 is a Monday
            date = (
                f"2026-{1 + (day > 31) + (day > 59):02}-{day if day <= 31 else day - 31 if day <= 59 else day - 59:02}"
            )
            rows.append((f"{date}T10:00:00Z", "ab"[i % 2], int(chance.random() < 0.3) if known else None))
    log = write_csv(tmp_path / "l.csv", ["at", "team", "y"], rows)
    found = late_labels(log, label="y", time="at", group="team")
    assert found.result["censored_since"] == "2026-03-09T00:00:00Z"
    assert found.result["censored"] == 600
    assert len(found.result["over_time"]) == 12
    assert "since 2026-03-09 labels are incomplete (600 decisions)" in found.sentence
    a, b = of(found, team="a"), of(found, team="b")
    assert a["coverage"]["value"] > b["coverage"]["value"]
    assert (b["p_holm"] or a["p_holm"]) < 0.05
    assert sum(g["labelled"] for g in found.result["groups"]) == sum(r[2] is not None for r in rows)


def test_labels_that_are_all_there_raise_no_alarm(tmp_path: Path) -> None:
    rows = [(f"2026-01-{1 + i % 28:02}", i % 2) for i in range(280)]
    found = late_labels(write_csv(tmp_path / "l.csv", ["at", "y"], rows), label="y", time="at", every="day")
    assert found.result["censored_since"] is None
    assert found.sentence == "100.0 % of 280 decisions have a label."
    with pytest.raises(AskedWrongly):
        late_labels(tmp_path / "l.csv", label="y", time="at", every="year")
