"""Holding, looking, verifying and taking out over the API: what is recorded of each, and who may."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.api.speaking import Speaker, declared, speaker, whole

from hotwash.ledger.seal import SealForged, check_signature, load_public_key
from hotwash.response import casefile
from hotwash.web import inquiries
from hotwash.web.door import desk

ROWS = "".join(f"2026-03-{n % 3 + 1:02d}T08:00:00Z,p{n},write to p{n}@example.org,refused\n" for n in range(90))


@pytest.fixture
def incident(ana: Speaker, house: Path) -> str:
    """An incident of an AI system with a log and a prompt."""
    (house / "loans.csv").write_text("at,who,text,decision\n" + ROWS)
    (house / "prompt.txt").write_text("Be fair.")
    ana.say("/systems", {"name": "Loans"})
    ana.say("/systems/loans/deploy", {"part": "prompt", "version": "v2", "source": "prompt.txt"})
    columns = {"time": "at", "subject": "who", "decision": "decision"}
    ana.say("/systems/loans/describe-log", {"source": "loans.csv", "columns": columns})
    return declared(ana, system="loans")


def held(by: Speaker, incident: str, **words: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A hold, carried out to its end; what was answered, and the evidence there is then."""
    answered = by.say(f"/incidents/{incident}/hold", {"since": "2026-03-01T00:00:00Z", **words})
    inquiries.rest()
    inquiries.run_waiting()
    return answered, by.get(f"/incidents/{incident}/evidence")["evidence"]


def unpacked(response: Any, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(whole(response))) as archive:
        archive.extractall(folder)
    (made,) = folder.iterdir()
    return made


def test_a_hold_takes_what_is_known_at_once_and_the_rest_after_it(cy: Speaker, incident: str) -> None:
    answered, items = held(cy, incident, reason="before the switch")
    (first,) = answered["entries"]
    assert first["body"]["waiting"] == ["files that the versions in use name", "the prediction log"]
    assert [one["name"] for one in first["body"]["items"]] == ["loans.json", "loans-switches.json"]
    assert cy.get(f"/incidents/{incident}/inquiries/{answered['inquiry']}")["status"] == "done"
    assert {one["what"]: one["restricted"] for one in items} == {
        "system": False,
        "switches": False,
        "prompt": False,
        "log": False,
        "log-slice": True,
        "samples": False,
    }
    assert all(one["kept"] and one["custody"][0]["did"] == "collected" for one in items)
    entries = cy.get(f"/incidents/{incident}/evidence")["holds"]
    assert [(one["continues"], one["waiting"]) for one in entries] == [(None, []), (first["number"], [])]


def test_samples_leave_out_people_and_mask_texts_and_the_slice_is_for_few(
    cy: Speaker, incident: str, house: Path
) -> None:
    _, items = held(cy, incident)
    place = {one["what"]: one["links"]["bytes"].removeprefix("/api/v1") for one in items}
    sample = whole(cy.ask("GET", place["samples"])).decode()
    assert sample.count("\n") == 20
    assert "[mail]" in sample
    assert "example.org" not in sample
    assert '"who"' not in sample
    assert whole(cy.ask("GET", place["log-slice"])).startswith(b"PAR1")
    for role in ("observer", "reviewer"):
        other = speaker(role, role)
        assert other.refused("GET", place["log-slice"])["status"] == 403
        assert whole(other.ask("GET", place["samples"])).decode() == sample
    assert place["log-slice"] not in str(
        speaker("rae", "reporter").ask("GET", f"/incidents/{incident}/evidence").content
    )


def test_a_log_that_is_not_there_is_a_hold_with_a_part_missing(cy: Speaker, incident: str, house: Path) -> None:
    (house / "loans.csv").unlink()
    answered, items = held(cy, incident)
    (missing,) = [one for one in items if one["failed"]]
    assert (missing["name"], missing["kept"]) == ("the prediction log", False)
    assert "There is no file" in missing["failed"]
    cy.say(f"/incidents/{incident}/contain", {"switch": "loans by hand", "state": "human", "reason": "x"})
    assert desk().incident(incident).in_force[0].applied.event.hold == desk().incident(incident).held
    assert answered["number"] in desk().incident(incident).held


def test_without_a_hold_a_reason_is_asked_for(cy: Speaker, incident: str) -> None:
    words = {"switch": "loans by hand", "state": "human", "reason": "x"}
    assert "unheld_because" in cy.refused("POST", f"/incidents/{incident}/contain", words)["detail"]
    cy.say(f"/incidents/{incident}/contain", {**words, "unheld_because": "People are harmed by the minute."})


def test_an_incident_without_a_system_has_nothing_to_hold(cy: Speaker) -> None:
    bare = declared(cy)
    assert "names no AI system" in cy.refused("POST", f"/incidents/{bare}/hold")["detail"]


@pytest.mark.parametrize(
    ("words", "field"),
    [({"since": "yesterday"}, "since"), ({"items": []}, "items"), ({"reason": 5}, "reason"), ({"colour": 1}, "colour")],
)
def test_a_hold_takes_no_other_words(cy: Speaker, incident: str, words: dict[str, Any], field: str) -> None:
    assert field == cy.refused("POST", f"/incidents/{incident}/hold", words)["field"]


def test_nobody_types_what_is_computed(ana: Speaker, incident: str) -> None:
    for verb, words in (
        ("verify-evidence", {"checked": []}),
        ("seal-record", {"digest": "sha256:" + "1" * 64}),
        ("export-case", {"digest": "sha256:" + "1" * 64}),
    ):
        assert ana.refused("POST", f"/incidents/{incident}/{verb}", words)["status"] == 422


def test_a_look_is_written_down_beside_the_record(cy: Speaker, incident: str) -> None:
    kept = cy.send(f"/incidents/{incident}/evidence", b"a,b\n1,2\n", name="letters.csv").json()["number"]
    before = cy.get(f"/incidents/{incident}")["number"]
    ola = speaker("ola", "observer")
    assert whole(ola.ask("GET", f"/incidents/{incident}/evidence/{kept}")) == b"a,b\n1,2\n"
    (item,) = cy.get(f"/incidents/{incident}/evidence")["evidence"]
    assert [(act["did"], act["by"]) for act in item["custody"]] == [("collected", "cy"), ("viewed", "ola")]
    assert cy.get(f"/incidents/{incident}")["number"] == before


def test_changed_bytes_are_an_alarm_and_are_never_handed_out(cy: Speaker, incident: str) -> None:
    kept = cy.send(f"/incidents/{incident}/evidence", b"as it was", name="config.txt").json()
    digest = kept["entries"][0]["body"]["digest"]
    said = cy.say(f"/incidents/{incident}/verify-evidence")
    assert {one["outcome"] for one in said["entries"][0]["body"]["checked"]} == {"same"}
    path: Path = desk().vault._path(digest)  # type: ignore[attr-defined]
    path.chmod(0o600)
    path.write_bytes(b"as it is!")
    assert cy.refused("GET", f"/incidents/{incident}/evidence/{kept['number']}")["status"] == 500
    said = cy.say(f"/incidents/{incident}/verify-evidence", {"entry": kept["number"]})
    assert [one["outcome"] for one in said["entries"][0]["body"]["checked"]] == ["changed"]
    (item,) = cy.get(f"/incidents/{incident}/evidence")["evidence"]
    assert item["sound"] is False
    path.unlink()
    said = cy.say(f"/incidents/{incident}/verify-evidence")
    assert [one["outcome"] for one in said["entries"][0]["body"]["checked"]] == ["missing"]


def test_a_case_file_is_sealed_recorded_and_comes_out_the_same_each_time(
    ana: Speaker, bo: Speaker, incident: str, tmp_path: Path
) -> None:
    held(bo, incident)
    bo.say(f"/incidents/{incident}/hand-over-evidence", {"entry": 3, "to": "the authority", "reason": "it asked"})
    made = bo.say(f"/incidents/{incident}/export-case", {"to": "the court", "reason": "ordered"})
    body = made["entries"][0]["body"]
    assert (body["as_of"], body["to"], body["people"]) == (made["number"] - 1, "the court", False)
    first = whole(bo.ask("GET", made["case_file"].removeprefix("/api/v1")))
    bo.say(f"/incidents/{incident}/note", {"text": "Later."})
    whole(bo.ask("GET", f"/incidents/{incident}/evidence/3/1"))
    assert whole(bo.ask("GET", f"/incidents/{incident}/case-file")) == first
    folder = unpacked(bo.ask("GET", f"/incidents/{incident}/case-file"), tmp_path / "out")
    assert folder.name == f"{incident}-as-of-{body['as_of']}"
    checked = casefile.check(folder, public_key=load_public_key(folder / "data/record/seals/public-key.pem"))
    assert checked.digest == body["digest"] == made["digest"]
    (seal,) = checked.record.seals
    assert seal.heads[f"incident/{incident}"].number == body["as_of"] - 1
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    with pytest.raises(SealForged):
        check_signature(seal, Ed25519PrivateKey.generate().public_key())
    assert "It names people, and was kept back." in (folder / "README.txt").read_text()


def test_what_names_people_is_only_for_those_who_may_see_them(bo: Speaker, incident: str, tmp_path: Path) -> None:
    held(bo, incident)
    reviewer = speaker("rev", "reviewer")
    assert reviewer.refused("POST", f"/incidents/{incident}/export-case", {"people": True})["status"] == 403
    bo.say(f"/incidents/{incident}/export-case", {"people": True})
    assert reviewer.refused("GET", f"/incidents/{incident}/case-file")["status"] == 403
    folder = unpacked(bo.ask("GET", f"/incidents/{incident}/case-file"), tmp_path / "out")
    assert list(folder.glob("data/evidence/*-log-slice.parquet"))
    exported = whole(reviewer.ask("GET", f"/incidents/{incident}/export?format=tar"))
    assert b"PAR1" not in exported
    assert b"PAR1" in whole(bo.ask("GET", f"/incidents/{incident}/export?format=tar"))


def test_what_was_erased_since_is_no_longer_given_out(ana: Speaker, incident: str, tmp_path: Path) -> None:
    kept = ana.send(f"/incidents/{incident}/evidence", b"Mrs X of Y street", name="letter.txt").json()["number"]
    ana.say(f"/incidents/{incident}/export-case")
    ana.say(f"/incidents/{incident}/redact", {"entry": kept, "reason": "it names a person"})
    assert "can no longer be made" in ana.refused("GET", f"/incidents/{incident}/case-file")["detail"]
    ana.say(f"/incidents/{incident}/export-case")
    folder = unpacked(ana.ask("GET", f"/incidents/{incident}/case-file"), tmp_path / "out")
    assert not any(b"Mrs X" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert casefile.check(folder).left_out == 1
    assert "erased" in (folder / "README.txt").read_text()


def test_erasing_a_hold_erases_all_that_it_took(ana: Speaker, incident: str) -> None:
    _, items = held(ana, incident)
    entry = max(one["entry"] for one in items)
    digests = [one["digest"] for one in items if one["entry"] == entry]
    assert all(desk().vault.has(digest) for digest in digests)
    ana.say(f"/incidents/{incident}/redact", {"entry": entry, "reason": "it names people"})
    assert not any(desk().vault.has(digest) for digest in digests)


def test_no_case_file_comes_out_before_one_was_made(ana: Speaker, incident: str) -> None:
    assert ana.refused("GET", f"/incidents/{incident}/case-file")["status"] == 404
    assert ana.refused("GET", f"/incidents/{incident}/case-file?as_of=1")["status"] == 404
