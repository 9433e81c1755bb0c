"""Evidence in the terminal: hold, list, get, verify, and the case file with everything that checks it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

from hotwash.response import casefile


def declare(hotwash: Terminal, *words: str) -> str:
    return str(hotwash.json("declare", "Loans refused to the old", *words)["incident"])


def held_system(hotwash: Terminal, slug: str) -> str:
    hotwash.run("systems", "register", slug)
    return declare(hotwash, "--system", slug)


def test_a_hold_lists_what_it_took_and_what_it_could_not(hotwash: Terminal) -> None:
    incident = held_system(hotwash, "holding")
    said = hotwash.json("hold", incident, "--reason", "before the switch")
    by_what = {one["what"]: one for one in said["held"]}
    assert set(by_what) == {"system", "switches", "log"}
    assert by_what["log"]["failed"].startswith("No log is described")
    assert said["waiting"] == []
    assert "not taken: No log is described" in hotwash.run("hold", incident).out
    assert "names no AI system" in hotwash.refused("hold", declare(hotwash))


def test_a_log_is_held_to_its_end_before_the_command_ends(local: Terminal, tmp_path: Path) -> None:
    log = local.folder / "whole.csv"
    log.write_text("at,who,decision\n" + "2026-03-01T08:00:00Z,p1,refused\n" * 50)
    local.run("systems", "register", "whole")
    columns = ("--columns", "time=at", "--columns", "subject=who")
    assert local.run("systems", "describe-log", "whole", "--source", str(log), *columns).code == 0
    incident = declare(local, "--system", "whole")
    said = local.json("hold", incident, "--since", "2026-03-01T00:00:00Z")
    assert {one["what"] for one in said["held"] if one["digest"]} == {
        "system", "switches", "log", "log-slice", "samples",
    }  # fmt: skip
    (slice_,) = [one for one in said["held"] if one["what"] == "log-slice"]
    local.json("evidence", "get", incident, slice_["ref"], "--to", str(tmp_path / "out.parquet"))
    assert (tmp_path / "out.parquet").read_bytes()[:4] == b"PAR1"
    again = local.json("evidence", "list", incident)["evidence"]
    acts = next(one["custody"] for one in again if one["ref"] == slice_["ref"])
    assert [act["did"] for act in acts] == ["collected", "viewed"]


def test_evidence_is_listed_taken_out_and_verified(hotwash: Terminal, tmp_path: Path) -> None:
    incident = declare(hotwash)
    number = hotwash.json("hold", incident, "-", "--source", "mail")["held"][0]["number"]
    ran = hotwash.run("evidence", "list", incident)
    assert "input" in ran.out
    assert "collected from mail" in ran.out
    hotwash.json("evidence", "get", incident, str(number), "--to", str(tmp_path / "x"))
    assert (tmp_path / "x").read_bytes() == b""
    assert hotwash.json("evidence", "verify", incident)["checked"][0]["outcome"] == "same"
    assert "all as kept" in hotwash.run("evidence", "verify", incident, str(number)).out
    assert "is no evidence" in hotwash.refused("evidence", "get", incident, "1", "--to", str(tmp_path / "y"))
    assert hotwash.run("evidence", "get", incident, "x.y", "--to", "z").code == 2
    said = ("entry=" + str(number), "to=the authority", "reason=it asked")
    assert hotwash.json("record", incident, "hand-over-evidence", *said)["entries"][0]["kind"] == "evidence-handed-over"
    assert hotwash.run("record", incident, "export-case").code == 2


def test_bytes_that_were_changed_end_with_exit_code_1(local: Terminal) -> None:
    incident = declare(local)
    digest = local.json("hold", incident, "-")["held"][0]["digest"].removeprefix("sha256:")
    number = local.json("hold", incident, "--source", "x", "-", given="0.7")["held"][0]
    digest = number["digest"].removeprefix("sha256:")
    path = local.folder / "home" / "vault" / digest[:2] / digest
    path.chmod(0o600)
    path.write_bytes(b"0.5")
    ran = local.run("evidence", "verify", incident, "--format", "json")
    assert ran.code == 1
    assert [one["outcome"] for one in ran.json["checked"]] == ["same", "changed"]
    assert "cannot be relied on" in ran.err
    assert "NOT AS KEPT" in local.run("evidence", "list", incident).out


def test_a_case_file_is_checked_by_bagit_by_a_script_and_by_us(hotwash: Terminal, log: Path, tmp_path: Path) -> None:
    incident = declare(hotwash)
    hotwash.run("hold", incident, log.name)
    folder = tmp_path / "case"
    said = hotwash.json("export", incident, "--to", str(folder), "--for", "the court", "--reason", "ordered")
    assert (said["evidence"], said["left_out"]) == (1, 0)
    assert casefile.check(folder).digest == said["digest"]
    command = Path(sys.executable).parent / "bagit.py"
    bagit = subprocess.run([command, "--validate", folder], capture_output=True, text=True, check=False)
    assert bagit.returncode == 0, bagit.stderr
    script = subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify.py"], capture_output=True, text=True, check=False
    )
    assert (script.returncode, script.stderr) == (0, "")
    assert "4 entries follow from one another" in script.stdout
    assert hotwash.json("ledger", "verify", str(folder))["digest"] == said["digest"]
    room = hotwash.json("show", incident)
    assert room["number"] == said["number"]


def test_a_case_file_as_an_archive_is_the_same_bag(local: Terminal, tmp_path: Path) -> None:
    incident = declare(local)
    said = local.json("export", incident, "--to", str(tmp_path / "case.zip"))
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert casefile.check(tmp_path / "out" / f"{incident}-as-of-{said['as_of']}").digest == said["digest"]
    assert "is there already" in local.refused("export", incident, "--to", str(tmp_path / "case.zip"))


def test_a_changed_case_file_is_refused_everywhere(local: Terminal, tmp_path: Path) -> None:
    incident = declare(local)
    local.run("hold", incident, "-", given="threshold = 0.7")
    folder = tmp_path / "case"
    local.json("export", incident, "--to", str(folder))
    (kept,) = (folder / "data" / "evidence").iterdir()
    kept.write_bytes(b"threshold = 0.5")
    ran = local.run("ledger", "verify", str(folder), "--format", "json")
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert "was changed" in ran.err
    assert "was changed" in local.refused("import", str(folder))


def test_a_case_file_comes_back_as_records_in_another_place(
    local: Terminal, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.cli.terminal import terminal

    incident = held_system(local, "travelling")
    local.run("hold", incident)
    local.run("hold", incident, "-", given="threshold = 0.7")
    folder = tmp_path / "case"
    local.json("export", incident, "--to", str(folder))
    home = tmp_path_factory.mktemp("elsewhere")
    with terminal(home, HOTWASH_HOME=str(home / "home")) as other:
        taken = other.json("import", str(folder))
        assert set(taken["records"]) == {f"incident/{incident}", "system/travelling"}
        assert other.json("ledger", "verify", incident)["ok"]
        pieces = other.json("evidence", "list", incident)["evidence"]
        assert [one["digest"] for one in pieces] == [
            one["digest"] for one in local.json("evidence", "list", incident)["evidence"]
        ]


def test_a_place_that_cannot_be_written_is_named(local: Terminal, tmp_path: Path) -> None:
    incident = declare(local)
    file = tmp_path / "file"
    file.write_text("")
    assert str(file) in local.refused("export", incident, "--to", str(file / "below"))
    assert json.loads(local.run("show", incident, "--format", "json").out)["number"] == 2
