"""Actions over the API: the list across incidents, SMART, the effect, and the list as CSV."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.speaking import Speaker, declared

from hotwash.response.effects import EXAMPLES
from hotwash.web.door import desk
from hotwash.web.tables.models import ActionRow
from hotwash.web.work import measuring

TODAY = date.today  # the installation's clock is the machine's


def log_of(house: Path, refused_f: int) -> None:
    shares = (20, refused_f)
    rows = [f"{'refused' if n % 100 < shares[n % 2] else 'granted'},{'mf'[n % 2]}" for n in range(4000)]
    (house / "log.csv").write_text("\n".join(["decision,sex", *rows]) + "\n")


@pytest.fixture
def incident(house: Path, ana: Speaker) -> str:
    log_of(house, 60)
    ana.say("/systems", {"name": "Loans"})
    return declared(ana, "Loans refused", system="loans")


def added(by: Speaker, incident: str, title: str = "Train without the postcode", **words: object) -> int:
    given = {"title": title, "kind": "prevent", "owner": "bo", **words}
    return int(by.say(f"/incidents/{incident}/add-action", given)["entries"][-1]["number"])


def test_smart_is_told_letter_by_letter_and_mends_as_the_action_does(ana: Speaker, incident: str) -> None:
    action = added(ana, incident, "Improve monitoring", owner="the team")
    [told] = ana.get(f"/incidents/{incident}/actions")["actions"]
    assert {one["letter"]: one["met"] for one in told["smart"]} == dict.fromkeys("SMART", "no")
    assert told["not_smart"] == "SMART"
    factor = ana.say(f"/incidents/{incident}/add-factor", {"text": "Nobody saw the rate by sex", "tag": "monitoring"})
    ana.say(
        f"/incidents/{incident}/change-action",
        {
            "action": action, "title": "Alert when women are refused more than 1.25 times as often", "owner": "bo",
            "due": str(TODAY() + timedelta(days=9)), "strength": "automation", "effort": "days",
            "factors": [factor["entries"][-1]["number"]], "measure": "The alert fires on the March log",
        },
    )  # fmt: skip
    document = ana.get(f"/incidents/{incident}/actions")
    [told] = document["actions"]
    met = {one["letter"]: one["met"] for one in told["smart"]}
    assert met == {"S": "yes", "M": "partly", "A": "yes", "R": "yes", "T": "yes"}
    assert told["tags"] == ["monitoring"]
    assert document["mix"]["strong"] == 1
    assert document["mix"]["warning"] == ""


def test_an_effect_is_planned_asked_and_closes_the_action_and_the_worker_opens_it_again(
    ana: Speaker, bo: Speaker, cy: Speaker, incident: str, house: Path
) -> None:
    action = added(ana, incident)
    words = {
        "action": action, "question": "fairness", "ask_on": str(TODAY()), "source": str(house / "log.csv"),
        "arguments": {"decision": "decision", "group": ["sex"], "favourable": "granted"},
        "thresholds": EXAMPLES["fairness"], "every_days": 1,
    }  # fmt: skip
    wrong = ana.refused("POST", f"/incidents/{incident}/plan-effect", {**words, "thresholds": ["ratio"]})
    assert (wrong["status"], wrong["field"]) == (422, "thresholds")
    ana.say(f"/incidents/{incident}/plan-effect", words)
    bo.say(f"/incidents/{incident}/finish-action", {"action": action, "result": "Live."})
    refused = cy.refused("POST", f"/incidents/{incident}/close-action", {"action": action, "result": "Fine."})
    assert "is measured" in refused["detail"]
    failed = cy.say(f"/incidents/{incident}/measure-effect", {"action": action})
    assert failed["outcome"] == "failed"
    assert ActionRow.objects.get().state == "slipped"
    log_of(house, 20)
    bo.say(f"/incidents/{incident}/finish-action", {"action": action, "result": "Live again."})
    held = cy.say(f"/incidents/{incident}/measure-effect", {"action": action})
    assert held["outcome"] == "passed"
    row = ActionRow.objects.get()
    assert (row.state, row.how, row.slips) == ("effective", "measured", 1)
    assert [one["outcome"] for one in row.effects] == ["failed", "passed"]
    assert row.ask_on == TODAY() + timedelta(days=1)

    ActionRow.objects.update(ask_on=TODAY())
    [job] = measuring.look(desk(), {}).then
    measuring.one(desk(), job.arguments)
    assert len(ActionRow.objects.get().effects) == 2, "the record says that it is not due yet"
    [told] = ana.get(f"/incidents/{incident}/actions")["actions"]
    assert [one["outcome"] for one in told["effects"]] == ["failed", "passed"]
    finding = told["effects"][-1]["finding"]
    assert ana.get(f"/incidents/{incident}/findings/{finding}")["question"] == "fairness"


def test_the_list_is_narrowed_and_paged_and_costs_the_same_whatever_its_length(
    ana: Speaker, bo: Speaker, incident: str
) -> None:
    late = added(ana, incident, "Late one here", due=str(TODAY() - timedelta(days=3)), strength="reminder")
    for number in range(7):
        day = str(TODAY() + timedelta(days=number))
        added(ana, incident, f"Action number {number}", owner="Cy", kind="detect", due=day)
    undated = added(ana, incident, "Whenever that may be", owner="CY", strength="barrier")
    first = ana.get("/actions?limit=4")
    assert first["actions"][0]["entry"] == late
    assert first["actions"][0]["overdue"]
    second = ana.get(f"/actions?limit=4&cursor={first['next']}")
    third = ana.get(f"/actions?limit=4&cursor={second['next']}")
    assert third["actions"][-1]["entry"] == undated
    assert third["next"] is None
    assert (first["figures"]["total"], first["figures"]["overdue"]) == (9, 1)
    assert len(ana.get("/actions?owner=cy")["actions"]) == 8
    assert len(bo.get("/actions?mine=true&state=to-do")["actions"]) == 1
    assert [one["entry"] for one in ana.get("/actions?overdue=true")["actions"]] == [late]
    assert [one["entry"] for one in ana.get("/actions?strength=barrier")["actions"]] == [undated]
    assert len(ana.get("/actions?kind=detect&system=loans")["actions"]) == 7
    assert ana.get("/actions?system=other")["actions"] == []
    assert ana.refused("GET", "/actions?state=odd")["field"] == "state"
    assert ana.refused("GET", "/actions?cursor=odd")["field"] == "cursor"
    with CaptureQueriesContext(connection) as few:
        ana.get("/actions?limit=2")
    with CaptureQueriesContext(connection) as many:
        ana.get("/actions?limit=100")
    assert len(many) == len(few)


def test_no_cell_of_the_csv_is_a_formula(ana: Speaker, incident: str) -> None:
    added(ana, incident, "=HYPERLINK(1) of all things")
    response = ana.ask("GET", "/actions?format=csv")
    assert response.status_code == 200
    [row] = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))
    assert row["title"] == "'=HYPERLINK(1) of all things"
    assert row["state"] == "open"


def test_an_action_that_another_incident_took_over_stands_once(ana: Speaker, incident: str) -> None:
    action = added(ana, incident)
    other = declared(ana, "The same again")
    ana.say(f"/incidents/{incident}/merge", {"into": other, "reason": "The same."})
    taken = {"other": incident, "what": "action", "entry": action, "outcome": "taken-over"}
    ana.say(f"/incidents/{other}/settle-leftover", taken)
    assert [one["incident"] for one in ana.get("/actions?state=left")["actions"]] == [other]
