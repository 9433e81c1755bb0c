"""A second engine beside a finding of fairness, and results of other tools brought into an incident."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from hotwash.cli.answer import Refused, say
from hotwash.cli.place import AT, EXPECTED, Place, read_file, with_place
from hotwash.cli.response import written

if TYPE_CHECKING:
    from hotwash.investigate import Finding, Predictions


def checked(predictions: "Predictions", finding: "Finding", tools: Sequence[str]) -> "Finding":
    """The finding with what each tool says of the same rows.

    :raises Refused: if a tool is not here or fails, or the rows cannot be handed to it
    """
    from hotwash.connect.fairness_tools import TOOLS, python_for, run
    from hotwash.investigate import LogError
    from hotwash.investigate.second_engine import hand_over
    from hotwash.investigate.sides import plain
    from hotwash.response import second_opinion
    from hotwash.response.outside import OutsideFault

    references = {column: plain(value) for column, value in (finding.result.get("reference") or {}).items()}
    try:
        pythons = {tool: python_for(tool) for tool in dict.fromkeys(tools)}
        with TemporaryDirectory(prefix="hotwash-check-") as folder:
            rows = Path(folder) / "rows.csv"
            count = hand_over(predictions, finding, rows)
            for tool, python in pythons.items():
                say(f"{TOOLS[tool]} counts {count:,} rows …")
                opinion = run(tool, rows, finding.recipe.arguments["group"], references, python=python)
                finding = second_opinion.checked(finding, opinion)
    except (OutsideFault, LogError) as no:
        raise Refused(str(no)) from no
    return finding


@click.command("import-result")
@click.argument("tool", type=click.Choice(["aequitas", "aif360", "inspect"]))
@click.argument("file")
@click.option("--incident", required=True, metavar="INCIDENT", help="Where it is kept and recorded.")
@AT
@EXPECTED
@with_place
def import_result(
    *, place: Place, form: str, tool: str, file: str, incident: str, at: str | None, expected: int | None
) -> None:
    """Bring a result of Aequitas, AIF360 or Inspect into an incident (`-` is standard input).

    The file is kept as evidence; what it says is a finding, marked as another's, beside our own numbers. Aequitas: the
    table of `Group`, `Bias` or `Fairness` as CSV or JSON. AIF360: JSON with `metrics`, and with `unprivileged` and
    `privileged` where one group stands on each side, such as {"sex": "female"} and {"sex": "male"}. Inspect: the
    log of an evaluation, .json or .eval; one that was cancelled is said to be.
    """
    name, data = (Path(file).name if file != "-" else "result"), read_file(file)
    sent = {"tool": tool, **({"at": at} if at else {}), **({"expected": str(expected)} if expected else {})}
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    address = f"/incidents/{incident}/imported-results"
    said = place.call("POST", address, data=sent, files={"file": (name, data, media_type)}).json()
    body = said["entries"][0]["body"]
    written(form, said, f"{body['sentence']}\nRecorded in {incident} as entry {said['number']}.")
