"""``hotwash retention``: how long records are kept, what is due to be erased, and a person's word that it may go."""

from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.place import EXPECTED, Place, with_place
from hotwash.cli.response import written

COVERS = ("any", "normal", "drill", "test", "backdated")
ENDED = ("any", "closed", "not-confirmed")


@click.group()
def retention() -> None:
    """How long records are kept: rules, legal holds, and what is due to be erased."""


@retention.command("list")
@with_place
def list_due(*, place: Place, form: str) -> None:
    """List the rules, what is due to be erased, and what is under legal hold."""
    found = place.get("/retention")
    answer(form, found, lambda: _told(found))


def _told(found: dict[str, Any]) -> str:
    rules = [(one["rule"], f"{one['days']} days", one["covers"], one["ended"], one["basis"]) for one in found["rules"]]
    due = [(one["incident"], one["title"], f"since {one['since']}", one["rule"]) for one in found["due"]]
    held = [(one["incident"], one["title"], one["state"]) for one in found["held"]]
    parts = [
        table(rules) if rules else "There is no rule: records are kept for ever.",
        "Due to be erased:\n" + table(due) if due else "Nothing is due to be erased.",
        "Under legal hold:\n" + table(held) if held else "No record is under legal hold.",
    ]
    return "\n\n".join(parts)


@retention.command("set")
@click.argument("rule")
@click.option("--days", type=int, required=True, help="So many days after the incident ended.")
@click.option("--basis", required=True, help="The law, contract or decision that it rests on.")
@click.option("--covers", type=click.Choice(COVERS), default="any", show_default=True, help="Incidents of this kind.")
@click.option("--ended", type=click.Choice(ENDED), default="any", show_default=True, help="That ended so.")
@with_place
def set_rule(*, place: Place, form: str, **words: Any) -> None:
    """Say when records are due to be erased. Where several rules fit, the one that keeps longest holds."""
    said = place.post("/organisation/set-retention", words)
    answer(form, said, f"The rule {words['rule']} stands.")


@retention.command()
@click.argument("rule")
@click.option("--reason", required=True)
@with_place
def drop(*, place: Place, form: str, **words: Any) -> None:
    """Say that a rule does not hold any more."""
    said = place.post("/organisation/drop-retention", words)
    answer(form, said, f"Nothing is due by the rule {words['rule']} any more.")


@retention.command()
@click.argument("incident")
@click.option("--reason", required=True)
@EXPECTED
@with_place
def erase(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Confirm that a record whose time is over is erased. The worker erases it; a tombstone stays."""
    said = place.post(f"/incidents/{incident}/erase-record", words)
    written(form, said, f"The tombstone stands, entry {said['number']}. The worker erases what is before it.")


@retention.command()
@click.argument("incident")
@click.option("--matter", required=True, help="The case, request or dispute.")
@click.option("--reason", required=True)
@EXPECTED
@with_place
def hold(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Place a legal hold: nothing of this record may be erased."""
    said = place.post(f"/incidents/{incident}/place-legal-hold", words)
    written(form, said, f"Held: nothing of {incident} can be erased. Lift it by its entry, {said['number']}.")


@retention.command()
@click.argument("incident")
@click.argument("hold", type=int)
@click.option("--reason", required=True)
@EXPECTED
@with_place
def lift(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Lift a legal hold, by the entry that placed it."""
    said = place.post(f"/incidents/{incident}/lift-legal-hold", words)
    written(form, said, "The hold is lifted.")
