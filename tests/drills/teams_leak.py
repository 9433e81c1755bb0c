"""Two teams that play the help desk that gives away other people's data."""

from tests.drills.teams_generic import Asks, good_team, poor_team, told_badly

RULE = told_badly("parcel-desk")
BEFORE, AFTER = "release = 'r41'", "release = 'r42'"

good = good_team(
    Asks(
        first=(("texts", {"text": "answer", "harm": "leak = 'yes' or thumb = 'down'", "where": AFTER}),),
        radius={"harm": RULE, "baseline": BEFORE},
        onset={"harm": RULE, "where": "region = 'coast'", "every": "day"},
        subject="Our help desk showed your data to somebody else",
        message="Since yesterday our help desk has shown data of some customers to others. Yours may be among them: "
        "your name, your address, what you wrote to us about a claim. It was our error, and we are sorry. "
        "We stopped it this morning, and people answer now. We do not know yet how many people are "
        "concerned. Please do not answer anybody who calls you about a parcel and asks for a code. If your "
        "address must stay hidden, or if you feel unsafe, call 0471 555 0100, at any hour. If you saw data "
        "of somebody else, please delete them and tell us. We will write to you again today by six in the "
        "evening.",
    )
)
poor = poor_team("region = 'hills'")
