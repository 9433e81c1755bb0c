"""Causes in a room: a tree of whys that several people build, factors with names, and wording as it is written."""

from typing import Any

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options

BO = Person("bo", "commander")
QUICK: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("ana", "responder"), ("bo", "commander"), ("ola", "observer"), ("rae", "reporter")):
        person(name, role=role)
    return f"/incidents/{desk().declare(by=Person('ana', 'responder'), title='Loans refused').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def say(client: Client, room: str, verb: str, **words: Any) -> Any:
    return client.post(f"{room}do/{verb}/", words)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def state(room: str) -> Any:
    return desk().incident(room.split("/")[2])


def record(room: str, verb: str, **words: Any) -> int:
    return desk().record(room.split("/")[2], verb, by=BO, **words).entries[0].number


def test_two_who_change_one_answer_both_see_both_and_one_chooses(bo: Client, room: str) -> None:
    why = record(room, "add-why", question="Why?", answer="The check had no groups")
    ana = enter("ana")
    say(bo, room, "edit-why", why=why, made_from=why, question="Why?", answer="The check had no groups at all")
    late = say(
        ana, room, "edit-why", why=why, made_from=why, question="Why?", answer="The check had groups for age only"
    )
    assert late.status_code == 409
    page = text_of(late)
    assert "bo wrote this meanwhile" in page
    assert "The check had <mark>no </mark>groups <mark>at</mark> <mark>all</mark>" in page
    assert "The check had groups <mark>for</mark> <mark>age only</mark>" in page
    assert state(room).whys[why].event.answer == "The check had no groups at all"
    hidden = state(room).whys[why].version
    assert f'name="made_from" value="{hidden}"' in page
    say(ana, room, "edit-why", why=why, made_from=hidden, question="Why?", answer="The check had groups for age only")
    assert state(room).whys[why].event.answer == "The check had groups for age only"
    assert "The check had no groups at all" in text_of(ana.get(f"{room}whys/{why}/"))


def test_a_factor_that_somebody_changed_meanwhile_is_shown_beside_ones_own(bo: Client, room: str) -> None:
    factor = record(room, "add-factor", text="Nobody checked by age", tag="evaluation")
    words = {"factor": factor, "made_from": factor, "tag": "evaluation", "failures": ["Limited Dataset"]}
    say(bo, room, "edit-factor", text="Nobody checked by sex", **words)
    late = say(enter("ana"), room, "edit-factor", text="Nobody checked at all", **words)
    assert late.status_code == 409
    assert "bo wrote this meanwhile" in text_of(late)
    assert 'name="failures" value="Limited Dataset"' in text_of(late)


def test_what_is_taken_back_is_struck_through_with_its_reason(bo: Client, room: str) -> None:
    above = record(room, "add-why", question="Why?", answer="The check had no groups")
    record(room, "add-why", question="Why?", answer="Labels came late", parent=above)
    assert say(bo, room, "withdraw-why", why=above, reason="It had them.").status_code == 302
    page = text_of(bo.get(f"{room}causes/"))
    assert "<s>The check had no groups</s>" in page
    assert "It had them." in page


def test_the_page_warns_where_a_chain_stops_and_asks_on(bo: Client, room: str) -> None:
    record(room, "add-factor", text="Refusals were not compared", tag="evaluation")
    record(room, "add-why", question="Why?", answer="The reviewer clicked accept.", parent=3)
    page = text_of(bo.get(f"{room}causes/"))
    assert "The chain stops at a person." in page
    assert "There is one factor." in page
    assert "What made this the sensible thing to do?" in page
    assert "<svg" in page


def test_the_picture_comes_again_only_when_something_came(bo: Client, room: str) -> None:
    why = record(room, "add-why", question="Why?", answer="The check had <b>no</b> groups")
    assert bo.get(f"{room}whys/?since={why}").status_code == 204
    part = text_of(bo.get(f"{room}whys/?since={why - 1}"))
    assert "<svg" in part
    assert "<b>" not in part


def test_a_finding_an_answer_and_an_event_of_a_tree_begin_a_factor(bo: Client, room: str) -> None:
    why = record(room, "add-why", question="Why?", answer="The check had no groups")
    page = text_of(bo.get(f"{room}causes/?from={why}"))
    assert f'name="supports" value="{why}"' in page
    assert "The check had no groups</textarea>" in page
    record(
        room, "keep-tree", text="tree t\ngate g = a AND b\nevent a 'x'\nevent b\n".replace("'x'", '"Labels were old"')
    )
    judged = record(room, "judge-tree-event", tree="t", event="a", standing="confirmed", evidence="seen")
    assert "Labels were old</textarea>" in text_of(bo.get(f"{room}causes/?from={judged}"))
    assert bo.get(f"{room}causes/?from=999999").status_code == 200


def test_a_factor_takes_names_entries_and_a_file_that_show_it(bo: Client, room: str) -> None:
    why = record(room, "add-why", question="Why?", answer="The check had no groups")
    sent = say(
        bo,
        room,
        "add-factor",
        text="Nobody checked by age",
        tag="evaluation",
        finding=f"e{why}",
        supports="1",
        failures=["Inadequate Verification", "Overfitting"],
        timing="pre-deployment",
    )
    assert sent.status_code == 302
    event = next(iter(state(room).factors.values())).event
    assert event.supports == (1, why)
    assert event.failures == ("Overfitting", "Inadequate Verification")
    assert event.timing == "pre-deployment"
    wrong = say(bo, room, "add-factor", text="x", tag="data", supports="12 and more")
    assert wrong.status_code == 422
    assert "such as 12, 15" in text_of(wrong)


def test_who_only_looks_may_change_nothing(room: str) -> None:
    why = record(room, "add-why", question="Why?", answer="The check had no groups")
    ola = enter("ola")
    page = text_of(ola.get(f"{room}whys/{why}/"))
    assert "edit-why" not in page
    assert enter("rae").get(f"{room}whys/{why}/").status_code == 404
    assert enter("rae").get(f"{room}wording/").status_code == 404


def test_wording_is_looked_at_beside_the_field_and_nothing_is_kept(bo: Client, room: str) -> None:
    before = state(room).number
    sent = {"look": "answer", "answer": "Since May 😀\r\nthe nurse failed to notice the <b>alert</b>."}
    beside = text_of(bo.post("/wording/", sent, **QUICK))
    assert "failed to notice" in beside
    assert "What made this the sensible thing to do at that moment?" in beside
    assert "take it" in beside
    start = len("Since May ..\nthe nurse ")  # the face counts twice in a browser
    assert f'data-start="{start}"' in beside
    assert "<html" not in beside
    whole = text_of(bo.post("/wording/", sent))
    assert "<html" in whole
    assert "take it" not in whole
    assert "&lt;b&gt;" in whole
    assert state(room).number == before
    assert "<li" not in text_of(bo.post("/wording/", {"look": "answer", "answer": "Rates were not compared."}, **QUICK))
    assert bo.post("/wording/", {}).status_code == 200
    assert Client().post("/wording/", sent).status_code in (302, 403)


def test_the_wording_of_the_whole_draft_is_told_by_section(bo: Client, room: str) -> None:
    record(room, "add-factor", text="The nurse failed to notice the alert", tag="human-oversight")
    page = text_of(bo.get(f"{room}wording/"))
    assert "Contributing factors" in page
    assert "failed to notice" in page
    part = text_of(bo.get(f"{room}wording/", **QUICK))
    assert "<html" not in part
    assert "failed to notice" in part


@pytest.mark.parametrize("tab", ["causes/", "", "post-mortem/"])
def test_long_texts_are_looked_at_as_they_are_written(bo: Client, room: str, tab: str) -> None:
    page = text_of(bo.get(f"{room}{tab}"))
    assert 'hx-post="/wording/"' in page
    assert "Look at the wording" in page
