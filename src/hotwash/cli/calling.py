"""Calling people on the command line: page, acknowledge, who is on call, how one is reached oneself."""

from typing import Any

import click

from hotwash.cli.answer import answer, say, table
from hotwash.cli.place import AT, EXPECTED, Place, read_file, with_place
from hotwash.cli.response import written


@click.command()
@click.argument("incident")
@click.argument("person")
@click.argument("text", required=False)
@click.option("--then", multiple=True, metavar="PERSON", help="Who is called next if nobody answers. May be repeated.")
@AT
@EXPECTED
@with_place
def page(*, place: Place, form: str, incident: str, person: str, then: tuple[str, ...], **words: Any) -> None:
    """Call somebody by every way that they named, until they answer."""
    said = place.post(f"/incidents/{incident}/page", {"person": person, "then": list(then), **words})
    written(form, said, f"{person} is being paged, entry {said['number']}. A worker tries one way after the other.")


@click.command()
@click.argument("incident")
@click.argument("page", type=int, required=False, metavar="[PAGE]")
@AT
@EXPECTED
@with_place
def acknowledge(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Answer a page: your own, or another's by its entry."""
    said = place.post(f"/incidents/{incident}/acknowledge-page", words)
    written(form, said, "Answered: nobody else is called for it.")


@click.group("on-call")
def on_call() -> None:
    """Who is on call, who stands in, and when more people are called."""


@on_call.command()
@with_place
def show(*, place: Place, form: str) -> None:
    """Show who is on call now and next, and the rules of escalation that hold."""
    found = place.get("/on-call")
    answer(form, found, lambda: _shown(found))


def _shown(found: dict[str, Any]) -> str:
    lines = [
        f"{one['rota']}: {_shift(one['now']) or 'nobody'}; then {_shift(one['next']) or 'nobody'}"
        for one in found["rotas"]
    ] or ["There is no rota yet. Set one: hotwash on-call set --person ana --person bo --zone Europe/Berlin."]
    lines += [f"{name}: {', '.join(people) or 'nobody'}" for name, people in found["groups"].items()]
    rows = [
        (rule["rule"], ", ".join(rule["severities"]) or "every incident", " ".join(rule["steps"]), rule["means"])
        for rule in found["rules"]
    ]
    return "\n".join([*lines, "", table(rows)])


def _shift(one: dict[str, Any] | None) -> str:
    return f"{one['person']} until {one['until']}" if one else ""


@on_call.command("set")
@click.option("--person", "people", multiple=True, required=True, help="In the order of their turns. May be repeated.")
@click.option("--rota", default="first", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="Whose wall clock counts.")
@click.option("--weekday", default="monday", show_default=True, help="On which a turn begins.")
@click.option("--time", "at_time", default="09:00", show_default=True, help="At which a turn begins.")
@click.option("--starts", metavar="DAY", help="A day in the first person's first turn; this week if left out.")
@click.option("--weeks", type=int, default=1, show_default=True, help="How long a turn is.")
@with_place
def set_rota(*, place: Place, form: str, at_time: str, people: tuple[str, ...], **words: Any) -> None:
    """Say who takes turns, and when the next one takes over."""
    said = place.post("/organisation/set-rota", {"people": list(people), "handover": at_time, **words})
    answer(form, said, f"The rota {words['rota']} stands, entry {said['number']}.")


@on_call.command()
@click.argument("person")
@click.option("--since", required=True, metavar="TIME")
@click.option("--until", required=True, metavar="TIME")
@click.option("--rota", default="first", show_default=True)
@click.option("--reason", default="")
@with_place
def override(*, place: Place, form: str, **words: Any) -> None:
    """Say who stands in, from when to when."""
    said = place.post("/organisation/override-rota", words)
    answer(form, said, f"{words['person']} stands in, entry {said['number']}.")


@on_call.command("import")
@click.argument("file")
@click.option("--rota", default="first", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="Where times without a zone are told.")
@with_place
def take_in(*, place: Place, form: str, file: str, rota: str, zone: str) -> None:
    """Take the shifts of another tool from its calendar (.ics), in place of those taken before."""
    response = place.call(
        "POST",
        f"/on-call/{rota}/calendar",
        params={"zone": zone},
        content=read_file(file),
        headers={"Content-Type": "text/calendar"},
    )
    said = response.json()
    for sentence in said["left_out"]:
        say(sentence)
    answer(form, said, f"{said['shifts']} shifts stand in the rota {rota}.")


@click.command()
@with_place
def reminders(*, place: Place, form: str) -> None:
    """Show how you are reached, what will remind you, and what has."""
    found = place.get("/me/reached")
    answer(form, found, lambda: _reached(found))


def _reached(found: dict[str, Any]) -> str:
    ways = [f"{number}. {one['label']} ({one['shown']})" for number, one in enumerate(found["ways"], 1)]
    quiet = found["quiet"]
    lines = ways or ["You have named no way to reach you: add one on your account page."]
    lines.append(
        f"Quiet from {quiet['since']} to {quiet['until']}; what is Critical passes." if quiet else "Never quiet."
    )
    rows = [(one["at"], one["incident"], one["text"]) for one in found["coming"]]
    return "\n".join([*lines, "", table(rows) if rows else "Nothing will remind you."])
