"""Drills over the API and the worker: the truth is in no answer, export or search before the debrief begins."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.api.speaking import Speaker, installation, speaker
from tests.web.people import enter, person

from hotwash.drills.scenarios.shelf import named
from hotwash.response.desk import utc_now
from hotwash.web import index
from hotwash.web.door import desk
from hotwash.web.drills import running
from hotwash.web.drills.running import book
from hotwash.web.tables.models import Complaint, DrillRow, IncidentRow, JobRow, SignalGroup

pytestmark = pytest.mark.django_db
SCENARIO = named("resume-screening").scenario
TRUTH = (
    SCENARIO.truth.cause.strip()[:60],
    *(one.text for one in SCENARIO.truth.factors),
    *SCENARIO.truth.because,
    *(one.text for one in SCENARIO.good.steps),
)
SCRIPT = (SCENARIO.injects[-1].text[:40], *(one.expects[:40] for one in SCENARIO.injects if one.expects))


@pytest.fixture
def home(tmp_path: Any) -> Iterator[None]:
    with installation(tmp_path):
        yield


def _work(drill_id: str, clock: int = 1) -> Any:
    """What the worker does, once."""
    done = running.go_on(desk(), {"drill": drill_id, "clock": clock, "turn": 0})
    if done.effect:
        done.effect()
    return done


def _begun(fay: Speaker, **words: Any) -> dict[str, Any]:
    made = fay.say("/drills", {"scenario": "resume-screening", "seed": 7, "team": "Red", **words})
    begun: dict[str, Any] = fay.say(f"/drills/{made['id']}/begin", {})
    return begun


def test_injects_reach_the_real_inbox(home: None) -> None:
    fay = speaker("fay", "commander")
    drill = _begun(fay)
    fay.say(f"/drills/{drill['id']}/next", {})
    fay.say(f"/drills/{drill['id']}/send", {"inject": "rumour-season"})
    lines = {(line.sender, line.system) for line in SignalGroup.objects.all()}
    assert lines == {(name, drill["system"]) for name in ("alertmanager", "person", "rumour")}
    assert Complaint.objects.get().system == drill["system"]
    assert all(line.rehearsed for line in SignalGroup.objects.all())
    assert SignalGroup.objects.get(sender="rumour").sender_title == "A rumour"
    person("cy")
    page = enter("cy").get("/inbox/").content.decode()
    assert page.count('<span class="tag care">Drill</span>') == len(lines)


def test_what_is_declared_about_it_is_a_drill_and_the_drill_finds_it(home: None) -> None:
    fay, bo = speaker("fay", "commander"), speaker("bo", "commander")
    drill = _begun(fay)
    said = bo.say("/incidents", {"title": "Graduates are rejected", "system": drill["system"], "kind": "normal"})
    _work(drill["id"])
    assert IncidentRow.objects.get(id=said["incident"]).kind == "drill"
    assert bo.get(f"/drills/{drill['id']}")["incident"] == said["incident"]
    fay.say(f"/drills/{drill['id']}/send", {"inject": "press-mail"})
    assert "Sanne Kuiper" in json.dumps(bo.get(f"/incidents/{said['incident']}/timeline"))


def test_the_truth_is_in_no_answer_before_the_debrief(home: None) -> None:
    fay, bo, ana = speaker("fay", "commander"), speaker("bo", "commander"), speaker("ana", "administrator")
    drill = _begun(fay, players=["bo"])
    said = bo.say("/incidents", {"title": "Graduates are rejected", "system": drill["system"]})
    _work(drill["id"])
    number = said["incident"]
    addresses = [
        "/drills", f"/drills/{drill['id']}", "/drills/scenarios", "/drills/programme", "/inbox/signals", "/incidents",
        f"/incidents/{number}", f"/incidents/{number}/timeline", f"/incidents/{number}/entries",
        f"/incidents/{number}/post-mortem", f"/incidents/{number}/export", "/systems", f"/systems/{drill['system']}",
        f"/systems/{drill['system']}/entries", "/search?q=campus+tier+lowest", "/search?q=Kaapveer+missing+list",
        "/search?q=drill", "/jobs", "/worker", "/openapi.json", f"/drills/{drill['id']}/report",
    ]  # fmt: skip
    for who in (bo, ana):
        for address in addresses:
            told = who.ask("GET", address)
            text = (b"".join(told.streaming_content) if told.streaming else told.content).decode(errors="replace")
            for hidden in (*TRUTH, *SCRIPT):
                assert hidden not in text, (who.name, address, hidden)
    person("cy")
    client = enter("cy")
    for page in ("/drills/", f"/drills/{drill['id']}/", f"/incidents/{number}/", "/search/?q=campus", "/inbox/"):
        told = client.get(page)
        assert told.status_code == 200, page
        for hidden in (*TRUTH, *SCRIPT):
            assert hidden not in told.content.decode(), (page, hidden)


def test_only_the_facilitator_sees_the_script_and_runs_the_clock(home: None) -> None:
    fay, bo = speaker("fay", "commander"), speaker("bo", "administrator")
    drill = _begun(fay)
    assert drill["console"]["next"]
    assert bo.get(f"/drills/{drill['id']}")["console"] is None
    for verb, words in (("next", {}), ("end", {}), ("note", {"text": "x"}), ("set-clock", {"speed": 0})):
        assert bo.refused("POST", f"/drills/{drill['id']}/{verb}", words)["status"] == 403
    assert speaker("dee", "observer").refused("POST", "/drills", {"scenario": "resume-screening"})["status"] == 403


def test_the_debrief_opens_truth_score_and_report_and_lessons_become_actions(home: None) -> None:
    fay, bo = speaker("fay", "commander"), speaker("bo", "commander")
    drill = _begun(fay)
    said = bo.say("/incidents", {"title": "Graduates are rejected", "system": drill["system"]})
    at = f"/drills/{drill['id']}"
    fay.say(f"{at}/end", {"how": "Time is up."})
    assert bo.refused("POST", f"{at}/say", {"question": "q", "text": "t"})["status"] == 409
    assert bo.ask("GET", f"{at}/report").status_code == 409
    fay.say(f"{at}/reveal", {})
    open_now = bo.get(at)["debrief"]
    assert open_now["truth"]["severity"] == "Major"
    assert open_now["truth"]["harmed_before"] > 100
    assert {one["id"] for one in open_now["parts"]} >= {"declared", "contained", "reach", "onset", "handed-over"}
    assert all(one["rule"] for one in open_now["parts"])
    question = open_now["questions"][0]["question"]
    bo.say(f"{at}/say", {"question": question, "text": "The letters would have been enough."})
    bo.say(
        f"{at}/take-lesson", {"title": "Read letters every day", "kind": "detect", "owner": "Bo", "part": "declared"}
    )
    after = bo.get(at)["debrief"]
    assert [one["text"] for one in after["questions"][0]["said"]] == ["The letters would have been enough."]
    assert after["lessons"][0]["incident"] == said["incident"]
    pdf = bo.ask("GET", f"{at}/report?format=pdf")
    assert pdf.content.startswith(b"%PDF")
    told = bo.ask("GET", f"{at}/report?format=md").content.decode()
    assert "Improvement plan" in told
    assert "Read letters every day" in told
    programme = bo.get("/drills/programme")
    assert "biased-decisions" not in programme["never"]["playbooks"]
    assert programme["never"]["playbooks"]
    assert {one["part"] for one in programme["trend"]} >= {"declared"}
    assert programme["teams"] == ["Red"]


def test_the_worker_sends_what_is_due_and_stops_with_the_clock(home: None) -> None:
    fay = speaker("fay", "commander")
    drill = _begun(fay)
    assert JobRow.objects.filter(kind="drill").count() == 1
    done = _work(drill["id"])
    assert len(done.then) == 1
    fay.say(f"/drills/{drill['id']}/set-clock", {"speed": 0})
    assert _work(drill["id"]).then == ()
    fay.say(f"/drills/{drill['id']}/set-clock", {"speed": 3600})
    assert _work(drill["id"], clock=1).then == (), "the chain of an older clock goes on no more"
    assert _work(drill["id"], clock=3).then


def test_a_solo_drill_is_run_by_who_plays_it_and_shows_no_script(home: None) -> None:
    ana = speaker("ana", "responder")
    assert ana.refused("POST", "/drills", {"scenario": "resume-screening"})["status"] == 403
    drill = _begun(ana, mode="solo")
    assert drill["runs"]
    assert drill["console"] is None
    assert ana.refused("POST", f"/drills/{drill['id']}/send", {"inject": "authority"})["status"] == 403
    ana.say(f"/drills/{drill['id']}/end", {})
    assert ana.say(f"/drills/{drill['id']}/reveal", {})["debrief"]["truth"]["severity"] == "Major"


@pytest.mark.parametrize(
    ("words", "field"),
    [({}, "scenario"), ({"scenario": "x", "seed": -1}, "seed"), ({"scenario": "x", "title": "y"}, "title")],
)
def test_what_cannot_be_planned_names_the_word(home: None, words: dict[str, Any], field: str) -> None:
    assert speaker("fay", "commander").refused("POST", "/drills", words)["field"] == field


def test_the_lines_of_drills_are_made_again_from_the_records(home: None) -> None:
    fay = speaker("fay", "commander")
    drill = _begun(fay, planned_for=(utc_now() + timedelta(days=1)).isoformat())
    row = DrillRow.objects.values().get()
    DrillRow.objects.all().delete()
    index.rebuild(desk().store)
    assert DrillRow.objects.values().get() == row
    assert book().drill(drill["id"]).stage == "running"


def test_what_the_holder_of_a_role_knows_is_told_to_its_holder_alone(home: None) -> None:
    fay, bo, cy = speaker("fay", "commander"), speaker("bo", "commander"), speaker("cy", "responder")
    drill = _begun(fay)
    said = bo.say("/incidents", {"title": "Graduates are rejected", "system": drill["system"]})
    bo.say(f"/incidents/{said['incident']}/assign", {"role": "legal", "person": "cy"})
    _work(drill["id"])

    def briefed(who: Speaker) -> list[str]:
        return [card["role"] for card in who.get(f"/drills/{drill['id']}")["roles"] if card["brief"]]

    assert briefed(cy) == ["legal"]
    assert briefed(bo) == []
    alone = _begun(cy, mode="solo")
    assert all(card["brief"] for card in alone["roles"])
