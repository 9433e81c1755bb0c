"""Chats on the command line: connect, change, close, and a code for one's own account."""

from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.place import Place, read_file, with_place

_STRANGERS = click.Choice(["nothing", "report", "declare"])
_SIGNING = "FILE with what its posts are signed with, one secret a line; `-` is standard input."


@click.group()
def chat() -> None:
    """Connect Slack, Teams or Mattermost, and link an account."""


@chat.command("list")
@with_place
def list_chats(place: Place, form: str) -> None:
    """Every connection."""
    found = place.get("/chats")
    rows = [
        (one["name"], one["chat"], "closed" if one["closed_at"] else one["strangers"], one["refused"] or "")
        for one in found["chats"]
    ]
    answer(form, found, lambda: table(rows) if rows else "No chat is connected.")


@chat.command("add")
@click.argument("kind", type=click.Choice(["slack", "teams", "mattermost"]))
@click.argument("name")
@click.option("--signing", required=True, metavar="FILE", help=_SIGNING)
@click.option("--strangers", type=_STRANGERS, help="What people may do who have linked no account.")
@click.option("--site", metavar="URL", help="The address of a Mattermost server, for links to messages.")
@with_place
def add(*, place: Place, form: str, kind: str, name: str, signing: str, **words: str | None) -> None:
    """Connect a chat; the path where it posts is shown this once."""
    said = place.post("/chats", {"chat": kind, "name": name, "signing": _read(signing), **_given(words)})
    answer(form, said, f"{name} posts to {said['path']}")


@chat.command("change")
@click.argument("name")
@click.option("--signing", metavar="FILE", help=_SIGNING)
@click.option("--strangers", type=_STRANGERS, help="What people may do who have linked no account.")
@click.option("--site", metavar="URL", help="The address of a Mattermost server, for links to messages.")
@with_place
def change(*, place: Place, form: str, name: str, signing: str | None, **words: str | None) -> None:
    """Change a connection."""
    held = {"signing": _read(signing)} if signing else {}
    answer(form, place.post(f"/chats/{name}/change", {**held, **_given(words)}), f"{name} is saved.")


@chat.command("rotate")
@click.argument("name")
@with_place
def rotate(place: Place, form: str, name: str) -> None:
    """Make a new path; the former one stops."""
    said = place.post(f"/chats/{name}/rotate", {})
    answer(form, said, f"{name} posts to {said['path']}")


@chat.command("close")
@click.argument("name")
@with_place
def close(place: Place, form: str, name: str) -> None:
    """End a connection."""
    answer(form, place.post(f"/chats/{name}/close", {}), f"{name} is closed.")


@chat.command("code")
@with_place
def code(place: Place, form: str) -> None:
    """A one-time code that links a chat account to yours, on a server."""
    said = place.post("/me/chat-code", {})
    answer(form, said, f"Write in the chat, as a command to Hotwash: link {said['code']}")


def _read(file: str) -> str:
    # A secret is never an argument: those stand in the list of processes and in the shell's history.
    return read_file(file).decode("utf-8", "replace")


def _given(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}
