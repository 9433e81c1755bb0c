"""How many were harmed, since when, which cohorts, and what changed."""

from typing import Any, ClassVar

from hotwash.web.room.forms.questions_asked import (
    NUMBERS,
    TIMES,
    Asked,
    Moment,
    OneColumn,
    Pick,
    SeveralColumns,
    among,
    course,
    harmful,
    number,
)

_HARM: dict[str, str] = {"harm": "Say which decisions did harm: a condition over the columns."}


class BlastRadius(Asked):
    """How many were harmed?"""

    question, button = "blast-radius", "Count them"
    purpose = "People and decisions, by cohort and over time, and how many more than usual."
    more = ("subject", "time", "every")
    needed = _HARM
    harm = harmful()
    where = among()
    baseline = among()
    by = SeveralColumns("Count by", chosen=True, help_text="Groups of people, versions.")
    subject = OneColumn("The person is in column", role="subject")
    time = OneColumn("The time is in column", kinds=TIMES, role="time")
    every = course(month=True)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        usual = self.fields["baseline"]
        usual.label = "Compared with what is usual"
        usual.help_text = (
            "Rows that show the usual rate, such as the version before. The excess over it is then counted."
        )

    def beginning(self) -> dict[str, Any]:
        """Day by day."""
        return {"every": "day"}


class Onset(Asked):
    """Since when?"""

    question, button = "onset", "Find the dates"
    purpose = "The dates on which a rate, a gap between groups, an average or the number of decisions changed."
    more = ("value", "time", "every", "watch")
    harm = harmful(
        "The rate of what?",
        required=False,
        help_text="A condition: its share is followed over time. Empty: the number of decisions is.",
    )
    where = among()
    group = OneColumn("The gap between groups of", empty="no groups: everybody together")
    value = OneColumn(
        "Instead: the average of column", kinds=NUMBERS, help_text="A score, an amount. Leave the condition empty then."
    )
    time = OneColumn("The time is in column", kinds=TIMES, role="time", required=True)
    every = course()
    watch = Moment(
        label="Had somebody watched from",
        required=False,
        help_text="Also tells when the alarm would have gone off.",
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["where"].help_text = "Such as qualified = true, to follow the share of qualified people refused."
        self.fields["group"].choices = [("", "no groups: everybody together"), *self.groups("group")]  # type: ignore[attr-defined]

    def beginning(self) -> dict[str, Any]:
        """Day by day."""
        return {"every": "day"}

    def clean(self) -> dict[str, Any]:
        """One thing is followed."""
        cleaned = super().clean()
        if cleaned.get("harm") and cleaned.get("value"):
            self.add_error("value", "Follow a condition or a column, not both: leave one of them empty.")
        return cleaned

    @property
    def behind_open(self) -> bool:
        """Without a described time, it must be chosen."""
        return super().behind_open or not self.initial.get("time")


class Slices(Asked):
    """Which cohorts are harmed most?"""

    question, button = "slices", "Search all cohorts"
    purpose = "Every combination of up to three features is counted; the clearest cohorts come first."
    more = ("features", "depth", "support", "rank", "top")
    needed = _HARM
    harm = harmful()
    where = among()
    features = SeveralColumns(
        "Search only in", kinds=("text", "boolean", "number"), help_text="None chosen: all columns that fit."
    )
    depth = Pick("Features in one cohort, at most", [("3", "three"), ("2", "two"), ("1", "one")])
    support = number(
        "Smallest cohort, as a share of the rows", whole=False, help_text="0.01 is one in a hundred, and usual."
    )
    rank = Pick(
        "First come the cohorts",
        [("excess", "with the most harm beyond the usual"), ("rate", "with the highest share")],
    )
    top = number("At most so many cohorts", help_text="10, if left empty.")

    def beginning(self) -> dict[str, Any]:
        """To depth three."""
        return {"depth": "3", "rank": "excess"}

    def arguments(self) -> dict[str, Any]:
        """The depth is a number."""
        said = super().arguments()
        return said | {"depth": int(said["depth"])} if said.get("depth") else said


class Changes(Asked):
    """What changed when it began?"""

    question, button = "changes", "Look for causes"
    purpose = "Deployments and shifts in who is decided about, ranked by how well each explains the change."
    more = ("at", "columns", "every", "time")
    needed: ClassVar[dict[str, str]] = _HARM
    harm = harmful()
    where = among()
    at = Moment(
        label="It changed at", required=False, help_text="Leave empty, and the date is found as under “Since when?”."
    )
    columns = SeveralColumns(
        "Look only at", kinds=("text", "boolean", "number"), help_text="None chosen: all that hold few values."
    )
    every = course()
    time = OneColumn("The time is in column", kinds=TIMES, role="time", required=True)

    def beginning(self) -> dict[str, Any]:
        """Day by day."""
        return {"every": "day"}

    @property
    def behind_open(self) -> bool:
        """Without a described time, it must be chosen."""
        return super().behind_open or not self.initial.get("time")
