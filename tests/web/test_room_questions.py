"""Questions in the room: asked of the system's log in a form, answered in the background, shown with intervals."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web import inquiries
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import Inquiry

BO = Person("bo", "commander")
HARM = "deserved = true and decision = 'refuse'"


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Path:
    """A folder of logs with one log: 40 people aged over 60, 60 younger ones."""
    settings.HOTWASH = Options(home=settings.HOTWASH.home, logs=(tmp_path,))
    rows = ["at,person,age,decision,deserved,score"]
    for number in range(100):
        old = number % 5 < 2
        decision = "refuse" if old and number % 10 < 6 else "grant"
        rows.append(
            f"2026-03-{1 + number % 20:02d}T10:00:00Z,p{number},{'over 60' if old else 'under 60'},{decision},true,0.5"
        )
    (tmp_path / "loans.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def room(house: Path) -> str:
    person("bo", role="commander")
    person("ola", role="observer")
    desk().register(by=BO, name="Loans", slug="loans")
    columns = {"time": "at", "subject": "person", "decision": "decision", "label": "deserved"}
    desk().record_system(
        "loans",
        "describe-log",
        by=BO,
        source=str(house / "loans.csv"),
        columns=columns,
        attributes=("age",),
        favourable="grant",
    )
    return f"/incidents/{desk().declare(by=BO, title='Loans refused', system='loans').id}/"


@pytest.fixture
def asked_by_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread: a test runs what waits itself. The folders of logs are put back."""
    monkeypatch.setattr(inquiries, "wake", lambda: None)
    before = settings.HOTWASH
    yield
    settings.HOTWASH = before


pytestmark = pytest.mark.usefixtures("asked_by_hand")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def answered(client: Client, room: str, question: str, **words: Any) -> Inquiry:
    reply = client.post(f"{room}questions/ask/{question}/", words)
    assert reply.status_code == 302, text_of(reply)
    found = re.search(r"asked=(\d+)", reply["Location"])
    assert found
    row = Inquiry.objects.get(pk=found[1])
    inquiries.run_waiting()
    row.refresh_from_db()
    return row


def test_the_form_knows_the_columns_and_what_they_mean(room: str) -> None:
    page = text_of(enter("bo").get(f"{room}questions/"))
    assert "deserved = true and decision != &#x27;grant&#x27;" in page
    assert re.search(r'name="by" value="age"[^>]*checked', page)
    assert not re.search(r'name="by" value="person"', page)
    assert "guessed" not in page


def test_an_answer_becomes_a_finding_by_itself(room: str) -> None:
    bo = enter("bo")
    row = answered(bo, room, "blast-radius", harm=HARM, by=["age"], subject="person", time="at", every="day")
    assert row.status == "done", row.error
    page = text_of(bo.get(f"{room}questions/{row.pk}/"))
    assert f"{room}findings/{row.entry}/" in page
    assert "hx-trigger" not in page
    finding = text_of(bo.get(f"{room}findings/{row.entry}/"))
    for words in (
        "24",
        "of 40",
        HARM.replace("'", "&#x27;"),
        "100 rows were used",
        "sha256:",
        "SELECT",
        "People to reach",
    ):
        assert words in finding, words
    assert finding.count('<svg class="interval"') == 2 + 20, "two cohorts, twenty days"
    drawing = bo.get(f"{room}findings/{row.entry}/chart/")
    assert drawing.json()["$schema"].startswith("https://vega.github.io/")
    line = text_of(bo.get(room))
    assert f'data-chart-from="{room}findings/{row.entry}/chart/"' in line
    assert re.search(rf'<a class="figure" href="{room}findings/{row.entry}/">30</a>', line)


def test_groups_are_compared_with_every_rate_and_its_interval(room: str) -> None:
    bo = enter("bo")
    row = answered(bo, room, "fairness", group=["age"], decision="decision", label="deserved", favourable="grant")
    assert row.status == "done", row.error
    page = text_of(bo.get(f"{room}findings/{row.entry}/"))
    assert "age: over 60" in page
    assert "25.0 %" in page
    assert "People to reach" not in page
    assert "no negative labels" in page


def test_a_wrong_condition_is_said_beside_its_field_and_nothing_runs(room: str) -> None:
    bo = enter("bo")
    reply = bo.post(f"{room}questions/ask/blast-radius/", {"harm": "decison = 'refuse'", "where": "age ="})
    assert reply.status_code == 422
    page = text_of(reply)
    assert "Did you mean &quot;decision&quot;?" in page
    assert "At position" in page
    assert "decison = &#x27;refuse&#x27;" in page
    assert not Inquiry.objects.exists()
    missing = bo.post(f"{room}questions/ask/fairness/", {"favourable": "grant"})
    assert "Choose at least one column" in text_of(missing)
    assert bo.post(f"{room}questions/ask/horoscope/", {}).status_code == 404


def test_what_fails_while_it_runs_says_why_and_gives_the_words_back(room: str) -> None:
    bo = enter("bo")
    row = answered(bo, room, "fairness", group=["age"], decision="decision", favourable="grnt")
    assert row.status == "failed"
    page = text_of(bo.get(f"{room}questions/"))
    assert "grnt" in page
    assert f"?again={row.pk}#fairness" in page
    again = text_of(bo.get(f"{room}questions/?again={row.pk}"))
    assert 'value="grnt"' in again
    assert "Correct it" in page


def test_a_question_that_waits_can_be_stopped(room: str) -> None:
    bo = enter("bo")
    bo.post(f"{room}questions/ask/blast-radius/", {"harm": HARM})
    row = Inquiry.objects.get()
    page = text_of(bo.get(f"{room}questions/{row.pk}/"))
    assert 'hx-trigger="every 1s"' in page
    assert "Stop" in page
    assert enter("ola").post(f"{room}questions/{row.pk}/cancel/").status_code == 403
    assert bo.post(f"{room}questions/{row.pk}/cancel/").status_code == 302
    assert Inquiry.objects.get().status == "cancelled"
    other = desk().declare(by=BO, title="Another").id
    assert bo.get(f"/incidents/{other}/questions/{row.pk}/").status_code == 404


def test_another_log_of_the_folder_can_be_chosen_but_no_other_file(room: str, house: Path) -> None:
    (house / "claims.csv").write_text("claim_id,user_id,approved\n1,a,1\n2,b,0\n", encoding="utf-8")
    (house.parent / "secret.csv").write_text("password\nx\n", encoding="utf-8")
    bo = enter("bo")
    page = text_of(bo.get(f"{room}questions/?log=claims.csv"))
    assert "columns guessed from their names" in page
    assert 'data-insert="approved"' in page
    row = answered(bo, room, "blast-radius", harm="approved = 0", subject="user_id", log="claims.csv")
    assert row.status == "done", row.error
    for elsewhere in ("../secret.csv", "/etc/passwd", str(house.parent / "secret.csv")):
        page = text_of(bo.get(f"{room}questions/", {"log": elsewhere}))
        assert "There is no such log" in page, elsewhere
        reply = bo.post(f"{room}questions/ask/blast-radius/", {"harm": "password = 'x'", "log": elsewhere})
        assert reply.status_code == 422
    assert Inquiry.objects.count() == 1


def test_without_a_log_the_page_says_what_would_mend_it(room: str, house: Path) -> None:
    bo = enter("bo")
    (house / "loans.csv").unlink()
    assert "There is no file" in text_of(bo.get(f"{room}questions/"))
    bare = desk().declare(by=BO, title="No system").id
    assert "no log described yet" in text_of(bo.get(f"/incidents/{bare}/questions/"))


def test_a_drawing_that_names_an_address_is_not_handed_out(room: str) -> None:
    bo = enter("bo")
    row = answered(bo, room, "blast-radius", harm=HARM)
    finding = bo.get(f"/api/v1{room}findings/{row.entry}").json()
    finding["chart"]["data"] = {"url": "/api/v1/incidents"}
    sent = bo.post(f"/api/v1{room}findings", finding, content_type="application/json")
    assert sent.status_code == 201, sent.content
    assert bo.get(f"{room}findings/{(row.entry or 0) + 1}/chart/").status_code == 422
    assert bo.get(f"{room}findings/1/chart/").status_code == 404
    assert bo.get(f"{room}findings/1/").status_code == 404


def test_whoever_may_not_ask_sees_findings_but_no_form(room: str) -> None:
    answered(enter("bo"), room, "blast-radius", harm=HARM)
    page = text_of(enter("ola").get(f"{room}questions/"))
    assert "questions/ask/" not in page
    assert "how it was computed" in page
