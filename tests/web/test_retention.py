"""A record whose time is over goes when a person says so, whole; what is held stays; a tombstone says what was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.api.speaking import Speaker, installation, speaker, whole
from tests.web.people import enter, person

from hotwash.incident.rules import VERBS
from hotwash.ledger.entry import check
from hotwash.ledger.rule import NotAllowed
from hotwash.response import retention
from hotwash.response.desk import Desk, NotPermitted, Person
from hotwash.response.jobs import Outcome
from hotwash.web import door, index
from hotwash.web.options import Options
from hotwash.web.retention import keeping
from hotwash.web.tables.models import Complaint, EntryRow, IncidentRow, JobRow, Role, SearchRow
from hotwash.web.work import erasing

ANA = Person("ana", "administrator")
CY = Person("cy", "responder")
SECRET = "Ada Lovelace, +49 30 1234"
INCIDENT = "INC-2026-0001"


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    with installation(tmp_path / "home"):
        made = door.desk()
        made.declare(by=ANA, title=f"Loan of {SECRET} refused")
        yield made


def later(desk: Desk, days: int) -> Desk:
    """The same house, so many days later."""
    now = datetime.now(UTC) + timedelta(days=days)
    desk.clock = lambda: now
    return desk


def ended(desk: Desk) -> Desk:
    """The incident has a note and evidence, and was not confirmed; its kind is kept for ten days."""
    desk.record(INCIDENT, "note", by=CY, text=f"Ring {SECRET}")
    desk.keep(INCIDENT, SECRET.encode(), by=CY, name=f"{SECRET}.txt", media_type="text/plain", source=SECRET, note="")
    desk.record(INCIDENT, "not-confirm", by=ANA, reason=f"It was {SECRET}")
    desk.record_organisation("set-retention", by=ANA, rule="ten", days=10, basis="Own decision of 2026")
    return desk


def worked(desk: Desk) -> None:
    job = JobRow.objects.get(kind=retention.ERASE)
    outcome = erasing.erase(desk, {**job.arguments, "key": job.key}) or Outcome()
    assert outcome.effect is not None
    outcome.effect()


def everything(home: Path) -> bytes:
    """Every byte of the database and the vault."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'hotwash_search%'")
        rows = []
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{name}"')
            rows.append(repr(cursor.fetchall()).encode())
    return b"\n".join(rows) + b"".join(path.read_bytes() for path in (home / "vault").rglob("*") if path.is_file())


def test_what_is_due_is_proposed_and_goes_when_a_person_says_so(house: Desk, tmp_path: Path) -> None:
    ended(house)
    assert keeping(house).due == ()
    with pytest.raises(NotAllowed, match="is kept until"):
        retention.erase(house, INCIDENT, by=ANA, reason="Its time is over")
    later(house, 11)
    (due,) = keeping(house).due
    assert (due.incident, due.rule) == (INCIDENT, "ten")
    before = [(one.kind, one.by, one.digest) for one in house.store.read("incident/" + INCIDENT)]
    assert SECRET.encode() in everything(tmp_path / "home")
    retention.erase(house, INCIDENT, by=ANA, reason="Its time is over")
    worked(house)
    assert SECRET.encode() not in everything(tmp_path / "home")
    entries = house.store.read("incident/" + INCIDENT)
    assert [(one.kind, one.by, one.digest) for one in entries[:-1]] == before
    check("incident/" + INCIDENT, entries)
    assert entries[-1].kind == "record-erased"
    assert entries[-1].body == {"rule": "ten", "reason": "Its time is over", "through": len(before)}
    assert keeping(house).due == ()
    assert keeping(house).erased == 1
    assert list(house.vault.digests()) == []
    assert not SearchRow.objects.filter(stream="incident/" + INCIDENT, text__contains="Lovelace").exists()


def test_the_worker_may_die_half_way_and_begin_again(house: Desk) -> None:
    later(ended(house), 11)
    retention.erase(house, INCIDENT, by=ANA, reason="Over")
    worked(house)
    rows = list(EntryRow.objects.order_by("position").values())
    worked(house)
    assert list(EntryRow.objects.order_by("position").values()) == rows


def test_an_erased_record_is_still_shown_everywhere(house: Desk) -> None:
    later(ended(house), 11)
    retention.erase(house, INCIDENT, by=ANA, reason="Over")
    worked(house)
    row = IncidentRow.objects.get()
    assert (row.state, row.title, row.erased) == ("not-confirmed", "[redacted]", True)
    assert row.ended_at is not None
    kept = IncidentRow.objects.values().get()
    index.rebuild(house.store)
    assert IncidentRow.objects.values().get() == kept
    person("ana", role=Role.ADMINISTRATOR)
    browser = enter("ana")
    from hotwash.web.room.pages import ASIDE, TABS

    for tab in ("", *(f"{tab}/" for tab in (*TABS, *ASIDE) if tab != "timeline")):
        answer = browser.get(f"/incidents/{INCIDENT}/{tab}")
        assert answer.status_code == 200, tab
        assert b"Lovelace" not in answer.content
    assert b"are erased" in browser.get(f"/incidents/{INCIDENT}/record/").content
    for page in ("/incidents/", "/", "/metrics/", "/installation/retention/"):
        assert browser.get(page).status_code == 200
    ana = speaker("ana", Role.ADMINISTRATOR)
    for path in ("", "/timeline", "/entries", "/verify", "/export", "/post-mortem", "/evidence"):
        response = ana.ask("GET", f"/incidents/{INCIDENT}{path}")
        assert response.status_code == 200, path
        assert b"Lovelace" not in whole(response)


def test_what_is_held_is_not_erased_by_any_way(house: Desk, tmp_path: Path) -> None:
    later(ended(house), 11)
    held = house.record(INCIDENT, "place-legal-hold", by=ANA, matter="7 C 12/26", reason="The court asks")
    assert keeping(house).due == ()
    assert [one.incident for one in keeping(house).held] == [INCIDENT]
    with pytest.raises(NotAllowed, match="under legal hold"):
        retention.erase(house, INCIDENT, by=ANA, reason="Over")
    with pytest.raises(NotAllowed, match="under legal hold"):
        house.redact(INCIDENT, by=ANA, entry=2, reason="Privacy")
    house.record(INCIDENT, "lift-legal-hold", by=ANA, hold=held.entries[-1].number, reason="Settled")
    retention.erase(house, INCIDENT, by=ANA, reason="Over")
    worked(house)
    words = [one.body for one in house.store.read("incident/" + INCIDENT) if one.kind.startswith("legal-hold")]
    assert all(words), "why it was kept for so long stays"


def test_reports_that_a_held_incident_counts_are_kept(house: Desk) -> None:
    from hotwash.response.complaints import Report
    from hotwash.web.complaints import telling
    from hotwash.web.complaints.receiving import receive

    number = receive(Report("form", "My loan was refused")).id
    Complaint.objects.update(incident=INCIDENT)
    ended(house)
    hold = house.record(INCIDENT, "place-legal-hold", by=ANA, matter="7 C 12/26", reason="The court asks")
    assert telling.forget_old(30, now=datetime.now(UTC) + timedelta(days=400)) == 0
    house.record(INCIDENT, "lift-legal-hold", by=ANA, hold=hold.entries[-1].number, reason="Settled")
    assert telling.forget_old(30, now=datetime.now(UTC) + timedelta(days=400)) == 1
    assert Complaint.objects.get(pk=number).text == ""


def test_bytes_that_another_record_names_stay(house: Desk) -> None:
    later(ended(house), 11)
    house.declare(by=ANA, title="Another")
    house.keep("INC-2026-0002", SECRET.encode(), by=CY, name="a.txt", media_type="text/plain", source="", note="")
    retention.erase(house, INCIDENT, by=ANA, reason="Over")
    worked(house)
    assert len(list(house.vault.digests())) == 1


def test_who_was_heard_too_late_is_heard(house: Desk) -> None:
    later(ended(house), 11)
    house.record(INCIDENT, "reopen", by=ANA, reason="It came back")
    with pytest.raises(NotAllowed):
        retention.erase(house, INCIDENT, by=ANA, reason="Over")


def test_no_rule_keeps_for_ever_and_the_longest_holds(house: Desk) -> None:
    ended(house)
    house.record_organisation(
        "set-retention", by=ANA, rule="law", days=3_650, basis="Article 18 AI Act", ended="not-confirmed"
    )
    assert keeping(later(house, 11)).due == ()
    house.record_organisation("drop-retention", by=ANA, rule="law", reason="Repealed")
    house.record_organisation("drop-retention", by=ANA, rule="ten", reason="Repealed")
    with pytest.raises(NotAllowed, match="No rule"):
        retention.erase(house, INCIDENT, by=ANA, reason="Over")


def test_only_an_administrator_erases_and_the_verb_cannot_be_said_past_the_rules(house: Desk) -> None:
    later(ended(house), 11)
    with pytest.raises(NotPermitted):
        retention.erase(house, INCIDENT, by=CY, reason="Over")
    assert "erase-record" in VERBS
    from hotwash.response.request import BadRequest

    with pytest.raises(BadRequest):
        house.record(INCIDENT, "erase-record", by=ANA, reason="Over")


def test_it_is_done_by_page_and_by_program(house: Desk) -> None:
    ended(house)
    person("ana", role=Role.ADMINISTRATOR)
    browser = enter("ana")
    page = browser.post("/installation/retention/set-retention/", {"rule": "one", "days": "x", "basis": "b"})
    assert page.status_code == 409
    sent = {"rule": "one", "days": "9", "basis": "Law", "covers": "any", "ended": "any"}
    assert browser.post("/installation/retention/set-retention/", sent).status_code == 302
    assert b"one" in browser.get("/installation/retention/").content
    assert browser.post("/installation/retention/declare/", {}).status_code == 404
    person("bo", role=Role.COMMANDER)
    assert enter("bo").get("/installation/retention/").status_code == 403
    later(house, 11)
    assert b"Erase this record for ever" in browser.get(f"/incidents/{INCIDENT}/record/").content

    ana: Speaker = speaker("ana", Role.ADMINISTRATOR)
    assert [one["incident"] for one in ana.get("/retention")["due"]] == [INCIDENT]
    assert ana.say(f"/incidents/{INCIDENT}/erase-record", {"reason": "Over"})["number"]
