"""Wording in the terminal: flags by file and line, and an exit code that CI understands."""

import json
from pathlib import Path

from tests.cli.terminal import Terminal


def test_blame_is_found_by_file_and_line_and_ends_with_1(local: Terminal) -> None:
    place = local.folder / "post-mortem.md"
    place.write_text("# What happened\n\nThe cache was stale.\nThe nurse forgot to call.\n", encoding="utf-8")
    ran = local.run("wording", str(place))
    assert (ran.code, f"{place}:4" in ran.out, "Ask: " in ran.out) == (1, True, True)
    told = local.run("wording", str(place), "--format", "json")
    [flag] = json.loads(told.out)["flags"]
    assert (told.code, flag["line"], flag["dimension"]) == (1, 4, "local-rationality")
    assert place.read_text(encoding="utf-8")[flag["start"] : flag["end"]] == flag["text"] == "forgot to call"


def test_a_text_without_blame_ends_with_0(local: Terminal) -> None:
    ran = local.run("wording", "-", "--format", "json", given="The model failed to recognise her.\n")
    assert (ran.code, json.loads(ran.out)) == (0, {"flags": []})


def test_a_file_that_is_not_there_is_named(local: Terminal, tmp_path: Path) -> None:
    ran = local.run("wording", str(tmp_path / "none.md"))
    assert ran.code in (1, 2)
    assert "none.md" in ran.err
