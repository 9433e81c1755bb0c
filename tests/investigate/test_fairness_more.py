"""What a fairness finding holds beyond rates: tests, resamples, definitions, inequality; held against peers."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import AskedWrongly, fairness
from hotwash.investigate.proportions import benjamini_hochberg, holm, two_sided

EXACT = 1e-9


def ask(path: Path, groups: dict[str, tuple[int, int, int, int]], **more: Any) -> Any:
    log = write_csv(path / "log.csv", ["team", "decision", "label"], confusion(groups))
    return fairness(log, **({"decision": "decision", "label": "label", "group": "team"} | more))


def compas(shared: Path, **more: Any) -> Any:
    log = shared / "fairness-oracle" / "compas.csv"
    return fairness(log, **({"decision": "decision", "label": "label", "group": "race"} | more))


def oracle(shared: Path, name: str) -> Any:
    return json.loads((shared / "fairness-oracle" / f"{name}.json").read_text())


def test_a_test_of_a_rate_is_of_that_rate(shared: Path) -> None:
    # Aequitas says 0.0119 here: it tests the false discovery rate under this name.
    found = compas(shared, reference={"race": "Caucasian"})
    black = {d["metric"]: d for d in found.result["disparities"] if d["attributes"] == {"race": "African-American"}}
    assert black["fpr"]["p"] == pytest.approx(5.0e-30, rel=0.05)
    assert black["fnr"]["p"] == pytest.approx(3.4e-25, rel=0.05)
    assert black["fdr"]["p"] == pytest.approx(0.0108, rel=0.01)
    assert black["fpr"]["p"] < black["fpr"]["p_bh"] <= black["fpr"]["p_holm"]


def test_compas_is_calibrated_and_unequal_at_once(shared: Path) -> None:
    found = compas(shared, reference={"race": "Caucasian"}, definition="predictive_parity")
    told = found.result["conflict"]
    assert told["attributes"] == {"race": "African-American"}
    assert told["alike"]["values"] == [pytest.approx(0.6495, abs=1e-4), pytest.approx(0.5948, abs=1e-4)]
    assert {one["metric"] for one in told["unlike"]} == {"fpr", "fnr"}
    assert "42.3 % against 22.0 % were wrongly flagged" in told["sentence"]
    definitions = {d["definition"]: d for d in found.result["definitions"]}
    assert definitions["predictive_parity"]["chosen"]
    assert not definitions["equalized_odds"]["chosen"]
    assert definitions["equalized_odds"]["differs"]["value"]
    assert found.recipe.arguments["definition"] == "predictive_parity"


def test_where_no_definitions_conflict_none_is_told(tmp_path: Path) -> None:
    groups = {"a": (900, 100, 100, 900), "b": (600, 400, 100, 900)}
    assert ask(tmp_path, {"a": (90, 10, 10, 90), "b": (90, 10, 10, 90)}).result["conflict"] is None
    assert ask(tmp_path, groups).result["conflict"] is None  # worse by both


def test_derived_metrics_are_those_of_fairlearn_and_aequitas(shared: Path) -> None:
    theirs = oracle(shared, "fairlearn")["compas"]["race"]["by_group"]
    names = {
        "balanced_accuracy": "balanced_accuracy",
        "f1": "f1",
        "matthews": "matthews",
        "error_rate": "zero_one_loss",
    }
    shares = {
        r["attribute_value"]: r["ppr"]
        for r in oracle(shared, "aequitas")["compas"]["crosstabs"]
        if r["attribute_name"] == "race"
    }
    for entry in compas(shared).result["groups"]:
        race = entry["attributes"]["race"]
        for ours, name in names.items():
            assert entry["more"][ours]["value"] == pytest.approx(theirs[name][race], abs=EXACT)
        assert entry["more"]["share_of_selected"]["value"] == pytest.approx(shares[race], abs=EXACT)


@pytest.mark.parametrize("favourable", [0, 1])
def test_inequality_and_differential_fairness_are_those_of_aif360(shared: Path, favourable: int) -> None:
    values = next(
        v for k, v in oracle(shared, "aif360")["compas"].items() if k.startswith(f"fav={favourable}|race:African")
    )
    ours = compas(shared, favourable=favourable).result["spread"][0]["inequality"]
    for name in ("generalized_entropy_index", "theil_index", "coefficient_of_variation"):
        assert ours[name]["value"] == pytest.approx(values[name], abs=EXACT)
    assert ours["bias_amplification"]["value"] == pytest.approx(
        values["differential_fairness_bias_amplification"], abs=EXACT
    )
    assert ours["label_differential_fairness"]["value"] == pytest.approx(
        values["smoothed_empirical_differential_fairness"], abs=EXACT
    )


def test_a_bootstrap_of_the_cells_agrees_with_resampling_rows(shared: Path) -> None:
    found = compas(shared, bootstrap=2000)
    theirs = oracle(shared, "fairlearn")["compas"]["race"]["bootstrap"]
    names = {"selection_rate": "selection_rate", "tpr": "true_positive_rate", "fpr": "false_positive_rate"}
    for entry in found.result["groups"]:
        if entry["n"] < 300:
            continue
        for metric, name in names.items():
            for side, at in (("low", 0), ("high", 2)):
                quantile = theirs["by_group_ci"][at][name][entry["attributes"]["race"]]
                assert entry[metric]["bootstrap"][side] == pytest.approx(quantile, abs=0.006)
    assert compas(shared, bootstrap=2000).to_json() == found.to_json()
    assert compas(shared, bootstrap=2000, seed=2).result != found.result


def test_bootstrap_and_closed_intervals_agree_where_both_hold(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (500, 300, 200, 600), "b": (400, 400, 300, 500)}, bootstrap=4000)
    for entry in found.result["groups"]:
        for metric in ("fpr", "fnr", "ppv", "selection_rate"):
            for number in (entry[metric], entry["ratio"][metric], entry["difference"][metric]):
                if number["low"] != number["high"]:
                    assert number["bootstrap"]["low"] == pytest.approx(number["low"], abs=0.02)
                    assert number["bootstrap"]["high"] == pytest.approx(number["high"], abs=0.02)


def test_what_a_resample_leaves_undefined_has_no_interval(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (50, 30, 20, 60), "b": (20, 10, 0, 1)}, bootstrap=300)
    b = next(g for g in found.result["groups"] if g["attributes"]["team"] == "b")
    assert b["tpr"]["value"] == 1.0
    assert b["tpr"]["bootstrap"]["low"] is None
    assert "one resample in ten" in b["tpr"]["bootstrap"]["why"]


@pytest.mark.parametrize("words", [{"bootstrap": 5}, {"bootstrap": 10**9}, {"definition": "fair"}])
def test_what_cannot_be_asked_is_said(tmp_path: Path, words: dict[str, Any]) -> None:
    with pytest.raises(AskedWrongly):
        ask(tmp_path, {"a": (5, 5, 5, 5)}, **words)


def test_two_shares_are_tested_as_published() -> None:
    # Fisher's tea: 3 of 4 against 1 of 4, two-sided 0.4857; a z test where there is enough.
    for counts, expected, test in (((3, 4, 1, 4), 0.4857143, "fisher"), ((45, 100, 30, 100), 0.0284597, "z")):
        p, used = two_sided(*counts)
        assert p == pytest.approx(expected, abs=1e-6)
        assert used == test
    assert two_sided(0, 10, 0, 20) == (1.0, "equal")
    assert two_sided(1, 1, 0, 0) == (None, "")


def test_corrections_are_those_of_the_papers() -> None:
    values = [0.01, 0.04, 0.03, None, 0.005]
    assert holm(values) == [pytest.approx(0.03), pytest.approx(0.06), pytest.approx(0.06), None, pytest.approx(0.02)]
    assert benjamini_hochberg(values) == [
        pytest.approx(0.02), pytest.approx(0.04), pytest.approx(0.04), None, pytest.approx(0.02)
    ]  # fmt: skip


@given(st.lists(st.floats(0, 1) | st.none(), max_size=20))
def test_corrected_values_are_never_smaller_and_keep_their_order(values: list[float | None]) -> None:
    known = [i for i, v in enumerate(values) if v is not None]
    for corrected in (holm(values), benjamini_hochberg(values)):
        assert [i for i, v in enumerate(corrected) if v is not None] == known
        for i in known:
            assert float(values[i] or 0) <= float(corrected[i] or 0) + 1e-15 <= 1 + 1e-12
            for j in known:
                if float(values[i] or 0) <= float(values[j] or 0):
                    assert float(corrected[i] or 0) <= float(corrected[j] or 0) + 1e-12


def test_inequality_of_hidden_groups_is_not_told(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (100, 50, 50, 100), "b": (90, 50, 50, 90), "c": (20, 20, 3, 20)}, smallest_cell=10)
    assert found.result["spread"][0]["inequality"]["value"] is None
    assert all("more" not in g for g in found.result["groups"] if g.get("suppressed"))


def test_a_chosen_yardstick_puts_those_worse_off_first(tmp_path: Path) -> None:
    groups = {"a": (800, 200, 100, 900), "b": (700, 300, 100, 900), "lucky": (98, 2, 10, 90)}
    assert ask(tmp_path, groups).result["disparities"][0]["attributes"] == {"team": "lucky"}
    assert ask(tmp_path, groups, reference={"team": "a"}).result["disparities"][0]["attributes"] == {"team": "b"}


@pytest.mark.soak
def test_on_worlds_without_harm_holm_raises_an_alarm_in_at_most_one_of_twenty(tmp_path: Path) -> None:
    import random

    alarms, runs = 0, 200
    for seed in range(runs):
        chance = random.Random(seed)
        rows = []
        for team in "abcdef":
            for _ in range(150):
                label = chance.random() < 0.4
                rows.append((team, int(chance.random() < (0.7 if label else 0.2)), int(label)))
        log = write_csv(tmp_path / f"{seed}.csv", ["team", "decision", "label"], rows)
        found = fairness(log, decision="decision", label="label", group="team")
        alarms += any(d["p_holm"] <= 0.05 for d in found.result["disparities"])
    assert alarms <= 18  # 10 expected at most; 18 is 2.6 standard deviations above
