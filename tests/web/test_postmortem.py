"""The pages of the post-mortem: two texts at once, the meeting, signing, publishing, the executive page."""

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.web.people import PASSWORD, enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.sending import reminding
from hotwash.web.tables.models import Account, DueRow, ReminderRow

ANA, BO = Person("ana", "responder"), Person("bo", "commander")
EVIL = "<script>alert('x')</script>"


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("bo", "commander"), ("ana", "responder"), ("cy", "responder"), ("lea", "reviewer")):
        person(name, role=role)
    incident = desk().declare(by=BO, title="Loans refused", harms=("fairness",)).id
    for role, who in (("commander", "bo"), ("legal", "lea")):
        desk().record(incident, "assign", by=BO, role=role, person=who)
    desk().record(incident, "summarise", by=ANA, text="Women were refused loans. It was contained the same day.")
    return f"/incidents/{incident}/"


def _id(room: str) -> str:
    return room.split("/")[2]


def _page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def _do(client: Client, room: str, verb: str, status: int = 302, **words: Any) -> str:
    response = client.post(f"{room}do/{verb}/", words)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.headers.get("Location", response.content.decode())


def _heads(room: str, section: str = "lessons") -> list[Any]:
    return desk().incident(_id(room)).postmortem.heads(section)


def _write(client: Client, room: str, text: str, *seen: int, section: str = "lessons") -> None:
    made_from = " ".join(map(str, seen))
    _do(client, room, "write-section", section=section, text=text, made_from=made_from)


def test_two_people_save_at_once_and_both_texts_stand_side_by_side(room: str) -> None:
    ana, cy = enter("ana"), enter("cy")
    _write(ana, room, "We log groups.")
    (seen,) = (said.entry for said in _heads(room))
    _write(ana, room, "We log groups weekly.", seen)
    _write(cy, room, "We log groups by hand.", seen)
    shown = _page(cy, f"{room}post-mortem/sections/lessons/")
    assert "2 texts stand side by side" in shown
    assert "<mark>weekly.</mark>" in shown
    assert "by hand." in shown
    assert "2 texts" in _page(cy, f"{room}post-mortem/")
    both = [said.entry for said in _heads(room)]
    _write(cy, room, "We log groups weekly, by hand.", *both)
    assert [said.event.text for said in _heads(room)] == ["We log groups weekly, by hand."]
    assert "earlier versions" in _page(cy, f"{room}post-mortem/sections/lessons/")


def test_a_text_that_is_refused_stays_in_the_form(room: str) -> None:
    shown = _do(enter("ana"), room, "write-section", 409, section="in-plain-words", text="x" * 701, made_from="")
    assert "x" * 701 in shown
    assert "700 fit" in shown


def test_whoever_is_signed_out_while_writing_is_led_back_to_the_page_with_the_draft(room: str) -> None:
    page = f"http://testserver{room}post-mortem/sections/lessons/"
    answer = Client().post(f"{room}do/write-section/", {"section": "lessons", "text": "x"}, HTTP_REFERER=page)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"next={room}post-mortem/sections/lessons/")
    elsewhere = Client().post(f"{room}do/write-section/", {}, HTTP_REFERER="https://evil.example/take/")
    assert elsewhere.headers["Location"].endswith("next=/")


def test_others_see_who_writes_and_what_was_saved_meanwhile(room: str) -> None:
    ana, cy = enter("ana"), enter("cy")
    live = f"{room}post-mortem/sections/lessons/live/"
    assert "ana" not in ana.post(live, {"seen": ""}).content.decode()
    assert "ana" in cy.post(live, {"seen": ""}).content.decode()
    _write(ana, room, "We log groups.")
    told = cy.post(live, {"seen": ""}).content.decode()
    assert "ana saved another text meanwhile" in told
    assert "ana has it open" in _page(cy, f"{room}post-mortem/")
    assert cy.post(f"{room}post-mortem/sections/none/live/").status_code == 404


def test_readers_find_it_among_theirs_until_they_say_that_they_have_read(room: str) -> None:
    _do(enter("bo"), room, "plan-postmortem", owner="ana", facilitator="cy", form="full", due="2030-01-01")
    _do(enter("bo"), room, "send-pre-read", readers="cy\nlea")
    lea = enter("lea")
    assert "Read before the meeting of the post-mortem" in _page(lea, "/")
    sent = desk().incident(_id(room)).postmortem.pre_reads[-1].entry
    _do(lea, room, "confirm-pre-read", sent=str(sent))
    assert "Read before the meeting of the post-mortem" not in _page(lea, "/").split("Yours")[1]
    assert {(row.kind, row.owner) for row in DueRow.objects.all()} >= {("pre-read", "cy"), ("post-mortem", "ana")}
    assert "1 of 2 have read it" in _page(lea, f"{room}post-mortem/")


def test_each_reader_is_reminded_once_by_the_worker(room: str) -> None:
    _do(enter("bo"), room, "send-pre-read", readers="cy\nlea")
    for _ in range(2):
        outcome = reminding.look(desk(), {})
        assert outcome.effect is not None
        outcome.effect()
    rows = ReminderRow.objects.filter(incident=_id(room), what__startswith="Read the draft of the post-mortem")
    assert sorted(rows.values_list("person", flat=True)) == ["cy", "lea"]


def test_the_meeting_has_its_guide_and_shows_notes_as_they_come(room: str) -> None:
    cy = enter("cy")
    shown = _page(cy, f"{room}post-mortem/meeting/?form=hot-wash")
    assert "Agenda, 30 minutes" in shown
    assert "Agenda, 90 minutes" in _page(cy, f"{room}post-mortem/meeting/")
    where = _do(cy, room, "open-meeting", form="hot-wash", attendees="ana\nbo")
    assert "/post-mortem/meeting/" in where
    number = desk().incident(_id(room)).number
    assert enter("ana").get(f"{room}post-mortem/meeting/live/?since={number}").status_code == 204
    _do(cy, room, "note-meeting", text=EVIL)
    told = enter("ana").get(f"{room}post-mortem/meeting/live/?since={number}").content.decode()
    assert "&lt;script&gt;" in told
    assert EVIL not in told
    _do(cy, room, "move-meeting", item="saw")
    assert "One after another" in _page(cy, f"{room}post-mortem/meeting/")
    _do(cy, room, "end-meeting")
    assert "Begin the meeting" in _page(cy, f"{room}post-mortem/meeting/")


def _signed(room: str) -> int:
    bo, ana = enter("bo"), enter("ana")
    _do(bo, room, "plan-postmortem", owner="ana", facilitator="cy", form="full")
    _write(ana, room, f"We log groups. Our vendor {EVIL} did not.")
    _do(ana, room, "submit-postmortem")
    known = desk().incident(_id(room)).postmortem.submission
    assert known is not None
    _do(bo, room, "sign-postmortem", submission=known.number, role="commander")
    _do(enter("lea"), room, "sign-postmortem", submission=known.number, role="legal")
    return known.number


def test_signed_by_role_then_published_by_another_and_read(room: str) -> None:
    number = _signed(room)
    assert "somebody else publishes it" in _do(enter("ana"), room, "publish-postmortem", 409, submission=number)
    _do(enter("bo"), room, "publish-postmortem", submission=number)
    published = desk().incident(_id(room)).postmortem.in_force(outside=False)[-1].entry
    _do(enter("cy"), room, "acknowledge-postmortem", publication=published)
    shown = _page(enter("bo"), f"{room}post-mortem/")
    assert "published inside" in shown
    assert "1 has read it: cy" in shown
    _write(enter("ana"), room, "Written after it was signed.", _heads(room)[-1].entry)
    as_of = desk().incident(_id(room)).postmortem.submissions[-1].said.event.as_of
    assert f"as_of={as_of}" in shown
    where = f"/api/v1/incidents/{_id(room)}/post-mortem?format=md"
    told = enter("cy").get(f"{where}&as_of={as_of}").content.decode()
    assert "We log groups." in told
    assert "Written after it was signed." not in told
    assert "Written after it was signed." in enter("cy").get(where).content.decode()
    assert enter("cy").get(f"{where}&as_of=999").status_code == 422
    assert not DueRow.objects.filter(kind="post-mortem").exists()


def test_only_ticked_sentences_are_public_word_by_word_and_another_person_lets_them_out(room: str) -> None:
    number = _signed(room)
    cy, bo = enter("cy"), enter("bo")
    shown = _page(cy, f"{room}post-mortem/publishing/")
    assert 'value="lessons:0"' in shown
    assert "checked" not in shown.split('id="pick"')[1].split("</form>")[0]
    _do(cy, room, "propose-public-version", submission=number, title="Our loans", picks=["lessons:0", "summary:1"])
    version = desk().incident(_id(room)).postmortem.proposals[-1].entry
    words: dict[str, Any] = {"version": version, "slug": "our-loans-2026", "reason": "We promised it."}
    person("lou", role="commander")
    assert "somebody else publishes it outside" in _publish_as_picker(room, words)
    assert "Exactly this becomes public" in _page(bo, f"{room}post-mortem/publishing/")
    _do(bo, room, "publish-outside", **words)
    address = f"/published/{_id(room)}/our-loans-2026/"
    public = Client().get(address)
    text = public.content.decode()
    assert public.status_code == 200
    assert not public.cookies
    assert "We log groups." in text
    assert "It was contained the same day." in text
    for hidden in ("vendor", "Women were refused", "Loans refused", "ana", EVIL):
        assert hidden not in text, hidden
    assert "[1 sentence left out]" in text
    publication = desk().incident(_id(room)).postmortem.in_force(outside=True)[-1].entry
    _do(bo, room, "withdraw-publication", publication=publication, reason="A figure was wrong.")
    text = Client().get(address).content.decode()
    assert "Taken back" in text
    assert "We log groups." not in text
    assert Client().get(f"/published/{_id(room)}/another-slug/").status_code == 404


def _publish_as_picker(room: str, words: dict[str, Any]) -> str:
    """The picker of a version is given a commander's account and tries to publish it all the same."""
    Account.objects.filter(name="cy").update(role="commander")
    try:
        return _do(enter("cy"), room, "publish-outside", 409, **words)
    finally:
        Account.objects.filter(name="cy").update(role="responder")


def test_the_executive_page_is_shown_and_set_on_one_page(room: str) -> None:
    ana = enter("ana")
    _write(ana, room, f"A computer refused women loans. {EVIL}", section="in-plain-words")
    shown = _page(ana, f"{room}post-mortem/executive/")
    assert "A computer refused women loans." in shown
    assert f'<a href="{room}#e{_heads(room, "in-plain-words")[0].entry}">' in shown
    assert EVIL not in shown
    pdf = ana.get(f"/api/v1/incidents/{_id(room)}/executive?format=pdf")
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) == 1


def test_programs_read_how_it_stands(room: str) -> None:
    _write(enter("ana"), room, "We log groups.")
    known = enter("ana").get(f"/api/v1/incidents/{_id(room)}/post-mortem/process").json()
    assert known["state"] == "not-asked"
    lessons = next(one for one in known["sections"] if one["section"] == "lessons")
    assert [one["text"] for one in lessons["texts"]] == ["We log groups."]


def test_an_observer_reads_and_is_offered_nothing_to_send(room: str) -> None:
    person("ola", role="observer")
    ola = enter("ola", PASSWORD)
    for tab in ("", "sections/lessons/", "meeting/", "publishing/", "executive/"):
        shown = _page(ola, f"{room}post-mortem/{tab}")
        assert f"{room}do/" not in shown, tab
    assert ola.post(f"{room}post-mortem/pulse/ticket/").status_code == 404
