"""What a fairness finding says beyond published numbers: references, missing values, small cells, counts by hand."""

from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import Predictions, fairness
from hotwash.investigate.rates import Counts
from hotwash.investigate.suppression import hidden
from hotwash.investigate.words import people

HEADER = ["team", "decision", "label"]


def ask(path: Path, groups: dict[str, tuple[int, int, int, int]], **more: Any) -> Any:
    log = write_csv(path / "log.csv", HEADER, confusion(groups))
    return fairness(log, **({"decision": "decision", "label": "label", "group": "team"} | more))


def by_team(found: Any) -> dict[str, Any]:
    return {g["attributes"]["team"]: g for g in found.result["groups"] if list(g["attributes"]) == ["team"]}


def test_the_reference_is_the_largest_the_best_or_the_chosen_group(tmp_path: Path) -> None:
    groups = {"a": (40, 10, 10, 40), "b": (10, 10, 5, 55), "c": (30, 5, 10, 20)}
    assert ask(tmp_path, groups).result["reference"] == {"team": "a"}
    assert ask(tmp_path, groups, reference="best").result["reference"] == {"team": "b"}
    assert ask(tmp_path, groups, reference={"team": "c"}).result["reference"] == {"team": "c"}


def test_the_reference_compared_with_itself_is_exactly_1_and_0(tmp_path: Path) -> None:
    entry = by_team(ask(tmp_path, {"a": (40, 10, 10, 40), "b": (10, 10, 5, 25)}))["a"]
    assert entry["reference"]
    assert entry["ratio"]["fpr"] == {"value": 1.0, "low": 1.0, "high": 1.0, "level": 0.95}
    assert entry["difference"]["fpr"]["value"] == 0.0


def test_four_fifths_is_told_against_the_reference_and_the_highest(tmp_path: Path) -> None:
    groups = {"a": (100, 0, 0, 100), "b": (140, 0, 0, 60), "c": (60, 0, 0, 90)}
    entry = by_team(ask(tmp_path, groups))["b"]["four_fifths"]
    assert entry["to_reference"]["value"] == pytest.approx(0.6)
    assert entry["to_reference"]["below"]
    assert entry["to_reference"]["parity_excluded"]
    assert entry["to_highest"]["value"] == pytest.approx(0.5)
    assert not by_team(ask(tmp_path, groups))["a"]["four_fifths"]["to_reference"]["below"]


def test_below_four_fifths_by_chance_does_not_exclude_parity(tmp_path: Path) -> None:
    entry = by_team(ask(tmp_path, {"a": (8, 0, 0, 8), "b": (7, 0, 0, 4)}))["b"]["four_fifths"]["to_reference"]
    assert entry["below"]
    assert not entry["parity_excluded"]


def test_the_worst_gap_is_the_one_that_the_data_bears_out_most(tmp_path: Path) -> None:
    # Team c lies furthest apart, but with 12 rows; team b lies apart beyond doubt.
    found = ask(tmp_path, {"a": (900, 100, 100, 900), "b": (600, 400, 100, 900), "c": (5, 4, 1, 2)})
    assert found.result["disparities"][0]["attributes"] == {"team": "b"}
    assert found.result["disparities"][0]["metric"] == "fpr"
    assert "were wrongly flagged 4.00 times as often as" in found.sentence


def test_where_no_gap_stands_out_the_sentence_says_so(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (40, 10, 10, 40), "b": (39, 11, 10, 40)})
    assert found.sentence.startswith(
        "No gap between groups by team is larger than chance may explain, over 200 decisions"
    )
    assert not any(d["distinct"] for d in found.result["disparities"])


def test_rows_without_the_attribute_are_a_group_of_their_own(tmp_path: Path) -> None:
    rows = [*confusion({"a": (10, 5, 5, 10)}), *[(None, d, y) for _, d, y in confusion({"": (8, 8, 2, 2)})]]
    found = fairness(write_csv(tmp_path / "l.csv", HEADER, rows), decision="decision", label="label", group="team")
    missing = by_team(found)[None]  # type: ignore[index]
    assert (missing["n"], missing["fp"]) == (20, 8)
    assert sum(g["n"] for g in found.result["groups"]) == found.rows.used == 50
    assert "people with no team recorded" in found.sentence.lower()


def test_rows_without_a_label_count_as_decisions_with_coverage_by_group(tmp_path: Path) -> None:
    rows = [*confusion({"a": (10, 5, 5, 10)}), *[("a", 1, None)] * 10, *confusion({"b": (10, 10, 10, 10)})]
    found = fairness(write_csv(tmp_path / "l.csv", HEADER, rows), decision="decision", label="label", group="team")
    a = by_team(found)["a"]
    assert (a["n"], a["labelled"], a["unlabelled"], a["coverage"]) == (40, 30, 10, 0.75)
    assert a["selection_rate"]["value"] == 25 / 40
    assert a["base_rate"]["value"] == 15 / 30
    assert found.rows.used == 80


def test_rows_without_a_decision_are_skipped_with_the_reason(tmp_path: Path) -> None:
    rows = [*confusion({"a": (10, 5, 5, 10)}), ("a", None, 1), ("a", None, 0)]
    found = fairness(write_csv(tmp_path / "l.csv", HEADER, rows), decision="decision", label="label", group="team")
    assert (found.rows.used, found.rows.skipped, found.rows.reasons) == (30, 2, {"no decision": 2})


def test_without_labels_only_selection_rates_are_known(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (40, 10, 10, 40), "b": (60, 10, 20, 10)}, label=None)
    b = by_team(found)["b"]
    assert b["fpr"] == {"value": None, "why": "no label column was named"}
    assert b["selected"] == 20
    assert {d["metric"] for d in found.result["disparities"]} == {"selection_rate"}
    assert 'People with team "a" were flagged 2.50 times as often as people with team "b" (50.0 %' in found.sentence


def test_the_favourable_value_turns_both_columns(tmp_path: Path) -> None:
    groups = {"a": (40, 10, 10, 40), "b": (60, 10, 20, 10)}
    one, zero = by_team(ask(tmp_path, groups)), by_team(ask(tmp_path, groups, favourable="0"))
    for team in groups:
        assert zero[team]["tpr"] == one[team]["tnr"]
        assert zero[team]["fnr"] == one[team]["fpr"]
        assert zero[team]["ppv"] == one[team]["npv"]


def test_a_favourable_decision_in_words_leaves_a_label_of_0_and_1_alone(tmp_path: Path) -> None:
    rows = [(t, "hire" if d else "reject", y) for t, d, y in confusion({"a": (40, 10, 10, 40), "b": (60, 10, 20, 10)})]
    log = write_csv(tmp_path / "l.csv", HEADER, rows)
    found = fairness(log, decision="decision", label="label", group="team", favourable="hire")
    assert [by_team(found)["b"][c] for c in ("tn", "fp", "fn", "tp")] == [60, 10, 20, 10]
    assert found.sentence.startswith(
        'Qualified people with team "b" were refused 3.33 times as often as qualified people with team "a" (66.7 % '
        "against 20.0 %; "
    )


def test_booleans_and_words_of_yes_and_no_speak_for_themselves(tmp_path: Path) -> None:
    rows = [(t, bool(d), "Yes" if y else "no") for t, d, y in confusion({"a": (40, 10, 10, 40)})]
    found = fairness(write_csv(tmp_path / "l.csv", HEADER, rows), decision="decision", label="label", group="team")
    assert by_team(found)["a"]["tp"] == 40


def test_a_group_that_is_refused_more_is_never_told_to_be_better_off(tmp_path: Path) -> None:
    # Women are selected so rarely that they are also rarely selected wrongly: the harm is in the refusals.
    groups = {"men": (700, 300, 200, 800), "women": (380, 20, 250, 150)}
    rows = [("female" if t == "women" else "male", d, y) for t, d, y in confusion(groups)]
    log = write_csv(tmp_path / "l.csv", HEADER, rows)
    found = fairness(log, decision="decision", label="label", group="team", favourable=1)
    worst = found.result["disparities"][0]
    assert worst["metric"] == "fnr"
    assert worst["harm"]["attributes"] == {"team": "female"}
    assert "refused 3.12 times as often" in found.sentence
    assert "wrongly" not in found.sentence


def test_harm_to_the_reference_is_told_from_its_side(tmp_path: Path) -> None:
    groups = {"men": (380, 20, 250, 150), "women": (300, 100, 80, 320), "others": (100, 300, 80, 320)}
    found = ask(tmp_path, groups, favourable=1, reference={"team": "men"})
    worst = found.result["disparities"][0]
    assert worst["attributes"] in ({"team": "women"}, {"team": "others"})
    assert worst["harm"]["attributes"] == worst["reference"] == {"team": "men"}
    assert worst["harm"]["times"]["value"] == pytest.approx(3.125)
    assert found.sentence.startswith('Qualified people with team "men" were refused 3.12 times as often as qualified')
    assert worst["harm"]["times"]["low"] < 3.125 < worst["harm"]["times"]["high"]


def test_an_alarm_harms_by_being_raised_wrongly(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (900, 100, 500, 500), "b": (300, 100, 50, 350)}, reference={"team": "a"})
    assert found.result["disparities"][0]["metric"] == "fpr"
    assert found.sentence.startswith('People with team "b" were wrongly flagged 2.50 times as often as people with')


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 60)] * 4), min_size=2, max_size=4), st.booleans())
def test_the_headline_never_praises_whoever_is_worse_off(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[int, int, int, int]], hoped_for: bool
) -> None:
    groups = {name: counts for name, counts in zip("abcd", cells, strict=False) if sum(counts)}
    if not groups or not any(d for _, d, _ in confusion(groups)):
        return
    found = ask(tmp_path_factory.mktemp("log"), groups, favourable=1 if hoped_for else None)
    worst = next(iter(found.result["disparities"]), None)
    if worst is None or not worst["distinct"] or worst["harm"] is None:
        return
    here, there = worst["harm"]["value"], worst["harm"]["compared_value"]
    assert here < there if hoped_for and worst["metric"] == "selection_rate" else here > there


@pytest.mark.parametrize("yes", ["yes", "true", "1", 1, True])
def test_yes_and_no_that_a_reader_makes_truths_of_are_still_named_by_their_words(tmp_path: Path, yes: Any) -> None:
    rows = [("a", "yes" if d else "no", "yes" if y else "no") for _, d, y in confusion({"a": (40, 10, 20, 30)})]
    log = write_csv(tmp_path / "l.csv", HEADER, rows)
    found = fairness(log, decision="decision", label="label", group="team", favourable=yes)
    assert [by_team(found)["a"][c] for c in ("tn", "fp", "fn", "tp")] == [40, 10, 20, 30]


@pytest.mark.parametrize(
    ("where", "rows"),
    [("label = 'yes'", 50), ("label <> 'No'", 50), ("'false' = label", 50), ("label in ('yes', 'true')", 50)],
)
def test_conditions_may_say_yes_and_no_of_truths(tmp_path: Path, where: str, rows: int) -> None:
    table = [("a", d, "yes" if y else "no") for _, d, y in confusion({"a": (40, 10, 20, 30)})]
    log = write_csv(tmp_path / "l.csv", HEADER, table)
    assert fairness(log, decision="decision", group="team", where=where).rows.used == rows


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"race": "African-American", "sex": "Female"}, "African-American women"),
        ({"university": "women's college"}, "people from women's colleges"),
        ({"university": "public", "sex": "male"}, "men from public universities"),
        ({"university": "Harvard"}, "people from Harvard"),
        ({"age_cat": "Less than 25"}, "people aged less than 25"),
        ({"race": None}, "people with no race recorded"),
        ({"team": 3, "region": "North"}, 'people from North with team "3"'),
    ],
)
def test_groups_are_people(attributes: dict[str, Any], words: str) -> None:
    assert people(attributes) == words


def test_the_description_of_a_log_stands_in_for_what_is_not_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", HEADER, confusion({"a": (40, 10, 10, 40), "b": (9, 1, 5, 10)}))
    log = Predictions(path, decision="decision", label="label", attributes=("team",))
    named = fairness(path, decision="decision", label="label", group="team")
    assert fairness(log).to_json() == named.to_json()


def test_numbers_as_groups_keep_their_kind_and_their_order(tmp_path: Path) -> None:
    rows = [(t, d, y) for t in (10, 9, 1) for _, d, y in confusion({"": (5, 5, 5, 5)})]
    found = fairness(
        write_csv(tmp_path / "l.csv", HEADER, rows), decision="decision", group="team", reference={"team": "9"}
    )
    assert [g["attributes"]["team"] for g in found.result["groups"]] == [1, 9, 10]
    assert found.result["reference"] == {"team": 9}


def test_small_groups_are_hidden_and_cannot_be_subtracted_back(tmp_path: Path) -> None:
    groups = {"a": (100, 50, 50, 100), "b": (90, 50, 50, 90), "c": (20, 20, 3, 20)}
    found = ask(tmp_path, groups, smallest_cell=10)
    teams = by_team(found)
    assert teams["c"]["suppressed"]
    assert teams["c"]["n"]["value"] is None
    assert teams["c"]["fnr"]["value"] is None
    assert teams["c"]["ratio"]["fnr"]["value"] is None
    assert teams["b"]["suppressed"]  # else c = all - a - b
    assert teams["a"]["n"] == 300
    assert "c" not in {d["attributes"]["team"] for d in found.result["disparities"]}
    text = found.to_json()
    for secret in ('"n":63', '"n":280', '"fn":3'):
        assert secret not in text


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=6, max_size=6), st.integers(2, 12))
def test_no_hidden_cell_is_what_is_left_of_a_total(sizes: list[int], smallest: int) -> None:
    pairs = list(product("ab", "xyz"))
    counts: dict[Any, int] = {(("g", g), ("h", h)): n for (g, h), n in zip(pairs, sizes, strict=True)}
    for name, values, place in (("g", "ab", 0), ("h", "xyz", 1)):
        for value in values:
            counts[((name, value),)] = sum(n for pair, n in zip(pairs, sizes, strict=True) if pair[place] == value)
    counts[()] = sum(sizes)
    groups = list(counts)
    gone = hidden(groups, [Counts(n, 0, 0, 0, 0, 0) for n in counts.values()], smallest)
    shown = {g: n for i, (g, n) in enumerate(counts.items()) if i not in gone}
    assert not [g for g, n in shown.items() if 0 < n < smallest]
    for whole in groups:
        for columns in (("g",), ("h",), ("g", "h")):
            parts = [g for g in groups if tuple(c for c, _ in g) == columns and set(whole) < set(g)]
            absent = [g for g in parts if g not in shown]
            if whole in shown and parts:
                assert len(absent) != 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", None]),
            st.sampled_from([1, 2, None]),
            st.sampled_from([0, 1, None]),
            st.sampled_from([0, 1, None]),
        ),
        min_size=1,
        max_size=80,
    )
)
def test_every_count_and_rate_equals_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    used = [r for r in rows if r[2] is not None]
    if not used:
        return
    path = tmp_path_factory.mktemp("log") / "log.parquet"
    team, band, decision, label = zip(*rows, strict=True)
    columns = {"team": pa.array(team, pa.string()), "band": pa.array(band, pa.int32())}
    columns |= {"d": pa.array(decision, pa.int8()), "y": pa.array(label, pa.float64())}
    pq.write_table(pa.table(columns), path)
    found = fairness(path, decision="d", label="y", group=["team", "band"], intersections=2, smallest_group=1)
    assert found.rows.used == len(used)
    places = {"team": 0, "band": 1}
    assert len(found.result["groups"]) == sum(
        len({tuple(r[i] for i in chosen) for r in used}) for chosen in ((0,), (1,), (0, 1))
    )
    for entry in found.result["groups"]:
        mine = [r for r in used if all(r[places[name]] == value for name, value in entry["attributes"].items())]
        cells = {
            c: sum(r[2:] == side for r in mine)
            for c, side in {"tn": (0, 0), "fp": (1, 0), "fn": (0, 1), "tp": (1, 1)}.items()
        }
        assert {c: entry[c] for c in cells} == cells
        assert entry["n"] == len(mine)
        assert entry["unlabelled"] == sum(r[3] is None for r in mine)
        assert entry["selection_rate"]["value"] == sum(r[2] for r in mine) / len(mine)
        for metric, top, bottom in (
            ("tpr", ["tp"], ["tp", "fn"]),
            ("fpr", ["fp"], ["fp", "tn"]),
            ("fnr", ["fn"], ["tp", "fn"]),
            ("tnr", ["tn"], ["fp", "tn"]),
            ("ppv", ["tp"], ["tp", "fp"]),
            ("fdr", ["fp"], ["tp", "fp"]),
            ("npv", ["tn"], ["tn", "fn"]),
            ("for", ["fn"], ["tn", "fn"]),
            ("accuracy", ["tp", "tn"], ["tp", "tn", "fp", "fn"]),
            ("base_rate", ["tp", "fn"], ["tp", "tn", "fp", "fn"]),
        ):
            below = sum(cells[c] for c in bottom)
            if below:
                assert entry[metric]["value"] == sum(cells[c] for c in top) / below
                assert entry[metric]["low"] <= entry[metric]["value"] <= entry[metric]["high"]
            else:
                assert entry[metric]["value"] is None
                assert entry[metric]["why"]
