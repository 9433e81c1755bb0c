"""Whatever goes wrong, the answer is a problem document with a sentence, and nothing is half recorded."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import API, Speaker, declared, problem
from tests.api.test_access import OPERATIONS

from hotwash.incident.rules import VERBS
from hotwash.web import door


@pytest.mark.parametrize("path", ["/", "/nothing", "/incidents/INC-2026-0001/burn", "/incidents/a/b/c", "/../etc"])
def test_an_unknown_address_is_a_problem(path: str, ana: Speaker) -> None:
    assert ana.refused("POST", path)["status"] == 404
    assert problem(Client().get(API + path))["status"] in (401, 404)


def test_a_wrong_method_is_a_problem_that_names_the_right_one(ana: Speaker) -> None:
    for operation in OPERATIONS:
        named = {
            "incident_id": "INC-2026-0001",
            "slug": "loans",
            "switch": "loans",
            "drill_id": "DRL-2026-0001",
            "verb": "say",
            "name": "loans-api",
            "scheme": "avid",
            "collection": "aiid",
            "key": "7",
            "ics": "ics-201",
            "line": 1,
            "complaint": 1,
            "cluster": 1,
            "file": 1,
            "message": 1,
            "target": "staff",
            "rota": "first",
            "way": 1,
            "number": 1,
            "playbook": "x",
            "tree": "loans",
            "digest": "sha256:0",
        }
        path = operation.path.format(entry=1, inquiry=1, item=0, job=1, form="eu-gdpr-33", **named)
        response = ana.ask("PATCH", path)
        assert problem(response)["status"] == 405, operation
        assert operation.method in response["Allow"]


BODIES = {
    "not JSON": (b"{", 400),
    "a list": (b"[]", 400),
    "a number": (b"12", 400),
    "not UTF-8": (b'{"text": "\xff"}', 400),
    "a key twice": (b'{"text": "a", "text": "b"}', 400),
    "NaN": (b'{"text": NaN}', 400),
    "nested too deep": (b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
    "nested deep": (b'{"text": ' + b"[" * 700 + b"]" * 700 + b"}", None),
    "a null character": (b'{"text": "a\\u0000b"}', 422),
    "half a pair": (b'{"text": "\\ud800"}', 422),
    "an unknown word": (b'{"text": "a", "by": "bo"}', 422),
    "the digest": (b'{"text": "a", "number": 7}', 422),
    "the incident": (b'{"text": "a", "incident_id": "INC-2026-0002"}', 422),
    "the verb": (b'{"text": "a", "verb": "resolve"}', 422),
    "of the wrong kind": (b'{"text": ["a"]}', 422),
    "empty": (b"", 422),
    "blank": (b'{"text": "  "}', 409),
    "too long": (b'{"text": "' + b"a" * 20_001 + b'"}', 422),
    "a time without zone": (b'{"text": "a", "at": "2026-03-03T09:00:00"}', 422),
    "no time": (b'{"text": "a", "at": "yesterday"}', 422),
    "a number as time": (b'{"text": "a", "at": 1e400}', None),
    "an odd number of entries": (b'{"text": "a", "expected": -1}', 422),
    "a word for a number": (b'{"text": "a", "expected": "two"}', 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_does_not_fit_is_a_problem_and_records_nothing(name: str, ana: Speaker) -> None:
    data, status = BODIES[name]
    incident = declared(ana)
    response = Client(raise_request_exception=False).generic(
        "POST",
        f"{API}/incidents/{incident}/note",
        data,
        content_type="application/json",
        headers={"Authorization": f"Bearer {ana.token}"},
    )
    said = problem(response)
    assert said["status"] == (status or said["status"])
    assert 400 <= said["status"] < 500, said
    assert ana.get(f"/incidents/{incident}")["number"] == 2


def test_a_field_that_is_wrong_is_named(ana: Speaker) -> None:
    incident = declared(ana)
    assert ana.refused("POST", f"/incidents/{incident}/note", {})["field"] == "text"
    assert ana.refused("POST", f"/incidents/{incident}/assign", {"role": "king", "person": "Bo"})["field"] == "role"
    assert ana.refused("GET", "/incidents?limit=0")["field"] == "limit"
    assert ana.refused("GET", "/incidents?severity=terrible")["field"] == "severity"
    assert ana.refused("GET", "/incidents?cursor=!!!")["field"] == "cursor"
    bad = ana.refused("POST", f"/incidents/{incident}/note", {"text": "a"}, **{"If-Match": "soon"})
    assert bad["field"] == "If-Match"


def test_a_rule_that_says_no_is_told_in_its_own_words(ana: Speaker) -> None:
    incident = declared(ana)
    said = ana.refused("POST", f"/incidents/{incident}/resolve", {"how": "It went away."})
    assert (said["status"], said["type"]) == (409, "urn:hotwash:problem:not-allowed")
    assert "Harm may still be going on" in said["detail"]


@pytest.mark.parametrize("name", ["INC-2026-9999", "..", "%00", "a%2Fb", "x" * 300, "INC-2026-0001%20", "é"])
def test_an_incident_that_is_not_there_is_not_there_for_any_verb(name: str, ana: Speaker) -> None:
    for verb in VERBS:
        if verb != "declare":
            words = {"text": "a"} if verb == "note" else {}
            assert ana.refused("POST", f"/incidents/{name}/{verb}", words)["status"] in (404, 422), verb
    assert ana.refused("GET", f"/incidents/{name}")["status"] == 404
    assert list(door.desk().store.streams()) == []


def test_a_body_that_is_too_large_is_a_problem(ana: Speaker) -> None:
    said = ana.refused("POST", "/incidents", {"title": "a", "detail": "b" * (13 * 2**20)})
    assert said["status"] == 413


def test_a_fault_of_ours_is_a_problem_without_its_text(ana: Speaker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(door.desk().store, "read", broken)
    response = ana.ask("GET", "/incidents/INC-2026-0001")
    assert problem(response)["status"] == 500
    assert b"secret" not in response.content


def test_a_damaged_record_is_told_with_its_place(ana: Speaker, house: Path) -> None:
    incident = declared(ana)
    kept = ana.send(f"/incidents/{incident}/evidence", b"as it was").json()
    digest = kept["entries"][0]["body"]["digest"]
    file = next(
        path for path in house.parent.rglob("*") if path.is_file() and path.name == digest.removeprefix("sha256:")
    )
    file.chmod(0o600)
    file.write_bytes(b"as it is now")
    assert ana.refused("GET", f"/incidents/{incident}/evidence/{kept['number']}")["status"] == 500
    verdict = ana.get(f"/incidents/{incident}/verify")
    assert (verdict["ok"], verdict["number"]) == (False, kept["number"])
