"""Deadlines worked by hand, and the special paths of single rows: caps, chains, reliefs, places, laws not in force."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hotwash.knowledge.duties import Answer, duties
from hotwash.reports.deadlines import Clock, Facts, UnknownPlace, choose, clocks_of, days_of, judge, where


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def clock(
    duty: str,
    stage: str = "",
    *,
    submitted: dict[str, str] | None = None,
    place: str = "",
    answers: dict[str, Answer] | None = None,
    **facts: str,
) -> Clock:
    row = duties().duties[duty]
    known = Facts(
        {name: at(text) for name, text in facts.items()},
        {(duty, name): at(text) for name, text in (submitted or {}).items()},
    )
    found = clocks_of(row, known, where(row, choose([place] if place else [])), answers)
    return next(one for one in found if one.stage == stage) if stage else found[0]


def vector(shared: Path, name: str) -> dict[str, Any]:
    listed = json.loads((shared / "regulatory_clocks" / "test_vectors.json").read_text("utf-8"))
    found: dict[str, Any] = next(one for one in listed if one["id"] == name)
    return found


@pytest.mark.parametrize("name", ["aiact-2d-friday", "aiact-15d-weekend-end", "gdpr-72h"])
def test_the_early_end_and_the_outer_limit_are_those_worked_by_hand(shared: Path, name: str) -> None:
    worked = vector(shared, name)
    found = clock(worked["rule"], aware=worked["aware"])
    assert found.deadline is not None
    assert found.legal_outer is not None
    assert found.deadline.isoformat() == worked["conservative"]
    assert found.legal_outer.isoformat() == worked["legal_outer"]


def test_a_late_classification_is_capped_from_awareness(shared: Path) -> None:
    worked = vector(shared, "dora-initial-late-classification")
    found = clock(worked["rule"], "initial", aware=worked["aware"], classified=worked["classified"])
    assert found.deadline == at(worked["initial"])
    assert "caps" in found.why


def test_a_chain_counts_from_submission_and_the_relief_is_the_second_line(shared: Path) -> None:
    worked = vector(shared, "dora-chain")
    found = clock(worked["rule"], "intermediate", submitted={"initial": worked["initial_submitted"]})
    assert found.deadline == at(worked["intermediate"])
    assert found.legal_outer == at(worked["intermediate_if_weekend_rule"])
    excluded = clock(
        worked["rule"],
        "intermediate",
        submitted={"initial": worked["initial_submitted"]},
        answers={"dora_significant": "yes"},
    )
    assert (excluded.deadline, excluded.legal_outer) == (at(worked["intermediate"]), None)


def test_a_business_day_is_a_date_and_leaves_out_thanksgiving(shared: Path) -> None:
    worked = vector(shared, "sec-thanksgiving")
    found = clock(worked["rule"], determined=worked["determined"])
    assert found.date_only
    assert found.deadline is not None
    assert found.deadline.isoformat() == f"{worked['due']}T23:59:59-05:00"


def test_a_classification_after_the_cap_has_its_own_four_hours() -> None:
    found = clock("eu-dora-19", "initial", aware="2026-11-16T08:00:00+01:00", classified="2026-11-18T10:00:00+01:00")
    assert found.deadline == at("2026-11-18T14:00:00+01:00")
    assert "had passed" in found.why


def test_without_a_classification_the_cap_stands_in() -> None:
    found = clock("eu-dora-19", "initial", aware="2026-11-16T08:00:00+01:00")
    assert (found.deadline, found.starts_from) == (at("2026-11-17T08:00:00+01:00"), "aware")
    assert "once that is recorded" in found.why


def test_a_suspected_causal_link_makes_it_due_at_once_and_keeps_the_last_day() -> None:
    found = clock("eu-aiact-73-15d", aware="2028-01-14T09:00:00+01:00", suspected="2028-01-16T12:00:00+01:00")
    assert found.due_at_once_since == at("2028-01-16T12:00:00+01:00")
    assert found.deadline == at("2028-01-29T09:00:00+01:00")


def test_a_duty_without_a_number_is_due_at_once_and_not_hidden() -> None:
    found = clock("eu-gdpr-33-2", aware="2026-11-20T16:20:00+01:00")
    assert (found.state, found.deadline, found.promptness) == ("at-once", None, "without undue delay")
    assert found.due_at_once_since == at("2026-11-20T16:20:00+01:00")


def test_what_nothing_started_waits_and_says_for_what() -> None:
    assert clock("us-sec-8k", aware="2026-11-20T16:20:00-05:00").why == (
        "Starts with the fact determined, which is not recorded."
    )
    assert clock("eu-nis2-23", "final report").why == "Starts when incident notification is submitted."


def test_a_law_is_judged_by_the_day_of_the_fact() -> None:
    assert clock("us-ny-raise", determined="2026-12-31T23:00:00-05:00").state == "not-in-force"
    assert clock("us-ny-raise", determined="2027-01-01T00:00:00-05:00").state == "running"
    for day in ("2026-03-01", "2026-07-01", "2027-06-01"):
        assert clock("us-co-sb24-205", discovered=f"{day}T12:00:00-07:00").state == "not-in-force", day


def test_discovery_that_nobody_recorded_is_counted_from_awareness() -> None:
    found = clock("us-hipaa", "individuals", aware="2026-11-20T10:00:00-05:00")
    assert found.starts_from == "aware"
    found = clock("us-hipaa", "individuals", aware="2026-11-20T10:00:00-05:00", discovered="2026-11-21T10:00:00-05:00")
    assert found.starts_from == "discovered"


@pytest.mark.parametrize(("year", "due"), [(2026, "2027-03-01"), (2027, "2028-02-29")])
def test_sixty_days_after_the_year_know_leap_years(year: int, due: str) -> None:
    found = clock("us-hipaa", "HHS, <500", discovered=f"{year}-06-01T12:00:00-04:00")
    assert found.date_only
    assert found.deadline is not None
    assert found.deadline.date().isoformat() == due


def test_a_member_state_brings_its_holidays_and_its_zone() -> None:
    # Good Friday and Easter Monday 2027 are 26 and 29 March.
    start = "2027-03-11T09:00:00+00:00"
    union, germany = clock("eu-aiact-73-15d", aware=start), clock("eu-aiact-73-15d", aware=start, place="DE")
    assert union.legal_outer == at("2027-03-26T23:59:59+01:00")
    assert germany.legal_outer == at("2027-03-30T23:59:59+02:00")
    assert union.deadline == germany.deadline
    helsinki = clock("eu-gdpr-33", aware=start, place="fi")
    assert helsinki.deadline is not None
    assert helsinki.deadline.isoformat() == "2027-03-14T11:00:00+02:00"


def test_a_place_stands_in_only_where_it_belongs() -> None:
    thanksgiving = "2026-11-25T15:00:00-05:00"
    assert clock("us-sec-8k", determined=thanksgiving, place="DE").place == "US"
    assert clock("us-sec-8k", determined=thanksgiving, place="America/Chicago").place == "America/Chicago"
    with pytest.raises(UnknownPlace, match="There is no place 'Atlantis'"):
        days_of("Atlantis")


def test_unknown_means_shown_and_one_no_rules_out() -> None:
    row = duties().duties["eu-gdpr-33"]
    assert judge(row, {}).applies == "unknown"
    assert judge(row, {}).open == row.applies
    assert judge(row, {"in_eu": "no"}).applies == "no"
    assert judge(row, dict.fromkeys(row.applies, "yes")).applies == "yes"
    assert judge(row, {"in_eu": "no", "eu-gdpr-33": "yes"}).applies == "yes"
    assert judge(row, {**dict.fromkeys(row.applies, "yes"), "eu-gdpr-33": "no"}).applies == "no"


def test_any_of_two_questions_is_enough_and_both_must_be_no() -> None:
    row = duties().duties["eu-aiact-73-2d"]
    rest: dict[str, Answer] = {"in_eu": "yes", "ai_provider": "yes", "high_risk_system": "yes"}
    assert judge(row, {**rest, "widespread_infringement": "yes"}).applies == "yes"
    assert judge(row, {**rest, "widespread_infringement": "no"}).open == ("infrastructure_irreversible",)
    both: dict[str, Answer] = {"widespread_infringement": "no", "infrastructure_irreversible": "no"}
    assert judge(row, {**rest, **both}).applies == "no"


def test_a_doubtful_row_is_off_until_somebody_says_that_it_applies() -> None:
    row = duties().duties["us-nhtsa-sgo"]
    assert judge(row, {}).applies == "off"
    assert judge(row, dict.fromkeys(row.applies, "yes")).applies == "yes"
    monthly = clock("us-nhtsa-sgo", "monthly report", aware="2026-12-31T23:00:00-05:00")
    assert monthly.deadline == at("2027-01-15T23:59:59-05:00")


def test_a_stage_is_ruled_out_by_its_own_question() -> None:
    found = clock("eu-mdr-87", "serious public health threat", aware="2026-11-20T10:00:00+01:00")
    assert found.state == "running"
    ruled_out = clock(
        "eu-mdr-87",
        "serious public health threat",
        aware="2026-11-20T10:00:00+01:00",
        answers={"public_health_threat": "no"},
    )
    assert ruled_out.state == "not-applicable"


def test_what_was_submitted_between_deadline_and_outer_limit_is_late() -> None:
    start = "2027-12-10T10:30:00+01:00"
    assert clock("eu-aiact-73-2d", aware=start, submitted={"report": "2027-12-13T09:00:00+01:00"}).late
    assert not clock("eu-aiact-73-2d", aware=start, submitted={"report": "2027-12-12T10:30:00+01:00"}).late
