"""Two teams that play the loans that are declined after a change of one input."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_WEEKLY = "paid = 'weekly'"

good = good_team(
    Asks(
        radius={
            "harm": "decision = 'declined'",
            "where": f"{_WEEKLY} and model_version = '2026.4'",
            "baseline": f"{_WEEKLY} and model_version = '2026.3'",
        },
        onset={"harm": "decision = 'declined'", "where": _WEEKLY},
        subject="Your application for a loan will be decided again",
        message="We have found that our computer declined some applications wrongly. Yours may be among them. "
        "We are sorry. We stopped it today, and people decide now. We do not know yet how many people are concerned. "
        "You do not have to do anything: a person will decide about your application again, and the reason that we "
        "gave you may not be right. If you have questions, call 010 555 0100. We will write to you again tomorrow by "
        "noon.",
    )
)
poor = poor_team("age_band = '62 and over'")
