"""The time of single calls. Runs here and, with nothing installed but a peer, in the peer's environment."""

import time
from collections.abc import Callable
from typing import Any


def timed(call: Callable[[], Any], times: int) -> dict[str, float]:
    """Median and 99th percentile of one call in microseconds, less what reading the clock costs at the median."""
    now = time.perf_counter_ns

    def sorted_ns(work: Callable[[], Any], count: int) -> list[int]:
        spent = []
        for _ in range(count):
            start = now()
            work()
            spent.append(now() - start)
        return sorted(spent)

    sorted_ns(call, times // 10)
    empty = sorted_ns(lambda: None, times)[times // 2]
    taken = sorted_ns(call, times)
    return {"p50": max(0, taken[times // 2] - empty) / 1e3, "p99": max(0, taken[times * 99 // 100] - empty) / 1e3}


def quickest(call: Callable[[], Any], times: int, rounds: int = 7) -> dict[str, float]:
    """The quickest of some rounds, with the median of the middle one: the machine is now quick, now slow."""
    several = sorted((timed(call, times // rounds) for _ in range(rounds)), key=lambda one: one["p50"])
    return {**several[0], "middle": several[rounds // 2]["p50"]}
