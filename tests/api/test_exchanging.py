"""An incident in the forms of others; and its own record, out and in and out again, byte for byte."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests import envs
from tests.api.finding import finding
from tests.api.speaking import Speaker, declared, speaker, whole
from tests.databases import Fresh, instead

from hotwash.knowledge.exchange import avid, oecd
from hotwash.knowledge.harms import harms
from hotwash.response.backdating import template
from hotwash.web import options

TITLE = "Women’s loan applications are refused"


@pytest.fixture
def made(bo: Speaker) -> str:
    bo.say("/systems", {"name": "Loan scoring", "slug": "loans", "purpose": "Decides on loans"})
    name = declared(bo, TITLE, harms=["fairness"], system="loans", at="2026-03-05T10:00:00Z")
    bo.say(f"/incidents/{name}/summarise", {"text": "The model refused loans to women four times as often."})
    bo.say(f"/incidents/{name}/begin-harm", {"at": "2026-03-03T10:00:00Z", "source": "the log"})
    bo.say(f"/incidents/{name}/link-signal", {"source": "press", "title": "A story", "url": "https://news.example/1"})
    return name


def as_form(by: Speaker, incident: str, form: str, query: str = "") -> Any:
    answer = by.ask("GET", f"/incidents/{incident}/as/{form}{query}")
    assert answer.status_code == 200, answer.content
    return json.loads(whole(answer))


@pytest.mark.real("avidtools")
@pytest.mark.parametrize("kinds", [[], ["fairness"], [harm.id for harm in harms().harms]])
def test_a_report_of_avid_is_what_avidtools_takes(bo: Speaker, house: Path, kinds: list[str], tmp_path: Path) -> None:
    name = declared(bo, TITLE, harms=kinds)
    bo.say(f"/incidents/{name}/findings", finding(house))
    path = tmp_path / "report.json"
    path.write_bytes(whole(bo.ask("GET", f"/incidents/{name}/as/avid?organisation=Bank")))
    # Its models are of pydantic 1 and warn under 2; what counts is what they refuse, and what they understood.
    code = (
        "import json, sys; from avidtools.datamodels.report import Report; "
        "one = Report(**json.load(open(sys.argv[1]))); "
        "print(one.metadata.report_id, one.affects.deployer, len(one.impact.avid.sep_view), len(one.metrics))"
    )
    python = envs.place("avidtools") / "bin" / "python"
    ran = subprocess.run(
        [str(python), "-W", "ignore", "-c", code, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split("\n")[0] == f"{name} ['Bank'] {len(kinds)} 1"


def test_every_code_of_a_harm_has_its_label() -> None:
    codes = {code for harm in harms().harms for code in harm.crosswalk["avid"]}
    assert codes <= avid().labels.keys()


def test_a_report_of_avid_says_what_the_record_says_and_names_nobody(bo: Speaker, made: str) -> None:
    told = as_form(bo, made, "avid")
    assert told["problemtype"]["description"]["value"] == TITLE
    assert told["affects"]["artifacts"] == [{"type": "System", "name": "Loan scoring"}]
    assert told["impact"]["avid"]["sep_view"] == ["E0100: Bias/ Discrimination"]
    assert told["references"] == [{"type": "source", "label": "A story", "url": "https://news.example/1"}]
    assert told["reported_date"] == "2026-03-05"
    for form in ("avid", "oecd", "aiid"):
        assert '"bo"' not in json.dumps(as_form(bo, made, form))


def test_the_29_criteria_stand_in_their_order_with_what_is_missing(bo: Speaker, made: str) -> None:
    assert [one.id for one in oecd().criteria] == list(range(1, 30))
    assert sum(one.mandatory for one in oecd().criteria) == 7
    assert {one.group for one in oecd().criteria} == set(oecd().groups)
    told = as_form(bo, made, "oecd")
    by_title = {one["title"]: one for one in told["criteria"]}
    assert by_title["Date of the first known occurrence"]["answer"] == "2026-03-03"
    assert by_title["AI system and version"]["answer"] == "Loan scoring"
    assert told["complete"] == {
        "answered": sum(bool(one["answer"]) for one in told["criteria"]), "mandatory": 7, "mandatory_answered": 5,
    }  # fmt: skip
    assert told["missing"][:2] == ["Who submits, and how they are related to it", "Severity"]


def test_the_meter_rises_as_the_record_says_more(bo: Speaker, made: str) -> None:
    before = as_form(bo, made, "oecd")["complete"]
    bo.say(f"/incidents/{made}/assess", {"answers": {"disparity_confirmed": "yes"}})
    after = as_form(bo, made, "oecd", "?organisation=Bank")["complete"]
    assert after["mandatory_answered"] == 7
    assert after["answered"] > before["answered"]


def test_a_draft_for_aiid_says_what_a_person_must_fill_in(bo: Speaker, made: str) -> None:
    told = as_form(bo, made, "aiid", "?organisation=Bank")
    assert told["sent"] is False
    assert (told["fields"]["incident_date"], told["fields"]["url"]) == ("2026-03-03", "https://news.example/1")
    assert told["missing"] == [
        "authors",
        "submitters",
        "date_published",
        "date_downloaded",
        "developers",
        "harmed_parties",
    ]
    bare = declared(bo, "Something")
    assert "url" in as_form(bo, bare, "aiid")["missing"]


def test_only_whoever_may_export_gets_a_form(bo: Speaker, dee: Speaker, made: str) -> None:
    assert dee.ask("GET", f"/incidents/{made}/as/avid").status_code == 403
    assert bo.ask("GET", f"/incidents/{made}/as/elsewhere").status_code in (404, 422)


def test_what_came_in_from_a_file_goes_out_and_in_and_out_again_byte_for_byte(
    ana: Speaker, tmp_path: Path, sqlite_fresh: Fresh, django_db_blocker: Any
) -> None:
    (made,) = ana.send("/imports/incidents", template(), name="past.csv").json()["incidents"]
    ana.say(f"/incidents/{made}/note", {"text": "Looked at once more: naïve, “quoted”, 😀"})
    data = whole(ana.ask("GET", f"/incidents/{made}/export"))
    with django_db_blocker.unblock(), instead(options.database(sqlite_fresh())):
        other = speaker("ana", "administrator")
        assert other.send("/imports", data, name="records.json").status_code == 200
        assert whole(other.ask("GET", f"/incidents/{made}/export")) == data
        assert other.get(f"/incidents/{made}/verify")["ok"]
        assert [one["id"] for one in other.say("/similar", {"text": "loan applications of women"})["similar"]] == [made]
