"""Drift: the measures are those of SciPy and others where definitions agree, planted changes are found."""

import csv
import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.investigate.logs import write_csv

from hotwash.investigate import AskedWrongly, ColumnMissing, EmptyLog, Finding, Unreadable, drift, tails
from hotwash.investigate.distances import jensen_shannon, kolmogorov_smirnov, wasserstein, wasserstein_error
from hotwash.investigate.engine import Watch
from hotwash.investigate.expression import Name
from hotwash.investigate.predictions import Predictions
from hotwash.investigate.spread import _refined, on_the_same, sorted_out

EXACT = 1e-9
NUMBERS = ("decile_score", "priors_count", "age")
CATEGORIES = ("race", "sex", "c_charge_degree", "score_text")


@pytest.fixture(scope="session")
def compas(shared: Path) -> dict[str, Any]:
    finding = drift(
        shared / "fairness-oracle" / "compas.csv",
        baseline="compas_screening_date < '2014-01-01'",
        columns=[*NUMBERS, *CATEGORIES],
    )
    assert (finding.result["reference"]["n"], finding.result["current"]["n"]) == (4345, 1827)
    return {column["name"]: column for column in finding.result["columns"]}


def oracle(shared: Path, peer: str) -> Any:
    return json.loads((shared / "fairness-oracle" / f"drift-{peer}.json").read_text())["values"]


def test_numbers_are_those_of_scipy(shared: Path, compas: dict[str, Any]) -> None:
    theirs = oracle(shared, "scipy")
    for name in NUMBERS:
        ours = compas[name]
        assert ours["ks"]["value"] == pytest.approx(theirs[name]["ks_statistic"], abs=EXACT)
        assert ours["wasserstein"]["value"] == pytest.approx(theirs[name]["wasserstein"], abs=EXACT)
        assert ours["wasserstein_normed"]["value"] == pytest.approx(theirs[name]["wasserstein_over_ref_std"], abs=EXACT)
        assert ours["ks"]["p"] == pytest.approx(theirs[name]["ks_pvalue_asymp"], rel=0.03)  # another approximation
    for name in CATEGORIES:
        ours = compas[name]
        assert ours["chi2"]["value"] == pytest.approx(theirs[name]["chi2"], abs=EXACT)
        assert ours["chi2"]["p"] == pytest.approx(theirs[name]["chi2_pvalue"], abs=EXACT)
        assert ours["chi2"]["freedom"] == theirs[name]["dof"]
        assert ours["js"]["value"] == pytest.approx(theirs[name]["js_distance_base2"], abs=EXACT)
        assert ours["psi"]["value"] == pytest.approx(theirs[name]["psi_no_smoothing"], abs=EXACT)
        assert ours["variation"]["value"] == pytest.approx(theirs[name]["tvd"], abs=EXACT)


def test_evidently_gives_the_same_where_its_definition_is_the_same(shared: Path, compas: dict[str, Any]) -> None:
    theirs = oracle(shared, "evidently")
    for name in NUMBERS:
        assert compas[name]["wasserstein_normed"]["value"] == pytest.approx(theirs[name]["wasserstein"], abs=EXACT)
    for name in (*CATEGORIES, "decile_score"):  # few values: the cells are the values, here as there
        assert compas[name]["psi"]["value"] == pytest.approx(theirs[name]["psi"], abs=EXACT)
        natural = compas[name]["js"]["value"] * math.sqrt(math.log(2))
        assert natural == pytest.approx(theirs[name]["jensenshannon"], abs=EXACT)


def test_nannyml_and_alibi_give_the_same_but_for_corrections(shared: Path, compas: dict[str, Any]) -> None:
    nanny, alibi = oracle(shared, "nannyml"), oracle(shared, "alibi")
    for name in NUMBERS:
        assert compas[name]["ks"]["value"] == pytest.approx(nanny[name]["kolmogorov_smirnov"], abs=EXACT)
        assert compas[name]["wasserstein"]["value"] == pytest.approx(nanny[name]["wasserstein"], abs=EXACT)
        assert compas[name]["ks"]["value"] == pytest.approx(alibi[name]["distance"], abs=1e-6)  # it keeps 32 bits
    for name in ("race", "score_text"):
        assert compas[name]["chi2"]["value"] == pytest.approx(nanny[name]["chi2"], abs=EXACT)
    for name in ("sex", "c_charge_degree"):  # two by two: both correct for continuity there, we do not
        assert compas[name]["chi2"]["value"] > nanny[name]["chi2"]
    for name in (*CATEGORIES, "decile_score"):
        assert compas[name]["js"]["value"] == pytest.approx(nanny[name]["jensen_shannon"], abs=EXACT)


def test_the_test_of_categories_has_two_samples_unlike_that_of_whylogs(shared: Path, compas: dict[str, Any]) -> None:
    theirs = oracle(shared, "whylogs")
    assert theirs["sex"]["pvalue"] < 0.004 < 0.01 < compas["sex"]["chi2"]["p"]


samples = st.lists(st.integers(-20, 20) | st.floats(-5, 5, allow_nan=False), min_size=1, max_size=80)


@settings(deadline=None)
@given(samples, samples, st.booleans())
def test_ks_and_wasserstein_are_those_of_a_plain_walk(a: list[float], b: list[float], squeezed: bool) -> None:
    one, two = sorted_out(np.array(a, float)), sorted_out(np.array(b, float))
    both = sorted({*map(float, a), *map(float, b)})
    gaps = [sum(x <= v for x in a) / len(a) - sum(x <= v for x in b) / len(b) for v in both]
    area = sum(abs(g) * (w - v) for g, v, w in zip(gaps, both, both[1:], strict=False))
    assert kolmogorov_smirnov(one, two) == pytest.approx(max(map(abs, gaps)), abs=1e-12)
    assert wasserstein(one, two) == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "m", "shift"), [(300_000, 300_000, 0.0), (300_000, 270_001, 0.01), (280_000, 300_000, 1)]
)
def test_samples_too_large_to_be_counted_are_compared_exactly_too(n: int, m: int, shift: float) -> None:
    rng = np.random.default_rng(n)
    a, b = np.sort(rng.standard_normal(n)), np.sort(rng.standard_normal(m) + shift)
    one, two = sorted_out(a.copy()), sorted_out(b.copy())
    assert one.counts is None
    both = np.sort(np.concatenate((a, b)))
    gaps = np.abs(np.searchsorted(a, both, "right") / n - np.searchsorted(b, both, "right") / m)
    assert kolmogorov_smirnov(one, two) == pytest.approx(gaps.max(), abs=1e-12)
    assert wasserstein(one, two) == pytest.approx(float(gaps[:-1] @ np.diff(both)), abs=1e-9)


def test_tails_are_the_published_ones() -> None:
    # Abramowitz and Stegun, tables 26.8; Smirnov (1948): the limit is 1.36 at 5 %.
    assert tails.chi_square(3.84146, 1) == pytest.approx(0.05, abs=1e-6)
    assert tails.chi_square(124.342, 100) == pytest.approx(0.05, abs=1e-5)
    assert tails.chi_square(0.0157908, 1) == pytest.approx(0.9, abs=1e-6)
    assert tails.kolmogorov(1.3581 / 1e4, 1e8) == pytest.approx(0.05, abs=1e-4)
    assert tails.kolmogorov(0.001, 100) == 1.0
    assert tails.benjamini_hochberg([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


def world(folder: Path, name: str, seed: int, *, rows: int = 6_000, changed: bool = False) -> str:
    """Twelve columns, of which four change: a mean, a heavy tail, the shares of categories, what is missing."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {f"same{i}": rng.standard_normal(rows) for i in range(4)}
    columns |= {f"kept{i}": rng.integers(0, 4 + i, rows).astype(str) for i in range(4)}
    columns["mean"] = rng.standard_normal(rows) + 0.3 * changed
    columns["tail"] = rng.standard_cauchy(rows) * (1.5 if changed else 1)
    columns["shares"] = rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2] if changed else [0.3, 0.4, 0.3])
    lost = rng.random(rows) < (0.2 if changed else 0.05)
    columns["lost"] = pa.array(rng.standard_normal(rows), mask=lost)
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return str(folder / f"{name}.parquet")


def drifted(finding: Finding) -> set[str]:
    return {one["name"] for one in finding.result["columns"] if one["drifted"]}


def test_planted_changes_are_found_and_come_first(tmp_path: Path) -> None:
    for seed in range(5):
        finding = drift(world(tmp_path, "a", seed), world(tmp_path, "b", seed + 100, changed=True))
        assert drifted(finding) == {"mean", "tail", "shares", "lost"}
        assert {one["name"] for one in finding.result["columns"][:4]} == {"mean", "tail", "shares", "lost"}
        assert finding.result["columns"][0]["name"] == "shares"
        lost = next(one for one in finding.result["columns"] if one["name"] == "lost")
        assert lost["effect"]["of"] == "missing"
        assert lost["missing_current"]["value"] == pytest.approx(0.2, abs=0.03)
        assert "4 of 12 columns have drifted: shares" in finding.sentence
        tail = next(one for one in finding.result["columns"] if one["name"] == "tail")
        assert 0.05 < tail["ks"]["value"] < 0.15


def alarms(count: int, folder: Path) -> int:
    return sum(
        bool(drifted(drift(world(folder, "a", seed, rows=800), world(folder, "b", 10_000 + seed, rows=700), floor=0)))
        for seed in range(count)
    )


def test_without_any_change_alarms_are_rare(tmp_path: Path) -> None:
    assert alarms(40, tmp_path) <= 6


@pytest.mark.soak
def test_without_any_change_alarms_keep_to_their_rate(tmp_path: Path) -> None:
    assert alarms(500, tmp_path) <= 37  # 5 % of 500 are 25; more than 37 has a chance of 1 %


def test_a_change_under_the_floor_is_no_drift_however_sure(tmp_path: Path) -> None:
    def log(name: str, share: float) -> str:
        values = np.zeros(400_000, "int8")
        values[: int(share * 400_000)] = 1
        pq.write_table(pa.table({"x": values}), tmp_path / name)
        return str(tmp_path / name)

    one, two = log("a.parquet", 0.50), log("b.parquet", 0.51)
    (column,) = drift(one, two).result["columns"]
    assert column["p_corrected"] < 1e-9
    assert not column["drifted"]
    assert drift(one, two, floor=0.005).result["drifted"] == 1


def test_new_and_vanished_values_and_columns_are_told(tmp_path: Path) -> None:
    before = write_csv(
        tmp_path / "a.csv", ["colour", "size", "old"], [("red" if i % 2 else "blue", i % 7, 1) for i in range(400)]
    )
    after = write_csv(
        tmp_path / "b.csv",
        ["colour", "size", "fresh"],
        [("red" if i % 2 else "mauve", f"S{i % 7}", 1) for i in range(400)],
    )
    finding = drift(before, after)
    result = finding.result
    assert result["schema"]["added"] == ["fresh"]
    assert result["schema"]["removed"] == ["old"]
    assert [one["name"] for one in result["schema"]["changed"]] == ["size"]
    assert result["columns"][0]["name"] == "size"
    assert result["columns"][0]["drifted"]
    colour = result["columns"][1]
    assert colour["new"] == [{"value": "mauve", "n": 200, "share": 0.5}]
    assert colour["vanished"] == [{"value": "blue", "n": 200, "share": 0.5}]
    assert 'never seen before: colour "mauve"' in finding.sentence
    assert "1 column is new (fresh); 1 column is missing (old)" in finding.sentence


def test_what_differs_in_every_row_is_left_out_and_listed(tmp_path: Path) -> None:
    rows = [(i, f"note {i}", f"2026-01-{1 + i % 28:02}", i % 3) for i in range(3_000)]
    log = write_csv(tmp_path / "log.csv", ["id", "text", "day", "x"], rows)
    result = drift(log, baseline="day < '2026-01-15'").result
    assert result["left_out"] == {
        "id": "every row has its own number",
        "text": "it has more than 1,000 different values",
        "day": "it holds times",
    }
    assert [one["name"] for one in result["columns"]] == ["x"]


def test_rows_on_neither_side_and_unknown_ones_are_skipped_with_reasons(tmp_path: Path) -> None:
    rows = [(None if i % 10 == 0 else i % 5, i % 4) for i in range(1_000)]
    log = write_csv(tmp_path / "log.csv", ["period", "x"], rows)
    finding = drift(log, baseline="period = 1", against="period in (2, 3)")
    assert finding.rows.used == 600
    assert sorted(finding.rows.reasons.values()) == [100, 300]
    assert (finding.result["reference"]["n"], finding.result["current"]["n"]) == (200, 400)


def test_both_logs_are_in_the_finding_and_the_same_again_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = world(tmp_path, "a", 1), world(tmp_path, "b", 2, changed=True)
    finding = drift(one, two)
    assert finding.to_json() == drift(one, current=two).to_json()
    assert finding.result["current"]["source"] == two
    assert finding.data.fingerprint not in (finding.result["reference"]["fingerprint"], "")
    assert sum("CREATE VIEW" in statement for statement in finding.recipe.sql) == 2
    assert finding.recipe.arguments["current"] == two


def test_cells_counted_by_an_engine_alone_come_close_enough(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    samples = {}
    for name, values in (
        ("a", np.exp(2 * rng.standard_normal(30_000))),
        ("b", np.exp(2 * rng.standard_normal(30_000) + 0.2)),
    ):
        pq.write_table(pa.table({"x": values}), tmp_path / f"{name}.parquet")
        samples[name] = sorted_out(values.copy())
    exact = kolmogorov_smirnov(samples["a"], samples["b"])
    with (
        Predictions(str(tmp_path / "a.parquet")).opened(Watch()) as one,
        Predictions(str(tmp_path / "b.parquet")).opened(Watch()) as two,
    ):
        item = Name("x", column=one.columns()[0])
        coarse = _refined(one, item, None)
        other = on_the_same(two, item, None, coarse)
        like = on_the_same(one, item, None, coarse)
    assert coarse.rows == other.rows == 30_000
    assert coarse.counts is not None
    largest = coarse.counts.max() / 30_000
    assert largest < 0.002
    assert kolmogorov_smirnov(like, other) == pytest.approx(exact, abs=2 * largest)
    moved = wasserstein(samples["a"], samples["b"])
    assert wasserstein(like, other) == pytest.approx(moved, rel=0.05)
    assert abs(wasserstein(like, other) - moved) <= wasserstein_error(like, other) < 0.5 * moved


def test_infinite_values_have_no_mean_distance_and_missing_ones_no_numbers(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [1.0, 2.0, math.inf] * 30, "y": [math.nan] * 90}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"x": [1.0, 2.0, 3.0] * 30, "y": [1.0] * 90}), tmp_path / "b.parquet")
    found = {one["name"]: one for one in drift(tmp_path / "a.parquet", tmp_path / "b.parquet").result["columns"]}
    assert found["x"]["wasserstein"] == {"value": None, "why": "there are infinite values"}
    assert found["x"]["ks"]["value"] == pytest.approx(1 / 3)
    assert found["y"]["ks"] == {"value": None, "why": "there is no value on one side"}
    assert found["y"]["missing_reference"]["value"] == 1.0
    assert found["y"]["drifted"]


def test_nothing_in_common_is_a_distance_of_one() -> None:
    assert jensen_shannon(np.array([5, 0]), np.array([0, 7])) == pytest.approx(1.0)


def test_a_report_of_evidently_becomes_a_finding(shared: Path) -> None:
    finding = drift(shared / "alert_payloads" / "evidently" / "data_drift_report_compas_2013_vs_2014.json")
    result = finding.result
    assert result["drifted"] == result["reported"]["count"] == 3
    assert [one["name"] for one in result["columns"][:3]] == ["two_year_recid", "age", "priors_count"]
    assert result["columns"][1]["wasserstein_normed"]["value"] == 0.1496097794110473
    assert result["columns"][0]["reported"]["value"] == 0.21156452535460893
    assert finding.sentence.startswith("By a report of Evidently, 3 of 7 columns have drifted: two_year_recid")
    assert Finding.from_json(finding.to_json()).result == json.loads(json.dumps(result))


def test_its_values_are_ours_where_the_report_was_made_from_the_same_rows(shared: Path) -> None:
    source = shared / "compas" / "compas-scores-two-years.deidentified.csv"
    with source.open() as file:
        columns = next(csv.reader(file))
    assert "compas_screening_date" in columns
    report = drift(shared / "alert_payloads" / "evidently" / "data_drift_report_compas_2013_vs_2014.json")
    theirs = {one["name"]: one for one in report.result["columns"]}
    ours = {
        one["name"]: one
        for one in drift(source, baseline="compas_screening_date < '2014-01-01'", columns=list(theirs)).result[
            "columns"
        ]
    }
    for name, one in theirs.items():
        if "wasserstein_normed" in one:
            assert ours[name]["wasserstein_normed"]["value"] == pytest.approx(
                one["wasserstein_normed"]["value"], abs=EXACT
            )
        else:
            assert ours[name]["js"]["value"] == pytest.approx(one["js"]["value"], abs=EXACT)


@pytest.mark.parametrize(
    "text", ['{"metrics": [], "metric_name": 1}', '{"metrics": [{"metric_name": "ValueDrift(column=a"}]}']
)
def test_a_damaged_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(Unreadable, match="report"):
        drift(tmp_path / "report.json")


def test_two_profiles_of_whylogs_become_a_finding() -> None:
    pytest.importorskip("whylogs", reason="whylogs is not installed (hotwash[whylogs])")
    profiles = Path(__file__).parent / "profiles"
    finding = drift(profiles / "reference.bin", profiles / "current.bin")
    assert drifted(finding) == {"age", "lang"}
    age = next(one for one in finding.result["columns"] if one["name"] == "age")
    assert age["ks"]["value"] > 0.3
    assert age["missing_reference"]["value"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ({}, AskedWrongly, "Name a second log"),
        ({"baseline": "x = 1", "current": "b.csv"}, AskedWrongly, "not both"),
        ({"baseline": "x = 1", "floor": 2.0}, AskedWrongly, "floor is a share"),
        ({"baseline": "x = 1", "alarm": 0.0}, AskedWrongly, "false alarms"),
        ({"baseline": "x = 1", "bins": 1}, AskedWrongly, "2 to 100 ranges"),
        ({"baseline": "x = 9"}, EmptyLog, "reference has not a single row"),
        ({"baseline": "x < 9"}, EmptyLog, "current side has not a single row"),
        ({"baseline": "x = 1", "columns": ["z"]}, ColumnMissing, 'no column "z"'),
        ({"current": "nowhere.csv"}, Unreadable, "no file"),
    ],
)
def test_wrong_questions_are_refused_with_a_sentence(
    tmp_path: Path, words: dict[str, Any], error: type[Exception], said: str
) -> None:
    log = write_csv(tmp_path / "log.csv", ["x", "y"], [(i % 3, random.Random(i).random()) for i in range(60)])
    with pytest.raises(error, match=said):
        drift(log, **words)


def test_the_chart_can_be_drawn(tmp_path: Path) -> None:
    finding = drift(world(tmp_path, "a", 1), world(tmp_path, "b", 2, changed=True))
    assert [row["enough"] == "enough" for row in finding.chart["data"]["values"]] == [True] * 4 + [False] * 8
    assert "<svg" in finding._repr_html_()
