"""Every question is right as often as it promises, in worlds with planted truth (`truth`)."""

from math import comb

import pytest
from tests.investigate.plays import PLAYS, Promise
from tests.investigate.truth import PAGE, Measured, page, played


def tail(hits: int, runs: int, share: float) -> float:
    """How likely so few hits are, or fewer, if each has this share."""
    return sum(comb(runs, k) * share**k * (1 - share) ** (runs - k) for k in range(hits + 1))


@pytest.mark.parametrize("name", [name for name, play in PLAYS.items() if play.few])
def test_a_few_worlds_come_out_as_promised(name: str) -> None:
    for one in played(name, PLAYS[name].few).values():
        assert one.runs
        if one.promise.share == 1:
            assert one.hits == one.runs, one
        elif one.promise.alarm:
            assert tail(one.runs - one.hits, one.runs, 1 - one.promise.share) > 0.01, one
        else:
            assert tail(one.hits, one.runs, one.promise.share) > 0.01, one


@pytest.mark.soak
@pytest.mark.parametrize("name", list(PLAYS))
def test_many_worlds_come_out_as_promised_and_as_the_page_says(name: str) -> None:
    found = played(name, PLAYS[name].many)
    assert [one for one in found.values() if not one.kept] == []
    written = PAGE.read_text(encoding="utf-8")
    for row in page({name: found}).splitlines()[-len(found) :]:
        assert row in written


def test_every_promise_has_its_line_on_the_page() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")][2:]
    promised = [promise.says for play in PLAYS.values() for promise in play.promises.values()]
    assert [row.split(" | ")[2] for row in rows] == promised
    assert all(row.endswith("| kept |") for row in rows)


def test_a_promise_is_broken_by_too_few_hits_and_by_alarms_beyond_chance() -> None:
    inside, alarm = Promise("inside", 0.93), Promise("alarm", 0.05, alarm=True)
    assert Measured(inside, 930, 1000).kept
    assert not Measured(inside, 929, 1000).kept
    assert Measured(alarm, 60, 1000).kept
    assert not Measured(alarm, 80, 1000).kept
    assert Measured(alarm, 60, 1000).limits == pytest.approx((0.0469, 0.0765), abs=1e-3)
