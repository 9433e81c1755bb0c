"""Factors and whys over the API: the tree with what it warns of, the picture, and the names that factors may have."""

from pathlib import Path

import pytest
from tests.api.speaking import Speaker, declared


@pytest.fixture
def incident(house: Path, ana: Speaker) -> str:
    return declared(ana, "Loans refused")


def test_the_tree_is_told_with_its_warnings_and_what_to_ask(ana: Speaker, incident: str) -> None:
    factor = ana.say(f"/incidents/{incident}/add-factor", {"text": "Nobody saw the rate by sex", "tag": "monitoring"})
    number = factor["entries"][-1]["number"]
    words = {"question": "Why?", "answer": "The reviewer clicked accept.", "parent": number, "supports": [1]}
    why = ana.say(f"/incidents/{incident}/add-why", words)["entries"][-1]["number"]
    told = ana.get(f"/incidents/{incident}/whys")
    [node] = told["factors"]
    assert node["whys"][0]["entry"] == why
    assert not node["whys"][0]["believed"]
    assert node["believed"]
    assert {hint["kind"] for hint in told["hints"]} == {"single", "person"}
    assert node["whys"][0]["asks"][0] == "What made this the sensible thing to do?"
    ana.say(f"/incidents/{incident}/withdraw-why", {"why": why, "reason": "The log shows no click."})
    whole = ana.get(f"/incidents/{incident}")
    assert whole["factors"][0]["text"] == "Nobody saw the rate by sex"
    assert whole["factors"][0]["version"] == number
    assert whole["whys"][0]["withdrawn"] == "The log shows no click."
    assert ana.get(f"/incidents/{incident}/whys")["factors"][0]["whys"] == []


def test_somebody_elses_version_is_not_written_over(ana: Speaker, incident: str) -> None:
    said = ana.say(f"/incidents/{incident}/add-factor", {"text": "Nobody saw the rate", "tag": "monitoring"})
    number = said["entries"][-1]["number"]
    words = {"factor": number, "version": number, "tag": "monitoring"}
    ana.say(f"/incidents/{incident}/edit-factor", {**words, "text": "Nobody saw the rate by sex"})
    late = ana.refused("POST", f"/incidents/{incident}/edit-factor", {**words, "text": "Nobody looked"})
    assert late["status"] == 409
    assert "wrote another version" in late["detail"]


def test_the_tags_name_what_others_call_them(ana: Speaker) -> None:
    tags = {tag["id"]: tag for tag in ana.get("/factors")["tags"]}
    assert "Dataset Imbalance" in tags["data"]["failures"]
    assert tags["monitoring"]["usually"]["timing"] == "post-deployment"
