"""Teams, the organisations that they belong to, and the systems that belong to them."""

import pytest
from tests.systems.test_systems import Played

from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, NotPermitted, Person

BO, ANA = Person("bo", "commander"), Person("ana", "responder")


def test_a_team_belongs_to_an_organisation_and_is_described_anew_under_its_short_name() -> None:
    desk = Desk(MemoryStore(), MemoryVault())
    desk.record_organisation("set-team", by=BO, team="credit", name="Credit risk", belongs_to="Bank")
    desk.record_organisation("set-team", by=BO, team="claims", belongs_to="Insurance", contact="claims@example.org")
    desk.record_organisation("set-team", by=BO, team="credit", name="Credit", belongs_to="Bank")
    teams = desk.organisation().teams
    assert teams.organisations == ("Bank", "Insurance")
    assert teams.of("Bank") == ("credit",)
    assert (teams.standing["credit"].name, teams.standing["claims"].name) == ("Credit", "claims")
    assert not desk.record_organisation("set-team", by=BO, team="credit", name="Credit", belongs_to="Bank").entries
    desk.record_organisation("retire-team", by=BO, team="claims", reason="Sold.")
    assert desk.organisation().teams.organisations == ("Bank",)
    with pytest.raises(NotAllowed, match="no team claims"):
        desk.record_organisation("retire-team", by=BO, team="claims", reason="Sold.")
    with pytest.raises(NotAllowed, match="short name"):
        desk.record_organisation("set-team", by=BO, team="Credit Risk")
    with pytest.raises(NotPermitted):
        desk.record_organisation("set-team", by=ANA, team="other")


def test_a_system_belongs_to_one_team_or_to_none() -> None:
    loans = Played()
    loans.says("register", name="Loans")
    loans.says("join-team", team="credit")
    assert loans.state.team == "credit"
    number = loans.state.number
    loans.says("join-team", team="credit")
    assert loans.state.number == number
    loans.says("join-team", team="")
    assert loans.state.team == ""
    with pytest.raises(NotAllowed, match="short name"):
        loans.says("join-team", team="../x")
