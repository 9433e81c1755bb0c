"""Rotas: turns over changes of the clocks, stand-ins, shifts of other tools; and the rules of escalation."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.knowledge.escalation import escalation, read_step
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.systems.organisation import Organisation
from hotwash.systems.rota import (
    EscalationDropped,
    OnCall,
    Rota,
    RotaOverridden,
    RotaSet,
    Shift,
    ShiftsImported,
    fold,
    next_on_call,
    on_call,
    shifts,
)
from hotwash.systems.rules_organisation import VERBS as ALL

VERBS: dict[str, Any] = {**ALL}
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = RotaSet("first", ("ana", "bo", "cy"), "Europe/Berlin", 0, "09:00", date(2026, 3, 2))
ASKED = Asked("ana", datetime(2026, 3, 4, 12, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC))
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "America/Santiago")


def rota(*turns: RotaSet, **more: object) -> Rota:
    return Rota("first", turns, **more)  # type: ignore[arg-type]


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type,misc]


def test_the_next_person_takes_over_at_nine_on_the_wall_also_when_the_clocks_change() -> None:
    one = rota(WEEK)
    for monday, before, after in (
        (2, "", "ana"),
        (9, "ana", "bo"),
        (16, "bo", "cy"),
        (23, "cy", "ana"),
        (30, "ana", "bo"),
    ):
        assert on_call(one, berlin(2026, 3, monday, 8, 59)) == before
        assert on_call(one, berlin(2026, 3, monday, 9)) == after
    # The clocks go forward on the 29th: that week has an hour less.
    [turn] = shifts(one, berlin(2026, 3, 23, 9), berlin(2026, 3, 30, 9))
    assert turn.until - turn.since == timedelta(days=7, hours=-1)


def test_a_hand_over_at_a_time_that_is_skipped_or_comes_twice_happens_once() -> None:
    spring = rota(RotaSet("first", ("ana", "bo"), "Europe/Berlin", 6, "02:30", date(2026, 3, 22)))
    assert on_call(spring, datetime(2026, 3, 29, 1, 29, tzinfo=UTC)) == "ana"
    assert on_call(spring, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == "bo"
    autumn = rota(RotaSet("first", ("ana", "bo"), "Europe/Berlin", 6, "02:30", date(2026, 10, 18)))
    assert on_call(autumn, datetime(2026, 10, 25, 0, 29, tzinfo=UTC)) == "ana"
    assert on_call(autumn, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "bo"
    assert on_call(autumn, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "bo"


@given(
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    minutes=st.integers(0, 24 * 60 - 1),
    weeks=st.integers(1, 4),
    starts=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    people=st.integers(1, 5),
)
def test_somebody_is_always_on_call_and_turns_follow_each_other_without_a_gap(
    zone: str, weekday: int, minutes: int, weeks: int, starts: date, people: int
) -> None:
    at = time(minutes // 60, minutes % 60).strftime("%H:%M")
    named = tuple(f"p{number}" for number in range(people))
    one = rota(RotaSet("first", named, zone, weekday, at, starts, weeks))
    begin = datetime.combine(starts + timedelta(days=8), time(), UTC)
    found = shifts(one, begin, begin + timedelta(weeks=30))
    assert found[0].since == begin
    assert found[-1].until == begin + timedelta(weeks=30)
    for before, after in pairwise(found):
        assert before.until == after.since
        assert named.index(after.person) == (named.index(before.person) + 1) % people
        wall = after.since.astimezone(ZoneInfo(zone))
        # At the time on the wall, or at what a skipped time became.
        assert wall.strftime("%H:%M") == at or wall.dst() != (wall - timedelta(hours=3)).dst()
        assert on_call(one, after.since) == after.person
        assert on_call(one, after.since - timedelta(microseconds=1)) == before.person


def test_whoever_stands_in_counts_and_of_two_the_last_that_was_said() -> None:
    monday, friday = berlin(2026, 3, 9, 9), berlin(2026, 3, 13, 9)
    one = rota(
        WEEK,
        overrides=(
            RotaOverridden("first", "dee", monday, friday),
            RotaOverridden("first", "eve", berlin(2026, 3, 10), berlin(2026, 3, 11)),
        ),
    )
    assert [on_call(one, berlin(2026, 3, day, 12)) for day in (9, 10, 11, 13)] == ["dee", "eve", "dee", "bo"]
    ahead = next_on_call(one, berlin(2026, 3, 9, 12))
    assert ahead is not None
    assert (ahead.person, ahead.since) == ("eve", berlin(2026, 3, 10))


def test_a_new_rota_leaves_the_past_as_it_was() -> None:
    later = RotaSet("first", ("eve",), "UTC", 0, "09:00", date(2026, 3, 23))
    one = rota(WEEK, later)
    assert on_call(one, berlin(2026, 3, 10, 12)) == "bo"
    assert on_call(one, datetime(2026, 3, 24, tzinfo=UTC)) == "eve"


def test_shifts_of_another_tool_go_before_the_turns() -> None:
    known = OnCall()
    fold(known, WEEK)
    fold(known, ShiftsImported("first", (Shift("zoe", berlin(2026, 3, 10), berlin(2026, 3, 12)),)))
    assert [on_call(known.rotas["first"], berlin(2026, 3, day, 12)) for day in (9, 10, 12)] == ["bo", "zoe", "bo"]
    assert known.rotas["first"].people == ("ana", "bo", "cy", "zoe")


def test_a_rota_is_asked_for_what_it_needs() -> None:
    [made] = VERBS["set-rota"](
        Organisation(), ASKED, people=("ana", "bo", "ana"), zone="Europe/Berlin", handover="09:00"
    )
    assert (made.people, made.weekday, made.starts) == (("ana", "bo"), 0, date(2026, 3, 2))
    for words in (
        {"people": ()},
        {"people": ("ana",), "zone": "Europe/Nowhere"},
        {"people": ("ana",), "zone": "../../etc/passwd"},
        {"people": ("ana",), "handover": "25:00"},
        {"people": ("ana",), "weekday": "funday"},
        {"people": ("ana",), "weeks": 0},
        {"people": ("ana",), "rota": "../x"},
    ):
        with pytest.raises(NotAllowed):
            VERBS["set-rota"](Organisation(), ASKED, **words)
    with pytest.raises(NotAllowed, match="no rota"):
        VERBS["override-rota"](Organisation(), ASKED, person="bo", since=ASKED.at, until=ASKED.now + timedelta(days=1))


@pytest.mark.parametrize(
    "step", ["", "5", "x=commander", "5=nobody", "5=group", "5=group: ", "5=commander:x", "5=person"]
)
def test_a_step_that_calls_nobody_is_refused(step: str) -> None:
    with pytest.raises(ValueError, match="no step"):
        read_step(step)
    with pytest.raises(NotAllowed):
        VERBS["set-escalation"](Organisation(), ASKED, rule="own", silence="command", steps=(step,))


def test_rules_that_are_shipped_can_be_replaced_and_dropped() -> None:
    known = Organisation()
    assert "critical-unanswered" in escalation().rules
    [own] = VERBS["set-escalation"](known, ASKED, rule="no-commander", silence="command", steps=("30=group:duty",))
    fold(known.on_call, own)
    assert known.on_call.rules["no-commander"].steps == ("30=group:duty",)
    [gone] = VERBS["drop-escalation"](known, ASKED, rule="no-commander", reason="We call by phone.")
    assert gone == EscalationDropped("no-commander", "We call by phone.")
    fold(known.on_call, gone)
    with pytest.raises(NotAllowed):
        VERBS["drop-escalation"](known, ASKED, rule="no-commander", reason="Again.")
