"""The page of the clocks: what is due and what may be, answers, filings, awareness that stays, the organisation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import Account

BO = Person("bo", "commander")
APPLIES = ("in_eu", "controller", "personal_data_breach", "breach_risk")
EVIL = "<script>alert('x')</script>"


@pytest.fixture
def room(sqlite: Options) -> str:
    for name, role in (("bo", "commander"), ("cy", "responder"), ("ola", "observer"), ("rae", "reporter")):
        person(name, role=role)
    return f"/incidents/{desk().declare(by=BO, title='Answers showed the data of others').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def id_of(room: str) -> str:
    return room.split("/")[2]


def aware(room: str, *, ago: timedelta = timedelta(hours=1), person: str = "Bo") -> int:
    at = datetime.now(UTC) - ago
    said = desk().record(
        id_of(room), "record-awareness", by=BO, at=at, fact="aware", person=person, evidence="A letter"
    )
    return said.entries[0].number


def applies(room: str, *questions: str) -> None:
    for question in questions or APPLIES:
        desk().record(id_of(room), "answer-applicability", by=BO, question=question, answer="yes")


def page(client: Client, room: str) -> str:
    response = client.get(f"{room}clocks/")
    assert response.status_code == 200
    return str(response.content.decode())


def part(text: str, name: str) -> str:
    return text.split(f'id="{name}"', 1)[1].split("</section>", 1)[0] if f'id="{name}"' in text else ""


def test_without_awareness_the_page_asks_who_knew(bo: Client, room: str) -> None:
    text = page(bo, room)
    assert "No clock runs yet" in text
    assert 'name="fact"' in text
    assert "not legal advice" in text
    assert "no clock runs" in text


def test_what_applies_is_due_and_what_may_is_said_to_be_so(bo: Client, room: str) -> None:
    entry = aware(room)
    applies(room)
    text = page(bo, room)
    due = part(text, "due")
    assert "GDPR: breach to the supervisory authority" in due
    assert "Outer limit of the law" in due
    assert "Not the deadline" in due
    assert f"#e{entry}" in due
    assert "China: cybersecurity incident" in part(text, "perhaps")
    assert "China" not in due
    head = text.split('id="incident-head"', 1)[1].split("</header>", 1)[0]
    assert "Next clock" in head


def test_a_deadline_that_passed_is_late_though_the_outer_limit_has_not(bo: Client, room: str) -> None:
    aware(room, ago=timedelta(hours=72, seconds=5))
    applies(room)
    first = part(page(bo, room), "due").split("</li>", 1)[0]
    assert "late" in first
    assert "soon" in first


def test_answers_are_recorded_one_by_one_and_only_those_that_changed(bo: Client, room: str) -> None:
    aware(room)
    before = desk().incident(id_of(room)).number
    words = {"in_eu": "yes", "controller": "unknown", "in_china": "no", "nonsense": "no", "reason": "Ana, counsel"}
    response = bo.post(f"{room}clocks/answers/", words)
    assert response.status_code == 302
    said = [(one.event.question, one.event.answer) for one in desk().incident(id_of(room)).applicability]
    assert said == [("in_eu", "yes"), ("in_china", "no")]
    assert desk().incident(id_of(room)).number == before + 2
    text = page(bo, room)
    assert "China" not in part(text, "perhaps")
    assert "Ana, counsel" in part(text, "answers")


def test_a_no_without_a_reason_is_refused_with_what_was_chosen_kept(bo: Client, room: str) -> None:
    aware(room)
    response = bo.post(f"{room}clocks/answers/", {"in_eu": "no"})
    assert response.status_code == 422
    text = response.content.decode()
    assert "hides deadlines" in text
    assert '<input type="radio" name="in_eu" value="no" checked>' in text
    assert desk().incident(id_of(room)).applicability == []


def test_what_was_sent_is_recorded_by_the_form_and_shown(bo: Client, room: str) -> None:
    aware(room)
    applies(room)
    kept = desk().keep(id_of(room), b"notice", by=BO, name="notice.pdf").entries[0].number
    sent = {"clock": "eu-gdpr-33/notify", "receipt": "R-17", "evidence": str(kept)}
    assert bo.post(f"{room}do/submit-filing/", sent).status_code == 302
    (filing,) = desk().incident(id_of(room)).filings.values()
    event = filing.submitted.event
    assert (event.duty, event.stage, event.receipt, event.evidence) == ("eu-gdpr-33", "notify", "R-17", kept)
    text = page(bo, room)
    assert "R-17" in part(text, "sent")
    assert "GDPR: breach to the supervisory" not in part(text, "due")


def test_awareness_taken_back_stays_on_the_page_with_its_reason(bo: Client, room: str) -> None:
    first = aware(room, ago=timedelta(hours=5), person="Early")
    aware(room, ago=timedelta(hours=2), person="Later")
    assert "Early" in part(page(bo, room), "awareness")
    taken = {"entry": str(first), "reason": "It was another letter."}
    assert bo.post(f"{room}do/withdraw-awareness/", taken).status_code == 302
    text = part(page(bo, room), "awareness")
    assert "<s><strong>Early</strong>" in text
    assert "It was another letter." in text
    assert text.index("clocks count from here") > text.index("Later")


def test_counsel_can_say_that_a_whole_duty_does_not_apply(bo: Client, room: str) -> None:
    aware(room)
    applies(room)
    words = {"question": "eu-gdpr-33", "answer": "no", "reason": "Counsel: the data were encrypted."}
    assert bo.post(f"{room}do/decide-duty/", words).status_code == 302
    text = page(bo, room)
    assert "GDPR: breach to the supervisory" not in part(text, "due")
    assert "GDPR: breach to the supervisory" in part(text, "others")


def test_those_who_may_not_write_see_no_forms(room: str) -> None:
    aware(room)
    text = page(enter("ola"), room)
    assert "clocks/answers" not in text
    assert "submit-filing" not in text
    assert enter("ola").post(f"{room}clocks/answers/", {"in_eu": "yes"}).status_code == 403
    assert enter("rae").get(f"{room}clocks/").status_code == 404
    assert enter("rae").post(f"{room}clocks/answers/", {"in_eu": "yes"}).status_code == 404


def test_hostile_words_stay_words(bo: Client, room: str) -> None:
    aware(room, person=EVIL)
    clause: dict[str, Any] = {
        "title": EVIL,
        "recipient": EVIL,
        "trigger": EVIL,
        "start": "aware",
        "n": 1,
        "unit": "hour",
    }
    desk().record_organisation("add-duty", by=BO, source=EVIL, **clause)
    desk().record(id_of(room), "answer-applicability", by=BO, question="in_eu", answer="no", reason=EVIL)
    desk().record(id_of(room), "submit-filing", by=BO, duty="eu-gdpr-33", recipient=EVIL, receipt=EVIL)
    for text in (page(bo, room), bo.get("/organisation/").content.decode()):
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_the_deadline_is_on_the_first_page(bo: Client, room: str) -> None:
    aware(room)
    applies(room)
    text = bo.get("/").content.decode()
    assert "GDPR: breach to the supervisory authority, notify" in text


def test_every_duty_is_in_the_library_with_its_doubts(bo: Client) -> None:
    text = bo.get("/library/duties/").content.decode()
    assert 'id="eu-aiact-73-15d"' in text
    assert "unverified" in text
    assert "not legal advice" in text
    assert "at most 24 hours from awareness" in text


def say(client: Client, verb: str, words: dict[str, Any]) -> int:
    return int(client.post(f"/organisation/{verb}/", words).status_code)


def test_the_page_of_the_organisation_answers_chooses_adds_and_retires(bo: Client) -> None:
    assert say(bo, "answer-for-organisation", {"in_eu": "yes", "in_china": "no", "reason": "Board"}) == 302
    assert say(bo, "choose-places", {"places": ["DE"]}) == 302
    assert say(bo, "describe-organisation", {"name": "Nordlicht GmbH", "contact": "dpo@nord.example"}) == 302
    clause = {"title": "Bank Nord", "recipient": "its desk", "trigger": "any", "source": "Contract", "start": "aware"}
    assert say(bo, "add-duty", {**clause, "n": "24", "unit": "hour", "place": "DE", "kind": "contract"}) == 302
    assert say(bo, "add-duty", {**clause, "n": "x", "unit": "hour"}) == 409
    known = desk().organisation()
    assert {name: one.event.answer for name, one in known.answers.items()} == {"in_eu": "yes", "in_china": "no"}
    assert (known.places, list(known.duties)) == (("DE",), ["own-bank-nord"])
    text = bo.get("/organisation/").content.decode()
    for words in ("Nordlicht GmbH", "Germany", "Bank Nord", "Board"):
        assert words in text
    assert say(bo, "retire-duty", {"duty": "own-bank-nord", "reason": "It ended."}) == 302
    assert "no longer holds" in bo.get("/organisation/").content.decode()
    assert say(bo, "sell", {}) == 404


def test_only_those_who_may_change_the_organisation(room: str) -> None:
    text = enter("ola").get("/organisation/").content.decode()
    assert "answer-for-organisation/" not in text
    assert say(enter("cy"), "choose-places", {"places": ["DE"]}) in (403, 409)
    assert desk().organisation().places == ()
    assert enter("rae").get("/organisation/").status_code == 403
    assert Account.objects.filter(name="rae").exists()
