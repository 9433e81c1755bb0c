"""Pulls on the command line: calls of a tracing server as a log now, and sources that the worker asks."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say, table
from hotwash.cli.place import Place, with_place

TOKEN = "HOTWASH_PULL_TOKEN"  # noqa: S105 - the name of a variable


@click.group()
def pull() -> None:
    """Read calls of a tracing server into a log, or set up sources that the worker asks."""


@pull.command("phoenix")
@click.argument("url")
@click.argument("project")
@click.option("--to", "file", required=True, metavar="FILE", help="The log: ends in .parquet or .jsonl.")
@click.option("--since", metavar="TIME", help="Calls from here on; the last seven days if left out.")
@click.option("--until", metavar="TIME", help="Calls before this; until now if left out.")
@click.option(
    "--which", type=click.Choice(["LLM", "ROOT", "ALL"]), default="LLM", show_default=True, help="What a row is."
)
@click.option("--incident", metavar="INCIDENT", help="Keep the log as evidence of this incident, too.")
@click.option("--timeout", type=click.FloatRange(1, 600), default=60, show_default=True, help="Seconds for one answer.")
@with_place
def phoenix(
    *,
    place: Place,
    form: str,
    url: str,
    project: str,
    file: str,
    since: str | None,
    until: str | None,
    which: Any,
    incident: str | None,
    timeout: float,
) -> None:
    """Write the calls of a project of Phoenix as a log, with what was judged of each.

    A token is taken from HOTWASH_PULL_TOKEN. What breaks off is gone on with when the same is asked again; for that,
    name --since and --until.
    """
    from hotwash.connect import phoenix as connector
    from hotwash.connect.wire import Wire
    from hotwash.ledger.rule import NotAllowed
    from hotwash.response.outside import OutsideFault
    from hotwash.response.pulling import pull as pulled_from
    from hotwash.response.request import BadRequest

    end = _moment(until, "--until") or datetime.now(UTC)
    begin = _moment(since, "--since") or end - timedelta(days=7)
    try:
        wire = Wire(connector.SYSTEM, url, headers=connector.headers(os.environ.get(TOKEN, "")), timeout_s=timeout)
        with connector.Phoenix(wire, project) as source:
            made = pulled_from(
                source, Path(file), since=begin, until=end, which=which,
                told=lambda rows: say(f"{rows:,} calls") if sys.stderr.isatty() else None,
            )  # fmt: skip
    except (OutsideFault, BadRequest, NotAllowed, ValueError) as no:
        raise Refused(str(no)) from no
    assert made is not None, "nobody asks it to stop"
    columns = {name: list(pair) for name, pair in made.columns.items()}
    kept = _keep(place, incident, made.path, f"{connector.SYSTEM} at {url}, project {project}") if incident else None
    document = {
        "file": file, "rows": made.rows, "resumed": made.resumed, "since": begin.isoformat(),
        "until": end.isoformat(), "annotations": columns,
        "evidence": kept,
    }  # fmt: skip
    lines = [f"Wrote {file}: {made.rows:,} calls."]
    if columns:
        lines.append(f"Judged: {', '.join(f'{name} ({label}, {score})' for name, (label, score) in columns.items())}.")
    answer(form, document, "\n".join(lines + ([f"Kept as entry {kept} of {incident}."] if kept else [])))


def _keep(place: Place, incident: str, path: Path, source: str) -> int:
    sent = {"name": path.name, "source": source, "note": "Calls and judgements as they were told."}
    media_type = "application/vnd.apache.parquet" if path.suffix == ".parquet" else "application/jsonl"
    with path.open("rb") as data:
        address = f"/incidents/{incident}/evidence"
        kept = place.call("POST", address, data=sent, files={"file": (path.name, data, media_type)}).json()
    return int(kept["number"])


def _moment(told: str | None, option: str) -> datetime | None:
    if told is None:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError as wrong:
        raise click.UsageError(f"{option} is no time such as 2026-11-20T09:00:00Z.") from wrong
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# ── sources that are asked by the worker ─────────────────────────────────────


@pull.command("list")
@with_place
def list_pulls(place: Place, form: str) -> None:
    """List the sources that the worker asks, with their lag and their last fault."""
    found = place.get("/pulls")
    answer(form, found, lambda: _list(found["pulls"]))


def _list(found: list[dict[str, Any]]) -> str:
    if not found:
        return "Nothing is asked. Set up a source: hotwash pull add phoenix NAME --set url=… --set project=…"
    rows = [(one["name"], one["title"], one["state"], f"{one['lag_s']:.0f} s", one["sentence"]) for one in found]
    return table([("Name", "Source", "State", "Behind", ""), *rows])


@pull.command("add")
@click.argument("kind", type=click.Choice(["phoenix", "arize", "whylabs"]))
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="WORD=VALUE", help="A setting, such as url=…; may be repeated.")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="A judgement that is a signal; may be repeated.")
@click.option("--system", help="The AI system that it is about.")
@click.option("--every", "every_s", type=int, metavar="SECONDS", help="How often it is asked.")
@click.option("--describe", is_flag=True, help="What is pulled is the prediction log of the AI system.")
@with_place
def add(
    *,
    place: Place,
    form: str,
    kind: str,
    name: str,
    given: tuple[str, ...],
    rules: tuple[str, ...],
    system: str | None,
    every_s: int | None,
    describe: bool,
) -> None:
    """Set up a source that the worker asks. A token is taken from HOTWASH_PULL_TOKEN, and kept sealed.

    Settings: phoenix url, project, since, which, refresh_days; arize url, space, project; whylabs url, organisation,
    dataset. A RULE is NAME, NAME=LABEL, NAME>=SCORE or NAME<=SCORE: `--rule toxicity=toxic --rule relevance<=0.2`.
    """
    words = {
        "kind": kind, "name": name, "settings": _settings(given, rules), "system": system, "every_s": every_s,
        "secret": os.environ.get(TOKEN) or None, "describe": describe or None,
    }  # fmt: skip
    made = place.post("/pulls", words)
    answer(form, made, f"{name} is set up. The worker asks it every {made['every_s']} seconds.")


@pull.command("change")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="WORD=VALUE", help="A setting; may be repeated.")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="In place of the former rules; may be repeated.")
@click.option("--every", "every_s", type=int, metavar="SECONDS", help="How often it is asked.")
@with_place
def change(
    place: Place, form: str, *, name: str, given: tuple[str, ...], rules: tuple[str, ...], every_s: int | None
) -> None:
    """Change settings, the interval, or the token (HOTWASH_PULL_TOKEN)."""
    words = {"settings": _settings(given, rules), "every_s": every_s, "secret": os.environ.get(TOKEN) or None}
    answer(form, place.post(f"/pulls/{name}/change", words), f"{name} is changed.")


@pull.command("run")
@click.argument("name")
@with_place
def run(place: Place, form: str, name: str) -> None:
    """Let a source be due now."""
    answer(form, place.post(f"/pulls/{name}/run", {}), f"{name} is due: the worker asks it within seconds.")


@pull.command("pause")
@click.argument("name")
@with_place
def pause(place: Place, form: str, name: str) -> None:
    """Ask a source no more for now."""
    answer(form, place.post(f"/pulls/{name}/pause", {}), f"{name} is paused.")


@pull.command("resume")
@click.argument("name")
@with_place
def resume(place: Place, form: str, name: str) -> None:
    """Ask it again."""
    answer(form, place.post(f"/pulls/{name}/resume", {}), f"{name} is asked again.")


@pull.command("remove")
@click.argument("name")
@with_place
def remove(place: Place, form: str, name: str) -> None:
    """Forget a source and its token. What was pulled stays."""
    answer(form, place.post(f"/pulls/{name}/remove", {}), f"{name} is forgotten; what was pulled stays.")


def _settings(given: tuple[str, ...], rules: tuple[str, ...]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for one in given:
        word, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(f"--set is written WORD=VALUE, not {one!r}.")
        words[word] = int(value) if word == "refresh_days" and value.isdecimal() else value
    if rules:
        found: dict[str, dict[str, Any]] = {}
        for one in rules:
            _rule(one, found)
        words["rules"] = list(found.values())
    return words


def _rule(told: str, found: dict[str, dict[str, Any]]) -> None:
    """Labels of one name are one rule."""
    for sign, word in ((">=", "least"), ("<=", "most")):
        name, there, value = told.partition(sign)
        if there:
            try:
                found.setdefault(name, {"name": name})[word] = json.loads(value)
            except ValueError as wrong:
                raise click.UsageError(f"{told!r} compares with no number.") from wrong
            return
    name, there, label = told.partition("=")
    rule = found.setdefault(name, {"name": name})
    if there:
        rule["labels"] = [*rule.get("labels", ()), label]
