"""Two teams that play the bids that do not see the market turn."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_TOO_MUCH = "offer > valuation"
_TURNED = "metro in ('Aldport', 'Castlow')"

good = good_team(
    Asks(
        radius={"harm": _TOO_MUCH, "where": _TURNED, "baseline": "metro in ('Brenmoor', 'Dunmere')"},
        onset={"harm": _TOO_MUCH, "where": _TURNED, "every": "day"},
        subject="We may have bid too much for your home: please call us today",
        message="For some weeks our computer has bid too much for homes in Aldport and Castlow. Your bid may be one of "
        "them. We are sorry. We stopped it this morning, and surveyors look at each bid now. We do not know yet how "
        "many people are concerned. If you signed within the last fourteen days, you can still step back: please call "
        "us today on 020 555 0100, and we pay what that costs. If you signed before, you do not have to do anything "
        "now. We will write to you again tomorrow by noon and tell you what we do for you.",
    )
)
poor = poor_team("metro = 'Brenmoor'")
