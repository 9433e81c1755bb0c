"""A few times summed up, and what so few cannot say."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.investigate.order_statistics import bca, median_with_running, needed, quantile, quantile_limits
from hotwash.reports.phrases import count

MEDIAN_NEEDS = needed(0.5)
"""How many times it takes until the median has limits: 6."""
P90_NEEDS = 10
"""Below so many the 90th percentile is hardly another figure than the longest time."""
MEAN_MOST = 500
"""For more values the mean is shown without limits: drawing them again would take longer than reading the page."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Times in seconds, summed up. Limits are those of 95 %; None where so few values tell nothing.

    :param n: how many are recorded; pending ones have begun or not and have no end yet
    :param running: how many of the pending have begun, and have lasted so far at least what ``running_most`` says
    :param with_running: the median if those still running count as *at least so long*
    :param cannot: sentences that say what these figures do not show
    """

    n: int
    pending: int = 0
    not_applicable: int = 0
    median: float | None = None
    median_low: float | None = None
    median_high: float | None = None
    p90: float | None = None
    p90_low: float | None = None
    p90_high: float | None = None
    mean: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    least: float | None = None
    most: float | None = None
    running: int = 0
    running_most: float | None = None
    with_running: float | None = None
    cannot: tuple[str, ...] = ()


def summed(
    values: Sequence[float],
    *,
    running: Sequence[float] = (),
    pending: int = 0,
    not_applicable: int = 0,
    mean_limits: bool = False,
) -> Summary:
    """Sum times up.

    :param values: those that are recorded
    :param running: how long those have lasted that began and have not ended
    :param pending: how many have no end yet, those that run among them
    :param mean_limits: whether limits of the mean are worked out, which takes longest
    """
    ordered, n = sorted(values), len(values)
    cannot = tuple(_cannot(n, len(running)))
    if not n:
        return Summary(
            0,
            pending,
            not_applicable,
            running=len(running),
            running_most=max(running, default=None),
            cannot=cannot,
        )
    low, high = quantile_limits(ordered, 0.5)
    p90 = quantile(ordered, 0.9) if n >= P90_NEEDS else None
    p90_low, p90_high = quantile_limits(ordered, 0.9) if p90 is not None else (None, None)
    mean_low, mean_high = bca(ordered) if mean_limits and MEDIAN_NEEDS <= n <= MEAN_MOST else (None, None)
    return Summary(
        n=n,
        pending=pending,
        not_applicable=not_applicable,
        median=quantile(ordered, 0.5),
        median_low=low,
        median_high=high,
        p90=p90,
        p90_low=p90_low,
        p90_high=p90_high,
        mean=sum(ordered) / n,
        mean_low=mean_low,
        mean_high=mean_high,
        least=ordered[0],
        most=ordered[-1],
        running=len(running),
        running_most=max(running, default=None),
        with_running=median_with_running(ordered, running) if running else None,
        cannot=cannot,
    )


def _cannot(n: int, running: int) -> list[str]:
    said = []
    if not n:
        said.append("No time is recorded, so nothing can be said.")
    elif n < MEDIAN_NEEDS:
        said.append(
            f"With {count(n, 'time', 'times')} nobody can say how far the median is from the usual time: a range "
            f"takes at least {MEDIAN_NEEDS}. Nor can they show that anything got better or worse."
        )
    if 0 < n < P90_NEEDS:
        said.append(f"What one in ten exceeds takes at least {P90_NEEDS}; the longest stands in its place.")
    if running:
        said.append(
            f"{count(running, 'has', 'have')} not ended yet and can only get longer: the median of those that ended "
            "is too short by what is missing."
        )
    return said
