"""Fault trees on the command line."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from hotwash.cli.main import cli

TREE = """tree loans "Loans refused"
gate harm "Refused wrongly" = (drift OR labels) AND unseen
event drift "Data <drift> & more" = lognormal(0.1, 3)
event labels = 0.05
event unseen = 0.2
house guard = off
gate top = harm OR guard
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["tree", *arguments])


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "loans.tree"
    path.write_text(TREE)
    return str(path)


def test_a_tree_is_solved_with_the_words_that_scripts_rely_on(file: str) -> None:
    said = run("solve", file, "--importance", "--uncertainty", "200", "--cutsets", "1", "--format", "json")
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    assert found["probability"] == pytest.approx((1 - 0.9 * 0.95) * 0.2)
    assert found["exact"] is True
    assert (found["cutsets_count"], found["cutsets"]) == (2, [["drift", "unseen"]])
    assert set(found["importance"]["drift"]) >= {"birnbaum", "fussell_vesely", "raw", "rrw", "criticality"}
    assert found["importance"]["unseen"]["rrw"] is None
    assert found["uncertainty"]["samples"] == 200
    assert found["tornado"][0]["source"] == "drift"


def test_a_house_event_is_switched_for_a_what_if(file: str) -> None:
    found = json.loads(run("solve", file, "--set", "guard=true", "--format", "json").stdout)
    assert (found["probability"], found["cutsets"]) == (1.0, [[]])
    assert run("solve", file, "--set", "gaurd=true").exit_code == 2


def test_the_probability_is_told_at_other_times(tmp_path: Path) -> None:
    path = tmp_path / "aging.tree"
    path.write_text("time 100\ngate top = a\nevent a = exponential(1e-3, time)\n")
    said = run("solve", str(path), "--at", "0", "--at", "1000", "--format", "json")
    assert [one["probability"] for one in json.loads(said.stdout)["over_time"]] == pytest.approx([0, 0.6321206])
    assert run("solve", str(path), "--at", "-5").exit_code == 1


def test_people_read_sentences(file: str) -> None:
    said = run("solve", file)
    assert "top: 0.029, exact" in said.stdout
    assert "2 minimal cut sets" in said.stdout


def test_a_faulty_tree_is_refused_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "bad.tree"
    path.write_text("gate top = a AND b\nevent a = 2\n")
    said = run("solve", str(path), "--format", "json")
    assert said.exit_code == 1
    faults = json.loads(said.stdout)["faults"]
    assert [fault["line"] for fault in faults] == [1, 2]
    assert run("solve", str(tmp_path / "none.tree")).exit_code == 1
    assert run("solve", str(tmp_path / "none.docx")).exit_code == 1


@pytest.mark.parametrize("form", ["json", "xml"])
def test_another_form_gives_the_same_answer(file: str, form: str, tmp_path: Path) -> None:
    to = str(tmp_path / f"loans.{form}")
    assert run("convert", file, "--to", to).exit_code == 0
    first, second = (json.loads(run("solve", one, "--format", "json").stdout) for one in (file, to))
    assert first == second


def test_a_drawing_is_svg_whose_words_are_words(file: str, tmp_path: Path) -> None:
    to = tmp_path / "loans.svg"
    assert run("draw", file, "--to", str(to)).exit_code == 0
    root = ElementTree.fromstring(to.read_text())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = " ".join(one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Data <drift> & more" in words
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


def test_a_drawing_is_a_pdf_and_always_the_same(file: str, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        assert run("draw", file, "--to", str(tmp_path / name)).exit_code == 0
    first = (tmp_path / "a.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert first == (tmp_path / "b.pdf").read_bytes()
    assert run("draw", file, "--to", str(tmp_path / "a.png")).exit_code == 2


def test_a_large_tree_is_drawn_to_a_depth_that_fits(shared: Path, tmp_path: Path) -> None:
    to = tmp_path / "large.svg"
    said = run("draw", str(shared / "aralia" / "das9601.xml"), "--to", str(to), "--nodes", "60")
    assert said.exit_code == 0, said.output
    shapes = [one for one in ElementTree.fromstring(to.read_text()) if one.tag.endswith("}g")]
    assert 10 < len(shapes) <= 60
    assert "transfer" in to.read_text()


def test_templates_are_listed_and_printed() -> None:
    listed = json.loads(run("template", "--format", "json").stdout)
    assert len(listed) == 11
    assert "arXiv 2511.15759" in run("template", "prompt-injection").stdout
    assert run("template", "nothing").exit_code == 1
