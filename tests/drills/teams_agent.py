"""Two teams that play the agent that takes orders from letters."""

from tests.drills.teams_generic import Asks, good_team, poor_team

_LETTERS = "attachment = 'html' and sender_known = 'no'"

good = good_team(
    Asks(
        radius={
            "harm": "decision = 'changed'",
            "where": _LETTERS,
            "baseline": "attachment <> 'html' and sender_known = 'no'",
        },
        onset={"harm": "decision = 'changed'", "where": _LETTERS, "every": "day"},
        subject="Your refund may go to an account that is not yours",
        message="Since Sunday somebody has used our mail service to change the bank accounts of some members. Yours "
        "may be one of them. It was an error of ours that this could be done, and we are sorry. We stopped "
        "it this morning. We do not know yet how many members are concerned. Please sign in on our page as "
        "you always do, not by a link, and look at your account. If it is not yours, or if you need the "
        "money today, call 09 555 0100, at any hour. We hold tonight's refunds to new accounts, and we pay "
        "whoever lost money. We will write to you again today by six in the evening.",
    )
)
poor = poor_team("attachment = 'pdf'")
