"""The timeline tells every entry, in the order in which things happened."""

from dataclasses import replace

from tests.reports import case

from hotwash.incident.state import replay
from hotwash.reports.timeline import Dissent, timeline
from hotwash.reports.words import Link


def test_every_entry_stands_on_the_timeline_once() -> None:
    facts = case.facts()
    lines = timeline(facts, case.incident())
    assert sorted(line.entry for line in lines) == [fact.number for fact in facts]


def test_lines_stand_in_the_order_in_which_things_happened() -> None:
    lines = timeline(case.facts(), case.incident())
    assert [line.happened_at for line in lines] == sorted(line.happened_at for line in lines)
    assert lines[0].kind == "harm-began"


def test_both_clocks_are_shown_where_they_differ() -> None:
    began, declared = timeline(case.facts(), case.incident())[:2]
    assert began.both_clocks
    assert (began.happened_at.day, began.known_at.day) == (19, 3)
    assert not declared.both_clocks


def test_another_view_stands_beside_what_it_is_about() -> None:
    line = next(line for line in timeline(case.facts(), case.incident()) if line.entry == 16)
    assert line.dissents == (Dissent(17, "cy", "An interview is not yet an income: I would call this Major."),)


def test_a_line_points_at_what_it_rests_on() -> None:
    lines = {line.entry: line for line in timeline(case.facts(), case.incident())}
    assert lines[10].links == (Link("evidence", 8),)
    assert lines[13].links == (Link("finding", 11),)
    assert lines[23].links == (Link("entry", 21),)


def test_an_erased_line_keeps_its_place_and_loses_its_words() -> None:
    told, _ = case.written("""
        09:02 ana declared title='Loans refused'
        09:05 bo noted text='Mrs X of Y street called'
        09:06 bo entry-redacted entry=2 reason='it names a person'
    """)
    told[1] = replace(told[1], event=None, body=None)
    line = timeline(told, replay(case.ID, told))[1]
    assert line.redacted
    assert line.group == "notes"
    assert "Mrs X" not in line.sentence + line.detail
    assert line.detail == "it names a person"
    assert line.links == (Link("entry", 3),)


def test_a_kind_of_the_future_is_shown() -> None:
    told, incident = case.written("09:02 ana model-pardoned text='x'")
    (line,) = timeline(told, incident)
    assert (line.group, line.redacted) == ("record", False)


def test_an_empty_history_has_an_empty_timeline() -> None:
    assert timeline([], replay(case.ID, [])) == []
