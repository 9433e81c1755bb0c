"""What an incident goes through, and what its rules refuse."""

from datetime import timedelta
from typing import Any

import pytest

from hotwash.incident.events import CATALOGUE, Acknowledged, Detected
from hotwash.incident.rules import VERBS
from hotwash.incident.state import replay
from hotwash.knowledge.life import life
from hotwash.ledger.rule import NotAllowed
from tests.incident.history import history
from tests.incident.played import NINE, Played


@pytest.fixture
def declared() -> Played:
    played = Played()
    played.says("declare", title="Loans refused")
    return played


def test_a_new_commander_replaces_the_old_one() -> None:
    incident = replay(
        "INC-2026-0001",
        history(
            """
            09:02 ana declared title='Loans refused'
            09:05 ana role-assigned role=commander person=bo
            11:30 bo  role-handed-over role=commander before=bo person=cy briefing='Contained; find who was harmed.'
            """
        ),
    )
    assert incident.roster == {"commander": "cy"}
    assert [(tenure.person, tenure.until is None) for tenure in incident.tenures] == [("bo", False), ("cy", True)]


def test_declaring_says_that_the_harm_was_seen(declared: Played) -> None:
    assert declared.state.standing == "open"
    assert declared.state.detections[-1].event == Detected("declared by ana")
    with pytest.raises(NotAllowed, match="declared already"):
        declared.says("declare", title="Again")


def test_the_first_commander_acknowledges_and_the_next_does_not(declared: Played) -> None:
    assert Acknowledged("bo") in declared.says("assign", role="commander", person="bo")
    declared.says("hand-over", role="commander", person="cy", briefing="All is contained.")
    assert len(declared.state.acknowledgements) == 1
    with pytest.raises(NotAllowed, match="cy is commander already"):
        declared.says("assign", role="commander", person="cy")


def test_an_earlier_signal_moves_the_detection_back_and_the_old_one_stays(declared: Played) -> None:
    declared.says("link-signal", source="alertmanager", title="FNR up", at=NINE - timedelta(hours=3), key="a1")
    assert declared.state.detections[-1].at == NINE - timedelta(hours=3)
    assert len(declared.state.detections) == 2
    declared.says("link-signal", source="mail", title="Complaint", detector="outside")
    assert len(declared.state.detections) == 2
    with pytest.raises(NotAllowed, match="linked already"):
        declared.says("link-signal", source="alertmanager", title="FNR up", key="a1")


def test_containing_without_evidence_asks_for_a_reason(declared: Played) -> None:
    with pytest.raises(NotAllowed, match="unheld_because"):
        declared.says("contain", switch="loans", state="human", reason="stop it")
    declared.says("contain", switch="loans", state="human", unheld_because="People are harmed by the minute.")
    assert not declared.state.harm_going_on


def test_a_containment_for_a_cohort_does_not_stop_the_harm_and_releasing_brings_it_back(declared: Played) -> None:
    declared.says("add-evidence", name="log.csv", digest="sha256:" + "1" * 64, size=3)
    declared.says("contain", switch="loans", state="off", cohort="region = 'EU'")
    assert declared.state.harm_going_on
    declared.says("contain", switch="loans", state="human")
    assert not declared.state.harm_going_on
    whole = max(declared.state.containments)
    declared.says("release", containment=whole, reason="fix is out")
    assert declared.state.harm_going_on
    with pytest.raises(NotAllowed, match="released already"):
        declared.says("release", containment=whole, reason="again")


def test_lowering_the_severity_needs_a_reason(declared: Played) -> None:
    declared.says("assess", answers={"material_harm": "yes"})
    no = {question: ("no" if question != "people" else 0) for question in _questions()}
    with pytest.raises(NotAllowed, match="lower the severity"):
        declared.says("assess", answers=no)
    declared.says("assess", answers=no, reason="Nobody was refused after all.")
    assert [said.event.severity for said in declared.state.assessments] == ["Major", "Minor"]


def _questions() -> list[str]:
    from hotwash.knowledge.severity import rubric

    return [question.id for question in rubric().questions]


def test_a_bad_answer_is_refused_by_name(declared: Played) -> None:
    with pytest.raises(NotAllowed, match="material_harm"):
        declared.says("assess", answers={"material_harm": "perhaps"})


def test_an_incident_is_not_resolved_while_harm_goes_on_or_remedies_are_owed(declared: Played) -> None:
    with pytest.raises(NotAllowed, match="going on"):
        declared.says("resolve", how="rolled back")
    declared.says("remediate", how="model v1 restored", source="error rates re-measured")
    declared.says("owe-remedy", what="re-decide", people=3, owner="cy")
    with pytest.raises(NotAllowed, match="3 people are still owed"):
        declared.says("resolve", how="rolled back")
    remedy = max(declared.state.remedies)
    with pytest.raises(NotAllowed, match="between 1 and that"):
        declared.says("complete-remedy", remedy=remedy, people=4, proof="letters")
    declared.says("complete-remedy", remedy=remedy, people=3, proof="letters")
    declared.says("resolve", how="rolled back")
    assert declared.state.standing == "resolved"


def test_a_reopened_incident_counts_its_harm_as_going_on_again(declared: Played) -> None:
    declared.says("remediate", how="patched", source="re-measured")
    declared.says("resolve", how="patched")
    declared.says("reopen", reason="it came back")
    assert declared.state.harm_going_on
    declared.says("remediate", how="patched again", source="re-measured")
    assert not declared.state.harm_going_on


def test_each_entry_that_is_named_must_be_there(declared: Played) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "release": {"containment": 9, "reason": "x"},
        "close-action": {"action": 9, "result": "x"},
        "reopen-action": {"action": 9, "reason": "x"},
        "complete-remedy": {"remedy": 9, "people": 1, "proof": "x"},
        "answer-question": {"question": 9, "answer": "x"},
        "dissent": {"about": 9, "text": "x"},
        "redact": {"entry": 9, "reason": "x"},
        "add-why": {"question": "why?", "answer": "so", "parent": 9},
        "add-factor": {"text": "x", "tag": "data", "finding": 9},
        "begin-harm": {"source": "x", "finding": 9},
        "add-action": {"title": "x", "kind": "prevent", "owner": "bo", "factor": 9},
        "contain": {"switch": "s", "state": "off", "hold": (9,)},
    }
    for verb, request in wrong.items():
        with pytest.raises(NotAllowed, match="9"):
            declared.says(verb, **request)


def test_actions_close_once_and_open_again_when_they_do_not_hold(declared: Played) -> None:
    declared.says("add-factor", text="No check by group", tag="evaluation")
    factor = max(declared.state.factors)
    declared.says("add-action", title="Gate by group", kind="prevent", owner="bo", factor=factor)
    action = max(declared.state.actions)
    assert declared.state.actions[action].factors == (factor,)
    declared.says("close-action", action=action, result="gate is red on the old model")
    with pytest.raises(NotAllowed, match="closed already"):
        declared.says("close-action", action=action, result="again")
    declared.says("reopen-action", action=action, reason="gate was skipped")
    assert declared.state.actions[action].open


def test_a_redacted_line_keeps_its_place_in_the_life_of_the_incident(declared: Played) -> None:
    facts = history("09:02 ana declared title='Loans refused by Mr X'\n09:10 ana not-confirmed reason='no harm'")
    from dataclasses import replace

    incident = replay("INC-2026-0001", [replace(fact, event=None, body=None) for fact in facts])
    assert incident.standing == "not-confirmed"
    assert incident.title == "[redacted]"


def test_unknown_kinds_are_kept_and_passed_over() -> None:
    incident = replay("INC-2026-0001", history("09:02 ana declared title=Loans\n09:03 ana something-new x=1"))
    assert incident.unread == [2]
    assert incident.number == 2


def test_the_table_of_states_names_every_verb_and_each_verb_records_what_the_table_says() -> None:
    table = {verb.id: verb for verb in life().verbs}
    assert set(table) == set(VERBS)
    assert {kind for verb in table.values() for kind in verb.records} == set(CATALOGUE.kinds)


def test_what_the_table_does_not_permit_is_refused_in_words(declared: Played) -> None:
    declared.says("not-confirm", reason="a test account")
    with pytest.raises(NotAllowed, match="is not confirmed: `contain` is possible only while it is open"):
        declared.says("contain", switch="s", state="off", unheld_because="x")
    declared.says("note", text="Still, look at it again in May.")


def test_onset_must_lie_in_its_own_range_and_in_the_past(declared: Played) -> None:
    with pytest.raises(NotAllowed, match="`low`"):
        declared.says("begin-harm", source="onset", at=NINE, low=NINE + timedelta(hours=1))
    with pytest.raises(NotAllowed, match="past"):
        declared.says("begin-harm", source="onset", at=NINE + timedelta(days=9))
    declared.says("begin-harm", source="onset", at=NINE - timedelta(days=9))
    assert declared.state.beginnings[-1].at == NINE - timedelta(days=9)
