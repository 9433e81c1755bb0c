"""What every question form is: fields over the columns of a log, held against them before anything runs."""

import re
from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any, ClassVar

from django import forms

from hotwash.investigate import LogError
from hotwash.investigate.kinds import condition
from hotwash.response.inquiries import QUESTIONS
from hotwash.response.request import BadRequest, fit
from hotwash.web.room.forms.act import read_moment
from hotwash.web.room.logs import Log

Kinds = tuple[str, ...]

NUMBERS: Kinds = ("number",)
TIMES: Kinds = ("time", "day")
WORDS: Kinds = ("text",)
FEW: Kinds = ("text", "boolean", "number")
"""Kinds of columns that can hold a decision, a label or a version."""


class Condition(forms.CharField):
    """A condition over the columns, held against them before anything runs."""

    widget = forms.Textarea(attrs={"rows": 1, "class": "condition", "spellcheck": "false", "autocapitalize": "off"})


class OneColumn(forms.ChoiceField):
    """A column of the log. With a role, the described column is chosen already."""

    def __init__(
        self,
        label: str,
        *,
        kinds: Kinds = (),
        role: str = "",
        empty: str = "none",
        required: bool = False,
        help_text: str = "",
    ) -> None:
        super().__init__(
            label=label, required=required, help_text=help_text, widget=forms.Select(attrs={"class": "short"})
        )
        self.kinds, self.role, self.empty = kinds, role, empty


class SeveralColumns(forms.MultipleChoiceField):
    """Columns of the log; those by which people are grouped, or those of some kinds."""

    def __init__(
        self, label: str, *, kinds: Kinds = (), chosen: bool = False, required: bool = False, help_text: str = ""
    ) -> None:
        super().__init__(label=label, required=required, help_text=help_text, widget=forms.CheckboxSelectMultiple)
        self.kinds, self.chosen = kinds, chosen


class Pick(forms.ChoiceField):
    """One of a few words."""

    def __init__(
        self, label: str, choices: Sequence[tuple[str, str]], *, help_text: str = "", required: bool = False
    ) -> None:
        super().__init__(
            label=label,
            choices=choices,
            help_text=help_text,
            required=required,
            widget=forms.Select(attrs={"class": "short"}),
        )


class Moment(forms.CharField):
    """A time on the reader's clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60", "class": "short"})


class Lines(forms.CharField):
    """Values, one a line."""

    widget = forms.Textarea(attrs={"rows": 2, "class": "short"})


def number(label: str, *, help_text: str = "", whole: bool = True) -> forms.Field:
    """A number that may be left out."""
    attrs = {"inputmode": "numeric" if whole else "decimal", "class": "short", "autocomplete": "off"}
    kind = forms.IntegerField if whole else forms.FloatField
    field = kind(label=label, help_text=help_text, required=False, widget=forms.TextInput(attrs=attrs))
    field.error_messages["invalid"] = "Write a whole number, such as 5." if whole else "Write a number, such as 0.5."
    return field


def among() -> Condition:
    """Which rows are asked about."""
    return Condition(
        label="Only among",
        required=False,
        help_text="Such as one version, one region or one week. Empty: the whole log.",
    )


def harmful(label: str = "Which decisions did harm?", *, required: bool = True, help_text: str = "") -> Condition:
    """What counts as harm."""
    return Condition(label=label, required=required, help_text=help_text or "A condition over the columns of the log.")


def course(*, hour: bool = True, month: bool = False) -> Pick:
    """The length of a period."""
    listed = (["hour"] if hour else []) + ["day", "week"] + (["month"] if month else [])
    return Pick("Course over time, by", [(one, one) for one in listed])


class Asked(forms.Form):
    """A question with its words.

    :cvar purpose: one line under its name: what the answer will be
    :cvar more: fields behind the second fold
    :cvar needed: what is said where a field was left empty
    :cvar hopes: whether the question takes the decision that people want
    """

    question: ClassVar[str]
    purpose: ClassVar[str]
    button: ClassVar[str]
    more: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[dict[str, str]] = {}
    use_required_attribute = False
    do_not_call_in_templates = True

    def __init__(self, log: Log, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        self.log, self.came_back, self.settings = log, data is not None, self.more
        self.general: list[str] = []
        super().__init__(data, auto_id=f"{self.question}-%s", initial={})
        if "smallest_cell" in signature(QUESTIONS[self.question].ask).parameters:
            self.fields["smallest_cell"] = number(
                "Hide counts under",
                help_text="So that nobody can be picked out of a small group. Empty: nothing is hidden.",
            )
            self.settings = (*self.more, "smallest_cell")
        self.initial = self._described() | self.beginning() | (initial or {})
        for name, field in self.fields.items():
            field.error_messages["required"] = self.needed.get(name, "This is needed.")
            if isinstance(field, OneColumn):
                field.choices = [("", field.empty), *self._fitting(field.kinds)]
            elif isinstance(field, SeveralColumns):
                field.choices = self._fitting(field.kinds) if field.kinds else self.groups(name)

    @property
    def title(self) -> str:
        """What a responder would say."""
        return QUESTIONS[self.question].title

    def beginning(self) -> dict[str, Any]:
        """What the log's description suggests beyond the roles of single columns."""
        return {}

    def _described(self) -> dict[str, Any]:
        told, found = self.log.told, {}
        for name, field in self.fields.items():
            if isinstance(field, OneColumn) and field.role:
                column = getattr(told, field.role)
                kind = self.log.by_name[column].kind if column in self.log.by_name else ""
                found[name] = column if not field.kinds or kind in field.kinds else None
            elif isinstance(field, SeveralColumns) and field.chosen:
                found[name] = list(told.attributes)
            elif name == "favourable":
                found[name] = self.log.favourable or ""
            elif name == "harm":
                found[name] = self.log.harm
        return found

    def _fitting(self, kinds: Kinds) -> list[tuple[str, str]]:
        return [(column.name, column.name) for column in self.log.columns if not kinds or column.kind in kinds]

    def groups(self, name: str) -> list[tuple[str, str]]:  # noqa: ARG002
        """The columns by which rows can be grouped: not those that name one row or one person."""
        told = self.log.told
        alone = {told.subject, told.time, told.score}
        return [
            (column.name, column.name)
            for column in self.log.columns
            if column.name in told.attributes
            or (
                column.kind in ("text", "boolean")
                and column.name not in alone
                and not column.name.lower().endswith(("_id", "uuid"))
            )
        ]

    def clean(self) -> dict[str, Any]:
        """Hold every condition against the columns, and every word against the question."""
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if not cleaned.get(name):
                continue
            if isinstance(field, Condition):
                self._hold(name, cleaned[name])
            elif isinstance(field, Moment):
                self._read(name)
        return cleaned

    def _hold(self, name: str, text: str) -> None:
        try:
            condition(text, self.log.by_name, zone=self.log.told.zone, what=name)
        except LogError as wrong:
            self.add_error(name, str(wrong))

    def _read(self, name: str) -> None:
        try:
            self.cleaned_data[name] = read_moment(self.cleaned_data[name]).isoformat()
        except ValueError:
            self.add_error(name, "This is no time. Write it as 2026-03-31T09:00.")

    def full_clean(self) -> None:
        """Hold the words against what the question takes, so that no run begins that would fail at once."""
        super().full_clean()
        if self.is_bound and not self.errors:
            try:
                fit(QUESTIONS[self.question].ask, self.arguments())
            except BadRequest as bad:
                self.refuse(bad)

    def arguments(self) -> dict[str, Any]:
        """The words of the question, without what was left empty."""
        said: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if value in ("", None, []):
                continue
            lines = isinstance(self.fields.get(name), Lines)
            said[name] = [one.strip() for one in value.splitlines() if one.strip()] if lines else value
        return said

    def returned(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that say the words of an earlier question."""
        return {
            name: "\n".join(value) if isinstance(self.fields.get(name), Lines) and isinstance(value, list) else value
            for name, value in arguments.items()
        }

    def refuse(self, bad: BadRequest) -> None:
        """Put a refusal beside its field."""
        field = bad.field.split("[")[0].split(".")[0]
        self.add_error(field if field in self.fields else None, bad.why if field in self.fields else str(bad))

    def fault_of(self, error: str) -> None:
        """Show why an earlier run failed: beside the field whose column or word it names, else above the fields."""
        quoted = set(re.findall(r'"([^"]+)"', error)) | set(re.findall(r"'([^']+)'", error))
        word = re.match(r"(\w+): ", error) or re.search(r"\((\w+)\)\W*$", error)
        named = word[1] if word else ""
        if named not in self.fields:
            said = [name for name in self.fields if self.initial.get(name) and str(self.initial[name]) in quoted]
            named = said[0] if said else ""
        if not named:
            self.general.append(error)
            return
        if self.errors == {}:
            self.cleaned_data = {}
        self.add_error(named, error)

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that everybody needs."""
        return [self[name] for name in self.fields if name not in self.settings]

    @property
    def behind(self) -> list[forms.BoundField]:
        """The others."""
        return [self[name] for name in self.settings]

    @property
    def behind_open(self) -> bool:
        """Whether something behind the fold is wrong."""
        return any(self.has_error(name) for name in self.settings)

    @property
    def first_condition(self) -> str:
        """The field below which the columns are listed."""
        return next((name for name, field in self.fields.items() if isinstance(field, Condition)), "")

    @property
    def examples(self) -> list[str]:
        """Conditions that could be meant by the first condition, from the columns that are known."""
        return examples(self.log) if self.first_condition == "harm" else []


def examples(log: Log) -> list[str]:
    """What may count as harm, from the decision and the label."""
    told, bad = log.told, ""
    if not told.decision or told.decision not in log.by_name:
        return []
    if log.favourable:
        bad = f"{named(told.decision)} != {written(log, told.decision, log.favourable)}"
    elif log.by_name[told.decision].kind == "boolean":
        bad = f"{named(told.decision)} = false"
    if not bad:
        return []
    label = log.by_name.get(told.label or "")
    if label is None or label.kind != "boolean":
        return [bad]
    return [f"{named(label.name)} = true and {bad}", bad]


def named(column: str) -> str:
    """A column as conditions write it."""
    return column if column.isidentifier() else '"' + column.replace('"', '""') + '"'


def written(log: Log, column: str, value: str) -> str:
    """A value of a column as conditions write it."""
    kind = log.by_name[column].kind
    if kind in ("number", "boolean") and re.fullmatch(r"-?\d+(\.\d+)?|true|false", value):
        return value
    return "'" + value.replace("'", "''") + "'"
