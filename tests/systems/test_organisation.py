"""The organisation's own record: answers for every incident, places, own duties and clauses of contracts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotwash.ledger.catalogue import Fact
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.response.desk import Desk, NotPermitted, Person
from hotwash.response.request import BadRequest
from hotwash.systems.organisation import DutyAdded, Organisation, PlacesChosen, fold
from hotwash.systems.rules_organisation import VERBS

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ASKED = Asked("bo", NOW, NOW)
CLAUSE: dict[str, Any] = {
    "title": "Bank Nord: 24 h clause",
    "recipient": "Bank Nord, incident desk",
    "trigger": "an incident that touches its customers",
    "start": "aware",
    "n": 24,
    "unit": "hour",
    "source": "Contract of 2025, clause 12.3",
}


def say(organisation: Organisation, verb: str, **words: Any) -> Any:
    (event,) = VERBS[verb](organisation, ASKED, **words)
    fold(organisation, Fact(organisation.number + 1, verb, "bo", NOW, NOW, event, None, ""))
    return event


def refused(verb: str, organisation: Organisation | None = None, **words: Any) -> str:
    with pytest.raises(NotAllowed) as no:
        VERBS[verb](organisation or Organisation(), ASKED, **words)
    return str(no.value)


def test_a_clause_of_a_contract_becomes_a_duty_with_a_name_of_its_own() -> None:
    own = Organisation()
    added = say(own, "add-duty", **CLAUSE)
    assert isinstance(added, DutyAdded)
    assert added.duty == "own-bank-nord-24-h-clause"
    assert "there already" in refused("add-duty", own, **CLAUSE)
    say(own, "retire-duty", duty=added.duty, reason="The contract ended.")
    assert added.duty in own.retired
    assert "already" in refused("retire-duty", own, duty=added.duty, reason="again")
    say(own, "add-duty", **CLAUSE)
    assert added.duty not in own.retired


def test_a_duty_needs_a_number_with_its_unit_a_known_place_and_its_source() -> None:
    assert "at least 1" in refused("add-duty", **{**CLAUSE, "n": 0})
    assert "at least 1" in refused("add-duty", **{**CLAUSE, "unit": "at_once"})
    assert "no place" in refused("add-duty", **CLAUSE, place="Atlantis")
    assert "source" in refused("add-duty", **{**CLAUSE, "source": " "})
    assert "goes with" in refused("add-duty", **CLAUSE, calendar="business")
    assert say(Organisation(), "add-duty", **{**CLAUSE, "unit": "business_day", "n": 2}).calendar == "business"


def test_places_are_known_and_only_one_stands_for_the_union() -> None:
    assert say(Organisation(), "choose-places", places=("de", "US-NY", "de")) == PlacesChosen(("DE", "US-NY"))
    assert "at most one place of the European Union" in refused("choose-places", places=("DE", "FR"))
    assert "no place `XX`" in refused("choose-places", places=("XX",))


def test_whether_a_whole_duty_applies_needs_its_reason() -> None:
    own = Organisation()
    say(own, "answer-for-organisation", question="in_eu", answer="no")
    say(own, "answer-for-organisation", question="in_eu", answer="yes")
    assert own.answers["in_eu"].event.answer == "yes"
    assert "reason" in refused("answer-for-organisation", question="eu-gdpr-33", answer="no")
    assert "No duty depends" in refused("answer-for-organisation", question="nothing", answer="no")


def test_the_desk_keeps_it_in_a_chain_of_its_own_for_those_who_may() -> None:
    desk = Desk(MemoryStore(), MemoryVault())
    assert desk.organisation() == Organisation()
    desk.record_organisation("choose-places", by=Person("bo", "commander"), places=("DE",))
    desk.record_organisation("describe-organisation", by=Person("bo", "commander"), name="Nordlicht GmbH")
    assert (desk.organisation().number, desk.organisation().places) == (2, ("DE",))
    with pytest.raises(NotPermitted):
        desk.record_organisation("choose-places", by=Person("cy", "responder"), places=("FR",))
    with pytest.raises(BadRequest):
        desk.record_organisation("delete-duty", by=Person("bo", "commander"))
