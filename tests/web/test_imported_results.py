"""A result of another tool in an incident: kept by its digest, marked as another's, beside our own numbers."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.conftest import ana, bo, cy, dee, house
from tests.api.speaking import Speaker, declared
from tests.databases import sqlite, sqlite_fresh, sqlite_tables
from tests.web.people import enter, person

from hotwash.investigate import Predictions, fairness
from hotwash.ledger.entry import digest_of

__all__ = ["ana", "bo", "cy", "dee", "house", "sqlite", "sqlite_fresh", "sqlite_tables"]

ROWS = "decision,label,sex\n" + "1,1,male\n" * 60 + "0,1,male\n" * 40 + "1,0,male\n" * 20 + "0,0,male\n" * 80
ROWS += "1,1,female\n" * 30 + "0,1,female\n" * 70 + "1,0,female\n" * 10 + "0,0,female\n" * 90


def table(tpr: float) -> bytes:
    """What Aequitas would export of these rows, with a rate of its own."""
    return (
        "attribute_name,attribute_value,group_size,tpr,fpr,pprev,tpr_disparity,pprev_disparity,tpr_ref_group_value\n"
        "sex,male,200,0.6,0.2,0.4,1.0,1.0,male\n"
        f"sex,female,200,{tpr},0.1,0.2,{tpr / 0.6},0.5,male\n"
    ).encode()


@pytest.fixture
def incident(ana: Speaker, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An incident with our own finding about the same rows."""
    log = tmp_path_factory.mktemp("rows") / "log.csv"
    log.write_text(ROWS)
    name = declared(ana)
    found = fairness(Predictions(str(log)), decision="decision", label="label", group="sex", reference={"sex": "male"})
    ana.say(f"/incidents/{name}/findings", json.loads(found.to_json()))
    return name


def imported(by: Speaker, incident: str, data: bytes, tool: str = "aequitas", **words: str) -> Any:
    return by.send(f"/incidents/{incident}/imported-results", data, name="audit.csv", tool=tool, **words)


def test_a_result_that_agrees_says_so_and_names_our_finding(ana: Speaker, incident: str) -> None:
    (ours,) = [
        one["number"] for one in ana.get(f"/incidents/{incident}/entries")["entries"] if "finding" in one["kind"]
    ]
    answer = imported(ana, incident, table(0.3))
    assert answer.status_code == 201, answer.content
    said = answer.json()["entries"][0]["body"]
    assert said["question"] == "imported"
    assert said["sentence"].startswith(
        "By Aequitas, imported and not computed here: the selection rate of sex female is 0.5"
    )
    assert "agrees: 10 numbers are the same as our own" in said["sentence"]
    whole = ana.get(f"/incidents/{incident}/findings/{answer.json()['number']}")
    assert (whole["result"]["made_by"], whole["result"]["checks"][0]["entry"]) == ("Aequitas", ours)
    kept = [
        one
        for one in ana.get(f"/incidents/{incident}/evidence")["evidence"]
        if one["entry"] == whole["result"]["evidence"]
    ]
    assert (kept[0]["digest"], kept[0]["name"]) == (digest_of(table(0.3)), "audit.csv")
    assert "not computed by Hotwash" in json.dumps(ana.get(f"/incidents/{incident}/timeline"))


def test_where_numbers_differ_both_are_shown(ana: Speaker, incident: str) -> None:
    answer = imported(ana, incident, table(0.36))
    number = answer.json()["number"]
    checks = ana.get(f"/incidents/{incident}/findings/{number}")["result"]["checks"]
    assert [(one["metric"], one["of"], one["theirs"], one["ours"]) for one in checks[0]["differences"]] == [
        ("tpr", "rate", 0.36, 0.3),
        ("tpr", "ratio", 0.6, 0.5),
    ]
    person("bo-looks", role="commander")
    page = enter("bo-looks").get(f"/incidents/{incident}/findings/{number}/").content.decode()
    assert "nothing of this was computed by Hotwash" in page
    assert "Where definitions agree and numbers do not." in page
    assert "differs in 2 of 10 numbers" in page


def test_without_a_finding_of_our_own_it_stands_alone(ana: Speaker) -> None:
    name = declared(ana)
    metrics = {"metrics": {"disparate_impact": 0.5}, "unprivileged": {"sex": "female"}, "privileged": {"sex": "male"}}
    said = imported(ana, name, json.dumps(metrics).encode(), "aif360").json()["entries"][0]["body"]
    assert said["sentence"] == (
        "By AIF360, imported and not computed here: the selection rate of sex female is 0.5 times that of male "
        "(disparate_impact). No finding of our own was there to hold it against."
    )


def test_what_is_no_result_is_refused_and_nothing_is_kept(ana: Speaker, incident: str) -> None:
    for tool, data in (("aequitas", b"a,b\n1,2\n"), ("aif360", b"[]"), ("other", b"{}")):
        assert imported(ana, incident, data, tool).status_code == 422
    assert ana.get(f"/incidents/{incident}/evidence")["evidence"] == []


def test_hostile_words_are_shown_as_words(ana: Speaker, incident: str) -> None:
    script = "<script>alert(1)</script>"
    data = f"attribute_name,attribute_value,tpr,tpr_disparity\nsex,{script},0.5,2\n".encode()
    number = imported(ana, incident, data).json()["number"]
    person("bo-looks", role="commander")
    for page in (
        f"/incidents/{incident}/findings/{number}/",
        f"/incidents/{incident}/",
        f"/incidents/{incident}/evidence/",
    ):
        text = enter("bo-looks").get(page).content.decode()
        assert script not in text, page


def test_the_page_of_evidence_takes_one_in(ana: Speaker, incident: str) -> None:
    person("cy-keeps", role="responder")
    client = enter("cy-keeps")
    page = client.get(f"/incidents/{incident}/evidence/").content.decode()
    assert "Bring in a result of Aequitas, AIF360 or Inspect" in page
    address = f"/incidents/{incident}/do/import-result/"
    wrong = client.post(address, {"tool": "aif360", "upload": SimpleUploadedFile("x", b"[]")})
    assert wrong.status_code == 422
    file = SimpleUploadedFile("audit.csv", table(0.3))
    right = client.post(address, {"tool": "aequitas", "upload": file})
    assert right.status_code in (200, 204, 302), right.content[:500]
    assert len(ana.get(f"/incidents/{incident}/evidence")["evidence"]) == 1
