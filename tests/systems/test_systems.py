"""What is known of an AI system, and what its rules refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotwash.ledger.entry import EMPTY, Head, link
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.systems.events import CATALOGUE
from hotwash.systems.rules import VERBS, allow
from hotwash.systems.state import System, fold

NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Played:
    def __init__(self) -> None:
        self.state, self.head, self.now = System("loans"), EMPTY, NINE

    def says(self, verb: str, *, at: datetime | None = None, **request: Any) -> None:
        self.now += timedelta(minutes=1)
        for event in allow(self.state, verb, Asked("ana", at or self.now, self.now), **request):
            draft = CATALOGUE.draft(event, by="ana", occurred_at=at or self.now, recorded_at=self.now)
            entry = link("system/loans", self.head, draft, salt="00" * 16)
            self.head = Head(entry.number, entry.digest)
            fold(self.state, CATALOGUE.fact(entry))


@pytest.fixture
def loans() -> Played:
    played = Played()
    played.says("register", name="Loans", purpose="decides loans", owner="Bo", tier="high")
    return played


def test_a_system_is_registered_once_and_nothing_is_said_of_an_unknown_one(loans: Played) -> None:
    assert (loans.state.name, loans.state.owner, loans.state.tier) == ("Loans", "Bo", "high")
    with pytest.raises(NotAllowed, match="registered already"):
        loans.says("register", name="Loans")
    with pytest.raises(NotAllowed, match="register it first"):
        Played().says("retire", reason="x")


def test_the_running_version_is_the_one_that_went_live_last_whatever_was_written_last(loans: Played) -> None:
    loans.says("deploy", part="model", version="v2", at=NINE)
    loans.says("deploy", part="model", version="v1", at=NINE - timedelta(days=30))
    loans.says("deploy", part="data", version="march", at=NINE)
    assert {part: one.event.version for part, one in loans.state.running.items()} == {"model": "v2", "data": "march"}


def test_a_log_is_described_with_roles_that_exist(loans: Played) -> None:
    with pytest.raises(NotAllowed, match="`colour` is no role"):
        loans.says("describe-log", source="log.parquet", columns={"colour": "c"})
    loans.says("describe-log", source="log.parquet", columns={"subject": "id", "label": ""}, attributes=("sex",))
    assert loans.state.log is not None
    assert loans.state.log.columns == {"subject": "id"}


def test_somebody_may_stop_it(loans: Played) -> None:
    with pytest.raises(NotAllowed, match="at least one person"):
        loans.says("set-stop-authority", people=(" ",))
    loans.says("set-stop-authority", people=("Bo", "on call"), how="phone 12")
    assert loans.state.stop_authority is not None
    assert loans.state.stop_authority.people == ("Bo", "on call")


def test_owner_purpose_tier_notes_and_retirement_are_kept(loans: Played) -> None:
    loans.says("change-owner", owner="Cy")
    loans.says("set-purpose", purpose="decides small loans")
    loans.says("set-tier", tier="limited", reason="a person decides")
    loans.says("note-system", text="vendor changes in May")
    loans.says("retire", reason="replaced")
    state = loans.state
    assert (state.owner, state.purpose, state.tier, state.retired) == (
        "Cy",
        "decides small loans",
        "limited",
        "replaced",
    )
    assert [note[2] for note in state.notes] == ["vendor changes in May"]
    with pytest.raises(NotAllowed, match="retired already"):
        loans.says("retire", reason="again")


def test_every_verb_has_a_sentence() -> None:
    assert all(rule.__doc__ for rule in VERBS.values())


@pytest.mark.parametrize(
    "source", ["postgresql://ana:geheim@db/log#t", "postgresql://db/log?user=ana&password=geheim#t"]
)
def test_a_password_never_enters_a_record(loans: Played, source: str) -> None:
    with pytest.raises(NotAllowed, match="holds a password"):
        loans.says("describe-log", source=source)
    for bare in ("postgresql://ana@db:5432/log#t", "postgresql://ana:***@db/log#t", "logs/a:b@c.csv"):
        loans.says("describe-log", source=bare)
        assert loans.state.log is not None
        assert loans.state.log.source == bare
