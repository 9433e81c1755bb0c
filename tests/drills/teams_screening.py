"""Two teams that play the résumé screening: one as it should be done, one that neglects every part."""

from datetime import datetime, timedelta

from tests.drills.stage import ANA, BO, CY, Table, sends

TWO = "university in ('Kaapveer', 'Zuidpolder')"


def good(table: Table) -> None:
    """Declares on suspicion, keeps evidence, stops it, measures against the version before, tells people."""
    table.begin()
    table.at(5)
    table.declare(ANA, "Graduates of one university are rejected by résumé screening", harms=("fairness",))
    table.at(7)
    for role, person in (
        ("commander", "Bo"), ("investigation", "Ana"), ("scribe", "Cy"), ("legal", "Eve"), ("communications", "Gus"),
    ):  # fmt: skip
        table.says(BO, "assign", role=role, person=person)
    table.says(CY, "record-awareness", fact="aware", person="Bo", evidence="The alert and three letters.")
    table.says(
        BO,
        "assess",
        answers={"material_harm": "yes", "disparity_confirmed": "unknown", "essentials_taken": "no"},
    )  # fmt: skip
    table.at(12)
    kept = table.desk.keep(table.incident, b"campus_tier of v7", by=ANA, name="bought-list.csv").entries[0].number
    table.at(15)
    table.says(
        BO,
        "decide",
        decision="People decide until we know more.",
        known="One alert, three letters, nothing measured.",
        reason="Each hour some of them lose an interview, and a person can decide them.",
    )
    table.says(BO, "contain", switch=table.drill.system, state="human", reason="On suspicion.", hold=(kept,))
    table.at(20)
    blast = table.asks(
        ANA,
        "blast-radius",
        harm="decision = 'reject'",
        where=f"{TWO} and model_version = 'v7'",
        baseline=f"{TWO} and model_version = 'v6'",
    )
    found = blast.entries[0]
    assert found.body is not None
    excess = found.body["figures"]["excess"]
    onset = table.asks(ANA, "onset", harm="decision = 'reject'", where=TWO)
    began = onset.entries[0]
    assert began.body is not None
    figures = began.body["figures"]
    low, high = (datetime.fromisoformat(figures[name]) for name in ("low", "high"))
    table.says(
        ANA,
        "estimate-harm",
        what="Graduates rejected who would have been invited before",
        value=excess["value"],
        low=excess["low"],
        high=excess["high"],
        finding=found.number,
    )
    table.says(
        ANA,
        "begin-harm",
        at=datetime.fromisoformat(figures["at"]),
        source="The day on which the share rejected rose, in these two universities only.",
        low=low,
        high=high,
        finding=began.number,
    )
    table.says(CY, "record-awareness", fact="suspected", person="Eve", evidence=f"Finding {found.number}.")
    table.says(
        BO,
        "assess",
        answers={
            "material_harm": "yes", "disparity_confirmed": "yes", "essentials_taken": "no",
            "death_or_grave_injury": "no",
            "national_scale": "no",
            "infrastructure_disrupted": "no", "harmful_content_to_minor_or_crisis": "no",
            "continuing": "no", "people": int(excess["value"]),
        },
        reason="Measured now.",
    )  # fmt: skip
    table.at(28)
    sends(
        table,
        BO,
        audience="harmed",
        stage="first-word",
        subject="Your application will be read again",
        body="We have found that our computer treated some applications unfairly. Yours may be among them."
        " We are sorry. We stopped it today, and people decide now. We do not know yet how many people are concerned. "
        "You do not have to do anything: a person will read your application again. If you have questions, write to "
        "applicants@brightwell.example or call 010 555 0100. We will write to you again tomorrow by noon.",
    )  # fmt: skip
    table.at(38)
    table.says(
        BO,
        "hand-over",
        role="investigation",
        person="Cy",
        briefing="Asked: blast radius and onset of the two universities, v7 against v6. Open: may v6 take over?",
    )
    table.at(45)
    by_list = table.says(
        CY,
        "add-factor",
        text="Universities that are missing in the bought list were given its lowest tier.",
        tag="data",
        finding=found.number,
    )
    table.says(
        CY,
        "add-factor",
        text="The labels are whom employers placed before.",
        tag="labels",
        evidence="Release notes of v7.",
    )
    by_check = table.says(
        CY,
        "add-factor",
        text="No check by group stands between training and release.",
        tag="evaluation",
        evidence="Release checklist.",
    )
    table.says(
        CY,
        "add-factor",
        text="The monitor computes a weekly window on Mondays.",
        tag="monitoring",
        evidence="The text of the alert.",
    )
    due = (table.now + timedelta(days=14)).date()
    table.says(
        BO,
        "add-action",
        title="A release passes only if the shares by university are within four fifths",
        kind="prevent",
        owner="Ana",
        due=due,
        measure="The fairness question on the candidate's log of a week.",
        strength="barrier",
        factors=(by_check, by_list),
    )
    table.says(
        BO,
        "add-action",
        title="Look at invited shares by group every day",
        kind="detect",
        owner="Cy",
        due=due,
        measure="An alert within a day on a replay of v7.",
        strength="automation",
    )
    table.says(
        CY, "summarise", text="For eleven days graduates of two universities were rejected more often. It stopped."
    )
    table.at(60)
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
