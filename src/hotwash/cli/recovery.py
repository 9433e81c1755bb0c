"""``hotwash recovery``: traffic goes back through a gate, step by step."""

from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import Place, read_file, with_place

INCIDENT = click.argument("incident")


@click.group()
def recovery() -> None:
    """Let traffic go back: a gate, sign-offs, a ramp that is watched."""


@recovery.command()
@INCIDENT
@with_place
def show(*, place: Place, form: str, incident: str) -> None:
    """Show where traffic is, what is watched, and who has still to agree."""
    told = place.get(f"/incidents/{incident}/recovery")
    answer(form, told, lambda: _told(told))


@recovery.command()
@INCIDENT
@click.argument("file", metavar="FILE")
@click.option("--containment", type=int, required=True, metavar="N", help="Which containment is to be lifted.")
@click.option("--no-own-cases-because", metavar="REASON", help="Why no question is about the incident's own cases.")
@with_place
def plan(*, place: Place, form: str, incident: str, file: str, **words: Any) -> None:
    """Set the gate from a file (TOML, with a part [recovery])."""
    try:
        words["gate"] = read_file(file).decode()
    except UnicodeDecodeError as bad:
        raise Refused(f"{file} is no text in UTF-8.") from bad
    _act(place, form, incident, "plan", words)


@recovery.command()
@INCIDENT
@with_place
def ask(*, place: Place, form: str, incident: str) -> None:
    """Ask the gate now. Exit code 1 if it does not pass."""
    say("Asking the gate …")
    said = _act(place, form, incident, "ask", {})
    if said["entries"][-1]["body"]["outcome"] != "passed":
        click.get_current_context().exit(1)


@recovery.command()
@INCIDENT
@click.argument("role")
@click.option("--remark", help="What you have to say to it.")
@with_place
def sign(*, place: Place, form: str, incident: str, role: str, remark: str | None) -> None:
    """Agree, for the role that you hold, that traffic goes back."""
    said = place.post(f"/incidents/{incident}/sign-off", {"role": role, "remark": remark})
    answer(form, {"incident": incident, "number": said["number"]}, f"Agreed for {role}, as entry {said['number']}.")


@recovery.command()
@INCIDENT
@with_place
def begin(*, place: Place, form: str, incident: str) -> None:
    """Let the first share of traffic go back. The worker watches it and leads it on."""
    _act(place, form, incident, "begin", {})


@recovery.command()
@INCIDENT
@click.option("--reason", required=True, help="Why.")
@with_place
def stop(*, place: Place, form: str, incident: str, reason: str) -> None:
    """Stop, and contain all traffic again."""
    _act(place, form, incident, "stop", {"reason": reason})


@recovery.command("without-gate")
@INCIDENT
@click.option("--containment", type=int, required=True, metavar="N", help="Which containment is to be lifted.")
@click.option("--reason", required=True, help="Why it cannot wait for a gate.")
@with_place
def without_gate(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Ask, as commander, to let traffic go back without a gate. A second person must agree."""
    _act(place, form, incident, "without-gate", words)


@recovery.command()
@INCIDENT
@click.argument("wish", type=int)
@click.option("--reason", required=True, help="Why you agree.")
@with_place
def agree(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Agree, as the second person, that traffic goes back without a gate."""
    _act(place, form, incident, "agree-without-gate", words)


def _act(place: Place, form: str, incident: str, what: str, words: dict[str, Any]) -> dict[str, Any]:
    said = place.post(f"/incidents/{incident}/recovery/{what}", words)
    document = {name: said[name] for name in ("incident", "number", "stage", "sentence")}
    last = said["entries"][-1]["body"] if said["entries"] else {}
    lines = [_answered(one) for one in last.get("answers", ())]
    answer(form, document | {"entries": said["entries"]}, "\n".join([*lines, said["sentence"]]))
    return said


def _answered(one: dict[str, Any]) -> str:
    numbers = "; ".join(f"{held['threshold']}: {held['value']}" for held in one["thresholds"])
    return f"{one['outcome']:<10} {one['name']}, {one['rows']:,} rows. {numbers or one['why']}"


def _told(told: dict[str, Any]) -> str:
    known = told["recovery"]
    if known is None:
        return str(told["sentence"])
    lines = [told["sentence"], f"Gate: {known['title']} (entry {known['plan']})"]
    lines += [_answered(one) for one in (known["last_run"] or {}).get("answers", ())]
    lines += [f"{role}: {by or 'has still to agree'}" for role, by in known["sign_offs"].items()]
    if told["stage"] == "ramp" and not told["worker"]:
        lines.append("No worker runs, so nobody watches: start one with `hotwash worker`.")
    return "\n".join(lines)
