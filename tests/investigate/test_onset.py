"""Since when, asked of logs: rates, gaps, means, volume, groups, a watch, what changed, and bad input."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.investigate.logs import write_csv

from hotwash.investigate import AskedWrongly, ColumnMistyped, EmptyLog, Finding, Predictions, changes, onset, picture
from hotwash.investigate.shift import Side, shift

START = datetime(2026, 3, 2, tzinfo=UTC)
HARM = "decision = 0"


def world(path: Path, *, days: int = 80, at: int = 50, seed: int = 2, rise: float = 0.2, a_day: int = 60) -> str:
    """Group b is refused more often from a day on; the score of everybody rises with it; weekends are like weekdays."""
    rng, rows = np.random.default_rng(seed), []
    for day in range(days):
        for i in range(a_day):
            group = "b" if i % 3 == 0 else "a"
            refused = rng.random() < 0.1 + (rise if group == "b" and day >= at else 0)
            score = rng.normal(3 if day >= at else 2)
            version = "v2" if day >= at else "v1"
            rows.append(
                (
                    (START + timedelta(days=day, minutes=i)).isoformat(),
                    group,
                    version,
                    int(not refused),
                    round(score, 3),
                )
            )
    return write_csv(path, ["at", "group", "model", "decision", "score"], rows)


def days_of(change: dict[str, Any]) -> Sequence[int]:
    """Low, at and high as days since the start."""
    return [(datetime.fromisoformat(change[key]) - START).days for key in ("low", "at", "high")]


def test_a_rate_is_dated_with_its_levels_before_and_after(tmp_path: Path) -> None:
    found = onset(world(tmp_path / "log.csv"), time="at", harm=HARM, where="group = 'b'")
    (one,) = found.result["changes"]
    low, at, high = days_of(one)
    assert low <= 50 <= high
    assert low <= at <= high
    assert one["before"]["low"] < 0.1 < one["before"]["high"]
    assert one["after"]["low"] < 0.3 < one["after"]["high"]
    assert found.result["onset"] == {key: one[key] for key in ("at", "low", "high", "level")}
    assert found.sentence.startswith("The rate of harm rose from ")
    assert found.rows.used == 80 * 20


def test_a_gap_is_that_of_the_group_to_the_largest_one(tmp_path: Path) -> None:
    r = onset(world(tmp_path / "log.csv"), time="at", harm=HARM, group="group").result
    assert (r["group"], r["reference"]) == ("b", "a")
    low, _, high = days_of(r["changes"][0])
    assert low <= 50 <= high
    assert r["changes"][0]["after"]["value"] - r["changes"][0]["before"]["value"] == pytest.approx(0.2, abs=0.06)
    own = {one["group"]: len(one["changes"]) for one in r["rates"]}
    assert own == {"a": 0, "b": 1}
    turned = onset(tmp_path / "log.csv", time="at", harm=HARM, group="group", reference="b").result
    assert turned["changes"][0]["after"]["value"] == pytest.approx(-r["changes"][0]["after"]["value"])


def test_a_mean_and_the_volume_are_followed_too(tmp_path: Path) -> None:
    log = world(tmp_path / "log.csv")
    mean = onset(log, time="at", value="score").result
    (risen,) = (one for one in mean["changes"] if days_of(one)[1] == 50)
    assert risen["before"]["value"] == pytest.approx(2, abs=0.1)
    assert risen["after"]["value"] == pytest.approx(3, abs=0.1)
    assert onset(log, time="at").result["changes"] == []
    rows = [
        ((date(2026, 1, 1) + timedelta(days=d)).isoformat(),) for d in range(40) for _ in range(30 + 30 * (d >= 25))
    ]
    volume = onset(write_csv(tmp_path / "more.csv", ["day"], rows), time="day").result
    assert [one["at"] for one in volume["changes"]] == ["2026-01-26"]
    assert (volume["changes"][0]["before"]["value"], volume["changes"][0]["after"]["value"]) == (30, 60)


def test_a_mean_is_exact_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [(f"2026-01-{1 + i // 10:02}", 0.1 * i) for i in range(100)]
    one = onset(write_csv(tmp_path / "a.csv", ["day", "x"], rows), time="day", value="x")
    two = onset(write_csv(tmp_path / "b.csv", ["day", "x"], reversed(rows)), time="day", value="x")
    assert one.result == two.result
    assert [p["value"]["value"] for p in one.result["series"]] == pytest.approx([0.45 + i for i in range(10)])


def test_one_number_a_period_is_cut_by_a_criterion_and_says_so(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = [
        ((date(2025, 1, 1) + timedelta(days=d)).isoformat(), round(float(rng.normal(4 * (d >= 60))), 4))
        for d in range(120)
    ]
    found = onset(write_csv(tmp_path / "log.csv", ["day", "drift"], rows), time="day", value="drift")
    assert [one["at"] for one in found.result["changes"]] == ["2025-03-02"]
    assert found.result["chosen_by"] == "criterion"
    assert "information criterion" in found.sentence


def test_hours_weeks_and_zones_have_their_own_starts(tmp_path: Path) -> None:
    log = world(tmp_path / "log.csv")
    week = onset(log, time="at", value="score", every="week").result
    assert week["series"][0]["since"] == "2026-03-02T00:00:00Z"
    hour = onset(Predictions(log, time="at", zone="Europe/Berlin"), value="score", every="hour").result
    assert hour["periods"] == 79 * 24 + 1 + 0


def test_a_watch_tells_when_it_would_have_alarmed(tmp_path: Path) -> None:
    found = onset(world(tmp_path / "log.csv"), time="at", harm=HARM, where="group = 'b'", watch="2026-04-01")
    alarm = datetime.fromisoformat(found.result["watch"]["alarm_at"])
    assert 50 <= (alarm - START).days <= 65
    assert "would have been alarmed on" in found.sentence


def test_a_log_without_change_says_how_usual_it_is_and_draws_it(tmp_path: Path) -> None:
    found = onset(world(tmp_path / "log.csv", rise=0.0), time="at", harm=HARM)
    assert found.result["changes"] == []
    assert found.result["onset"] == {"value": None, "why": "no change was found"}
    assert "shows no change" in found.sentence
    assert picture(found.chart).startswith("<svg")


def test_the_same_question_gives_the_same_bytes(tmp_path: Path) -> None:
    log = world(tmp_path / "log.csv")
    one, two = (onset(log, time="at", harm=HARM, group="group", watch="2026-04-01") for _ in range(2))
    assert one.to_json() == two.to_json()
    assert Finding.from_json(one.to_json()) == one


@pytest.mark.parametrize(
    ("words", "fault", "says"),
    [
        ({"harm": HARM}, AskedWrongly, "The time of the decisions is missing"),
        ({"time": "at", "harm": HARM, "value": "score"}, AskedWrongly, "not both"),
        ({"time": "at", "value": "group"}, ColumnMistyped, "holds no numbers"),
        ({"time": "group", "harm": HARM}, ColumnMistyped, "not times"),
        ({"time": "at", "harm": HARM, "every": "year"}, AskedWrongly, "A period is"),
        ({"time": "at", "harm": HARM, "alarm": 0}, AskedWrongly, "false alarm"),
        ({"time": "at", "harm": HARM, "group": "group", "reference": "z"}, AskedWrongly, "never holds"),
        ({"time": "at", "harm": HARM, "watch": "soon"}, AskedWrongly, "is not a moment"),
        ({"time": "at", "harm": HARM, "watch": "2020-01-01"}, AskedWrongly, "outside the log"),
        ({"time": "at", "harm": HARM, "where": "group = 'z'"}, EmptyLog, "No row meets where"),
        ({"time": "at", "harm": HARM, "season": "winter"}, AskedWrongly, "season"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    tmp_path: Path, words: dict[str, Any], fault: type[Exception], says: str
) -> None:
    log = world(tmp_path / "log.csv", days=10, at=5)
    with pytest.raises(fault, match=says):
        onset(log, **words)


def test_rows_without_time_or_number_are_skipped_with_the_reason(tmp_path: Path) -> None:
    rows = [(f"2026-01-{1 + i // 5:02}", i % 7) for i in range(100)] + [("", 3), ("2026-01-03", None)]
    found = onset(write_csv(tmp_path / "log.csv", ["day", "x"], rows), time="day", value="x")
    assert (found.rows.used, found.rows.reasons) == (100, {"no time": 1, 'no number in "x"': 1})


sides = st.builds(
    lambda n, share: Side(n, round(n * share)),
    st.integers(0, 500),
    st.floats(0, 1, allow_nan=False, allow_infinity=False),
)


@settings(max_examples=200)
@given(st.dictionaries(st.integers(0, 5), st.tuples(sides, sides), min_size=1))
def test_mix_and_rate_add_up_to_the_difference_exactly(table: dict[int, tuple[Side, Side]]) -> None:
    before, after = ({kind: pair[i] for kind, pair in table.items()} for i in (0, 1))
    n = [sum(side.n for side in one.values()) for one in (before, after)]
    if not all(n):
        return
    found = shift(before, after)
    rates = [sum(s.hits for s in one.values()) / whole for one, whole in zip((before, after), n, strict=True)]
    assert found.total == pytest.approx(rates[1] - rates[0], abs=1e-12)
    assert found.mix + found.rate == pytest.approx(found.total, abs=1e-12)
    assert 0 <= found.explained <= 1


def test_a_known_decomposition() -> None:
    before = {"young": Side(800, 80), "old": Side(200, 60)}
    after = {"young": Side(500, 50), "old": Side(500, 200)}
    found = shift(before, after)
    assert found.mix == pytest.approx(0.3 * 0.35 - 0.3 * 0.10)
    assert found.rate == pytest.approx(0.1 * 0.35)


def test_a_new_version_is_named_before_what_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    log = world(tmp_path / "log.csv", rise=0.4)
    went_live = [
        {"at": "2026-03-12T09:00:00Z", "part": "prompt", "version": "p7"},
        {"at": "2026-04-20T23:00:00Z", "part": "model", "version": "v2"},
    ]
    found = changes(log, time="at", harm=HARM, deployments=went_live)
    first, *rest = found.result["changes"]
    assert first["what"] in ("model v2", "model")
    assert {one["what"] for one in rest[-2:]} == {"group", "prompt p7"}
    assert next(one for one in found.result["changes"] if one["what"] == "model v2")["seen_in"] == ["model"]
    assert picture(found.chart).startswith("<svg")


def mixed(path: Path, seed: int) -> str:
    """From a day on more of the hard cases come in, and each kind fares as before. The other columns are noise."""
    rng, rows = np.random.default_rng(seed), []
    at = int(rng.integers(30, 60))
    for day in range(90):
        for _ in range(80):
            hard = rng.random() < (0.6 if day >= at else 0.2)
            bad = rng.random() < (0.4 if hard else 0.08)
            noise = [f"{x}" for x in rng.integers(0, 4, 3)]
            rows.append(((START + timedelta(days=day)).isoformat(), "hard" if hard else "easy", *noise, int(not bad)))
    return write_csv(path, ["at", "kind", "c1", "c2", "c3", "decision"], rows)


def test_a_planted_shift_of_the_mix_comes_first(tmp_path: Path) -> None:
    first = [changes(mixed(tmp_path / "log.csv", seed), time="at", harm=HARM).result["changes"][0] for seed in range(4)]
    assert [one["what"] for one in first] == ["kind"] * 4
    assert all(one["explains"] > 0.8 for one in first)


@pytest.mark.soak
def test_a_planted_shift_of_the_mix_comes_first_in_95_of_100_worlds(tmp_path: Path) -> None:
    first = [
        changes(mixed(tmp_path / "log.csv", seed), time="at", harm=HARM).result["changes"][0]["what"]
        for seed in range(100)
    ]
    assert first.count("kind") >= 95


def test_without_a_change_there_is_nothing_to_explain_and_a_deployment_needs_its_moment(tmp_path: Path) -> None:
    log = world(tmp_path / "log.csv", rise=0.0)
    assert changes(log, time="at", harm=HARM).result["changes"] == []
    with pytest.raises(AskedWrongly, match="needs its moment"):
        changes(log, time="at", harm=HARM, deployments=[{"part": "model"}])
    told = changes(log, time="at", harm=HARM, at="2026-04-21")
    assert told.result["onset"] == {"at": "2026-04-21T00:00:00Z"}
    assert {one["column"] for one in told.result["columns"]} == {"group", "model"}
