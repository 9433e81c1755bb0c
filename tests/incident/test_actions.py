"""What closes an action, what opens it again, and what does not."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.incident.actions import Action
from hotwash.incident.events import CATALOGUE
from hotwash.incident.rules import take
from hotwash.incident.state import fold
from hotwash.ledger.entry import Head, link
from hotwash.ledger.rule import Asked, NotAllowed
from tests.incident.played import NINE, Played

DAY = date(2026, 4, 1)


@pytest.fixture
def agreed() -> Played:
    played = Played()
    played.says("declare", title="Loans refused")
    played.says("add-action", title="Train without the postcode", kind="prevent", owner="bo", due=date(2026, 3, 20))
    return played


def step(played: Played, word: str, *, by: str = "hotwash", **request: Any) -> list[Any]:
    """A step that no person says, a minute later."""
    played.now += timedelta(minutes=1)
    events = take(played.state, word, Asked(by, played.now, played.now), **request)
    for event in events:
        draft = CATALOGUE.draft(event, by=by, occurred_at=played.now, recorded_at=played.now)
        entry = link("incident/INC-2026-0001", played.head, draft, salt="00" * 16)
        played.head = Head(entry.number, entry.digest)
        fold(played.state, CATALOGUE.fact(entry))
    return events


def the(played: Played) -> Action:
    return played.state.actions[3]


def planned(played: Played, **more: Any) -> int:
    words = {"question": "fairness", "thresholds": ("disparities[*].ratio.low >= 0.8",), "ask_on": DAY, **more}
    step(played, "plan-effect", by="ana", action=3, **words)
    plan = the(played).planned
    assert plan is not None
    return plan.entry


def measured(played: Played, plan: int, outcome: str, on: date | None = None) -> None:
    if on is not None:
        played.now = NINE + (on - NINE.date())
    step(played, "measure-effect", action=3, plan=plan, outcome=outcome, sentence="It is 0.9.", source="new.csv")


def test_an_action_with_an_effect_closes_only_when_it_was_asked_again_and_holds(agreed: Played) -> None:
    plan = planned(agreed)
    agreed.says("finish-action", action=3, result="Trained and live.", by="bo")
    assert the(agreed).state == "done"
    assert the(agreed).ask_on == DAY
    with pytest.raises(NotAllowed, match="is measured"):
        agreed.says("close-action", action=3, result="Looks good.", by="cy")
    measured(agreed, plan, "too few", DAY)
    assert the(agreed).state == "done"
    measured(agreed, plan, "passed", DAY + timedelta(days=7))
    assert the(agreed).state == "effective"
    closed = the(agreed).closed
    assert closed is not None
    assert (closed.event.how, closed.event.measured) == ("measured", the(agreed).measured[-1].entry)


def test_a_closed_action_opens_again_when_its_effect_slips(agreed: Played) -> None:
    plan = planned(agreed)
    agreed.says("finish-action", action=3, result="Live.", by="bo")
    measured(agreed, plan, "passed", DAY)
    assert the(agreed).ask_on == DAY + timedelta(days=30)
    measured(agreed, plan, "failed", DAY + timedelta(days=30))
    assert the(agreed).state == "slipped"
    assert the(agreed).open
    assert the(agreed).to_do
    assert the(agreed).ask_on is None
    agreed.says("finish-action", action=3, result="Live again.", by="bo")
    assert the(agreed).ask_on == DAY + timedelta(days=60)
    measured(agreed, plan, "passed", DAY + timedelta(days=60))
    assert the(agreed).state == "effective"


def test_what_is_asked_before_its_day_is_kept_and_decides_nothing(agreed: Played) -> None:
    plan = planned(agreed)
    agreed.says("finish-action", action=3, result="Live.", by="bo")
    measured(agreed, plan, "passed")
    measured(agreed, plan, "failed")
    assert the(agreed).state == "done"
    assert len(the(agreed).measured) == 2


def test_what_is_asked_before_the_work_is_done_closes_nothing(agreed: Played) -> None:
    plan = planned(agreed)
    measured(agreed, plan, "passed", DAY)
    assert the(agreed).state == "open"


def test_nobody_checks_their_own_work(agreed: Played) -> None:
    with pytest.raises(NotAllowed, match="their own work"):
        agreed.says("close-action", action=3, result="Fine.", by="Bo")
    agreed.says("finish-action", action=3, result="Live.", by="ana")
    with pytest.raises(NotAllowed, match="their own work"):
        agreed.says("close-action", action=3, result="Fine.", by="ana")
    agreed.says("close-action", action=3, result="I read the new model's card.", by="cy")
    assert the(agreed).state == "closed"
    assert the(agreed).closed is not None
    assert the(agreed).closed.event.how == "checked"  # type: ignore[union-attr]


def test_an_effect_that_cannot_be_measured_is_withdrawn_with_a_reason_and_then_checked(agreed: Played) -> None:
    plan = planned(agreed)
    agreed.says("withdraw-effect", action=3, reason="The log is no longer kept.")
    with pytest.raises(NotAllowed, match="planned otherwise"):
        measured(agreed, plan, "passed")
    agreed.says("close-action", action=3, result="Checked by hand.", by="cy")
    assert the(agreed).state == "closed"


def test_an_effect_that_holds_is_not_withdrawn(agreed: Played) -> None:
    plan = planned(agreed)
    agreed.says("finish-action", action=3, result="Live.", by="bo")
    measured(agreed, plan, "passed", DAY)
    with pytest.raises(NotAllowed, match="effect holds"):
        agreed.says("withdraw-effect", action=3, reason="x")


def test_it_is_asked_no_more_after_its_last_day_and_only_once_if_so_planned(agreed: Played) -> None:
    plan = planned(agreed, until=DAY + timedelta(days=40))
    agreed.says("finish-action", action=3, result="Live.", by="bo")
    measured(agreed, plan, "passed", DAY)
    measured(agreed, plan, "passed", DAY + timedelta(days=30))
    assert the(agreed).ask_on is None
    plan = planned_again(agreed)
    measured(agreed, plan, "passed", DAY + timedelta(days=50))
    assert the(agreed).ask_on is None


def planned_again(played: Played) -> int:
    played.says("reopen-action", action=3, reason="Anew.")
    plan = planned(played, every_days=0, ask_on=DAY + timedelta(days=50))
    played.says("finish-action", action=3, result="Live.", by="bo")
    return plan


def test_a_change_keeps_what_was_said_before_and_a_later_date_needs_a_reason(agreed: Played) -> None:
    with pytest.raises(NotAllowed, match="moves out"):
        agreed.says("change-action", action=3, due=date(2026, 5, 1))
    agreed.says("change-action", action=3, due=date(2026, 5, 1), owner="cy", reason="Bo is away.")
    assert (the(agreed).wanted.owner, the(agreed).wanted.due) == ("cy", date(2026, 5, 1))
    assert the(agreed).added.event.owner == "bo"
    with pytest.raises(NotAllowed, match="says this already"):
        agreed.says("change-action", action=3, owner="cy")


def test_a_dropped_action_is_neither_open_nor_done_and_can_be_taken_up_again(agreed: Played) -> None:
    agreed.says("drop-action", action=3, reason="The system was retired.")
    assert the(agreed).state == "dropped"
    assert not the(agreed).open
    with pytest.raises(NotAllowed, match="dropped"):
        agreed.says("finish-action", action=3, result="x", by="bo")
    agreed.says("reopen-action", action=3, reason="It was not.")
    assert the(agreed).state == "open"


def test_an_issue_that_is_closed_outside_closes_no_action(agreed: Played) -> None:
    planned(agreed)
    where: dict[str, Any] = {"action": 3, "tracker": "github", "issue": "12"}
    step(agreed, "track-action", **where)
    step(agreed, "finish-from-issue", **where)
    assert the(agreed).state == "done"
    assert step(agreed, "finish-from-issue", **where) == []
    step(agreed, "reopen-from-issue", **where)
    assert the(agreed).state == "open"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["finish", "close", "drop", "reopen", "passed", "failed", "too few", "no answer", "issue"]),
        max_size=12,
    )
)
def test_whatever_happens_an_action_with_an_effect_is_closed_only_by_a_measurement_that_held(words: list[str]) -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    played.says("add-action", title="Train without the postcode", kind="prevent", owner="bo")
    plan = planned(played)
    played.now = NINE + timedelta(days=60)
    for word in words:
        try:
            match word:
                case "finish":
                    played.says("finish-action", action=3, result="x", by="bo")
                case "close":
                    played.says("close-action", action=3, result="x", by="cy")
                case "drop":
                    played.says("drop-action", action=3, reason="x")
                case "reopen":
                    played.says("reopen-action", action=3, reason="x")
                case "issue":
                    step(played, "finish-from-issue", action=3, tracker="t", issue="1")
                case _:
                    measured(played, plan, word)
        except NotAllowed:
            pass
        now = the(played)
        assert now.state != "closed"
        if now.state == "effective":
            told = now.last_told
            assert told is not None
            assert told.event.outcome == "passed"
