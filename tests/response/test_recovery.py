"""Traffic goes back only through a gate, step by step, and is contained again when a question fails."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.response.recovering import ANA, BO, CY, DEE, GATE, INC, Loans

from hotwash.ledger.entry import check
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.recovery_words import where_traffic_is
from hotwash.response.desk import NotPermitted
from hotwash.response.request import BadRequest


@pytest.fixture
def loans(tmp_path: Path) -> Loans:
    return Loans(tmp_path)


def test_traffic_goes_back_step_by_step_while_every_question_passes(loans: Loans) -> None:
    assert loans.contained == 1
    loans.ready()
    assert loans.recovering.begin(INC, by=BO) == "1 % of the traffic is back, and is being watched."
    assert loans.contained == pytest.approx(0.99)
    for share in (0.99, 0.9, 0.0):
        for _ in range(3):
            assert loans.contained == pytest.approx(share)
            loans.wait(minutes=9)
            loans.decide(400, granted_f=0.6)
            loans.wait(minutes=1)
    assert loans.recovery.stage == "completed"
    assert where_traffic_is(loans.incident) == "All traffic is back, and was watched to the end."
    assert not loans.incident.in_force, "after the last watch the containment is taken back"
    assert loans.incident.remediated
    assert not loans.incident.harm_going_on
    assert loans.jobs.waiting == {}
    kinds = [kind for kind in loans.kinds() if kind.startswith(("ramp", "recovery"))]
    assert kinds == [
        "recovery-planned",
        "recovery-signed-off",
        "recovery-signed-off",
        *["ramp-step-ordered", "ramp-step-applied", "ramp-step-passed"] * 3,
        "recovery-completed",
    ]
    check(f"incident/{INC}", loans.desk.store.read(f"incident/{INC}"))


def test_a_step_is_a_fact_before_anything_is_moved_and_an_effect_only_after_it_was_read_back(loans: Loans) -> None:
    loans.ready()
    loans.board.trouble = "away"
    said = loans.recovering.begin(INC, by=BO)
    assert "ordered, and is not carried out yet" in said
    assert "does not answer" in said
    assert loans.recovery.step.applied is None
    assert loans.contained == 1
    loans.wait(minutes=5)
    assert loans.kinds().count("ramp-step-failed") == 1, "the same failure is told once"
    loans.board.trouble = ""
    loans.wait(seconds=20)
    assert loans.recovery.step.applied is not None
    assert loans.contained == pytest.approx(0.99)
    assert loans.kinds().index("ramp-step-ordered") < loans.kinds().index("ramp-step-applied")


def test_a_question_that_fails_contains_all_traffic_again_at_once(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.wait(minutes=9)
    loans.decide(400, granted_f=0.6)
    loans.wait(minutes=1)
    loans.decide(4_000, granted_f=0.1)
    loans.wait(minutes=10)
    recovery = loans.recovery
    assert recovery.stage == "contained again"
    assert loans.contained == 1
    assert loans.incident.in_force
    assert "four fifths failed" in recovery.tripped.event.why
    assert "selection_rate.value >= 0.8: It is 0." in recovery.tripped.event.why
    run = next(said for said in recovery.runs if said.entry == recovery.tripped.event.run)
    assert run.event.answers[0].finding in loans.incident.findings, "the finding that tripped it is kept"
    assert where_traffic_is(loans.incident) == "Stopped. All traffic is contained again."
    loans.wait(hours=5)
    assert loans.kinds()[-1] == "containment-re-engaged", "nothing goes on by itself after that"
    with pytest.raises(NotAllowed, match="over"):
        loans.recovering.begin(INC, by=BO)


def test_a_way_back_that_cannot_be_stopped_says_so_loudly_and_is_tried_until_it_is(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.board.trouble = "away"
    loans.wait(minutes=9)
    loans.decide(4_000, granted_f=0.1)
    loans.wait(minutes=1)
    assert loans.recovery.stage == "tripped"
    assert where_traffic_is(loans.incident).startswith("Stopped, but not contained again yet: up to 1 % of the traffic")
    assert loans.contained == pytest.approx(0.99)
    loans.wait(hours=3)
    assert loans.recovery.stage == "tripped"
    loans.board.trouble = ""
    loans.wait(seconds=20)
    assert loans.recovery.stage == "contained again"
    assert loans.contained == 1


def test_the_account_of_whoever_began_may_be_closed_and_it_still_goes_back_into_containment(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    del loans.accounts["bo"]
    loans.wait(minutes=9)
    loans.decide(4_000, granted_f=0.1)
    loans.wait(minutes=1)
    assert loans.recovery.stage == "contained again"
    assert loans.contained == 1


def test_too_few_rows_neither_pass_a_step_nor_trip_it_until_too_long(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.wait(minutes=90)
    assert loans.recovery.stage == "ramp"
    assert loans.recovery.step.ordered.event.step == 1
    assert {said.event.outcome for said in loans.recovery.runs if said.event.step} == {"too few"}
    loans.wait(minutes=31)
    assert loans.recovery.stage == "contained again"
    assert "could not be told from so few rows" in loans.recovery.tripped.event.why


def test_enough_rows_that_come_late_let_a_step_pass(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.wait(minutes=49)
    loans.decide(400, granted_f=0.6)
    loans.wait(minutes=1)
    assert loans.recovery.step.ordered.event.step == 2
    assert loans.contained == pytest.approx(0.9)


def test_a_log_that_is_away_twice_in_a_row_trips_because_nobody_can_see(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.lose_log()
    loans.wait(minutes=10)
    assert loans.recovery.stage == "ramp"
    loans.wait(minutes=10)
    assert loans.recovery.stage == "contained again"
    assert "nobody can see" in loans.recovery.tripped.event.why


def test_rows_from_before_a_step_do_not_speak_for_it(loans: Loans) -> None:
    loans.decide(4_000, granted_f=0.6)
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.wait(minutes=10)
    assert loans.recovery.runs[-1].event.outcome == "too few"
    assert loans.recovery.runs[-1].event.answers[0].since == loans.recovery.step.applied.at


def test_a_person_can_stop_it(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    with pytest.raises(NotPermitted):
        loans.recovering.stop(INC, by=DEE, reason="Complaints.")
    assert loans.recovering.stop(INC, by=ANA, reason="Complaints.") == "Stopped. All traffic is contained again."
    assert loans.contained == 1
    assert loans.recovery.tripped.event.by_hand
    loans.wait(hours=3)
    assert loans.contained == 1


def test_nothing_begins_before_the_gate_has_passed_and_everybody_has_agreed(loans: Loans) -> None:
    with pytest.raises(NotAllowed, match="No gate"):
        loans.recovering.begin(INC, by=BO)
    loans.plan()
    with pytest.raises(NotAllowed, match="gate has not passed"):
        loans.recovering.begin(INC, by=BO)
    with pytest.raises(NotAllowed, match="nothing yet to agree"):
        loans.sign()
    loans.recovering.ask(INC, by=ANA)
    with pytest.raises(NotAllowed, match="Commander and legal must agree"):
        loans.recovering.begin(INC, by=BO)
    with pytest.raises(NotAllowed, match="bo is commander here"):
        loans.sign((ANA, "commander"))
    with pytest.raises(NotAllowed, match="not of scribe"):
        loans.sign((BO, "scribe"))
    loans.sign((BO, "commander"))
    with pytest.raises(NotAllowed, match="agreed for commander already"):
        loans.sign((BO, "commander"))
    with pytest.raises(NotAllowed, match="Legal must agree"):
        loans.recovering.begin(INC, by=BO)
    loans.sign((CY, "legal"))
    with pytest.raises(NotPermitted):
        loans.recovering.begin(INC, by=ANA)
    assert loans.contained == 1
    loans.recovering.begin(INC, by=BO)
    with pytest.raises(NotAllowed, match="not the next"):
        loans.recovering.begin(INC, by=BO)


def test_a_gate_that_is_asked_again_voids_what_was_agreed(loans: Loans) -> None:
    loans.ready()
    loans.recovering.ask(INC, by=ANA)
    assert loans.recovery.missing == ("commander", "legal")
    with pytest.raises(NotAllowed, match="must agree"):
        loans.recovering.begin(INC, by=BO)
    loans.decide(4_000, granted_f=0.1)
    loans.recovering.ask(INC, by=ANA)
    assert loans.recovery.stage == "gate"


def test_every_run_is_evidence_with_its_numbers_and_its_finding(loans: Loans) -> None:
    loans.plan()
    loans.recovering.ask(INC, by=ANA)
    run = loans.recovery.gate_run.event
    assert run.outcome == "passed"
    own, fair = run.answers
    assert (own.own_cases, own.rows, own.since) == (True, 40, None)
    assert fair.thresholds[0].value == pytest.approx(1.0, abs=0.1)
    for answer in run.answers:
        finding = loans.incident.findings[answer.finding].event
        assert finding.digest == answer.digest
        assert loans.desk.vault.get(finding.digest)


def test_a_gate_must_ask_about_the_own_cases_or_say_why_not(loans: Loans) -> None:
    without = GATE.replace("own_cases = true\n", "")
    with pytest.raises(NotAllowed, match="own cases"):
        loans.plan(without)
    loans.plan(without, no_own_cases_because="The applicants' papers were destroyed.")
    with pytest.raises(BadRequest, match="watch, every"):
        loans.plan(GATE[: GATE.index("[recovery]")])
    with pytest.raises(BadRequest, match="while traffic goes back"):
        loans.plan(GATE.replace("fresh =", 'when = "before"\nfresh ='))
    with pytest.raises(BadRequest, match=r"questions\[1\] \(four fifths\)"):
        loans.plan(GATE.replace('group = ["sex"]', "group = 7"))
    with pytest.raises(NotPermitted):
        loans.plan(by=ANA)


def test_a_new_gate_replaces_the_one_before_but_not_while_traffic_is_on_its_way(loans: Loans) -> None:
    loans.ready()
    loans.plan()
    assert loans.recovery.stage == "gate"
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    with pytest.raises(NotAllowed, match="stop that first"):
        loans.plan()


def test_a_containment_of_a_part_goes_back_to_that_part(loans: Loans) -> None:
    loans.switching.adjust(INC, containment=loans.containment, share=0.5, by=BO, reason="Half is enough.")
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    assert loans.contained == pytest.approx(0.495)
    loans.recovering.stop(INC, by=BO, reason="Complaints.")
    assert loans.contained == pytest.approx(0.5)


def test_a_containment_that_was_changed_since_needs_its_gate_anew(loans: Loans) -> None:
    loans.switching.adjust(INC, containment=loans.containment, share=0.5, by=BO, reason="Half is enough.")
    loans.ready()
    loans.switching.adjust(INC, containment=loans.containment, share=1.0, by=BO, reason="It is not.")
    with pytest.raises(NotAllowed, match="set the gate anew"):
        loans.recovering.begin(INC, by=BO)


def test_a_switch_of_two_persons_goes_back_with_a_second_who_signed(loans: Loans) -> None:
    loans.desk.record_system("loans", "describe-switch", by=BO, release_by_two=True)
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    for _ in range(9):
        loans.wait(minutes=9)
        loans.decide(400, granted_f=0.6)
        loans.wait(minutes=1)
    [known] = loans.incident.containments.values()
    assert known.released.event.approver == "cy"


def test_a_switch_of_two_persons_does_not_go_back_on_the_word_of_one(loans: Loans) -> None:
    loans.desk.record_system("loans", "describe-switch", by=BO, release_by_two=True)
    loans.plan(GATE.replace('["commander", "legal"]', '["commander"]'))
    loans.recovering.ask(INC, by=ANA)
    loans.sign((BO, "commander"))
    with pytest.raises(NotAllowed, match="two persons"):
        loans.recovering.begin(INC, by=BO)
    assert not loans.recovery.steps


def test_without_a_gate_traffic_goes_back_only_by_the_commander_and_a_second_person(loans: Loans) -> None:
    with pytest.raises(NotAllowed, match="bo is in command"):
        loans.recovering.ask_ungated(INC, by=CY, containment=loans.containment, reason="Patients wait.")
    with pytest.raises(NotAllowed, match="empty"):
        loans.recovering.ask_ungated(INC, by=BO, containment=loans.containment, reason=" ")
    loans.recovering.ask_ungated(INC, by=BO, containment=loans.containment, reason="Patients wait.")
    [wish] = loans.incident.ungated
    with pytest.raises(NotAllowed, match="second person"):
        loans.recovering.agree_ungated(INC, by=BO, wish=wish, reason="I agree with myself.")
    with pytest.raises(NotPermitted):
        loans.recovering.agree_ungated(INC, by=ANA, wish=wish, reason="It is right.")
    assert loans.contained == 1
    loans.recovering.agree_ungated(INC, by=CY, wish=wish, reason="It is right.")
    assert loans.contained == 0
    assert not loans.incident.in_force
    assert loans.incident.harm_going_on, "nobody verified a fix"
    with pytest.raises(NotAllowed, match="agreed already"):
        loans.recovering.agree_ungated(INC, by=CY, wish=wish, reason="Again.")


def test_once_a_gate_is_set_nobody_goes_around_it(loans: Loans) -> None:
    loans.plan()
    with pytest.raises(NotAllowed, match="A gate was set"):
        loans.switching.release(INC, containment=loans.containment, by=BO, reason="I am in a hurry.")
    with pytest.raises(NotAllowed, match="A gate was set"):
        loans.switching.adjust(INC, containment=loans.containment, share=0.2, by=BO, reason="I am in a hurry.")
    assert loans.contained == 1
    loans.recovering.ask(INC, by=ANA)
    loans.sign()
    loans.recovering.begin(INC, by=BO)
    with pytest.raises(NotAllowed, match="A gate was set"):
        loans.switching.adjust(INC, containment=loans.containment, share=0.2, by=BO, reason="It goes well.")
    with pytest.raises(NotAllowed, match="stop that first"):
        loans.recovering.ask_ungated(INC, by=BO, containment=loans.containment, reason="Patients wait.")
    loans.recovering.stop(INC, by=BO, reason="Complaints.")
    loans.recovering.ask_ungated(INC, by=BO, containment=loans.containment, reason="Patients wait.")
    [wish] = loans.incident.ungated
    loans.recovering.agree_ungated(INC, by=CY, wish=wish, reason="It is right.")
    assert loans.contained == 0


def test_more_may_always_be_contained_and_that_ends_the_way_back(loans: Loans) -> None:
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.switching.adjust(INC, containment=loans.containment, share=1.0, by=CY, reason="Complaints.")
    loans.wait(minutes=31)
    assert loans.recovery.stage == "contained again"
    assert "by hand" in loans.recovery.tripped.event.why
    assert loans.contained == 1


def test_a_containment_that_ends_by_itself_on_the_way_back_is_loud(loans: Loans) -> None:
    until = loans.now + timedelta(minutes=15)
    loans.switching.adjust(INC, containment=loans.containment, until=until, by=BO, reason="Until noon.")
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    loans.wait(minutes=16)
    loans.switching.settle(INC)
    loans.wait(minutes=10)
    assert loans.recovery.stage == "tripped"
    assert "contain the system anew" in where_traffic_is(loans.incident)


def test_the_worker_asks_the_gate_for_a_person_once(loans: Loans) -> None:
    loans.plan()
    loans.recovering.ask_later(INC, by=ANA)
    loans.recovering.ask_later(INC, by=ANA)
    assert len(loans.jobs.waiting) == 1
    loans.wait(seconds=1)
    assert loans.recovery.open
    assert loans.recovery.gate_run.by == "ana"


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["wait", "good", "bad", "away", "back", "advance"]), st.integers(1, 25)), max_size=14
    )
)
def test_whatever_happens_no_more_traffic_is_back_than_a_step_that_was_ordered(
    tmp_path_factory: pytest.TempPathFactory, does: list[tuple[str, int]]
) -> None:
    loans = Loans(tmp_path_factory.mktemp("loans"))
    loans.ready()
    loans.recovering.begin(INC, by=BO)
    for what, minutes in does:
        match what:
            case "wait":
                loans.wait(minutes=minutes)
            case "good":
                loans.decide(400, granted_f=0.6)
            case "bad":
                loans.decide(4_000, granted_f=0.1)
            case "away":
                loans.board.trouble = "away"
            case "back":
                loans.board.trouble = ""
            case "advance":
                loans.recovering.advance(INC, loans.recovery.number)
        recovery = loans.recovery
        ordered = recovery.step.ordered.event.share
        assert loans.contained >= 1 - ordered - 1e-9 or recovery.completed
        if recovery.stage == "contained again":
            assert loans.contained == 1
        if what == "bad" and not loans.board.trouble and recovery.stage == "ramp":
            loans.now += timedelta(minutes=31)
            loans.wait(minutes=1)
    loans.board.trouble = ""
    loans.wait(hours=12)
    assert loans.recovery.stage in ("contained again", "completed"), "it always comes to an end"
