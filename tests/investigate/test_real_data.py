"""Numbers that others have published, found again in their data."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests.investigate.logs import write_csv

from hotwash.investigate import Finding, fairness


def group(finding: Finding, **attributes: Any) -> dict[str, Any]:
    """One group of a fairness finding."""
    found: list[dict[str, Any]] = [g for g in finding.result["groups"] if g["attributes"] == attributes]
    assert len(found) == 1, attributes
    return found[0]


def test_compas_has_propublicas_eight_counts_and_error_rates(shared: Path) -> None:
    log = shared / "compas" / "compas-scores-two-years.deidentified.csv"
    found = fairness(
        log, score="decile_score", threshold=5, label="two_year_recid", group="race", reference={"race": "Caucasian"}
    )
    black, white = group(found, race="African-American"), group(found, race="Caucasian")
    assert [black[c] for c in ("tn", "fp", "fn", "tp")] == [990, 805, 532, 1369]
    assert [white[c] for c in ("tn", "fp", "fn", "tp")] == [1139, 349, 461, 505]
    assert round(black["fpr"]["value"] * 100, 2) == 44.85
    assert round(black["fnr"]["value"] * 100, 2) == 27.99
    assert round(black["ppv"]["value"], 2) == 0.63
    assert round(white["fpr"]["value"] * 100, 2) == 23.45
    assert round(white["fnr"]["value"] * 100, 2) == 47.72
    assert round(white["ppv"]["value"], 2) == 0.59
    assert found.rows.used == 7214
    assert found.sentence.startswith(
        "African-American people were wrongly flagged 1.91 times as often as Caucasian people (44.8 % against 23.5 %; "
    )
    assert found.result["disparities"][0]["metric"] == "fpr"


def test_aequitas_published_disparities_are_found_again(shared: Path) -> None:
    published = json.loads((shared / "aequitas" / "published_compas_disparities.json").read_text())
    names = {"fdr": "fdr", "fnr": "fnr", "for": "for", "fpr": "fpr", "npv": "npv"}
    reference = published["disparity_vs_reference"].pop("reference")
    found = fairness(
        shared / "aequitas" / "compas_for_aequitas.csv",
        decision="score",
        label="label_value",
        group=["race", "sex", "age_cat"],
        reference=reference,
    )
    for key, ratios in published["disparity_vs_reference"].items():
        column, value = key.split("=")
        for metric, ours in names.items():
            assert group(found, **{column: value})["ratio"][ours]["value"] == pytest.approx(ratios[metric], abs=5e-7)
    columns = {"pprev": "selection_rate", "precision": "ppv", "prev": "base_rate"}
    rounded = published["group_metrics_rounded_2"]
    order = rounded.pop("columns")
    for key, values in rounded.items():
        column, value = key.split("=")
        entry = group(found, **{column: value})
        for metric, expected in zip(order, values, strict=True):
            if metric != "ppr":  # the group's share of everybody selected: not a rate of the group
                assert entry[columns.get(metric, metric)]["value"] == pytest.approx(expected, abs=0.0051), (key, metric)


def test_all_64_selection_rates_of_bloomberg_are_found_again(shared: Path) -> None:
    folder = shared / "bloomberg_gpt_hiring"
    with (folder / "published_performance_ranking.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 64
    seen = 0
    for model, job in sorted({(row["model"], row["job"]) for row in published}):
        found = fairness(
            folder / "rankings_long.csv",
            decision="gpt_rank",
            favourable=1,
            group="demo",
            reference="best",
            where=f"model = '{model}' and job = '{job}'",
        )
        for row in (r for r in published if (r["model"], r["job"]) == (model, job)):
            entry = group(found, demo=row["demo"])
            assert entry["selected"] == int(row["top"])
            assert entry["selection_rate"]["value"] == pytest.approx(float(row["selection_rate"]), abs=1e-12)
            assert entry["ratio"]["selection_rate"]["value"] == pytest.approx(
                float(row["disparate_impact_ratio"]), abs=1e-9
            )
            seen += 1
    assert seen == 64


def test_a_black_man_analyst_is_put_first_0_442_times_as_often_as_an_asian_woman(shared: Path) -> None:
    found = fairness(
        shared / "bloomberg_gpt_hiring" / "rankings_long.csv",
        decision="gpt_rank",
        favourable="1",
        group="demo",
        reference="best",
        where="model = 'gpt-3.5-turbo' and job = 'financial analyst'",
    )
    entry = group(found, demo="B_M")
    assert found.result["reference"] == {"demo": "A_W"}
    assert round(entry["ratio"]["selection_rate"]["value"], 3) == 0.442
    assert entry["four_fifths"]["to_reference"]["below"]
    assert entry["four_fifths"]["to_reference"]["parity_excluded"]
    assert found.sentence.startswith(
        'People with demo "B_M" were selected 0.44 times as often as people with demo "A_W"'
    )


def test_aif360s_asserted_classification_values_are_found_again(shared: Path, tmp_path: Path) -> None:
    folder = shared / "aif360"
    with (
        (folder / "actual_data.csv").open(encoding="utf-8") as actual,
        (folder / "predicted_data.csv").open(encoding="utf-8") as predicted,
    ):
        pairs = list(zip(csv.DictReader(actual), csv.DictReader(predicted), strict=True))
    log = write_csv(
        tmp_path / "log.csv", ["sex", "label", "decision"], [(a["sex"], a["income"], p["income"]) for a, p in pairs]
    )
    found = fairness(log, decision="decision", label="label", group="sex", reference={"sex": 1}, favourable=1)
    everybody, privileged, unprivileged = found.result["overall"], group(found, sex=1), group(found, sex=0)
    rates = {
        "accuracy": "accuracy",
        "false_discovery_rate": "fdr",
        "false_negative_rate": "fnr",
        "false_omission_rate": "for",
        "false_positive_rate": "fpr",
        "generalized_false_negative_rate": "fnr",
        "generalized_false_positive_rate": "fpr",
        "generalized_true_negative_rate": "tnr",
        "generalized_true_positive_rate": "tpr",
        "negative_predictive_value": "npv",
        "positive_predictive_value": "ppv",
        "precision": "ppv",
        "recall": "tpr",
        "selection_rate": "selection_rate",
        "sensitivity": "tpr",
        "specificity": "tnr",
        "true_negative_rate": "tnr",
        "true_positive_rate": "tpr",
    }
    of_two = {
        "average_abs_odds_difference": unprivileged["odds"]["average_absolute_odds_difference"],
        "average_odds_difference": unprivileged["odds"]["average_odds_difference"],
        "disparate_impact": unprivileged["ratio"]["selection_rate"],
        "equal_opportunity_difference": unprivileged["difference"]["tpr"],
        "false_discovery_rate_difference": unprivileged["difference"]["fdr"],
        "false_discovery_rate_ratio": unprivileged["ratio"]["fdr"],
        "false_negative_rate_difference": unprivileged["difference"]["fnr"],
        "false_negative_rate_ratio": unprivileged["ratio"]["fnr"],
        "false_omission_rate_difference": unprivileged["difference"]["for"],
        "false_omission_rate_ratio": unprivileged["ratio"]["for"],
        "false_positive_rate_difference": unprivileged["difference"]["fpr"],
        "statistical_parity_difference": unprivileged["difference"]["selection_rate"],
        "true_positive_rate_difference": unprivileged["difference"]["tpr"],
    }
    counts = {
        "num_false_negatives": "fn",
        "num_false_positives": "fp",
        "num_generalized_false_negatives": "fn",
        "num_generalized_false_positives": "fp",
        "num_generalized_true_negatives": "tn",
        "num_generalized_true_positives": "tp",
        "power": "tp",
    }
    asserted = json.loads((folder / "expected_classification_metrics.json").read_text())["expected"]
    checked = set()
    for item in asserted:
        whose = {"": everybody, "privileged=TRUE": privileged, "privileged=FALSE": unprivileged}.get(item["args"])
        metric = item["metric"]
        if metric in rates and whose:
            ours = whose[rates[metric]]["value"]
        elif metric == "error_rate" and whose:
            ours = 1 - whose["accuracy"]["value"]
        elif metric == "error_rate_difference":
            ours = -unprivileged["difference"]["accuracy"]["value"]
        elif metric == "error_rate_ratio":
            ours = (1 - unprivileged["accuracy"]["value"]) / (1 - privileged["accuracy"]["value"])
        elif metric in counts:
            ours = everybody[counts[metric]]
        elif metric in of_two:
            ours = of_two[metric]["value"]
        else:
            # Measures of inequality between single benefits, not of groups: we do not have them.
            assert "entropy" in metric or "theil" in metric, metric
            continue
        # The origin rounds what it expects and widens its tolerance to fit; ours is never wider than its rounding.
        within = min(max(item["relative_tolerance"], 1e-9), 0.007)
        assert ours == pytest.approx(item["expected"], rel=within, abs=within), item
        checked.add((metric, item["args"]))
    assert len(checked) == len(asserted) - 4


def test_aif360s_asserted_dataset_values_are_found_again(shared: Path) -> None:
    expected = json.loads((shared / "aif360" / "expected_dataset_metrics.json").read_text())["expected"]
    found = fairness(
        shared / "aif360" / "adult_encoded.csv", decision="income", favourable=0, group="sex", reference={"sex": 1}
    )
    women, men = group(found, sex=0), group(found, sex=1)
    assert women["difference"]["selection_rate"]["value"] == pytest.approx(expected["mean_difference"], abs=1e-12)
    assert women["ratio"]["selection_rate"]["value"] == pytest.approx(expected["disparate_impact"], abs=0.005)
    assert found.result["overall"]["selection_rate"]["value"] == pytest.approx(expected["base_rate"], abs=1e-12)
    assert women["selected"] == expected["num_positives_unprivileged"]
    assert men["selected"] == expected["num_positives_privileged"]
    assert men["n"] - men["selected"] == expected["num_negatives_privileged"]
    assert found.result["overall"]["selected"] == expected["num_positives"]


def test_fairlearns_documented_example_is_found_again(shared: Path, tmp_path: Path) -> None:
    example = json.loads((shared / "fairlearn" / "docs_example.json").read_text())
    log = write_csv(
        tmp_path / "log.csv",
        ["sensitive", "decision", "label"],
        zip(example["sensitive"], example["y_pred"], example["y_true"], strict=True),
    )
    found = fairness(log, decision="decision", label="label", group="sensitive", smallest_group=1)
    expected, (spread,) = example["expected"], found.result["spread"]
    for name in (
        "demographic_parity_difference",
        "demographic_parity_ratio",
        "equalized_odds_difference",
        "equalized_odds_ratio",
    ):
        assert spread[name]["value"] == pytest.approx(expected[name], abs=1e-12)
    ours = {"tpr": "tpr", "fpr": "fpr", "sel": "selection_rate"}
    for short, metric in ours.items():
        assert found.result["overall"][metric]["value"] == pytest.approx(expected["overall"][short], abs=1e-6)
        part = spread["metrics"][metric]
        assert part["highest"]["value"] == pytest.approx(expected["group_max"][short], abs=1e-6)
        assert part["lowest"]["value"] == pytest.approx(expected["group_min"][short], abs=1e-6)
        for kind in ("difference", "ratio", "difference_to_overall", "ratio_to_overall"):
            assert part[kind]["value"] == pytest.approx(expected[kind][short], abs=1e-6), (kind, metric)
        for name, values in expected["by_group"].items():
            assert group(found, sensitive=name)[metric]["value"] == pytest.approx(values[short], abs=1e-6)


@pytest.mark.parametrize("number", range(1, 9))
def test_aequitas_own_test_files_give_its_expected_rates_and_disparities(shared: Path, number: int) -> None:
    folder = shared / "aequitas" / "tests"
    with (folder / f"expected_output_test_{number}.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    for column in sorted({row["attribute_name"] for row in expected}):
        rows = [row for row in expected if row["attribute_name"] == column]
        found = fairness(
            folder / f"test_{number}.csv",
            decision="score",
            label="label_value",
            group=column,
            reference={column: rows[0]["reference_group"]},
            smallest_group=1,
        )
        for row in rows:
            entry = group(found, **{column: row["attribute_value"]})
            assert [entry[c] for c in ("tp", "fp", "tn", "fn")] == [int(row[c]) for c in ("tp", "fp", "tn", "fn")]
            for metric in ("fpr", "fnr", "for", "fdr"):
                if row[metric] in ("NaN", ""):
                    assert entry[metric]["value"] is None
                    assert entry[metric]["why"]
                else:
                    assert entry[metric]["value"] == pytest.approx(float(row[metric]), abs=1e-12)
                if row[f"{metric}_disparity"] not in ("NA", ""):
                    assert entry["ratio"][metric]["value"] == pytest.approx(float(row[f"{metric}_disparity"]), abs=1e-9)
                else:
                    assert entry["ratio"][metric]["value"] is None
