"""``hotwash gate``: named questions under thresholds, held against a log. Needs no server: it runs in any pipeline."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.answer import Refused, answer, say, table
from hotwash.cli.place import Place, with_place
from hotwash.cli.questions import ZONE, log_of

if TYPE_CHECKING:
    from hotwash.cli.gate_folder import Found
    from hotwash.cli.gate_told import Ran


@click.group()
def gate() -> None:
    """Let something pass only if named questions meet their thresholds."""


@gate.command()
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--log", metavar="LOG", help="The log that is asked; with --system, its described log if left out.")
@click.option("--system", metavar="SYSTEM", help="Every gate that an AI system keeps, instead of files.")
@click.option("--junit", metavar="FILE", help="Also write the verdict as JUnit XML.")
@click.option("--summary", metavar="FILE", help="Also add the verdict to FILE as Markdown.")
@click.option("--report", is_flag=True, help="Tell the installation, so that it stands on the system's page.")
@click.option("--data", metavar="VERSION", help="The version of the data, for the report.")
@click.option("--model", metavar="NAME", help="The model that was held against it.")
@click.option("--model-version", metavar="N", help="Its version.")
@click.option("--place", "where", metavar="TEXT", help="Where this runs, such as the address of a job.")
@click.option("--mlflow", metavar="URL", help="Tag the model's version in this MLflow registry.")
@click.option("--now", "now", metavar="T", help="The end of what is fresh (RFC 3339); the present if left out.")
@ZONE
@with_place
def run(
    *, place: Place, form: str, files: tuple[str, ...], junit: str | None, summary: str | None, **words: Any
) -> None:
    """Ask every question of a gate.

    FILE is a gate (TOML), or a folder of them (*.gate.toml), such as `gate export` writes. Exit code 0 if all pass; 1
    if a threshold is not met, a question cannot be answered or there are too few rows to say, or if FILE is no gate.
    """
    from hotwash.cli import gate_told as told

    moment = _moment(words["now"])
    if words["mlflow"] and not (words["model"] and words["model_version"]):
        raise click.UsageError("--mlflow needs --model and --model-version: the version that is tagged.")
    gates = _found(place, files, words["system"])
    if words["report"] and not all(one.system for one in gates):
        raise click.UsageError("--report needs --system, or a folder that `hotwash gate export` wrote.")
    ran = _asked(place, gates, words["log"] or words["system"], words["zone"], moment)
    if junit:
        from hotwash.cli.gate_junit import junit as written

        _write(junit, written([one.verdict for one in ran]))
    if summary:
        _write(summary, told.markdown(ran).encode(), add=True)
    single = len(files) == 1 and len(ran) == 1 and not Path(files[0]).is_dir()
    answer(form, told.verdict_document(ran[0].verdict) if single else told.document(ran), lambda: told.text(ran))
    wrong = []
    if words["report"]:
        beside = {"data": words["data"], "model": words["model"], "version": words["model_version"]}
        named = {name: text for name, text in {**beside, "place": words["where"]}.items() if text}
        wrong += told.report(place, ran, now=moment, **named)
    if words["mlflow"]:
        try:
            told.tag(words["mlflow"], ran, model=words["model"], version=words["model_version"], now=moment)
        except Refused as refused:
            wrong.append(refused.sentence)
    for one in wrong:
        say(one)
    if wrong or told.outcome(ran) != "passed":
        click.get_current_context().exit(1)


@gate.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@with_place
def check(*, place: Place, form: str, files: tuple[str, ...]) -> None:  # noqa: ARG001
    """Read a gate without asking anything: whether it is one, and what it would ask."""
    from hotwash.cli.gate_folder import found

    gates = [_described(one) for one in found(files)]
    lines = []
    for told in gates:
        lines += [told["title"]]
        lines += [f"{one['name']} ({one['question']}): {'; '.join(one['thresholds'])}" for one in told["questions"]]
    answer(form, gates[0] if len(files) == 1 and len(gates) == 1 else {"gates": gates}, "\n".join(lines))


@gate.command("list")
@click.argument("system")
@with_place
def list_gates(*, place: Place, form: str, system: str) -> None:
    """List the gates of an AI system, with what they last came to."""
    found = place.get(f"/systems/{system}/gates")
    rows = [
        (one["gate"], one["standing"], one["incident"] or "", (one["last"] or {}).get("at", "")[:16], one["title"])
        for one in found["gates"]
    ]
    answer(form, found, lambda: table(rows) if rows else f"{system} keeps no gate yet.")


@gate.command()
@click.argument("file", metavar="FILE")
@click.option("--incident", metavar="INCIDENT", help="The incident that leaves it behind.")
@click.option("--system", metavar="SYSTEM", help="The AI system that keeps it; the incident's if left out.")
@click.option("--name", metavar="NAME", help="Its short name; made from its title if left out.")
@click.option("--note", metavar="TEXT", help="A note.")
@with_place
def keep(
    *, place: Place, form: str, file: str, incident: str | None, system: str | None, name: str | None, note: str | None
) -> None:
    """Keep a gate on an AI system, so that it is asked from now on. One of the same name is replaced."""
    from hotwash.cli.gate_folder import read_gate

    text = read_gate(file).text
    words = {"text": text, "gate": name, "note": note}
    if incident:
        said = place.post(f"/incidents/{incident}/leave-gate", words | {"system": system})
    elif system:
        said = place.post(f"/systems/{system}/keep-gate", words)
    else:
        raise click.UsageError("Name the incident that leaves it (--incident), or the AI system (--system).")
    kept = said["entries"][0]["body"]
    document = {"system": kept.get("system") or system, "gate": kept["gate"], "digest": kept["digest"]}
    answer(form, document, f"{document['system']} keeps the gate {kept['gate']}.")


@gate.command()
@click.argument("system")
@click.argument("folder", metavar="FOLDER")
@with_place
def export(*, place: Place, form: str, system: str, folder: str) -> None:
    """Write every gate of an AI system into a folder: a file each, to be kept beside the code."""
    from hotwash.cli.gate_folder import export as written

    files = [str(one) for one in written(place, system, Path(folder))]
    many = "1 gate" if len(files) == 1 else f"{len(files)} gates"
    answer(form, {"system": system, "folder": folder, "files": files}, f"Wrote {many} of {system} into {folder}.")


def _found(place: Place, files: tuple[str, ...], system: str | None) -> "list[Found]":
    from hotwash.cli import gate_folder

    if bool(files) == bool(system):
        raise click.UsageError("Name files or folders of gates, or an AI system that keeps them (--system).")
    return gate_folder.kept(place, system) if system else gate_folder.found(files)


def _asked(place: Place, gates: "list[Found]", log: str | None, zone: str | None, moment: datetime) -> "list[Ran]":
    from hotwash.cli.gate_told import Ran
    from hotwash.response import gates as asking

    if not log:
        raise click.UsageError("Missing option '--log'.")
    predictions, favourable = log_of(place, log, zone)
    ran = []
    for one in gates:
        asked = asking.hoping(one.gate, favourable) if favourable is not None else one.gate
        verdict = asking.run(asked, predictions, now=moment, on_question=lambda name: say(f"Asking {name} …"))
        ran.append(Ran(one, verdict))
    return ran


def _described(one: "Found") -> dict[str, Any]:
    return {
        "title": one.gate.title,
        "gate": one.gate.digest,
        "questions": [
            {
                "name": question.name,
                "question": question.question,
                "thresholds": [threshold.text for threshold in question.thresholds],
                "rows_min": question.rows_min,
                "fresh_s": question.fresh.total_seconds() if question.fresh else None,
                "own_cases": question.own_cases,
            }
            for question in one.gate.questions
        ],
        "recovery": one.gate.ramp is not None,
    }


def _write(file: str, data: bytes, *, add: bool = False) -> None:
    try:
        with Path(file).open("ab" if add else "wb") as out:
            out.write(data)
    except OSError as fault:
        raise Refused(f"{file} cannot be written: {fault.strerror}.") from fault


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as bad:
        raise click.UsageError(f"--now: {text!r} is no time; write it as 2026-03-03T09:02:00+01:00.") from bad
    if moment.tzinfo is None:
        raise click.UsageError("--now has no time zone: write it as 2026-03-03T09:02:00+01:00.")
    return moment
