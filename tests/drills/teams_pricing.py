"""Two teams that play the prices that are taxed twice in one app."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_TOO_MUCH = "price > list_price * 1.04"

good = good_team(
    Asks(
        radius={
            "harm": _TOO_MUCH,
            "where": "pricing_version = 'pricing-89'",
            "baseline": "pricing_version = 'pricing-88'",
        },
        onset={"harm": _TOO_MUCH, "where": "country = 'PL' and channel = 'app'", "every": "hour"},
        subject="You paid too much in our app, and you get it back",
        message="Since Sunday our app has charged some customers in Poland too much. You may be one of them. It was "
        "our error, and we are sorry. We stopped it this morning: you pay the seller's list price now. We do "
        "not know yet how many people are concerned. You do not have to do anything: we pay the whole "
        "difference back to your account by Thursday. If you need the money today, call 0341 555 0100. We "
        "will write to you again tomorrow by noon.",
    )
)
poor = poor_team("country = 'DE'")
