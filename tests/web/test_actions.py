"""Actions in pages: the forms of the room, the list across incidents, and what is mine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.api.speaking import installation
from tests.web.people import enter, person
from tests.web.test_room import say, state, text_of

from hotwash.response.desk import Person
from hotwash.web.actions import listing
from hotwash.web.actions.listing import Wanted
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import JobRow, Role
from hotwash.web.trackers import keeping, syncing
from hotwash.web.work import measuring

BO = Person("bo", "commander")


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("bo", Role.COMMANDER), ("cy", Role.RESPONDER), ("dee", Role.REPORTER)):
        person(name, role=role)
    log = sqlite.home / "logs" / "loans.csv"
    log.parent.mkdir(exist_ok=True)
    rows = [f"{'refused' if n % 5 == 0 else 'granted'},{'mf'[n % 2]}" for n in range(4000)]
    log.write_text("\n".join(["decision,sex", *rows]) + "\n")
    made = desk().declare(by=BO, title="Loans refused").id
    desk().record(made, "add-factor", by=BO, text="Nobody saw <the> rate by sex", tag="monitoring")
    return f"/incidents/{made}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def plan(client: Client, room: str, **more: Any) -> Any:
    words = {
        "action": "4", "question": "fairness", "source": "loans.csv", "ask_on": "2026-01-01",
        "arguments": '{"decision": "decision", "group": ["sex"], "favourable": "granted"}',
        "thresholds": "disparities[*].ratio.low >= 0.8\ndisparities[*].ratio.high <= 1.25", **more,
    }  # fmt: skip
    return say(client, room, "plan-effect", **words)


def test_an_action_is_agreed_planned_done_and_asked_later_in_the_room(bo: Client, room: str) -> None:
    words = {"title": "Alert on <b>sex</b>", "kind": "detect", "owner": "cy", "factors": ["3"]}
    assert say(bo, room, "add-action", **words).status_code == 302
    assert state(room).actions[4].factors == (3,)
    today = str(state(room).actions[4].added.at.date())
    wrong = plan(bo, room, ask_on=today, thresholds="ratio")
    assert wrong.status_code == 422 or wrong.status_code == 409
    assert "compares nothing" in text_of(wrong)
    assert "no JSON object" in text_of(plan(bo, room, ask_on=today, arguments="[1]"))
    assert plan(bo, room, ask_on=today).status_code == 302
    planned = state(room).actions[4].planned
    assert planned is not None
    assert len(planned.event.thresholds) == 2
    page = text_of(bo.get(f"{room}actions/"))
    assert "&lt;b&gt;sex" in page
    assert "Check it as a second person" not in page, "an effect that is measured closes by nothing else"
    assert "SMART" in page
    say(bo, room, "finish-action", action="4", result="It is live.")
    assert say(bo, room, "measure-effect", action="4").status_code == 302
    assert JobRow.objects.filter(kind="effect").count() == 1
    assert "Waits for the measurement" in text_of(bo.get(f"{room}actions/"))
    say(bo, room, "withdraw-effect", action="4", reason="The log is gone.")
    refused = say(bo, room, "close-action", action="4", result="x")
    assert "Nobody checks their own work" in text_of(refused)
    assert say(enter("cy"), room, "close-action", action="4", result="x").status_code == 409, "Cy owns it"


def test_the_list_of_all_actions_is_narrowed_shows_what_is_late_and_escapes(bo: Client, room: str) -> None:
    say(bo, room, "add-action", title="Alert on <b>sex</b>", kind="detect", owner="cy", due="2026-01-05")
    say(bo, room, "add-action", title="Tell everybody again", kind="learn", owner="bo", strength="reminder")
    page = text_of(bo.get("/actions/"))
    assert "&lt;b&gt;sex" in page
    assert "1 late" in page
    assert "RCA2 asks for at least one" in page
    assert "Tell everybody" not in text_of(bo.get("/actions/?overdue=on&state=left"))
    assert "Alert on" not in text_of(bo.get("/actions/?mine=1&state=left"))
    assert "Tell everybody" in text_of(bo.get("/actions/?strength=reminder&state=all"))
    assert bo.get("/actions/?state=odd&kind=x&after=zz&owner=%00").status_code == 200
    out = bo.get("/actions/?format=csv&state=all")
    assert b"Alert on <b>" in b"".join(out.streaming_content)  # type: ignore[attr-defined]
    assert enter("dee").get("/actions/").status_code == 403
    say(bo, room, "drop-action", action="5", reason="Done elsewhere.")
    assert "Tell everybody" not in text_of(bo.get("/actions/?state=left"))


def test_the_list_costs_the_same_however_long_it_is(bo: Client, room: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            assert bo.get("/actions/").status_code == 200
        return len(told)

    say(bo, room, "add-action", title="First of many here", kind="learn", owner="cy")
    few = statements()
    for number in range(30):
        words: dict[str, Any] = {"title": f"Number {number} of many", "kind": "learn", "owner": "cy"}
        desk().record(room.split("/")[2], "add-action", by=BO, **words)
    assert statements() == few <= 6


def test_what_is_mine_on_now_names_what_waits(bo: Client, room: str) -> None:
    say(bo, room, "add-action", title="Alert on women refused", kind="detect", owner="Cy", due="2026-01-05")
    cy = enter("cy")
    assert "Alert on women refused" in text_of(cy.get("/"))
    say(cy, room, "finish-action", action="4", result="Live.")
    assert "done, waits for a second person" in text_of(cy.get("/"))
    assert say(bo, room, "change-action", action="4", owner="bo", reason="Cy is away.").status_code == 302
    assert state(room).actions[4].wanted.due == date(2026, 1, 5)


def test_both_databases_narrow_page_and_look_alike(database: Options, tmp_path: Path) -> None:
    with installation(tmp_path):
        door = desk()
        made = door.declare(by=BO, title="Loans refused").id
        door.record(made, "add-factor", by=BO, text="Nobody saw the rate by sex", tag="monitoring")
        for number in range(5):
            factors = (3,) if number % 2 else ()
            day = date(2026, 1, 5 + number) if number < 3 else None
            door.record(
                made, "add-action", by=BO, title=f"Number {number} of them", kind="learn", owner="Cy", factors=factors,
                due=day, strength="reminder",
            )  # fmt: skip
        today = date(2026, 1, 6)
        assert [row.title[7] for row in listing.page(Wanted(tag="monitoring"), today=today).rows] == ["1", "3"]
        assert listing.page(Wanted(tag="data"), today=today).rows == []
        first = listing.page(Wanted(owners=("cy",)), today=today, limit=4)
        rest = listing.page(Wanted(owners=("cy",)), today=today, cursor=first.next, limit=4)
        assert [row.title[7] for row in (*first.rows, *rest.rows)] == ["0", "1", "2", "3", "4"]
        told = listing.figures(Wanted(), today=today)
        assert (told.total, told.overdue, told.mix.by_strength["reminder"]) == (5, 1, 5)
        assert len(next(listing.as_csv(Wanted(), today=today)).splitlines()) == 6
        keeping.add("gitlab", "board", {"url": "https://1.1.1.1", "project": "a/b"}, by=BO, secret="s", automatic=True)
        assert {job.kind for job in syncing.look(door, {}).then} == {"tracker-poll"}
        door.record(made, "add-action", by=BO, title="Agreed after that", kind="learn", owner="Cy")
        assert "tracked" in {job.kind for job in syncing.look(door, {}).then}
        assert measuring.look(door, {}).then == ()
