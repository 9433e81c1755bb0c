"""Operational periods: one after the other, each with objectives, none of them forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hotwash.incident.state import copied
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.words import sentence
from tests.incident.history import history
from tests.incident.played import NINE, Played


@pytest.fixture
def declared() -> Played:
    played = Played()
    played.says("declare", title="Loans refused")
    return played


def open_period(played: Played, *objectives: str, hours: int = 4) -> int:
    played.says("start-period", until=played.now + timedelta(hours=hours), objectives=objectives or ("Stop it",))
    return list(played.state.periods)[-1]


def test_a_period_ends_when_the_next_begins(declared: Played) -> None:
    first, second = open_period(declared, "Stop it"), open_period(declared, "Count them")
    periods = declared.state.periods
    assert (periods[first].number, periods[second].number) == (1, 2)
    assert periods[first].ended == periods[second].started.at
    assert periods[second].ended is None


def test_an_objective_is_settled_and_the_last_word_counts(declared: Played) -> None:
    period = open_period(declared, "Stop it", "Count them")
    declared.says("settle-objective", period=period, objective=1, outcome="met")
    assert declared.state.periods[period].open == ((2, "Count them"),)
    declared.says("settle-objective", period=period, objective=1, outcome="carried-over", text="It came back.")
    settled = declared.state.periods[period].outcome(1)
    assert settled is not None
    assert settled.event.outcome == "carried-over"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"until": NINE - timedelta(hours=1)}, "end before it begins"),
        ({"until": NINE + timedelta(days=9)}, "more than seven days"),
        ({"until": datetime(2026, 3, 3, 18)}, "no time zone"),  # noqa: DTZ001
        ({"objectives": (" ",)}, "at least one objective"),
        ({"objectives": tuple(f"{n}" for n in range(13))}, "no longer a choice"),
    ],
)
def test_a_period_that_cannot_be_is_refused(declared: Played, words: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        declared.says("start-period", **{"until": NINE + timedelta(hours=4), "objectives": ("Stop it",), **words})


def test_periods_do_not_go_back_in_time(declared: Played) -> None:
    open_period(declared)
    with pytest.raises(NotAllowed, match="later period"):
        declared.says("start-period", at=NINE, until=NINE + timedelta(hours=2), objectives=("Stop it",))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"period": 77}, "began no period"),
        ({"objective": 2}, "has 1 objective"),
        ({"objective": 0}, "has 1 objective"),
        ({"outcome": "dropped"}, "needs a reason"),
    ],
)
def test_settling_what_there_is_not_is_refused(declared: Played, words: dict[str, Any], why: str) -> None:
    period = open_period(declared)
    with pytest.raises(NotAllowed, match=why):
        declared.says("settle-objective", **{"period": period, "objective": 1, "outcome": "met", **words})


def test_a_copied_state_keeps_its_periods_to_itself(declared: Played) -> None:
    period = open_period(declared)
    twin = copied(declared.state)
    declared.says("settle-objective", period=period, objective=1, outcome="met")
    assert twin.periods[period].open == ((1, "Stop it"),)


def test_entries_are_told_in_a_sentence(declared: Played) -> None:
    period = open_period(declared, "Stop it")
    facts = history(
        f"""
        09:10 ana period-started until=2026-03-03T18:00:00Z objectives='Stop it,Count them'
        09:11 ana objective-settled period={period} objective=1 outcome=met
        09:12 ana objective-settled period={period} objective=1 outcome=dropped text='Not ours'
        """
    )
    assert [sentence(fact, declared.state) for fact in facts] == [
        "ana opened an operational period until 3 March 2026, 18:00 UTC with 2 objectives.",
        "Objective met: Stop it.",
        "Objective dropped: Stop it. Not ours.",
    ]
