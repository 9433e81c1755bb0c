"""Every kind of entry has its sentence."""

from dataclasses import is_dataclass, replace
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports import case

from hotwash.incident.events import CATALOGUE, EntryRedacted, IncidentFact
from hotwash.incident.events.life import Answered
from hotwash.incident.state import Incident, replay
from hotwash.ledger.catalogue import Fact
from hotwash.reports.phrases import amount, between, brief, several, span, when
from hotwash.reports.vocabulary import GROUPS
from hotwash.reports.words import sentence, tell

AT = datetime(2026, 3, 3, 9, 2, tzinfo=UTC)


def sample(hint: Any, name: str) -> Any:
    """A value of a type, for an event's field; texts hold the field's name."""
    options = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) in (Union, UnionType):
        return sample(options[0], name)
    if get_origin(hint) is Literal:
        return options[0]
    if get_origin(hint) is tuple:
        return (sample(options[0], name),)
    if get_origin(hint) is dict:
        return {"people": Answered(3)} if options[1] is Answered else {}
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{inner: sample(one, inner) for inner, one in get_type_hints(hint).items()})
    plain = {str: f"the {name}", int: 7, float: 7.0, bool: True, datetime: AT, date: AT.date(), Any: 1}
    return plain[hint]


def fact_of(kind: str) -> IncidentFact:
    shape = CATALOGUE.kinds[kind]
    event = shape(**{name: sample(hint, name) for name, hint in get_type_hints(shape).items()})
    return Fact(7, kind, "ana", AT, AT, event, msgspec.to_builtins(event), "sha256:00")


@pytest.mark.parametrize("kind", CATALOGUE.kinds)
def test_every_kind_has_a_plain_sentence(kind: str) -> None:
    fact = fact_of(kind)
    said = sentence(fact, Incident(case.ID))
    assert said[0].isupper() or said.startswith(("ana ", "the ", "7 people "))
    assert said[-1] in ".…"
    assert "\n" not in said
    assert "None" not in said
    assert "-" not in kind or kind not in said


@pytest.mark.parametrize("kind", CATALOGUE.kinds)
def test_every_kind_has_its_group(kind: str) -> None:
    assert kind in GROUPS


@pytest.mark.parametrize("kind", CATALOGUE.kinds)
def test_no_text_of_an_entry_is_lost(kind: str) -> None:
    """Whatever a person typed stands in the sentence or in the detail."""
    elsewhere = {"answers", "rubric", "rule", "key", "digest", "media_type", "fingerprint", "currency", "before"}
    told = tell(fact_of(kind), Incident(case.ID))
    shown = f"{told.sentence}\n{told.detail}"
    event = fact_of(kind).event
    for name, hint in get_type_hints(type(event)).items():
        if hint is str and name not in elsewhere:
            assert f"the {name}" in shown, name


def test_an_erased_entry_says_when_it_was_erased() -> None:
    told, _ = case.written("""
        09:02 ana declared title='Loans refused'
        09:05 bo noted text='Mrs X of Y street called'
        +2d 10:00 bo entry-redacted entry=2 reason='it names a person'
    """)
    erased = replace(told[1], event=None, body=None)
    incident = replay(case.ID, [told[0], erased, told[2]])
    assert isinstance(told[2].event, EntryRedacted)
    assert sentence(erased, incident, told[2]) == "The words of this entry were erased on 5 March 2026."
    assert sentence(erased, incident) == "The words of this entry were erased."


def test_a_kind_of_the_future_is_shown_by_its_word() -> None:
    told, incident = case.written("09:02 ana model-pardoned text='x'")
    assert sentence(told[0], incident) == "An entry of kind “model-pardoned”, which this version does not know."


def test_a_known_kind_in_an_unknown_form_is_not_taken_for_erased() -> None:
    fact = replace(fact_of("noted"), event=None, body={"words": "x"})
    assert sentence(fact, Incident(case.ID)) == "An entry of kind “noted” in a form which this version does not know."


def test_a_long_text_is_cut_in_the_sentence_and_whole_in_the_detail() -> None:
    text = "Refusals went up. " * 100
    fact = fact_of("noted")
    told = tell(replace(fact, event=type(fact.event)(text)), Incident(case.ID))  # type: ignore[call-arg, arg-type, misc]
    assert len(told.sentence) < 300
    assert told.sentence.endswith("…")
    assert told.detail == text.strip()


def test_people_are_people() -> None:
    told, incident = case.written("""
        09:02 ana declared title=x
        09:03 ana remedy-owed what='An apology' people=1 owner=dee
        09:04 dee remedy-completed remedy=2 people=1 proof=letter
    """)
    assert sentence(told[1], incident) == "1 person is owed: An apology."
    assert sentence(told[2], incident) == "A remedy reached 1 person: An apology."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (45, "45 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (15_120, "4 h 12 min"),
     (86_400, "1 day"), (273_600, "3 days 4 h"), (-7200, "2 h"), (1_040_400, "12 days 1 h")],
)  # fmt: skip
def test_a_span_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_amounts_ranges_and_lists_read_well() -> None:
    assert amount(1243.0) == "1,243"
    assert amount(0.4421) == "0.4421"
    assert between(1180, 1306) == "1,180 to 1,306"
    assert between(40, None) == "at least 40"
    assert between(None, 90) == "at most 90"
    assert several(["a", "b", "c"]) == "a, b and c"


def test_a_moment_keeps_the_zone_in_which_it_was_told() -> None:
    assert when(datetime.fromisoformat("2026-03-03T09:02:00+01:00")) == "3 March 2026, 09:02 UTC+01:00"
    assert when(AT) == "3 March 2026, 09:02 UTC"


@given(st.text(), st.integers(2, 50))
def test_a_brief_text_is_one_line_and_never_too_long(text: str, length: int) -> None:
    short = brief(text, length)
    assert len(short) <= length
    assert "\n" not in short
