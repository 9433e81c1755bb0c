"""An effect is planned with its threshold, asked of named data, and the finding is kept as evidence."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.response.recovering import ANA, BO, CY, DEE, INC, Jobs, Loans

from hotwash.incident.actions import Action
from hotwash.incident.events import FindingRecorded
from hotwash.ledger.entry import check
from hotwash.ledger.rule import NotAllowed
from hotwash.response import effects as room
from hotwash.response import inquiries
from hotwash.response.desk import NotPermitted
from hotwash.response.effects import Effects
from hotwash.response.request import BadRequest

FAIR = {"group": ["sex"], "favourable": "granted", "reference": {"sex": "m"}}
HELD = ["groups[sex=f].ratio.selection_rate.value >= 0.8"]
DAY = date(2026, 3, 10)


class Agreed:
    """An action against refused loans, agreed in an incident whose system has a log."""

    def __init__(self, folder: Path) -> None:
        self.loans, self.folder = Loans(folder), folder
        self.desk = self.loans.desk
        self.effects = Effects(self.desk, [folder])
        self.action = (
            self.desk.record(INC, "add-action", by=ANA, title="Train without the postcode", kind="prevent", owner="bo")
            .entries[-1]
            .number
        )

    @property
    def now(self) -> Action:
        return self.desk.incident(INC).actions[self.action]

    def plan(self, **more: object) -> None:
        words = {"question": "fairness", "arguments": FAIR, "thresholds": HELD, "ask_on": DAY, **more}
        self.effects.plan(INC, by=ANA, action=self.action, **words)  # type: ignore[arg-type]

    def finish(self) -> None:
        self.desk.record(INC, "finish-action", by=BO, action=self.action, result="Live.")

    def go_to(self, day: date) -> None:
        self.loans.now = datetime.combine(day, self.loans.now.timetz())

    def ask(self) -> str:
        return self.effects.measure(INC, by=CY, action=self.action).sentence


@pytest.fixture
def agreed(tmp_path: Path) -> Agreed:
    return Agreed(tmp_path)


def test_an_action_closes_when_the_question_is_asked_again_on_rows_after_it_was_done_and_holds(agreed: Agreed) -> None:
    agreed.plan()
    assert agreed.now.planned.event.since_done, "the log tells times, so rows before the fix do not count"  # type: ignore[union-attr]
    agreed.finish()
    agreed.go_to(DAY)
    assert "No row has come since it was done" in agreed.ask()
    assert agreed.now.measured[-1].event.outcome == "too few"
    assert agreed.now.state == "done"
    agreed.loans.decide(400, granted_f=0.6)
    assert agreed.ask().startswith("It holds. The action is closed. Asked again on 9 April 2026")
    told = agreed.now.measured[-1].event
    assert told.outcome == "passed"
    assert told.rows == 400
    assert told.source
    assert told.fingerprint
    finding = agreed.desk.incident(INC).findings[told.finding or 0].event
    assert isinstance(finding, FindingRecorded)
    assert finding.digest == told.digest
    assert inquiries.read(agreed.desk, finding.digest).rows.used == 400
    check(f"incident/{INC}", agreed.desk.store.read(f"incident/{INC}"))


def test_it_opens_again_when_the_effect_slips(agreed: Agreed) -> None:
    agreed.plan()
    agreed.finish()
    agreed.go_to(DAY)
    agreed.loans.decide(400, granted_f=0.6)
    agreed.ask()
    agreed.go_to(DAY + timedelta(days=30))
    agreed.loans.decide(2_000, granted_f=0.1)
    assert "It does not hold." in agreed.ask()
    assert agreed.now.state == "slipped"
    assert agreed.now.closed is None


def test_the_worker_asks_only_what_is_due_and_only_what_is_still_planned(agreed: Agreed) -> None:
    agreed.plan()
    agreed.finish()
    agreed.loans.decide(400, granted_f=0.6)
    words = {"incident": INC, "action": agreed.action}
    room.ask(agreed.effects, words)
    assert not agreed.now.measured
    agreed.go_to(DAY)
    agreed.loans.decide(400, granted_f=0.6)
    room.ask(agreed.effects, words)
    assert agreed.now.state == "effective"
    assert agreed.now.measured[-1].by == "hotwash"
    room.ask(agreed.effects, words)
    assert len(agreed.now.measured) == 1
    agreed.desk.record(INC, "reopen-action", by=CY, action=agreed.action, reason="Anew.")
    agreed.desk.record(INC, "withdraw-effect", by=CY, action=agreed.action, reason="No log any more.")
    room.ask(agreed.effects, words)
    assert len(agreed.now.measured) == 1


def test_a_log_that_is_gone_is_recorded_as_no_answer_and_closes_nothing(agreed: Agreed) -> None:
    agreed.plan()
    agreed.finish()
    agreed.go_to(DAY)
    agreed.loans.lose_log()
    agreed.ask()
    assert agreed.now.measured[-1].event.outcome == "no answer"
    assert agreed.now.measured[-1].event.why
    assert agreed.now.state == "done"
    assert agreed.now.ask_on == DAY + timedelta(days=7)


def test_a_finding_is_asked_again_with_its_own_words(agreed: Agreed) -> None:
    recorded = inquiries.ask(agreed.desk, INC, "fairness", FAIR, by=ANA, folders=[agreed.folder])
    finding = recorded.entries[-1].number
    with pytest.raises(BadRequest, match="finds nothing in that finding"):
        agreed.effects.plan(
            INC, by=ANA, action=agreed.action, like=finding, thresholds=["groups[sex=x].tpr.value > 0"], ask_on=DAY
        )
    agreed.effects.plan(INC, by=ANA, action=agreed.action, like=finding, thresholds=HELD, ask_on=DAY)
    planned = agreed.now.planned
    assert planned is not None
    assert planned.event.question == "fairness"
    assert planned.event.arguments["group"] == ["sex"]
    agreed.finish()
    agreed.go_to(DAY)
    agreed.loans.decide(400, granted_f=0.6)
    assert "It holds." in agreed.ask()


def test_what_cannot_be_asked_is_refused_when_it_is_planned(agreed: Agreed) -> None:
    wrong: list[tuple[dict[str, object], str]] = [
        ({"thresholds": []}, "always pass"),
        ({"thresholds": ["groups"]}, "compares nothing"),
        ({"question": "fortune"}, "no question `fortune`"),
        ({"arguments": {"colour": "red"}}, "colour"),
        ({"source": "/etc/passwd"}, "outside the folders"),
        ({"source": "other.csv", "since_done": True}, "needs rows that say when"),
        ({"rows_min": 0}, "at least 1"),
        ({"like": 1}, "no finding"),
    ]
    for words, why in wrong:
        with pytest.raises(BadRequest, match=why):
            agreed.plan(**words)
    with pytest.raises(NotAllowed, match="before the first time"):
        agreed.plan(until=DAY - timedelta(days=1))
    with pytest.raises(NotPermitted):
        agreed.effects.plan(INC, by=DEE, action=agreed.action, question="fairness", thresholds=HELD, ask_on=DAY)
    assert agreed.now.planned is None


def test_asking_later_waits_once_in_the_queue(agreed: Agreed) -> None:
    agreed.plan()
    queue = Jobs()
    agreed.effects.later(INC, by=BO, action=agreed.action, queue=queue)
    agreed.effects.later(INC, by=BO, action=agreed.action, queue=queue)
    [job] = queue.waiting.values()
    room.ask(agreed.effects, job.arguments)
    assert len(agreed.now.measured) == 1
    assert agreed.now.state == "open"
