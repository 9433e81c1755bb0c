"""The playbook's page in the room: start one, tick a step off, leave one out with a reason, see what is late."""

from typing import Any

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.knowledge.playbooks import shelf
from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("bo", "commander"), ("ola", "observer")):
        person(name, role=role)
    ana = Person("ana", "responder")
    return f"/incidents/{desk().declare(by=ana, title='Loans refused', harms=('fairness',)).id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def say(client: Client, room: str, verb: str, **words: Any) -> Any:
    return client.post(f"{room}do/{verb}/", words)


def page(client: Client, room: str) -> str:
    return str(client.get(f"{room}playbook/").content.decode())


def state(room: str) -> Any:
    return desk().incident(room.split("/")[2])


def test_the_fitting_playbooks_are_offered_first_and_each_can_be_read_before(bo: Client, room: str) -> None:
    offered = page(bo, room)
    assert offered.index("Biased decisions") < offered.index("Privacy leak in outputs")
    for book in shelf().playbooks:
        read = bo.get(f"/library/playbooks/{book.id}/")
        assert read.status_code == 200
        for step in book.steps:
            assert step.done.split("’")[0].split("'")[0] in read.content.decode()
    assert bo.get("/library/playbooks/none/").status_code == 404
    assert bo.get("/library/playbooks/").status_code == 200


def test_a_step_is_ticked_off_in_one_press(bo: Client, room: str) -> None:
    assert say(bo, room, "start-playbook", playbook="biased-decisions", tier="Major").status_code == 302
    [run] = state(room).runs
    before = page(bo, room)
    assert 'aria-label="Done: Take command, aloud"' in before
    answer = say(bo, room, "record-step", run=run, step="command", outcome="done")
    assert answer.status_code == 302
    assert answer.url.startswith(f"{room}playbook/?recorded=")
    after = page(bo, room)
    assert 'aria-label="Done: Take command, aloud"' not in after
    assert "29 of 30 steps open" in after


def test_leaving_a_step_out_without_a_reason_comes_back_with_the_words_kept(bo: Client, room: str) -> None:
    say(bo, room, "start-playbook", playbook="biased-decisions")
    [run] = state(room).runs
    answer = say(bo, room, "record-step", run=run, step="hold", outcome="skipped", entry="77", text="  ")
    assert answer.status_code == 409
    assert "needs a reason" in answer.content.decode()
    assert 'value="77"' in answer.content.decode()
    assert state(room).runs[run].open("hold")


def test_what_was_recorded_meanwhile_can_be_taken_as_the_step(bo: Client, room: str) -> None:
    say(bo, room, "start-playbook", playbook="biased-decisions")
    [run] = state(room).runs
    say(bo, room, "assign", role="commander", person="bo")
    offered = page(bo, room)
    assert "may be it: bo took command" in offered
    entry = state(room).acknowledgements[0].entry
    say(bo, room, "record-step", run=run, step="command", outcome="done", entry=entry)
    assert state(room).runs[run].last("command").event.entry == entry


def test_a_graver_severity_is_offered_as_the_tier(bo: Client, room: str) -> None:
    say(bo, room, "start-playbook", playbook="biased-decisions", tier="Minor")
    [run] = state(room).runs
    desk().record(room.split("/")[2], "assess", by=Person("bo", "commander"), answers={"death_or_grave_injury": "yes"})
    assert "The severity is Critical now, and this playbook is at Minor." in page(bo, room)
    say(bo, room, "raise-playbook", run=run, tier="Critical", reason="Somebody was hurt.")
    assert "The severity is Critical now" not in page(bo, room)


def test_who_may_only_read_sees_the_steps_and_no_button(room: str) -> None:
    bo = enter("bo")
    say(bo, room, "start-playbook", playbook="biased-decisions")
    seen = page(enter("ola"), room)
    assert "Take command, aloud" in seen
    assert 'aria-label="Done: Take command, aloud"' not in seen
    assert say(enter("ola"), room, "record-step", run=1, step="command").status_code == 403


def test_an_ended_playbook_stays_on_the_page(bo: Client, room: str) -> None:
    say(bo, room, "start-playbook", playbook="biased-decisions")
    [run] = state(room).runs
    say(bo, room, "end-playbook", run=run, reason="Another plan leads.")
    assert "Another plan leads." in page(bo, room)
    assert say(bo, room, "record-step", run=run, step="command").status_code == 409
