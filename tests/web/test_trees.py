"""Fault trees in a room: drawn while they are written, kept in versions, held against what was found."""

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options

TREE = """tree loans "Loans refused"
gate harm "Refused wrongly" = (drift OR labels) AND unseen
event drift "Data <b>drift</b>" = 0.1
event labels "Old labels" = 0.05
event unseen "Nobody saw it" = 0.2
"""


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("ana", "responder"), ("bo", "commander"), ("rae", "reporter"), ("ola", "observer")):
        person(name, role=role)
    return f"/incidents/{desk().declare(by=Person('ana', 'responder'), title='Loans refused').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def keep(client: Client, room: str, text: str, *, tree: str = "", version: str = "") -> object:
    return client.post(f"{room}do/keep-tree/", {"text": text, "tree": tree, "version": version, "note": ""})


def text_of(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


def last(room: str) -> int:
    return desk().incident(room.split("/")[2]).trees["loans"].last.entry


def test_a_tree_is_drawn_while_it_is_written_and_a_fault_is_told_with_its_line(bo: Client, room: str) -> None:
    drawn = text_of(bo.post(f"{room}tree-preview/", {"text": TREE}))
    assert "<svg" in drawn
    assert "&lt;b&gt;" in drawn
    assert "<b>" not in drawn
    faulty = text_of(bo.post(f"{room}tree-preview/", {"text": TREE.replace("unseen\n", "unsene\n", 1)}))
    assert "Line 2" in faulty
    assert "Did you mean unseen?" in faulty


def test_every_template_opens_in_the_editor(bo: Client, room: str) -> None:
    page = text_of(bo.get(f"{room}tree-new/"))
    assert "prompt injection" in page
    assert "The orders in the prompt do not hold" in text_of(bo.get(f"{room}tree-new/?template=prompt-injection"))


def test_a_kept_tree_shows_what_remains_and_which_barrier_would_have_held(bo: Client, room: str) -> None:
    assert keep(bo, room, TREE).status_code == 302  # type: ignore[attr-defined]
    page = text_of(bo.get(f"{room}trees/loans/"))
    assert "2 of 2 paths remain" in page
    assert "A single barrier at “Nobody saw it” would have stopped every remaining path." in page
    said = bo.post(
        f"{room}do/judge-tree-event/",
        {"tree": "loans", "event": "drift", "standing": "ruled-out", "evidence": "PSI below 0.01 in every week"},
    )
    assert said.status_code == 302
    for event in ("labels", "unseen"):
        bo.post(
            f"{room}do/judge-tree-event/",
            {"tree": "loans", "event": event, "standing": "confirmed", "evidence": "Seen in the log"},
        )
    page = text_of(bo.get(f"{room}trees/loans/"))
    assert "1 of 2 paths remains" in page
    assert "What is confirmed is enough to explain what happened." in page
    assert "all confirmed" in page
    assert "loans" in text_of(bo.get(f"{room}causes/"))
    assert "Fault tree: Loans refused" in text_of(bo.get(f"{room}post-mortem/"))


def test_who_wrote_over_an_older_version_keeps_both_texts(bo: Client, room: str) -> None:
    keep(bo, room, TREE)
    first = last(room)
    keep(bo, room, TREE + "# by Bo\n", tree="loans", version=str(first))
    refused = keep(enter("ana"), room, TREE + "# by Ana\n", tree="loans", version=str(first))
    page = text_of(refused)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "# by Ana" in page
    assert "# by Bo" in page
    assert "bo kept another version" in page


def test_without_evidence_nothing_is_confirmed(bo: Client, room: str) -> None:
    keep(bo, room, TREE)
    refused = bo.post(f"{room}do/judge-tree-event/", {"tree": "loans", "event": "drift", "standing": "confirmed"})
    assert refused.status_code == 409
    assert "Name the finding that shows it" in text_of(refused)


def test_who_may_not_read_the_incident_sees_no_tree(bo: Client, room: str) -> None:
    keep(bo, room, TREE)
    rae = enter("rae")
    assert rae.get(f"{room}trees/loans/").status_code in (403, 404)
    assert rae.post(f"{room}tree-preview/", {"text": TREE}).status_code in (403, 404)
    assert keep(enter("ola"), room, TREE, tree="loans", version=str(last(room))).status_code == 403  # type: ignore[attr-defined]


def test_a_tree_that_is_not_there_is_not_found(bo: Client, room: str) -> None:
    assert bo.get(f"{room}trees/nothing/").status_code == 404


def test_the_editor_begins_with_the_version_as_it_stands(bo: Client, room: str) -> None:
    keep(bo, room, TREE)
    page = text_of(bo.get(f"{room}trees/loans/"))
    assert "gate harm &quot;Refused wrongly&quot;" in page.split("<textarea", 1)[1].split("</textarea>", 1)[0]
    taken = bo.get(f"/api/v1{room}trees/loans", {"format": "svg"})
    assert taken.status_code == 200
    assert taken.headers["Content-Type"] == "image/svg+xml"
    assert bo.get(f"/api/v1{room}trees/loans").json()["remaining"] == 2
