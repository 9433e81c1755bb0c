"""Two teams that play the fraud score that was mended and turned on others."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_BOTH = (
    "(model_version = 'pilot-1' and second_nationality = 'yes') or "
    "(model_version = 'pilot-2' and household = 'single_parent' and second_nationality = 'no')"
)

good = good_team(
    Asks(
        radius={
            "harm": "route = 'investigate'",
            "baseline": "model_version = 'rules-2024'",
            "where": _BOTH,
        },
        onset={"harm": "route = 'investigate'", "where": "second_nationality = 'yes'"},
        subject="Your case will be looked at again",
        message="We have found that our computer sent some people to an investigation unfairly. You may be one of them."
        " We are sorry. We stopped it today, and people decide now. We do not know yet how many people are concerned. "
        "You do not have to do anything: a person will look at your case again. If you have questions, call "
        "010 555 0100. We will write to you again tomorrow by noon.",
    )
)
poor = poor_team("sex = 'female'")
