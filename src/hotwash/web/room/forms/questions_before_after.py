"""Questions that hold two versions, periods, segments or logs against each other."""

from typing import Any, ClassVar

from hotwash.web.room.forms.questions_asked import OneColumn, SeveralColumns, among, harmful
from hotwash.web.room.forms.questions_groups import Grouped, decided, groups_by, hoped_for, truth_in
from hotwash.web.room.forms.questions_sides import TwoSides


class Fix(TwoSides, Grouped):
    """Did the fix hold?"""

    question, button = "fix", "Compare before and after"
    purpose = "Whether the gap between groups closed, with the interval of the change."
    one, two, names, lone = "before", "after", ("Before", "After"), False
    more = ("decision", "label", "favourable", "where")
    group = groups_by()
    decision = decided()
    label = truth_in()
    favourable = hoped_for()
    where = among()

    def divided(self, moment: str) -> dict[str, str]:
        """The question has a word of its own for it."""
        return {"since": moment}

    def returned(self, arguments: Any) -> dict[str, Any]:
        """A moment comes back as one."""
        found = super().returned(arguments)
        since = found.pop("since", "")
        return found | {"how": "moment", "moment": str(since)[:16]} if since else found


class Compare(TwoSides, Grouped):
    """How do two periods or versions differ?"""

    question, button = "compare", "Compare them"
    purpose = "Every rate and every gap of two versions, periods or segments in one table."
    one, two, names = "one", "two", ("One", "Two")
    more = ("decision", "label", "favourable", "subject", "columns", "where")
    needed: ClassVar[dict[str, str]] = {}
    harm = harmful(
        "What counts as harm?", required=False, help_text="A condition. Empty: only decisions and groups are compared."
    )
    group = groups_by("Gaps between groups by", required=False)
    decision = decided()
    label = truth_in()
    favourable = hoped_for()
    subject = OneColumn("The person is in column", role="subject")
    columns = SeveralColumns("Distributions of", kinds=("text", "boolean", "number"))
    where = among()


class Drift(TwoSides):
    """Has the data changed?"""

    question, button = "drift", "Compare the data"
    purpose = "How far each column has moved from what it was, by more than chance, the farthest first."
    one, two, names, logs = "baseline", "against", ("As it should be", "As it is now"), True
    more = ("columns", "where")
    columns = SeveralColumns(
        "Look only at", kinds=("text", "boolean", "number"), help_text="None chosen: all columns that fit."
    )
    where = among()
