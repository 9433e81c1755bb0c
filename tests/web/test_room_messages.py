"""The pages of messages: a first word that is ready, a draft from the record, approval, sending, the public page."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.sending import targets

BO = Person("bo", "commander")
EVIL = "<script>alert('x')</script>{{person:name}}"


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("bo", "commander"), ("cy", "responder"), ("eli", "responder"), ("ola", "observer")):
        person(name, role=role)
    incident = desk().declare(by=BO, title="Loans refused to one district", harms=("fairness",)).id
    for role, who in (("commander", "bo"), ("communications", "cy"), ("legal", "eli")):
        desk().record(incident, "assign", by=BO, role=role, person=who)
    return f"/incidents/{incident}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


@pytest.fixture
def cy(room: str) -> Client:
    return enter("cy")


def id_of(room: str) -> str:
    return room.split("/")[2]


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return str(response.content.decode())


def fields(text: str, verb: str) -> dict[str, str]:
    """What a form of the page would send."""
    form = re.search(rf'<form[^>]*action="[^"]*/do/{verb}/".*?</form>', text, re.DOTALL)
    assert form, f"no form for {verb}"
    found = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[0]))
    found |= dict(re.findall(r'<input type="text" name="([^"]+)" value="([^"]*)"', form[0]))
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form[0], re.DOTALL))
    found |= dict(re.findall(r'<input type="datetime-local" name="([^"]+)" value="([^"]*)"', form[0]))
    from html import unescape

    return {name: unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def do(client: Client, room: str, verb: str, words: dict[str, Any], status: int = 302) -> Any:
    response = client.post(f"{room}do/{verb}/", words)
    assert response.status_code == status, response.content.decode()[:3000]
    return response


def written(client: Client, room: str, audience: str = "customers", **words: Any) -> int:
    """A message that was drafted from the record, through the page."""
    text = page(client, f"{room}messages/?audience={audience}&stage=first-word")
    return begun(client, room, fields(text, "draft-message") | words)


def begun(client: Client, room: str, words: dict[str, Any]) -> int:
    """The number of a message that these words begin."""
    return int(do(client, room, "draft-message", words)["Location"].split("/messages/")[1].split("/")[0])


def approved(room: str, audience: str = "customers", **words: Any) -> int:
    number = written(enter("cy"), room, audience, **words)
    do(enter("cy"), room, "submit-message", {"message": number})
    for name, role in (("cy", "communications"), ("bo", "commander"), ("eli", "legal")):
        if role in desk().incident(id_of(room)).messages[number].row.needs:
            do(enter(name), room, "approve-message", {"message": number, "text": number, "role": role})
    return number


def test_a_first_word_stands_ready_on_the_first_screen_and_is_taken_with_one_press(bo: Client, room: str) -> None:
    text = page(bo, room)
    assert "A first word is ready" in text
    assert "because of who they are" in text
    assert "[missing" not in text
    sent = do(bo, room, "take-draft", fields(text, "take-draft"))
    incident = desk().incident(id_of(room))
    (message,) = incident.messages.values()
    assert (message.audience, message.state) == ("staff", "submitted")
    assert message.next_at is not None
    assert f"/messages/{message.number}/" in sent["Location"]
    assert "A first word is ready" not in page(bo, room)


def test_a_bare_declaration_is_enough_for_the_first_word(sqlite: Options) -> None:
    person("bo", role="commander")
    made = desk().declare(by=BO, title="Something is wrong").id
    text = page(enter("bo"), f"/incidents/{made}/")
    assert text.count("Take this text and ask for approval") == 3


def test_a_draft_names_what_the_record_does_not_know_and_a_gap_does_not_go_for_approval(cy: Client, room: str) -> None:
    text = page(cy, f"{room}messages/?audience=customers&stage=resolved")
    assert "The record does not know yet" in text
    assert "When the harm stopped" in text
    number = int(
        do(cy, room, "draft-message", fields(text, "draft-message"))["Location"].split("/messages/")[1].split("/")[0]
    )
    back = do(cy, room, "submit-message", {"message": number}, 409).content.decode()
    assert "still has gaps" in back


def test_a_message_is_approved_by_each_role_and_nobody_else_and_then_sent(room: str, bo: Client, cy: Client) -> None:
    targets.add("customers", "mail", "list@example.org", by="bo", audience="customers")
    number = written(cy, room)
    where = f"{room}messages/{number}/"
    assert "Nobody has asked for it yet" in page(cy, where)
    do(cy, room, "submit-message", {"message": number})
    assert "approve-message-" not in page(enter("eli"), where), "nobody is offered the word of another"
    refused = do(enter("eli"), room, "approve-message", {"message": number, "text": number, "role": "commander"}, 409)
    assert "bo is commander here" in refused.content.decode()
    early = do(cy, room, "send-message", {"message": number, "targets": ["customers"]}, 409).content.decode()
    assert "It cannot be sent yet" in early
    for client, role in ((cy, "communications"), (bo, "commander")):
        words = fields(page(client, where), "approve-message")
        assert words["role"] == role
        do(client, room, "approve-message", words)
    assert 'value="customers"' in page(cy, where)
    do(cy, room, "send-message", {"message": number, "targets": ["customers"]})
    text = page(cy, where)
    assert "on its way" in text
    assert "list@example.org" not in text
    assert "list@example.org" not in str(desk().incident_facts(id_of(room)))


def test_a_changed_text_has_to_be_approved_again_and_both_texts_are_shown_to_the_second_writer(
    room: str, bo: Client, cy: Client
) -> None:
    number = approved(room)
    form = fields(page(cy, f"{room}messages/{number}/"), "edit-message")
    do(bo, room, "edit-message", form | {"body": "Bo wrote this text."})
    text = page(cy, f"{room}messages/{number}/")
    assert "1 earlier version" in text
    assert "cannot be sent" in text
    back = do(cy, room, "edit-message", form | {"body": "Cy wrote that text."}, 409).content.decode()
    assert "bo wrote version 2" in back
    assert "Bo wrote this text." in back
    assert "Cy wrote that text." in back


def test_notes_point_at_the_words_while_one_writes(cy: Client, room: str) -> None:
    words = {
        "body": "We utilise it.\nYou were refused by mistake.",
        "language": "en",
        "audience": "customers",
        "stage": "after",
    }
    text = cy.post(f"{room}messages/check/", words).content.decode()
    assert "Plainer: use." in text
    assert "Who did it? Say so." in text
    assert "line 2" in text
    assert "What prevents it from happening again" in text
    assert desk().incident(id_of(room)).messages == {}
    address = f'hx-post="{room}messages/check/"'
    assert address in page(cy, f"{room}messages/?audience=staff&stage=update")
    assert address in page(cy, f"{room}messages/{written(cy, room)}/")
    assert cy.get(f"{room}messages/check/").status_code == 405


def test_hostile_words_are_text_everywhere(cy: Client, room: str) -> None:
    incident = id_of(room)
    desk().record(incident, "retitle", by=BO, title=EVIL)
    desk().record(incident, "summarise", by=BO, text=EVIL)
    text = page(cy, f"{room}messages/?audience=executives&stage=update")
    assert "<script>alert" not in text
    number = written(cy, room, "customers", subject=EVIL, body=EVIL)
    for address in (f"{room}messages/{number}/", f"{room}messages/", room):
        assert "<script>alert" not in page(cy, address)
    notes = cy.post(f"{room}messages/check/", {"body": EVIL}).content.decode()
    assert "<script>alert" not in notes


def test_a_title_that_looks_like_a_placeholder_is_never_filled(cy: Client, room: str) -> None:
    desk().record(id_of(room), "retitle", by=BO, title="{{person:name}} [missing: x]")
    text = page(cy, f"{room}messages/?audience=executives&stage=first-word")
    assert "{{person:name}}" not in fields(text, "draft-message")["body"]


def test_the_public_page_shows_approved_and_sent_words_and_nothing_internal(bo: Client, room: str) -> None:
    page_words = {"slug": "loans-in-march", "title": "Problem with loans", "reason": "People ask."}
    before = page(bo, f"{room}messages/")
    assert "opened now, it would show its title alone" in before
    do(bo, room, "open-status-page", page_words)
    stranger = Client()
    empty = page(stranger, "/status/loans-in-march/")
    assert "Nothing was published here yet" in empty
    number = approved(room, "public", subject="We are looking into it", body="A line.\n\n<b>Another</b> line.")
    assert "We are looking" not in page(stranger, "/status/loans-in-march/")
    do(bo, room, "send-message", {"message": number})
    answer = stranger.get("/status/loans-in-march/")
    text = answer.content.decode()
    assert "We are looking into it" in text
    assert "&lt;b&gt;" in text
    for hidden in ("INC-", "one district", "bo", "Cy", "csrf", "session"):
        assert not re.search(rf"\b{re.escape(hidden)}\b", text), hidden
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies
    again = stranger.get("/status/loans-in-march/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    signed_in = bo.get("/status/loans-in-march/")
    assert signed_in.content == answer.content
    feed = stranger.get("/status/loans-in-march/feed.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(feed.content).findall("{http://www.w3.org/2005/Atom}entry")
    assert [one.findtext("{http://www.w3.org/2005/Atom}title") for one in entries] == ["We are looking into it"]
    do(bo, room, "close-status-page", {"reason": "It is over."})
    closed = page(stranger, "/status/loans-in-march/")
    assert "This page was closed" in closed
    assert "We are looking" not in closed
    assert stranger.get("/status/loans-in-march/feed.atom").status_code == 404


@pytest.mark.parametrize("slug", ["loans-in-april", "short", "UPPER-CASE-ADDRESS", "a" * 70])
def test_an_address_without_a_page_is_not_there(room: str, slug: str) -> None:
    assert Client().get(f"/status/{slug}/").status_code == 404


def test_two_incidents_never_have_one_address(bo: Client, room: str) -> None:
    words = {"slug": "loans-in-march", "title": "Loans", "reason": "People ask."}
    do(bo, room, "open-status-page", words)
    other = f"/incidents/{desk().declare(by=BO, title='Another').id}/"
    back = do(bo, other, "open-status-page", words, 409).content.decode()
    assert "Another incident has the address" in back
    assert desk().incident(id_of(other)).status_pages == {}


def test_a_letter_is_previewed_with_a_person_who_does_not_exist(cy: Client, room: str) -> None:
    desk().record_organisation("describe-organisation", by=BO, name="Bank AG", contact="0800 1234")
    for language, greeting in (
        ("en", "Dear Alex Example"),
        ("de", "Guten Tag Alex Beispiel"),
        ("es", "Hola, Alex Ejemplo"),
    ):
        text = page(cy, f"{room}messages/?audience=harmed&stage=first-word&language={language}")
        number = int(
            do(cy, room, "draft-message", fields(text, "draft-message"))["Location"]
            .split("/messages/")[1]
            .split("/")[0]
        )
        shown = page(cy, f"{room}messages/{number}/")
        assert greeting in shown
        assert "0800 1234" in shown


def test_the_next_word_is_due_in_the_room_and_on_the_first_page(cy: Client, room: str) -> None:
    at = datetime.now(UTC) + timedelta(hours=2)
    number = approved(room, "staff", next_at=f"{at:%Y-%m-%dT%H:%M}")
    targets.add("staff", "mail", "list@example.org", by="bo", audience="staff")
    do(cy, room, "send-message", {"message": number, "targets": ["staff"]})
    text = page(cy, f"{room}messages/")
    assert "Update to staff" in text
    assert "promised it" in text
    assert f"to staff by {at:%H:%M} UTC" in page(cy, "/") or "more follow" in page(cy, "/")


def test_somebody_who_only_reads_is_offered_nothing_to_write(room: str) -> None:
    approved(room)
    ola = enter("ola")
    text = page(ola, f"{room}messages/")
    assert "/do/" not in text.split('id="main"')[1]
    assert "draft-message" not in text


def test_a_text_of_ones_own_is_added_on_the_page_of_the_organisation_and_offered_first(bo: Client, room: str) -> None:
    words = {"name": "our-staff", "audience": "staff", "stage": "update", "language": "en"}
    words |= {"subject": "News", "body": "Since {{declared}}.\nMore soon."}
    assert "None yet: the library" in page(bo, "/organisation/")
    back = bo.post("/organisation/add-message-template/", words | {"body": "{{secret}}"})
    assert back.status_code == 409
    assert "Nothing on record is called" in back.content.decode()
    assert bo.post("/organisation/add-message-template/", words).status_code == 302
    assert "our-staff" in page(bo, "/organisation/")
    form = fields(page(bo, f"{room}messages/?audience=staff&stage=update"), "draft-message")
    assert form["subject"] == "News"
    assert form["body"].endswith("\nMore soon.")
    assert form["made_from"].startswith("own:our-staff ")
    ola = page(enter("ola"), "/organisation/")
    assert "add-message-template/" not in ola


def test_the_library_tells_whose_word_a_message_needs_and_shows_every_text(bo: Client) -> None:
    text = page(bo, "/library/messages/")
    assert "Bei einer Entscheidung über Sie" in text
    assert "1 h, 4 h" in text or "– , 4 h" in text or "–, 4 h" in text
    assert "{{summary}}" in text
    assert "utilise" in text or "utilis" in text
