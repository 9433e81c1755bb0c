"""Intervals for shares, for their differences and for their ratios, in closed form from counts.

All of them rest on Wilson's score limits, so that a share, a difference and a ratio of the same counts do not
contradict each other; none needs a correction for zero counts, and none leaves the range in which it makes sense.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import inf, sqrt
from statistics import NormalDist

Limits = tuple[float, float]


@lru_cache
def critical(level: float) -> float:
    """The two-sided critical value of the normal distribution: 1.96 for a level of 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(hits: int, n: int, z: float) -> Limits:
    """Score limits of a share ``hits / n``.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209-212;
    method 3 in Newcombe, R. G. (1998), Statistics in Medicine 17:857-872.

    :param n: at least 1
    """
    share, square = hits / n, z * z
    middle = share + square / (2 * n)
    reach = z * sqrt((share * (1 - share) + square / (4 * n)) / n)
    scale = 1 + square / n
    return (
        0.0 if hits == 0 or (low := (middle - reach) / scale) <= 0 else low,
        1.0 if hits == n or (high := (middle + reach) / scale) >= 1 else high,
    )


def difference(one: float, one_limits: Limits, two: float, two_limits: Limits) -> Limits:
    """Limits of ``one - two`` for two independent shares, from the limits of each.

    With Wilson's limits this is the hybrid score interval: method 10 in Newcombe, R. G. (1998), Interval estimation for
    the difference between independent proportions, Statistics in Medicine 17:873-890.
    """
    low1, high1 = one_limits
    low2, high2 = two_limits
    gap = one - two
    low = gap - sqrt((one - low1) ** 2 + (high2 - two) ** 2)
    high = gap + sqrt((high1 - one) ** 2 + (two - low2) ** 2)
    return low if low > -1.0 else -1.0, high if high < 1.0 else 1.0


def ratio(one: float, one_limits: Limits, two: float, two_limits: Limits) -> Limits:
    """Limits of ``one / two`` for two independent shares, from the limits of each.

    MOVER-R with Wilson's limits: Donner, A. and Zou, G. Y. (2012), Closed-form confidence intervals for functions of
    the normal mean and standard deviation, Statistical Methods in Medical Research 21:347-359; for proportions see
    Fagerland, Lydersen and Laake (2015), Statistical Methods in Medical Research 24:224-254.
    Both limits are roots of ``(one - q two)**2 = (one - l)**2 + q**2 (two - u)**2``, written so that nothing cancels.

    :param two: more than 0
    """
    low1, high1 = one_limits
    low2, high2 = two_limits
    product = one * two
    square = low1 * (2 * one - low1)
    under = product * product - square * high2 * (2 * two - high2)
    low = square / (product + (sqrt(under) if under > 0 else 0.0)) if square > 0 else 0.0
    scale = low2 * (2 * two - low2)
    if scale <= 0:
        return low, inf
    under = product * product - high1 * (2 * one - high1) * scale
    return low, (product + (sqrt(under) if under > 0 else 0.0)) / scale


def mean(values: Sequence[float], limits: Sequence[Limits]) -> Limits:
    """Limits of the mean of independent estimates, from the limits of each.

    MOVER: Zou, G. Y. and Donner, A. (2008), Construction of confidence limits about effect measures: a general
    approach, Statistics in Medicine 27:1693-1702.
    """
    count = len(values)
    middle = sum(values) / count
    low = middle - sqrt(sum(((v - lim[0]) / count) ** 2 for v, lim in zip(values, limits, strict=True)))
    high = middle + sqrt(sum(((lim[1] - v) / count) ** 2 for v, lim in zip(values, limits, strict=True)))
    return low, high


def change(after: float, after_limits: Limits, before: float, before_limits: Limits) -> Limits:
    """Limits of ``after - before`` for two independent estimates of any kind, from the limits of each (MOVER).

    Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27:1693-1702.
    """
    gap = after - before
    low = gap - sqrt((after - after_limits[0]) ** 2 + (before_limits[1] - before) ** 2)
    high = gap + sqrt((after_limits[1] - after) ** 2 + (before - before_limits[0]) ** 2)
    return low, high
