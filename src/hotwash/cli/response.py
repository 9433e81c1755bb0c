"""What responders do most, on the command line: assess, assign, note, contain, hold."""

import mimetypes
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, emit
from hotwash.cli.place import AT, EXPECTED, Place, read_file, with_place

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


@click.command()
@click.argument("incident")
@click.argument("switch")
@click.argument("state", type=click.Choice(["fallback", "human", "off", "serve"]))
@click.option("--cohort", metavar="RULE", help="For whom it holds, if not for everyone.")
@click.option("--reason", help="Why.")
@click.option("--hold", multiple=True, type=int, metavar="ENTRY", help="Evidence that was kept first.")
@click.option("--unheld-because", metavar="REASON", help="Why nothing could be kept first.")
@click.option("--complete/--partial", default=None, help="Whether it stops the harm for everyone.")
@click.option("--undo", help="How it is taken back.")
@AT
@EXPECTED
@with_place
def contain(
    *, place: Place, form: str, incident: str, switch: str, state: str, hold: tuple[int, ...], **words: Any
) -> None:
    """Record that the harm was stopped, or limited, by a switch."""
    said = place.post(
        f"/incidents/{incident}/contain", {"switch": switch, "state": state, "hold": hold or None, **words}
    )
    whole = said["entries"][0]["body"]["complete"]
    reach = "for everyone" if whole else "in part"
    written(form, said, f"{switch} is at {state}: contained {reach}, entry {said['number']}.")


@click.command()
@click.argument("incident")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--source", default="", help="Where it came from.")
@click.option("--note", default="", help="What it is.")
@AT
@with_place
def hold(
    *, place: Place, form: str, incident: str, files: tuple[str, ...], source: str, note: str, at: str | None
) -> None:
    """Keep evidence before anything is changed.

    Without a file, what is known of the incident's AI system is kept as it is now: versions, data, log, owner.
    """
    kept = [(Path(file).name if file != "-" else "input", read_file(file)) for file in files] or [
        _system(place, incident)
    ]
    said = []
    for name, data in kept:
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        form_words = {"name": name, "source": source, "note": note, **({"at": at} if at else {})}
        sent = place.call(
            "POST", f"/incidents/{incident}/evidence", data=form_words, files={"file": (name, data, media_type)}
        ).json()
        body = sent["entries"][0]["body"]
        said.append({"number": sent["number"], **{key: body[key] for key in ("name", "digest", "size")}})
    if form == "json":
        emit({"incident": incident, "held": said})
        return
    answer(form, None, "\n".join(f"Kept {one['name']} as entry {one['number']}, {one['digest']}." for one in said))


def _system(place: Place, incident: str) -> tuple[str, bytes]:
    import json

    system = place.get(f"/incidents/{incident}")["system"]
    if not system:
        raise Refused(f"{incident} names no AI system, so there is nothing to keep by itself: name a file.")
    state = place.get(f"/systems/{system}")
    return f"system-{system}.json", json.dumps(state, ensure_ascii=False, indent=2, sort_keys=True).encode()
