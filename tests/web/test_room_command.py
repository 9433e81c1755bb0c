"""Command in the room: periods, the draft of a briefing, the page for those who join late."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options

ANA = Person("ana", "responder")


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("bo", "commander"), ("rae", "reporter")):
        person(name, role=role)
    return f"/incidents/{desk().declare(by=ANA, title='Loans refused').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def say(client: Client, room: str, verb: str, **words: Any) -> Any:
    return client.post(f"{room}do/{verb}/", words)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_period_is_opened_and_an_objective_settled(bo: Client, room: str) -> None:
    late = say(bo, room, "start-period", until="2020-01-01T10:00", objectives="Stop it\nCount them")
    assert late.status_code == 409
    assert "Count them" in late.content.decode()
    until = (desk().clock() + timedelta(hours=2)).isoformat(timespec="minutes")
    assert say(bo, room, "start-period", until=until, objectives="Stop it\n\nCount them").status_code == 302
    [entry] = desk().incident(room.split("/")[2]).periods
    assert "Count them" in text_of(bo, f"{room}people/")
    say(bo, room, "settle-objective", period=entry, objective=2, outcome="met")
    assert desk().incident(room.split("/")[2]).periods[entry].open == ((1, "Stop it"),)


def test_a_hand_over_begins_with_a_draft(bo: Client, room: str) -> None:
    say(bo, room, "assign", role="commander", person="bo")
    page = text_of(bo, f"{room}people/")
    assert "drafted from the record." in page
    assert "Severity: not assessed." in page


def test_late_joiners_have_a_page_and_forms(bo: Client, room: str) -> None:
    assert "Who does what" in text_of(bo, f"{room}read-in/")
    number = room.split("/")[2]
    for form in ("ics-201", "ics-202", "ics-203", "ics-207", "ics-214", "read-in"):
        answer = bo.get(f"/api/v1/incidents/{number}/forms/{form}?format=md")
        assert answer.status_code == 200
        assert "Loans refused" in answer.content.decode()
    assert bo.get(f"/api/v1/incidents/{number}/forms/ics-999").status_code == 422
    assert "Next: Assess the severity" in bo.get(f"/api/v1/incidents/{number}/briefing").json()["briefing"]


def test_forms_are_not_for_those_who_may_not_read(room: str) -> None:
    number = room.split("/")[2]
    assert enter("rae").get(f"/api/v1/incidents/{number}/forms/ics-201").status_code in (403, 404)
    assert enter("rae").get(f"{room}read-in/").status_code == 404
