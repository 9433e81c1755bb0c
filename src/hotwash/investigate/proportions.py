"""Tests of whether two shares differ, and what is left of them when many are asked at once.

Each test is of the shares that it names: of the false positive rate among the rows with a negative label, and so on.
"""

from collections.abc import Sequence
from math import erfc, exp, lgamma, sqrt

EXPECTED_LEAST = 5
"""Below so many expected in any of the four cells, the normal approximation is not trusted (Cochran 1954)."""
EXACT_MAX = 1_000_000
"""Above so many rows, Fisher's sum is no longer worth its time."""


def two_sided(hits: int, n: int, other_hits: int, other_n: int) -> tuple[float | None, str]:
    """The p value of equal shares, and the test that gave it.

    The two-proportion z test with the pooled share; where fewer than `EXPECTED_LEAST` are expected in a cell, Fisher's
    exact test (both tails: all tables that are no likelier than the one seen).
    """
    if not n or not other_n:
        return None, ""
    whole, total = hits + other_hits, n + other_n
    if not whole or whole == total:
        return 1.0, "equal"
    rest = total - whole
    least = (n if n < other_n else other_n) * (whole if whole < rest else rest) / total
    if least < EXPECTED_LEAST and total <= EXACT_MAX:
        return _fisher(hits, n, other_hits, other_n), "fisher"
    share = whole / total
    z = (hits / n - other_hits / other_n) / sqrt(share * (1 - share) * (1 / n + 1 / other_n))
    return erfc(abs(z) / sqrt(2)), "z"


def _fisher(hits: int, n: int, other_hits: int, other_n: int) -> float:
    whole = hits + other_hits
    first, last = max(0, whole - other_n), min(whole, n)
    fixed = _choices(n + other_n, whole)

    def weight(k: int) -> float:
        return _choices(n, k) + _choices(other_n, whole - k) - fixed

    limit = weight(hits) + 1e-7
    return min(1.0, sum(exp(w) for k in range(first, last + 1) if (w := weight(k)) <= limit))


def _choices(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def holm(values: Sequence[float | None], order: Sequence[int] | None = None) -> list[float | None]:
    """p values such that the chance of any false alarm among all is held.

    Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6:65-70.

    :param order: `rising` of the values, where it is known already
    """
    adjusted: list[float | None] = [None] * len(values)
    order = rising(values) if order is None else order
    highest, left = 0.0, len(order)
    for place in order:
        if (own := left * (values[place] or 0.0)) > highest:
            highest = min(1.0, own)
        adjusted[place] = highest
        left -= 1
    return adjusted


def benjamini_hochberg(values: Sequence[float | None], order: Sequence[int] | None = None) -> list[float | None]:
    """p values such that the share of false alarms among all alarms is held, for independent or positively
    dependent tests.

    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57:289-300.

    :param order: `rising` of the values, where it is known already
    """
    adjusted: list[float | None] = [None] * len(values)
    order = rising(values) if order is None else order
    lowest, tests = 1.0, len(order)
    for rank in range(tests, 0, -1):
        place = order[rank - 1]
        if (own := tests / rank * (values[place] or 0.0)) < lowest:
            lowest = own
        adjusted[place] = lowest
    return adjusted


def rising(values: Sequence[float | None]) -> list[int]:
    """The places of the values that are there, the smallest first."""
    return [i for _, i in sorted((p, i) for i, p in enumerate(values) if p is not None)]
