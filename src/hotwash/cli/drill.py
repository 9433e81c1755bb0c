"""Drills on the command line: list and check scenarios, plan, run, score."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, table
from hotwash.cli.documents import write_file
from hotwash.cli.place import Place, with_place


@click.group()
def drill() -> None:
    """Rehearse harm before it happens: scenarios, play, score."""


@drill.command("list")
@with_place
def list_scenarios(place: Place, form: str) -> None:
    """List the scenarios that can be played."""
    found = place.get("/drills/scenarios")["scenarios"]
    rows = [(one["name"], one["title"], one["harm"], f"{one['minutes']} min") for one in found]
    answer(form, found, lambda: table([("Name", "Title", "Harm", "Length"), *rows]))


@drill.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to answer.")
def check(file: Path, form: str) -> None:
    """Check a scenario's file: every fault with its place and what mends it. Exit 1 if there is one."""
    from hotwash.connect.senders import SENDERS
    from hotwash.drills.scenarios.reading import Unsound, read
    from hotwash.response.outside import OutsideFault

    def fault_of(sender: str, body: bytes) -> str:
        if sender not in SENDERS:
            return f"No sender “{sender}” is known. There are: {', '.join(SENDERS)}."
        try:
            return "" if SENDERS[sender].read({}, body) else "It holds no signal."
        except OutsideFault as no:
            return no.sentence

    try:
        scenario = read(file.read_bytes(), name=file.name, body=fault_of)
    except Unsound as unsound:
        faults = [{"path": one.path, "wrong": one.wrong, "mend": one.mend} for one in unsound.faults]
        answer(form, {"file": file.name, "sound": False, "faults": faults}, str(unsound))
        raise click.exceptions.Exit(1) from unsound
    told = (
        f"{file.name}: {scenario.title}. {len(scenario.injects)} injects, {scenario.minutes} minutes. It can be played."
    )
    answer(form, {"file": file.name, "sound": True, "faults": []}, told)


@drill.command("play")
@click.argument("scenario")
@click.option("--solo", is_flag=True, help="Hotwash facilitates; you play.")
@click.option("--table", "tabletop", is_flag=True, help="On one screen, for people without accounts.")
@click.option("--facilitator", metavar="NAME", help="Who sees the script; you, if not given.")
@click.option("--team", help="What the team is called.")
@click.option("--player", "players", multiple=True, metavar="NAME", help="Who plays. May be repeated.")
@click.option("--seed", type=int, help="Of the world; the same one gives the same log.")
@click.option("--speed", type=float, default=1.0, show_default=True, help="How many times as fast as the wall's clock.")
@click.option("--at", "planned_for", metavar="TIME", help="Only plan it, for this time.")
@with_place
def play(
    *,
    place: Place,
    form: str,
    scenario: str,
    solo: bool,
    tabletop: bool,
    facilitator: str | None,
    team: str | None,
    players: tuple[str, ...],
    seed: int | None,
    speed: float,
    planned_for: str | None,
) -> None:
    """Plan a drill of a scenario and begin it. A worker sends what comes."""
    if solo and tabletop:
        raise click.UsageError("A drill is --solo or --table, not both.")
    words: dict[str, Any] = {"scenario": scenario, "mode": "solo" if solo else "table" if tabletop else "led"}
    given = {"facilitator": facilitator, "team": team, "seed": seed, "planned_for": planned_for}
    words |= {word: value for word, value in given.items() if value is not None}
    made = place.post("/drills", words | {"players": list(players)})
    if planned_for is None:
        made = place.post(f"/drills/{made['id']}/begin", {"speed": speed})
    answer(form, made, lambda: _told(made))


@drill.command("say")
@click.argument("drill_id", metavar="DRILL")
@click.argument("verb")
@click.option("--set", "given", multiple=True, metavar="WORD=VALUE", help="A word of the verb. May be repeated.")
@with_place
def say(place: Place, form: str, *, drill_id: str, verb: str, given: tuple[str, ...]) -> None:
    """Say a verb of a drill.

    begin, set-clock, next, send, skip, improvise, note, end, cancel, reveal, say, take-lesson.
    """
    words: dict[str, Any] = {}
    for one in given:
        word, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(f"--set is written WORD=VALUE, not {one!r}.")
        words[word] = float(value) if word == "speed" else value
    made = place.post(f"/drills/{drill_id}/{verb}", words)
    answer(form, made, lambda: _told(made))


@drill.command("show")
@click.argument("drill_id", metavar="DRILL")
@with_place
def show(place: Place, form: str, drill_id: str) -> None:
    """Show how a drill stands."""
    found = place.get(f"/drills/{drill_id}")
    answer(form, found, lambda: _told(found))


@drill.command("score")
@click.argument("drill_id", metavar="DRILL")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="Write the report: .pdf, .html, .md or .json."
)
@with_place
def score(place: Place, form: str, drill_id: str, *, to: Path | None) -> None:
    """Show the score of a drill, part by part, once its debrief has begun (`hotwash drill say DRILL reveal`)."""
    found = place.get(f"/drills/{drill_id}")
    if found["debrief"] is None:
        raise Refused(f"{drill_id} is {found['stage']}: its score is shown when the debrief has begun.")
    if to is not None:
        kind = to.suffix.removeprefix(".")
        if kind not in ("pdf", "html", "md", "json"):
            raise click.UsageError("--to ends in .pdf, .html, .md or .json.")
        write_file(to, place.call("GET", f"/drills/{drill_id}/report", params={"format": kind}).content)
    parts = found["debrief"]["parts"]
    rows = [(one["title"], "–" if one["points"] is None else f"{one['points']:.2f}", one["said"]) for one in parts]
    answer(form, parts, lambda: table([("Part", "Points", "What the record shows"), *rows]))


@drill.command("programme")
@with_place
def programme(place: Place, form: str) -> None:
    """Show what is planned, what was exercised, and what never was."""
    found = place.get("/drills/programme")
    answer(form, found, lambda: _programme(found))


def _told(found: dict[str, Any]) -> str:
    name = found["scenario"]["title"]
    where = f" The team works in {found['incident']}." if found["incident"] else ""
    about = f" Its AI system is {found['system']}." if found["system"] else ""
    return f"{found['id']} ({name}) is {found['stage']}, minute {found['minute']:.0f}.{about}{where}"


def _programme(found: dict[str, Any]) -> str:
    rows = [
        (one["title"], str(one["drills"]), (one["last"] or "never")[:10], ", ".join(one["teams"]))
        for one in found["coverage"]
    ]
    said = [one["say"] for one in found["reminders"]]
    return "\n".join([*said, "", table([("Playbook", "Drills", "Last", "Teams"), *rows])]).strip()
