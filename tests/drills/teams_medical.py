"""What a good team asks and writes when a health line gives dangerous advice; and the poor one."""

from tests.drills.teams_generic import Asks, good_team, poor_team, told_badly

RULE = told_badly("health-line")
BEFORE, AFTER = "prompt_version = 'prompt-14'", "prompt_version = 'prompt-15'"

good = good_team(
    Asks(
        first=(("texts", {"text": "answer", "harm": "unsafe = 'yes' or thumb = 'down'", "where": AFTER}),),
        radius={"harm": RULE, "baseline": BEFORE},
        onset={"harm": RULE, "every": "day"},
        subject="Please do not follow what our assistant told you about medicines",
        message="Since Saturday our assistant has given some people wrong and dangerous advice about medicines and "
        "children. You may be one of them. We are sorry. We stopped it today, and nurses answer now. "
        "Please do not follow what it told you. If you or your child took a medicine as it said, or if you feel very "
        "low, call our nurses on 021 555 0100, at any hour. In an emergency call 112. We do not know yet how many "
        "people are concerned. We will write to you again today by six in the evening.",
    )
)
poor = poor_team("language_of_device = 'other'")
