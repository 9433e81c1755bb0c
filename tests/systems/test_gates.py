"""Gates that an AI system keeps: kept, replaced, asked elsewhere, retired."""

from datetime import timedelta
from typing import Any

import pytest
from tests.systems.test_systems import NINE, Played

from hotwash.ledger.entry import link
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.systems.events import CATALOGUE
from hotwash.systems.rules import take
from hotwash.systems.rules_gates import named
from hotwash.systems.state import fold

TEXT = 'title = "Loans"\n'


@pytest.fixture
def loans() -> Played:
    played = Played()
    played.says("register", name="Loans")
    return played


def keeps(played: Played, **words: Any) -> None:
    played.now += timedelta(minutes=1)
    asked = Asked("ana", played.now, played.now)
    words = {"gate": "refusals", "title": "Refusals", "text": TEXT, "questions": ("a", "b")} | words
    for event in take(played.state, "kept-gate", asked, **words):
        draft = CATALOGUE.draft(event, by="ana", occurred_at=played.now, recorded_at=played.now)
        entry = link("system/loans", played.head, draft, salt="00" * 16)
        played.head = type(played.head)(entry.number, entry.digest)
        fold(played.state, CATALOGUE.fact(entry))


def told(played: Played, outcome: str = "passed", other: str = "passed", **words: Any) -> dict[str, Any]:
    checks = ({"name": "a", "outcome": outcome}, {"name": "b", "outcome": other})
    known = played.state.gates.get("refusals")
    from hotwash.response.request import fit
    from hotwash.systems.rules import VERBS

    worst = next((one for one in ("failed", "no answer", "too few") if one in (outcome, other)), "passed")
    asked = {"gate": "refusals", "digest": known.event.digest if known else "", "outcome": worst, "checks": checks}
    return fit(VERBS["report-gate"], asked | words)


def test_a_gate_was_never_asked_until_somebody_tells_what_it_came_to(loans: Played) -> None:
    keeps(loans, incident="INC-2026-0001")
    gate = loans.state.gates["refusals"]
    assert (gate.standing, gate.event.incident) == ("never asked", "INC-2026-0001")
    loans.says("report-gate", **told(loans, "failed", "too few", version="7"))
    assert gate.standing == "failed"
    assert gate.last
    assert (gate.last.by, gate.last.event.version) == ("ana", "7")
    loans.says("report-gate", **told(loans))
    assert gate.standing == "passed"


def test_the_last_result_is_the_one_that_was_asked_last_not_the_one_that_was_told_last(loans: Played) -> None:
    keeps(loans)
    loans.says("report-gate", at=NINE + timedelta(hours=2), **told(loans, "failed"))
    loans.says("report-gate", at=NINE + timedelta(hours=1), **told(loans))
    assert loans.state.gates["refusals"].standing == "failed"


def test_a_gate_that_was_changed_was_never_asked(loans: Played) -> None:
    keeps(loans, incident="INC-2026-0001")
    before = told(loans)
    loans.says("report-gate", **before)
    keeps(loans, text=TEXT + "# stricter\n")
    gate = loans.state.gates["refusals"]
    assert (gate.standing, len(gate.reports), gate.event.incident) == ("never asked", 1, "INC-2026-0001")
    with pytest.raises(NotAllowed, match="was changed since"):
        loans.says("report-gate", **before)
    with pytest.raises(NotAllowed, match="says already"):
        keeps(loans, text=TEXT + "# stricter\n")


def test_a_result_that_contradicts_itself_is_refused(loans: Played) -> None:
    keeps(loans)
    with pytest.raises(NotAllowed, match="came to “failed”, not to “passed”"):
        loans.says("report-gate", **told(loans, "failed") | {"outcome": "passed"})
    with pytest.raises(NotAllowed, match="asks a, b"):
        loans.says("report-gate", **told(loans) | {"checks": told(loans)["checks"][:1]})
    with pytest.raises(NotAllowed, match="300 fit"):
        loans.says("report-gate", **told(loans, place="x" * 301))
    assert loans.state.gates["refusals"].standing == "never asked"


def test_the_same_result_told_twice_is_recorded_once(loans: Played) -> None:
    keeps(loans)
    at = NINE + timedelta(hours=1)
    loans.says("report-gate", at=at, **told(loans))
    number = loans.state.number
    loans.says("report-gate", at=at, **told(loans))
    assert loans.state.number == number


def test_a_retired_gate_takes_no_results_and_may_come_back(loans: Played) -> None:
    keeps(loans)
    loans.says("retire-gate", gate="refusals", reason="The model is gone.")
    assert loans.state.gates["refusals"].standing == "retired"
    with pytest.raises(NotAllowed, match="is retired"):
        loans.says("report-gate", **told(loans))
    with pytest.raises(NotAllowed, match="keeps no gate other"):
        loans.says("retire-gate", gate="other", reason="x")
    keeps(loans)
    assert loans.state.gates["refusals"].standing == "never asked"


def test_a_retired_system_keeps_nothing_new(loans: Played) -> None:
    loans.says("retire", reason="Gone.")
    with pytest.raises(NotAllowed, match="loans is retired"):
        keeps(loans)


@pytest.mark.parametrize(
    ("title", "name"), [("Loans <may> go on", "loans-may-go-on"), ("面接", "gate"), ("x" * 99, "x" * 60)]
)
def test_a_title_gives_a_short_name(title: str, name: str) -> None:
    assert named(title) == name


def test_a_name_that_could_be_no_file_is_refused(loans: Played) -> None:
    with pytest.raises(NotAllowed, match="short name"):
        keeps(loans, gate="../x")
