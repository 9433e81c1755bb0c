"""Evidence, findings, post-mortem, export and import: whole, verifiable, and saved rather than shown."""

import csv
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from tests.api.finding import finding
from tests.api.speaking import Speaker, declared, problem, speaker, whole
from tests.databases import Fresh, instead

from hotwash.ledger.export import verify_file
from hotwash.web import door, options


def test_evidence_comes_back_as_it_was_and_no_browser_runs_it(cy: Speaker, house: Path) -> None:
    incident = declared(cy)
    data = b"<script>alert(1)</script>"
    kept = cy.send(f"/incidents/{incident}/evidence", data, name="../../x\r\n.html", note="From the queue.")
    assert kept.status_code == 201
    response = cy.ask("GET", f"/incidents/{incident}/evidence/{kept.json()['number']}")
    assert response.content == data
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "/" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_needs_the_form_and_known_words(cy: Speaker) -> None:
    incident = declared(cy)
    assert cy.refused("POST", f"/incidents/{incident}/evidence", {"file": "x"})["status"] == 415
    assert problem(cy.send(f"/incidents/{incident}/evidence", b"x", digest="sha256:0"))["field"] == "digest"
    assert problem(cy.send("/incidents/INC-2026-0099/evidence", b"x"))["status"] == 404


def test_a_digest_is_no_key_to_the_bytes_of_another_incident(ana: Speaker, cy: Speaker) -> None:
    secret, own = declared(ana, "Secret"), declared(cy, "Own")
    body = ana.send(f"/incidents/{secret}/evidence", b"salary list").json()["entries"][0]["body"]
    words = {"name": "mine", "digest": body["digest"], "size": 1}
    known = cy.refused("POST", f"/incidents/{own}/add-evidence", words)
    unknown = cy.refused("POST", f"/incidents/{own}/add-evidence", words | {"digest": "sha256:" + "0" * 64})
    assert known == unknown
    assert known["field"] == "digest"


def test_a_finding_is_kept_whole_and_told_in_the_room(cy: Speaker, house: Path) -> None:
    incident = declared(cy)
    document = finding(house, by="team")
    said = cy.say(f"/incidents/{incident}/findings", document)
    assert cy.get(f"/incidents/{incident}/findings/{said['number']}") == document
    [known] = cy.get(f"/incidents/{incident}")["findings"]
    assert known["sentence"] == document["sentence"]
    assert known["figures"]["decisions"] == document["result"]["decisions"]


@pytest.mark.parametrize("part", ["question", "sentence", "rows", "data", "recipe", "result", "chart"])
def test_a_finding_with_a_part_missing_is_refused(part: str, cy: Speaker, house: Path) -> None:
    incident = declared(cy)
    document = finding(house)
    del document[part]
    assert cy.refused("POST", f"/incidents/{incident}/findings", document)["status"] == 422
    assert cy.get(f"/incidents/{incident}")["number"] == 2


def test_the_work_list_names_as_many_people_as_the_finding_counts(cy: Speaker, house: Path) -> None:
    incident = declared(cy)
    document = finding(house)
    said = cy.say(f"/incidents/{incident}/findings", document)
    address = f"/incidents/{incident}/findings/{said['number']}/work-list"
    listed = list(csv.DictReader(io.StringIO(whole(cy.ask("GET", address)).decode())))
    assert len(listed) == document["result"]["subjects"] == len({row["subject"] for row in listed})
    assert speaker("rae", "reviewer").refused("GET", address)["status"] == 403
    (house / "predictions.csv").write_text("decision,who\nrefused,p1\n")
    assert "changed" in cy.refused("GET", address)["detail"]


def test_the_post_mortem_comes_in_four_forms_and_is_saved(cy: Speaker, house: Path) -> None:
    incident = declared(cy, "Loans <b>refused</b>")
    cy.say(f"/incidents/{incident}/findings", finding(house))
    begins = {"html": b"<!", "md": b"#", "json": b"{", "pdf": b"%PDF"}
    for form, first in begins.items():
        response = cy.ask("GET", f"/incidents/{incident}/post-mortem?format={form}")
        assert response.status_code == 200
        assert response.content.lstrip().lower().startswith(first.lower()), form
        assert response["Content-Disposition"] == f'attachment; filename="{incident}-post-mortem.{form}"'
        again = cy.ask("GET", f"/incidents/{incident}/post-mortem?format={form}")
        assert again.content == response.content, form


def test_an_export_is_verified_without_a_server_and_comes_back_the_same(
    ana: Speaker, house: Path, tmp_path: Path, sqlite_fresh: Fresh, django_db_blocker: Any
) -> None:
    incident = declared(ana)
    ana.send(f"/incidents/{incident}/evidence", b"kept")
    ana.say(f"/incidents/{incident}/findings", finding(house))
    data = whole(ana.ask("GET", f"/incidents/{incident}/export"))
    file = tmp_path / "out.json"
    file.write_bytes(data)
    assert verify_file(file).files == 2
    with django_db_blocker.unblock(), instead(options.database(sqlite_fresh())):
        other = speaker("ana", "administrator")
        taken = other.send("/imports", data, name="x.json").json()
        assert taken["entries"] == 4
        assert [one["incident"] for one in other.get("/incidents")["incidents"]] == [incident]
        assert other.get("/search?query=loans")["hits"]
        assert whole(other.ask("GET", f"/incidents/{incident}/export")) == data
        assert other.send("/imports", data, name="x.json").status_code == 200
        assert other.get(f"/incidents/{incident}")["number"] == 4


def test_a_changed_export_is_not_taken_in(ana: Speaker, tmp_path: Path) -> None:
    incident = declared(ana, "Loans refused")
    data = whole(ana.ask("GET", f"/incidents/{incident}/export"))
    said = problem(ana.send("/imports", data.replace(b"Loans refused", b"Loans granted")))
    assert (said["status"], said["field"]) == (422, "file")
    assert "entry 1" in said["detail"]
    assert str(tmp_path) not in said["detail"]
    assert "/tmp" not in said["detail"]
    for junk in (b"", b"{}", b"\xff\xfe", b"[" * 100_000):
        assert problem(ana.send("/imports", junk))["status"] == 422


def test_an_export_as_a_folder_holds_the_files_as_they_are(ana: Speaker, tmp_path: Path) -> None:
    incident = declared(ana)
    ana.send(f"/incidents/{incident}/evidence", b"kept as it is")
    data = whole(ana.ask("GET", f"/incidents/{incident}/export?format=tar"))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    assert verify_file(tmp_path / "out" / incident).files == 1
    held = [path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert b"kept as it is" in held


def test_verify_names_the_first_entry_that_does_not_follow(ana: Speaker, house: Path) -> None:
    incident = declared(ana)
    ana.say(f"/incidents/{incident}/note", {"text": "One."})
    assert ana.get("/verify")["ok"] is True
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hotwash_entry'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("UPDATE hotwash_entry SET body = replace(body, 'One.', 'Two.') WHERE number = 3")
    verdict = ana.get(f"/incidents/{incident}/verify")
    assert (verdict["ok"], verdict["number"], verdict["record"]) == (False, 3, f"incident/{incident}")
    assert ana.get("/verify")["ok"] is False
    assert ana.refused("POST", f"/incidents/{incident}/note", {"text": "Three."})["type"].endswith("chain-broken")
    assert len(door.desk().store.read(f"incident/{incident}")) == 3
