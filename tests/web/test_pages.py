"""The pages beside the room: what they show, to whom, and how many statements it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.response.desk import Desk, Person
from hotwash.web import index
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import DueRow, IncidentRow, Role

ANA, BO = Person("ana", "administrator"), Person("bo", "commander")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    with _furnished(tmp_path) as made:
        yield made


@pytest.fixture
def either(database: Options, tmp_path: Path) -> Iterator[Desk]:
    with _furnished(tmp_path) as made:
        yield made


@contextmanager
def _furnished(tmp_path: Path) -> Iterator[Desk]:
    person("ana", role=Role.ADMINISTRATOR)
    person("bo", role=Role.COMMANDER)
    person("cy", role=Role.RESPONDER)
    person("dee", role=Role.REPORTER)
    with installation(tmp_path):
        yield desk()


def _statements(client: Client, path: str, words: Any = None) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = client.get(path) if words is None else client.post(path, words)
    assert answer.status_code in (200, 302), answer.content
    return sum(
        not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for one in caught.captured_queries
    )


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _many(house: Desk, count: int) -> None:
    for number in range(count):
        made = house.declare(by=BO, title=f"Loans of branch {number} are refused", system="loans", harms=("fairness",))
        house.record(
            made.id, "add-action", by=BO, title="Ask the branch", kind="detect", owner="cy", due=date(2026, 4, 1)
        )


# Now


def test_an_empty_house_says_what_to_do_first(house: Desk) -> None:
    page = _text(enter("cy"), "/")
    assert "No incident has been declared here yet" in page
    assert 'href="/declare/"' in page


def test_harm_that_goes_on_stands_first_and_the_gravest_before_the_rest(house: Desk) -> None:
    minor = house.declare(by=BO, title="A form is slow").id
    house.record(minor, "assess", by=BO, answers={"continuing": "yes", **dict.fromkeys(_questions(), "no")})
    grave = house.declare(by=BO, title="People lose their home").id
    house.record(grave, "assess", by=BO, answers={"essentials_taken": "yes", "people": 500, "continuing": "yes"})
    stopped = house.declare(by=BO, title="Stopped already").id
    house.record(
        stopped,
        "contain",
        by=BO,
        switch="loans",
        state="off",
        reason="r",
        complete=True,
        unheld_because="logs are kept",
    )
    page = _text(enter("bo"), "/")
    places = [
        page.index(words) for words in ("Harm is going on", "lose their home", "form is slow", "harm has stopped")
    ]
    assert places == sorted(places)
    assert page.index("harm has stopped") < page.rindex("Stopped already")
    assert "Nobody commands" in page


def _questions() -> list[str]:
    from hotwash.knowledge.severity import rubric

    return [one.id for one in rubric().questions if one.kind == "yes_no" and one.id != "continuing"]


def test_what_is_due_stands_with_its_owner_and_leaves_when_it_is_done(either: Desk) -> None:
    made = either.declare(by=BO, title="Loans are refused").id
    late = date.today() - timedelta(days=2)  # noqa: DTZ011
    asked = either.record(made, "add-action", by=BO, title="Retrain by hand", kind="prevent", owner="Cy", due=late)
    either.record(made, "owe-remedy", by=BO, what="Write to each person", people=40, owner="bo", due=date(2099, 1, 1))
    page = _text(enter("cy"), "/")
    assert page.count("Retrain by hand") == 2, "it is due, and it is Cy's own"
    assert f'href="/incidents/{made}/#e{asked.entries[0].number}"' in page
    assert "2 days late" in page
    assert "40 people wait" in page
    assert _text(enter("bo"), "/").count("Retrain by hand") == 1
    either.record(made, "close-action", by=BO, action=asked.entries[0].number, result="done")
    assert "Retrain by hand" not in _text(enter("cy"), "/")


def test_a_drill_is_marked_wherever_it_stands(house: Desk) -> None:
    house.declare(by=BO, title="Only practised", kind="drill")
    for path in ("/", "/incidents/", "/search/?q=practised"):
        assert '<span class="tag care">drill</span>' in _text(enter("bo"), path), path


def test_what_ended_is_listed_with_how_it_ended(house: Desk) -> None:
    made = house.declare(by=BO, title="A false alarm").id
    house.record(made, "not-confirm", by=BO, reason="nobody was harmed")
    page = _text(enter("bo"), "/")
    assert page.index("Recently ended") < page.index("A false alarm") < page.index("not confirmed")


def test_somebody_who_sees_only_their_own_sees_only_their_own(house: Desk) -> None:
    house.declare(by=BO, title="Hidden from Dee")
    house.declare(by=Person("dee", "reporter"), title="Raised by Dee")
    dee = enter("dee")
    for path in ("/", "/incidents/", "/search/?q=dee"):
        page = _text(dee, path)
        assert "Raised by Dee" in page
        assert "Hidden" not in page
    for path in ("/systems/", "/systems/loans/", "/installation/"):
        assert dee.get(path).status_code == 403


def test_statements_do_not_grow_with_the_incidents(either: Desk) -> None:
    client = enter("cy")
    most = {"/": 9, "/incidents/": 6, "/incidents/?state=open&system=loans": 6, "/systems/": 6, "/search/?q=branch": 6}
    either.register(by=BO, name="Loans")
    _many(either, 2)
    few = {path: _statements(client, path) for path in most}
    _many(either, 60)
    for path, limit in most.items():
        assert _statements(client, path) == few[path] <= limit, path


# The index that the first page reads


def test_what_is_due_rebuilt_is_what_is_due_kept(either: Desk) -> None:
    _many(either, 3)
    made = either.declare(by=BO, title="Loans").id
    first = either.record(made, "add-action", by=BO, title="One", kind="learn", owner="bo").entries[0].number
    either.record(made, "add-action", by=BO, title="Two", kind="learn", owner="bo")
    either.record(made, "close-action", by=Person("cy", "commander"), action=first, result="done")
    either.record(made, "begin-harm", by=BO, at=datetime(2026, 3, 3, tzinfo=UTC), source="log")

    def kept() -> list[Any]:
        dues = DueRow.objects.order_by("incident", "entry").values_list(
            "incident", "entry", "what", "owner", "due", "people"
        )
        return [*dues, *IncidentRow.objects.order_by("id").values_list()]

    before = kept()
    index.rebuild(either.store)
    assert kept() == before
    assert ("Two", "bo") in [row[2:4] for row in before if row[0] == made and len(row) == 6]


def test_what_is_redacted_leaves_lists_and_search(either: Desk) -> None:
    made = either.declare(by=BO, title="Bilal Khan is refused").id
    action = either.record(
        made, "add-action", by=BO, title="Call Bilal", kind="redress", owner="cy", due=date(2026, 4, 1)
    )
    either.redact(made, by=ANA, entry=1, reason="names a person")
    either.redact(made, by=ANA, entry=action.entries[0].number, reason="names a person")
    for path in ("/", "/incidents/", "/search/?q=bilal"):
        assert "Bilal" not in _text(enter("cy"), path), path
    before = list(IncidentRow.objects.values_list())
    index.rebuild(either.store)
    assert list(IncidentRow.objects.values_list()) == before


# The list


def test_the_list_is_narrowed_by_state_severity_system_and_kind(house: Desk) -> None:
    house.register(by=BO, name="Loans")
    house.declare(by=BO, title="Of loans", system="loans")
    ended = house.declare(by=BO, title="Ended one", kind="drill").id
    house.record(ended, "not-confirm", by=BO, reason="none")
    grave = house.declare(by=BO, title="Grave one").id
    house.record(grave, "assess", by=BO, answers={"death_or_grave_injury": "yes"})
    client = enter("cy")
    shown = {
        "state=open": {"Of loans", "Grave one"},
        "state=ended": {"Ended one"},
        "severity=Critical": {"Grave one"},
        "severity=none": {"Of loans", "Ended one"},
        "system=loans": {"Of loans"},
        "kind=drill": {"Ended one"},
        "kind=nonsense": {"Of loans", "Ended one", "Grave one"},
    }
    for asked, titles in shown.items():
        page = _text(client, f"/incidents/?{asked}")
        assert {title for title in ("Of loans", "Ended one", "Grave one") if title in page} == titles, asked


def test_the_list_goes_on_where_the_page_before_ended(house: Desk) -> None:
    _many(house, 55)
    client, found = enter("cy"), []
    address = "/incidents/"
    for _ in range(2):
        answer = client.get(address)
        found += [row.id for row in answer.context["rows"]]
        address = answer.context["older"]
    assert len(found) == len(set(found)) == 55
    assert not address
    assert client.get("/incidents/?after=INC-x").status_code == 200


# Search


def test_what_was_found_is_marked_and_what_people_wrote_stays_text(either: Desk) -> None:
    made = either.declare(by=BO, title="Loans <b>refused</b>", detail="<script>alert(1)</script> women wait").id
    either.record(made, "note", by=BO, text="The branch manager \x02knows\x03 nothing about women")
    page = _text(enter("cy"), "/search/?q=wom")
    assert "<mark>women</mark>" in page
    assert "<script>alert" not in page
    assert "<mark>knows</mark>" not in page
    assert f"/incidents/{made}/#e3" in page


def test_a_word_of_the_title_does_not_find_every_entry(either: Desk) -> None:
    made = either.declare(by=BO, title="Loans are refused").id
    either.record(made, "note", by=BO, text="Somebody looks into it")
    page = _text(enter("cy"), "/search/?q=loans")
    assert "looks into it" not in page
    assert "Loans are refused" in _text(enter("cy"), "/search/?q=somebody")


@pytest.mark.parametrize("asked", ['"', "' OR 1=1 --", "NEAR(a b)", "*", "%00", "a" * 5000, "😀", "-", "INC-2026-0001"])
def test_whatever_is_asked_search_answers(house: Desk, asked: str) -> None:
    assert enter("cy").get("/search/", {"q": asked, "within": "x", "from": "-1"}).status_code == 200


# The library and the installation


def test_the_library_shows_every_part_with_its_version(house: Desk) -> None:
    client = enter("dee")
    page = _text(client, "/library/")
    for name in ("severity", "harms", "roles", "life", "measures", "access"):
        assert f'href="/library/{name}/"' in page
        assert "Version 1.0" in _text(client, f"/library/{name}/"), name
    assert "10,000" in _text(client, "/library/severity/")
    assert client.get("/library/nothing/").status_code == 404


def test_the_installation_recomputes_every_record_and_names_the_first_that_does_not_follow(house: Desk) -> None:
    made = house.declare(by=BO, title="Loans are refused").id
    ana = enter("ana")
    assert "All records follow" in ana.post("/installation/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER hotwash_entry_no_update")
        cursor.execute('UPDATE hotwash_entry SET body = \'{"title": "All is well"}\' WHERE number = 1')
    page = ana.post("/installation/").content.decode()
    assert "A record does not follow" in page
    assert f"incident/{made}, entry 1" in page


def test_a_seal_that_was_kept_shows_what_was_cut_off_since(house: Desk) -> None:
    made = house.declare(by=BO, title="Loans are refused").id
    ana = enter("ana")
    answer = ana.post("/installation/seal/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert ana.get("/installation/seal-key/").content.startswith(b"-----BEGIN PUBLIC KEY")

    def held(data: bytes) -> str:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return ana.post("/installation/hold/", {"seal": SimpleUploadedFile("seal.json", data)}).content.decode()

    house.record(made, "note", by=BO, text="later")
    assert "The seal holds" in held(answer.content)
    assert "The seal does not hold" in held(answer.content.replace(b"incident", b"incidenz"))
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER hotwash_entry_no_delete")
        cursor.execute("DELETE FROM hotwash_entry WHERE number > 1")
    assert "The seal does not hold" in held(answer.content)
    assert enter("cy").post("/installation/seal/").status_code == 403
