"""What is said without a name: neither tables, record, sessions nor logs lead back to whoever said it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.web.people import enter, person

from hotwash.knowledge.postmortem import postmortem_book
from hotwash.response.desk import Person
from hotwash.web import serving
from hotwash.web.door import desk
from hotwash.web.log import Plain
from hotwash.web.options import Options
from hotwash.web.tables.models import PulseAnswer, PulseDrawn, PulseTicket, Unnamed
from hotwash.web.unnamed import keeping

ANA, BO, CY = Person("ana", "administrator"), Person("bo", "commander"), Person("cy", "responder")
MARKS: dict[str, Any] = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_USER_AGENT": "Browser/77-of-cy",
    "HTTP_ACCEPT_LANGUAGE": "cy-GB-77",
    "HTTP_REFERER": "https://elsewhere.example/cy-77",
}
"""What a request tells about whoever sends it."""


@pytest.fixture
def house(database: Options) -> Options:
    """An installation on either database, in which a post-mortem is planned and takes contributions."""
    for name, role in (("bo", "commander"), ("cy", "responder")):
        person(name, role=role)
    incident = desk().declare(by=BO, title="Loans refused").id
    assert incident.endswith("-0001")
    desk().record(incident, "plan-postmortem", by=BO, owner="bo", facilitator="bo")
    desk().record(incident, "open-contributions", by=BO)
    return database


def _id() -> str:
    return f"INC-{timezone.now().year}-0001"


def _address() -> str:
    return f"/say/{_id()}/{keeping.word_of(desk().incident(_id()))}/"


def _everything() -> dict[str, list[str]]:
    """Every row of every table as text, the tables beside Django's models too."""
    found = {}
    names = {model._meta.db_table for model in apps.get_models()} | {"hotwash_cache"}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f'SELECT * FROM "{name}"')
            found[name] = sorted(repr(row) for row in cursor.fetchall())
    return found


def test_what_is_kept_is_the_text_and_the_day_and_nothing_else_changes(
    house: Options, caplog: pytest.LogCaptureFixture
) -> None:
    cy = enter("cy")
    before, length = _everything(), len(desk().store.read(f"incident/{_id()}"))
    with caplog.at_level(logging.DEBUG):
        answer = cy.post(_address(), {"text": "The alert was muted in May."}, **MARKS)
    assert answer.status_code == 200
    assert not answer.cookies
    after = _everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"hotwash_unnamed", "hotwash_cache"}
    (row,) = Unnamed.objects.all()
    assert {field.name for field in Unnamed._meta.fields} == {"id", "incident", "day", "text"}
    assert (row.incident, row.day, row.text) == (_id(), timezone.localdate(), "The alert was muted in May.")
    fresh = " ".join(line for name in changed for line in after[name] if line not in before[name])
    said = caplog.text + fresh
    for mark in (*MARKS.values(), cy.cookies["hotwash"].value, "203.0.113", "'cy'"):
        assert mark not in said, mark
    assert len(desk().store.read(f"incident/{_id()}")) == length


def test_what_counts_the_day_is_forgotten_at_midnight_and_tells_no_moment(house: Options) -> None:
    Client().post(_address(), {"text": "One."})
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, expires FROM hotwash_cache WHERE cache_key LIKE '%%unnamed%%'")
        ((_, expires),) = cursor.fetchall()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    at = expires if not isinstance(expires, str) else datetime.fromisoformat(expires)
    at = at if at.tzinfo else at.replace(tzinfo=timezone.get_current_timezone())
    assert abs((at - midnight).total_seconds()) <= 2


def test_the_server_writes_no_access_log_and_its_log_hides_such_addresses() -> None:
    assert not hasattr(serving, "accesslog")
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, f"Not Found: {'/say/INC-1/secret77/'}", (), None
    )
    assert "secret77" not in Plain().format(record)


def test_the_place_in_the_file_does_not_tell_what_came_first(house: Options) -> None:
    address, client = _address(), Client()
    for number in range(8):
        assert client.post(address, {"text": f"{number}"}).status_code == 200
    place = "rowid" if connection.vendor == "sqlite" else "ctid"
    orders = set()
    for number in range(8, 12):
        client.post(address, {"text": f"{number}"})
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT text FROM hotwash_unnamed ORDER BY {place}")
            orders.add(tuple(text for (text,) in cursor.fetchall() if int(text) < 8))
    # Four shuffles of eight: that all four are alike by chance is one in 10**13.
    assert orders != {tuple(str(number) for number in range(8))}
    assert len(orders) > 1


def test_of_those_who_write_at_once_none_is_lost(house: Options) -> None:
    def write(number: int) -> None:
        try:
            keeping.put(_id(), f"Text {number}.")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(18)))
    assert sorted(keeping.texts(_id())) == sorted(f"Text {number}." for number in range(18))


def test_only_whoever_leads_takes_them_in_and_the_record_names_nobody_else(house: Options) -> None:
    for text in ("First.", "Second."):
        enter("cy").post(_address(), {"text": text}, **MARKS)
    where = f"/incidents/{_id()}/post-mortem/unnamed/"
    assert enter("cy").post(where).status_code == 409
    assert enter("bo").post(where).status_code == 302
    entry = desk().store.read(f"incident/{_id()}")[-1]
    assert (entry.kind, entry.by) == ("contributions-taken", "bo")
    assert sorted((entry.body or {})["texts"]) == ["First.", "Second."]
    assert set(entry.body or {}) == {"texts"}
    assert not Unnamed.objects.exists()


def test_an_address_that_was_not_given_out_leads_nowhere(house: Options) -> None:
    assert Client().get(f"/say/{_id()}/{'0' * 32}/").status_code == 404
    assert Client().get("/say/INC-2020-0001/x/").status_code == 404
    old = _address()
    desk().record(_id(), "open-contributions", by=BO)
    assert Client().get(old).status_code == 404
    assert Client().get(_address()).status_code == 200


def test_hostile_and_empty_texts_are_refused_and_come_back_as_text(house: Options) -> None:
    client, address = Client(), _address()
    for text in ("", " ", "a\x00b", "x" * (keeping.TEXT_MAX + 1)):
        assert client.post(address, {"text": text}).status_code == 422
    assert client.post(address, {"text": "<script>", "website": "x"}).content.count(b"<script>") == 0
    assert client.post(address, b"x" * 70_000, content_type="text/plain").status_code == 413
    assert not Unnamed.objects.exists()


def test_a_flood_is_stopped_for_the_day(house: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "A_DAY_MAX", 2)
    client, address = Client(), _address()
    assert [client.post(address, {"text": "x"}).status_code for _ in range(3)] == [200, 200, 422]


def _ticket(client: Client) -> str:
    page = client.post(f"/incidents/{_id()}/post-mortem/pulse/ticket/").content.decode()
    at = page.find("http://testserver/say/")
    return page[at + len("http://testserver") : page.index("<", at)] if at >= 0 else ""


def _agree(value: int) -> dict[str, Any]:
    return {one.id: str(value) for one in postmortem_book().pulse.statements}


def test_an_answer_to_the_pulse_cannot_be_led_back_and_counts_once(
    house: Options, caplog: pytest.LogCaptureFixture
) -> None:
    desk().record(_id(), "open-pulse", by=BO)
    cy = enter("cy")
    ticket = _ticket(cy)
    assert ticket
    assert _ticket(cy) == "", "a person draws one ticket"
    secret = ticket.rstrip("/").rsplit("/", 1)[1]
    assert secret not in repr(_everything()), "only its digest is kept"
    assert {field.name for field in PulseDrawn._meta.fields} == {"id", "incident", "pulse", "name"}
    with caplog.at_level(logging.DEBUG):
        assert Client().post(ticket, {**_agree(4), "spoke": ""}).status_code == 422
        assert Client().post(ticket, _agree(4), **MARKS).status_code == 200
    assert Client().post(ticket, _agree(4)).status_code == 404
    (row,) = PulseAnswer.objects.all()
    assert {field.name for field in PulseAnswer._meta.fields} == {"id", "incident", "pulse", "answers"}
    assert row.answers == [4] * 5
    assert not PulseTicket.objects.exists()
    assert "203.0.113" not in caplog.text


@pytest.mark.parametrize("answers", [4, 5])
def test_the_pulse_is_shown_once_closed_from_five_answers_up(house: Options, answers: int) -> None:
    desk().record(_id(), "open-pulse", by=BO)
    for number in range(answers):
        person(f"p{number}", role="responder")
        assert Client().post(_ticket(enter(f"p{number}")), _agree(number % 5)).status_code == 200
    bo = enter("bo")
    shown = bo.get(f"/incidents/{_id()}/post-mortem/").content.decode()
    assert "people answered." not in shown
    assert bo.post(f"/incidents/{_id()}/post-mortem/pulse/close/").status_code == 302
    shown = bo.get(f"/incidents/{_id()}/post-mortem/").content.decode()
    assert (">5 people answered." in shown) == (answers == 5)
    assert ("Fewer than 5 people answered" in shown) == (answers == 4)
    for kind in (PulseAnswer, PulseDrawn, PulseTicket):
        assert not kind.objects.exists()
