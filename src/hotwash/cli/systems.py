"""AI systems on the command line. The verbs are made from their rules, with an option for each word."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.place import AT, EXPECTED, Place, read_file, with_place
from hotwash.cli.response import pairs, written
from hotwash.cli.verbs import fields

Rule = Callable[..., Any]


class Systems(click.Group):
    """A group whose verbs are those of the rules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Lists first, then the verbs in the order of the rules."""
        from hotwash.systems.rules import VERBS

        return [*super().list_commands(ctx), *VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, made from its rule if it is a verb."""
        from hotwash.systems.rules import VERBS

        return _verb(cmd_name, VERBS[cmd_name]) if cmd_name in VERBS else super().get_command(ctx, cmd_name)


@click.group(cls=Systems)
def systems() -> None:
    """Register and describe AI systems."""


@systems.command("list")
@click.option("--query", metavar="WORDS", help="Words that the record must hold.")
@click.option("--team", metavar="TEAM", help="Those of a team, by its short name.")
@click.option("--organisation", metavar="NAME", help="Those of its teams.")
@with_place
def list_systems(place: Place, form: str, **narrow: str | None) -> None:
    """List AI systems by their short names."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = place.get("/systems", **narrow, cursor=cursor, limit=200)
        found += page["systems"]
        cursor = page["next"]
    answer(form, {"systems": found}, lambda: _list(found))


def _list(found: list[dict[str, Any]]) -> str:
    if not found:
        return "No AI system is registered. Register one: hotwash systems register NAME."
    return table([(one["system"], one["tier"], one["standing"], one["version"] or "", one["name"]) for one in found])


@systems.command("map")
@click.option("--team", metavar="TEAM", help="Those of a team, by its short name.")
@click.option("--organisation", metavar="NAME", help="Those of its teams.")
@with_place
def show_map(place: Place, form: str, **narrow: str | None) -> None:
    """Show what happened with each AI system, and what each lacks: by risk tier."""
    from hotwash.systems.landscape import LACKS

    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = place.get("/systems", **narrow, cursor=cursor, limit=200)
        found += page["systems"]
        cursor = page["next"]
    tiers = ("prohibited", "high", "limited", "minimal", "unknown")
    found.sort(key=lambda one: (one["standing"] == "retired", tiers.index(one["tier"]), one["system"]))
    words = {str(lack): text for lack, text in LACKS.items()}
    rows = [
        (
            "retired" if one["standing"] == "retired" else one["tier"],
            one["system"],
            f"{one['incidents']} incident{'' if one['incidents'] == 1 else 's'}",
            "harm going on" if one["harm_going_on"] else f"{one['open']} open" if one["open"] else "quiet",
            ", ".join(words[lack] for lack in one["lacks"]) or "lacks nothing",
        )
        for one in found
    ]
    answer(form, {"systems": found}, lambda: table(rows) if rows else "No AI system is registered.")


@systems.command("import")
@click.argument("file", required=False)
@click.option("--as", "kind", type=click.Choice(["cyclonedx", "model-card"]), help="What FILE is; guessed if left out.")
@click.option("--mlflow", "board", metavar="NAME", help="From a registry that the operator set up, instead of a file.")
@click.option("--record", is_flag=True, help="Record it; without this it is only shown.")
@with_place
def take_stock(*, place: Place, form: str, file: str | None, kind: str | None, board: str | None, record: bool) -> None:
    """Bring in AI systems from a bill of materials (CycloneDX), a model card or MLflow: shown before recorded."""
    if bool(file) == bool(board):
        raise click.UsageError("Name a file, or a registry (--mlflow).")
    words = {"record": "true" if record else "false"}
    if file:
        data = read_file(file)
        words["form"] = kind or ("cyclonedx" if data.lstrip()[:1] == b"{" else "model-card")
        found = place.call("POST", "/system-imports", data=words, files={"file": (Path(file).name, data)}).json()
    else:
        found = place.call("POST", "/system-imports", data=words | {"board": board}).json()
    answer(form, found, lambda: _stock(found))


def _stock(found: dict[str, Any]) -> str:
    lines = []
    for one in found["systems"]:
        lines.append(f"{one['system'] or '–'}  {one['name']}{' (new)' if one['new'] else ''}")
        lines += [f"  {act['sentence']}" for act in one["acts"]] or ["  nothing new"]
        lines += [f"  note: {remark}" for remark in one["remarks"]]
    acts = sum(len(one["acts"]) for one in found["systems"])
    done = "Recorded" if found["recorded"] else "Nothing is recorded yet. With --record it is:"
    return "\n".join([*lines, f"{done} {acts} entr{'y' if acts == 1 else 'ies'}."])


@systems.command("show")
@click.argument("system")
@with_place
def show(place: Place, form: str, system: str) -> None:
    """Show one AI system."""
    found = place.get(f"/systems/{system}")
    answer(form, found, lambda: _show(found))


@systems.command("lineage")
@click.argument("system")
@click.option("--bad", default="", metavar="KIND:ID", help="What is found to be bad, such as data:<digest>.")
@click.option("--to", "file", metavar="FILE", help="As a picture with its words: ends in .html, .md or .pdf.")
@with_place
def lineage(*, place: Place, form: str, system: str, bad: str, file: str | None) -> None:
    """Follow its decisions back to version, run, commit and data, and name what shares a bad part."""
    if file is None:
        found = place.get(f"/systems/{system}/lineage", bad=bad)
        answer(form, found, lambda: _lineage(found))
        return
    from hotwash.cli.documents import write_file

    path = Path(file)
    kind = path.suffix.lstrip(".").lower()
    if kind not in ("html", "md", "pdf"):
        raise click.UsageError("--to must end in .html, .md or .pdf.")
    response = place.call("GET", f"/systems/{system}/lineage", params={"format": kind, "bad": bad})
    write_file(path, response.content)
    answer(form, {"system": system, "file": str(path), "format": kind}, f"Wrote {path}.")


def _lineage(found: dict[str, Any]) -> str:
    lines = []
    for one in found["lineages"]:
        version, run, commit = one["version"], one["run"], one["commit"]
        made = "" if one["decisions"] is None else f", {one['decisions']:,} decisions"
        lines.append(f"{version['model']} version {version['version']}{made}")
        lines += [f"  run {run['name'] or run['id']}"] if run else []
        lines += [f"  commit {commit['id'][:12]} {commit['subject']}"] if commit else []
        lines += [f"  data {data['path']} {data['digest']}" for data in one["data"]]
        lines += [f"  not known: {gap}" for gap in one["gaps"]]
    lines += [f"Not known: {gap}" for gap in found["gaps"]]
    names = [
        f"{one['version']['model']} version {one['version']['version']} ({one['system']})" for one in found["elsewhere"]
    ]
    return "\n".join([*lines, *([f"Made from the same: {', '.join(names)}"] if names else [])])


def _show(found: dict[str, Any]) -> str:
    log = found["log"]
    authority = found["stop_authority"]
    rows = [
        ("Purpose", found["purpose"] or "not stated"),
        ("Owner", found["owner"] or "nobody named"),
        ("Team", found["team"] or "none"),
        ("Risk tier", found["tier"]),
        *((part.capitalize(), one["event"]["version"]) for part, one in found["running"].items()),
        ("Log", log["source"] if log else "not described"),
        *((f"  {role}", column) for role, column in (log["columns"] if log else {}).items()),
        ("May stop it", ", ".join(authority["people"]) if authority else "nobody named"),
        *([("Retired", found["retired"])] if found["retired"] else []),
    ]
    return f"{found['system']}  {found['name']}\n\n{table(rows)}"


def _verb(verb: str, rule: Rule) -> click.Command:
    known = fields(rule)
    begins = verb == "register"

    def run(place: Place, form: str, /, subject: str, at: str | None, expected: int | None, **given: Any) -> None:
        words = {name: _value(known[name], value, name) for name, value in given.items() if name in known}
        words |= {"at": at, "expected": expected}
        if begins:
            said = place.post("/systems", words | {"name": subject, "slug": given["slug"]})
        else:
            said = place.post(f"/systems/{subject}/{verb}", words)
        written(form, said, f"Recorded in {said['system']}, entry {said['number']}.")

    def called(place: Place, form: str, **given: Any) -> None:
        run(place, form, **given)

    parameters: list[click.Parameter] = [click.Argument(["subject"], metavar="NAME" if begins else "SYSTEM")]
    parameters += [_option(name, field) for name, field in known.items() if not (begins and name == "name")]
    if begins:
        parameters.append(click.Option(["--slug"], help="The short name; made from the name if left out."))
    first = (rule.__doc__ or "").strip().split("\n")[0]
    command = click.Command(verb, callback=called, params=parameters, help=first)
    for decorate in (EXPECTED, AT, with_place):
        command = decorate(command)
    return command


def _option(name: str, field: dict[str, Any]) -> click.Option:
    many = field["kind"] in ("array", "object")
    kind = click.Choice(field["values"]) if field["values"] else None
    return click.Option(
        [f"--{name.replace('_', '-')}", name],
        type=kind,
        multiple=many,
        required=field["needed"],
        metavar=None if kind else "NAME=VALUE" if field["kind"] == "object" else "TEXT",
        help="May be repeated." if many else None,
    )


def _value(field: dict[str, Any], value: Any, name: str) -> Any:
    if field["kind"] == "object":
        return pairs(value, f"--{name}") if value else None
    if field["kind"] == "array":
        return list(value) or None
    return value
