"""Two teams that play the feed that takes children for their parents."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_FAMILY = "account = 'family'"

good = good_team(
    Asks(
        radius={
            "harm": "decision = 'shown'",
            "where": f"{_FAMILY} and ranking = 'rank-b'",
            "baseline": f"{_FAMILY} and ranking = 'rank-a'",
        },
        onset={"harm": "decision = 'shown'", "where": _FAMILY, "every": "hour"},
        subject="Your child may have been shown harmful videos on our service",
        message="Since Friday night our service has shown videos that can harm to some children who watch on a family "
        "account. Your child may be one of them. We are sorry. We stopped it this morning. We do not know yet how many "
        "children are concerned. Please talk with your child today: ask what they saw, and listen. If your child eats "
        "less, withdraws or speaks of hurting themselves, call Lifeline 24 on 0800 555 0199, at any hour. In an "
        "emergency call 112. We will write to you again today by six in the evening.",
    )
)
poor = poor_team("age_band = '13 to 15' and account = 'own'")
