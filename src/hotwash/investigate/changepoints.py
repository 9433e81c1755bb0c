"""Since when? Changes in a course over time, each with an interval for its date and the chance of a false alarm.

The whole course is tested for one change (`scan`), and every stretch of a nested set of stretches for a short one
(seeded intervals: Kovács, S. et al. (2023), Seeded binary segmentation, Biometrika 110:249-256). Of the probability of
a false alarm, 96 % is spent on the first test and 4 % on the second, which holds it by Bonferroni's inequality. Where a
change is found, both sides are searched, each with a quarter of that probability. At the end every change is placed
anew between its neighbours, tested once more, and given its interval. A course of bare numbers, whose spread nothing
tells, is cut by a criterion instead (`segmentation`).

Spread beyond what the counts explain, and dependence between neighbouring periods, widen the noise; both are
measured on differences of neighbouring periods, which a change hardly touches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from hotwash.investigate.scan import Scan
from hotwash.investigate.segmentation import stretches
from hotwash.investigate.series import Numbers, Plain, Seen, Series

PERIODS_LEAST = 6
CYCLES_LEAST = 4
CHANGES_MAX = 50
_LOCAL = 0.04
"""The part of the probability of a false alarm that is spent on changes that soon end."""
_CLEAR = 3.0
"""Standard errors by which noise or memory must exceed what counts explain before it is believed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change: the first period after it, the interval for that period (both ends included), and its p value.

    Changes of a bare course have none: they were chosen by a criterion, not by a test.

    :param p: how likely a course without change, as long as the one between the neighbouring changes, shows as much
    """

    at: int
    low: int
    high: int
    p: float | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of a course in their order.

    :param p: how likely a course without any change shows as much as was seen somewhere
    :param noise: variance over what the counts explain (over that of single values, where they explain nothing)
    :param season: the cycle that was fitted along, in periods; 1 for none
    :param chosen: whether the changes were chosen by a criterion, for want of a known spread
    """

    found: tuple[Change, ...]
    p: float
    noise: float
    season: int
    chosen: bool = False


def changes(
    series: Series, *, cycles: Sequence[int] = (), first: int = 0, alarm: float = 0.05, level: float = 0.95
) -> Changes:
    """The changes of a course.

    :param cycles: lengths of the cycles that may shape the course (7 for days in weeks), the shortest first; one is
        fitted along if the course shows it
    :param first: the place of the first period in these cycles
    :param alarm: the probability of finding any change in a course that has none
    """
    if isinstance(series, Plain):
        return _bare(series, cycles, first, alarm, level)
    search = _Search(series, cycles, first, alarm)
    cuts, p = search.cuts()
    cuts = search.placed(cuts)
    return Changes(
        tuple(search.change(cuts, i, level) for i in range(1, len(cuts) - 1)), p, search.noise, search.season
    )


def likelihood(series: Series, low: int, high: int) -> dict[int, float]:
    """How likely each period of a stretch is the first after its one change, as a share of the likeliest."""
    search = _Search(series, (), 0, 1.0)
    scanned = search.scan((low, high))
    if scanned is None:
        return {}
    scan, z, periods = scanned
    top = float(np.max(z**2))
    return {int(periods[i + 1]): float(np.exp((z[i] ** 2 - top) / 2)) for i in np.flatnonzero(scan.open)}


def _bare(series: Plain, cycles: Sequence[int], first: int, alarm: float, level: float) -> Changes:
    """The changes of a course of bare numbers (`segmentation`), with what a test of the whole course says beside."""
    search = _Search(series, cycles, first, alarm)
    there = np.flatnonzero(np.isfinite(series.values))
    if len(there) < PERIODS_LEAST:
        return Changes((), 1.0, search.noise, search.season)
    values, weights = series.values[there], np.ones(len(there))
    found = stretches(values - _profile(values, weights, search.places(there)), level=level)
    p = search.strongest(0, series.size, alarm)[0]
    cuts = tuple(Change(int(there[c.at]), int(there[c.low - 1]) + 1, int(there[c.high]), None) for c in found.cuts)
    return Changes(cuts, p, search.noise, search.season, chosen=True)


class _Search:
    """One course, its noise and its season."""

    def __init__(self, series: Series, cycles: Sequence[int], first: int, alarm: float) -> None:
        self.series, self.alarm, self._first = series, alarm, first
        whole = series.seen((0, series.size))
        there = np.flatnonzero(whole.weights > 0)
        self.season = season_of(whole, cycles, first)
        self.noise = noise(whole.values[there], whole.weights[there], self.places(there), known=series.known)

    def places(
        self, periods: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    ) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
        """The place of periods in the cycle."""
        return (periods + self._first) % self.season

    def scan(self, bounds: Sequence[int]) -> tuple[Scan, Numbers, "np.ndarray[tuple[int], np.dtype[np.intp]]"] | None:
        """The stretch as a scan, its steps, and the periods that it consists of; None if nothing can be found in it."""
        seen = self.series.seen(bounds)
        there = np.flatnonzero(seen.weights > 0)
        if len(there) < PERIODS_LEAST:
            return None
        periods = there + bounds[0]
        scan = Scan(seen.weights[there] / self.noise, self.places(periods), seen.mass[there])
        if not scan.possible:
            return None
        return scan, scan.steps(seen.values[there]), periods

    def cuts(self) -> tuple[list[int], float]:
        """The bounds of the stretches between changes, the ends included; and the p value of the whole course."""
        overall = 1.0
        cuts, todo = [0, self.series.size], [(0, self.series.size, self.alarm)]
        while todo and len(cuts) < CHANGES_MAX + 2:
            low, high, alarm = todo.pop(0)
            p, at = self.strongest(low, high, alarm)
            if (low, high) == (0, self.series.size):
                overall = p
            if at is not None:
                cuts.append(at)
                todo += [(low, at, self.alarm / 4), (at, high, self.alarm / 4)]
        return sorted(cuts), overall

    def strongest(self, low: int, high: int, alarm: float) -> tuple[float, int | None]:
        """The p value of a stretch, and where its clearest change lies if that is under ``alarm``."""
        scanned = self.scan((low, high))
        if scanned is None:
            return 1.0, None
        scan, z, periods = scanned
        whole = scan.p_value(float(scan.score(z))) / (1 - _LOCAL)
        local, place = self._local(low, high)
        local /= _LOCAL
        p = min(1.0, whole, local)
        if p >= alarm:
            return p, None
        return p, place if local < whole and place is not None else int(periods[np.argmax(np.abs(z)) + 1])

    def _local(self, low: int, high: int) -> tuple[float, int | None]:
        """The clearest change within a stretch of the nested set, with Bonferroni's bound for all of them."""
        best, place, tests = 0.0, None, 0
        for a, b in seeded(low, high):
            scanned = self.scan((a, b))
            if scanned is None:
                continue
            scan, z, periods = scanned
            tests += int(scan.open.sum())
            top = int(np.argmax(np.abs(z)))
            if abs(z[top]) > best:
                best, place = abs(float(z[top])), int(periods[top + 1])
        return min(1.0, tests * erfc(best / sqrt(2))), place

    def placed(self, cuts: list[int]) -> list[int]:
        """Every change put where it is clearest between its neighbours; those that are not clear there fall away."""
        for _ in range(4 * CHANGES_MAX):
            before, weakest = list(cuts), (self.alarm, 0)
            for i in range(1, len(cuts) - 1):
                scanned = self.scan((cuts[i - 1], cuts[i + 1]))
                if scanned is None:
                    weakest = (2.0, i)
                    continue
                scan, z, periods = scanned
                cuts[i] = int(periods[np.argmax(np.abs(z)) + 1])
                p = scan.p_value(float(scan.score(z)))
                if p > weakest[0] and len(cuts) > 3:
                    weakest = (p, i)
            if weakest[1]:
                del cuts[weakest[1]]
            elif cuts == before:
                break
        return cuts

    def change(self, cuts: list[int], i: int, level: float) -> Change:
        """The change at one of the cuts, with its interval."""
        low, at, high = cuts[i - 1 : i + 2]
        scanned = self.scan((low, high))
        assert scanned is not None
        scan, z, _ = scanned
        p = scan.p_value(float(scan.score(z)))
        widest = [scan.credible(z, level)]
        close = None if p < self.alarm / 20 else scan.threshold(self.alarm)
        # With the variance of each side, unless one of them is too short to have its own.
        apart = self.scan((low, at, high)) or scanned
        scan, z, periods = apart
        # Few rows a period are no normal law: then what is likely to a Bayesian reaches further, and is taken in.
        widest += [scan.credible(z, level), scan.region(z, level, found=close)]
        first, last = min(one for one, _ in widest), max(one for _, one in widest)
        # A change in periods without anything to be seen shows in the next one: the gap before it is part of it.
        return Change(at, min(at, int(periods[first - 1]) + 1), max(at, int(periods[last])), p)


def season_of(seen: Seen, cycles: Sequence[int], first: int) -> int:
    """The longest of the cycles that a course shows; 1 for none."""
    season, periods = 1, int(np.count_nonzero(seen.weights > 0))
    for cycle in cycles:
        if periods >= CYCLES_LEAST * cycle and _seasonal(seen.values, seen.weights, first, season, cycle):
            season = cycle
    return season


def seeded(low: int, high: int) -> list[tuple[int, int]]:
    """Stretches of all lengths, each shorter than the last by the root of two, overlapping by half or more."""
    size, found = high - low, []
    length = size / 2**0.5
    while length >= PERIODS_LEAST:
        count = 2 * int(np.ceil(size / length)) - 1
        shift = (size - length) / max(1, count - 1)
        found += [(low + int(i * shift), low + int(np.ceil(i * shift + length))) for i in range(count)]
        length /= 2**0.5
    return [(a, min(b, high)) for a, b in found]


def noise(
    values: Numbers,
    weights: Numbers,
    places: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    *,
    known: bool,
) -> float:
    """The variance of a course over one by weights, from differences of neighbours, so that changes hardly touch it.

    Where neighbours depend on each other (differences over two periods are larger than over one), it is the variance
    that sums over many periods show: for a first-order autoregression with coefficient r, variance (1 + r) / (1 - r);
    compare Chakar, S. et al. (2017), A robust approach for estimating change-points in the mean of an AR(1) process,
    Bernoulli 23:1408-1447. A known variance is only given up for a clear excess.
    """
    flat = values - _profile(values, weights, places)
    one, two = (_differences(flat, weights, lag) for lag in (1, 2))
    if len(one) < PERIODS_LEAST - 1:
        return 1.0
    scale = 1.0 if known else max(float(np.median(one)) / 0.4549, float(np.mean(one)) / 25, 1e-300)
    near = float(np.minimum(one / scale, 25).mean()) * scale
    # A jump shows once in neighbours and twice two periods apart: without the largest, memory is not mistaken for it.
    inner, outer = (float(np.sort(some)[: int(0.95 * len(some))].mean()) for some in (one, two))
    r = min(outer / inner - 1, 0.9) if inner > 0 else 0.0
    # Where nearly all differences are nothing, such as before a first event, few of them tell of memory.
    telling = min(len(one), 3 * one.sum() ** 2 / float((one**2).sum())) if known and one.any() else len(one)
    r = r if r * np.sqrt(telling) > _CLEAR * 2.3 else 0.0
    if known and not r and near < 1 + _CLEAR * np.sqrt(3 / len(one)):
        return 1.0
    grown = near / (1 - r) * (1 + r) / (1 - r)
    return max(1.0, grown) if known else max(grown, 1e-300)


def _differences(values: Numbers, weights: Numbers, lag: int) -> Numbers:
    return np.asarray((values[lag:] - values[:-lag]) ** 2 / (1 / weights[lag:] + 1 / weights[:-lag]))


def _profile(values: Numbers, weights: Numbers, places: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Numbers:
    """The mean of each place of the cycle, less the mean of all, after the slow course was taken off."""
    count = int(places.max()) + 1 if len(places) else 1
    if count == 1:
        return np.zeros_like(values)
    slow = values - _smooth(values, weights, count)
    sums = np.bincount(places, weights * slow, count)
    held = np.bincount(places, weights, count)
    means = np.divide(sums, held, out=np.zeros(count), where=held > 0)
    return np.asarray(means[places])


def _smooth(values: Numbers, weights: Numbers, width: int) -> Numbers:
    """The mean over one cycle around each period (the whole cycle nearest to it, at the ends)."""
    held = np.concatenate([[0.0], np.cumsum(weights)])
    sums = np.concatenate([[0.0], np.cumsum(weights * values)])
    start = np.clip(np.arange(len(values)) - width // 2, 0, max(0, len(values) - width))
    end = np.minimum(start + width, len(values))
    inside = held[end] - held[start]
    return np.asarray(np.divide(sums[end] - sums[start], inside, out=np.zeros_like(values), where=inside > 0))


def _seasonal(values: Numbers, weights: Numbers, first: int, inner: int, cycle: int) -> bool:
    """Whether the places of a cycle differ by more than chance and the inner cycle explain: an F test of means, after
    the slow course was taken off. p under 0.001, by the cube root law of Wilson and Hilferty (1931)."""
    periods = np.flatnonzero(weights > 0)
    y, w = values[periods], weights[periods]
    slow = y - _smooth(values, weights, cycle)[periods]

    def left(length: int) -> tuple[float, int]:
        places = (periods + first) % length
        sums, held = np.bincount(places, w * slow), np.bincount(places, w)
        means = np.divide(sums, held, out=np.zeros_like(sums), where=held > 0)
        return float((w * (slow - means[places]) ** 2).sum()), int((held > 0).sum())

    (coarse, few), (fine, many) = left(inner), left(cycle)
    freedom, rest = many - few, len(periods) - many
    if freedom <= 0 or rest <= 0 or fine <= 0:
        return False
    ratio = (coarse - fine) / fine * rest / freedom
    cube = ratio ** (1 / 3) if ratio > 0 else 0.0
    a, b = 2 / (9 * freedom), 2 / (9 * rest)
    return bool(((1 - b) * cube - (1 - a)) / np.sqrt(b * cube**2 + a) > 3.09)
