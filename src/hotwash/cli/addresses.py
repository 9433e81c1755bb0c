"""Addresses of senders on the command line: make one, change it, try a mapping."""

import json
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say, table
from hotwash.cli.place import Place, read_file, with_place

_SYSTEM = click.option("--system", metavar="SYSTEM", help="The AI system that its signals are about.")
_TEAM = click.option("--team", metavar="TEXT", help="Who looks after it.")
_SIGNING = click.option(
    "--signing", metavar="FILE", help="A file (or `-`) with what the sender signs with, or its token."
)
_MAPPING = click.option("--mapping", metavar="FILE", help="How any other JSON is read (`mapped`), a JSON file.")


@click.group()
def address() -> None:
    """Addresses where senders deliver."""


@address.command("list")
@with_place
def list_addresses(*, place: Place, form: str) -> None:
    """List addresses, when each was last heard, and why it was last refused."""
    found = place.get("/inbox/addresses")
    rows = [(one["name"], one["sender"], one["system"], _state(one), one["refused"]) for one in found["addresses"]]
    answer(
        form, found, lambda: table(rows) or "No sender is connected. Make one: hotwash inbox address add SENDER NAME."
    )


@address.command()
@click.argument("sender")
@click.argument("name")
@_SYSTEM
@_TEAM
@_SIGNING
@_MAPPING
@with_place
def add(*, place: Place, form: str, sender: str, name: str, **words: Any) -> None:
    """Make an address. It holds a secret and is printed once."""
    said = place.post("/inbox/addresses", {"sender": sender, "name": name, **_words(words)})
    say("Keep the address now: it cannot be shown again.")
    answer(form, said, place.url + said["path"])


@address.command()
@click.argument("name")
@_SYSTEM
@_TEAM
@_SIGNING
@_MAPPING
@with_place
def change(*, place: Place, form: str, name: str, **words: Any) -> None:
    """Change what an address is about, what its sender signs with, or how it is read."""
    answer(form, place.post(f"/inbox/addresses/{name}/change", _words(words)), f"{name} is changed.")


@address.command()
@click.argument("name")
@with_place
def rotate(*, place: Place, form: str, name: str) -> None:
    """Make a new secret; the former address is good for nothing from now on. It is printed once."""
    said = place.post(f"/inbox/addresses/{name}/rotate", {})
    say("Keep the address now: it cannot be shown again.")
    answer(form, said, place.url + said["path"])


@address.command()
@click.argument("name")
@with_place
def pause(*, place: Place, form: str, name: str) -> None:
    """Take nothing in for now. Senders are told to come again later."""
    answer(form, place.post(f"/inbox/addresses/{name}/pause", {}), f"{name} is paused.")


@address.command()
@click.argument("name")
@with_place
def resume(*, place: Place, form: str, name: str) -> None:
    """Take in again."""
    answer(form, place.post(f"/inbox/addresses/{name}/resume", {}), f"{name} takes in again.")


@address.command()
@click.argument("name")
@with_place
def close(*, place: Place, form: str, name: str) -> None:
    """End an address for good. What came in by it stays."""
    answer(form, place.post(f"/inbox/addresses/{name}/close", {}), f"{name} is closed.")


@address.command("try")
@click.argument("mapping", metavar="MAPPING")
@click.argument("body")
@with_place
def try_mapping(*, place: Place, form: str, mapping: str, body: str) -> None:
    """Read BODY by MAPPING, both files, without taking anything in."""
    words = {"mapping": _json(mapping), "body": read_file(body).decode("utf-8", "replace")}
    found = place.post("/inbox/try-mapping", words)["signals"]
    rows = [(one["state"], one["grade"], one["alert_at"] or "", one["key"], one["title"]) for one in found]
    answer(form, {"signals": found}, table(rows))


def _words(words: dict[str, Any]) -> dict[str, Any]:
    told = dict(words)
    if told["signing"] is not None:
        told["signing"] = read_file(told["signing"]).decode("utf-8", "replace").strip()
    if told["mapping"] is not None:
        told["mapping"] = _json(told["mapping"])
    return told


def _json(file: str) -> Any:
    try:
        return json.loads(read_file(file))
    except ValueError as bad:
        raise Refused(f"{Path(file).name} is no JSON: {bad}.") from bad


def _state(one: dict[str, Any]) -> str:
    if one["revoked_at"]:
        return "closed"
    if one["paused_at"]:
        return "paused"
    return f"heard {one['heard_at'][:16].replace('T', ' ')}" if one["heard_at"] else "never heard"
