"""What is followed over time, as numbers with a known spread: a rate, a gap between two groups, a mean, a volume.

Each kind says for a stretch of periods what was seen and how much it weighs (one over its variance), with the variance
taken from the counts of that very stretch. Mathematics only: arrays in, arrays out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

EVENTS_LEAST = 5.0
"""Events and non-events that each side of a change must hold: below this a normal law misjudges counts."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One stretch: the values, their weights (0 where nothing was seen), and the events behind each period.

    :param mass: expected events (or non-events, if those are fewer) of each period
    """

    values: Numbers
    weights: Numbers
    mass: Numbers


class Series(Protocol):
    """A course over time."""

    @property
    def size(self) -> int:
        """How many periods."""
        ...

    @property
    def known(self) -> bool:
        """Whether the weights are the true ones, but for overdispersion; else only their proportions are."""
        ...

    def seen(self, bounds: Sequence[int]) -> Seen:
        """The periods from the first bound to before the last one.

        The variance is taken as constant between neighbouring bounds.
        """
        ...


def _parts(bounds: Sequence[int]) -> list[slice]:
    start = bounds[0]
    return [slice(a - start, b - start) for a, b in pairwise(bounds)]


def _spread(hits: Numbers, n: Numbers, parts: list[slice]) -> tuple[Numbers, Numbers]:
    """Variance of one event and expected rarer events a period, constant within each part.

    Half an event is added on both sides, so that a stretch without events does not claim to be certain.
    """
    variance, mass = np.empty_like(n), np.empty_like(n)
    for part in parts:
        share = (hits[part].sum() + 0.5) / (n[part].sum() + 1)
        variance[part] = share * (1 - share)
        mass[part] = n[part] * min(share, 1 - share)
    return variance, mass


class _Counted:
    """A course with its rows, period by period."""

    __slots__ = ()
    n: Numbers

    @property
    def size(self) -> int:
        """How many periods."""
        return len(self.n)


@dataclass(frozen=True, slots=True)
class Rate(_Counted):
    """Events among rows."""

    hits: Numbers
    n: Numbers
    known: bool = True

    def seen(self, bounds: Sequence[int]) -> Seen:
        """Shares, with binomial variance."""
        hits, n = self.hits[bounds[0] : bounds[-1]], self.n[bounds[0] : bounds[-1]]
        variance, mass = _spread(hits, n, _parts(bounds))
        return Seen(np.divide(hits, n, out=np.zeros_like(n), where=n > 0), n / variance, mass)


@dataclass(frozen=True, slots=True)
class Gap:
    """One course less another, period by period, so that a shift common to both cancels."""

    one: Series
    other: Series

    @property
    def size(self) -> int:
        """How many periods."""
        return self.one.size

    @property
    def known(self) -> bool:
        """Whether both have known variances."""
        return self.one.known and self.other.known

    def seen(self, bounds: Sequence[int]) -> Seen:
        """Differences, with the sum of both variances; only where both were seen."""
        one, other = self.one.seen(bounds), self.other.seen(bounds)
        both = (one.weights > 0) & (other.weights > 0)
        first, second = np.where(both, one.weights, 1.0), np.where(both, other.weights, 1.0)
        return Seen(
            np.where(both, one.values - other.values, 0.0),
            np.where(both, first * second / (first + second), 0.0),
            np.where(both, np.minimum(one.mass, other.mass), 0.0),
        )


@dataclass(frozen=True, slots=True)
class Mean(_Counted):
    """The mean of a number over rows, from sums and sums of squares about any one point."""

    totals: Numbers
    squares: Numbers
    n: Numbers
    known: bool = True

    def seen(self, bounds: Sequence[int]) -> Seen:
        """Means, with the variance between the rows of one period."""
        span = slice(bounds[0], bounds[-1])
        totals, squares, n = self.totals[span], self.squares[span], self.n[span]
        means = np.divide(totals, n, out=np.zeros_like(n), where=n > 0)
        inside = np.maximum(squares - means * totals, 0.0)
        weights = np.zeros_like(n)
        for part in _parts(bounds):
            freedom = np.maximum(n[part] - 1, 0).sum()
            spread = inside[part].sum() / freedom if freedom > 0 else 0.0
            weights[part] = n[part] / spread if spread > 0 else n[part] * 1e12
        return Seen(means, weights, n)


@dataclass(frozen=True, slots=True)
class Volume(_Counted):
    """How many rows there are, on the scale on which a Poisson count has variance 1 (Anscombe 1948)."""

    n: Numbers
    known: bool = True

    def seen(self, bounds: Sequence[int]) -> Seen:
        """Twice the square root of the count and three eighths."""
        n = self.n[bounds[0] : bounds[-1]]
        return Seen(2 * np.sqrt(n + 0.375), np.ones_like(n), n)


@dataclass(frozen=True, slots=True)
class Plain:
    """One number a period and nothing about its spread; NaN where there is none."""

    values: Numbers
    known: bool = False

    @property
    def size(self) -> int:
        """How many periods."""
        return len(self.values)

    def seen(self, bounds: Sequence[int]) -> Seen:
        """The numbers, all with the same weight."""
        values = self.values[bounds[0] : bounds[-1]]
        there = np.isfinite(values)
        return Seen(np.where(there, values, 0.0), there.astype(float), np.full(len(values), EVENTS_LEAST))
