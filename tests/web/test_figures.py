"""Metrics, governance and the board report in the browser and over the API; costs, controls and changes in the room."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.reports.measuring.figures import figures
from hotwash.response.desk import Desk, Person
from hotwash.web import figure_rows, index
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.sending import breaches
from hotwash.web.tables.models import BreachRow, IncidentRow, Role

ANA, BO = Person("ana", "administrator"), Person("bo", "commander")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    for name, role in (
        ("ana", Role.ADMINISTRATOR),
        ("bo", Role.COMMANDER),
        ("eve", Role.OBSERVER),
        ("rob", Role.REPORTER),
    ):
        person(name, role=role)
    with installation(tmp_path):
        desk().register(by=BO, name="Loans", purpose="Says who gets a loan.", owner="Bo", tier="high")
        yield desk()


def played(kind: str = "normal", title: str = "Loans refused") -> str:
    begun = datetime.now(UTC) - timedelta(hours=30)
    incident = desk().declare(by=BO, at=begun, title=title, kind=kind, system="loans", harms=["fairness"]).id
    desk().record(incident, "begin-harm", by=BO, at=begun - timedelta(hours=10), source="the log")
    desk().record(incident, "estimate-harm", by=BO, what="refused", value=40, low=30, high=50, basis="counted by hand")
    desk().record(incident, "add-factor", by=BO, text="nobody watched", tag="monitoring", evidence="no alarm")
    desk().record(incident, "add-action", by=BO, title="Alarm for each group", kind="detect", owner="bo")
    desk().record(incident, "record-cost", by=BO, amount=500, currency="EUR", purpose="redress", what="vouchers")
    desk().record(
        incident, "judge-control", by=BO, control="nist:measure-2.4", verdict="failed", reason="no alarm", shown_by=4
    )
    return incident


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_an_empty_installation_says_that_there_is_nothing_to_measure(house: Desk) -> None:
    shown = text(enter("bo"), "/metrics/")
    assert "nothing to measure" in shown
    assert "No harm from our AI systems" in text(enter("bo"), "/governance/board/2026-Q1/")


def test_the_page_shows_the_figures_and_what_they_cannot_say(house: Desk) -> None:
    incident = played()
    played(kind="drill", title="Only a rehearsal")
    shown = text(enter("eve"), "/metrics/?by=system")
    assert "Time to contain" in shown
    assert "too few for a trend" in shown
    assert "500 EUR" in shown
    assert incident in shown
    assert "Drills, apart" in shown
    assert "Define it" not in shown


def test_figures_are_for_those_who_may_read_every_record(house: Desk) -> None:
    played()
    for path in ("/metrics/", "/governance/", "/governance/board/2026-Q1/"):
        assert enter("rob").get(path).status_code == 403
    assert enter("rob").get("/api/v1/metrics").status_code == 403


def test_a_period_that_is_none_is_said_and_everything_is_shown(house: Desk) -> None:
    assert "is no day" in text(enter("bo"), "/metrics/?since=yesterday")
    assert enter("bo").get("/api/v1/metrics?since=yesterday").status_code == 422
    assert enter("bo").get("/api/v1/metrics?by=colour").status_code == 422


def test_however_many_incidents_there_are_the_statements_are_as_many(house: Desk) -> None:
    played()
    bo = enter("bo")
    pages = (
        "/metrics/",
        "/governance/",
        "/api/v1/metrics?by=harm,system",
        "/api/v1/metrics/prometheus",
        "/api/v1/board",
    )
    few = {}
    for path in pages:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert bo.get(path).status_code == 200
        few[path] = len(asked)
    for _ in range(4):
        played()
    for path in pages:
        with CaptureQueriesContext(connection) as asked:
            assert bo.get(path).status_code == 200
        assert len(asked) <= few[path], path
        assert len(asked) < 12, path


def test_figures_that_are_made_again_are_those_that_were_kept(house: Desk) -> None:
    incident = played()
    desk().record(incident, "propose-policy-change", by=BO, policy="Watching", change="an alarm", because="none rang")
    kept = IncidentRow.objects.get(id=incident).figures
    assert kept["proposals"]
    index.rebuild(desk().store)
    assert IncidentRow.objects.get(id=incident).figures == kept
    IncidentRow.objects.update(figures={})
    assert figure_rows.fill() == 1
    assert IncidentRow.objects.get(id=incident).figures == kept
    assert figure_rows.fill() == 0


def test_csv_has_a_line_for_each_incident_and_no_formula(house: Desk) -> None:
    played(title="=HYPERLINK(1)")
    played(kind="test")
    answer = enter("bo").get("/api/v1/metrics?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["counts"] for row in rows] == ["yes", "no"]
    assert rows[0]["title"] == "'=HYPERLINK(1)"


def test_prometheus_is_answered_in_its_own_format(house: Desk) -> None:
    played()
    answer = enter("bo").get("/api/v1/metrics/prometheus")
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'hotwash_incidents{kind="normal",severity="unassessed",state="open"} 1' in answer.content.decode()


def test_a_measurement_is_defined_in_the_page_and_retired_there(house: Desk) -> None:
    played()
    bo = enter("bo")
    words = {"name": "Time to the first cost", "since": "detected", "until": "first:cost-recorded"}
    assert bo.post("/metrics/define-measure/", words).status_code == 302
    assert "Time to the first cost" in text(bo, "/metrics/")
    found = bo.get("/api/v1/metrics").json()["measures"][-1]
    assert (found["measure"], found["recorded"]) == ("own:time-to-the-first-cost", 1)
    refused = bo.post("/metrics/define-measure/", {**words, "until": "first:nonsense"})
    assert refused.status_code == 409
    assert "no point of the record" in refused.content.decode()
    gone = bo.post("/metrics/retire-measure/", {"measure": "own:time-to-the-first-cost", "reason": "not used"})
    assert gone.status_code == 302
    assert "own:" not in str(bo.get("/api/v1/metrics").json()["measures"])


def test_controls_limits_and_own_policies_stand_on_one_page(house: Desk) -> None:
    incident = played()
    bo = enter("bo")
    shown = text(bo, "/governance/")
    assert "MEASURE 2.4" in shown
    assert f"failed in {incident}" in shown
    limit = {"indicator": "failed-untested", "limit": "3", "reason": "agreed"}
    assert bo.post("/governance/set-indicator/", limit).status_code == 302
    by_id = {one["indicator"]: one for one in bo.get("/api/v1/risks").json()["risks"]}
    assert (by_id["failed-untested"]["value"], by_id["failed-untested"]["breached"]) == (1, False)
    added = bo.post("/governance/add-control/", {"title": "Two sign", "tags": ["monitoring", "deployment"]})
    assert added.status_code == 302
    own = bo.get("/api/v1/controls").json()["controls"][-1]
    assert (own["control"], own["suggested"]) == ("own:two-sign", [incident])
    assert enter("eve").post("/governance/set-indicator/", limit).status_code in (403, 409)


def test_a_change_of_a_rule_is_decided_by_somebody_else_and_shown(house: Desk) -> None:
    incident = played()
    room = f"/incidents/{incident}/governance/"
    for path in (room, "/governance/"):
        assert "propos" in text(enter("bo"), path)
    desk().record(incident, "propose-policy-change", by=BO, policy="Watching", change="an alarm", because="none rang")
    assert "Watching" in text(enter("bo"), "/governance/")
    assert "Watching" in text(enter("bo"), room)
    number = desk().incident(incident).number
    desk().record(incident, "decide-policy-change", by=ANA, proposal=number, decision="accepted", reason="yes")
    assert "accepted" in text(enter("bo"), "/governance/")


def test_the_board_report_leads_from_every_figure_to_its_record(house: Desk) -> None:
    incident = played()
    quarter = f"{datetime.now(UTC).year}-Q{(datetime.now(UTC).month + 2) // 3}"
    bo = enter("bo")
    shown = text(bo, f"/governance/board/{quarter}/")
    assert f'href="/incidents/{incident}/entries/3/"' in shown
    answer = bo.get(f"/api/v1/board?format=pdf&quarter={quarter}")
    assert answer.content.startswith(b"%PDF")
    assert bo.get("/api/v1/board?quarter=soon").status_code == 422
    assert bo.get("/governance/board/soon/").status_code == 404


def test_whoever_answers_for_risk_is_told_once_and_again_after_a_week(house: Desk) -> None:
    played()
    desk().record_organisation("set-group", by=BO, group="risk", people=("eve",))
    outcome = breaches.look(desk(), {})
    assert outcome.effect is not None
    told = {job.kind for job in outcome.then}
    assert told == {breaches.TELL}
    assert all("Loans" not in job.arguments["text"] for job in outcome.then)
    outcome.effect()
    assert BreachRow.objects.filter(indicator="failed-untested").exists()
    assert "above" in text(enter("bo"), "/metrics/")
    assert breaches.look(desk(), {}).then == ()
    BreachRow.objects.update(reminded_at=datetime.now(UTC) - timedelta(days=8))
    assert len(breaches.look(desk(), {}).then) == len(outcome.then)
    assert breaches.tell(desk(), outcome.then[0].arguments) is None


def test_an_indicator_within_its_limit_again_is_forgotten(house: Desk) -> None:
    BreachRow.objects.create(indicator="critical", value=2, limit=0, since=datetime.now(UTC))
    outcome = breaches.look(desk(), {})
    assert outcome.effect is not None
    outcome.effect()
    assert not BreachRow.objects.filter(indicator="critical").exists()


def test_both_databases_give_the_same_figures(database: Options, tmp_path: Path) -> None:
    person("bo", role=Role.COMMANDER)
    with installation(tmp_path):
        desk().register(by=BO, name="Loans", purpose="Says who gets a loan.", owner="Bo", tier="high")
        incident = played()
        [line] = figure_rows.lines(IncidentRow.objects.all())
        assert (line.id, line.system_name, line.figures.costs[0].amount) == (incident, "Loans", 500)
        assert line.figures == figures(desk().incident(incident))
