"""Two teams that play the advice service that stops helping the sick."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_REFUSED = "subject = 'illness' or (subject = 'family' and language <> 'en')"

good = good_team(
    Asks(
        radius={
            "harm": "decision <> 'drafted'",
            "where": _REFUSED,
            "baseline": "subject = 'rent' or subject = 'work'",
        },
        onset={"harm": "decision = 'refused'", "where": _REFUSED, "every": "day"},
        subject="We refused to write your letter, and that was our error",
        message="Since Thursday our service has refused to write letters for some people, mostly about illness or "
        "children. You may be one of them. You did nothing wrong: it was our error, and we are sorry. We stopped it "
        "this morning, and people write the letters now. We do not know yet how many people are concerned. If a day "
        "has passed or is near, call 040 555 0100 and we write first for you. We confirm in writing that a missed day "
        "was our error, and send that to you without your asking. We will write to you again today by six in the "
        "evening.",
    )
)
poor = poor_team("language = 'uk'")
