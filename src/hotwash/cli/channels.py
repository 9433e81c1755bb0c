"""``hotwash channel``: the named lists to which messages go."""

from typing import Any

import click

from hotwash.cli.answer import answer, say, table
from hotwash.cli.place import Place, read_file, with_place

KINDS = ("mail", "webhook", "apprise")


@click.group()
def channel() -> None:
    """Lists to which messages go: add, list, test, remove."""


@channel.command("list")
@click.option("--audience", default="", help="Only those for this audience, such as customers.")
@with_place
def list_targets(*, place: Place, form: str, audience: str) -> None:
    """List the lists, with what came of the last delivery. Addresses are never shown."""
    found = place.get("/targets", audience=audience)
    answer(form, found, lambda: _listed(found["targets"]))


def _listed(found: list[dict[str, Any]]) -> str:
    if not found:
        return "There is no list yet. Add one: hotwash channel add NAME mail|webhook|apprise ADDRESS."
    rows = [
        (
            one["name"],
            one["kind"],
            one["audience"] or "any audience",
            one["language"] or "any language",
            one["shown"],
            f"{one['last_state']}: {one['last_why']}" if one["last_at"] else "nothing sent yet",
        )
        for one in found
    ]
    return table(rows)


@channel.command()
@click.argument("name")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("address")
@click.option("--audience", default="", help="Whom it reaches, such as customers.")
@click.option("--language", default="", help="In which language they read, such as de.")
@click.option("--drills", is_flag=True, help="Messages of drills and tests go there too.")
@with_place
def add(*, place: Place, form: str, name: str, kind: str, address: str, **words: Any) -> None:
    """Add a list. ADDRESS is mail addresses, a web address, or an Apprise address; `-` reads it from standard input.

    An address holds secrets: with `-` it stands in no history of commands. A webhook's secret is printed once.
    """
    if address == "-":
        address = read_file("-").decode("utf-8", "replace").strip()
    said = place.post("/targets", {"name": name, "kind": kind, "address": address, **words})
    if "secret" in said:
        say("Keep the secret now: it cannot be shown again. Calls are signed with it.")
    answer(form, said, said.get("secret") or f"{name} goes to {said['target']['shown']}.")


@channel.command()
@click.argument("name")
@with_place
def test(*, place: Place, form: str, name: str) -> None:
    """Send a few words there now. Exit code 1 if they did not arrive."""
    said = place.post(f"/targets/{name}/test", {})
    result = said["result"]
    answer(form, said, f"{result['state']}: {result['why']}")
    if result["state"] != "delivered":
        click.get_current_context().exit(1)


@channel.command()
@click.argument("name")
@with_place
def remove(*, place: Place, form: str, name: str) -> None:
    """Forget a list's address. What went there stays in the records."""
    said = place.post(f"/targets/{name}/remove", {})
    answer(form, said, f"{name} is removed.")
