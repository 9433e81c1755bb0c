"""The forms of the questions, made from the columns of the log that is asked."""

from typing import Any, ClassVar

from django import forms

from hotwash.investigate import LogError
from hotwash.investigate.kinds import condition
from hotwash.response.inquiries import QUESTIONS
from hotwash.response.request import BadRequest
from hotwash.web.room.logs import Log


class Condition(forms.CharField):
    """A condition over the columns, held against them before anything runs."""

    widget = forms.Textarea(attrs={"rows": 2, "class": "condition", "spellcheck": "false", "autocapitalize": "off"})


class Asked(forms.Form):
    """A question with its words."""

    question: ClassVar[str]
    button: ClassVar[str]
    more: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False

    def __init__(self, log: Log, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        self.log, self.came_back = log, data is not None
        self.general: list[str] = []
        super().__init__(data, auto_id=f"{self.question}-%s", initial=self.beginning() | (initial or {}))
        for name, field in self.fields.items():
            field.error_messages["required"] = self.needed.get(name, "This is needed.")
            if isinstance(field, forms.ChoiceField):
                field.choices = self.columns(name, field)

    needed: ClassVar[dict[str, str]] = {}

    @property
    def title(self) -> str:
        """What a responder would say."""
        return QUESTIONS[self.question].title

    def beginning(self) -> dict[str, Any]:
        """What the log's description suggests."""
        return {}

    def columns(self, name: str, field: forms.ChoiceField) -> Any:  # noqa: ARG002
        """The columns that may be chosen for a field."""
        listed = [(column, column) for column in self.log.names]
        return listed if isinstance(field, forms.MultipleChoiceField) else [("", "none"), *listed]

    def groups(self, *without: str | None) -> list[tuple[str, str]]:
        """The columns by which rows can be grouped: not those that name one row or one person."""
        told = self.log.told
        alone = {told.subject, told.time, told.score, *without}
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
        """Hold every condition against the columns."""
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, Condition) and cleaned.get(name):
                try:
                    condition(cleaned[name], self.log.by_name, zone=self.log.told.zone, what=name)
                except LogError as wrong:
                    self.add_error(name, str(wrong))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The words of the question, without what was left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}

    def refuse(self, bad: BadRequest) -> None:
        """Put a refusal beside its field."""
        self.add_error(bad.field if bad.field in self.fields else None, bad.why)

    def fault_of(self, error: str) -> None:
        """Show why an earlier run failed, above its words."""
        self.general.append(error)

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that everybody needs."""
        return [self[name] for name in self.fields if name not in self.more]

    @property
    def behind(self) -> list[forms.BoundField]:
        """The others."""
        return [self[name] for name in self.more]

    @property
    def behind_open(self) -> bool:
        """Whether something behind the fold is wrong."""
        return self.is_bound and any(self.has_error(name) for name in self.more)

    @property
    def examples(self) -> list[str]:
        """Conditions that could be meant, from the columns that are known."""
        return []


class BlastRadius(Asked):
    """How many were harmed?"""

    question, button = "blast-radius", "Count them"
    more = ("subject", "time", "every")
    needed: ClassVar[dict[str, str]] = {"harm": "Say which decisions did harm: a condition over the columns."}
    harm = Condition(label="Which decisions did harm?", help_text="A condition over the columns of the log.")
    where = Condition(
        label="Only among",
        required=False,
        help_text="Such as one version, one region or one week. Empty: the whole log.",
    )
    baseline = Condition(
        label="Compared with what is usual",
        required=False,
        help_text="Rows that show the usual rate, such as the version before. The excess over it is then counted.",
    )
    by = forms.MultipleChoiceField(
        label="Count by", required=False, widget=forms.CheckboxSelectMultiple, help_text="Groups of people, versions."
    )
    subject = forms.ChoiceField(
        label="The person is in column", required=False, widget=forms.Select(attrs={"class": "short"})
    )
    time = forms.ChoiceField(
        label="The time is in column", required=False, widget=forms.Select(attrs={"class": "short"})
    )
    every = forms.ChoiceField(
        label="Course over time, by", required=False, widget=forms.Select(attrs={"class": "short"})
    )

    def beginning(self) -> dict[str, Any]:
        """The columns that are described."""
        told = self.log.told
        return {"subject": told.subject, "time": told.time, "by": list(told.attributes), "every": "day"}

    def columns(self, name: str, field: forms.ChoiceField) -> Any:
        """Periods for `every`; groups only from columns that are no key of a single row."""
        if name == "every":
            return [(one, one) for one in ("hour", "day", "week", "month")]
        if name == "by":
            return self.groups()
        return super().columns(name, field)

    @property
    def examples(self) -> list[str]:
        """From the decision and the label."""
        told, bad = self.log.told, ""
        if not told.decision:
            return []
        if self.log.favourable:
            bad = f"{_named(told.decision)} != '{self.log.favourable}'"
        elif self.log.by_name[told.decision].kind == "boolean":
            bad = f"{_named(told.decision)} = false"
        if not bad:
            return []
        label = self.log.by_name.get(told.label or "")
        if label is None or label.kind != "boolean":
            return [bad]
        return [f"{_named(label.name)} = true and {bad}", bad]


class Fairness(Asked):
    """Does it treat groups differently?"""

    question, button = "fairness", "Compare the groups"
    more = ("decision", "label", "favourable", "reference", "intersections")
    needed: ClassVar[dict[str, str]] = {"group": "Choose at least one column by which people are grouped."}
    group = forms.MultipleChoiceField(label="Groups of people by", widget=forms.CheckboxSelectMultiple)
    where = Condition(label="Only among", required=False, help_text="Such as one version. Empty: the whole log.")
    decision = forms.ChoiceField(
        label="The decision is in column", required=False, widget=forms.Select(attrs={"class": "short"})
    )
    label = forms.ChoiceField(
        label="What was true is in column",
        required=False,
        widget=forms.Select(attrs={"class": "short"}),
        help_text="Without it, only how often each group was selected can be told.",
    )
    favourable = forms.CharField(
        label="The decision that a person would want", required=False, widget=forms.TextInput(attrs={"class": "short"})
    )
    reference = forms.ChoiceField(label="Compared with", required=False, widget=forms.Select(attrs={"class": "short"}))
    intersections = forms.ChoiceField(
        label="Also combinations of", required=False, widget=forms.Select(attrs={"class": "short"})
    )

    def beginning(self) -> dict[str, Any]:
        """The columns that are described."""
        told = self.log.told
        return {
            "group": list(told.attributes),
            "decision": told.decision,
            "label": told.label,
            "favourable": self.log.favourable or "",
            "reference": "largest",
        }

    def columns(self, name: str, field: forms.ChoiceField) -> Any:
        """What may be chosen."""
        if name == "reference":
            return [("largest", "the largest group"), ("best", "the group selected most often")]
        if name == "intersections":
            return [("", "none"), ("2", "two columns"), ("3", "three columns")]
        if name == "group":
            return self.groups(self.log.told.decision, self.log.told.label)
        return super().columns(name, field)

    def clean(self) -> dict[str, Any]:
        """Combinations need as many columns."""
        cleaned = super().clean()
        many = int(cleaned.get("intersections") or 0)
        if many > len(cleaned.get("group", [])):
            self.add_error("intersections", f"Choose at least {many} columns above, or no combinations.")
        cleaned["intersections"] = many or None
        return cleaned


FORMS: dict[str, type[Asked]] = {form.question: form for form in (BlastRadius, Fairness)}
"""The form of every question that has one."""


def _named(column: str) -> str:
    return column if column.isidentifier() else '"' + column.replace('"', '""') + '"'
