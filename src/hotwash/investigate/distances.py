"""How far two distributions lie apart: between two samples of numbers, and between two tables of counts."""

from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from hotwash.investigate import tails
from hotwash.investigate.spread import Numbers, Spread

Shares = NDArray[np.float64]
Counts = NDArray[np.int64]
Places = NDArray[np.int32]

EMPTY = 1e-4
"""What the stability index takes for the share of an empty cell, whose logarithm is not finite."""
STRIDES = (4_096, 256, 16, 1)


def kolmogorov_smirnov(one: Spread, two: Spread) -> float:
    """The largest gap between two empirical distribution functions, exactly.

    Sorted samples are compared coarsely first: within a stretch the gap cannot grow by more than the rows that lie in
    it, so that only stretches that could still hold the largest gap are looked at more closely.
    """
    if one.counts is not None or two.counts is not None:
        values = np.union1d(one.values, two.values)
        return float(np.abs(_below(one, values) - _below(two, values)).max())
    a, b = one.values, two.values
    best, starts, size = 0.0, np.zeros(1, np.int64), len(a)
    for stride in STRIDES:
        starts = (starts[:, None] + np.arange(0, size, stride)).ravel()
        starts, size = starts[starts < len(a)], stride
        ends = np.minimum(starts + stride, len(a)) - 1
        # Both functions just before the first value of a stretch, and at its last one.
        before = [_own(a, starts), _rank(b, a[starts])]
        behind = [_own(a, ends, at=True), _rank(b, a[ends], at=True)]
        best = max(best, *(float(np.abs(f - g).max()) for f, g in (before, behind)))
        starts = starts[np.maximum(behind[0] - before[1], behind[1] - before[0]) > best]
        if not len(starts):
            break
    return best


def _rank(sample: Numbers, values: Numbers, *, at: bool = False) -> Numbers:
    return np.asarray(np.searchsorted(sample, values, "right" if at else "left") / len(sample))


def _own(sample: Numbers, places: NDArray[np.int64], *, at: bool = False) -> Numbers:
    """The rank of the values that stand at these places of the sample itself: only ties must be looked for."""
    ranks = places + 1 if at else places.copy()
    beside = np.clip(places + 1 if at else places - 1, 0, len(sample) - 1)
    tied = (sample[beside] == sample[places]) & (beside != places)
    if tied.any():
        ranks[tied] = np.searchsorted(sample, sample[places[tied]], "right" if at else "left")
    return np.asarray(ranks / len(sample))


def _below(spread: Spread, values: Numbers) -> Numbers:
    """The share of the rows at or below each value."""
    places = np.searchsorted(spread.values, values, "right")
    if spread.counts is None:
        return np.asarray(places / len(spread.values))
    whole = np.concatenate(([0], np.cumsum(spread.counts)))
    return np.asarray(whole[places] / whole[-1])


def wasserstein(one: Spread, two: Spread) -> float:
    """How far the rows have to be moved on average: the area between two distribution functions, exactly.

    Between sorted samples it is the mean gap of their quantiles (Vallender, S. S. (1974), Calculation of the
    Wasserstein distance between probability distributions on the line, Theory of Probability 18:784-786).
    """
    if one.counts is None and two.counts is None:
        a, b = one.values, two.values
        if len(a) == len(b):
            gaps = a - b
            return float(np.abs(gaps, out=gaps).mean())
        at_a, at_b, widths = _steps(len(a), len(b))
        gaps = a[at_a] - b[at_b]
        return float(np.abs(gaps, out=gaps) @ widths)
    values = np.union1d(one.values, two.values)
    gaps = np.abs(_below(one, values) - _below(two, values))
    widths = np.diff(values)
    if one.exact and two.exact:
        return float(gaps[:-1] @ widths)
    # Both are counted in the same cells, in which their rows are taken to lie evenly.
    return float((gaps[:-1] + np.concatenate(([0.0], gaps[:-2]))) / 2 @ widths)


def wasserstein_error(one: Spread, two: Spread) -> float:
    """How far the distance of spreads that are not exact can be off: no more than the rows of a cell can move in it."""
    if one.counts is None or two.counts is None:
        return 0.0
    shares = one.counts[:-1] / one.rows + two.counts[:-1] / two.rows
    return float(shares / 2 @ np.diff(one.values))


@lru_cache(maxsize=1)
def _steps(n: int, m: int) -> tuple[Places, Places, Shares]:
    """Which row of each of two samples stands at each step of their quantiles, and how wide the step is.

    The columns of one log mostly have the same number of rows, so that it is worth keeping.
    """
    ends = np.concatenate((np.arange(1, n + 1) * m, np.arange(1, m + 1) * n))
    ends.sort()
    widths = np.diff(ends, prepend=0) / (n * m)
    return ((ends - 1) // m).astype(np.int32), ((ends - 1) // n).astype(np.int32), widths


def deviation(spread: Spread) -> float:
    """The standard deviation of the rows themselves (not corrected for a sample)."""
    if spread.counts is None:
        return float(np.std(spread.values))
    mean = float(spread.values @ spread.counts) / spread.rows
    return sqrt(float((spread.values - mean) ** 2 @ spread.counts) / spread.rows)


def cells(spread: Spread, edges: list[float]) -> Counts:
    """How many rows fall into each range; a range begins at its edge."""
    places = np.searchsorted(spread.values, edges, "left")
    if spread.counts is None:
        return np.diff(places, prepend=0, append=len(spread.values))
    whole = np.concatenate(([0], np.cumsum(spread.counts)))
    return np.diff(whole[places], prepend=0, append=whole[-1])


def stability(one: Counts, two: Counts) -> float:
    """The population stability index: the sum of ``(q - p) ln(q / p)`` over the cells, empty ones taken as `EMPTY`.

    Kullback and Leibler's divergence J(1, 2), as used by Siddiqi, N. (2006), Credit Risk Scorecards, Wiley.
    """
    p, q = np.maximum(one / one.sum(), EMPTY), np.maximum(two / two.sum(), EMPTY)
    return float(((q - p) * np.log(q / p)).sum())


def jensen_shannon(one: Counts, two: Counts) -> float:
    """The Jensen-Shannon distance with logarithms to base 2: from 0 (alike) to 1 (nothing in common).

    Lin, J. (1991), Divergence measures based on the Shannon entropy, IEEE Transactions on Information Theory 37; its
    root is a metric: Endres, D. M. and Schindelin, J. E. (2003), same journal 49.
    """
    p, q = one / one.sum(), two / two.sum()
    middle = (p + q) / 2

    def towards(x: Shares) -> float:
        there = x > 0
        return float((x[there] * np.log2(x[there] / middle[there])).sum())

    return sqrt(max(0.0, (towards(p) + towards(q)) / 2))


def variation(one: Counts, two: Counts) -> float:
    """The total variation: the share of the rows that would have to change their cell."""
    return float(np.abs(one / one.sum() - two / two.sum()).sum() / 2)


@dataclass(frozen=True, slots=True)
class Chi:
    """Pearson's statistic with its degrees of freedom and tail."""

    statistic: float
    freedom: int
    p: float


def chi_square(one: Counts, two: Counts) -> Chi | None:
    """Pearson's test that two samples come from one distribution, without a correction for continuity.

    Two samples: the expected counts come from both (Pearson, K. (1911), On the probability that two independent
    distributions of frequency are really samples from the same population, Biometrika 8:250-254). Cells with fewer than
    one expected row on a side are pooled for the tail, which is not to be trusted with them: Cochran, W. G. (1954),
    Some methods for strengthening the common chi-square tests, Biometrics 10:417-451.
    """
    table = np.array([one, two], float)
    table = table[:, table.sum(0) > 0]
    if table.shape[1] < 2 or not table.sum(1).all():
        return None
    whole = _pearson(table)
    few = (table.sum(0) * table.sum(1).min() / table.sum()) < 1
    pooled = np.column_stack((table[:, ~few], table[:, few].sum(1))) if few.any() else table
    tested = pooled if pooled.shape[1] > 1 else table
    return Chi(whole, table.shape[1] - 1, tails.chi_square(_pearson(tested), tested.shape[1] - 1))


def _pearson(table: Shares) -> float:
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())


def reach(n: int, k: int, alpha: float) -> float:
    """How far a sample's distribution may lie from the true one, with probability ``1 - alpha`` at least.

    For numbers (``k`` of 0) the largest gap of the distribution functions: Massart, P. (1990), The tight constant in
    the Dvoretzky-Kiefer-Wolfowitz inequality, Annals of Probability 18:1269-1283. For ``k`` categories the total
    variation: Weissman, T. et al. (2003), Inequalities for the L1 deviation of the empirical distribution, HP Labs.
    """
    many = log(2) if k <= 2 else log(2) * k + np.log1p(-(2.0 ** (1 - k)))
    return sqrt((many - log(alpha)) / (2 * n))
