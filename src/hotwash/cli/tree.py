"""Fault trees on the command line: solve, draw, change from one form into another, begin from a template."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say, table, with_format
from hotwash.cli.documents import write_file

SEED = 1


@click.group()
def tree() -> None:
    """Solve and draw fault trees: short text (.tree), JSON (.json) or Open-PSA XML (.xml)."""


@tree.command()
@click.argument("file", metavar="FILE")
@click.option("--top", default="", help="Another gate as the top event.")
@click.option("--cutsets", type=click.IntRange(0, 100_000), default=100, show_default=True, help="How many to list.")
@click.option("--importance", is_flag=True, help="Birnbaum, Fussell–Vesely, RAW, RRW, criticality of every event.")
@click.option(
    "--uncertainty", "samples", type=click.IntRange(0, 1_000_000), default=0, metavar="N", help="Monte Carlo."
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Of the Monte Carlo run.")
@click.option("--at", "times", multiple=True, type=float, metavar="TIME", help="Also at this time; may be repeated.")
@click.option("--set", "houses", multiple=True, metavar="EVENT=true|false", help="Hold an event; may be repeated.")
@with_format
def solve(
    *,
    form: str,
    file: str,
    top: str,
    cutsets: int,
    importance: bool,
    samples: int,
    seed: int,
    times: tuple[float, ...],
    houses: tuple[str, ...],
) -> None:
    """Tell the probability of the top event, its minimal cut sets, and how much each cause matters.

    Exact, by decision diagrams. A tree that is too large ends with bounds, and says so.
    """
    from hotwash.investigate.trees import Invalid
    from hotwash.investigate.trees import solve as work
    from hotwash.investigate.trees.solving import over_time, work_out
    from hotwash.investigate.trees.uncertainty import tornado, uncertainty

    read = _read(file, top)
    fixed = _fixed(houses, {one.name for one in (*read.events, *read.houses)})
    found = work(read, cutsets=cutsets, importance=importance, fixed=fixed)
    document: dict[str, Any] = {
        "tree": found.tree,
        "top": found.top,
        "exact": found.exact,
        "coherent": found.coherent,
        "probability": found.probability,
        "bounds": None if found.low is None else {"low": found.low, "high": found.high},
        "missing": list(found.missing),
        "cutsets_count": found.cutsets_count,
        "cutsets": [list(one) for one in found.cutsets],
    }
    if found.coherent is False:
        document["implicants_count"] = found.implicants_count
        document["implicants"] = None if found.implicants is None else [list(one) for one in found.implicants]
    if importance:
        document["importance"] = _plain(found.importance)
    if times and found.probability is not None:
        try:
            curve = over_time(read, work_out(read, fixed=fixed), times)
        except Invalid as bad:
            raise _refused(file, bad) from bad
        document["over_time"] = [{"time": time, "probability": chance} for time, chance in curve]
    if samples and found.exact:
        solved = work_out(read, fixed=fixed)
        try:
            document["uncertainty"] = _plain(uncertainty(read, solved, samples=samples, seed=seed))
            document["tornado"] = _plain(tornado(read, solved, seed=seed))
        except Invalid as bad:
            raise _refused(file, bad) from bad
    answer(form, document, lambda: _told(document))


@tree.command()
@click.argument("file", metavar="FILE")
@click.option("--to", required=True, metavar="FILE", help="Ends in .svg or .pdf.")
@click.option("--top", default="", help="Another gate as the top event.")
@click.option("--nodes", type=click.IntRange(2, 5_000), default=400, show_default=True, help="At most so many symbols.")
@with_format
def draw(form: str, file: str, to: str, top: str, nodes: int) -> None:
    """Draw a tree in the conventional symbols, with the probabilities where they are known."""
    from hotwash.reports.trees_drawing import pdf, svg, values_of

    path = Path(to)
    kind = path.suffix.lower()
    if kind not in (".svg", ".pdf"):
        raise click.UsageError("--to must end in .svg or .pdf.")
    read = _read(file, top)
    values = values_of(read)
    if kind == ".svg":
        data = svg(read, values=values, nodes_max=nodes, alone=True).encode()
    else:
        data = pdf(read, values=values, nodes_max=nodes)
    write_file(path, data)
    answer(form, {"tree": read.name, "file": str(path)}, f"Wrote {path}.")


@tree.command()
@click.argument("file", metavar="FILE")
@click.option("--to", required=True, metavar="FILE", help="Ends in .tree, .json or .xml.")
@click.option("--top", default="", help="Another gate as the top event.")
@with_format
def convert(form: str, file: str, to: str, top: str) -> None:
    """Write a tree in another form."""
    from hotwash.investigate.trees import Invalid, form_of, write

    try:
        kind = form_of(to)
    except Invalid as bad:
        raise click.UsageError(str(bad)) from bad
    read = _read(file, top)
    write_file(Path(to), write(read, kind).encode())
    answer(form, {"tree": read.name, "file": to, "form": kind}, f"Wrote {to}.")


@tree.command()
@click.argument("name", required=False)
@with_format
def template(form: str, name: str | None) -> None:
    """List the trees to begin with, or print one of them by its NAME."""
    from hotwash.knowledge.trees import templates

    known = templates()
    if name is None:
        rows = [{"name": one.name, "title": one.title, "about": one.about} for one in known.values()]
        answer(form, rows, lambda: table([(row["name"], row["title"]) for row in rows]))
        return
    if name not in known:
        raise Refused(f"There is no template {name!r}. There are {', '.join(known)}.")
    one = known[name]
    answer(form, {"name": one.name, "title": one.title, "about": one.about, "text": one.text}, one.text.rstrip())


def _read(file: str, top: str) -> Any:
    from hotwash.investigate.trees import Invalid, form_of, read

    try:
        kind = form_of(file)
        data = Path(file).read_bytes()
        return read(data, kind, top=top)
    except OSError as fault:
        raise Refused(f"{file} cannot be read: {fault.strerror}.") from fault
    except Invalid as bad:
        raise _refused(file, bad) from bad


def _refused(file: str, bad: Any) -> Refused:
    faults = [{"line": fault.line, "message": fault.message} for fault in bad.faults]
    sentence = "\n".join(f"{file}: {fault}" for fault in bad.faults[:50])
    return Refused(sentence, {"status": 1, "detail": sentence, "faults": faults})


def _fixed(given: tuple[str, ...], known: set[str]) -> dict[str, bool]:
    found = {}
    for one in given:
        name, _, value = one.partition("=")
        if name not in known or value not in ("true", "false"):
            raise click.UsageError(f"{one!r} is not EVENT=true|false with an event of the tree.")
        found[name] = value == "true"
    return found


def _plain(of: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(of)


def _told(document: dict[str, Any]) -> str:
    if document["probability"] is not None:
        lines = [f"{document['top']}: {document['probability']:.6g}, exact"]
    elif document["bounds"]:
        low, high = document["bounds"]["low"], document["bounds"]["high"]
        lines = [f"{document['top']}: between {low:.4g} and {high:.4g}. The tree is too large to be solved exactly."]
    else:
        lines = [f"{document['top']}: no probability, since these have no chance: {', '.join(document['missing'])}"]
    if document["cutsets_count"] is not None:
        kind = "cut sets" if document["coherent"] else "cut sets (what must not happen left unsaid)"
        lines.append(f"{document['cutsets_count']:,} minimal {kind}")
        lines += [f"  {' · '.join(one) or '(nothing: it happens by itself)'}" for one in document["cutsets"][:20]]
        if document["cutsets_count"] > 20:
            lines.append("  …")
    for name, one in sorted(document.get("importance", {}).items(), key=lambda pair: -abs(pair[1]["birnbaum"])):
        shown = [f"{key} {'–' if value is None else format(value, '.4g')}" for key, value in one.items()]
        lines.append(f"{name}: {', '.join(shown)}")
    lines += [f"at {one['time']:g}: {one['probability']:.6g}" for one in document.get("over_time", [])]
    if run := document.get("uncertainty"):
        lines.append(
            f"Monte Carlo, {run['samples']} runs: {run['low']:.4g} to {run['high']:.4g} (90 %), mean {run['mean']:.4g}"
        )
        lines += [f"  {one['source']}: {one['low']:.4g} to {one['high']:.4g}" for one in document["tornado"]]
    if not document["exact"]:
        say("These are bounds and no value.")
    return "\n".join(lines)
