"""What an incident leaves behind: a gate in both records, and why there is none where there is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotwash.incident.events import Closed
from hotwash.investigate import Predictions
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response import gate_files, gates, kept_gates
from hotwash.response.desk import Desk, NotFound, NotPermitted, Person
from hotwash.response.request import BadRequest

ANA, BO, DEE = Person("ana", "responder"), Person("bo", "commander"), Person("dee", "observer")
SERVICE = Person("ci", "service")
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)
GATE = """
title = "Women are not refused more often"

[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 4
thresholds = ["groups[sex=f].ratio.selection_rate.value >= 0.8"]
arguments = { decision = "decision", group = ["sex"], favourable = "granted", reference = { sex = "m" } }
"""


@pytest.fixture
def house() -> Desk:
    made = Desk(MemoryStore(), MemoryVault(), clock=lambda: NINE)
    made.register(by=BO, name="Loans")
    made.declare(by=ANA, title="Refused", system="loans")
    return made


INC = "INC-2026-0001"


def test_a_gate_stands_in_the_record_of_the_incident_and_of_its_system(house: Desk) -> None:
    kept_gates.leave(house, INC, by=ANA, text=GATE.replace("\n", "\r\n"))
    [left] = house.incident(INC).gates.values()
    kept = house.system("loans").gates[left.event.gate]
    assert left.event.gate == "women-are-not-refused-more-often"
    assert (kept.event.incident, kept.event.digest) == (INC, left.event.digest)
    [file] = kept_gates.files(house.system("loans"))
    assert gate_files.read(file.text).digest == file.digest == left.event.digest


def test_what_could_not_be_asked_is_not_kept_in_either(house: Desk) -> None:
    for text, why in ((GATE.replace('"fairness"', '"fairnes"'), "no question `fairnes`"), ("x", "no TOML")):
        with pytest.raises(BadRequest, match=why):
            kept_gates.leave(house, INC, by=ANA, text=text)
    with pytest.raises(BadRequest, match="no AI system nowhere"):
        kept_gates.leave(house, INC, by=ANA, text=GATE, system="nowhere")
    house.record_system("loans", "retire", by=BO, reason="Gone.")
    with pytest.raises(NotAllowed, match="is retired"):
        kept_gates.leave(house, INC, by=ANA, text=GATE)
    assert not house.incident(INC).gates
    with pytest.raises(NotPermitted):
        kept_gates.leave(house, INC, by=DEE, text=GATE)
    with pytest.raises(NotFound):
        kept_gates.keep(house, "nowhere", by=ANA, text=GATE)


def test_the_desk_alone_keeps_no_gate_that_nobody_read(house: Desk) -> None:
    with pytest.raises(BadRequest, match="kept_gates"):
        house.record(INC, "leave-gate", by=ANA, text="anything")
    with pytest.raises(BadRequest, match="kept_gates"):
        house.record_system("loans", "keep-gate", by=ANA, text="anything")


def test_the_gate_of_one_incident_is_not_replaced_by_another(house: Desk) -> None:
    kept_gates.leave(house, INC, by=ANA, text=GATE)
    other = house.declare(by=ANA, title="Again", system="loans").id
    kept_gates.leave(house, other, by=ANA, text=GATE + "# 2\n")
    assert sorted(house.system("loans").gates) == [
        "women-are-not-refused-more-often",
        "women-are-not-refused-more-often-2",
    ]
    with pytest.raises(BadRequest, match="that INC-2026-0001 left"):
        kept_gates.leave(house, other, by=ANA, text=GATE + "# 3\n", gate="women-are-not-refused-more-often")


def test_an_incident_that_leaves_no_gate_is_closed_with_the_reason_why(house: Desk) -> None:
    house.record(INC, "remediate", by=ANA, how="x", source="y")
    house.record(INC, "resolve", by=BO, how="Fixed.")
    with pytest.raises(NotAllowed, match="leaves no gate behind"):
        house.record(INC, "close", by=BO, reason="Done.")
    house.record(INC, "close", by=BO, reason="Done.", no_gate_because="No log of it is kept.")
    ended = house.incident(INC).endings[-1].event
    assert isinstance(ended, Closed)
    assert ended.no_gate_because == "No log of it is kept."


def test_one_that_leaves_a_gate_is_not_asked_and_neither_is_practice(house: Desk) -> None:
    drill = house.declare(by=ANA, title="Practice", system="loans", kind="drill").id
    kept_gates.leave(house, INC, by=ANA, text=GATE)
    for one in (INC, drill):
        house.record(one, "remediate", by=ANA, how="x", source="y")
        house.record(one, "resolve", by=BO, how="Fixed.")
        house.record(one, "close", by=BO, reason="Done.")
        assert house.incident(one).standing == "closed"


def test_a_verdict_is_told_as_the_verb_asks_for_it(house: Desk, tmp_path: Path) -> None:
    kept_gates.leave(house, INC, by=ANA, text=GATE, gate="women")
    log = tmp_path / "log.csv"
    log.write_text("decision,sex\n" + "granted,f\nrefused,f\ngranted,m\ngranted,m\n" * 3)
    read = gate_files.read(kept_gates.files(house.system("loans"))[0].text)
    verdict = gates.run(read, Predictions(str(log)), now=NINE)
    words = kept_gates.report(verdict, "women", version="8", place="job 12")
    house.record_system("loans", "report-gate", by=SERVICE, at=NINE, **words)
    last = house.system("loans").gates["women"].last
    assert last
    assert (last.by, last.event.outcome, last.event.version, last.event.place) == ("ci", "failed", "8", "job 12")
    assert "It is 0.5" in last.event.checks[0].why
    assert last.event.fingerprint.startswith("sha256:")
    with pytest.raises(NotPermitted):
        house.record_system("loans", "report-gate", by=DEE, **words)


def test_a_draft_begins_with_something_that_is_a_gate(house: Desk) -> None:
    assert INC in gate_files.read(kept_gates.drafted(house.incident(INC))).title
