"""Costs, controls, and proposed changes of rules."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotwash.incident.rules import allow
from hotwash.incident.state import Incident, replay
from hotwash.ledger.rule import Asked, NotAllowed
from tests.incident.history import history

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BEGUN = "09:02 ana declared title='Loans refused' harms=fairness system=loans\n"


def incident(more: str = "") -> Incident:
    return replay("INC-2026-0001", history(BEGUN + more))


def say(known: Incident, verb: str, *, by: str = "bo", **words: Any) -> Any:
    return allow(known, verb, Asked(by, NOW, NOW), **words)[0]


def test_a_cost_is_an_estimate_until_it_stands_in_the_books() -> None:
    cost: dict[str, Any] = {"amount": 1200.0, "currency": "eur", "purpose": "redress", "what": "vouchers"}
    assert say(incident(), "record-cost", **cost).basis == "estimate"
    with pytest.raises(NotAllowed, match="books"):
        say(incident(), "record-cost", **cost, basis="booked")
    assert say(incident(), "record-cost", **cost, basis="booked", evidence="ledger 4711").currency == "EUR"


@pytest.mark.parametrize("odd", [{"amount": 0.0}, {"amount": -3.0}, {"currency": "euros"}, {"replaces": 1}])
def test_a_cost_that_cannot_be_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        say(incident(), "record-cost", **{"amount": 5.0, "currency": "EUR", "purpose": "law", "what": "x", **odd})


def test_a_booked_cost_takes_the_place_of_the_estimate_and_gives_it_back() -> None:
    record = """
        10:00 bo cost-recorded amount=500 currency=EUR purpose=redress basis=estimate what=vouchers
        +1d 10:00 bo cost-recorded amount=450 currency=EUR purpose=redress basis=booked what=vouchers replaces=2
    """
    known = incident(record)
    assert [cost.recorded.event.amount for cost in known.costs.values() if cost.counts] == [450]
    known = incident(record + "+2d 10:00 bo cost-withdrawn cost=3 reason=mistyped\n")
    assert [cost.recorded.event.amount for cost in known.costs.values() if cost.counts] == [500]


def test_only_controls_that_exist_are_judged() -> None:
    judged = {"verdict": "failed", "reason": "nobody could stop it at night"}
    assert say(incident(), "judge-control", control="nist:manage-2.4", **judged).control == "nist:manage-2.4"
    assert say(incident(), "judge-control", control="own:stop-rule", **judged).control == "own:stop-rule"
    for odd in ("nist:manage-9.9", "own:", "own:Not a slug", ""):
        with pytest.raises(NotAllowed):
            say(incident(), "judge-control", control=odd, **judged)
    with pytest.raises(NotAllowed, match="no entry 9"):
        say(incident(), "judge-control", control="nist:manage-2.4", shown_by=9, **judged)


def test_whoever_proposes_a_change_does_not_decide_on_it() -> None:
    known = incident("10:00 bo policy-change-proposed policy=Releases change='Two sign' because='One did'\n")
    decided = {"proposal": 2, "decision": "accepted", "reason": "agreed in the board"}
    with pytest.raises(NotAllowed, match="somebody else"):
        say(known, "decide-policy-change", by="bo", **decided)
    assert say(known, "decide-policy-change", by="ana", **decided).decision == "accepted"
    known = replay(
        known.id,
        history(
            BEGUN
            + "10:00 bo policy-change-proposed policy=Releases change='Two sign' because='One did'\n"
            + "+1d 10:00 ana policy-change-decided proposal=2 decision=refused reason=no\n"
        ),
    )
    assert known.proposals[2].state == "refused"
    with pytest.raises(NotAllowed, match="refused already"):
        say(known, "decide-policy-change", by="ana", **decided)


def test_the_first_and_last_moment_of_every_kind_is_known() -> None:
    known = incident("10:00 bo noted text=one\n08:00 bo noted text=two\n")
    assert [at.hour for at in known.moments["noted"]] == [8, 10]
    assert known.moments["declared"][0] == known.moments["declared"][1]
