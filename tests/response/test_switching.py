"""Containing, changing and releasing: what is recorded, in which order, and what a fault leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.response.boards import Board, instance

from hotwash.guard.conditions import compiled, shared
from hotwash.ledger.entry import Conflict
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.cohorts import rule_of
from hotwash.response.desk import Desk, NotPermitted, Person
from hotwash.response.switching import Changed, Switched, Switching

ANA, BO, CY, DEE = (
    Person("ana", "responder"),
    Person("bo", "commander"),
    Person("cy", "commander"),
    Person("dee", "observer"),
)
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)
NO_TIME = "People are harmed by the minute."


class Place:
    """A desk with one system, one incident and one board."""

    def __init__(self) -> None:
        self.now, self.board = NINE, Board()
        self.desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: self.now)
        self.switching = Switching(self.desk, {"guard": self.board})
        self.desk.register(by=BO, name="Loans", slug="loans")
        self.desk.declare(by=ANA, title="Loans refused", system="loans")

    def contain(self, state: str = "human", *, by: Person = ANA, switch: str = "loans", **words: Any) -> Switched:
        words = {"unheld_because": NO_TIME} | words
        return self.switching.contain("INC-2026-0001", switch=switch, state=state, by=by, **words)

    def release(self, containment: int, *, by: Person = BO, reason: str = "The fix holds.", **words: Any) -> Switched:
        return self.switching.release("INC-2026-0001", containment=containment, by=by, reason=reason, **words)

    def describe(self, **words: Any) -> None:
        self.desk.record_system("loans", "describe-switch", by=BO, **words)

    @property
    def incident(self) -> Any:
        return self.desk.incident("INC-2026-0001")

    def kinds(self, stream: str = "incident/INC-2026-0001") -> list[str]:
        return [entry.kind for entry in self.desk.store.read(stream)]

    def states(self, switch: str = "loans") -> list[str]:
        return [one.state for one in self.board.stands.get(switch, [])]


@pytest.fixture
def place() -> Place:
    return Place()


def test_an_order_is_a_fact_before_anything_is_touched_and_an_effect_only_after_it_was_read_back(place: Place) -> None:
    done = place.contain()
    assert (done.applied, done.driven, place.states()) == (True, True, ["human"])
    assert [entry.kind for entry in done.entries] == ["containment-ordered", "containment-applied"]
    [known] = place.incident.in_force
    assert (known.number, known.applied.event.read_back) == (done.containment, "loans: human")
    assert not place.incident.harm_going_on
    assert place.kinds("system/loans")[-1] == "switch-set"


def test_a_board_that_is_away_leaves_an_order_that_claims_nothing_and_can_be_tried_again(place: Place) -> None:
    place.board.trouble = "away"
    done = place.contain()
    assert not done.applied
    assert "does not answer" in done.sentence
    assert "Nothing was changed" in done.sentence
    assert place.incident.harm_going_on
    assert not place.incident.containments
    assert not place.switching.standing("loans").applied
    place.board.trouble = ""
    assert "loans: human" in place.switching.settle("INC-2026-0001")[0]
    assert [one.number for one in place.incident.in_force] == [done.containment]
    assert place.kinds().count("containment-applied") == 1
    assert place.switching.settle("INC-2026-0001") == []


def test_what_reads_back_otherwise_is_never_called_done(place: Place) -> None:
    place.board.trouble = "deaf"
    done = place.contain()
    assert not done.applied
    assert "Something else stands there now" in done.sentence
    assert place.incident.harm_going_on
    assert place.kinds()[-1] == "order-failed"


def test_the_same_fault_is_told_once(place: Place) -> None:
    place.board.trouble = "away"
    place.contain()
    for _ in range(3):
        place.switching.settle("INC-2026-0001")
    assert place.kinds().count("order-failed") == 1


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_crash_after_any_step_is_finished_by_settling(
    place: Place, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    append, left = place.desk.store.append, [steps]

    def dying(*args: Any, **words: Any) -> Any:
        if not left[0]:
            raise Crash
        left[0] -= 1
        return append(*args, **words)

    with monkeypatch.context() as patch:
        patch.setattr(place.desk.store, "append", dying)
        if steps < 3:
            with pytest.raises(Crash):
                place.contain()
        else:
            place.contain()
    place.switching.settle("INC-2026-0001")
    assert place.kinds()[2:] == ["containment-ordered", "containment-applied"]
    assert place.kinds("system/loans").count("switch-set") == 1
    assert place.states() == ["human"]


def test_a_switch_that_hotwash_does_not_drive_rests_on_the_persons_word(place: Place) -> None:
    done = place.contain(switch="the old mainframe")
    assert (done.driven, done.applied) == (False, True)
    assert "switched nothing" in done.sentence
    assert place.kinds()[-1] == "containment-applied"
    assert place.board.sets == 0
    assert place.release(done.containment).sentence.startswith("Recorded on your word")
    with pytest.raises(NotAllowed, match="no share"):
        place.contain(switch="the old mainframe", share=0.5)


def test_no_evidence_and_no_reason_touches_nothing(place: Place) -> None:
    with pytest.raises(NotAllowed, match="No evidence was kept"):
        place.contain(unheld_because="")
    assert place.board.sets == 0
    assert place.kinds() == ["declared", "detected"]


def test_a_later_containment_never_loosens_an_earlier_one(place: Place) -> None:
    whole = place.contain("off")
    part = place.contain("human", cohort="region = 'EU'")
    assert place.states() == ["off", "human"]
    place.release(whole.containment)
    assert place.states() == ["human"]
    assert place.incident.harm_going_on
    place.release(part.containment)
    assert place.states() == []


def test_two_incidents_hold_one_switch_side_by_side(place: Place) -> None:
    place.desk.declare(by=ANA, title="Another", system="loans")
    first = place.contain("human")
    place.switching.contain("INC-2026-0002", switch="loans", state="fallback", by=BO, unheld_because=NO_TIME)
    assert place.states() == ["human", "fallback"]
    place.release(first.containment)
    assert place.states() == ["fallback"]
    assert [one.incident for one in place.switching.standing("loans").orders] == ["INC-2026-0002"]


def test_who_switches_second_is_asked_again_on_the_new_state(place: Place) -> None:
    seen = place.switching.standing("loans").changed
    place.contain("human", by=ANA, seen=seen)
    before = place.kinds()
    with pytest.raises(Changed, match="ana set it to “human”"):
        place.contain("off", by=BO, seen=seen)
    assert place.kinds() == before
    assert place.contain("off", by=BO, seen=place.switching.standing("loans").changed).applied


def test_the_same_containment_is_not_ordered_twice(place: Place) -> None:
    place.contain()
    with pytest.raises(NotAllowed, match="already, set by ana"):
        place.contain(by=BO)
    assert place.contain(by=BO, cohort="region = 'EU'").applied


def test_an_expected_entry_is_held_before_anything_is_touched(place: Place) -> None:
    place.desk.record("INC-2026-0001", "note", by=ANA, text="Look.")
    with pytest.raises(Conflict):
        place.contain(expected=1)
    assert place.board.sets == 0


def test_serve_is_said_by_releasing(place: Place) -> None:
    with pytest.raises(NotAllowed, match="release the containment instead"):
        place.contain("serve")


def test_only_those_named_may_set_a_switch(place: Place) -> None:
    place.describe(may_set=["bo", "operations"])
    with pytest.raises(NotPermitted, match="may be set by bo, operations"):
        place.contain(by=ANA)
    assert place.contain(by=BO).applied
    place.desk.record("INC-2026-0001", "assign", by=BO, role="operations", person="ana")
    assert place.contain("off", by=ANA).applied
    with pytest.raises(NotPermitted):
        place.contain("off", by=DEE, cohort="x = 1")


def test_a_release_by_two_needs_another_person(place: Place) -> None:
    place.describe(release_by_two=True)
    done = place.contain()
    assert place.release(done.containment).proposed
    assert place.states() == ["human"]
    with pytest.raises(NotAllowed, match="second person"):
        place.release(done.containment)
    with pytest.raises(NotPermitted):
        place.release(done.containment, by=ANA)
    freed = place.release(done.containment, by=CY)
    assert freed.applied
    assert place.states() == []
    released = place.incident.containments[done.containment].released
    assert (released.by, released.event.approver) == ("cy", "bo")


def test_an_approver_is_a_second_person_with_the_right(place: Place) -> None:
    place.describe(release_by_two=True)
    done = place.contain()
    with pytest.raises(NotAllowed, match="second person too"):
        place.release(done.containment, approver=BO)
    with pytest.raises(NotPermitted):
        place.release(done.containment, approver=DEE)
    assert place.release(done.containment, approver=CY).applied


def test_a_ramp_takes_nobody_out_again(place: Place) -> None:
    done = place.contain("human")
    people = [f"applicant {n}" for n in range(400)]
    before = set(people)
    for part in (0.99, 0.9, 0.5, 0.1, 0.0):
        changed = place.switching.adjust(
            "INC-2026-0001", containment=done.containment, by=BO, reason="Ramp", share=("applicant", part)
        )
        assert changed.applied
        [setting] = place.board.stands["loans"]
        fits = shared({"of": setting.share_of, "part": setting.share, "salt": setting.salt})
        held = {one for one in people if fits({"applicant": one})}
        assert held <= before
        assert abs(len(held) / 400 - part) < 0.08
        before = held
    assert place.incident.harm_going_on
    again = place.switching.adjust("INC-2026-0001", containment=done.containment, by=ANA, reason="Worse", share=1.0)
    assert again.applied
    assert not place.incident.harm_going_on


def test_letting_more_people_through_is_a_release_and_needs_its_rights(place: Place) -> None:
    place.describe(release_by_two=True)
    done = place.contain()
    words: dict[str, Any] = {"containment": done.containment, "reason": "Ramp"}
    with pytest.raises(NotPermitted):
        place.switching.adjust("INC-2026-0001", by=ANA, share=0.5, **words)
    with pytest.raises(NotPermitted):
        place.switching.adjust("INC-2026-0001", by=ANA, cohort="region = 'EU'", **words)
    with pytest.raises(NotAllowed, match="second person"):
        place.switching.adjust("INC-2026-0001", by=BO, share=0.5, **words)
    assert place.switching.adjust("INC-2026-0001", by=BO, share=0.5, approver=CY, **words).applied


def test_a_time_that_is_over_is_recorded_and_the_harm_goes_on(place: Place) -> None:
    done = place.contain(until=NINE + timedelta(hours=1))
    assert not place.incident.harm_going_on
    place.now = NINE + timedelta(hours=2)
    assert "its time is over" in place.switching.settle("INC-2026-0001")[0]
    assert "containment-expired" in place.kinds()
    assert place.incident.harm_going_on
    assert place.states() == []
    with pytest.raises(NotAllowed, match="is over since"):
        place.release(done.containment)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"until": NINE - timedelta(hours=1)}, "past"),
        ({"share": 1.5}, "between 0 and 1"),
        ({"share": ("applicant", -0.1)}, "between 0 and 1"),
        ({"share": 0.125}, "knows no shares"),
        ({"cohort": "region like 'E%'"}, "pattern"),
        ({"cohort": "applicants in the EU"}, "no condition"),
        ({"cohort": "age + 1 > 3"}, "arithmetic"),
    ],
)
def test_what_cannot_be_ordered_touches_nothing(place: Place, words: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        place.contain(**words)
    assert place.board.sets == 0
    assert place.kinds() == ["declared", "detected"]


def test_a_board_that_is_not_connected_is_said_before_anything_is_ordered(place: Place) -> None:
    place.describe(board="loans-flag")
    with pytest.raises(NotAllowed, match="no such board is connected"):
        place.contain()
    assert place.kinds() == ["declared", "detected"]


def test_an_order_that_never_took_hold_can_be_taken_back(place: Place) -> None:
    place.board.trouble = "away"
    done = place.contain()
    with pytest.raises(NotAllowed, match="still open"):
        place.contain("off")
    place.board.trouble = ""
    assert place.release(done.containment).applied
    assert not place.incident.open_orders
    assert place.states() == []
    assert place.contain("off").applied


def test_who_confirmed_is_recorded_once_all_did(place: Place) -> None:
    place.contain()
    place.now += timedelta(seconds=0.4)
    place.board.followers = [instance("a", at=place.now), instance("b", at=place.now, confirmed=False)]
    assert place.switching.settle("INC-2026-0001") == []
    place.board.followers = [instance("a", at=place.now), instance("b", at=place.now)]
    assert "2 of 2 instances confirmed after 0.4 s" in place.switching.settle("INC-2026-0001")[0]
    assert place.switching.settle("INC-2026-0001") == []
    [order] = place.incident.orders.values()
    assert (order.confirmed.event.confirmed, order.confirmed.event.after_s) == (2, 0.4)


def test_who_did_not_answer_in_time_is_named_and_a_late_answer_is_recorded_too(place: Place) -> None:
    place.contain()
    place.board.followers = [instance("a", at=place.now), instance("b", at=place.now, answers=False)]
    place.now += timedelta(seconds=11)
    assert "no word from b" in place.switching.settle("INC-2026-0001")[0]
    assert place.switching.settle("INC-2026-0001") == []
    place.board.followers = [instance("a", at=place.now), instance("b", at=place.now)]
    place.switching.settle("INC-2026-0001")
    assert place.kinds().count("order-confirmed") == 2


def test_every_containment_says_how_it_is_undone(place: Place) -> None:
    place.contain("fallback")
    place.contain("off")
    first, second = place.incident.in_force
    assert "back to “serve”" in first.applied.event.undo
    assert "back to “fallback”, as INC-2026-0001 ordered" in second.applied.event.undo


def test_a_switch_cannot_move_to_another_board_while_it_is_contained(place: Place) -> None:
    place.contain()
    with pytest.raises(NotAllowed, match="contained now"):
        place.describe(board="eu-flags")


def test_a_further_switch_is_named_after_its_system(place: Place) -> None:
    with pytest.raises(NotAllowed, match=r"loans\.word"):
        place.describe(switch="cards.eu")
    place.describe(switch="loans.eu", what="Loans in the EU")
    assert place.contain(switch="loans.eu").driven
    assert place.states("loans.eu") == ["human"]


_VALUES = st.one_of(st.integers(-5, 5), st.sampled_from(["EU", "US", ""]), st.booleans())
_WORDS = st.recursive(
    st.builds(
        lambda name, sign, value: f"{name} {sign} {_said(value)}",
        st.sampled_from("abc"),
        st.sampled_from(["=", "<>", "<", ">="]),
        _VALUES,
    ),
    lambda inner: st.one_of(
        st.builds(lambda a, b: f"({a} and {b})", inner, inner),
        st.builds(lambda a, b: f"({a} or {b})", inner, inner),
        st.builds(lambda a: f"not ({a})", inner),
    ),
    max_leaves=6,
)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)


@given(_WORDS)
def test_every_comparison_can_be_told_to_serving_processes(words: str) -> None:
    rule = rule_of(words)
    assert compiled(rule)({"a": 1, "b": "EU", "c": True}) in (True, False, None)
