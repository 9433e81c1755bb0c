"""Stretches of a bare course: one number a period, nothing known about its spread.

Six models are fitted: the level of a stretch is constant or a straight line, and neighbouring values depend on each
other not at all, or by an autoregression of first or second order. Coefficients belong to the stretch, the variance to
the whole course. For each model the best stretches are found exactly, by dynamic programming; the model is chosen by
the same criterion, so that a trend or a wandering course is not cut into steps. Killick, R. and Beaulieu, C. choose
between such models in this way (package EnvCpt; Beaulieu, C. and Killick, R. (2018), Distinguishing trends and shifts
from memory in climate data, Journal of Climate 31:9519-9543).

The criterion is ``n log(RSS / n) + log n (coefficients + 3 changes)``: the place of a change counts as three numbers
(Hall, A. R., Osborn, D. R. and Sakkas, N. (2013), Inference on structural breaks using information criteria, The
Manchester School 81 S3:54-81). A stretch has at least ten periods: two for each number that the richest model
estimates in it (four coefficients and a place), the same for all models, so that they are compared alike.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hotwash.investigate.series import Numbers

PLACE = 3
"""How many estimated numbers the place of a change counts for."""
LENGTH_LEAST = 10
ORDER_MAX = 2
EXACT_MAX = 1_200
"""Longer courses are cut only where blocks of neighbouring periods meet, then each cut is put at its best period."""
_ROUNDS = 8
_FLOOR = 1e-8


@dataclass(frozen=True, slots=True)
class Cut:
    """A change: the first period after it, and the range in which it lies with the level asked for."""

    at: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Stretches:
    """The chosen model and its changes."""

    cuts: tuple[Cut, ...]
    trend: bool
    order: int


def stretches(values: Numbers, *, level: float = 0.95) -> Stretches:
    """The changes of a course of finite numbers.

    The range of a change is the set of places that hold ``level`` of the likelihood, all places between the neighbours
    being equally likely beforehand.
    """
    size, spread = len(values), float(np.std(values))
    if size < 2 * LENGTH_LEAST or spread == 0:
        return Stretches((), trend=False, order=0)
    scaled = (values - values.mean()) / spread
    best: tuple[float, _Model, list[int]] | None = None
    for trend in (False, True):
        for order in range(ORDER_MAX + 1):
            model = _Model(scaled, trend=trend, order=order)
            score, cuts = model.cuts()
            if best is None or score < best[0]:
                best = score, model, cuts
    assert best is not None
    _, model, cuts = best
    return Stretches(tuple(model.ranges(cuts, level)), trend=model.trend, order=model.order)


class _Model:
    """One model over one course. Every model leaves the first `ORDER_MAX` values to the past, to be comparable."""

    def __init__(self, values: Numbers, *, trend: bool, order: int) -> None:
        self.trend, self.order = trend, order
        size = len(values)
        columns = [np.ones(size)] + ([np.arange(size) / size] if trend else [])
        columns += [np.concatenate([np.zeros(lag), values[:-lag]]) for lag in range(1, order + 1)]
        known, told = np.stack(columns, axis=1)[ORDER_MAX:], values[ORDER_MAX:]
        self.size, self.width = len(told), known.shape[1]
        self._products = _summed(known[:, :, None] * known[:, None, :])
        self._crossed = _summed(known * told[:, None])
        self._squares = _summed(told * told)
        block = -(-self.size // EXACT_MAX)
        self._bounds = np.unique(np.append(np.arange(0, self.size, block), self.size))

    def rest(
        self, low: "np.ndarray[tuple[int], np.dtype[np.intp]]", high: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    ) -> Numbers:
        """The residual sums of squares of stretches."""
        products = self._products[high] - self._products[low]
        crossed = self._crossed[high] - self._crossed[low]
        ridge = 1e-9 * np.trace(products, axis1=-2, axis2=-1)[..., None, None] / self.width + 1e-300
        fitted = np.linalg.solve(products + ridge * np.eye(self.width), crossed[..., None])[..., 0]
        return np.asarray(np.maximum(self._squares[high] - self._squares[low] - (fitted * crossed).sum(axis=-1), 0.0))

    def cuts(self) -> tuple[float, list[int]]:
        """The criterion at its least, and the bounds of the stretches with both ends."""
        count = len(self._bounds)
        table = np.full((count, count), np.inf)
        for j in range(1, count):
            i = np.flatnonzero(self._bounds[j] - self._bounds[:j] >= LENGTH_LEAST)
            if len(i):
                table[i, j] = self.rest(self._bounds[i], np.full(len(i), self._bounds[j]))
        price = (self.width + PLACE) * np.log(self.size)
        variance, best, seen = self._variance(float(table[0, -1])), None, set()
        for _ in range(_ROUNDS):
            cuts = self._cheapest(table / variance, price)
            rest = sum(float(self.rest(np.array([a]), np.array([b]))[0]) for a, b in pairwise(cuts))
            variance = self._variance(rest)
            score = self.size * np.log(variance) + price * (len(cuts) - 2) + (self.width + 1) * np.log(self.size)
            if best is None or score < best[0]:
                best = float(score), cuts
            if tuple(cuts) in seen:
                break
            seen.add(tuple(cuts))
        assert best is not None
        return best

    def _variance(self, rest: float) -> float:
        return max(rest / self.size, _FLOOR)

    def _cheapest(self, table: Numbers, price: float) -> list[int]:
        """Exact dynamic programming over the last bound (Bellman; Jackson, B. et al. (2005), optimal partitioning)."""
        count = len(self._bounds)
        cost, before = np.full(count, np.inf), np.zeros(count, dtype=np.intp)
        cost[0] = -price
        for j in range(1, count):
            whole = cost[:j] + table[:j, j] + price
            before[j] = np.argmin(whole)
            cost[j] = whole[before[j]]
        found, j = [count - 1], count - 1
        while j:
            j = int(before[j])
            found.append(j)
        cuts = [int(self._bounds[i]) for i in reversed(found)]
        if len(self._bounds) <= self.size:
            for i in range(1, len(cuts) - 1):
                places, rests = self._between(cuts, i)
                cuts[i] = int(places[np.argmin(rests)])
        return cuts

    def _between(self, cuts: list[int], i: int) -> "tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Numbers]":
        """All places for a cut between its neighbours, and what each leaves unexplained."""
        low, _, high = cuts[i - 1 : i + 2]
        places = np.arange(low + LENGTH_LEAST, high - LENGTH_LEAST + 1)
        ends = np.full(len(places), high)
        return places, self.rest(np.full(len(places), low), places) + self.rest(places, ends)

    def ranges(self, cuts: list[int], level: float) -> list[Cut]:
        """Each change with the places that hold the level asked for."""
        found = []
        for i in range(1, len(cuts) - 1):
            places, rests = self._between(cuts, i)
            # The variance is that of the two stretches, integrated out: a t likelihood instead of a normal one.
            weight = -(cuts[i + 1] - cuts[i - 1]) / 2 * np.log(np.maximum(rests, _FLOOR))
            share = np.exp(weight - weight.max())
            order = np.argsort(-share, kind="stable")
            enough = int(np.searchsorted(np.cumsum(share[order]), level * share.sum())) + 1
            inside = places[order[:enough]]
            found.append(Cut(cuts[i] + ORDER_MAX, int(inside.min()) + ORDER_MAX, int(inside.max()) + ORDER_MAX))
        return found


def _summed(values: Numbers) -> Numbers:
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
