"""What responders do most, on the command line: assess, assign, note."""

from typing import Any

import click

from hotwash.cli.answer import answer
from hotwash.cli.place import AT, EXPECTED, Place, with_place

ROLES = ("commander", "operations", "investigation", "communications", "legal", "liaison", "safety", "scribe")


def written(form: str, said: dict[str, Any], text: str, **more: Any) -> None:
    """What a verb recorded: the incident and the numbers of the new entries."""
    noun = "incident" if "incident" in said else "system"
    entries = [{"number": entry["number"], "kind": entry["kind"]} for entry in said["entries"]]
    answer(form, {noun: said[noun], "number": said["number"], "entries": entries, **more}, text)


def pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    """``name=value`` words as a mapping."""
    found: dict[str, str] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise click.UsageError(f"{option} takes name=value, not {word!r}.")
        found[name.strip()] = value.strip()
    return found


@click.command()
@click.argument("incident")
@click.option("--answer", "answers", multiple=True, required=True, metavar="QUESTION=yes|no|unknown|NUMBER")
@click.option("--reason", help="Why, where the severity is lowered.")
@AT
@EXPECTED
@with_place
def assess(*, place: Place, form: str, incident: str, answers: tuple[str, ...], **words: Any) -> None:
    """Assess the severity from answers; the reason that decided is printed."""
    said = place.post(f"/incidents/{incident}/assess", {"answers": pairs(answers, "--answer"), **words})
    result = said["entries"][0]["body"]
    document = {name: result[name] for name in ("severity", "provisional", "rule", "because", "urgent", "rubric")}
    level = f"{result['severity']}{' (provisional)' if result['provisional'] else ''}"
    text = f"{level}: " + "\n".join(result["because"])
    answer(form, {"incident": said["incident"], "number": said["number"], **document}, text)


@click.command()
@click.argument("incident")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("person")
@AT
@EXPECTED
@with_place
def assign(*, place: Place, form: str, incident: str, role: str, person: str, **words: Any) -> None:
    """Give a role to a person."""
    said = place.post(f"/incidents/{incident}/assign", {"role": role, "person": person, **words})
    written(form, said, f"{person} is {role} of {incident}.")


@click.command()
@click.argument("incident")
@click.argument("text")
@AT
@EXPECTED
@with_place
def note(*, place: Place, form: str, incident: str, text: str, **words: Any) -> None:
    """Write a note."""
    said = place.post(f"/incidents/{incident}/note", {"text": text, **words})
    written(form, said, f"Noted as entry {said['number']}.")
