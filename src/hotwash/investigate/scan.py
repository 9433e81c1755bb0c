"""One change in a course over time: how likely chance alone shows one as clear, and between which periods it lies.

The model: independent normal values with known variances, and a profile (weekday, hour) that is fitted along with the
step, so that no season can pass for a change. For every split k, ``z[k]`` is the standardised step; under no change
each ``z[k]`` is standard normal. The score of a course is the logarithm of the likelihood of one change over that of
none, averaged over the place (prior: the root of the information that a place has, so that the very ends, where little
can be known, count less) and over the size (prior: ``z`` normal with variance 20). An average finds more than the
largest ratio does. Both numbers come from simulation of that model, with a fixed seed:

- the p value: the score is the logarithm of a density, so courses are drawn from that density and weighed back
  (importance sampling, as in Naiman, D. Q. and Priebe, C. E. (2001), Computing scan statistic p values using
  importance sampling, Journal of Computational and Graphical Statistics 10:296-328). It is as exact for 1e-6 as for
  0.05; below that, Markov's bound is given: the inverse of the averaged ratio;
- the interval, by inverting the conditional test of Worsley, K. J. (1986), Confidence regions and tests for a
  change-point in a sequence of exponential family random variables, Biometrika 73:91-104. Given the step at the true
  split, the rest of the course does not depend on the levels, so the interval covers whatever the size of the step.
  It is conditioned on the change having been found as well: an interval that is only looked at after a test passed
  must hold its level then (Siegmund, D. (1988), International Statistical Review 56:31-48, on such sets).
"""

from functools import cached_property
from math import exp, log

import numpy as np

from hotwash.investigate.series import EVENTS_LEAST, Numbers

PATHS, REGION_PATHS = 400, 600
"""How many courses are simulated for a p value, and for an interval."""
CLOSE, CLOSE_ROUNDS = (0.004, 0.25), 8
"""A p value in this range decides whether a change is found: it is the mean of that many rounds."""
SHRUNK = 0.95
"""With z of variance 20 under a change, the averaged likelihood ratio of one split is √0.05 exp(0.95 z² / 2)."""
_FAR = 14.0


class Scan:
    """One stretch of periods, all of positive weight, in search of one change.

    :param weights: one over the variance of each value
    :param season: the place of each period in its cycle, as numbers from 0; all 0 for none
    :param mass: events behind each period; both sides of a split hold at least `EVENTS_LEAST`
    """

    def __init__(self, weights: Numbers, season: "np.ndarray[tuple[int], np.dtype[np.intp]]", mass: Numbers) -> None:
        self.size = len(weights)
        self._root, self._season = np.sqrt(weights), season
        self._places = int(season.max()) + 1 if self.size else 1
        held = np.zeros((self.size, self._places))
        held[np.arange(self.size), season] = weights
        after = np.cumsum(held[::-1], axis=0)[::-1]
        whole = np.where(after[0] > 0, after[0], 1.0)
        self._share = after[1:] / whole  # of each place's information, what lies at or after split k = 1, 2, …
        self.information = np.maximum((after[1:] * (1 - self._share)).sum(axis=1), 0.0)
        sums = np.cumsum(mass)
        enough = (sums[:-1] >= EVENTS_LEAST) & (sums[-1] - sums[:-1] >= EVENTS_LEAST)
        sides = np.arange(1, self.size)
        self.open = enough & (sides >= 2) & (self.size - sides >= 2)
        self.open &= self.information > 1e-9 * max(float(weights.sum()), 1e-300)
        root = np.where(self.open, np.sqrt(self.information), 0.0)
        self._prior = root / (root.sum() or 1.0)

    @property
    def possible(self) -> bool:
        """Whether there is any split with enough on both sides."""
        return bool(self.open.any())

    def steps(self, values: Numbers) -> Numbers:
        """The standardised step at every split: the first is before the second period. 0 where none may be."""
        return np.asarray(self._standard(values[None, :] * self._root)[0])

    def score(self, z: Numbers) -> Numbers:
        """The score of a course by its steps, or of many."""
        exponents = SHRUNK * z * z / 2
        top = exponents.max(axis=-1)
        averaged = (self._prior * np.exp(exponents - top[..., None])).sum(axis=-1)
        return np.asarray(np.log(averaged) + top + log(1 - SHRUNK) / 2)

    def p_value(self, score: float) -> float:
        """How likely a course without change has at least this score."""
        if score > _FAR:
            return exp(-min(score, 700.0))
        rng = np.random.default_rng(20_010)
        p = self._tail(score, rng)
        if CLOSE[0] < p < CLOSE[1]:
            p = (p + sum(self._tail(score, rng) for _ in range(CLOSE_ROUNDS - 1))) / CLOSE_ROUNDS
        return min(1.0, p)

    def _tail(self, score: float, rng: np.random.Generator) -> float:
        # Stratified: every stretch of splits gets its share of the courses.
        spots = (np.arange(PATHS) + rng.random(PATHS)) / PATHS
        chosen = np.searchsorted(np.cumsum(self._prior), spots, side="left").clip(max=self.size - 2)
        chosen = np.where(self.open[chosen], chosen, int(np.flatnonzero(self.open)[-1]))
        to = rng.standard_normal(PATHS) / np.sqrt(1 - SHRUNK)
        paths = self._standard(rng.standard_normal((PATHS, self.size)))
        towards = self._standard(self._steps_at(chosen))
        paths += towards * (to - paths[np.arange(PATHS), chosen])[:, None]
        found = self.score(paths)
        return float(np.mean(np.where(found >= score, np.exp(-found), 0.0)))

    def threshold(self, alarm: float) -> float:
        """The score that a course without change passes with this probability."""
        if alarm >= 0.01:
            rng = np.random.default_rng(19_880)
            tops = [self.score(self._standard(rng.standard_normal((PATHS, self.size)))) for _ in range(CLOSE_ROUNDS)]
            return float(np.quantile(np.concatenate(tops), 1 - alarm))
        low, high = -5.0, -log(alarm)  # by Markov's bound it is no higher
        for _ in range(12):
            middle = (low + high) / 2
            low, high = (middle, high) if self.p_value(middle) > alarm else (low, middle)
        return (low + high) / 2

    def credible(self, z: Numbers, level: float) -> tuple[int, int]:
        """The first and the last of the likeliest splits that hold the level, all being equally likely beforehand."""
        share = np.where(self.open, np.exp((z * z - np.max(z[self.open] ** 2)) / 2), 0.0)
        order = np.argsort(-share, kind="stable")
        inside = order[: int(np.searchsorted(np.cumsum(share[order]), level * share.sum())) + 1]
        return int(inside.min()) + 1, int(inside.max()) + 1

    def region(self, z: Numbers, level: float, *, found: float | None) -> tuple[int, int]:
        """The first and the last split at which the change may lie.

        :param z: the steps that were seen
        :param found: the score that the change had to pass to be looked at; None if it passed by far
        """
        places = np.flatnonzero(self.open)
        best = int(places[np.argmax(np.abs(z[places]))])
        top = float(np.max(z[places] ** 2))

        def may(place: int) -> bool:
            if top - z[place] ** 2 < 1e-9:
                return True
            towards = self._standard(self._steps_at(np.array([place])))[0]
            paths = self._paths + np.outer(z[place] - self._paths[:, place], towards)
            higher = (paths[:, self.open] ** 2).max(axis=1) >= top - 1e-9
            if found is not None:
                there = self.score(paths) >= found
                return bool((higher & there).sum() + 1 > (1 - level) * (there.sum() + 1))
            return bool(higher.sum() + 1 > (1 - level) * (REGION_PATHS + 1))

        # Far below the top nothing needs to be simulated: two random walks rise so far with a chance under 1e-5.
        near = places[(top - z[places] ** 2) / 2 < 12 + np.log(len(places))]
        tried = {best: True}
        for place in near[:: max(1, len(near) // 96)]:
            tried[int(place)] = may(int(place))
        inside = [place for place, yes in tried.items() if yes]
        first, last = min(inside), max(inside)
        # Between the last one refused and the first one taken, step by halves.
        refused = max((p for p in tried if p < first), default=int(near[0]) - 1)
        first = self._edge(may, refused, first, near)
        refused = min((p for p in tried if p > last), default=int(near[-1]) + 1)
        return first + 1, self._edge(may, refused, last, near) + 1

    @staticmethod
    def _edge(may: "object", out: int, inside: int, near: Numbers) -> int:
        assert callable(may)
        while abs(inside - out) > 1:
            between = (inside + out) // 2
            candidates = near[(near > min(out, inside)) & (near < max(out, inside))]
            if not len(candidates):
                break
            place = int(candidates[np.argmin(np.abs(candidates - between))])
            if may(place):
                inside = place
            else:
                out = place
        return inside

    @cached_property
    def _paths(self) -> Numbers:
        return self._standard(np.random.default_rng(19_860).standard_normal((REGION_PATHS, self.size)))

    def _standard(self, whitened: Numbers) -> Numbers:
        """The steps of courses whose values were divided by their standard deviations; one course a row."""
        weighed = whitened * self._root
        after = np.cumsum(weighed[:, ::-1], axis=1)[:, ::-1]
        if self._places == 1:
            sums = after[:, :1]
        else:
            sums = np.zeros((len(weighed), self._places))
            order = np.argsort(self._season, kind="stable")
            starts = np.searchsorted(self._season[order], np.arange(self._places))
            filled = np.flatnonzero(np.bincount(self._season, minlength=self._places))
            sums[:, filled] = np.add.reduceat(weighed[:, order], starts[filled], axis=1)
        steps = after[:, 1:] - sums @ self._share.T
        return np.where(self.open, steps / np.sqrt(np.where(self.open, self.information, 1.0)), 0.0)

    def _steps_at(self, places: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Numbers:
        """Courses of length 1 (whitened) that are a bare step at the given splits."""
        later = np.arange(self.size)[None, :] > places[:, None]
        scale = np.sqrt(np.where(self.open, self.information, 1.0))[places]
        steps = later - self._share[places][:, self._season]
        return np.asarray(steps * self._root / scale[:, None])
