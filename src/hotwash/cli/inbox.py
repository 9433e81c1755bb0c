"""The inbox on the command line: what waits for triage, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from hotwash.cli.addresses import address
from hotwash.cli.answer import answer, table
from hotwash.cli.place import Place, with_place

VIEWS = ("to-triage", "snoozed", "incidents", "dismissed", "over", "all")
_LINES = click.argument("lines", type=int, nargs=-1, required=True, metavar="LINE...")


@click.group()
def inbox() -> None:
    """Triage what monitors and people report."""


@inbox.command("list")
@click.option("--view", type=click.Choice(VIEWS), default="to-triage", show_default=True)
@click.option("--sender", metavar="SENDER", help="Of this sender only.")
@click.option("--system", metavar="SYSTEM", help="About this AI system only.")
@click.option("--grade", type=click.Choice(["critical", "high", "unknown", "low"]), help="As the sender says.")
@click.option("--limit", type=int, default=50, show_default=True)
@with_place
def list_lines(*, place: Place, form: str, view: str, **narrowing: Any) -> None:
    """List lines, the worst and newest first."""
    found = place.get("/inbox", view=view, **narrowing)
    empty = "Nothing waits for triage." if view == "to-triage" else "No line fits."
    answer(form, found, lambda: table([_row(one) for one in found["lines"]]) or empty)


@inbox.command()
@click.argument("line", type=int)
@with_place
def show(*, place: Place, form: str, line: int) -> None:
    """Show a line with its newest signals, and who did what with it."""
    found = place.get(f"/inbox/{line}")
    answer(form, found, lambda: _shown(found))


@inbox.command()
@click.argument("line", type=int)
@click.option("--title", metavar="TEXT", help="One sentence; the line's title if left out.")
@click.option("--harm", "harms", multiple=True, metavar="HARM", help="Kind of harm; may be repeated.")
@click.option("--kind", type=click.Choice(["normal", "drill", "test", "backdated"]), help="Whether it is real.")
@click.option(
    "--begin-harm/--no-begin-harm", default=None, help="Record harm since the time of the data (the default)."
)
@with_place
def promote(*, place: Place, form: str, line: int, harms: tuple[str, ...], **words: Any) -> None:
    """Declare an incident from a line, with its signals."""
    said = place.post(f"/inbox/{line}/promote", {**words, "harms": list(harms) or None})
    answer(form, said, f"{said['incident']} is declared from line {line}.")


@inbox.command()
@click.argument("incident")
@_LINES
@with_place
def join(*, place: Place, form: str, incident: str, lines: tuple[int, ...]) -> None:
    """Join lines to an incident; what comes into them later is told there too."""
    said = place.post("/inbox/join", {"lines": list(lines), "incident": incident})
    answer(form, said, f"{_numbers(lines)} joined to {incident}.")


@inbox.command()
@_LINES
@click.option("--for", "hours", type=float, metavar="HOURS", help="How long.")
@click.option("--until", metavar="TIME", help="Or until when (RFC 3339).")
@click.option("--reason", metavar="TEXT", help="Why.")
@with_place
def snooze(
    *, place: Place, form: str, lines: tuple[int, ...], hours: float | None, until: str | None, reason: str | None
) -> None:
    """Let lines sleep. Something graver wakes them."""
    if (hours is None) == (until is None):
        raise click.UsageError("Say either --for or --until.")
    at = until or (datetime.now(UTC) + timedelta(hours=hours or 0)).isoformat()
    said = place.post("/inbox/snooze", {"lines": list(lines), "until": at, "reason": reason})
    answer(form, said, f"{_numbers(lines)} asleep until {at[:16].replace('T', ' ')}.")


@inbox.command()
@_LINES
@click.option("--reason", required=True, metavar="TEXT", help="Why they need nobody.")
@with_place
def dismiss(*, place: Place, form: str, lines: tuple[int, ...], reason: str) -> None:
    """Say why lines need nobody."""
    said = place.post("/inbox/dismiss", {"lines": list(lines), "reason": reason})
    answer(form, said, f"{_numbers(lines)} dismissed.")


@inbox.command()
@click.argument("line", type=int)
@with_place
def undo(*, place: Place, form: str, line: int) -> None:
    """Take a snooze or a dismissal back."""
    answer(form, place.post(f"/inbox/{line}/undo", {}), f"Line {line} waits for triage again.")


@inbox.command()
@with_place
def refused(*, place: Place, form: str) -> None:
    """List deliveries that were refused, with the reason."""
    found = place.get("/inbox/bodies")
    rows = [(str(one["body"]), _time(one["received_at"]), one["address"], one["refused"]) for one in found["bodies"]]
    answer(form, found, lambda: table(rows) or "Nothing was refused.")


inbox.add_command(address)


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    firing = f"{one['count']} ({one['firing']} firing)"
    seen = _time(one["last_alert_at"] or one["last_received_at"])
    where = one["incident"] or ("" if one["state"] == "waiting" else one["state"])
    return (str(one["line"]), one["grade"], firing, seen, one["sender"], one["title"], where)


def _shown(one: dict[str, Any]) -> str:
    told = [f"{one['title']}  ({one['state']}{', ' + one['incident'] if one['incident'] else ''})"]
    told.append(f"{one['count']} signals from {one['sender']}, {one['firing']} firing, {one['grade']}, {one['group']}")
    if one["first_data_at"]:
        told.append(f"happened {_time(one['first_data_at'])}, first seen {_time(one['first_alert_at'])}")
    rows = [(_time(s["alert_at"] or s["received_at"]), s["state"], s["title"], *s["links"][:1]) for s in one["signals"]]
    acts = [(_time(a["at"]), a["by"], a["act"], a["incident"] or a["reason"]) for a in one["acts"]]
    return "\n\n".join(part for part in ("\n".join(told), table(rows), table(acts)) if part)


def _time(text: str | None) -> str:
    return (text or "")[:16].replace("T", " ")


def _numbers(lines: tuple[int, ...]) -> str:
    return f"Line {lines[0]} is" if len(lines) == 1 else f"{len(lines)} lines are"
