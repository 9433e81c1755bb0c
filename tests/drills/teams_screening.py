"""Two teams that play the résumé screening: one as it should be done, one that neglects every part."""

from datetime import timedelta

from tests.drills.stage import ANA, BO, Table

from hotwash.drills.example.screening import Screening


def good(table: Table) -> None:
    """The team that a first start shows, up to the end."""
    table.begin()
    Screening(table).play(60)
    table.play.end(table.id, by=BO)


def poor(table: Table) -> None:
    """Waits for proof, mends without keeping, blames, and tells nobody."""
    table.begin()
    table.at(34)
    table.declare(ANA, "Something with universities")
    table.at(50)
    table.says(BO, "assign", role="commander", person="Bo")
    table.says(BO, "assess", answers={"material_harm": "no"})
    table.says(ANA, "estimate-harm", what="Some graduates", value=12, basis="A guess.")
    table.says(ANA, "begin-harm", at=table.now - timedelta(hours=6), source="A guess.")
    table.says(ANA, "note", text="Pim forgot to update the list. He should have tested it. It was his fault.")
    table.says(BO, "note", text="The engineer failed to check the release.")
    table.at(58)
    table.says(
        BO,
        "contain",
        switch=table.drill.system,
        state="fallback",
        cohort="university = 'Zuidpolder'",
        unheld_because="No time.",
    )
    table.says(BO, "add-factor", text="Carelessness.", tag="organisation")
    table.says(
        BO, "add-action", title="Remind everybody to take care", kind="prevent", owner="Pim", strength="reminder"
    )
    table.at(60)
    table.play.end(table.id, by=BO)
