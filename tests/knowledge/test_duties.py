"""The rows of the law are whole: every name leads somewhere, and every doubt is marked."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

from hotwash.knowledge.duties import StartFact, duties, named
from hotwash.reports.deadlines.days import days_of

FACTS = set(StartFact.__args__)  # type: ignore[attr-defined]


def test_every_row_and_stage_of_the_compiled_table_is_here(shared: Path) -> None:
    compiled = json.loads((shared / "regulatory_clocks" / "clocks.json").read_text("utf-8"))["entries"]
    assert {one["id"] for one in compiled} == set(duties().duties)
    for one in compiled:
        stages = duties().duties[one["id"]].stages
        assert [(stage["name"], stage["n"]) for stage in one["stages"]] == [(stage.name, stage.n) for stage in stages]


def test_what_was_compiled_with_less_than_high_confidence_is_marked_unless_its_text_was_read(shared: Path) -> None:
    compiled = json.loads((shared / "regulatory_clocks" / "clocks.json").read_text("utf-8"))["entries"]
    below = {one["id"] for one in compiled if one["confidence"] != "high"}
    unmarked = {one for one in below if not duties().duties[one].unverified}
    assert unmarked == {"us-ca-sb53"}
    assert duties().duties["us-ca-sb53"].checked


def test_every_question_place_and_stage_that_a_row_names_exists() -> None:
    questions = [question.id for question in duties().questions]
    assert len(questions) == len(set(questions))
    asked = set()
    for row in duties().duties.values():
        assert row.place in duties().places, row.id
        stages = [stage.name for stage in row.stages]
        assert len(stages) == len(set(stages)), row.id
        for stage in row.stages:
            assert stage.after in {"", *stages}, row.id
            assert bool(stage.start) != bool(stage.after), row.id
            assert stage.n or (stage.unit == "at_once" and stage.promptness), row.id
            asked |= {name for one in (*row.applies, *stage.when) for name in named(one)} | {stage.relief_unless}
        assert row.applies, row.id
    assert asked - {""} == set(questions)


def test_every_row_names_its_provision_its_source_and_when_it_was_looked_at() -> None:
    for row in duties().duties.values():
        assert row.instrument, row.id
        assert row.provision, row.id
        assert row.source, row.id
        assert row.status.endswith("."), row.id
        assert row.checked_on.year == 2026, row.id


def test_every_place_has_a_zone_and_its_holidays_are_known() -> None:
    for place in duties().places.values():
        assert ZoneInfo(place.zone)
        assert place.group in {"", *duties().places}
        new_year = days_of(place.id)
        if place.holidays and place.id != "IN":
            from datetime import date

            assert new_year.free(date(2027, 1, 1)), place.id


def test_no_answer_of_an_organisation_is_asked_of_each_incident_again() -> None:
    assert {question.scope for question in duties().questions} == {"organisation", "incident"}
    assert all(question.text.endswith("?") for question in duties().questions)


def test_start_facts_are_those_that_rows_use() -> None:
    used = {fact for row in duties().duties.values() for stage in row.stages for fact in (*stage.start, *stage.instead)}
    used |= {stage.cap.start for row in duties().duties.values() for stage in row.stages if stage.cap}
    used |= {stage.at_once for row in duties().duties.values() for stage in row.stages if stage.at_once}
    assert used == FACTS
