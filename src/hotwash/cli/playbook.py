"""Playbooks on the command line: the library, a file of one's own, and what came of each step."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, table, with_format
from hotwash.cli.place import AT, EXPECTED, Place, read_file, with_place
from hotwash.cli.response import written

LEVELS = ("Minor", "Major", "Critical")
OUTCOMES = ("done", "skipped", "not-applicable", "open")
_SIGNS = {"open": " ", "late": "!", "done": "x", "skipped": "-", "not-applicable": "-"}


@click.group()
def playbook() -> None:
    """Start a playbook, and record what came of its steps."""


@playbook.command("list")
@with_place
def list_playbooks(place: Place, form: str) -> None:
    """The library."""
    found = place.get("/playbooks")
    rows = [(one["id"], ", ".join(one["harms"]), one["title"]) for one in found["playbooks"]]
    answer(form, found, lambda: table(rows))


@playbook.command("export")
@click.argument("name", metavar="PLAYBOOK")
@click.option("--to", required=True, metavar="FILE", help="Where it is written; `-` is standard output.")
@click.option("--cacao", is_flag=True, help="As CACAO 2.0, for other tools.")
@click.option("--edition", metavar="VERSION", help="Of your own: an earlier edition.")
@with_place
def export(*, place: Place, form: str, name: str, to: str, cacao: bool, edition: str | None) -> None:
    """Take a playbook out, to make it your own or to give it to another tool."""
    import json

    document = place.get(f"/playbooks/{name}", format="cacao" if cacao else "json", version=edition)
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if to == "-":
        click.echo(text, nl=False)
        return
    Path(to).write_text(text, encoding="utf-8")
    answer(form, {"playbook": name, "file": to}, f"{name} is in {to}.")


@playbook.command("check")
@click.argument("file")
@with_format
def check(form: str, file: str) -> None:
    """Say what is wrong with a playbook of your own (TOML, JSON or CACAO 2.0), or that nothing is."""
    book = _book(file)
    from hotwash.knowledge.playbooks import LEVELS as TIERS
    from hotwash.knowledge.playbooks import read

    read_book = read(book, name=file)
    tiers = {tier: len(read_book.steps_at(tier)) for tier in TIERS}
    steps = ", ".join(f"{tier} {count}" for tier, count in tiers.items())
    answer(form, {"playbook": read_book.id, "steps": tiers}, f"{read_book.title}: nothing is wrong. Steps: {steps}.")


@playbook.command("add")
@click.argument("file")
@click.option("--system", "systems", multiple=True, metavar="SYSTEM", help="Offer it for this AI system only.")
@click.option("--tier", "tiers", multiple=True, type=click.Choice(LEVELS), help="Offer it at this tier only.")
@click.option("--reason", help="What is new in it, and why.")
@with_place
def add(
    *, place: Place, form: str, file: str, systems: tuple[str, ...], tiers: tuple[str, ...], reason: str | None
) -> None:
    """Keep a playbook of your own (TOML, JSON or CACAO 2.0) beside the library, or a new edition of one."""
    body = {"content": _book(file), "systems": systems, "tiers": tiers, "reason": reason}
    said = place.post("/organisation/keep-playbook", body)
    kept = said["entries"][0]["body"]["playbook"]
    told = {"playbook": kept["id"], "version": kept["version"], "entry": said["number"]}
    answer(form, told, f"Kept edition {kept['version']} of “{kept['title']}” as {kept['id']}.")


@playbook.command("withdraw")
@click.argument("name", metavar="PLAYBOOK")
@click.option("--reason", required=True, help="Why it is no longer offered.")
@with_place
def withdraw(*, place: Place, form: str, name: str, reason: str) -> None:
    """Offer a playbook of your own no longer. What runs by it goes on."""
    said = place.post("/organisation/withdraw-playbook", {"playbook": name, "reason": reason})
    answer(form, {"playbook": name, "entry": said["number"]}, f"{name} is no longer offered.")


@playbook.command("start")
@click.argument("incident")
@click.argument("book", metavar="PLAYBOOK|FILE")
@click.option("--tier", type=click.Choice(LEVELS), help="Which steps are asked for; that of the severity if left out.")
@click.option("--reason", help="Why this one.")
@AT
@EXPECTED
@with_place
def start(*, place: Place, form: str, incident: str, book: str, **words: Any) -> None:
    """Start a playbook of the library, or one of your own from a file."""
    own = Path(book).suffix in (".toml", ".json") or Path(book).is_file()
    named: dict[str, Any] = {"content": _book(book), "origin": Path(book).name} if own else {"playbook": book}
    said = place.post(f"/incidents/{incident}/start-playbook", {**named, **words})
    begun = said["entries"][0]["body"]
    title = begun["playbook"]["title"]
    written(form, said, f"Started “{title}” at the tier {begun['tier']}, as run {said['number']}.")


@playbook.command("show")
@click.argument("incident")
@with_place
def show(place: Place, form: str, incident: str) -> None:
    """How the playbooks of an incident stand."""
    found = place.get(f"/incidents/{incident}/playbooks")
    answer(form, found, lambda: "\n\n".join(_run(run) for run in found["playbooks"]) or "No playbook was started.")


@playbook.command("step")
@click.argument("incident")
@click.argument("step")
@click.argument("outcome", type=click.Choice(OUTCOMES), default="done")
@click.option("--text", help="In words. What is left out needs a reason.")
@click.option("--entry", type=int, metavar="N", help="The entry that shows it.")
@click.option("--run", type=int, metavar="N", help="Which playbook, where several are under way.")
@AT
@EXPECTED
@with_place
def step(*, place: Place, form: str, incident: str, step: str, outcome: str, run: int | None, **words: Any) -> None:
    """Record what came of a step."""
    run = run or _only_run(place, incident, step)
    said = place.post(f"/incidents/{incident}/record-step", {"run": run, "step": step, "outcome": outcome, **words})
    written(form, said, f"{step}: {outcome}, entry {said['number']}.")


@playbook.command("end")
@click.argument("incident")
@click.argument("run", type=int)
@click.option("--reason", help="Needed while steps are open.")
@AT
@EXPECTED
@with_place
def end(*, place: Place, form: str, incident: str, run: int, **words: Any) -> None:
    """End a playbook."""
    said = place.post(f"/incidents/{incident}/end-playbook", {"run": run, **words})
    written(form, said, f"Run {run} has ended.")


def _only_run(place: Place, incident: str, step: str) -> int:
    runs = [run for run in place.get(f"/incidents/{incident}/playbooks")["playbooks"] if run["ended_at"] is None]
    fitting = [run for run in runs if any(one["step"] == step for one in run["steps"])]
    if len(fitting) == 1:
        return int(fitting[0]["run"])
    if not runs:
        raise Refused(f"No playbook is under way in {incident}. Start one with `hotwash playbook start`.")
    if not fitting:
        raise Refused(f"No playbook under way asks for a step “{step}”. See hotwash playbook show {incident}.")
    listed = ", ".join(f"{run['run']} ({run['title']})" for run in fitting)
    raise Refused(f"Several playbooks have a step “{step}”: say which with --run. There are {listed}.")


def _book(file: str) -> dict[str, Any]:
    """The content of a playbook from a file, whatever of the three forms it has.

    :raises Refused: if it cannot be read, naming the step that is wrong
    """
    from hotwash.knowledge.playbook_text import read_text
    from hotwash.knowledge.playbooks import BadPlaybook, plain

    try:
        text = read_file(file).decode()
    except UnicodeDecodeError as bad:
        raise Refused(f"{file} is no UTF-8 text.") from bad
    try:
        book = read_text(text, name=file)
    except BadPlaybook as bad:
        raise Refused(str(bad)) from bad
    return plain(book)


def _run(run: dict[str, Any]) -> str:
    head = f"Run {run['run']}: {run['title']} ({run['tier']}), {run['left']} of {len(run['steps'])} steps open"
    late = f", {run['late']} late" if run["late"] else ""
    rows = [
        (f"[{_SIGNS[one['stand']]}]", one["due"][:16].replace("T", " "), one["role"], one["step"], one["title"])
        for one in run["steps"]
    ]
    return f"{head}{late}{'. It has ended' if run['ended_at'] else ''}.\n{table(rows)}"
