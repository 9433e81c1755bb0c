"""The table of commands, and the help."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.server import server, token
from tests.cli.terminal import environment, terminal

from hotwash.cli.main import COMMANDS, cli

HEAVY = {"django", "ninja", "pydantic", "duckdb", "httpx", "msgspec", "typst", "vl_convert", "cryptography"}


def test_the_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom hotwash.cli.main import cli\ncli(['--help'], standalone_mode=False)\n"
        f"found = {HEAVY!r} & set(sys.modules)\nassert not found, found\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    said = (command.help or "").strip().split("\n")[0]
    assert said.startswith(COMMANDS[name][1].rstrip("."))


def every(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    return [
        found
        for name in command.list_commands(context)
        if (inner := command.get_command(context, name)) is not None
        for found in every(inner, (*path, name))
    ]


OFFLINE = {
    ("severity",),
    ("plain",),
    ("wording",),
    ("playbook", "check"),
    ("gate", "run"),
    ("gate", "check"),
    ("drill", "check"),
    ("world", "make"),
    ("world", "truth"),
    ("world", "serve"),
    *(("tree", name) for name in ("solve", "draw", "convert", "template")),
}
"""Commands that need neither a data folder nor a server."""


def test_every_command_takes_format_and_home() -> None:
    for path, command in every(cli):
        names = {option for parameter in command.params for option in parameter.opts}
        assert "--format" in names, path
        assert "--home" in names or path in OFFLINE, path


def test_a_server_is_not_used_without_a_token(tmp_path: Path) -> None:
    with terminal(tmp_path, HOTWASH_URL="http://127.0.0.1:9") as typed:
        assert "HOTWASH_TOKEN is missing" in typed.refused("list")
    with terminal(tmp_path, HOTWASH_URL="http://127.0.0.1:9", HOTWASH_TOKEN="hotwash_x") as typed:
        assert "does not answer" in typed.refused("list")
    with terminal(tmp_path, HOTWASH_URL="ftp://x", HOTWASH_TOKEN="hotwash_x") as typed:
        assert "no web address" in typed.refused("list")


def test_a_named_folder_goes_before_a_server(tmp_path: Path) -> None:
    named = {"HOTWASH_URL": "http://127.0.0.1:9", "HOTWASH_TOKEN": "hotwash_x"}
    with terminal(tmp_path, **named) as typed:
        assert typed.json("list", "--home", str(tmp_path / "home")) == {"incidents": [], "more": False}
        assert (tmp_path / "home" / "hotwash.sqlite3").is_file()


def test_a_data_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "file")) as typed:
        assert "cannot be made" in typed.refused("list")


def test_a_role_counts_over_a_server_as_in_the_browser(tmp_path: Path) -> None:
    with server(tmp_path / "home", "--empty") as running:
        secret = token(tmp_path / "home", "reporter")
        with terminal(tmp_path, HOTWASH_URL=running.url, HOTWASH_TOKEN=secret) as typed:
            incident = typed.json("declare", "Loans refused")["incident"]
            assert typed.json("show", incident)["title"] == "Loans refused"
            assert "reporter" in typed.refused("note", incident, "x")
        with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "home")) as operator:
            other = operator.json("declare", "Written while the server runs")["incident"]
            assert operator.json("note", incident, "By the operator.")["number"] == 3
        with terminal(tmp_path, HOTWASH_URL=running.url, HOTWASH_TOKEN=secret) as typed:
            assert f"no incident {other}" in typed.refused("show", other)
            assert typed.json("show", incident)["number"] == 3
