"""The pages of the evidence: hold it, look at each piece and its custody, have it verified, take it out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web import inquiries
from hotwash.web.door import desk
from hotwash.web.options import Options

BO = Person("bo", "commander")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Path]:
    with installation(tmp_path) as logs:
        for name, role in (("bo", "commander"), ("ola", "observer"), ("rev", "reviewer")):
            person(name, role=role)
        yield logs


@pytest.fixture
def room(house: Path) -> str:
    (house / "loans.csv").write_text("at,who,decision\n" + "2026-03-01T08:00:00Z,p1,refused\n" * 30)
    desk().register(by=BO, name="Loans")
    columns = {"time": "at", "subject": "who", "decision": "decision"}
    desk().record_system("loans", "describe-log", by=BO, source="loans.csv", columns=columns)
    return f"/incidents/{desk().declare(by=BO, title='Loans refused', system='loans').id}/"


@pytest.fixture
def bo(room: str) -> Client:
    return enter("bo")


def say(client: Client, room: str, word: str, **words: Any) -> Any:
    answer = client.post(f"{room}do/{word}/", words)
    inquiries.rest()
    inquiries.run_waiting()
    return answer


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def test_a_hold_is_one_press_and_lists_what_it_took(bo: Client, room: str) -> None:
    assert "Hold the evidence now" in page(bo, room + "containment/")
    assert say(bo, room, "hold-now").url.startswith(room + "containment/?recorded=3")
    shown = page(bo, room + "evidence/")
    for name in ("loans.json", "loans-switches.json", "log.json", "log-slice.parquet", "log-samples.jsonl"):
        assert name in shown
    assert "names people" in shown
    assert "5 pieces" in shown
    assert "2 pieces" in page(bo, room + "containment/")
    assert "No evidence was kept, because" not in page(bo, room + "containment/")


def test_a_part_that_is_missing_is_said_with_its_reason(bo: Client, room: str, house: Path) -> None:
    (house / "loans.csv").unlink()
    say(bo, room, "hold", since="2026-03-01T00:00", until="2026-03-02T00:00")
    shown = page(bo, room + "evidence/")
    assert "not taken" in shown
    assert "There is no file" in shown


def test_a_window_that_is_empty_comes_back_beside_the_form(bo: Client, room: str) -> None:
    answer = say(bo, room, "hold", since="2026-03-02T00:00", until="2026-03-01T00:00")
    assert answer.status_code == 409
    assert "The window of the log is empty" in answer.content.decode()


def test_each_piece_has_a_page_with_all_that_was_done_with_it(bo: Client, room: str) -> None:
    say(bo, room, "keep-evidence", pasted="threshold = 0.7", source="release sheet")
    (entry,) = desk().incident(room.split("/")[2]).evidence
    assert bo.get(f"/api/v1{room}evidence/{entry}").content == b"threshold = 0.7"
    say(bo, room, "verify-evidence")
    assert (
        say(bo, room, "hand-over-evidence", which=str(entry), to="the authority", reason="it asked").status_code == 302
    )
    shown = page(bo, f"{room}evidence/{entry}/")
    for did in ("collected", "viewed", "verified", "handed over"):
        assert f"<strong>{did.capitalize()}</strong>" in shown
    assert "To the authority; it asked" in shown
    assert bo.get(f"{room}evidence/{entry}/9/").status_code == 404
    assert bo.get(f"{room}evidence/1/").status_code == 404


def test_an_item_that_names_people_is_offered_only_to_those_who_may_see_them(bo: Client, room: str) -> None:
    say(bo, room, "hold", since="2026-02-27T00:00")
    incident = desk().incident(room.split("/")[2])
    entry, item = next(
        (entry, place)
        for entry, held in incident.holds.items()
        for place, one in enumerate(held.event.items, 1)
        if one.restricted
    )
    assert "Save a copy" in page(bo, f"{room}evidence/{entry}/{item}/")
    ola = enter("ola")
    assert "Your role may not take it out" in page(ola, f"{room}evidence/{entry}/{item}/")
    assert ola.get(f"/api/v1{room}evidence/{entry}/{item}").status_code == 403


def test_changed_bytes_are_a_plain_alarm_on_every_page_of_the_evidence(bo: Client, room: str) -> None:
    say(bo, room, "keep-evidence", pasted="threshold = 0.7")
    incident = desk().incident(room.split("/")[2])
    ((entry, said),) = incident.evidence.items()
    path: Path = desk().vault._path(said.event.digest)  # type: ignore[attr-defined]
    path.chmod(0o600)
    path.write_bytes(b"threshold = 0.5")
    shown = page(bo, f"{room}evidence/{entry}/")
    assert "Read just now: the bytes in the vault are not those that were kept." in shown
    assert "Save a copy" not in shown
    say(bo, room, "verify-evidence")
    for address in (f"{room}evidence/", f"{room}evidence/{entry}/"):
        shown = page(bo, address)
        assert 'role="alert"' in shown
        assert "Do not rely on it" in shown


def test_a_case_file_is_made_and_saved_from_the_page(bo: Client, room: str) -> None:
    say(bo, room, "keep-evidence", pasted="threshold = 0.7")
    assert say(bo, room, "export-case", to="the court").status_code == 302
    shown = page(bo, room + "evidence/")
    (link,) = re.findall(r'href="(/api/v1[^"]*case-file[^"]*)"', shown)
    archive = bo.get(link)
    assert archive["Content-Type"] == "application/zip"
    assert b"".join(archive.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert "case-file?" not in page(enter("ola"), room + "evidence/")


def test_a_reviewer_may_not_have_what_names_people(room: str) -> None:
    answer = say(enter("rev"), room, "export-case", people="on")
    assert answer.status_code == 403


def test_who_only_reads_is_offered_no_form(room: str) -> None:
    shown = page(enter("ola"), room + "evidence/")
    for word in ("hold", "keep-evidence", "verify-evidence", "hand-over-evidence", "export-case"):
        assert f"do/{word}/" not in shown


def test_the_rest_of_a_hold_tells_how_far_it_is(bo: Client, room: str) -> None:
    incident = room.split("/")[2]
    recorded, row = inquiries.begin_hold(incident, by=BO)
    assert row is not None
    inquiries.rest()
    inquiries.run_waiting()
    answer = bo.get(f"{room}evidence/progress/{row.pk}/")
    assert answer["HX-Refresh"] == "true"
    assert bo.get(f"{room}evidence/progress/999999/").status_code == 404
    assert recorded.entries[0].kind == "evidence-held"
