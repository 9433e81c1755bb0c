"""Command on the command line: forms of the Incident Command System, a draft briefing, operational periods."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import answer
from hotwash.cli.documents import FORMATS, write_file
from hotwash.cli.place import AT, EXPECTED, Place, with_place
from hotwash.cli.response import ROLES, written

FORM_IDS = ("ics-201", "ics-202", "ics-203", "ics-207", "ics-214", "read-in")


@click.command("form")
@click.argument("incident")
@click.argument("form_id", metavar="FORM", type=click.Choice(FORM_IDS))
@click.option("--to", "file", required=True, metavar="FILE", help="Ends in .html, .md, .json or .pdf.")
@click.option("--person", default="", help="Of ICS 214: whose activities.")
@with_place
def ics_form(*, place: Place, form: str, incident: str, form_id: str, file: str, person: str) -> None:
    """Write a form of the Incident Command System, or the page for those who join late, from the record."""
    path = Path(file)
    kind = path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise click.UsageError(f"--to must end in one of {', '.join('.' + known for known in FORMATS)}.")
    response = place.call("GET", f"/incidents/{incident}/forms/{form_id}", params={"format": kind, "person": person})
    write_file(path, response.content)
    answer(form, {"incident": incident, "form": form_id, "file": str(path), "format": kind}, f"Wrote {path}.")


@click.command()
@click.argument("incident")
@click.option("--role", type=click.Choice(ROLES), default="commander", show_default=True)
@with_place
def briefing(place: Place, form: str, incident: str, role: str) -> None:
    """Draft what the next holder of a role needs to know."""
    found = place.get(f"/incidents/{incident}/briefing", role=role)
    answer(form, found, found["briefing"])


@click.command()
@click.argument("incident")
@click.option("--until", required=True, metavar="TIME", help="When the next period is planned to begin (RFC 3339).")
@click.option("--objective", "objectives", multiple=True, required=True, help="What is to be true at its end.")
@click.option("--safety", help="What to take care of.")
@click.option("--emphasis", help="What to bear in mind.")
@AT
@EXPECTED
@with_place
def period(place: Place, form: str, incident: str, **words: Any) -> None:
    """Open an operational period with its objectives."""
    said = place.post(f"/incidents/{incident}/start-period", words)
    written(form, said, f"The period runs until {words['until']}, entry {said['number']}.")
