"""1,243 people, from the finding that counted them to the last letter: over the API, as programs do."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.speaking import Speaker, installation, problem, speaker
from tests.redress.people import csv_text

from hotwash.response.redress.kept import Where
from hotwash.web import inquiries
from hotwash.web.options import Options
from hotwash.web.redress.registers import register

PEOPLE = 1_243


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Path]:
    with installation(tmp_path) as logs:
        yield logs


@pytest.fixture
def bo(house: Path) -> Speaker:
    return speaker("bo", "commander")


@pytest.fixture
def cy(house: Path) -> Speaker:
    return speaker("cy", "responder")


@pytest.fixture
def counted(bo: Speaker, house: Path) -> tuple[str, int]:
    """An incident with a blast radius: 1,243 people were refused, some of them twice."""
    lines = [f"2026-03-{number % 28 + 1:02d}T09:00:00Z,customer-{number % PEOPLE},refused" for number in range(1_400)]
    lines += [f"2026-03-02T09:00:00Z,other-{number},granted" for number in range(300)]
    (house / "loans.csv").write_text("at,who,decision\n" + "\n".join(lines) + "\n")
    bo.say("/systems", {"name": "Loans"})
    columns = {"time": "at", "subject": "who", "decision": "decision"}
    bo.say("/systems/loans/describe-log", {"source": "loans.csv", "columns": columns})
    incident = bo.say("/incidents", {"title": "Loans refused", "system": "loans"})["incident"]
    words = {"question": "blast-radius", "arguments": {"harm": "decision = 'refused'"}}
    bo.say(f"/incidents/{incident}/inquiries", words)
    inquiries.rest()
    inquiries.run_waiting()
    [found] = bo.get(f"/incidents/{incident}")["findings"]
    return incident, found["number"] if "number" in found else found["entry"]


def status(bo: Speaker, incident: str) -> dict[str, Any]:
    told: dict[str, Any] = bo.get(f"/incidents/{incident}/redress")
    return told


def work_list(by: Speaker, incident: str, query: str = "") -> list[dict[str, str]]:
    response = by.ask("GET", f"/incidents/{incident}/redress/work-list?format=csv{query}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_redress_of_1243_people_from_the_finding_to_the_end(bo: Speaker, cy: Speaker, counted: tuple[str, int]) -> None:
    incident, finding = counted
    here = f"/incidents/{incident}/redress"
    bo.say(f"{here}/open", {"finding": finding, "note": "Everybody whom version 2 refused"})
    words = {"finding": finding, "remedies": ["re-decide", "notify"], "owner": "lea", "due": "2099-12-01"}
    assert bo.say(f"{here}/from-finding", words)["added"] == PEOPLE
    assert bo.say(f"{here}/from-finding", words)["unchanged"] == 2 * PEOPLE

    # The log's ids are not in the register; who may see them can.
    lines = work_list(cy, incident)
    assert len(lines) == 2 * PEOPLE
    assert not any("customer" in str(line) for line in lines)
    assert cy.refused("GET", f"{here}/work-list?identities=true&reason=letters")["status"] == 403
    assert bo.refused("GET", f"{here}/work-list?identities=true")["status"] == 409
    known = work_list(bo, incident, "&remedy=notify&identities=true&reason=to+write+letters")
    assert len({line["identity"] for line in known}) == PEOPLE
    assert register(incident).facts()[-1].kind == "identities-seen"

    # Decided again at once; the letters come back in part.
    cy.say(f"{here}/act", {"act": "done", "where": {"remedy": "re-decide"}, "proof": "run 7 of version 3"})
    letters = work_list(cy, incident, "&remedy=notify&open=true")
    assert len(letters) == PEOPLE
    for number, line in enumerate(letters):
        line["state"] = "unreachable" if number < 96 else "done" if number < 96 + 1_102 else "owed"
        line["proof"], line["reason"] = f"letter {number}", "came back twice" if number < 96 else ""
    back = csv_text(letters[0], [line.values() for line in letters])
    came = cy.send(f"{here}/results", back, name="letters.csv").json()
    assert (came["changes"], came["unchanged"], came["left_out"]) == (96 + 1_102, 0, 0)
    assert cy.send(f"{here}/results", back, name="letters.csv").json()["changes"] == 0
    told = status(bo, incident)
    assert told["sentence"].startswith(
        "1,102 of 1,243 people made whole; 45 wait; 96 could not be reached; the longest has waited 0 days; next "
        "deadline 1 December 2099"
    )
    share = {one["name"]: one["owed"] for one in told["remedies"]}
    assert share == {"notify": 45, "re-decide": 0}

    # An older list says otherwise of one of them.
    old = dict(letters[500], state="unreachable", reason="moved", proof="", version="1")
    refused = problem(cy.send(f"{here}/results", csv_text(old, [old.values()]), name="old.csv"))
    assert refused["status"] == 409
    assert refused["type"].endswith("lines-refused")
    assert refused["taken"]["stale"] == 1

    # It cannot be resolved while somebody waits, unless somebody signs why.
    bo.say(f"/incidents/{incident}/remediate", {"how": "version 3", "source": "measured in production"})
    refused = bo.refused("POST", f"/incidents/{incident}/resolve", {"how": "x"})
    assert "45 people are still owed a remedy" in refused["detail"]
    assert "45 of 1,243" in bo.refused("POST", f"{here}/close", {})["detail"]
    cy.say(f"{here}/act", {"act": "done", "where": {"open": True}, "proof": "told by telephone"})
    assert "still open" in bo.refused("POST", f"/incidents/{incident}/resolve", {"how": "x"})["detail"]
    bo.say(f"{here}/close", {})
    bo.say(f"/incidents/{incident}/resolve", {"how": "Everybody was told, or could not be."})

    # The incident's own record stays short, and tells the story in people.
    lines = bo.get(f"/incidents/{incident}/timeline")["lines"]
    sentences = [line["sentence"] for line in lines if line["kind"].startswith("redress")]
    assert len(sentences) < 8
    assert sentences[0] == "bo opened the register of the people harmed."
    assert (
        sentences[-1] == "bo closed the register of redress: 1,147 of 1,243 people made whole; 96 could not be reached."
    )
    assert "1,147 of 1,243 people made whole" in str(bo.get(f"/incidents/{incident}/post-mortem"))
    assert bo.get(f"/incidents/{incident}")["measures"]["time_to_redress"]["state"] != "pending"
    people = list(register(incident).rows.all(incident, Where(state="unreachable"), today=register(incident).today()))
    assert len(people) == 96


def test_another_incidents_people_are_not_reached_through_this_one(bo: Speaker, counted: tuple[str, int]) -> None:
    incident, finding = counted
    other = bo.say("/incidents", {"title": "Another"})["incident"]
    for one in (incident, other):
        bo.say(f"/incidents/{one}/redress/open", {})
    bo.say(f"/incidents/{incident}/redress/from-finding", {"finding": finding, "remedies": ["notify"]})
    [first, *_] = bo.get(f"/incidents/{incident}/redress/people?limit=1")["people"]
    key = first["person"]
    assert bo.get(f"/incidents/{other}/redress/people")["people"] == []
    assert bo.refused("GET", f"/incidents/{other}/redress/person?person={key}")["status"] == 404
    acted = bo.refused("POST", f"/incidents/{other}/redress/act", {"act": "start", "people": [key]})
    assert acted["status"] == 409
    said = bo.say(f"/incidents/{other}/redress/identity", {"person": key, "reason": "to see"})
    assert said["identity"] == {}
    assert bo.refused("POST", f"/incidents/{other}/redress/from-finding", {"finding": finding, "remedies": ["notify"]})


@pytest.mark.parametrize(
    ("path", "words", "status"),
    [
        ("act", {"act": "burn", "people": ["a"]}, 422),
        ("act", {"act": "start"}, 422),
        ("act", {"act": "start", "people": ["a"], "where": []}, 422),
        ("act", {"act": "start", "where": {"incident": "x"}}, 422),
        ("act", {"act": "start", "where": {"open": "perhaps"}}, 422),
        ("act", {"act": "amend", "where": {}, "due": "soon", "reason": "r"}, 422),
        ("act", {"act": "amend", "where": {}, "amount": "NaN", "reason": "r"}, 422),
        ("act", {"act": "start", "people": ["a"], "by": "bo"}, 422),
        ("act", {"act": "start", "people": ["a"] * 1_001}, 422),
        ("act", {"act": "done", "people": "everybody", "proof": "x"}, 422),
        ("from-finding", {"finding": 1, "remedies": ["notify"]}, 404),
        ("from-finding", {"remedies": ["notify"]}, 422),
        ("open", {}, 409),
        ("close", {"why": "x"}, 422),
    ],
)
def test_what_does_not_fit_is_a_problem_and_records_nothing(
    path: str, words: dict[str, Any], status: int, bo: Speaker
) -> None:
    incident = bo.say("/incidents", {"title": "Loans refused"})["incident"]
    bo.say(f"/incidents/{incident}/redress/open", {})
    assert bo.refused("POST", f"/incidents/{incident}/redress/{path}", words)["status"] == status
    assert register(incident).catch_up() == 1
