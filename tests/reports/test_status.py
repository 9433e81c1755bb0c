"""Is harm going on, what is due, what comes next."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.incident.history import history
from tests.reports import case

from hotwash.incident.state import replay
from hotwash.reports.status import status

STEPS = (
    ("09:02 ana declared title='Loans refused'", "assess"),
    ("09:03 ana severity-assessed severity=Major provisional=true rule=x because=y answers={} rubric=1", "assign"),
    ("09:04 ana role-assigned role=commander person=bo", "add-evidence"),
    ("09:05 ana evidence-added name=log digest=sha256:00 size=1", "contain"),
    ("09:06 bo containment-applied switch=loans state=human reason=x complete=false cohort=young", "contain"),
    ("09:07 bo containment-applied switch=loans state=human reason=x complete=true", "ask"),
    ("09:08 bo harm-estimated what=refused value=3 basis=list", "begin-harm"),
    ("09:09 bo harm-began source=log", "assess"),
    ("09:10 bo severity-assessed severity=Major provisional=false rule=x because=y answers={} rubric=1", "owe-remedy"),
    ("09:11 bo remedy-owed what=letters people=3 owner=dee due=2026-03-10", "remediate"),
    ("09:12 bo remediated how=x source=y", "complete-remedy"),
    ("09:13 dee remedy-completed remedy=10 people=3 proof=letters", "resolve"),
    ("09:14 bo resolved how=x", "add-factor"),
    ("09:15 bo factor-added text=x tag=data", "add-action"),
    ("09:16 bo action-added title=x kind=prevent owner=ana due=2026-03-05", "summarise"),
    ("09:17 bo summarised text=x", "plan-postmortem"),
    ("09:17 bo postmortem-planned form=full owner=bo facilitator=cy due=2026-03-17 required=true", "leave-gate"),
    ("09:17 bo gate-left gate=x system=loans title=x digest=sha256:00 questions=a", "close"),
    ("09:18 bo closed reason=x", "finish-action"),
    ("09:18 ana action-done action=15 result=x", "close-action"),
    ("09:19 ana action-closed action=15 result=x", ""),
)  # fmt: skip


@pytest.mark.parametrize("done", range(1, len(STEPS) + 1))
def test_after_each_step_the_next_one_is_named(done: int) -> None:
    incident = replay(case.ID, history("\n".join(text for text, _ in STEPS[:done])))
    told = status(incident, case.NOON).next
    assert told.verb == STEPS[done - 1][1]
    assert told.sentence.endswith(".")


def test_harm_goes_on_until_it_is_contained_for_everyone() -> None:
    _, incident = case.written("\n".join(text for text, _ in STEPS[:5]))
    harm = status(incident, case.NOON).harm
    assert harm.going_on
    assert harm.sentence == "Harm may be going on; since when is not recorded yet."
    _, incident = case.written("\n".join(text for text, _ in STEPS[:6]))
    assert not status(incident, case.NOON).harm.going_on


def test_harm_that_goes_on_says_for_how_long() -> None:
    _, incident = case.written("09:02 ana declared title=x\n09:30 ana harm-began source=log")
    assert status(incident, case.NOON).harm.sentence == (
        "Harm may be going on, since 3 March 2026, 09:30 UTC, for 2 h 30 min."
    )


def test_harm_that_stopped_says_when_and_how_long_it_lasted() -> None:
    harm = status(case.incident(), case.NOON).harm
    assert harm.until == datetime(2026, 3, 3, 9, 55, tzinfo=UTC)
    assert harm.sentence == (
        "The harm stopped on 3 March 2026, 09:55 UTC. It had gone on for 11 days 22 h, "
        "since 19 February 2026, 11:00 UTC."
    )
    assert (harm.entry, harm.low) == (13, datetime(2026, 2, 19, 6, tzinfo=UTC))


def test_what_is_due_stands_by_date_and_is_late_from_the_day_after() -> None:
    _, incident = case.written(
        "\n".join(text for text, _ in STEPS[:11]) + "\n09:16 bo action-added title=later kind=prevent owner=ana"
    )
    last_day = datetime(2026, 3, 10, 23, 59, tzinfo=UTC)
    due = status(incident, last_day).due
    assert [(one.kind, one.owner, one.people, one.overdue) for one in due] == [
        ("remedy", "dee", 3, False),
        ("action", "ana", 0, False),
    ]
    assert status(incident, last_day + timedelta(minutes=1)).due[0].overdue


def test_severity_commander_and_open_questions_are_said() -> None:
    told = status(case.incident(), case.NOON)
    assert (told.severity, told.provisional, told.commander, told.standing) == ("Critical", False, "cy", "resolved")
    assert [(one.entry, one.by) for one in told.questions] == [(25, "cy")]


def test_no_harm_found_is_said_so() -> None:
    _, incident = case.written("09:02 ana declared title=x\n09:30 ana not-confirmed reason='a false alarm'")
    told = status(incident, case.NOON)
    assert told.harm.sentence == "No harm was found."
    assert told.next.verb == ""
