"""The tree of whys on the command line: as text, as JSON, or as a picture in a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import answer
from hotwash.cli.documents import write_file
from hotwash.cli.place import Place, with_place


@click.command()
@click.argument("incident")
@click.option("--to", "file", default="", metavar="FILE", help="Write the picture; ends in .svg.")
@with_place
def whys(place: Place, form: str, incident: str, file: str) -> None:
    """Show factors and whys as a tree, with where to ask on.

    Add and change them with `hotwash record INCIDENT add-factor|edit-factor|add-why|edit-why`.
    """
    if file:
        path = Path(file)
        if path.suffix.lower() != ".svg":
            raise click.UsageError("--to must end in .svg.")
        drawn = place.call("GET", f"/incidents/{incident}/whys", params={"format": "svg"}).content
        write_file(path, drawn)
        answer(form, {"incident": incident, "file": str(path), "bytes": len(drawn)}, f"Wrote {path}.")
        return
    told = place.call("GET", f"/incidents/{incident}/whys").json()
    lines = [line for node in (*told["factors"], *told["chains"]) for line in _lines(node, "")]
    lines += [f"! {hint['text']}" + (f" (entry {hint['entry']})" if hint["entry"] else "") for hint in told["hints"]]
    answer(form, told, "\n".join(lines) or "No factor and no why has been recorded yet.")


def _lines(node: dict[str, Any], ahead: str) -> Iterator[str]:
    said = f"{node['question']} {node['answer']}" if "question" in node else f"{node['text']} [{node['tag']}]"
    belief = " (taken back)" if node["withdrawn"] else " (a belief so far)" if node["believed"] else ""
    yield f"{ahead}{node['entry']}: {said}{belief}"
    if not node["whys"] and node["asks"] and not node["withdrawn"]:
        yield f"{ahead}  ? {node['asks'][0]}"
    for one in node["whys"]:
        yield from _lines(one, f"{ahead}  ")
