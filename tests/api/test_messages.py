"""Messages over the API: a draft from the record, approval, sending, letters, the check of plain language."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.api.speaking import Speaker, declared, speaker

from hotwash.incident.events.messages import REGISTER


@pytest.fixture
def incident(bo: Speaker, cy: Speaker) -> str:
    made = declared(bo, "Loans refused", harms=["fairness"])
    for role, person in (("commander", "bo"), ("communications", "cy"), ("legal", "eli")):
        bo.say(f"/incidents/{made}/assign", {"role": role, "person": person})
    return made


def begun(by: Speaker, incident: str, audience: str = "customers", **words: Any) -> int:
    found = by.get(f"/incidents/{incident}/message-draft?audience={audience}")
    said = {name: found[name] for name in ("audience", "stage", "language", "subject", "body", "template", "next_at")}
    return int(by.say(f"/incidents/{incident}/draft-message", said | words | {"submit": True})["entries"][0]["number"])


def agreed(bo: Speaker, cy: Speaker, incident: str, message: int, *roles: str) -> None:
    eli = speaker("eli", "responder")
    for role, who in (("communications", cy), ("commander", bo), ("legal", eli)):
        if role in roles:
            who.say(f"/incidents/{incident}/approve-message", {"message": message, "text": message, "role": role})


def test_a_message_from_the_record_to_a_list(bo: Speaker, cy: Speaker, incident: str) -> None:
    message = begun(cy, incident)
    one = bo.get(f"/incidents/{incident}/messages/{message}")
    assert (one["state"], one["needs"], one["approved"]) == ("submitted", ["communications", "commander"], {})
    assert one["template"] == "customers/first-word/en 1.0"
    assert "because of who they are" in one["body"]
    early = bo.refused("POST", f"/incidents/{incident}/send-message", {"message": message, "targets": ["customers"]})
    assert "cannot be sent yet" in early["detail"]
    agreed(bo, cy, incident, message, "communications", "commander")
    cy.say(f"/incidents/{incident}/send-message", {"message": message, "targets": ["customers"]})
    one = bo.get(f"/incidents/{incident}/messages/{message}")
    assert one["approved"] == {"communications": "cy", "commander": "bo"}
    assert [(row["target"], row["outcome"]) for row in one["results"]] == [("customers", "on-its-way")]
    listed = bo.get(f"/incidents/{incident}/messages")
    assert [row["message"] for row in listed["messages"]] == [message]
    assert ("customers", "update") in {(row["audience"], row["stage"]) for row in listed["due"]}


def test_a_draft_names_what_is_missing_and_records_nothing(bo: Speaker, incident: str) -> None:
    before = bo.get(f"/incidents/{incident}")["number"]
    found = bo.get(f"/incidents/{incident}/message-draft?audience=press&stage=after")
    missing = {one["name"] for one in found["missing"]}
    assert {"summary", "people", "cause", "fix", "prevention"} <= missing
    assert all(one["ask"] for one in found["missing"])
    assert bo.get(f"/incidents/{incident}")["number"] == before
    none = bo.refused("GET", f"/incidents/{incident}/message-draft?audience=press&stage=after&language=fr")
    assert "no template" in none["detail"]


def test_the_steps_of_sending_are_said_by_nobody(bo: Speaker, incident: str) -> None:
    for verb in ("deliver-message", "fail-message"):
        assert bo.refused("POST", f"/incidents/{incident}/{verb}", {"sending": 1, "target": "x"})["status"] == 404


def test_letters_are_filled_for_each_person_in_their_language_and_none_is_on_record(
    bo: Speaker, cy: Speaker, incident: str
) -> None:
    bo.say("/organisation/describe-organisation", {"name": "Bank AG", "contact": "0800 1234"})
    people = [
        {"person": "p-1", "remedy": "notify", "language": "en", "name": "Ann {{person:reference}}"},
        {"person": "p-2", "remedy": "notify", "language": "de", "name": "Uwe"},
        {"person": "p-3", "remedy": "notify", "language": "en"},
    ]
    bo.say(f"/incidents/{incident}/redress/open")
    data = b"\n".join(msgspec.json.encode(one) for one in people)
    sent = bo.send(f"/incidents/{incident}/redress/import", data, name="people.jsonl")
    assert sent.status_code in (200, 201), sent.content
    message = begun(cy, incident, "harmed")
    agreed(bo, cy, incident, message, "communications", "commander", "legal")
    early = bo.refused("POST", f"/incidents/{incident}/messages/{message}/letters")
    assert "send it there first" in early["detail"]
    bo.say(f"/incidents/{incident}/send-message", {"message": message, "targets": [REGISTER]})
    response = bo.ask("POST", f"/incidents/{incident}/messages/{message}/letters")
    assert response.status_code == 200, response.content
    lines = [msgspec.json.decode(line) for line in b"".join(response.streaming_content).splitlines()]
    assert {line["language"] for line in lines} == {"en"}
    bodies = {line["body"].splitlines()[0] for line in lines}
    assert "Hello," in bodies
    assert any(body.startswith("Dear Ann") and "{{" not in body for body in bodies)
    assert all("0800 1234" in line["body"] and "How to object" in line["body"] for line in lines)
    one = bo.get(f"/incidents/{incident}/messages/{message}")
    (result,) = one["results"]
    assert (result["outcome"], result["reached"]) == ("delivered", 2)
    assert "1 read another language (de)" in result["answer"]
    again = bo.refused("POST", f"/incidents/{incident}/messages/{message}/letters")
    assert "taken out already" in again["detail"]
    whole = str(bo.get(f"/incidents/{incident}/entries"))
    assert "Uwe" not in whole
    assert "Ann" not in whole


def test_plain_language_is_checked_and_nothing_is_kept(cy: Speaker, house: Path) -> None:
    words = {"text": "We utilise it.", "audience": "harmed", "stage": "resolved"}
    found = cy.say("/plain-language", words)
    assert {"kind": "word", "line": 1, "start": 3, "end": 10, "text": "utilise", "say": "Plainer: use."} in found[
        "flags"
    ]
    assert {one["part"] for one in found["parts"] if not one["found"]} >= {"object", "sorry"}
    assert (
        cy.refused("POST", "/plain-language", {"text": "a", "audience": "x", "stage": "after"})["field"] == "audience"
    )
    assert cy.refused("POST", "/plain-language", {})["field"] == "text"


def test_wording_is_checked_and_nothing_is_kept(cy: Speaker, house: Path) -> None:
    [flag] = cy.say("/wording", {"text": "The nurse forgot to call."})["flags"]
    assert (flag["line"], flag["text"], flag["dimension"]) == (1, "forgot to call", "local-rationality")
    assert cy.say("/wording", {"text": "The model failed to recognise her."})["flags"] == []
    assert cy.refused("POST", "/wording", {})["field"] == "text"


def test_own_templates_go_first_and_bad_ones_are_refused(bo: Speaker, cy: Speaker, incident: str) -> None:
    words = {
        "name": "our-staff",
        "audience": "staff",
        "stage": "first-word",
        "subject": "Hi",
        "body": "On {{declared}}.",
    }
    bo.say("/organisation/add-message-template", words)
    assert bo.get(f"/incidents/{incident}/message-draft?audience=staff")["subject"] == "Hi"
    assert bo.get("/message-templates")["templates"][0]["own"]
    for body in ("{{a.b}}", "{{secret}}", "{{#x}}"):
        refused = bo.refused("POST", "/organisation/add-message-template", words | {"body": body})
        assert refused["status"] == 409
    bo.say("/organisation/retire-message-template", {"name": "our-staff", "reason": "Too short."})
    assert bo.get(f"/incidents/{incident}/message-draft?audience=staff")["subject"] != "Hi"
