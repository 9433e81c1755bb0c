"""When more people are called: what is silent, since when, and whom each step means."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.incident.played import NINE, Played

from hotwash.incident.events import CATALOGUE, IncidentFact
from hotwash.ledger.entry import Head, link
from hotwash.reports.escalation import called, coming, rules
from hotwash.systems.rota import EscalationDropped, EscalationSet, GroupSet, OnCall, RotaSet, fold

CRITICAL = {"death_or_grave_injury": "yes"}
MINUTE = timedelta(minutes=1)


class Told(Played):
    """An incident that keeps its facts."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[IncidentFact] = []

    def says(self, verb: str, *, by: str = "ana", at: datetime | None = None, **request: Any) -> Any:
        before = self.head
        events = super().says(verb, by=by, at=at, **request)
        for event in events:
            draft = CATALOGUE.draft(event, by=by, occurred_at=at or self.now, recorded_at=self.now)
            entry = link("incident/INC-2026-0001", before, draft, salt="00" * 16)
            before = Head(entry.number, entry.digest)
            self.facts.append(CATALOGUE.fact(entry))
        return events

    def coming(self, known: OnCall | None = None) -> list[tuple[str, int, int]]:
        """Each step that is left: the rule, the step, and how many minutes after the declaration it comes."""
        declared = NINE + MINUTE
        found = coming(self.state, self.facts, known or OnCall())
        return [(one.rule.id, one.step, round((one.at - declared) / MINUTE)) for one in found]


def declared(**words: Any) -> Told:
    told = Told()
    told.says("declare", title="Loans refused", **words)
    return told


def test_without_a_severity_only_command_is_waited_for() -> None:
    assert declared().coming() == [("no-commander", 1, 15), ("no-commander", 2, 45)]


def test_a_critical_incident_that_nobody_takes_is_counted_from_when_it_was_found_to_be_one() -> None:
    told = declared()
    told.now += 10 * MINUTE
    told.says("assess", answers=CRITICAL)
    steps = [one for one in told.coming() if one[0] == "critical-unanswered"]
    assert steps == [("critical-unanswered", 1, 11), ("critical-unanswered", 2, 16), ("critical-unanswered", 3, 26)]
    told.says("assess", answers=CRITICAL)
    assert [one for one in told.coming() if one[0] == "critical-unanswered"] == steps, "assessed anew, not begun anew"


def test_a_commander_or_an_answer_ends_it_and_only_a_commander_ends_the_other() -> None:
    told = declared()
    told.says("assess", answers=CRITICAL)
    told.says("page", person="bo")
    told.says("acknowledge-page", by="bo")
    assert {one[0] for one in told.coming()} == {"no-commander", "critical-silent"}
    told.says("assign", role="commander", person="bo")
    assert {one[0] for one in told.coming()} == {"critical-silent"}


def test_silence_of_the_record_begins_anew_with_every_word_of_a_person_and_none_of_the_program() -> None:
    told = declared()
    told.says("assess", answers=CRITICAL)
    told.says("assign", role="commander", person="bo")
    first = told.coming()
    told.now += 30 * MINUTE
    told.says("note", by="hotwash", text="Looked.")
    assert told.coming() == first
    told.says("note", text="We are at it.")
    assert [one[2] - before[2] for one, before in zip(told.coming(), first, strict=True)] == [32, 32]
    told.says("contain", switch="loans", state="off", reason="Stop.", unheld_because="Now.")
    assert told.coming() == [], "nothing is silent where no harm goes on"


def test_nothing_is_escalated_after_the_event_or_after_its_end() -> None:
    assert declared(kind="backdated").coming() == []
    told = declared()
    told.says("not-confirm", reason="Nothing was found.")
    assert told.coming() == []


def test_an_organisation_drops_replaces_and_adds_rules() -> None:
    known = OnCall()
    fold(known, EscalationDropped("no-commander", "We phone."))
    fold(known, EscalationSet("own", "Anybody there?", (), "command", ("1=group:duty", "1=commander", "9=on-call")))
    assert declared().coming(known) == [("own", 1, 1), ("own", 2, 9)]
    [own] = [rule for rule in rules(known).values() if rule.id == "own"]
    assert own.title == "Anybody there?"


def test_whom_a_step_means() -> None:
    known = OnCall()
    fold(known, RotaSet("first", ("ana", "bo"), "UTC", 0, "09:00", date(2026, 3, 2)))
    fold(known, GroupSet("executives", ("eve", "max")))
    told = declared()
    told.says("assign", role="commander", person="cy")
    at = datetime(2026, 3, 4, tzinfo=UTC)
    words = ("on-call", "next-on-call", "commander", "group:executives", "person:Zoe", "legal", "on-call:second")
    found = called(words, told.state, known, at)
    assert found.people == ("ana", "bo", "cy", "eve", "max", "Zoe")
    assert found.unfilled == ("legal", "on-call:second")
