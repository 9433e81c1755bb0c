"""Questions about two sides: two versions, before and after a moment, two logs, or two conditions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from hotwash.web.room.forms.questions_asked import Asked, Condition, Moment, Pick, named, written
from hotwash.web.room.logs import Log

HOW = (
    ("versions", "Two versions"),
    ("moment", "Before and after a moment"),
    ("log", "Another log"),
    ("conditions", "Two conditions"),
)


class TwoSides(Asked):
    """A question whose two sides are chosen in the way that is nearest to hand.

    :cvar one: the argument that holds the condition of the first side
    :cvar two: that of the second
    :cvar names: what the sides are called
    :cvar lone: whether the second side may be left out
    """

    one: ClassVar[str]
    two: ClassVar[str]
    names: ClassVar[tuple[str, str]]
    lone: ClassVar[bool] = True
    logs: ClassVar[bool] = False

    how = forms.ChoiceField(label="What is compared?", widget=forms.RadioSelect, choices=HOW)
    first_version = Pick("Version", [])
    second_version = Pick("with version", [])
    moment = Moment(label="The moment", required=False, help_text="Everything before it against everything from it on.")
    other = Pick("Log", [], help_text="The log above is how it should be; this one is how it is now.")
    first = Condition(label="", required=False)
    second = Condition(label="", required=False)

    def __init__(self, log: Log, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(log, data, initial=initial)
        versions = [(one, one) for one in log.versions]
        told = log.told
        ways = {
            "versions": len(versions) > 1,
            "moment": bool(told.time),
            "log": self.logs and bool(log.others),
            "conditions": True,
        }
        self.fields["how"].choices = [way for way in HOW if ways[way[0]]]  # type: ignore[attr-defined]
        for name in ("first_version", "second_version"):
            self.fields[name].choices = versions  # type: ignore[attr-defined]
        self.fields["first_version"].label = f"{self.names[0]}: version"
        self.fields["second_version"].label = f"{self.names[1]}: version"
        self.fields["other"].choices = [("", "choose"), *log.others]  # type: ignore[attr-defined]
        self.fields["first"].label = f"{self.names[0]}: rows that meet"
        self.fields["second"].label = f"{self.names[1]}: rows that meet"
        self.fields["second"].help_text = "Empty: all other rows." if self.lone else ""
        for way, names in _PARTS.items():
            for name in names:
                self.fields[name].side = way  # type: ignore[attr-defined]
                if not ways[way]:
                    del self.fields[name]
        first = next(iter(way for way in ways if ways[way]))
        self.initial = {
            "how": first,
            "first_version": versions[-2][0] if len(versions) > 1 else "",
            "second_version": versions[-1][0] if len(versions) > 1 else "",
            "moment": log.began and timezone.localtime(log.began).strftime("%Y-%m-%dT%H:%M"),
            **self.initial,
        }

    def clean(self) -> dict[str, Any]:
        """Each way needs its own words."""
        cleaned = super().clean()
        how = cleaned.get("how")
        if how == "versions" and cleaned.get("first_version") == cleaned.get("second_version"):
            self.add_error("second_version", "Choose two different versions.")
        if how == "moment" and not cleaned.get("moment") and not self.has_error("moment"):
            self.add_error("moment", "Say which moment divides the log.")
        if how == "log" and not cleaned.get("other"):
            self.add_error("other", "Choose the log to compare with.")
        if how == "conditions":
            if not cleaned.get("first") and not self.has_error("first"):
                self.add_error("first", "Say which rows are the first side: a condition over the columns.")
            if not self.lone and not cleaned.get("second") and not self.has_error("second"):
                self.add_error("second", "Say which rows are the second side: a condition over the columns.")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The two sides as the conditions that the question takes."""
        said, log = super().arguments(), self.log
        parts = {name: said.pop(name, "") for names in _PARTS.values() for name in names}
        match said.pop("how"):
            case "versions":
                column = str(log.told.version)
                for side, name in ((self.one, "first_version"), (self.two, "second_version")):
                    said[side] = f"{named(column)} = {written(log, column, parts[name])}"
            case "moment":
                said |= self.divided(parts["moment"])
            case "log":
                said |= {"current": parts["other"]}
            case _:
                said |= {self.one: parts["first"]} | ({self.two: parts["second"]} if parts["second"] else {})
        return said

    def divided(self, moment: str) -> dict[str, str]:
        """The words for what came before a moment and what came from then on."""
        column = named(str(self.log.told.time))
        return {self.one: f"{column} < '{moment}'", self.two: f"{column} >= '{moment}'"}

    def returned(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The sides of an earlier question, as conditions."""
        found = super().returned(arguments)
        first, second, current = found.pop(self.one, ""), found.pop(self.two, ""), found.pop("current", "")
        if current:
            known = {Path(source).name: source for source, _ in self.log.others}
            return found | {"how": "log", "other": known.get(Path(str(current)).name, "")}
        if first:
            found |= {"how": "conditions", "first": first, "second": second}
        return found

    @property
    def shown(self) -> list[forms.BoundField]:
        """The two sides first."""
        sides = ["how", *(name for names in _PARTS.values() for name in names)]
        rest = [name for name in self.fields if name not in sides and name not in self.settings]
        return [self[name] for name in [*sides, *rest] if name in self.fields]

    @property
    def first_condition(self) -> str:
        """The columns are listed below the second condition."""
        return "second"


_PARTS = {
    "versions": ("first_version", "second_version"),
    "moment": ("moment",),
    "log": ("other",),
    "conditions": ("first", "second"),
}
"""The fields of each way to choose the sides."""
