"""Quantiles of a few numbers and how sure one can be of them: exact intervals from order statistics, BCa for the mean,
and the median where some are still running. Pure Python, for hundreds or thousands of values, not for millions.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import exp, lgamma, log
from statistics import NormalDist, fmean

LEVEL = 0.95
SEED = 20_260_101
"""Of the draws of a bootstrap: the same values give the same interval."""
RESAMPLES = 999

Limits = tuple[float | None, float | None]


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, linear between the two nearest: definition 7 of Hyndman, R. J.
    and Fan, Y. (1996), Sample quantiles in statistical packages, The American Statistician 50:361-365.

    :param ordered: at least one value, in ascending order
    """
    at = (len(ordered) - 1) * share
    low = int(at)
    if low + 1 >= len(ordered):
        return ordered[-1]
    # Where the two are equal nothing is added, so that no rounding moves a value that stands there several times.
    gap = ordered[low + 1] - ordered[low]
    return ordered[low] + gap * (at - low) if gap else ordered[low]


def quantile_limits(ordered: Sequence[float], share: float, level: float = LEVEL) -> Limits:
    """Limits of a quantile that hold whatever the distribution: two of the values themselves.

    How many of n values lie below the true quantile follows a binomial distribution, so its own quantiles say between
    which two the true one lies: Conover, W. J. (1999), Practical nonparametric statistics, 3rd edition, 143-148. Where
    the values are too few, the limit on that side is None: nothing can be said.
    """
    below, above = _places(len(ordered), share, level)
    return (
        ordered[below] if below >= 0 else None,
        ordered[above] if above < len(ordered) else None,
    )


def needed(share: float, level: float = LEVEL) -> int:
    """How many values it takes until a quantile has limits on both sides: 6 for the median, at a level of 0.95."""
    n = 1
    while True:
        below, above = _places(n, share, level)
        if below >= 0 and above < n:
            return n
        n += 1


@lru_cache(maxsize=4096)
def _places(n: int, share: float, level: float) -> tuple[int, int]:
    tail = (1 - level) / 2
    below, above, summed = n, n, 0.0
    for k in range(n + 1):
        summed += _binomial(k, n, share)
        # A hair's breadth: sums of many terms end a little off where the exact sum meets the bound.
        if below == n and summed >= tail * (1 - 1e-12):
            below = k
        if summed >= (1 - tail) * (1 - 1e-15):
            above = k
            break
    return below - 1, above


def _binomial(k: int, n: int, share: float) -> float:
    choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(choose + k * log(share) + (n - k) * log(1 - share))


def bca(
    values: Sequence[float],
    draws: Iterable[Sequence[int]] | None = None,
    *,
    of: Callable[[Sequence[float]], float] = fmean,
    level: float = LEVEL,
) -> Limits:
    """Limits of a figure by the bootstrap, corrected for bias and acceleration (BCa).

    Efron, B. (1987), Better bootstrap confidence intervals, JASA 82:171-185; acceleration from the jackknife.

    :param draws: for each resample the places that were drawn; drawn from a fixed seed if not given
    """
    n = len(values)
    if n < 2 or min(values) == max(values):
        return None, None
    if draws is None:
        generator = random.Random(SEED)
        found = sorted(of(generator.choices(values, k=n)) for _ in range(RESAMPLES))
    else:
        found = sorted(of([values[place] for place in drawn]) for drawn in draws)
    whole, normal = of(values), NormalDist()
    # Draws that come out exactly as the whole count half, as in SciPy's percentile of a score.
    share = (sum(one < whole for one in found) + sum(one <= whole for one in found)) / (2 * len(found))
    if not 0 < share < 1:
        return None, None
    bias = normal.inv_cdf(share)
    left_out = [of([*values[:place], *values[place + 1 :]]) for place in range(n)]
    middle = fmean(left_out)
    away = [middle - one for one in left_out]
    scale = sum(one * one for one in away) ** 1.5
    acceleration = sum(one**3 for one in away) / (6 * scale) if scale else 0.0
    limits = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        score = bias + normal.inv_cdf(tail)
        under = 1 - acceleration * score
        if under <= 0:
            return None, None
        limits.append(quantile(found, normal.cdf(bias + score / under)))
    return limits[0], limits[1]


def median_with_running(ended: Iterable[float], running: Iterable[float]) -> float | None:
    """The median where some have not ended yet and count as *at least so long*; None while half has not ended.

    Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, JASA 53:457-481.
    """
    # At the same time those that end go before those that are still running.
    events = sorted([(one, 0) for one in ended] + [(one, 1) for one in running])
    left, survive = len(events), 1.0
    for value, still in events:
        if not still:
            survive *= 1 - 1 / left
            if survive <= 0.5 + 1e-12:
                return value
        left -= 1
    return None
