"""Are groups treated alike: by decisions, scores, estimates and places in a ranking; and what is not known yet."""

from typing import Any, ClassVar

from django import forms

from hotwash.web.room.forms.questions_asked import (
    FEW,
    NUMBERS,
    TIMES,
    Asked,
    OneColumn,
    Pick,
    SeveralColumns,
    among,
    number,
)

_GROUPS: dict[str, str] = {"group": "Choose at least one column by which people are grouped."}


def groups_by(label: str = "Groups of people by", *, required: bool = True) -> SeveralColumns:
    """The columns by which people are grouped, those of the description chosen."""
    return SeveralColumns(label, chosen=True, required=required)


def decided() -> OneColumn:
    """The column with the decision."""
    return OneColumn("The decision is in column", kinds=FEW, role="decision")


def truth_in(help_text: str = "") -> OneColumn:
    """The column with what was true."""
    return OneColumn("What was true is in column", kinds=FEW, role="label", help_text=help_text)


def hoped_for(
    label: str = "The decision that a person would want",
    help_text: str = "One value of the decision, such as invite or 1. Empty where yes is bad news, such as a flag.",
) -> forms.CharField:
    """The value that people hope for."""
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
        help_text=help_text,
    )


class Grouped(Asked):
    """People grouped by columns; neither the decision nor the label is one of them."""

    needed: ClassVar[dict[str, str]] = _GROUPS

    def groups(self, name: str) -> list[tuple[str, str]]:
        """Without what was decided and what was true."""
        told = self.log.told
        return [one for one in super().groups(name) if one[0] not in (told.decision, told.label)]


class Fairness(Grouped):
    """Does it treat groups differently?"""

    question, button = "fairness", "Compare the groups"
    purpose = "How often each group is selected, wrongly refused or wrongly flagged, with the widest gap first."
    more = ("decision", "label", "favourable", "score", "threshold", "reference", "intersections")
    group = groups_by()
    where = among()
    decision = decided()
    label = truth_in("Without it, only how often each group was selected can be told.")
    favourable = hoped_for()
    score = OneColumn("Instead of a decision: the score in column", kinds=NUMBERS)
    threshold = number("which counts as yes from", whole=False)
    reference = Pick("Compared with", [("largest", "the largest group"), ("best", "the group selected most often")])
    intersections = Pick("Also combinations of", [("", "none"), ("2", "two columns"), ("3", "three columns")])

    def beginning(self) -> dict[str, Any]:
        """Beside the largest group."""
        return {"reference": "largest"}

    def clean(self) -> dict[str, Any]:
        """Combinations need as many columns, a score its threshold."""
        cleaned = super().clean()
        many = int(cleaned.get("intersections") or 0)
        if many > len(cleaned.get("group", [])):
            self.add_error("intersections", f"Choose at least {many} columns above, or no combinations.")
        if cleaned.get("score") and cleaned.get("threshold") is None and not self.has_error("threshold"):
            self.add_error("threshold", "Say from which score on it counts as yes.")
        if cleaned.get("threshold") is not None and not cleaned.get("score"):
            self.add_error("score", "Choose the column with the score, or leave the threshold empty.")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """A score stands instead of a decision."""
        said = super().arguments()
        if said.get("score"):
            said.pop("decision", None)
            # What is described as wanted is a decision, and there is none.
            if said.get("favourable") == self.log.favourable:
                said.pop("favourable", None)
        if said.get("intersections"):
            said["intersections"] = int(said["intersections"])
        return said

    @property
    def behind_open(self) -> bool:
        """Without a described decision, it must be chosen."""
        return super().behind_open or not (self.initial.get("decision") or self.initial.get("score"))


class Scores(Grouped):
    """Do scores treat groups differently?"""

    question, button = "scores", "Compare the scores"
    purpose = "Average, ranking and calibration of scores by group, and what each threshold would do."
    more = ("where", "favourable", "bins")
    score = OneColumn("The score is in column", kinds=NUMBERS, role="score", required=True)
    label = OneColumn(
        "What was true is in column",
        kinds=FEW,
        role="label",
        help_text="Without it, only averages and shares above each threshold can be told.",
    )
    threshold = number("The threshold in use", whole=False, help_text="Optional: error rates at it are compared.")
    group = groups_by()
    where = among()
    favourable = hoped_for("What a person would want to be true", "One value of that column, such as 1 or true.")
    bins = number("Ranges of scores", help_text="10, if left empty.")

    def beginning(self) -> dict[str, Any]:
        """Where people want the decision, they want what it rests on to be true."""
        label = self.log.by_name.get(self.log.told.label or "")
        wanted = {"boolean": "true", "number": "1"}.get(label.kind, "") if label else ""
        return {"favourable": wanted if self.log.favourable else ""}


class Estimates(Grouped):
    """How far are estimates off, by group?"""

    question, button = "estimates", "Compare the errors"
    purpose = "For models that give a number: how far it is off, on average, for each group."
    more = ("where",)
    estimate = OneColumn("The estimate is in column", kinds=NUMBERS, role="score", required=True)
    truth = OneColumn("The true number is in column", kinds=NUMBERS, role="label", required=True)
    group = groups_by()
    where = among()


class Exposure(Grouped):
    """Who is shown at the top?"""

    question, button = "exposure", "Compare the places"
    purpose = "For rankings: how near the top each group’s members stand."
    more = ("before", "reference", "where")
    needed: ClassVar[dict[str, str]] = {**_GROUPS, "position": "Choose the column with the place in the ranking."}
    position = OneColumn(
        "The place is in column", kinds=NUMBERS, required=True, empty="choose", help_text="1 is the first place."
    )
    top = number("Selected are the first", help_text="So many places. 1, if left empty.")
    group = groups_by()
    before = OneColumn("The place in which they came in", kinds=NUMBERS, help_text="Then the change is told too.")
    reference = Pick("Compared with", [("best", "the group nearest to the top"), ("largest", "the largest group")])
    where = among()

    def beginning(self) -> dict[str, Any]:
        """A column that is called so."""
        names = [column.name for column in self.log.columns if column.kind == "number"]
        return {"position": next((name for name in names if name.lower().endswith(("rank", "position"))), None)}


class LateLabels(Grouped):
    """How much is not known yet?"""

    question, button = "late-labels", "Count what is known"
    purpose = "For how many decisions the truth is known yet, and since when it is not."
    more = ("time", "every", "where")
    needed: ClassVar[dict[str, str]] = {"label": "Choose the column with what turned out to be true."}
    label = OneColumn("What was true is in column", role="label", required=True, empty="choose")
    group = groups_by("Also by", required=False)
    time = OneColumn("The time is in column", kinds=TIMES, role="time", required=True)
    every = Pick("Period by period", [(one, one) for one in ("day", "week", "month")])
    where = among()

    def beginning(self) -> dict[str, Any]:
        """Week by week."""
        return {"every": "week"}

    @property
    def behind_open(self) -> bool:
        """Without a described time, it must be chosen."""
        return super().behind_open or not self.initial.get("time")
