"""Parity with Aequitas, AIF360 and Fairlearn on the same rows, for every metric that both define; where they set 0 for
an undefined rate, ours stays undefined with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from hotwash.investigate import Finding, fairness

EXACT = 1e-9
RATES = {
    "accuracy": "accuracy",
    "tpr": "tpr",
    "tnr": "tnr",
    "for": "for",
    "fdr": "fdr",
    "fpr": "fpr",
    "fnr": "fnr",
    "npv": "npv",
    "precision": "ppv",
    "pprev": "selection_rate",
    "prev": "base_rate",
}


def load(shared: Path, peer: str) -> Any:
    return json.loads((shared / "fairness-oracle" / f"{peer}.json").read_text())


def ask(shared: Path, name: str, group: list[str], **more: Any) -> Finding:
    return fairness(
        shared / "fairness-oracle" / f"{name}.csv",
        decision="decision",
        label="label",
        group=group,
        smallest_group=1,
        intersections=len(group) if len(group) > 1 else 0,
        **more,
    )


def by_attributes(finding: Finding) -> dict[str, dict[str, Any]]:
    return {"|".join(map(str, g["attributes"].values())): g for g in finding.result["groups"]}


@pytest.mark.parametrize(
    ("name", "references"),
    [
        ("compas", {"race": "Caucasian", "sex": "Male", "age_cat": "25 - 45"}),
        ("edge", {"grp": "g1"}),
    ],
)
def test_group_rates_and_disparities_are_those_of_aequitas(shared: Path, name: str, references: dict[str, str]) -> None:
    oracle = load(shared, "aequitas")[name]
    compared = 0
    for column in sorted({row["attribute_name"] for row in oracle["crosstabs"]}):
        columns = column.split("_") if column == "race_sex" else [column]
        chosen = by_attributes(ask(shared, name, columns, reference={c: references[c] for c in columns}))
        largest = by_attributes(ask(shared, name, columns))
        for row in (r for r in oracle["crosstabs"] if r["attribute_name"] == column):
            ours = chosen[row["attribute_value"]]
            assert [ours[c] for c in ("n", "tp", "fp", "tn", "fn")] == [
                row[c] for c in ("group_size", "tp", "fp", "tn", "fn")
            ]
            for theirs, metric in RATES.items():
                if row[theirs] is None:
                    assert ours[metric]["value"] is None
                    assert ours[metric]["why"]
                else:
                    assert ours[metric]["value"] == pytest.approx(row[theirs], abs=EXACT), (row, metric)
                    compared += 1
        for kind, finding in (("disparity_predefined", chosen), ("disparity_major", largest)):
            for row in (r for r in oracle[kind] if r["attribute_name"] == column):
                for theirs, metric in RATES.items():
                    ours_ratio = finding[row["attribute_value"]]["ratio"][metric]["value"]
                    their_ratio = row.get(f"{theirs}_disparity")
                    if their_ratio is None or theirs == "accuracy":
                        continue
                    if ours_ratio is None:
                        # A rate over 0 is 10 to Aequitas, and 1 where the reference is compared with itself.
                        assert their_ratio in (10.0, 1.0)
                    else:
                        assert ours_ratio == pytest.approx(their_ratio, abs=EXACT), (row["attribute_value"], metric)
                        compared += 1
    assert compared > (600 if name == "compas" else 100)


FAIRLEARN = {
    "selection_rate": "selection_rate",
    "mean_prediction": "selection_rate",
    "true_positive_rate": "tpr",
    "true_negative_rate": "tnr",
    "false_positive_rate": "fpr",
    "false_negative_rate": "fnr",
    "accuracy": "accuracy",
    "precision": "ppv",
    "recall": "tpr",
}


@pytest.mark.parametrize("columns", ["race", "sex", "age_cat", "race,sex", "race,sex,age_cat"])
def test_rates_spreads_and_named_gaps_are_those_of_fairlearn(shared: Path, columns: str) -> None:
    oracle = load(shared, "fairlearn")["compas"][columns]
    found = ask(shared, "compas", columns.split(","))
    groups = by_attributes(found)
    spread = found.result["spread"][-1]
    assert spread["columns"] == columns.split(",")
    for theirs, metric in FAIRLEARN.items():
        for name, value in oracle["by_group"][theirs].items():
            if name not in groups:
                assert value is None  # Fairlearn also lists combinations that nobody has
                continue
            ours = groups[name][metric]["value"]
            if ours is None:
                assert value == 0.0  # its number for what is not defined
            else:
                assert ours == pytest.approx(value, abs=EXACT), (name, theirs)
        assert found.result["overall"][metric]["value"] == pytest.approx(oracle["overall"][theirs], abs=EXACT)
        part = spread["metrics"][metric]
        if part["left_out"]:
            continue  # there its 0 for the undefined has become the lowest group
        assert part["highest"]["value"] == pytest.approx(oracle["group_max"][theirs], abs=EXACT)
        assert part["lowest"]["value"] == pytest.approx(oracle["group_min"][theirs], abs=EXACT)
        for kind in ("difference", "ratio"):
            assert part[kind]["value"] == pytest.approx(oracle[f"{kind}_between_groups"][theirs], abs=EXACT)
            assert part[f"{kind}_to_overall"]["value"] == pytest.approx(oracle[f"{kind}_to_overall"][theirs], abs=EXACT)
    named = 0
    for name, value in oracle["named"].items():
        whole = not spread["metrics"]["tpr"]["left_out"] and not spread["metrics"]["fpr"]["left_out"]
        if name in spread and (whole or name.startswith("demographic")):
            assert spread[name]["value"] == pytest.approx(value, abs=EXACT), name
            named += 1
    assert named >= 2


def test_within_one_sex_the_gaps_are_fairlearns_with_a_control(shared: Path) -> None:
    oracle = load(shared, "fairlearn")["compas"]["race|control=sex"]
    for sex in ("Male", "Female"):
        found = ask(shared, "compas", ["race"], where=f"sex = '{sex}'")
        (spread,) = found.result["spread"]
        for theirs in ("selection_rate", "false_positive_rate", "false_negative_rate"):
            part = spread["metrics"][FAIRLEARN[theirs]]
            if not part["left_out"]:
                assert part["difference"]["value"] == pytest.approx(oracle["difference"][theirs][sex], abs=EXACT)
                assert part["ratio"]["value"] == pytest.approx(oracle["ratio"][theirs][sex], abs=EXACT)


def test_on_undefined_rates_our_convention_holds_and_not_fairlearns(shared: Path) -> None:
    oracle = load(shared, "fairlearn")["edge"]["grp"]
    found = ask(shared, "edge", ["grp"])
    groups, (spread,) = by_attributes(found), found.result["spread"]
    assert groups["g2"]["tpr"] == {"value": None, "why": "no positive labels"}
    assert groups["g2"]["fnr"] == {"value": None, "why": "no positive labels"}
    assert groups["g3"]["fpr"] == {"value": None, "why": "no negative labels"}
    assert groups["g4"]["ppv"]["why"] == "never selected among the labelled rows"
    assert groups["g5"]["for"]["why"] == "always selected among the labelled rows"
    assert oracle["by_group"]["true_positive_rate"]["g2"] == 0.0
    assert oracle["named"]["equal_opportunity_difference"] == 1.0
    tpr = spread["metrics"]["tpr"]
    assert tpr["difference"]["value"] == pytest.approx(1.0)  # g4, which is really never selected
    assert [item["attributes"]["grp"] for item in tpr["left_out"]] == ["g2", "g6"]
    assert {"attributes": {"grp": "g2"}, "metric": "tpr", "why": "no positive labels"} in found.result["left_out"]
    for theirs, metric in FAIRLEARN.items():
        for name, value in oracle["by_group"][theirs].items():
            if groups[name][metric]["value"] is not None:
                assert groups[name][metric]["value"] == pytest.approx(value, abs=EXACT)


AIF_RATES = {
    "selection_rate": "selection_rate",
    "base_rate": "base_rate",
    "accuracy": "accuracy",
    "true_positive_rate": "tpr",
    "false_positive_rate": "fpr",
    "true_negative_rate": "tnr",
    "false_negative_rate": "fnr",
    "positive_predictive_value": "ppv",
    "negative_predictive_value": "npv",
    "false_discovery_rate": "fdr",
    "false_omission_rate": "for",
}


def _as_aif360(entry: dict[str, Any]) -> dict[str, float | None]:
    ratio, gap, odds = entry["ratio"], entry["difference"], entry["odds"]
    found = {
        "disparate_impact": ratio["selection_rate"],
        "statistical_parity_difference": gap["selection_rate"],
        "mean_difference": gap["selection_rate"],
        "equal_opportunity_difference": gap["tpr"],
        "true_positive_rate_difference": gap["tpr"],
        "average_odds_difference": odds["average_odds_difference"],
        "average_abs_odds_difference": odds["average_absolute_odds_difference"],
        "equalized_odds_difference": odds["equalized_odds_difference"],
    }
    for name in ("false_positive_rate", "false_negative_rate", "false_discovery_rate", "false_omission_rate"):
        found[f"{name}_difference"], found[f"{name}_ratio"] = gap[AIF_RATES[name]], ratio[AIF_RATES[name]]
    return {name: number["value"] for name, number in found.items()}


@pytest.mark.parametrize("favourable", [0, 1])
def test_rates_and_gaps_of_two_groups_are_those_of_aif360(shared: Path, favourable: int) -> None:
    oracle = load(shared, "aif360")["compas"]
    references = {"race": "Caucasian", "sex": "Male", "age_cat": "25 - 45"}
    found = ask(shared, "compas", list(references), reference=references, favourable=favourable)
    both = {"race": "Caucasian", "sex": "Male"}
    pair = ask(shared, "compas", ["race", "sex"], reference=both, favourable=favourable)
    groups = by_attributes(found) | by_attributes(pair)
    compared = 0
    for key, values in oracle.items():
        fav, title = key.split("|", 1)
        if fav != f"fav={favourable}" or "all others" in title:
            continue
        members, reference = title.split(":", 1)[1].split(" vs ")
        ours, theirs = groups[members.replace("&", "|")], groups[reference.replace("&", "|")]
        for name, value in _as_aif360(ours).items():
            assert value == pytest.approx(values[name], abs=EXACT), (key, name)
            compared += 1
        for name, metric in AIF_RATES.items():
            assert ours[metric]["value"] == pytest.approx(values[f"{name}.unprivileged"], abs=EXACT), (key, name)
            assert theirs[metric]["value"] == pytest.approx(values[f"{name}.privileged"], abs=EXACT), (key, name)
            assert found.result["overall"][metric]["value"] == pytest.approx(values[f"{name}.all"], abs=EXACT)
            compared += 3
        assert -ours["difference"]["accuracy"]["value"] == pytest.approx(values["error_rate_difference"], abs=EXACT)
    assert compared > 400


def test_at_the_edges_aif360_agrees_wherever_ours_is_defined(shared: Path) -> None:
    oracle = load(shared, "aif360")["edge"]
    groups = by_attributes(ask(shared, "edge", ["grp"], reference={"grp": "g1"}))
    undefined = 0
    for key, values in oracle.items():
        ours = groups[key.split(":")[1].split(" vs ")[0]]
        for name, value in _as_aif360(ours).items():
            if value is None:
                undefined += 1  # NaN there, or 0 for a rate of nobody
            else:
                assert value == pytest.approx(values[name], abs=EXACT), (key, name)
    assert undefined > 10
