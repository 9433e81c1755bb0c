"""``hotwash whys``: the tree as text, as JSON, and as a picture."""

from pathlib import Path

from tests.cli.server import Server
from tests.cli.terminal import Terminal


def test_the_tree_stands_in_the_terminal_with_where_to_ask_on(
    hotwash: Terminal, running: Server, tmp_path: Path
) -> None:
    incident = hotwash.json("declare", "Loans refused that were owed")["incident"]
    assert "No factor" in hotwash.run("whys", incident).out
    said = hotwash.json("record", incident, "add-why", "question=Why?", "answer=The reviewer clicked accept.")
    number = said["entries"][-1]["number"]
    told = hotwash.run("whys", incident).out
    assert f"{number}: Why? The reviewer clicked accept. (a belief so far)" in told
    assert "? What made this the sensible thing to do?" in told
    assert f"! The chain stops at a person. Ask what made it the sensible thing to do. (entry {number})" in told
    file = tmp_path / "whys.svg"
    assert hotwash.json("whys", incident, "--to", str(file))["bytes"] == len(file.read_bytes())
    assert file.read_bytes().startswith(b"<svg")
    assert hotwash.json("whys", incident)["chains"][0]["entry"] == number
