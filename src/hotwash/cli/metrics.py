"""Figures on the command line: metrics, risk indicators, controls and the report to the board."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.documents import FORMATS, write_file
from hotwash.cli.place import Place, with_place

GROUPS = ("harm", "severity", "detector", "system", "team", "quarter")
STATES = ("failed", "mended", "tested", "never")


@click.command()
@click.option("--since", metavar="T", help="Declared at or after this day or RFC 3339 time.")
@click.option("--until", metavar="T", help="Declared before it.")
@click.option("--by", "groups", multiple=True, type=click.Choice(GROUPS), help="Group by it; can be given again.")
@click.option("--csv", "file", metavar="FILE", help="Write a line for each incident instead.")
@with_place
def metrics(
    *, place: Place, form: str, since: str | None, until: str | None, groups: tuple[str, ...], file: str | None
) -> None:
    """Tell how long things took, what comes back, whether actions worked, and what it cost.

    Drills stand apart and tests count nowhere. Medians come first; what few incidents cannot say is said.
    """
    asked = {name: value for name, value in (("since", since), ("until", until)) if value}
    if file is not None:
        response = place.call("GET", "/metrics", params={**asked, "format": "csv"})
        write_file(Path(file), response.content)
        answer(form, {"file": file, "bytes": len(response.content)}, f"Wrote {file}.")
        return
    found = place.get("/metrics", **asked, by=",".join(groups) or None)
    answer(form, found, lambda: _metrics(found))


@click.command()
@with_place
def risks(place: Place, form: str) -> None:
    """Show the risk indicators with their limits, and which are breached."""
    found = place.get("/risks")
    answer(
        form,
        found,
        lambda: table(
            [
                ("BREACHED" if one["breached"] else "", one["shown"], f"limit {one['limit_shown']}", one["title"])
                for one in found["risks"]
            ]
        ),
    )


@click.command()
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only these; can be given again.")
@with_place
def controls(place: Place, form: str, states: tuple[str, ...]) -> None:
    """List the controls: which failed, which are tested, which never."""
    found = place.get("/controls")
    if states:
        found["controls"] = [one for one in found["controls"] if one["state"] in states]
    answer(
        form,
        found,
        lambda: table([(one["state"], one["control"], one["text"] or one["code"]) for one in found["controls"]]),
    )


@click.command()
@click.option("--quarter", metavar="Q", help="Such as 2026-Q1; the current one if left out.")
@click.option("--drills", is_flag=True, help="As it would be if the drills had been real; marked as a drill.")
@click.option("--to", "file", required=True, metavar="FILE", help="Ends in .html, .md, .json or .pdf.")
@with_place
def board(*, place: Place, form: str, quarter: str | None, drills: bool, file: str) -> None:
    """Write the quarterly report to the board."""
    path = Path(file)
    kind = path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise click.UsageError(f"--to must end in one of {', '.join('.' + known for known in FORMATS)}.")
    asked = {"drills": str(drills).lower()} | ({"quarter": quarter} if quarter else {})
    response = place.call("GET", "/board", params={**asked, "format": kind})
    write_file(path, response.content)
    answer(form, {"file": str(path), "format": kind, "bytes": len(response.content)}, f"Wrote {path}.")


def _metrics(found: dict[str, Any]) -> str:
    lines = [f"{found['incidents']} incidents count; {found['drills']} drills stand apart."]
    lines.append(_measures(found["measures"]))
    for name, groups in found["groups"].items():
        for group in groups:
            lines += [f"\n{name}: {group['title']} ({group['incidents']})", _measures(group["measures"])]
    if found["drill_measures"]:
        lines += ["\nDrills", _measures(found["drill_measures"])]
    again = [one for one in found["recurrence"] if one["again"]]
    if again:
        lines += ["\nWhat comes back", table([(str(len(one["incidents"])), one["title"]) for one in again])]
    done = found["actions"]
    lines.append(
        f"\nActions: {done['total']}, closed {done['closed']}, shown to work {done['measured']}, slipped "
        f"{done['slipped']}, overdue {done['overdue']}."
    )
    lines += [f"Cost: {one['total']:,.2f} {one['currency']}, {one['booked']:,.2f} booked." for one in found["costs"]]
    lines += ["", *found["cannot"]]
    return "\n".join(lines)


def _measures(all_of_them: list[dict[str, Any]]) -> str:
    rows = [("measure", "n", "median", "95 % of it", "9 of 10 within", "pending")]
    for one in all_of_them:
        median = one["median"]
        rows.append(
            (
                one["name"],
                str(one["recorded"]),
                _span(median["value"]),
                f"{_span(median['low'])} to {_span(median['high'])}" if median["low"] is not None else "too few",
                _span(one["p90"]["value"]),
                str(one["pending"]),
            )
        )
    return table(rows)


def _span(seconds: float | None) -> str:
    from hotwash.reports.phrases import span

    return "–" if seconds is None else span(seconds)
