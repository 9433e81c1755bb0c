"""The worked example: the good team of a scenario, up to where a visitor takes over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.drills.stage import Inbox

from hotwash.drills.example import TAKEN_OVER_AT, show
from hotwash.drills.example.table import Table
from hotwash.drills.play.playing import Play
from hotwash.drills.scenarios.shelf import named
from hotwash.incident.events import FindingRecorded
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person

DEE = Person("Dee", "administrator")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _shown(folder: Path, now: datetime = NOON, visitor: Person = DEE) -> Table:
    desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: now)

    def about(system: str) -> str | None:
        found = [name for name in desk.store.streams() if name.startswith("incident/")]
        return next((name.split("/")[1] for name in found if desk.incident(name.split("/")[1]).system == system), None)

    return show(desk, lambda book: Play(book, Inbox(), about, folder), visitor)


def test_the_example_is_a_scenario_that_stands_at_the_minute_of_the_visitor(tmp_path: Path) -> None:
    table = _shown(tmp_path)
    drill = table.drill
    assert (drill.plan.scenario, drill.plan.mode, drill.stage, drill.speed) == ("resume-screening", "solo", "paused", 0)
    assert drill.minute(NOON) == drill.minute(NOON + timedelta(days=3)) == TAKEN_OVER_AT
    due = {one.id for one in named("resume-screening").scenario.injects if not one.when and not one.after}
    assert due - set(drill.came) == {"ceo-summary"}
    incident = table.desk.incident(table.incident)
    assert (incident.kind, incident.commander, incident.standing) == ("drill", "Dee", "open")
    assert incident.harm_going_on is False
    assert incident.summary
    assert len(incident.factors) == 4
    assert len(incident.actions) == 2


def test_the_visitor_sets_the_clock_going_and_what_is_left_comes(tmp_path: Path) -> None:
    table = _shown(tmp_path)
    table.book.say(table.id, "set-clock", by=DEE, speed=1.0)
    table.clock.now += timedelta(minutes=6)
    table.play.advance(table.id)
    assert "ceo-summary" in table.drill.came
    table.says(DEE, "owe-remedy", what="Read each application again", people=300, owner="Gus")
    with pytest.raises(NotAllowed):
        table.book.say(table.id, "set-clock", by=DEE, speed=1.0)


def test_a_visitor_of_the_commanders_name_commands_already(tmp_path: Path) -> None:
    table = _shown(tmp_path, visitor=Person("Bo", "administrator"))
    assert table.drill.stage == "paused"
    assert table.desk.incident(table.incident).commander == "Bo"


def test_its_findings_are_the_same_on_every_day_of_the_week_and_at_every_hour(tmp_path: Path) -> None:
    told = set()
    for turn in range(7):
        table = _shown(tmp_path / str(turn), NOON + timedelta(days=turn, hours=3 * turn, minutes=7 * turn))
        facts = table.desk.incident_facts(table.incident)
        said = [fact.event for fact in facts if isinstance(fact.event, FindingRecorded)]
        assert [one.question for one in said] == ["blast-radius", "onset", "fairness", "fairness"]
        assert said[2].sentence.startswith(
            "Qualified people from Kaapveer were refused 3.87 times as often as qualified people from Amstelveld ("
        )
        assert said[3].sentence.startswith("No gap between groups by university is larger than chance may explain")
        told.add((said[0].figures["subjects"], said[0].figures["excess"]["value"], said[2].sentence))
    assert len(told) == 1
