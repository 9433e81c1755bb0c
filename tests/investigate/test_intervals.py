"""The intervals against published values and against the equations that define them."""

from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.investigate import intervals

Z = intervals.critical(0.95)
counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_critical_value_of_95_percent_is_1_96() -> None:
    assert pytest.approx(1.959963984540054, abs=1e-12) == Z


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_of_newcombe_1998_table_1(hits: int, n: int, low: float, high: float) -> None:
    assert intervals.wilson(hits, n, Z) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "two", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_the_difference_gives_the_values_of_newcombe_1998_method_10(
    one: tuple[int, int], two: tuple[int, int], low: float, high: float
) -> None:
    found = intervals.difference(one[0] / one[1], intervals.wilson(*one, Z), two[0] / two[1], intervals.wilson(*two, Z))
    assert found == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_wilsons_limits_are_the_shares_that_a_score_test_just_accepts(count: tuple[int, int]) -> None:
    hits, n = count
    for limit in intervals.wilson(hits, n, Z):
        if 0 < limit < 1:
            assert abs(hits / n - limit) / sqrt(limit * (1 - limit) / n) == pytest.approx(Z, rel=1e-6)


@given(counts, counts)
def test_the_limits_of_a_ratio_solve_the_equation_that_defines_them(one: tuple[int, int], two: tuple[int, int]) -> None:
    if not two[0]:
        return
    p, q = one[0] / one[1], two[0] / two[1]
    (l1, u1), (l2, u2) = intervals.wilson(*one, Z), intervals.wilson(*two, Z)
    low, high = intervals.ratio(p, (l1, u1), q, (l2, u2))
    assert 0 <= low <= p / q <= high
    assert (p - low * q) ** 2 == pytest.approx((p - l1) ** 2 + low**2 * (u2 - q) ** 2, rel=1e-6, abs=1e-12)
    assert (p - high * q) ** 2 == pytest.approx((u1 - p) ** 2 + high**2 * (q - l2) ** 2, rel=1e-6, abs=1e-12)


def test_for_large_counts_the_ratio_comes_near_the_logarithmic_interval_of_katz() -> None:
    one, two = (44_000, 100_000), (23_000, 100_000)
    low, high = intervals.ratio(0.44, intervals.wilson(*one, Z), 0.23, intervals.wilson(*two, Z))
    spread = Z * sqrt(1 / one[0] - 1 / one[1] + 1 / two[0] - 1 / two[1])
    assert log(low) == pytest.approx(log(0.44 / 0.23) - spread, abs=1e-4)
    assert log(high) == pytest.approx(log(0.44 / 0.23) + spread, abs=1e-4)


def test_a_rate_of_nothing_still_has_a_ratio_with_an_upper_limit() -> None:
    low, high = intervals.ratio(0.0, intervals.wilson(0, 50, Z), 0.4, intervals.wilson(40, 100, Z))
    assert low == 0
    assert 0 < high < 1


def test_the_mean_of_two_differences_is_tighter_than_either() -> None:
    low, high = intervals.mean([0.2, 0.2], [(0.1, 0.3), (0.1, 0.3)])
    assert (low, high) == pytest.approx((0.2 - 0.1 / sqrt(2), 0.2 + 0.1 / sqrt(2)))
