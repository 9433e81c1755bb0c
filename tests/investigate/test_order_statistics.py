"""Parity with SciPy: its values were computed by `published/scipy_quantiles.py` and are kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.investigate.order_statistics import bca, median_with_running, needed, quantile, quantile_limits

THEIRS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "published" / "scipy_quantiles.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("theirs", THEIRS["quantiles"])
def test_quantiles_and_their_exact_limits_are_those_of_scipy(theirs: list[Any]) -> None:
    name, share, level, value, low, high = theirs
    ordered = sorted(THEIRS["samples"][name])
    assert quantile(ordered, share) == pytest.approx(value, rel=1e-12)
    assert quantile_limits(ordered, share, level) == (low, high)


@pytest.mark.parametrize("theirs", THEIRS["means"], ids=lambda theirs: theirs[0])
def test_the_bootstrap_limits_of_a_mean_are_those_of_scipy_for_the_same_draws(theirs: list[Any]) -> None:
    name, drawn, low, high = theirs
    assert bca(THEIRS["samples"][name], drawn) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize("theirs", THEIRS["running"])
def test_the_median_with_those_still_running_is_that_of_scipy(theirs: list[Any]) -> None:
    ended, running, median = theirs
    assert median_with_running(ended, running) == median


def test_three_values_tell_no_limits() -> None:
    assert quantile_limits([1.0, 2.0, 3.0], 0.5) == (None, None)
    assert (needed(0.5), needed(0.9)) == (6, 36)


def test_a_mean_of_equal_values_has_no_limits() -> None:
    assert bca([5.0, 5.0, 5.0]) == (None, None)
    assert bca([5.0]) == (None, None)


def test_the_same_values_give_the_same_limits() -> None:
    assert bca([1.0, 5.0, 9.0, 40.0]) == bca([1.0, 5.0, 9.0, 40.0])


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=60), st.sampled_from([0.1, 0.5, 0.9]))
def test_limits_hold_the_quantile_between_them(values: list[float], share: float) -> None:
    ordered = sorted(values)
    low, high = quantile_limits(ordered, share)
    value = quantile(ordered, share)
    assert ordered[0] <= value <= ordered[-1]
    assert low is None or low <= value or value == pytest.approx(low)
    assert high is None or high >= value or value == pytest.approx(high)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=40))
def test_with_nobody_still_running_it_is_the_lower_median(values: list[float]) -> None:
    assert median_with_running(values, []) == sorted(values)[(len(values) - 1) // 2]
