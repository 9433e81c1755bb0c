"""A gate at the command line: no server, an exit code, and JUnit XML for the pipeline."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal, environment

GATE = """
title = "Loans <may> go on \\u0001"

[[questions]]
name = "four fifths"
question = "fairness"
arguments = { decision = "decision", group = ["sex"], favourable = "granted", reference = { sex = "m" } }
thresholds = ["groups[sex=f].ratio.selection_rate.value >= LIMIT"]
"""


@pytest.fixture
def gate(hotwash: Terminal) -> Path:
    """A gate that the log of these tests passes."""
    file = hotwash.folder / "gate.toml"
    file.write_text(GATE.replace("LIMIT", "0.6"))
    return file


def test_a_gate_that_passes_ends_with_0_and_one_that_does_not_with_1(hotwash: Terminal, log: Path, gate: Path) -> None:
    said = hotwash.json("gate", "run", str(gate), "--log", str(log))
    assert said["passed"]
    assert said["checks"][0]["thresholds"][0]["outcome"] == "passed"
    strict = gate.with_name("strict.toml")
    strict.write_text(GATE.replace("LIMIT", "0.999"))
    ran = hotwash.run("gate", "run", str(strict), "--log", str(log), "--format", "json")
    assert ran.code == 1
    assert ran.json["outcome"] == "failed"
    assert "selection_rate.value >= 0.999" in hotwash.run("gate", "run", str(strict), "--log", str(log)).out


def test_every_threshold_is_a_case_in_junit(hotwash: Terminal, log: Path, gate: Path) -> None:
    file = gate.with_name("junit.xml")
    hotwash.json("gate", "run", str(gate), "--log", str(log), "--junit", str(file))
    suites = ET.parse(file).getroot()
    assert suites.attrib == {"tests": "2", "failures": "0", "errors": "0"}
    assert [case.attrib["name"] for case in suites.iter("testcase")] == [
        "400 rows, 100 asked for",
        "groups[sex=f].ratio.selection_rate.value >= 0.6",
    ]
    gate.write_text(GATE.replace("LIMIT", "0.999"))
    assert hotwash.run("gate", "run", str(gate), "--log", str(log), "--junit", str(file)).code == 1
    (failure,) = ET.parse(file).getroot().iter("failure")
    assert "It is 0.67" in failure.attrib["message"]
    assert "Finding sha256:" in (failure.text or "")
    gate.write_text(GATE.replace("LIMIT", "0.6").replace('"decision"', '"verdict"'))
    assert hotwash.run("gate", "run", str(gate), "--log", str(log), "--junit", str(file)).code == 1
    assert ET.parse(file).getroot().attrib["errors"] == "1"


def test_what_is_no_gate_is_refused_with_its_key(hotwash: Terminal, log: Path, gate: Path) -> None:
    gate.write_text(GATE.replace("LIMIT", "0.6").replace("question =", "qestion ="))
    assert "gate.toml: questions[0]" in hotwash.refused("gate", "run", str(gate), "--log", str(log))
    assert "cannot be read" in hotwash.refused("gate", "check", str(gate.with_name("none.toml")))


def test_a_gate_can_be_read_without_asking(hotwash: Terminal, gate: Path) -> None:
    said = hotwash.json("gate", "check", str(gate))
    assert said["questions"][0]["thresholds"] == ["groups[sex=f].ratio.selection_rate.value >= 0.6"]
    assert not said["recovery"]


def test_a_gate_runs_without_a_server_or_django(log: Path, gate: Path) -> None:
    watched = (
        "import sys; from hotwash.cli.main import cli\n"
        f"try: cli(['gate', 'run', {str(gate)!r}, '--log', {str(log)!r}])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", watched], check=True, env=environment(), capture_output=True)
