"""The life of an incident, and what its measures stand on."""

import pytest

from hotwash.incident.events import CATALOGUE
from hotwash.incident.rules import VERBS
from hotwash.knowledge.life import leads_to, life, permitted_in
from hotwash.knowledge.measures import measures

STATES = {state.id for state in life().states}


def test_every_verb_of_an_incident_has_its_place_in_life() -> None:
    assert {verb.id for verb in life().verbs} == set(VERBS)


def test_verbs_name_states_that_exist() -> None:
    for verb in life().verbs:
        assert verb.within, verb.id
        assert {*verb.within, verb.to or "open"} <= STATES, verb.id


def test_verbs_record_kinds_that_exist_and_none_is_left_out() -> None:
    assert {kind for verb in life().verbs for kind in verb.records} == set(CATALOGUE.kinds)


def test_an_incident_is_declared_resolved_closed_and_may_come_back() -> None:
    state = "undeclared"
    for verb, after in (("declare", "open"), ("resolve", "resolved"), ("close", "closed"), ("reopen", "open")):
        assert state in permitted_in(verb)
        assert leads_to(verb) == after
        state = after
    assert leads_to("not-confirm") == "not-confirmed"
    assert "not-confirmed" in permitted_in("reopen")


def test_nothing_is_closed_that_was_not_resolved() -> None:
    assert permitted_in("close") == {"resolved"}


def test_facts_and_disagreement_are_welcome_in_every_state() -> None:
    for verb in ("note", "happened", "add-evidence", "record-finding", "dissent", "record-awareness", "redact"):
        assert permitted_in(verb) >= STATES - {"undeclared", "merged"}, verb


def test_in_a_merged_incident_only_what_was_begun_there_can_be_ended() -> None:
    still = {verb.id for verb in life().verbs if "merged" in verb.within}
    custody = {"verify-evidence", "hand-over-evidence", "seal-record", "export-case"}
    told = {"acknowledge-page", "withdraw-message", "answer-message", "close-status-page"}
    kept = {"place-legal-hold", "lift-legal-hold"}
    assert still == {"undo-merge", "unlink", "release", "sign-off", "redact", *custody, *told, *kept}


def test_an_unknown_verb_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        permitted_in("delete")
    with pytest.raises(KeyError):
        leads_to("delete")


def test_measures_stand_on_facts_that_entries_state() -> None:
    facts = {fact.id for fact in measures().facts}
    assert {fact.entry for fact in measures().facts} <= set(CATALOGUE.kinds)
    assert {(one.id, one.since, one.until) for one in measures().measures} == {
        ("mttd", "harm-began", "detected"),
        ("mtta", "detected", "acknowledged"),
        ("mttc", "detected", "contained"),
        ("mttr", "detected", "remediated"),
        ("time_to_redress", "detected", "redressed"),
    }
    assert {end for one in measures().measures for end in (one.since, one.until)} == facts
    assert measures().fact("contained").counts == "first"
    with pytest.raises(KeyError):
        measures().fact("forgotten")
