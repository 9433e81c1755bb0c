"""How likely chance alone is to go so far: tails of the distributions that the tests of `slices` and `drift` need."""

from collections.abc import Sequence
from math import exp, lgamma, log, pi, sqrt

TINY = 1e-300
"""Smaller probabilities are told as this one: their logarithm is known no better."""


def chi_square(statistic: float, freedom: int) -> float:
    """P(X >= statistic) for a chi-square distribution: the upper regularised gamma function Q(k/2, x/2).

    By its power series where that converges fast, else by the continued fraction: 6.5.29 and 6.5.31 in Abramowitz, M.
    and Stegun, I. A. (1964), Handbook of Mathematical Functions.

    :param freedom: degrees of freedom, at least 1
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = a * log(x) - x - lgamma(a)
    if x < a + 1:
        term = total = 1 / a
        n = a
        while term > total * 1e-17:
            n += 1
            term *= x / n
            total += term
        return max(0.0, 1 - total * exp(front))
    # Lentz's way of working out the continued fraction from its top.
    b = x + 1 - a
    c, d = 1 / TINY, 1 / b
    whole, i = d, 0
    while True:
        i += 1
        step = -i * (i - a)
        b += 2
        d = step * d + b
        d = 1 / (d if abs(d) > TINY else TINY)
        c = b + step / c
        c = c if abs(c) > TINY else TINY
        whole *= c * d
        if abs(c * d - 1) < 1e-16 or i > 100_000:
            break
    return exp(front) * whole if front > -700 else max(TINY, exp(max(front + log(whole), -690)))


def kolmogorov(distance: float, n: float) -> float:
    """P(D >= distance) for the largest gap between two empirical distributions, of size ``n = n1 n2 / (n1 + n2)``.

    The limiting distribution of Kolmogorov and Smirnov with the correction for finite n of Stephens, M. A. (1970), Use
    of the Kolmogorov-Smirnov, Cramer-Von Mises and related statistics without extensive tables, JRSS B 32:115-122.
    Where values are tied the true probability is smaller.
    """
    root = sqrt(n)
    x = (root + 0.12 + 0.11 / root) * distance
    if x < 0.2:
        return 1.0
    if x < 1.18:
        # The same function by its other series, which converges where the first one does not.
        return max(0.0, 1 - sqrt(2 * pi) / x * sum(exp(-((2 * k - 1) ** 2) * pi * pi / (8 * x * x)) for k in (1, 2, 3)))
    if 2 * x * x > 690:
        return TINY
    return min(1.0, 2 * sum((-1.0) ** (k - 1) * exp(-2 * (k * x) ** 2) for k in range(1, 6)))


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the expected share of false alarms among all alarms.

    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57:289-300.
    """
    adjusted, best = [1.0] * len(ps), 1.0
    for rank, i in sorted(enumerate(sorted(range(len(ps)), key=lambda i: ps[i]), start=1), reverse=True):
        best = min(best, ps[i] * len(ps) / rank)
        adjusted[i] = best
    return adjusted


def excess(harmed: int, rows: int, all_harmed: int, all_rows: int) -> float:
    """P(X >= harmed) if ``rows`` were drawn blindly from all: the one-sided exact test of Fisher.

    The upper tail of the hypergeometric distribution, its terms added from the one observed upwards. Fisher, R. A.
    (1935), The logic of inductive inference, JRSS 98:39-82.
    """
    spared, others = all_rows - all_harmed, all_rows - rows
    if harmed <= max(0, rows - spared):
        return 1.0
    first = _log_choose(all_harmed, harmed) + _log_choose(spared, rows - harmed) - _log_choose(others + rows, rows)
    tail = term = 1.0
    at = harmed
    while at < min(rows, all_harmed) and term > tail * 1e-14:
        term *= (rows - at) * (all_harmed - at) / ((at + 1) * (spared - rows + at + 1))
        tail += term
        at += 1
    return min(1.0, exp(max(first + log(tail), -690.0)))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
