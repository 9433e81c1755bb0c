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
