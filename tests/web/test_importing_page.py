"""The page where files are brought in, and similar incidents while somebody declares and in the room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.response.backdating import template
from hotwash.response.cases import Case, Collection
from hotwash.response.desk import Desk, Person
from hotwash.web.cases import bring_in
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import CorpusRow, IncidentRow, Role

CY = Person("cy", "responder")
LOANS = "Women are refused loans far more often"


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    person("ana", role=Role.ADMINISTRATOR)
    person("cy", role=Role.RESPONDER)
    person("dee", role=Role.REPORTER)
    with installation(tmp_path):
        yield desk()


def sent(data: bytes, name: str = "past.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/csv")


def test_a_file_is_looked_at_first_and_then_taken_in(house: Desk) -> None:
    ana = enter("ana")
    assert ana.get("/installation/import/").status_code == 200
    looked = ana.post("/installation/import/", {"file": sent(template()), "go": "check"}).content.decode()
    assert "1 incident in past.csv, no fault." in looked
    assert not IncidentRow.objects.exists()
    taken = ana.post("/installation/import/", {"file": sent(template()), "go": "take-in"})
    assert (taken.status_code, taken.headers["Location"]) == (302, "/incidents/")
    assert IncidentRow.objects.get().kind == "backdated"


def test_every_fault_stands_in_a_table_and_no_markup_of_a_file_is_run(house: Desk) -> None:
    data = b"title,detected_at,severity\n<b>x</b>,2024-01-01,<script>\n,,\nok,never,\n"
    answer = enter("ana").post("/installation/import/", {"file": sent(data), "go": "take-in"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was taken in." in page
    assert "&lt;script&gt;" in page
    assert "<script>”" not in page
    assert "“never” is no time." in page
    assert not IncidentRow.objects.exists()


def test_a_collection_comes_in_and_goes(house: Desk) -> None:
    ana = enter("ana")
    head = (
        "incident_id,date,description,title,Alleged deployer of AI system,Alleged developer of AI system,"
        "Alleged harmed or nearly harmed parties\n"
    )
    file = sent((head + "7,2020-01-02,Loans,Loans refused,[],[],[]\n").encode(), "incidents.csv")
    assert ana.post("/installation/import/collection/", {"file": file}).status_code == 302
    page = ana.get("/installation/import/").content.decode()
    assert "CC BY-SA 4.0" in page
    assert ana.post("/installation/import/collection/aiid/remove/").status_code == 302
    assert not CorpusRow.objects.exists()
    wrong = ana.post("/installation/import/collection/", {"file": sent(b"a,b\n", "incidents.csv")})
    assert wrong.status_code == 422
    assert "has no such column" in wrong.content.decode()


def test_only_an_administrator_brings_files_in(house: Desk) -> None:
    for answer in (
        enter("cy").get("/installation/import/"),
        enter("cy").post("/installation/import/", {"file": sent(template()), "go": "take-in"}),
        enter("cy").post("/installation/import/collection/", {"file": sent(b"")}),
        enter("cy").post("/installation/import/collection/aiid/remove/"),
        enter("cy").get("/installation/import/template/"),
    ):
        assert answer.status_code == 403
    assert not IncidentRow.objects.exists()


def test_whoever_types_is_shown_what_was_seen_before(house: Desk) -> None:
    made = house.declare(by=CY, title=LOANS).id
    bring_in(
        Collection("aiid", "Cases", "Somebody, CC BY-SA 4.0", "CC BY-SA 4.0", "", (Case("7", f"{LOANS} by a model"),)),
        by="ana",
        digest="d",
    )
    page = enter("cy").post("/declare/similar/", {"title": "Women refused loans more often"}).content.decode()
    assert made in page
    assert "AIID-7" in page
    assert "Somebody, CC BY-SA 4.0" in page
    assert enter("cy").post("/declare/similar/", {"title": "Women"}).content.decode().strip() == ""


def test_whoever_may_not_see_it_is_shown_nothing_of_it(house: Desk) -> None:
    made = house.declare(by=CY, title=LOANS).id
    page = enter("dee").post("/declare/similar/", {"title": LOANS}).content.decode()
    assert made not in page
    assert page.strip() == ""


def test_the_room_shows_what_is_like_it_and_not_itself(house: Desk) -> None:
    one, two = (house.declare(by=CY, title=LOANS).id for _ in range(2))
    part = enter("cy").get(f"/incidents/{one}/similar/").content.decode()
    assert two in part
    assert one not in part
    assert f"/incidents/{one}/similar/" in enter("cy").get(f"/incidents/{one}/linked/").content.decode()
    assert enter("dee").get(f"/incidents/{one}/similar/").status_code == 404
