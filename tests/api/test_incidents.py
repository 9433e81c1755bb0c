"""Incidents over the API: declared, read, told, and never overwritten unseen."""

from typing import Any

import pytest
from tests.api.speaking import Speaker, declared, speaker, whole

from hotwash.web.tables.models import Role


def test_one_sentence_declares_an_incident(cy: Speaker) -> None:
    response = cy.ask("POST", "/incidents", {"title": "Loans refused", "at": "2026-03-03T09:02:00+01:00"})
    assert response.status_code == 201
    said = response.json()
    assert response["Location"] == f"/api/v1/incidents/{said['incident']}"
    assert response["ETag"] == '"2"'
    assert [entry["kind"] for entry in said["entries"]] == ["declared", "detected"]
    assert said["entries"][0]["occurred_at"] == "2026-03-03T09:02:00+01:00"
    assert said["entries"][0]["by"] == "cy"


def test_the_room_tells_state_measures_and_where_to_go(cy: Speaker) -> None:
    incident = declared(cy, harms=["fairness"])
    cy.say(f"/incidents/{incident}/assign", {"role": "commander", "person": "Bo"})
    response = cy.ask("GET", f"/incidents/{incident}")
    room = response.json()
    assert response["ETag"] == '"4"'
    assert (room["title"], room["standing"], room["number"]) == ("Loans refused", "open", 4)
    assert room["roster"] == {"commander": "Bo"}
    assert room["harms"] == ["fairness"]
    assert room["measures"]["mtta"]["state"] == "recorded"
    assert room["status"]["next"]["sentence"]
    for link in room["links"].values():
        assert link is None or link.startswith("/api/v1/")
    for name in ("timeline", "entries", "post_mortem", "export", "verify", "inquiries"):
        reached = speaker("root", Role.ADMINISTRATOR).ask("GET", room["links"][name].removeprefix("/api/v1"))
        assert (reached.status_code, bool(whole(reached))) == (200, True), name


def test_a_room_that_did_not_change_is_not_sent_again(cy: Speaker) -> None:
    incident = declared(cy)
    again = cy.ask("GET", f"/incidents/{incident}", **{"If-None-Match": '"2"'})
    assert (again.status_code, again.content) == (304, b"")


def test_the_timeline_tells_in_the_order_of_what_happened(cy: Speaker) -> None:
    incident = declared(cy)
    cy.say(f"/incidents/{incident}/happened", {"text": "The model went live.", "at": "2026-03-01T08:00:00Z"})
    lines = cy.get(f"/incidents/{incident}/timeline")["lines"]
    assert lines[0]["sentence"].endswith("The model went live.")
    assert lines[0]["both_clocks"] is True
    assert [line["entry"] for line in lines] == [3, 1, 2]


def test_entries_come_bare_with_their_digests(cy: Speaker) -> None:
    incident = declared(cy)
    cy.say(f"/incidents/{incident}/note", {"text": "Called the bank."})
    entries = cy.get(f"/incidents/{incident}/entries")["entries"]
    assert [entry["number"] for entry in entries] == [1, 2, 3]
    assert entries[1]["previous"] == entries[0]["digest"]
    assert entries[2]["body"] == {"text": "Called the bank."}
    assert [one["number"] for one in cy.get(f"/incidents/{incident}/entries?after=2")["entries"]] == [3]


@pytest.mark.parametrize("way", ["header", "body"])
def test_a_writer_who_saw_an_older_state_is_refused_and_told_the_newer(cy: Speaker, way: str) -> None:
    incident = declared(cy)
    cy.say(f"/incidents/{incident}/note", {"text": "First."})
    words: dict[str, Any] = {"text": "Second."}
    if way == "header":
        response = cy.ask("POST", f"/incidents/{incident}/note", words, **{"If-Match": '"2"'})
    else:
        response = cy.ask("POST", f"/incidents/{incident}/note", words | {"expected": 2})
    assert response.status_code == {"header": 412, "body": 409}[way]
    assert response.json()["type"] == "urn:hotwash:problem:conflict"
    assert response.json()["number"] == 3
    assert response["ETag"] == '"3"'
    assert cy.get(f"/incidents/{incident}")["number"] == 3
    cy.say(f"/incidents/{incident}/note", words, **{"If-Match": response["ETag"]})


def test_evidence_and_findings_keep_to_what_the_writer_saw_too(cy: Speaker) -> None:
    incident = declared(cy)
    assert cy.send(f"/incidents/{incident}/evidence", b"x", expected="1").status_code == 409
    assert cy.get(f"/incidents/{incident}")["evidence"] == []


def test_the_list_filters_and_turns_pages(cy: Speaker) -> None:
    made = [declared(cy, f"Case {number}", system="loans" if number % 2 else None) for number in range(5)]
    drill = declared(cy, "A drill", kind="drill")
    cy.say(f"/incidents/{made[0]}/assess", {"answers": {"death_or_grave_injury": "yes"}})
    first = cy.get("/incidents?limit=4")
    rest = cy.get(f"/incidents?limit=4&cursor={first['next']}")
    assert rest["next"] is None
    both = [one["incident"] for one in first["incidents"] + rest["incidents"]]
    assert sorted(both) == sorted([*made, drill])
    assert len(set(both)) == 6
    assert {one["incident"] for one in cy.get("/incidents?system=loans")["incidents"]} == {made[1], made[3]}
    assert [one["incident"] for one in cy.get("/incidents?kind=drill")["incidents"]] == [drill]
    assert [one["incident"] for one in cy.get("/incidents?severity=Critical")["incidents"]] == [made[0]]
    assert [one["incident"] for one in cy.get("/incidents?query=Case%203")["incidents"]] == [made[3]]
    assert cy.get("/incidents?open=false")["incidents"] == []
    assert len(cy.get("/incidents?open=true")["incidents"]) == 6


def test_the_same_moment_does_not_lose_a_line_between_pages(cy: Speaker) -> None:
    at = "2026-03-03T09:02:00Z"
    made = {declared(cy, f"Case {number}", at=at) for number in range(5)}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = cy.get(f"/incidents?limit=2&cursor={cursor}")
        seen += [one["incident"] for one in page["incidents"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(made)


def test_search_finds_entries_and_shows_where(cy: Speaker) -> None:
    incident = declared(cy, "Loans refused")
    cy.say(f"/incidents/{incident}/note", {"text": "The threshold moved on Tuesday."})
    [hit] = cy.get("/search?query=threshold")["hits"]
    assert (hit["incident"], hit["entry"]) == (incident, 3)
    assert "«threshold»" in hit["excerpt"]
    assert cy.get("/search?query=threshold&within=systems")["hits"] == []


def test_a_redacted_entry_is_gone_from_every_answer(ana: Speaker, cy: Speaker) -> None:
    incident = declared(cy)
    cy.say(f"/incidents/{incident}/note", {"text": "Quokka lives in Perth."})
    ana.say(f"/incidents/{incident}/redact", {"entry": 3, "reason": "A private address."})
    for path in ("", "/timeline", "/entries", "/export", "/post-mortem?format=md"):
        response = ana.ask("GET", f"/incidents/{incident}{path}")
        content = whole(response)
        assert response.status_code == 200
        assert b"Quokka" not in content, path
    assert ana.get("/search?query=quokka")["hits"] == []
    assert ana.get(f"/incidents/{incident}/verify")["ok"] is True


def test_a_redacted_title_is_gone_from_list_and_search(ana: Speaker, cy: Speaker) -> None:
    incident = declared(cy, "Quokka refused")
    ana.say(f"/incidents/{incident}/redact", {"entry": 1, "reason": "Names a person."})
    assert b"Quokka" not in ana.ask("GET", "/incidents").content
    assert ana.get("/search?query=quokka")["hits"] == []


def test_who_am_i_lists_what_i_may_do(cy: Speaker, dee: Speaker) -> None:
    me = cy.get("/me")
    assert (me["name"], me["role"]) == ("cy", "responder")
    assert "contain" in me["may"]
    assert "redact" not in me["may"]
    assert dee.get("/me")["may"] == ["declare", "take-complaint"]
    assert dee.get("/me")["may_on_own"] == ["read"]
