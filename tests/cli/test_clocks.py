"""The clocks on the command line: the words and shapes on which scripts rely, and the vectors through them."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminal import Terminal


@pytest.fixture
def hotwash(local: Terminal) -> Terminal:
    """A terminal; these words need neither a server nor a data folder."""
    return local


KEYS = {"duty", "stage", "deadline", "legal_outer", "starts_from", "confidence", "why"}


def rows(hotwash: Terminal, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hotwash.json("clocks", *words)
    assert all(row.keys() >= KEYS for row in found)
    return found


def row(hotwash: Terminal, duty: str, stage: str, *words: str) -> dict[str, Any]:
    return next(one for one in rows(hotwash, "--duty", duty, *words) if one["stage"] == stage)


def test_every_vector_passes_through_the_words_of_the_command(hotwash: Terminal, shared: Path) -> None:
    listed = json.loads((shared / "regulatory_clocks" / "test_vectors.json").read_text("utf-8"))
    for one in listed:
        facts = [("aware", "aware"), ("classified", "classified"), ("determined", "determined")]
        facts += [("initial_submitted", "initial.submitted")]
        starts = [word for key, fact in facts if key in one for word in ("--start", f"{fact}={one[key]}")]
        stage = {"initial": "initial", "intermediate": "intermediate"}
        wanted = next((stage[key] for key in ("initial", "intermediate") if key in one), None)
        found = [each for each in rows(hotwash, "--duty", one["rule"], *starts) if wanted in (None, each["stage"])]
        assert len(found) == 1, one["id"]
        assert found[0]["deadline"].startswith(one.get("conservative") or one.get("due") or one[wanted]), one["id"]
        outer = one.get("legal_outer") or one.get("intermediate_if_weekend_rule")
        if outer:
            assert found[0]["legal_outer"] == outer, one["id"]


def test_without_a_duty_everything_in_force_that_the_facts_start_is_shown_the_nearest_first(hotwash: Terminal) -> None:
    found = rows(hotwash, "--start", "aware=2026-11-20T16:20:00+01:00")
    named = {one["duty"] for one in found}
    assert {"eu-gdpr-33", "in-certin", "eu-aiact-26-5"} <= named
    assert not {"us-nhtsa-sgo", "us-co-sb24-205", "us-ny-raise", "us-sec-8k"} & named
    from datetime import datetime

    ends = [datetime.fromisoformat(one["deadline"]) for one in found if one["deadline"]]
    assert ends == sorted(ends)


def test_answers_places_and_entities_change_what_is_shown(hotwash: Terminal) -> None:
    start = ("--start", "aware=2026-11-20T16:20:00+01:00")
    found = rows(hotwash, *start, "--answer", "in_eu=no", "--answer", "cyber_incident=no")
    assert not [one for one in found if one["duty"].startswith(("eu-", "cn-", "in-"))]
    chain = ("--start", "initial.submitted=2026-11-18T14:00:00+01:00")
    assert row(hotwash, "eu-dora-19", "intermediate", *chain)["legal_outer"] == "2026-11-23T12:00:00+01:00"
    bank = row(hotwash, "eu-dora-19", "intermediate", *chain, "--entity", "credit-institution")
    assert bank["legal_outer"] is None
    assert row(hotwash, "eu-gdpr-33", "notify", *start, "--place", "FI")["deadline"] == "2026-11-23T17:20:00+02:00"
    bare = row(hotwash, "eu-dora-19", "intermediate", "--start", "submitted=2026-11-18T14:00:00+01:00")
    assert bare["deadline"] == "2026-11-21T14:00:00+01:00"


def test_a_stage_with_spaces_may_be_written_with_hyphens(hotwash: Terminal) -> None:
    for name in ("incident notification", "incident-notification"):
        found = row(hotwash, "eu-nis2-23", "final report", "--start", f"{name}.submitted=2028-01-31T10:00:00+01:00")
        assert found["deadline"] == "2028-02-29T10:00:00+01:00"


def test_rows_below_high_confidence_are_marked_unverified(hotwash: Terminal) -> None:
    found = rows(hotwash, "--start", "aware=2026-11-20T16:20:00+01:00")
    assert all(one["unverified"] for one in found if one["confidence"] != "high")
    assert any(one["unverified"] for one in found)
    plain = hotwash.run("clocks", "--duty", "kr-pipa", "--start", "aware=2026-11-20T16:20:00+01:00")
    assert "unverified" in plain.out
    assert "not legal advice" in plain.err


@pytest.mark.parametrize(
    "words",
    [
        ("--start", "aware"),
        ("--start", "aware=yesterday"),
        ("--start", "aware=2026-11-20T16:20:00"),
        ("--start", "woke=2026-11-20T16:20:00Z"),
        ("--start", "aware=2026-11-20T16:20:00Z", "--duty", "eu-nothing"),
        ("--start", "aware=2026-11-20T16:20:00Z", "--place", "Atlantis"),
        ("--start", "aware=2026-11-20T16:20:00Z", "--answer", "in_eu=perhaps"),
        (),
    ],
)
def test_wrong_words_are_wrong_usage(hotwash: Terminal, words: tuple[str, ...]) -> None:
    assert hotwash.run("clocks", *words).code == 2


@pytest.fixture
def incident(local: Terminal) -> str:
    """An incident of which somebody became aware."""
    made = str(local.json("declare", "Loans refused")["incident"])
    local.json("record", made, "record-awareness", "fact=aware", "person=Bo", "--at", "2026-03-03T09:30:00+00:00")
    return made


def test_the_clocks_of_an_incident_come_from_its_record(local: Terminal, incident: str) -> None:
    for question in ("in_eu", "controller", "personal_data_breach", "breach_risk"):
        local.json("record", incident, "answer-applicability", f"question={question}", "answer=yes")
    found = local.json("clocks", incident)
    clock = next(one for one in found["clocks"] if one["duty"] == "eu-gdpr-33")
    assert (clock["applies"], clock["due"]) == ("yes", True)
    assert clock["deadline"] == "2026-03-06T10:30:00+01:00"
    assert clock["legal_outer"] == "2026-03-06T11:00:00+01:00"
    plain = local.run("clocks", incident, "--duty", "eu-gdpr-33")
    assert "2026-03-06T10:30:00+01:00  eu-gdpr-33 (notify)" in plain.out
    local.json("record", incident, "submit-filing", "duty=eu-gdpr-33", "receipt=R-1")
    clock = next(one for one in local.json("clocks", incident)["clocks"] if one["duty"] == "eu-gdpr-33")
    assert (clock["state"], clock["late"], len(clock["filings"])) == ("submitted", True, 1)
    assert local.run("clocks", incident, "--start", "aware=2026-03-03T09:30:00Z").code == 2


def test_the_organisation_answers_once_for_every_incident(local: Terminal, incident: str) -> None:
    assert "describe-organisation" in local.run("organisation").out
    local.json("organisation", "answer-for-organisation", "question=in_china", "answer=no", "reason=Not there.")
    local.json("organisation", "choose-places", "places=FI")
    clause = ("title=Bank Nord", "recipient=its desk", "trigger=any incident", "start=aware", "n=8", "unit=hour")
    local.json("organisation", "add-duty", *clause, "source=Contract, clause 12", "place=FI")
    found = {one["duty"]: one for one in local.json("clocks", incident)["clocks"]}
    assert found["cn-cac-2025"]["applies"] == "no"
    assert found["own-bank-nord"]["deadline"] == "2026-03-03T19:30:00+02:00"
    assert "own-bank-nord: 8 hour" in local.run("organisation").out
    assert "no place `XX`" in local.refused("organisation", "choose-places", "places=XX")
    assert local.run("organisation", "sell").code == 2
    local.json("organisation", "retire-duty", "duty=own-bank-nord", "reason=It ended.")
    local.json("organisation", "choose-places", "places=BE")


def test_drafts_are_listed_with_what_is_missing_and_written(local: Terminal, incident: str) -> None:
    found = {one["form"]: one for one in local.json("notice", incident)["notices"]}
    assert found["oecd-29"]["of"] == 29
    assert found["eu-gdpr-33"]["missing"][0]["field"] == "Controller"
    file = local.folder / "draft.md"
    assert "nothing was sent" in local.run("notice", incident, "eu-gdpr-33", "--to", str(file)).out
    assert "Still missing" in file.read_text("utf-8")
    assert "There is no form" in local.refused("notice", incident, "eu-nothing", "--to", str(file))
    assert local.run("notice", incident, "eu-gdpr-33", "--to", "draft.txt").code == 2
    assert local.run("notice", incident, "eu-gdpr-33").code == 2


def test_duties_and_questions_are_listed(local: Terminal) -> None:
    assert len(local.json("duties")["duties"]) == 33
    assert "us-nhtsa-sgo" in local.run("duties").out
    assert "in_eu" in local.run("duties", "--questions").out
    assert "add-duty" in local.run("organisation", "--help").out
