"""The landscape: what happened with each AI system, what each lacks, and whose it is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.speaking import installation, speaker
from tests.web.people import enter, person

from hotwash.response import kept_gates
from hotwash.response.desk import Desk, Person
from hotwash.systems.landscape import REHEARSED, Standing, lacking
from hotwash.web import index, landscape
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.switches import services
from hotwash.web.tables.models import Role, SystemRow

BO = Person("bo", "commander")
GATE = """
title = "Women are not refused more often"
[[questions]]
name = "four fifths"
question = "fairness"
thresholds = ["groups[sex=f].ratio.selection_rate.value >= 0.8"]
arguments = { decision = "decision", group = ["sex"], favourable = "granted", reference = { sex = "m" } }
"""


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    person("bo", role=Role.COMMANDER)
    with installation(tmp_path):
        desk().register(by=BO, name="Loans", purpose="Says who gets a loan.", owner="Bo", tier="high")
        yield desk()


def line(slug: str = "loans") -> landscape.Line:
    [found] = landscape.lines(
        SystemRow.objects.filter(slug=slug), now=desk().clock(), teams=desk().organisation().teams
    )
    return found


def tell(house: Desk, outcome: str, slug: str = "loans") -> None:
    [file] = kept_gates.files(house.system(slug))
    check = {"name": "four fifths", "outcome": outcome, "rows": 9, "why": "It is <0.5>."}
    house.record_system(
        slug, "report-gate", by=Person("ci", "service"), gate=file.gate, digest=file.digest, outcome=outcome,
        checks=[check], version="7", place="https://ci.example.org/1",
    )  # fmt: skip


def test_what_a_system_lacks_goes_away_as_it_is_done(house: Desk) -> None:
    assert line().lacks == ("stop", "switch", "log", "drill", "gate")
    house.record_system("loans", "set-stop-authority", by=BO, people=("Bo",))
    house.record_system("loans", "describe-log", by=BO, source="log.csv")
    house.record_system("loans", "describe-switch", by=BO)
    house.declare(by=BO, title="Practice", kind="drill", system="loans")
    kept_gates.keep(house, "loans", by=BO, text=GATE)
    assert line().lacks == ()
    tell(house, "failed")
    assert line().lacks == ("passing-gate",)
    tell(house, "passed")
    assert line().lacks == ()


def test_a_switch_that_a_service_follows_needs_no_description(house: Desk) -> None:
    services.add("loans-api", ["loans"], by="bo")
    assert "switch" not in line().lacks


def test_a_drill_counts_for_a_year_and_a_test_is_no_drill(house: Desk) -> None:
    house.declare(by=BO, title="Does it page?", kind="test", system="loans")
    assert "drill" in line().lacks
    now = house.clock()
    known = Standing(drilled=now - REHEARSED)
    assert "drill" not in lacking(known, now=now, teams=False)
    assert "drill" in lacking(known, now=now + timedelta(seconds=1), teams=False)
    assert lacking(Standing(retired=True), now=now, teams=True) == ()


def test_a_team_is_missed_only_where_there_are_teams(house: Desk) -> None:
    assert "team" not in line().lacks
    house.record_organisation("set-team", by=BO, team="credit", name="Credit risk", belongs_to="Bank")
    assert "team" in line().lacks
    house.record_system("loans", "join-team", by=BO, team="credit")
    assert "team" not in line().lacks
    house.record_organisation("retire-team", by=BO, team="credit", reason="Dissolved.")
    house.record_organisation("set-team", by=BO, team="other")
    assert "team" in line().lacks, "a team that is no more has no system"


def test_lists_are_narrowed_to_a_team_and_to_an_organisation(house: Desk) -> None:
    for team, organisation in (("credit", "Bank"), ("claims", "Insurance"), ("sales", "Bank")):
        house.record_organisation("set-team", by=BO, team=team, belongs_to=organisation)
    for name, team in (("Claims", "claims"), ("Offers", "sales")):
        slug = house.register(by=BO, name=name).id
        house.record_system(slug, "join-team", by=BO, team=team)
        house.declare(by=BO, title=f"{name} harmed", system=slug)
    house.record_system("loans", "join-team", by=BO, team="credit")
    house.declare(by=BO, title="Nobody's", system="")
    bo, api = enter("bo"), speaker("robot", "observer")
    for words, systems, incidents in (
        ("team=claims", {"claims"}, {"Claims harmed"}),
        ("organisation=Bank", {"loans", "offers"}, {"Offers harmed"}),
        ("organisation=Bank&team=claims", set(), set()),
    ):
        assert {one["system"] for one in api.get(f"/systems?{words}")["systems"]} == systems
        assert {one["title"] for one in api.get(f"/incidents?{words}")["incidents"]} == incidents
        assert {one.row.slug for one in bo.get(f"/systems/?{words}").context["lines"]} == systems
        assert {row.title for row in bo.get(f"/incidents/?{words}").context["rows"]} == incidents
    told = {one["system"]: one for one in api.get("/systems")["systems"]}["loans"]
    assert (told["team"], told["organisation"], told["lacks"][0]) == ("credit", "Bank", "stop")
    page = bo.get("/systems/?lack=owner")
    assert {one.row.slug for one in page.context["lines"]} == {"claims", "offers"}


def test_teams_are_named_and_retired_on_the_page_of_the_organisation(house: Desk) -> None:
    bo = enter("bo")
    said = bo.post("/organisation/set-team/", {"team": "credit", "name": "Credit <risk>", "belongs_to": "Bank"})
    assert said.status_code == 302
    page = bo.get("/organisation/").content.decode()
    assert "Credit &lt;risk&gt;" in page
    assert "Bank" in page
    wrong = bo.post("/organisation/set-team/", {"team": "Not a name", "belongs_to": "Kept as typed"})
    assert wrong.status_code == 409
    assert "Kept as typed" in wrong.content.decode()
    assert bo.post("/systems/loans/join-team/", {"join-team-team": "credit"}).status_code == 302
    assert "Credit &lt;risk&gt;, Bank" in bo.get("/systems/loans/").content.decode()
    assert bo.post("/systems/loans/join-team/", {"join-team-team": "other"}).status_code == 422
    assert bo.post("/organisation/retire-team/", {"team": "credit", "reason": "Dissolved."}).status_code == 302
    assert not house.organisation().teams.standing


def test_the_map_asks_the_database_as_often_for_sixty_systems_as_for_one(house: Desk) -> None:
    bo = enter("bo")
    bo.get("/systems/")
    with CaptureQueriesContext(connection) as one:
        bo.get("/systems/")
    for number in range(60):
        slug = house.register(by=BO, name=f"System {number}", tier="minimal").id
        if number % 3 == 0:
            house.declare(by=BO, title="Harm", system=slug, harms=("safety",))
    with CaptureQueriesContext(connection) as many:
        answer = bo.get("/systems/")
    assert len(many) == len(one)
    assert len(answer.context["lines"]) == 61
    values = answer.context["chart"]["data"]["values"]
    counted = {(one["tier"], one["lack"]): one["systems"] for one in values}
    assert counted["Minimal risk", "no owner"] == 60
    assert counted["High risk", "no drill in a year"] == 1


def test_the_page_of_a_system_shows_its_gates_with_what_they_last_came_to(house: Desk) -> None:
    bo = enter("bo")
    incident = house.declare(by=BO, title="Refused", system="loans").id
    kept_gates.leave(house, incident, by=BO, text=GATE)
    assert "never asked" in bo.get("/systems/loans/").content.decode()
    tell(house, "failed")
    page = bo.get("/systems/loans/").content.decode()
    for part in ("four fifths: It is &lt;0.5&gt;.", f"/incidents/{incident}/", "https://ci.example.org/1", "ci"):
        assert part in page, part
    retired = bo.post(
        "/systems/loans/retire-gate/",
        {"retire-gate-gate": "women-are-not-refused-more-often", "retire-gate-reason": "The model is gone."},
    )
    assert retired.status_code == 302, retired.content
    assert "The model is gone." in bo.get("/systems/loans/").content.decode()
    wrong = bo.post("/systems/loans/keep-gate/", {"keep-gate-text": GATE.replace('"fairness"', '"fairnes"')})
    assert wrong.status_code == 422
    assert "no question `fairnes`" in wrong.content.decode()
    assert bo.post("/systems/loans/keep-gate/", {"keep-gate-text": GATE}).status_code == 302
    assert house.system("loans").gates["women-are-not-refused-more-often"].standing == "never asked"


def test_an_incident_leaves_a_gate_from_its_room(house: Desk) -> None:
    incident = house.declare(by=BO, title="Refused", system="loans").id
    bo = enter("bo")
    page = bo.get(f"/incidents/{incident}/actions/").content.decode()
    assert "Gates that it leaves behind" in page
    done = bo.post(f"/incidents/{incident}/do/leave-gate/", {"text": GATE})
    assert done.status_code == 302, done.content
    assert "four fifths" in bo.get(f"/incidents/{incident}/actions/").content.decode()
    assert bo.post(f"/incidents/{incident}/do/leave-gate/", {"text": "no"}).status_code == 409


def test_the_index_that_is_made_again_is_the_one_that_was_kept(house: Desk) -> None:
    house.record_system("loans", "describe-switch", by=BO)
    house.record_system("loans", "join-team", by=BO, team="credit")
    kept_gates.keep(house, "loans", by=BO, text=GATE)
    tell(house, "too few")
    before = list(SystemRow.objects.values_list())
    assert SystemRow.objects.values_list("team", "has_switch", "gates", "gates_wanting").get() == ("credit", True, 1, 1)
    index.rebuild(house.store)
    assert list(SystemRow.objects.values_list()) == before
