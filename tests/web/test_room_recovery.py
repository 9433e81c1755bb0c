"""The page of the way back, and the same acts in the API: from the gate to the ramp, its trip, and its worker."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import installation
from tests.response.recovering import GATE
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.switches import services, setting
from hotwash.web.switches.setting import switching
from hotwash.web.tables.models import JobRow, JobState, Role
from hotwash.web.work.kinds import KINDS
from hotwash.web.work.worker import Worker

ANA, BO = Person("ana", "administrator"), Person("bo", "commander")
INC = "INC-2026-0001"


class Room:
    """Bo in the room of an incident whose system is contained, with a clock moved by hand."""

    def __init__(self, logs: Path) -> None:
        self.now = datetime(2026, 3, 3, 9, tzinfo=UTC)
        self._log, self._rows = logs / "loans.csv", ["at,sex,decision,case_set"]
        desk().clock = lambda: self.now
        desk().register(by=BO, name="Loans", slug="loans")
        columns = {"time": "at", "decision": "decision"}
        desk().record_system("loans", "describe-log", by=BO, source="loans.csv", columns=columns, attributes=["sex"])
        services.add("loans-api", ["loans"], by="ana")
        desk().declare(by=ANA, title="Loans refused", system="loans")
        desk().record(INC, "assign", by=ANA, role="commander", person="bo")
        desk().record(INC, "assign", by=ANA, role="legal", person="cy")
        self.containment = (
            switching().contain(INC, switch="loans", state="human", by=BO, unheld_because="Now.").containment
        )
        self.decide(40, case_set="own")
        self.decide(400)
        self.bo, self.cy = enter("bo"), enter("cy")

    def decide(self, rows: int, *, granted_f: float = 0.6, case_set: str = "") -> None:
        for n in range(rows):
            at = self.now - timedelta(minutes=9) * (rows - n) / rows
            share = granted_f if n % 2 else 0.9 if case_set else 0.6
            decision = "granted" if (n * 7919) % 100 < 100 * max(share, 0.9 if case_set else 0) else "refused"
            self._rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{'mf'[n % 2]},{decision},{case_set}")
        self._log.write_text("\n".join(self._rows) + "\n")

    def work(self) -> None:
        Worker(desk(), KINDS).run_due()

    def do(self, form: str, client: Client | None = None, **words: Any) -> Any:
        return (client or self.bo).post(f"/incidents/{INC}/do/{form}/", words)

    def text(self, client: Client | None = None) -> str:
        answer = (client or self.bo).get(f"/incidents/{INC}/recovery/")
        assert answer.status_code == 200
        return answer.content.decode()

    def begun(self) -> None:
        assert self.do("set-gate", containment=self.containment, gate=GATE).status_code == 302
        assert self.do("ask-gate").status_code == 302
        self.work()
        assert self.do("sign-off", role="commander").status_code == 302
        assert self.do("sign-off", self.cy, role="legal").status_code == 302
        assert self.do("begin-ramp").status_code == 302

    @property
    def recovery(self) -> Any:
        return desk().incident(INC).recovery


@pytest.fixture
def room(sqlite: Options, tmp_path: Path) -> Iterator[Room]:
    person("ana", role=Role.ADMINISTRATOR)
    person("bo", role=Role.COMMANDER)
    person("cy", role=Role.RESPONDER)
    person("dee", role=Role.OBSERVER)
    setting.switching.cache_clear()
    with installation(tmp_path) as logs:
        setting.switching.cache_clear()
        yield Room(logs)
    setting.switching.cache_clear()


def test_the_page_leads_from_the_gate_to_the_ramp_and_says_where_traffic_is(room: Room) -> None:
    text = room.text()
    assert "Traffic is contained. Nothing has gone back." in text
    assert "disparities[*].ratio.value &gt;= 0.8" in text, "a gate to begin with is drafted from the log"
    room.do("set-gate", containment=room.containment, gate=GATE)
    room.do("ask-gate")
    assert "no worker runs" in room.text()
    room.work()
    text = room.text()
    assert "four fifths" in text
    assert "I agree" in text
    assert "I agree" not in room.text(enter("dee"))
    room.do("sign-off", role="commander")
    assert "It begins once the gate has passed" in room.text()
    room.do("sign-off", room.cy, role="legal", remark="Within the law.")
    assert "Let the first share go back" in room.text()
    assert "Let the first share go back" not in room.text(room.cy)
    room.do("begin-ramp")
    text = room.text()
    assert "1 % of the traffic is back, and is being watched." in text
    assert "No worker runs, so nobody watches" in text
    assert "Stop, and contain all traffic again" in text


def test_a_planted_regression_trips_the_ramp_in_the_worker_and_the_page_says_what(room: Room) -> None:
    room.begun()
    room.now += timedelta(minutes=10)
    room.decide(4_000, granted_f=0.1)
    room.work()
    text = room.text()
    assert "Stopped. All traffic is contained again." in text
    assert "It tripped" in text
    assert "selection_rate.value &gt;= 0.8: It is 0." in text
    assert not JobRow.objects.filter(kind="recovery", state=JobState.WAITING).exists()
    timeline = room.bo.get(f"/incidents/{INC}/").content.decode()
    assert "A question failed at step 1, so all traffic is contained again" in timeline


@pytest.mark.parametrize(("form", "field"), [("without-gate", "containment"), ("agree-without-gate", "wish")])
@pytest.mark.parametrize("said", ["", "the first"])
def test_a_form_that_names_no_entry_is_refused(room: Room, form: str, field: str, said: str) -> None:
    words: dict[str, Any] = {field: said} if said else {}
    assert room.do(form, reason="Now.", **words).status_code == 409
    assert not desk().incident(INC).ungated


def test_a_page_that_is_open_follows_by_itself(room: Room) -> None:
    def told(text: str) -> Any:
        return room.bo.get(unescape(re.findall(r'hx-get="([^"]*/recovery/live/[^"]*)"', text)[0]))

    assert "/recovery/live/" not in room.text(), "nothing goes on"
    room.do("set-gate", containment=room.containment, gate=GATE)
    room.do("ask-gate")
    asked = room.text()
    assert told(asked).status_code == 204, "nothing new"
    assert "HX-Redirect" not in told(asked)
    room.work()
    assert told(asked)["HX-Redirect"] == f"/incidents/{INC}/recovery/", "it offers to agree now"
    room.do("sign-off", role="commander")
    room.do("sign-off", room.cy, role="legal")
    room.do("begin-ramp")
    watched = room.text()
    assert "four fifths" in watched
    room.now += timedelta(minutes=10)
    room.decide(4_000)
    room.work()
    text = told(watched).content.decode()
    assert "at step 1" in text
    assert 'id="recovery-answers" class="flow" hx-swap-oob="true"' in text
    assert "textarea" not in text, "nobody's typing is disturbed"
    assert told(text).status_code == 204
    room.now += timedelta(minutes=10)
    room.decide(4_000, granted_f=0.1)
    room.work()
    assert told(text)["HX-Redirect"] == f"/incidents/{INC}/recovery/", "all is contained again"
    assert "/recovery/live/" not in room.text()


def test_the_worker_leads_it_to_its_end(room: Room) -> None:
    room.begun()
    for _ in range(12):
        room.now += timedelta(minutes=10)
        room.decide(400)
        room.work()
    assert room.recovery.stage == "completed"
    assert not desk().incident(INC).in_force
    assert "All traffic is back, and was watched to the end." in room.text()


def test_a_gate_that_is_wrong_comes_back_with_its_key_and_every_word(room: Room) -> None:
    wrong = GATE.replace("fairness", "fairnes")
    answer = room.do("set-gate", containment=room.containment, gate=wrong)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "questions[1] (four fifths).question" in text
    assert "fairnes" in text
    assert room.recovery is None


def test_without_a_gate_it_takes_the_commander_and_a_second_person(room: Room) -> None:
    answer = room.do("without-gate", containment=room.containment, reason="Patients wait.")
    assert answer.status_code == 302
    [wish] = desk().incident(INC).ungated
    assert "It waits for a second person" in room.text()
    assert room.do("agree-without-gate", wish=wish, reason="Me too.").status_code == 409
    assert room.do("agree-without-gate", room.cy, wish=wish, reason="Me too.").status_code == 403
    ana = enter("ana")
    assert room.do("agree-without-gate", ana, wish=wish, reason="It is right.").status_code == 302
    assert not desk().incident(INC).in_force
    assert "WITHOUT A GATE" in room.bo.get(f"/incidents/{INC}/").content.decode()


def test_the_api_says_the_same_words(room: Room) -> None:
    def say(what: str, client: Client | None = None, **words: Any) -> Any:
        path = f"/api/v1/incidents/{INC}/{what}"
        return (client or room.bo).post(path, words, content_type="application/json")

    def told() -> Any:
        return room.bo.get(f"/api/v1/incidents/{INC}/recovery").json()

    for client in (room.bo, room.cy):
        client.handler.enforce_csrf_checks = False
    assert told()["stage"] == "none"
    assert say("recovery/plan", containment=room.containment, gate="x").status_code == 422
    assert say("recovery/plan", room.cy, containment=room.containment, gate=GATE).status_code == 403
    assert say("recovery/plan", containment=room.containment, gate=GATE).status_code == 200
    asked = say("recovery/ask").json()
    assert asked["entries"][-1]["body"]["outcome"] == "passed"
    assert say("recovery/begin").status_code == 409
    say("sign-off", role="commander")
    say("sign-off", room.cy, role="legal")
    assert told()["stage"] == "ready"
    assert say("recovery/begin").json()["sentence"] == "1 % of the traffic is back, and is being watched."
    assert told()["share"] == 0.01
    assert say("recovery/stop", reason="Complaints.").json()["stage"] == "contained again"
    nowhere = room.bo.get("/api/v1/incidents/INC-2026-0999/recovery")
    assert nowhere.status_code == 404


def test_who_may_see_nothing_sees_nothing_of_it(room: Room) -> None:
    person("eve", role=Role.REPORTER)
    eve = enter("eve")
    assert eve.get(f"/incidents/{INC}/recovery/").status_code == 404
    assert eve.get(f"/api/v1/incidents/{INC}/recovery").status_code == 404
    assert eve.post(
        f"/api/v1/incidents/{INC}/recovery/stop", {"reason": "x"}, content_type="application/json"
    ).status_code in (403, 404)
