"""AI systems over the API, and the API's description of itself."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import API, Speaker, declared

from hotwash.incident.rules import VERBS as INCIDENT_VERBS
from hotwash.incident.rules.evidence import COMPUTED
from hotwash.response.request import shape
from hotwash.systems.rules import VERBS as SYSTEM_VERBS
from hotwash.web.api import page
from hotwash.web.api.openapi import schema_name


def test_a_system_is_registered_described_and_read(ana: Speaker) -> None:
    response = ana.ask(
        "POST", "/systems", {"name": "Résumé screening", "purpose": "Ranks applicants.", "slug": "resumes"}
    )
    assert (response.status_code, response["Location"]) == (201, "/api/v1/systems/resumes")
    ana.say("/systems/resumes/deploy", {"part": "model", "version": "4.2", "at": "2026-03-01T08:00:00Z"})
    ana.say("/systems/resumes/describe-log", {"source": "log.csv", "columns": {"time": "at"}, "attributes": ["sex"]})
    system = ana.get("/systems/resumes")
    assert (system["name"], system["number"]) == ("Résumé screening", 3)
    assert system["running"]["model"]["event"]["version"] == "4.2"
    assert system["log"]["columns"] == {"time": "at"}
    assert ana.get("/systems/resumes/entries")["entries"][0]["kind"] == "system-registered"
    assert ana.get("/systems/resumes/verify")["ok"] is True


def test_a_system_is_written_only_from_what_was_seen(ana: Speaker) -> None:
    ana.say("/systems", {"name": "Loans"})
    ana.say("/systems/loans/set-purpose", {"purpose": "Grants loans."})
    late = ana.ask("POST", "/systems/loans/set-purpose", {"purpose": "Refuses loans."}, **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["number"]) == (412, 2)
    assert ana.refused("POST", "/systems", {"name": "Loans"})["status"] == 409
    assert ana.refused("POST", "/systems", {"name": "Loans", "slug": "../x"})["field"] == "slug"
    assert ana.refused("POST", "/systems", {"slug": "x"})["field"] == "name"
    assert ana.refused("POST", "/systems/nothing/retire", {"reason": "Gone."})["status"] == 404


def test_systems_are_listed_by_pages_and_found(ana: Speaker) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        ana.say("/systems", {"name": name, "purpose": f"{name} decides."})
    first = ana.get("/systems?limit=2")
    assert [one["system"] for one in first["systems"]] == ["alpha", "beta"]
    assert [one["system"] for one in ana.get(f"/systems?cursor={first['next']}")["systems"]] == ["gamma"]
    assert [one["system"] for one in ana.get("/systems?query=beta")["systems"]] == ["beta"]
    incident = declared(ana, system="beta")
    assert ana.get(f"/incidents/{incident}")["links"]["system"] == "/api/v1/systems/beta"


@pytest.fixture
def described(house: Any) -> dict[str, Any]:
    """The API's description, as anybody may read it."""
    document: dict[str, Any] = Client().get(f"{API}/openapi.json").json()
    return document


TYPED = [(verb, rule) for verb, rule in [*INCIDENT_VERBS.items(), *SYSTEM_VERBS.items()] if verb not in COMPUTED]
"""Verbs whose words are typed. Those of the others are worked out, and their addresses describe what they take."""


@pytest.mark.parametrize(("verb", "rule"), TYPED)
def test_the_description_lists_every_verb_with_its_words(verb: str, rule: Any, described: dict[str, Any]) -> None:
    room = "incidents/{incident_id}" if verb in INCIDENT_VERBS else "systems/{slug}"
    path = {"declare": "/api/v1/incidents", "register": "/api/v1/systems"}.get(verb, f"/api/v1/{room}/{verb}")
    operation = described["paths"][path]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": f"#/components/schemas/{schema_name(verb)}"}
    words = described["components"]["schemas"][schema_name(verb)]
    assert set(words["properties"]) >= {*shape(rule).__struct_fields__, "at", "expected"}
    assert "If-Match" in [parameter["name"] for parameter in operation["parameters"]]


def test_every_reference_in_the_description_leads_somewhere(described: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for one in value.values() for found in references(one)]
        return [found for one in value for found in references(one)] if isinstance(value, list) else []

    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert set(references(described)) <= known
    for methods in described["paths"].values():
        for operation in methods.values():
            assert "default" in operation["responses"]


def test_the_description_asks_no_other_server(house: Any) -> None:
    assert b"http://" not in Client().get(f"{API}/openapi.json").content
    assert Client().get(f"{API}/docs").status_code == 404


def test_the_page_of_the_api_is_what_the_description_says() -> None:
    kept = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
    assert kept.read_text(encoding="utf-8") == page.text(), "run `python -m hotwash.web.api.page`"
