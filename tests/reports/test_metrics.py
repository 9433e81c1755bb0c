"""Measures are computed from the record, and say where each end point comes from."""

from datetime import UTC, datetime

import pytest
from tests.incident.history import history
from tests.reports import case

from hotwash.incident.state import replay
from hotwash.reports.metrics import Measure, duration, measures

EARLY = """
    09:02 ana declared title='Loans refused'
    09:02 ana detected source='declared by ana'
"""


def of(text: str, **happened: datetime) -> dict[str, Measure]:
    facts = history(EARLY + text)
    return measures(replay(case.ID, case.known_later(facts, {int(entry[1:]): at for entry, at in happened.items()})))


def test_the_whole_case_is_measured() -> None:
    all_of_them = measures(case.incident())
    assert {name: one.words for name, one in all_of_them.items()} == {
        "mttd": "11 days 22 h (11 days 15 h to 12 days 3 h)",
        "mtta": "8 min",
        "mttc": "53 min",
        "mttr": "6 days 7 h",
        "time_to_redress": "16 days 2 h",
    }
    assert {one.state for one in all_of_them.values()} == {"recorded"}


def test_an_end_point_says_where_it_comes_from() -> None:
    mttd = measures(case.incident())["mttd"]
    assert mttd.since is not None
    assert (mttd.since.entry, mttd.since.finding, mttd.since.by) == (13, 11, "bo")
    assert mttd.since.source == "onset of the selection rate, release 4.2"
    assert mttd.until is not None
    assert (mttd.until.entry, mttd.until.source) == (2, "declared by ana")


def test_the_range_of_the_beginning_becomes_the_range_of_the_measure() -> None:
    mttd = measures(case.incident())["mttd"]
    assert mttd.seconds is not None
    assert (mttd.low, mttd.high) == (mttd.seconds - case.hours(7), mttd.seconds + case.hours(5))


def test_what_is_not_recorded_is_pending_and_says_why() -> None:
    pending = of("")
    assert {one.state for one in pending.values()} == {"pending"}
    assert pending["mttd"].why == "Since when people were harmed has not been recorded."
    assert pending["mtta"].why == "Nobody is in command yet."
    assert pending["mttd"].seconds is None
    assert pending["mttd"].until is not None


def test_a_later_statement_of_a_fact_replaces_an_earlier_one() -> None:
    moved = of(
        "09:30 bo detected source='an older complaint'\n 10:02 ana acknowledged commander=bo",
        n3=datetime(2026, 3, 3, 8, 2, tzinfo=UTC),
    )
    assert moved["mtta"].seconds == case.hours(2)


def test_a_containment_of_a_part_does_not_count() -> None:
    partly = "09:30 bo containment-applied switch=loans state=human reason=x complete=false cohort='under 25'"
    assert of(partly)["mttc"].why == "So far it is contained for part of the people only."
    whole = partly + "\n11:02 bo containment-applied switch=loans state=off reason=x complete=true"
    assert of(whole)["mttc"].seconds == case.hours(2)
    again = whole + "\n12:02 bo containment-applied switch=cards state=off reason=x complete=true"
    assert of(again)["mttc"].seconds == case.hours(2)


def test_the_last_verified_fix_counts() -> None:
    twice = of("10:02 ana remediated how=a source=b\n12:02 ana remediated how=c source=d")
    assert twice["mttr"].seconds == case.hours(3)


def test_a_fix_does_not_count_once_the_incident_was_opened_again() -> None:
    opened = of("10:02 ana remediated how=a source=b\n11:02 ana resolved how=x\n12:02 ana reopened reason=back")
    assert opened["mttr"].state == "pending"
    assert "opened again" in opened["mttr"].why


def test_redress_is_not_done_while_anyone_waits() -> None:
    owed = "09:10 bo remedy-owed what=letters people=3 owner=dee\n10:02 dee remedy-completed remedy=3 people=2 proof=x"
    assert of(owed)["time_to_redress"].why == "1 person still waits for a remedy."
    done = owed + "\n13:02 dee remedy-completed remedy=3 people=1 proof=y"
    assert of(done)["time_to_redress"].seconds == case.hours(4)


@pytest.mark.parametrize("measure", ["mttd", "mtta", "mttc", "mttr", "time_to_redress"])
def test_nothing_is_measured_where_no_harm_was_found(measure: str) -> None:
    one = of("10:02 ana not-confirmed reason='a false alarm'")[measure]
    assert (one.state, one.why) == ("not-applicable", "No harm was confirmed.")


def test_a_resolved_incident_without_remedies_has_no_time_to_redress() -> None:
    ended = of("10:02 ana remediated how=a source=b\n11:02 ana resolved how=x")
    assert ended["time_to_redress"].state == "not-applicable"
    assert ended["mttc"].state == "not-applicable"
    assert ended["mttr"].state == "recorded"


def test_a_negative_span_is_said_and_not_hidden() -> None:
    odd = of("10:02 ana harm-began source='first refusal'")["mttd"]
    assert odd.seconds == -case.hours(1)
    assert odd.words == "1 h before"
    assert odd.why.startswith("Its detection lies 1 h before the beginning of the harm")


def test_a_range_with_one_end_is_said_with_one_end() -> None:
    assert duration(7200, low=3600) == "2 h (at least 1 h)"
    assert duration(7200, high=10_800) == "2 h (at most 3 h)"
    assert duration(7200, 7200, 7200) == "2 h"
