"""Every command of the contract, over a data folder and over a server: shapes, exit codes, what is said where."""

import json
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

from hotwash.cli.verbs import ELSEWHERE
from hotwash.incident.rules import VERBS


def declare(hotwash: Terminal, title: str = "Loans refused", *more: str) -> str:
    return str(hotwash.json("declare", title, *more)["incident"])


def test_declare_gives_the_incident(hotwash: Terminal) -> None:
    said = hotwash.json(
        "declare", "Loans refused", "--harm", "fairness", "--kind", "test", "--at", "2026-03-03T09:02:00+01:00"
    )
    assert said["incident"].startswith("INC-")
    room = hotwash.json("show", said["incident"])
    assert (room["title"], room["harms"], room["kind"]) == ("Loans refused", ["fairness"], "test")
    assert room["declared"]["at"] == "2026-03-03T09:02:00+01:00"
    plain = hotwash.run("declare", "Loans refused again")
    assert (plain.code, plain.err) == (0, "")
    assert plain.out.startswith("INC-")


def test_assess_gives_severity_and_the_reason_that_decided(hotwash: Terminal) -> None:
    incident = declare(hotwash)
    said = hotwash.json("assess", incident, "--answer", "death_or_grave_injury=yes", "--answer", "people=unknown")
    assert said["severity"] == "Critical"
    assert said["because"]
    assert said["rule"]
    assert isinstance(said["provisional"], bool)
    assert "eople" in hotwash.refused("assess", incident, "--answer", "people=many")
    assert hotwash.run("assess", incident, "--answer", "people").code == 2


def test_roles_notes_and_containment_are_recorded(hotwash: Terminal, log: Path) -> None:
    incident = declare(hotwash)
    assert hotwash.json("assign", incident, "commander", "bo")["entries"][0]["kind"] == "role-assigned"
    assert hotwash.json("note", incident, "Called the bank.", "--at", "2026-03-03T10:00:00Z")["number"] == 5
    assert "No evidence was kept" in hotwash.refused("contain", incident, "loans", "human")
    held = hotwash.json("hold", incident, log.name, "--source", "the bank")["held"]
    assert held[0]["name"] == "loans.csv"
    assert held[0]["digest"].startswith("sha256:")
    said = hotwash.json("contain", incident, "loans", "human", "--cohort", "sex = 'f'", "--reason", "Refusals doubled.")
    assert said["entries"][0]["kind"] == "containment-applied"
    room = hotwash.json("show", incident)
    [applied] = room["containments"]
    assert (applied["state"], applied["cohort"], applied["complete"]) == ("human", "sex = 'f'", False)
    assert room["roster"]["commander"] == "bo"
    assert hotwash.run("assign", incident, "king", "bo").code == 2


def test_the_timeline_and_the_list_read_what_was_recorded(hotwash: Terminal) -> None:
    incident = declare(hotwash, "Listed zebra")
    hotwash.run("record", incident, "happened", "text=The model went live.", "--at", "2026-03-01T08:00:00Z")
    lines = hotwash.json("timeline", incident)["lines"]
    assert "The model went live." in lines[0]["sentence"]
    assert "The model went live." in hotwash.run("timeline", incident).out
    found = hotwash.json("list", "--open", "--query", "zebra")
    assert [one["incident"] for one in found["incidents"]] == [incident]
    assert incident in hotwash.run("list").out
    assert "There is no such incident." in hotwash.run("list", "--query", "nosuchword").out
    for _ in range(3):
        declare(hotwash, "Paged yak")
    paged = hotwash.json("list", "--query", "yak", "--limit", "2")
    assert (len(paged["incidents"]), paged["more"]) == (2, True)


@pytest.mark.parametrize("form", ["html", "md", "json", "pdf"])
def test_postmortem_writes_a_file(form: str, hotwash: Terminal) -> None:
    incident = declare(hotwash)
    said = hotwash.json("postmortem", incident, "--to", f"out.{form}")
    data = (hotwash.folder / f"out.{form}").read_bytes()
    assert said["bytes"] == len(data) > 100
    assert data.startswith(b"%PDF") == (form == "pdf")


def test_postmortem_knows_four_forms(hotwash: Terminal) -> None:
    assert hotwash.run("postmortem", "INC-2026-0001", "--to", "out.docx").code == 2
    assert "cannot be written" in hotwash.refused("postmortem", declare(hotwash), "--to", "no/such/folder/out.md")


def test_the_executive_page_and_a_post_mortem_of_an_earlier_entry_are_written(hotwash: Terminal) -> None:
    incident = declare(hotwash)
    hotwash.json("note", incident, "Added later.")
    assert hotwash.json("executive", incident, "--to", "page.pdf")["format"] == "pdf"
    assert (hotwash.folder / "page.pdf").read_bytes().startswith(b"%PDF")
    assert hotwash.run("executive", incident, "--to", "page.docx").code == 2
    hotwash.json("postmortem", incident, "--to", "then.md", "--as-of", "1")
    hotwash.json("postmortem", incident, "--to", "now.md")
    assert "Added later." not in (hotwash.folder / "then.md").read_text(encoding="utf-8")
    assert "Added later." in (hotwash.folder / "now.md").read_text(encoding="utf-8")


def test_export_verify_and_import_go_round(hotwash: Terminal, log: Path, tmp_path: Path) -> None:
    incident = declare(hotwash)
    hotwash.run("hold", incident, log.name)
    file, folder = tmp_path / "record.json", tmp_path / "record"
    assert hotwash.json("export", incident, "--to", str(file))["files"] == 1
    assert hotwash.json("export", incident, "--to", str(folder))["entries"] == 4
    for place, entries in ((file, 3), (folder, 4)):
        verdict = hotwash.json("ledger", "verify", str(place))
        assert (verdict["ok"], verdict["entries"]) == (True, entries)
        assert hotwash.json("import", str(place))["records"].keys() == {f"incident/{incident}"}
    assert "is there already" in hotwash.refused("export", incident, "--to", str(folder))


def test_verify_names_the_first_entry_that_does_not_follow(hotwash: Terminal, tmp_path: Path) -> None:
    incident = declare(hotwash)
    hotwash.run("note", incident, "Called the bank.")
    file = tmp_path / "record.json"
    hotwash.run("export", incident, "--to", str(file))
    file.write_bytes(file.read_bytes().replace(b"Called the bank.", b"Called the shop."))
    ran = hotwash.run("ledger", "verify", str(file), "--format", "json")
    assert (ran.code, ran.json["ok"], ran.json["records"][0]["number"]) == (1, False, 3)
    assert "entry 3" in ran.err
    assert hotwash.run("import", str(file)).code == 1
    assert hotwash.json("ledger", "verify", incident)["ok"] is True
    assert hotwash.json("ledger", "verify")["ok"] is True
    assert "cannot be read" in hotwash.run("ledger", "verify", str(tmp_path / "nothing.json")).err
    (tmp_path / "junk.json").write_bytes(b"\xff\xfe{")
    assert hotwash.run("ledger", "verify", str(tmp_path / "junk.json")).code == 1


def test_any_verb_is_said_by_record(hotwash: Terminal) -> None:
    incident = declare(hotwash)
    action = ("record", incident, "add-action", "title=Gate it", "kind=prevent", "owner=cy", "due=2026-05-01")
    said = hotwash.json(*action)
    assert said["entries"] == [{"number": 3, "kind": "action-added"}]
    decided = ("decide", "decision=Go back", "known=Refusals doubled.", "options=Wait", "options=Go back")
    assert hotwash.json("record", incident, *decided)["number"] == 4
    assert hotwash.json("show", incident)["decisions"][0]["options"] == ["Wait", "Go back"]
    assessed = ("assess", "answers.continuing=yes", "answers.people=12")
    assert hotwash.json("record", incident, *assessed)["entries"][0]["kind"] == "severity-assessed"
    assert "somebody else wrote first" in hotwash.refused("record", incident, "note", "text=Late", "--expected", "3")
    assert hotwash.run("record", incident, "burn").code == 2
    assert hotwash.run("record", incident, "note", "words=x").code == 2
    assert hotwash.run("record", incident, "note", "text").code == 2


def test_the_help_of_record_lists_every_verb_and_its_words(local: Terminal) -> None:
    text = local.run("record", "--help").out
    for verb in VERBS:
        assert verb in ELSEWHERE or f"\n  {verb}: " in text
    assert "containment=N reason=TEXT" in text
    assert "[unheld_because=TEXT]" in text


def test_systems_are_registered_described_and_shown(hotwash: Terminal) -> None:
    assert (
        hotwash.json("systems", "register", "Résumé screening", "--slug", "resumes", "--tier", "high")["system"]
        == "resumes"
    )
    hotwash.json("systems", "deploy", "resumes", "--part", "model", "--version", "4.2", "--at", "2026-03-01T08:00:00Z")
    words = ("--source", "log.csv", "--columns", "time=at", "--columns", "decision=decision", "--attributes", "sex")
    hotwash.json("systems", "describe-log", "resumes", *words)
    shown = hotwash.json("systems", "show", "resumes")
    assert shown["log"]["columns"] == {"time": "at", "decision": "decision"}
    assert (shown["tier"], shown["log"]["attributes"]) == ("high", ["sex"])
    assert "4.2" in hotwash.run("systems", "show", "resumes").out
    assert "resumes" in [one["system"] for one in hotwash.json("systems", "list")["systems"]]
    assert "already" in hotwash.refused("systems", "register", "Résumé screening", "--slug", "resumes")
    assert hotwash.run("systems", "deploy", "resumes").code == 2
    assert hotwash.run("systems", "burn", "resumes").code == 2


def test_severity_reads_the_table_without_an_incident(hotwash: Terminal) -> None:
    (hotwash.folder / "answers.json").write_text(json.dumps({"death_or_grave_injury": "yes", "people": 3}))
    said = hotwash.json("severity", "--answers", "answers.json")
    assert said["severity"] == "Critical"
    assert set(said) >= {"severity", "provisional", "rule", "because"}
    assert hotwash.json("severity", "--answers", "-", given='{"continuing": "no"}')["provisional"] is True
    for text in ("{", "[]", '{"colour": "red"}', '{"people": "many"}', "\x00"):
        (hotwash.folder / "answers.json").write_text(text)
        assert hotwash.refused("severity", "--answers", "answers.json")


@pytest.mark.parametrize(
    "words",
    [
        ("show", "INC-2026-9999"),
        ("timeline", "../etc"),
        ("note", "INC-2026-9999", "x"),
        ("note", "INC-2026-9999", "x", "--at", "soon"),
        ("postmortem", "INC-2026-9999", "--to", "x.md"),
        ("export", "INC-2026-9999", "--to", "x.json"),
        ("hold", "INC-2026-9999", "nothing.csv"),
        ("finding", "INC-2026-9999", "nothing.json"),
        ("reproduce", "nothing.json"),
        ("import", "nothing.json"),
        ("systems", "show", "nothing"),
        ("ledger", "verify", "INC-2026-9999"),
        ("ask", "blast-radius", "nothing.csv", "--harm", "a = 1"),
        ("ask", "blast-radius", "nosuchsystem", "--harm", "a = 1"),
        ("declare", "   "),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_one(words: tuple[str, ...], hotwash: Terminal) -> None:
    assert hotwash.refused(*words)
    plain = hotwash.run(*words)
    assert (plain.code, plain.out) == (1, "")


@pytest.mark.parametrize("words", [("declare",), ("burn",), ("declare", "x", "--kind", "fun"), ("ask", "fortune", "x")])
def test_wrong_usage_is_exit_code_two(words: tuple[str, ...], hotwash: Terminal) -> None:
    ran = hotwash.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_text_that_would_steer_a_terminal_is_shown_as_text(hotwash: Terminal) -> None:
    incident = declare(hotwash, "Loans \x1b[31mrefused\u202e")
    assert "\x1b" not in hotwash.run("show", incident).out
    assert "\u202e" not in hotwash.run("show", incident).out
