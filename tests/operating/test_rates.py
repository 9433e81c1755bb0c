"""Counts hold over threads and processes; windows end when they would have ended."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from hotwash.web import rates
from hotwash.web.options import Options
from hotwash.web.rates import Rate
from hotwash.web.tables.models import RateRow


def test_no_two_count_the_same(database: Options) -> None:
    def ten(_: int) -> list[int]:
        try:
            return [rates.count("looks", now=100, window_s=60)[0] for _ in range(10)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        seen = [number for some in pool.map(ten, range(4)) for number in some]
    assert sorted(seen) == list(range(1, 41))
    assert rates.counted("looks", now=159) == 40
    assert rates.counted("looks", now=160) == 0
    assert rates.count("looks", now=160, window_s=60) == (1, 220)
    assert rates.count("looks", now=219, window_s=60) == (2, 220)


def test_a_count_whose_window_is_over_is_deleted(database: Options) -> None:
    rates.count("old", now=100, window_s=60)
    rates.count("new", now=150, window_s=60)
    rates.forget(now=160)
    assert list(RateRow.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.parametrize("a_minute", [1, 7, 300])
def test_what_a_sender_may_deliver_holds_over_processes(
    database: Options, monkeypatch: pytest.MonkeyPatch, a_minute: int
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("hotwash.web.rates.time.time", lambda: now[0])
    processes = [Rate("in"), Rate("in"), Rate("in")]
    for _ in range(2):
        allowed = [processes[turn % 3].wait_s(7, a_minute=a_minute) for turn in range(3 * a_minute + 9)]
        assert allowed.count(0.0) == a_minute
        assert all(0 < wait <= 60 for wait in allowed if wait)
        assert processes[0].wait_s(8, a_minute=a_minute) == 0.0, "another sender is counted apart"
        now[0] += 61
        RateRow.objects.filter(key="in:8").delete()
        processes[0] = Rate("in")
