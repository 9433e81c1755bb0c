"""How actions read: strong together or not, due when, waiting for what."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.incident.played import NINE, Played

from hotwash.knowledge.actions import action_words
from hotwash.reports.actions import CHECK_WITHIN, action_due, mix, mix_of, readings, smart, waits_for

TODAY = NINE.date()


@pytest.fixture
def played() -> Played:
    one = Played()
    one.says("declare", title="Loans refused")
    return one


def add(played: Played, title: str = "Train without the postcode", **words: Any) -> int:
    played.says("add-action", **{"title": title, "kind": "prevent", "owner": "bo", **words})
    return max(played.state.actions)


def test_reminders_alone_are_warned_about_and_one_barrier_is_enough() -> None:
    weak = mix_of(["reminder", "procedure", ""])
    assert weak.sentence == "3 actions: 1 procedure, 1 reminder and 1 of unknown strength."
    assert "RCA2" in weak.warning
    assert mix_of(["reminder", "barrier"]).warning == ""
    assert mix_of([""]).warning == "", "of what nobody has said, nothing is held"
    assert mix_of([]).sentence == "There is no action yet."


def test_a_dropped_action_counts_for_nothing_in_the_mix(played: Played) -> None:
    action = add(played, strength="barrier")
    played.says("drop-action", action=action, reason="Retired.")
    assert mix(played.state.actions.values()).by_strength["barrier"] == 0


def test_the_strongest_comes_first_and_each_has_its_place_in_the_published_hierarchy() -> None:
    strengths = action_words().strengths
    assert [one.rank for one in strengths] == [1, 2, 3, 4]
    assert [one.rca2 for one in strengths] == ["stronger", "intermediate", "weaker", "weaker"]


@pytest.mark.parametrize(
    ("words", "letter", "met"),
    [
        ({"title": "Improve training"}, "S", "no"),
        ({"title": "Review"}, "S", "no"),
        ({}, "S", "partly"),
        ({"measure": "Look at the March log"}, "M", "partly"),
        ({}, "M", "no"),
        ({"owner": "Ana and Bo"}, "A", "partly"),
        ({"owner": "Everybody"}, "A", "no"),
        ({"owner": "Andy Wallander"}, "A", "yes"),
        ({"strength": "reminder", "effort": "days"}, "R", "partly"),
        ({"strength": "reminder", "effort": "days", "kind": "learn"}, "R", "yes"),
        ({"strength": "barrier"}, "R", "partly"),
        ({}, "R", "no"),
        ({"due": TODAY + timedelta(days=400)}, "T", "partly"),
        ({"due": TODAY + timedelta(days=40)}, "T", "yes"),
        ({}, "T", "no"),
    ],
)
def test_each_letter_is_told_apart(played: Played, words: dict[str, Any], letter: str, met: str) -> None:
    action = played.state.actions[add(played, **words)]
    [told] = [one for one in smart(played.state, action) if one.letter == letter]
    assert told.met == met
    assert told.sentence.endswith((".", "?"))


def test_what_is_done_is_due_for_a_second_person_within_a_week(played: Played) -> None:
    number = add(played)
    assert action_due(played.state.actions[number]) is None
    played.says("finish-action", action=number, result="Live.", by="bo")
    assert action_due(played.state.actions[number]) == TODAY + CHECK_WITHIN
    assert waits_for(played.state.actions[number]) == "Waits for a second person who checks it."
    [told] = readings(played.state, TODAY + timedelta(days=30))
    assert (told.state, told.overdue, told.age_days, told.how) == ("done", True, 30, "")
    played.says("close-action", action=number, result="Seen.", by="cy")
    [told] = readings(played.state, TODAY + timedelta(days=30))
    assert (told.state, told.overdue, told.age_days, told.how) == ("closed", False, 0, "checked")
    assert told.due is None


def test_an_action_against_a_factor_has_its_tag(played: Played) -> None:
    played.says("add-factor", text="No check by group", tag="evaluation")
    factor = max(played.state.factors)
    add(played, factors=(factor,), due=date(2026, 3, 20))
    [told] = readings(played.state, TODAY)
    assert (told.factors, told.tags) == ((factor,), ("evaluation",))
    assert "S" not in told.not_smart
