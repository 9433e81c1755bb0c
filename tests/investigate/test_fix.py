"""Did a fix hold: real figures of a city, planted changes, and what cannot be told."""

import csv
import random
from pathlib import Path
from typing import Any

import pytest
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import AskedWrongly, EmptyLog
from hotwash.investigate.questions.fix import fix

HEADER = ["phase", "team", "decision", "label"]


def ask(path: Path, early: Any, late: Any, **more: Any) -> Any:
    rows = [("v1", *row) for row in confusion(early)] + [("v2", *row) for row in confusion(late)]
    log = write_csv(path / "log.csv", HEADER, rows)
    words = {"decision": "decision", "label": "label", "group": "team", "reference": {"team": "a"}}
    return fix(log, **(words | {"before": "phase = 'v1'", "after": "phase = 'v2'"} | more))


def change(found: Any, metric: str, **attributes: Any) -> dict[str, Any]:
    [one] = [c for c in found.result["changes"] if c["metric"] == metric and c["attributes"] == attributes]
    return dict(one)


@pytest.mark.parametrize(
    ("stage", "dutch", "others"),
    [("Prepilot", (25.9, 22.2), (43.9, 21.6)), ("Pilot", (65.8, 72.8), (63.0, 59.3))],
)
def test_amsterdams_published_rates_come_out_before_and_after(
    shared: Path, tmp_path: Path, stage: str, dutch: tuple[float, float], others: tuple[float, float]
) -> None:
    with (shared / "amsterdam_slimme_check" / "cms_wide.csv").open(encoding="utf-8") as file:
        cells = [r for r in csv.DictReader(file) if r["Feature_EN"] == "Dutch" and r["Dataset"] == stage]
    groups: dict[str, dict[str, tuple[int, ...]]] = {"BR": {}, "AR": {}}
    for row in cells:  # the city published percentages of each group: make counts of them again
        counts = tuple(round(float(row[c]) * int(row["group_size"]) / 100) for c in ("TN", "FP", "FN", "TP"))
        groups[row["Model"]][row["Feature_Value_EN"]] = counts
    names = sorted(groups["BR"])
    home = next(name for name in names if "not" not in name.lower())
    other = next(name for name in names if name != home)
    found = ask(tmp_path, groups["BR"], groups["AR"], reference={"team": home})
    told = change(found, "fpr", team=other)
    for place, phase in enumerate(("before", "after")):
        assert round(told[phase]["reference_value"]["value"] * 100, 1) == dutch[place]
        assert round(told[phase]["value"]["value"] * 100, 1) == others[place]
    assert told["change"]["value"] == pytest.approx((others[1] - dutch[1] - others[0] + dutch[0]) / 100, abs=0.002)
    if stage == "Prepilot":  # those who are not Dutch were flagged wrongly more often, and then no longer
        assert told["before"]["difference"]["low"] > 0
        assert told["verdict"] == "closed"
    else:  # in the pilot the gap points the other way, among far fewer people
        assert told["after"]["difference"]["value"] < 0 < told["before"]["value"]["low"]
        assert told["after"]["ratio"]["value"] < told["before"]["ratio"]["value"] < 1


def test_a_gap_that_closed_is_told_in_peoples_words(tmp_path: Path) -> None:
    before = {"a": (400, 100, 100, 400), "b": (400, 100, 300, 200)}
    found = ask(tmp_path, before, {"a": (400, 100, 100, 400), "b": (400, 100, 105, 395)}, favourable=1)
    assert found.sentence.startswith(
        'Qualified people with team "b" were refused in 60.0 % of cases before and 21.0 % after, qualified people with '
        'team "a" in 20.0 % and 20.0 %. The gap closed, as far as the data can tell; it moved by -39.0 points'
    )
    told = found.result["changes"][0]
    assert (told["metric"], told["verdict"]) == ("fnr", "closed")
    assert told["ratio_change"]["value"] == pytest.approx(0.35)
    assert told["change"]["low"] < -0.39 < told["change"]["high"] < 0


@pytest.mark.parametrize(
    ("missed", "verdict"),
    [(300, "unchanged"), (200, "narrowed"), (420, "widened"), (20, "reversed"), (104, "closed")],
)
def test_every_outcome_has_its_word(tmp_path: Path, missed: int, verdict: str) -> None:
    before = {"a": (400, 100, 100, 400), "b": (400, 100, 300, 200)}
    after = {"a": (400, 100, 100, 400), "b": (400, 100, missed, 500 - missed)}
    assert change(ask(tmp_path, before, after, favourable=1), "fnr", team="b")["verdict"] == verdict


def test_without_any_gap_the_sentence_says_so(tmp_path: Path) -> None:
    alike = {"a": (40, 10, 10, 40), "b": (40, 10, 11, 39)}
    assert ask(tmp_path, alike, alike).sentence.startswith("No gap that harms a group by team is larger than chance")


def test_a_moment_splits_a_log_in_two_and_other_rows_are_told(tmp_path: Path) -> None:
    counts = confusion({"a": (90, 30, 30, 90)})
    rows: list[tuple[Any, ...]] = [(f"2026-03-{1 + i % 20:02}T09:00:00Z", *row) for i, row in enumerate(counts)]
    rows += [(None, "a", 1, 1)]
    log = write_csv(tmp_path / "log.csv", ["at", "team", "decision", "label"], rows)
    words: dict[str, Any] = {"decision": "decision", "label": "label", "group": "team", "time": "at"}
    found = fix(log, since="2026-03-11T00:00:00Z", **words)
    [entry] = found.result["groups"]
    assert (entry["before"]["n"], entry["after"]["n"]) == (120, 120)
    assert found.rows.reasons == {"neither before nor after": 1}
    with pytest.raises(EmptyLog, match="No row came after"):
        fix(log, since="2027-01-01T00:00:00Z", **words)


def test_groups_that_are_too_few_in_a_phase_are_left_out_with_the_reason(tmp_path: Path) -> None:
    found = ask(tmp_path, {"a": (40, 10, 10, 40), "b": (40, 10, 10, 40)}, {"a": (40, 10, 10, 40), "b": (1, 1, 1, 1)})
    assert found.result["left_out"] == [{"attributes": {"team": "b"}, "why": "too few to say after (under 10)"}]
    assert found.result["changes"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"after": None}, "Say what came before"),
        ({"since": "2026-01-01"}, "Say what came before"),
        ({"before": "phase = 'v2'"}, "Some rows meet both"),
        ({"reference": {"team": "z"}}, "Nobody has team"),
        ({"reference": {"sex": "z"}}, "by which nobody is grouped"),
        ({"before": None, "after": None, "since": "2026-01-01"}, "time of the decisions is missing"),
    ],
)
def test_what_is_asked_wrongly_is_said(tmp_path: Path, words: dict[str, Any], sentence: str) -> None:
    groups = {"a": (40, 10, 10, 40), "b": (40, 10, 10, 40)}
    with pytest.raises(AskedWrongly, match=sentence):
        ask(tmp_path, groups, groups, **words)


@pytest.mark.soak
def test_the_true_change_lies_in_its_interval_in_93_of_100_worlds(tmp_path: Path) -> None:
    inside, runs = 0, 300
    for seed in range(runs):
        chance = random.Random(seed)
        shares = {("v1", "a"): 0.2, ("v1", "b"): 0.5, ("v2", "a"): 0.2, ("v2", "b"): 0.3}
        rows = [(v, t, int(chance.random() < share), 0) for (v, t), share in shares.items() for _ in range(120)]
        log = write_csv(tmp_path / f"{seed}.csv", HEADER, rows)
        found = fix(
            log, decision="decision", label="label", group="team", before="phase = 'v1'", after="phase = 'v2'",
            reference={"team": "a"},
        )  # fmt: skip
        told = change(found, "fpr", team="b")["change"]
        inside += told["low"] <= -0.2 <= told["high"]
    assert inside >= 0.93 * runs
