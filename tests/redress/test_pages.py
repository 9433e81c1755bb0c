"""The page of redress: half of what people do happens here, so every act of it is pressed once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.api.speaking import installation
from tests.redress.people import BO, csv_text
from tests.web.people import enter, person

from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.redress.registers import register


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Path]:
    with installation(tmp_path) as logs:
        for name, role in (("bo", "commander"), ("cy", "responder"), ("ola", "observer"), ("dee", "reporter")):
            person(name, role=role)
        yield logs


@pytest.fixture
def room(house: Path) -> str:
    return f"/incidents/{desk().declare(by=BO, title='Loans refused').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def incident_of(room: str) -> str:
    return room.split("/")[2]


def people(number: int, *, remedy: str = "notify") -> SimpleUploadedFile:
    rows = [(f"k-{place:04d}", remedy, "lea", "a", "2026-01-01") for place in range(number)]
    return SimpleUploadedFile("people.csv", csv_text(("person", "remedy", "owner", "group", "due"), rows))


def say(client: Client, room: str, word: str, **words: Any) -> Any:
    return client.post(f"{room}do/{word}/", words)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


@pytest.fixture
def filled(bo: Client, room: str) -> str:
    assert say(bo, room, "open-redress", note="Everybody refused").status_code == 302
    assert say(bo, room, "import-redress", upload=people(60)).status_code == 302
    return room


def test_an_empty_page_teaches_what_belongs_there(bo: Client, room: str) -> None:
    assert "what is each of them owed" in page(bo, room + "redress/")


def test_the_page_tells_people_not_records(bo: Client, filled: str) -> None:
    shown = page(bo, filled + "redress/")
    assert "0 of 60 people made whole; 60 wait" in shown
    assert "60 remedies are late" in shown
    assert "k-0000" in shown
    assert "k-0024" in shown
    assert "k-0025" not in shown
    assert "k-0025" in page(bo, filled + "redress/?after=k-0024%7Cnotify")
    assert "k-0055" in page(bo, filled + "redress/?key=k-0055")
    assert "Nobody fits" in page(bo, filled + "redress/?state=done")
    assert "0 of 60 people made whole" in page(bo, filled + "timeline/")


def test_those_who_are_ticked_are_worked_on_and_then_all_the_others(bo: Client, filled: str) -> None:
    assert say(bo, filled, "work-redress", act="done", whom="ticked").status_code == 422
    no = say(bo, filled, "work-redress", act="done", whom="ticked", people=["k-0001|notify", "k-0002|notify"])
    assert "what shows that it was done" in no.content.decode()
    say(
        bo,
        filled,
        "work-redress",
        act="done",
        whom="ticked",
        people=["k-0001|notify", "k-0002|notify"],
        proof="letters 1 and 2",
    )
    assert "2 of 60 people made whole" in page(bo, filled + "redress/")
    say(bo, filled, "work-redress", act="assign", whom="all", only_state="owed", owner="mia")
    assert register(incident_of(filled)).tally().counts.whole == 2
    assert "k-0003" in page(bo, filled + "redress/?owner=mia")


def test_who_is_ticked_is_meant_with_that_remedy_alone(bo: Client, filled: str) -> None:
    say(bo, filled, "import-redress", upload=people(2, remedy="apologise"))
    say(bo, filled, "work-redress", act="done", whom="ticked", people=["k-0001|notify"], proof="letter 1")
    say(bo, filled, "work-redress", act="done", whom="ticked", people=["k-0001|apologise"], proof="letter 2")
    rows = register(incident_of(filled)).rows.rows(incident_of(filled), ["k-0001"])
    assert {remedy: one.proof for (_, remedy), one in rows.items()} == {"notify": "letter 1", "apologise": "letter 2"}
    assert say(bo, filled, "work-redress", act="start", whom="ticked", people=["nobody|notify"]).status_code == 409


def test_a_list_with_bad_lines_says_which(bo: Client, filled: str) -> None:
    bad = SimpleUploadedFile("bad.csv", b"person,remedy\nx,pardon\n,notify\n")
    said = say(bo, filled, "import-redress", upload=bad).content.decode()
    assert "2 lines cannot be taken" in said
    assert "Line 2, x: remedy is none of" in said


def test_results_come_back_and_one_persons_history_is_told(bo: Client, filled: str) -> None:
    back = SimpleUploadedFile("back.csv", b"person,remedy,state,proof,version\nk-0007,notify,done,letter 7,1\n")
    say(bo, filled, "redress-results", upload=back)
    shown = page(bo, filled + "redress/person/?key=k-0007")
    assert "letter 7" in shown
    assert "back.csv" in shown
    assert "people.csv" in shown
    assert bo.get(filled + "redress/person/?key=nobody").status_code == 404


def test_who_somebody_is_is_shown_to_few_and_written_down(bo: Client, filled: str) -> None:
    named = SimpleUploadedFile("named.csv", b"person,remedy,email\nm-1,notify,<b>maria@example.org\n")
    say(bo, filled, "import-redress", upload=named, identities="email")
    address = filled + "redress/person/?key=m-1"
    assert "maria" not in page(bo, address)
    refused = bo.post(filled + "redress/person/", {"key": "m-1", "reason": ""})
    assert "maria" not in refused.content.decode()
    told = bo.post(filled + "redress/person/", {"key": "m-1", "reason": "to write to her"}).content.decode()
    assert "&lt;b&gt;maria@example.org" in told
    assert "to write to her" in page(bo, filled + "redress/")
    cy = enter("cy")
    assert "Why do you need to know" not in page(cy, address)
    assert cy.post(filled + "redress/person/", {"key": "m-1", "reason": "curious"}).status_code == 404


def test_who_only_observes_sees_counts_and_nobody(filled: str) -> None:
    ola = enter("ola")
    shown = page(ola, filled + "redress/")
    assert "0 of 60 people made whole" in shown
    assert "k-0000" not in shown
    assert ola.get(filled + "redress/person/?key=k-0000").status_code == 404
    assert enter("dee").get(filled + "redress/").status_code == 404
    assert say(ola, filled, "work-redress", act="start", whom="all").status_code == 403


def test_the_register_is_closed_with_a_reason_and_reopened(bo: Client, filled: str) -> None:
    assert "60 of 60 people still wait" in say(bo, filled, "close-redress", reason="").content.decode()
    say(bo, filled, "close-redress", reason="The bank pays them by court order")
    shown = page(bo, filled + "redress/")
    assert "The register is closed" in shown
    assert "Take people in" not in shown
    say(bo, filled, "reopen-redress", reason="One was missed")
    assert "Take people in" in page(bo, filled + "redress/")


def test_the_page_asks_as_many_statements_whatever_the_number(bo: Client, filled: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(bo, filled + "redress/")
        return len(asked)

    page(bo, filled + "redress/")
    few = statements()
    say(bo, filled, "import-redress", upload=people(900, remedy="apologise"))
    assert statements() <= few + 2  # more entries of the register are shown
    assert few < 40


@pytest.mark.parametrize(
    "filters", ["state=x", "late=maybe", "open=7", "after=%00", "after=|", "key=%3Cscript%3E", "state[]=1"]
)
def test_an_odd_filter_is_no_fault(filters: str, bo: Client, filled: str) -> None:
    assert "<script>" not in page(bo, filled + "redress/?" + filters).split('id="people"')[1]


def test_hostile_words_are_shown_as_words(bo: Client, filled: str) -> None:
    bad = "<img src=x onerror=alert(1)>"
    rows = [(bad, "notify", bad, bad, bad)]
    upload = SimpleUploadedFile(f"{bad}.csv", csv_text(("person", "remedy", "owner", "group", "note"), rows))
    say(bo, filled, "import-redress", upload=upload)
    for address in ("redress/", "redress/person/?key=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "timeline/"):
        assert "<img src=x" not in page(bo, filled + address)


def test_the_drawing_over_time_holds_counts_only(bo: Client, filled: str) -> None:
    drawn = bo.get(filled + "redress/chart/").json()
    assert {row["stand"]: row["people"] for row in drawn["data"]["values"]}["waiting"] == 60
