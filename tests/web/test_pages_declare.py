"""Declaring: one sentence is enough, and nothing that was typed is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.response.desk import Desk, Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import IncidentRow, Role

BO = Person("bo", "commander")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    person("bo", role=Role.COMMANDER)
    person("cy", role=Role.RESPONDER)
    person("dee", role=Role.REPORTER)
    person("eve", role=Role.OBSERVER)
    with installation(tmp_path):
        yield desk()


def test_one_sentence_declares_and_leads_into_the_room(house: Desk) -> None:
    answer = enter("cy").post("/declare/", {"title": "Loans are refused without a reason"})
    made = IncidentRow.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/incidents/{made.id}/")
    assert house.incident(made.id).kind == "normal"
    assert [fact.by for fact in house.incident_facts(made.id)] == ["cy", "cy"]


def test_what_is_known_already_is_recorded_with_it(house: Desk) -> None:
    house.register(by=BO, name="Loans")
    seen = (timezone.now() - timedelta(hours=5)).replace(second=0, microsecond=0)
    words = {
        "title": "Loans",
        "harms": ["fairness", "privacy"],
        "system": "loans",
        "detail": "Four people called",
        "kind": "drill",
    }
    client = enter("cy")
    client.cookies["hotwash-zone"] = "Asia/Tokyo"
    local = (seen + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    assert client.post("/declare/", {**words, "seen_at": local}).status_code == 302
    incident = house.incident(IncidentRow.objects.get().id)
    assert (incident.system, incident.harms, incident.kind) == ("loans", ("fairness", "privacy"), "drill")
    assert incident.detections[-1].at == seen, "a time that is typed is the reader's own"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": "  "}, "Write one sentence"),
        ({"title": "x" * 301}, "at most 300 characters"),
        ({"title": "Loans", "seen_at": "2099-01-01T10:00"}, "That is still to come"),
        ({"title": "Loans", "system": "nothing"}, "There is no such AI system"),
        ({"title": "Loans", "harms": ["boredom"]}, "boredom is not one of the available choices"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence_and_every_word(
    house: Desk, words: dict[str, object], sentence: str
) -> None:
    answer = enter("cy").post("/declare/", {"detail": "Four people called <i>", **words})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Four people called &lt;i&gt;" in page
    assert not IncidentRow.objects.exists()


def test_whoever_may_not_declare_is_told_so(house: Desk) -> None:
    for answer in (enter("eve").get("/declare/"), enter("eve").post("/declare/", {"title": "Loans"})):
        assert answer.status_code == 403
        assert "eve is observer" in answer.content.decode()
    assert enter("dee").get("/declare/").status_code == 200


def test_declaring_takes_at_most_twelve_statements(house: Desk) -> None:
    client = enter("cy")
    counts = []
    for number in range(30):
        with CaptureQueriesContext(connection) as caught:
            assert client.post("/declare/", {"title": f"Loans {number}"}).status_code == 302
        counts.append(len([one for one in caught.captured_queries if not one["sql"].startswith(("BEGIN", "COMMIT"))]))
    assert max(counts) <= 12, caught.captured_queries
    assert counts[-1] <= counts[1]
