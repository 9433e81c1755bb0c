"""Watching a course as it grows: when would somebody who looked after every period have been alarmed?

Evidence is a likelihood ratio, averaged over when the change began and how large it is, against no change at all. The
level before is unknown and fitted along (with the season); that leaves a martingale under no change, so that the
probability of ever being alarmed falsely, however long one watches, is at most the one stated (Ville's inequality;
Robbins, H. (1970), Statistical methods related to the law of the iterated logarithm, Annals of Mathematical Statistics
41:1397-1409; Shin, J., Ramdas, A. and Rinaldo, A. (2024), E-detectors, New England Journal of Statistics in Data
Science 2:229-260). Noise and season are learnt on the periods before the watch begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from hotwash.investigate.changepoints import noise, season_of
from hotwash.investigate.scan import Scan
from hotwash.investigate.series import Series

SIZES = (0.125, 0.25, 0.5, 1.0, 2.0)
"""Typical sizes of a change, in standard deviations of one period."""
_ALL = 2.1098
"""The sum of ``1 / ((j + 1) log²(j + 1))`` over j = 1, 2, …: no place in an endless future gets a share of nothing."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch came to.

    :param at: the period at whose end the alarm was given; None for no alarm
    :param evidence: the likelihood ratio then, or its largest value
    """

    at: int | None
    evidence: float


def watched(series: Series, since: int, *, cycles: Sequence[int] = (), first: int = 0, alarm: float = 0.05) -> Watched:
    """Watch a course from a period on, and stop at the first alarm.

    :param since: how many periods were there before anybody watched
    :param alarm: the probability of ever giving a false alarm
    """
    before = series.seen((0, since))
    cycle = season_of(before, cycles, first)
    there = np.flatnonzero(before.weights > 0)
    spread = noise(before.values[there], before.weights[there], (there + first) % cycle, known=series.known)
    highest = 0.0
    for end in range(since + 2, series.size + 1):
        seen = series.seen((0, end))
        periods = np.flatnonzero(seen.weights > 0)
        if len(periods) < 2 or periods[-1] != end - 1:
            continue
        weights = seen.weights[periods] / spread
        scan = Scan(weights, (periods + first) % cycle, seen.mass[periods])
        z = scan.steps(seen.values[periods])
        age = periods[1:] - since + 1  # 1 for a change in the first period that was watched
        begun = scan.open & (age >= 1)
        if not begun.any():
            continue
        places = np.maximum(age[begun], 1)
        weight = 1 / ((places + 1) * np.log(places + 1) ** 2) / _ALL
        evidence = 0.0
        for size in SIZES:
            told = size**2 * scan.information[begun] / float(np.median(weights))
            exponent = np.minimum(z[begun] ** 2 / 2 * told / (1 + told), 600.0)
            evidence += float((weight * np.exp(exponent) / np.sqrt(1 + told)).sum()) / len(SIZES)
        highest = max(highest, evidence)
        if log(max(evidence, 1e-300)) >= -log(alarm):
            return Watched(end - 1, evidence)
    return Watched(None, highest)
