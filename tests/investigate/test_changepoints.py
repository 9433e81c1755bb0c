"""Change points: p values, intervals, several changes, seasons, noise; and the published scores of bare courses."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from tests.investigate.turing import covering, f1, met, segments, univariate

from hotwash.investigate.changepoints import changes, seeded
from hotwash.investigate.monitoring import watched
from hotwash.investigate.scan import Scan
from hotwash.investigate.segmentation import stretches
from hotwash.investigate.series import Gap, Mean, Plain, Rate, Volume


def gap(seed: int, *, change: float, days: int = 365, n: int = 200, tau: int | None = None) -> tuple[int, Gap]:
    """Group A at 10 %, with twice as many rows; group B moves by ``change`` on a day that the seed draws."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(days // 6, days - days // 6)) if tau is None else tau
    a = rng.binomial(2 * n, 0.1, days).astype(float)
    b = rng.binomial(n, 0.1 + change * (np.arange(days) >= at)).astype(float)
    return at, Gap(Rate(b, np.full(days, float(n))), Rate(a, np.full(days, 2.0 * n)))


def no_season(size: int) -> Scan:
    """A scan of equal weights."""
    return Scan(np.ones(size), np.zeros(size, dtype=np.intp), np.full(size, 5.0))


def test_the_p_value_is_how_often_courses_without_change_score_as_high() -> None:
    scan, rng = no_season(120), np.random.default_rng(1)
    scores = np.array([float(scan.score(scan.steps(rng.standard_normal(120)))) for _ in range(4000)])
    for p in (0.2, 0.05, 0.02):
        assert scan.p_value(float(np.quantile(scores, 1 - p))) == pytest.approx(p, rel=0.25)


def test_a_threshold_and_its_p_value_belong_together() -> None:
    scan = no_season(90)
    for alarm in (0.05, 0.005):
        assert scan.p_value(scan.threshold(alarm)) == pytest.approx(alarm, rel=0.25)


def test_a_step_is_standardised_and_a_season_is_taken_out_of_it() -> None:
    rng, size = np.random.default_rng(3), 140
    season = np.arange(size) % 7
    scan = Scan(np.full(size, 4.0), season, np.full(size, 5.0))
    profile = rng.normal(0, 10, 7)[season]
    z = np.array([scan.steps(profile + rng.standard_normal(size) / 2) for _ in range(800)])
    assert np.abs(z[:, scan.open].mean(axis=0)).max() < 4.5 / sqrt(800)
    assert z[:, scan.open].std(axis=0) == pytest.approx(np.ones(int(scan.open.sum())), abs=0.12)


def test_a_rate_without_change_rarely_alarms() -> None:
    found = sum(bool(changes(gap(seed, change=0.0, days=120)[1], cycles=(7,)).found) for seed in range(60))
    assert found <= 9  # of 60 at 5 %: more than 9 has a chance under 0.1 %


def test_clear_changes_are_found_within_their_interval() -> None:
    inside = 0
    for seed in range(30):
        tau, series = gap(seed, change=0.06, days=150)
        found = changes(series, cycles=(7,)).found
        inside += any(one.low <= tau <= one.high for one in found)
    assert inside >= 25


@pytest.mark.soak
def test_a_gap_of_one_point_in_a_daily_year_is_found_and_dated_at_the_stated_rates() -> None:
    runs, alarms, found, inside = 600, 0, 0, 0
    for seed in range(runs):
        alarms += bool(changes(gap(10_000 + seed, change=0.0)[1], cycles=(7,)).found)
        tau, series = gap(seed, change=0.01)
        told = changes(series, cycles=(7,)).found
        found += bool(told)
        inside += any(one.low <= tau <= one.high for one in told)
    assert alarms / runs <= 0.05 + 3 * sqrt(0.05 * 0.95 / runs)
    assert found / runs >= 0.78 - 2 * sqrt(0.78 * 0.22 / runs)
    assert inside / found >= 0.93 - 2 * sqrt(0.93 * 0.07 / found)


def test_two_changes_and_a_harm_that_ends_are_both_dated() -> None:
    rng, day = np.random.default_rng(8), np.arange(200)
    hits = rng.binomial(300, 0.05 + 0.05 * ((day >= 90) & (day < 104))).astype(float)
    found = changes(Rate(hits, np.full(200, 300.0))).found
    assert [(one.low <= at <= one.high) for one, at in zip(found, (90, 104), strict=True)] == [True, True]


def test_a_week_does_not_pass_for_a_change_and_does_not_hide_one() -> None:
    rng, day = np.random.default_rng(4), np.arange(180)
    usual = np.array([0.10, 0.10, 0.11, 0.10, 0.12, 0.25, 0.28])[day % 7]
    n = np.full(180, 300.0)
    calm = changes(Rate(rng.binomial(300, usual).astype(float), n), cycles=(7,))
    assert (calm.season, calm.found, calm.noise) == (7, (), 1.0)
    moved = changes(Rate(rng.binomial(300, usual + 0.04 * (day >= 101)).astype(float), n), cycles=(7,))
    assert moved.season == 7
    assert any(one.low <= 101 <= one.high for one in moved.found)


def test_rates_that_scatter_more_than_counts_explain_do_not_alarm() -> None:
    found = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        shares = np.clip(rng.normal(0.2, 0.04, 150), 0.01, 0.99)
        told = changes(Rate(rng.binomial(1000, shares).astype(float), np.full(150, 1000.0)))
        found += bool(told.found)
        assert told.noise > 5
    assert found <= 5


def test_empty_periods_widen_the_interval_to_the_gap_before_the_change() -> None:
    rng, n = np.random.default_rng(2), np.full(60, 400.0)
    n[28:33] = 0
    hits = rng.binomial(n.astype(int), 0.05 + 0.2 * (np.arange(60) >= 30)).astype(float)
    (one,) = changes(Rate(hits, n)).found
    assert (one.low, one.at, one.high) == (28, 33, 33)


def test_means_volumes_and_courses_without_spread_have_their_changes() -> None:
    rng, day = np.random.default_rng(5), np.arange(100)
    rows = rng.normal(5 + (day >= 60)[:, None] * 0.8, 1, (100, 40))
    means = Mean(rows.sum(axis=1), (rows**2).sum(axis=1), np.full(100, 40.0))
    assert [one.at for one in changes(means).found] == [60]
    volume = Volume(rng.poisson(np.where(day >= 45, 150, 100)).astype(float))
    assert [one.at for one in changes(volume).found] == pytest.approx([45], abs=2)
    flat = Mean(np.full(50, 8.0), np.full(50, 16.0), np.full(50, 4.0))
    assert changes(flat).found == ()


def test_too_short_and_constant_courses_have_no_change() -> None:
    assert changes(Rate(np.array([1.0, 5.0]), np.array([10.0, 10.0]))).found == ()
    assert changes(Rate(np.zeros(50), np.full(50, 10.0))).found == ()
    assert changes(Plain(np.full(50, 3.0))).found == ()
    assert changes(Plain(np.full(50, np.nan))).found == ()


def test_nested_stretches_lie_within_the_whole() -> None:
    for low, high in ((0, 7), (3, 100), (0, 365)):
        assert all(low <= a < b <= high for a, b in seeded(low, high))


def test_a_watch_alarms_soon_after_a_change_and_rarely_without_one() -> None:
    false = sum(watched(gap(s, change=0.0, days=120)[1], 40, cycles=(7,)).at is not None for s in range(20))
    assert false <= 4
    tau, series = gap(1, change=0.08, days=150, tau=80)
    at = watched(series, 40).at
    assert at is not None
    assert tau <= at <= tau + 15


def test_a_trend_and_a_wandering_course_are_not_cut_into_steps() -> None:
    rng = np.random.default_rng(6)
    for course in (np.arange(200) * 0.1 + rng.standard_normal(200), np.cumsum(rng.standard_normal(200))):
        assert stretches(course).cuts == ()


def test_long_courses_are_cut_at_the_very_period() -> None:
    rng = np.random.default_rng(7)
    course = rng.standard_normal(3000) + 4 * (np.arange(3000) >= 1501)
    assert [cut.at for cut in stretches(course).cuts] == pytest.approx([1501], abs=1)


def test_the_scorer_follows_its_definitions() -> None:
    marks = {"a": [10, 50], "b": [12]}
    assert met({0, 10}, {0, 15}, 5) == 2
    assert met({0, 10, 12}, {0, 11}, 5) == 2  # one told change meets only one true one
    assert segments([5], 8) == [(0, 5), (5, 8)]
    assert f1({"a": [], "b": []}, []) == 1.0
    assert f1(marks, []) == pytest.approx(2 * 1 * (1 / 3 + 1 / 2) / 2 / (1 + (1 / 3 + 1 / 2) / 2))
    assert covering({"a": [4]}, [4], 10) == 1.0
    assert covering({"a": [4]}, [], 10) == pytest.approx(0.4 * 0.4 + 0.6 * 0.6)


def test_the_scorer_gives_the_published_scores_of_no_change(shared: Path) -> None:
    published = json.loads((shared / "tcpd" / "published-default-scores.json").read_text())
    for name, (raw, marks) in univariate(shared / "tcpd").items():
        assert f1(marks, []) == pytest.approx(published["f1"][name]["zero"], abs=5e-5)
        assert covering(marks, [], len(raw)) == pytest.approx(published["cover"][name]["zero"], abs=5e-5)


def test_the_one_default_scores_above_the_published_ones_on_the_turing_series(shared: Path) -> None:
    told, covered = [], []
    for raw, marks in univariate(shared / "tcpd").values():
        found = changes(Plain(np.array([np.nan if v is None else v for v in raw], dtype=float))).found
        told.append(f1(marks, [one.at for one in found]))
        covered.append(covering(marks, [one.at for one in found], len(raw)))
    assert len(told) == 15
    assert sum(told) / 15 >= 0.78
    assert sum(covered) / 15 >= 0.76


def test_a_rate_that_rises_from_nothing_is_found_by_the_hour() -> None:
    """Two weeks of a help desk: few at night, and on the last day answers that leak."""
    day = np.array([28, 27, 22, 24, 24, 21, 33, 19, 29, 27, 12, 14, 10, 9, 15, 4, 4, 4, 6, 5, 12, 21, 15, 30], float)
    leaks = np.array([1, 1, 6, 4, 5, 4, 6, 3, 11, 8, 3, 5, 4, 2, 3, 2, 0, 2, 1, 0, 4, 7, 3, 8], float)
    n, hits = np.tile(day, 14), np.concatenate([np.zeros(13 * 24), leaks])
    found = changes(Rate(hits, n), cycles=(24, 168)).found
    assert len(found) == 1
    assert found[0].low <= 13 * 24 + 2 <= found[0].high
    assert found[0].p is not None
    assert found[0].p < 0.001
