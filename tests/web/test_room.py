"""The incident room: every page shows, every form writes through the desk, no word is lost, nobody sees too much."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.room.forms import ACTS
from hotwash.web.room.pages import NEXT, TABS

BO = Person("bo", "commander")


@pytest.fixture
def people(sqlite: Options) -> None:
    for name, role in (
        ("ana", "responder"),
        ("bo", "commander"),
        ("cy", "responder"),
        ("dee", "service"),
        ("rae", "reporter"),
        ("ola", "observer"),
        ("root", "administrator"),
    ):
        person(name, role=role)


@pytest.fixture
def room(people: None) -> str:
    return f"/incidents/{desk().declare(by=Person('ana', 'responder'), title='Loans refused to the old').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def say(client: Client, room: str, verb: str, **words: Any) -> Any:
    return client.post(f"{room}do/{verb}/", words)


def state(room: str) -> Any:
    return desk().incident(room.split("/")[2])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_every_page_of_a_room_shows(bo: Client, room: str) -> None:
    for tab in TABS:
        page = bo.get(room if tab == "timeline" else f"{room}{tab}/")
        assert page.status_code == 200, tab
        assert "Loans refused to the old" in text_of(page)
    assert bo.get(f"{room}nowhere/").status_code == 404


def test_what_comes_next_has_a_place_in_the_room(bo: Client, room: str) -> None:
    for verb, (tab, place, _) in NEXT.items():
        assert tab in TABS, verb
        assert place in {"", "blast-radius", "remedies", "people", *ACTS}, verb


def test_a_note_is_written_and_shown_with_its_anchor(bo: Client, room: str) -> None:
    answer = say(bo, room, "note", text="The queue is manual now.")
    assert answer.status_code == 302
    assert answer.url == f"{room}?recorded=3&draft=note#e3"
    page = text_of(bo.get(answer.url))
    assert 'id="e3"' in page
    assert "The queue is manual now." in page
    assert f'data-draft-done="{room.split("/")[2]}:note"' in page


def test_a_note_sent_in_the_background_leaves_a_fresh_box_and_the_page_asks_for_what_is_new(
    bo: Client, room: str
) -> None:
    answer = bo.post(f"{room}do/note/", {"text": "Hm."}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert '"recorded"' in answer["HX-Trigger"]
    assert '"draft-done"' in answer["HX-Trigger"]
    assert "Hm." not in text_of(answer)


def test_typed_times_are_read_on_the_readers_clock(bo: Client, room: str) -> None:
    bo.cookies["hotwash-zone"] = "Europe/Berlin"
    say(bo, room, "happened", text="The first letter came.", at="2026-03-03T09:02")
    assert state(room).story[0].at.isoformat() == "2026-03-03T09:02:00+01:00"
    answer = say(bo, room, "happened", text="The second letter came.", at="yesterday")
    assert answer.status_code == 422
    assert "This is no time." in text_of(answer)
    assert "The second letter came." in text_of(answer)


def test_what_the_desk_refuses_stands_beside_the_form_with_the_words_kept(bo: Client, room: str) -> None:
    answer = say(bo, room, "contain", switch="loans", state="off", reason="Stop it now.")
    assert answer.status_code == 409
    page = text_of(answer)
    assert "No evidence was kept yet." in page
    assert "Stop it now." in page
    assert not state(room).containments


def test_what_is_missing_is_said_beside_its_field(bo: Client, room: str) -> None:
    answer = say(bo, room, "add-action", title="Check error rates by group", kind="prevent")
    assert answer.status_code == 422
    page = text_of(answer)
    assert "This is needed." in page
    assert "Check error rates by group" in page


def test_evidence_comes_from_a_file_or_a_text_and_goes_out_again(bo: Client, room: str) -> None:
    assert say(bo, room, "add-evidence", pasted="threshold = 0.5", source="registry").status_code == 302
    kept = state(room).evidence[3].event
    assert desk().vault.get(kept.digest) == b"threshold = 0.5"
    saved = bo.get(f"/api/v1{room}evidence/3")
    assert saved.content == b"threshold = 0.5"
    assert say(bo, room, "add-evidence", source="registry").status_code == 422


def test_containing_names_the_evidence_and_is_taken_back_with_a_reason(bo: Client, room: str) -> None:
    say(bo, room, "hold-first", pasted="the configuration")
    assert say(bo, room, "contain", switch="loans", state="human").status_code == 302
    [one] = state(room).in_force
    assert one.applied.event.hold == (3,)
    assert not state(room).harm_going_on
    number = one.applied.entry
    assert say(bo, room, "release", containment=number).status_code == 422
    assert say(bo, room, "release", containment=number, reason="The fix holds.").status_code == 302
    assert state(room).in_force == []


def test_roles_are_assigned_and_handed_over_with_a_briefing(bo: Client, room: str) -> None:
    say(bo, room, "assign", role="commander", person="bo")
    assert "nobody yet" in text_of(bo.get(f"{room}people/"))
    say(bo, room, "hand-over", role="commander", person="cy", briefing="Legal waits for your call.")
    assert state(room).commander == "cy"
    page = text_of(bo.get(f"{room}people/"))
    assert "Legal waits for your call." in page
    assert "Say aloud that you command." in page


def test_only_questions_that_can_still_turn_the_severity_are_asked(bo: Client, room: str) -> None:
    def asked(**answers: str) -> list[str]:
        answer = bo.post(f"{room}severity/questions/", answers, headers={"HX-Request": "true"})
        return re.findall(r'id="q-(\w+)"', text_of(answer))

    assert len(asked()) == 12
    assert asked(death_or_grave_injury="yes") == ["death_or_grave_injury", "continuing"]
    few = asked(death_or_grave_injury="no", essentials_taken="no", material_harm="yes")
    assert "injury_needing_care" not in few
    assert state(room).severity is None


def test_a_severity_is_recorded_with_the_row_that_decided_and_lowered_only_with_a_reason(bo: Client, room: str) -> None:
    high = {"material_harm": "yes", "evidence-material_harm": "Four letters.", "people-number": "20,000"}
    assert bo.post(f"{room}severity/record/", high).status_code == 302
    held = state(room).severity
    assert held.severity == "Critical"
    assert held.answers["people"].value == 20000
    assert held.answers["material_harm"].evidence == "Four letters."
    low = {"material_harm": "no", "people-number": "0"} | dict.fromkeys(
        ("death_or_grave_injury", "essentials_taken", "infrastructure_disrupted", "national_scale", "continuing"), "no"
    )
    refused = bo.post(f"{room}severity/record/", low)
    assert refused.status_code == 409
    assert "say why" in text_of(refused)
    assert bo.post(f"{room}severity/record/", low | {"reason": "All were decided again."}).status_code == 302
    assert "All were decided again." in text_of(bo.get(f"{room}severity/"))
    assert bo.post(f"{room}severity/record/", {}).status_code == 422
    assert "Write a whole number" in text_of(bo.post(f"{room}severity/record/", {"people-number": "many"}))


def test_causes_grow_into_a_tree_and_beliefs_are_marked(bo: Client, room: str) -> None:
    say(bo, room, "add-factor", text="Nobody checked by age.", tag="evaluation")
    say(bo, room, "add-why", parent=3, question="Why not?", answer="The template does not ask.", evidence="Template 4")
    say(bo, room, "add-why", parent=4, question="Why does it not ask?", answer="Nobody proposed it.")
    page = text_of(bo.get(f"{room}causes/"))
    assert page.count('<span class="tag off"') == 2
    assert (
        page.index("Nobody checked by age.") < page.index("The template does not ask.") < page.index("Nobody proposed")
    )
    assert page.count('<ul class="whys">') == 2


def test_another_view_stands_beside_its_entry(bo: Client, room: str) -> None:
    say(bo, room, "add-factor", text="Nobody checked by age.", tag="evaluation")
    part = bo.get(f"{room}entries/3/", headers={"HX-Request": "true"})
    assert "<html" not in text_of(part)
    assert 'name="about" value="3"' in text_of(part)
    assert enter("cy").post(f"{room}do/dissent/", {"about": "3", "text": "We did, in May."}).status_code == 302
    for address in (room, f"{room}causes/", f"{room}entries/3/"):
        assert "We did, in May." in text_of(bo.get(address)), address
    refused = say(bo, room, "dissent", about="99", text="No.")
    assert refused.status_code == 404


def test_remedies_and_actions_run_from_owed_to_done(bo: Client, room: str) -> None:
    say(bo, room, "owe-remedy", what="Decide again", people="40", owner="cy", due="2026-04-01")
    answer = say(bo, room, "complete-remedy", remedy=3, people="50", proof="letters")
    assert answer.status_code == 409
    assert "40 people still wait" in text_of(answer)
    say(bo, room, "complete-remedy", remedy=3, people="15", proof="letters")
    assert "25 of 40" in text_of(bo.get(f"{room}actions/"))
    say(bo, room, "add-action", title="Check by age", kind="prevent", owner="ana", due="2026-04-02")
    action = next(iter(state(room).actions))
    say(bo, room, "finish-action", action=action, result="Live.")
    assert state(room).actions[action].open
    say(bo, room, "close-action", action=action, result="Seen on the next release.")
    assert state(room).actions[action].open, "nobody checks their own work"
    say(enter("cy"), room, "close-action", action=action, result="Seen on the next release.")
    assert not state(room).actions[action].open
    say(bo, room, "reopen-action", action=action, reason="It failed.")
    assert state(room).actions[action].open


def test_an_estimate_without_a_finding_is_marked_as_typed(bo: Client, room: str) -> None:
    words = {"what": "People refused", "value": "31", "low": "28", "high": "40", "unit": "people"}
    assert say(bo, room, "estimate-harm", **words).status_code == 409
    say(bo, room, "estimate-harm", **words, basis="31 letters, each read by Cy")
    page = text_of(bo.get(f"{room}harm/"))
    assert "typed estimate" in page
    assert "28 to 40" in page


def test_two_people_who_rewrite_the_same_text_both_keep_theirs(bo: Client, room: str) -> None:
    seen = state(room).number
    say(bo, room, "note", text="Something else came meanwhile.")
    assert say(bo, room, "retitle", title="Loans refused to people over 60", expected=seen).status_code == 302
    answer = enter("cy").post(f"{room}do/retitle/", {"title": "Older people are refused", "expected": seen})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Loans refused to people over 60" in page
    assert "Older people are refused" in page
    assert state(room).title == "Loans refused to people over 60"
    newest = re.search(r'name="expected" value="(\d+)"', page)
    assert newest
    merged = {"title": "Loans refused to older people", "expected": newest[1]}
    assert enter("cy").post(f"{room}do/retitle/", merged).status_code == 302
    assert state(room).title == "Loans refused to older people"


def test_the_page_asks_for_news_and_gets_only_what_is_new(bo: Client, room: str) -> None:
    assert bo.get(f"{room}news/", {"since": "2", "tab": "timeline"}).status_code == 204
    say(bo, room, "note", text="Now.")
    say(bo, room, "happened", text="Long ago.", at="2020-01-01T00:00")
    page = text_of(bo.get(f"{room}news/", {"since": "2", "tab": "timeline"}))
    assert "since=4" in page
    assert 'hx-swap-oob="afterend:#e2"' in page
    assert 'hx-swap-oob="afterbegin:#lines"' in page
    assert "2 new entries." in page
    assert 'id="e1"' not in page
    say(bo, room, "dissent", about="3", text="Not so.")
    page = text_of(bo.get(f"{room}news/", {"since": "4", "tab": "timeline"}))
    assert '<li id="e3" class="notes" hx-swap-oob="true">' in page
    assert "The record has grown" in text_of(bo.get(f"{room}news/", {"since": "2", "tab": "harm"}))
    beside = bo.get(f"{room}news/", {"since": "2", "tab": "message"}).content.decode()
    assert "tab=message" in beside, "it goes on asking for itself"
    assert "#lines" not in beside
    assert "#e" not in beside, "no line is put after another that the page does not show"


def test_erased_words_leave_a_tombstone_everywhere(bo: Client, room: str) -> None:
    say(bo, room, "note", text="Mr Pim of 4 Elm Road called.")
    assert "Mr Pim" in text_of(bo.get(room))
    assert say(bo, room, "redact", entry=3, reason="A name.").status_code == 403
    root = enter("root")
    assert say(root, room, "redact", entry=3, reason="A name.").status_code == 302
    for address in (
        room,
        f"{room}entries/3/",
        f"{room}record/",
        f"{room}post-mortem/",
        f"{room}news/?since=3&tab=timeline",
    ):
        page = text_of(bo.get(address))
        assert "Mr Pim" not in page, address
    assert "The words of this entry were erased" in text_of(bo.get(room))


def test_the_record_is_checked_on_demand(bo: Client, room: str) -> None:
    page = text_of(bo.get(f"{room}record/?check=1"))
    assert "Every entry follows from the one before." in page
    assert desk().store.head(room[1:-1].replace("incidents", "incident")).digest in page


def test_who_may_not_write_sees_no_form_and_is_refused_by_the_server(bo: Client, room: str) -> None:
    ola = enter("ola")
    for tab in TABS:
        page = text_of(ola.get(room if tab == "timeline" else f"{room}{tab}/"))
        assert f"{room}do/" not in page, tab
        assert f"{room}severity/record/" not in page
    before = state(room).number
    for verb in ACTS:
        answer = say(ola, room, verb, text="x", reason="x", title="x", entry=1, about=1, person="x", role="commander")
        assert answer.status_code in (403, 422), verb
    assert say(ola, room, "note", text="x").status_code == 403
    assert "may not" in text_of(say(ola, room, "note", text="x"))
    assert ola.post(f"{room}severity/record/", {"continuing": "yes"}).status_code == 403
    assert ola.post(f"{room}questions/ask/blast-radius/", {"harm": "a = 1"}).status_code == 403
    assert state(room).number == before


def test_a_reporter_sees_only_what_they_declared(people: None, room: str) -> None:
    rae = enter("rae")
    own = f"/incidents/{desk().declare(by=Person('rae', 'reporter'), title='My loan').id}/"
    assert rae.get(own).status_code == 200
    for address in (room, f"{room}news/?since=2", f"{room}news/?since=1", f"{room}record/", f"{room}entries/1/"):
        assert rae.get(address).status_code == 404, address
    assert say(rae, room, "note", text="x").status_code == 404
    assert rae.get("/incidents/INC-1999-0001/").status_code == 404


def test_hostile_words_stay_words(bo: Client, room: str) -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    for verb, words in (
        ("note", {"text": evil}),
        ("retitle", {"title": evil}),
        ("add-factor", {"text": evil, "tag": "data", "evidence": evil}),
        ("add-why", {"question": evil, "answer": evil}),
        ("assign", {"role": "scribe", "person": evil}),
        ("hold-first", {"pasted": evil, "source": evil, "note": evil}),
        ("contain", {"switch": evil, "state": "off", "reason": evil, "cohort": evil}),
        ("owe-remedy", {"what": evil, "people": "1", "owner": evil}),
        ("dissent", {"about": "3", "text": evil}),
        ("estimate-harm", {"what": evil, "value": "1", "unit": "people", "basis": evil}),
        ("record-awareness", {"fact": "aware", "person": evil}),
    ):
        assert say(bo, room, verb, **words).status_code == 302, verb
    for tab in TABS:
        page = text_of(bo.get(room if tab == "timeline" else f"{room}{tab}/"))
        assert "<script>alert" not in page, tab
        assert "&lt;script&gt;alert(1)" in page, tab
    assert "<script>alert" not in text_of(bo.get(f"{room}news/?since=1&tab=timeline"))


def test_opening_a_room_takes_as_many_statements_with_three_entries_as_with_two_hundred(
    database: Options,
) -> None:
    person("bo", role="commander")
    client = enter("bo")
    small, large = (desk().declare(by=BO, title=title).id for title in ("Small", "Large"))
    for number in range(197):
        desk().record(large, "note", by=BO, text=f"Note {number}")

    def statements(incident_id: str, tab: str = "") -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/incidents/{incident_id}/{tab}").status_code == 200
        return sum(not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in asked)

    for tab in ("", "harm/", "questions/", "causes/", "actions/", "people/", "record/", "severity/"):
        assert statements(small, tab) == statements(large, tab) <= 12, tab


def test_an_append_takes_few_statements(database: Options) -> None:
    person("bo", role="commander")
    client, incident_id = enter("bo"), desk().declare(by=BO, title="Loans").id
    with CaptureQueriesContext(connection) as asked:
        client.post(f"/incidents/{incident_id}/do/note/", {"text": "x"}, headers={"HX-Request": "true"})
    counted = [q["sql"] for q in asked if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(counted) <= 9, "\n".join(counted)
