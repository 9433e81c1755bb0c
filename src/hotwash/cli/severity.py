"""The severity table on the command line, without an incident."""

from typing import Any

import click

from hotwash.cli.answer import Refused, answer, with_format
from hotwash.cli.place import read_json


@click.command()
@click.option("--answers", "file", required=True, metavar="FILE", help="A JSON object of answers; - is standard input.")
@with_format
def severity(form: str, file: str) -> None:
    """Read the severity table without an incident."""
    from hotwash.incident.severity import BadAnswer, assess

    answers: Any = read_json(file)
    if not isinstance(answers, dict):
        raise Refused(f'{file} holds no JSON object. Write the answers as {{"continuing": "yes", …}}.')
    try:
        found = assess(answers)
    except BadAnswer as bad:
        raise Refused(str(bad)) from bad
    document = {
        "severity": found.severity,
        "provisional": found.provisional,
        "rule": found.rule,
        "because": list(found.because),
        "urgent": found.urgent,
        "unanswered": list(found.unanswered),
        "rubric": found.rubric,
    }
    level = f"{found.severity}{' (provisional)' if found.provisional else ''}"
    answer(form, document, f"{level}: " + "\n".join(found.because))
