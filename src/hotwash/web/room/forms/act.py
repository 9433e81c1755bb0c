"""What every form of the room is: a verb with its fields. The desk decides; a form only reads what was typed."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from hotwash.incident.state import Incident
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.request import BadRequest
from hotwash.web.worded import Worded

Choices = Sequence[tuple[str, str]]

WHEN = "It happened at another time"

_PLAIN = re.compile(r"[a-z0-9-]{1,60}")
"""What can be part of a form's place: the number of an entry, or the id of a step."""

_NAMED = re.compile(r"`([a-z][a-z_]*)`")


class Moment(forms.CharField):
    """A time on the reader's clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60", "class": "short"})

    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(label=label, help_text=help_text, required=False)


class Act(forms.Form):
    """A form that says one verb of an incident.

    :cvar verb: the verb of the desk
    :cvar name: what the form is called in addresses, where it is not called as its verb
    :cvar tab: the page on which the form stands
    :cvar button: what the button says
    :cvar fold: what opens the form, where it is folded away at first
    :cvar more: fields behind a second fold, and what opens them
    :cvar beside: fields that share one row
    :cvar fixed: fields that the page fills in, such as the action that is closed
    :cvar template: how it is drawn
    """

    verb: ClassVar[str]
    name: ClassVar[str] = ""
    tab: ClassVar[str]
    button: ClassVar[str]
    fold: ClassVar[str] = ""
    more: ClassVar[tuple[str, ...]] = ()
    more_title: ClassVar[str] = "More"
    beside: ClassVar[tuple[str, ...]] = ()
    fixed: ClassVar[tuple[str, ...]] = ()
    lists: ClassVar[tuple[str, ...]] = ()
    first: ClassVar[bool] = True
    template: ClassVar[str] = "room/act.html"
    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None, *, incident: Incident | None = None, **fixed: Any) -> None:
        numbers = {name: str(fixed.get(name) or (data or {}).get(name) or "") for name in self.fixed}
        self.place = "-".join([self.word, *(number for number in numbers.values() if _PLAIN.fullmatch(number))])
        super().__init__(data, files, auto_id=f"{self.place}-%s", initial=fixed)
        for name in self.fixed:
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, required=False)
        for field in self.fields.values():
            field.error_messages["required"] = "This is needed."
            if field.required and not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
                field.widget.attrs["required"] = True
        if incident is not None:
            self.settle(incident)

    @property
    def word(self) -> str:
        """What the form is called in addresses."""
        return self.name or self.verb

    def settle(self, incident: Incident) -> None:
        """Fill the choices that depend on the incident."""

    def clean(self) -> dict[str, Any]:
        """Read every time on the reader's clock."""
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, Moment) and cleaned.get(name):
                try:
                    cleaned[name] = read_moment(cleaned[name])
                except ValueError:
                    self.add_error(name, "This is no time. Write it as 2026-03-31T09:00.")
        return cleaned

    def words(self) -> dict[str, Any]:
        """What the desk is asked, without what was left empty."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [], ())}
        said.pop("at", None)
        for name in self.lists:
            if name in said and isinstance(said[name], str):
                said[name] = [line.strip() for line in said[name].splitlines() if line.strip()]
        return said

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Say the verb at the desk. Raises as `Desk.record` does."""
        return desk.record(incident_id, self.verb, by=by, at=self.cleaned_data.get("at") or None, **self.words())

    def landing(self, incident_id: str) -> str:
        """The page to show when it was recorded, for forms that stand beside the tabs."""
        raise NotImplementedError

    def refuse(self, no: Exception) -> None:
        """Put a refusal of the desk beside the field that it is about, or above the form."""
        field = no.field.split("[")[0] if isinstance(no, BadRequest) else ""
        if isinstance(no, BadRequest) and field in self.fields and field not in self.fixed:
            self.add_error(field, f"{self.fields[field].label}: {no.why}")
        else:
            self.add_error(None, _NAMED.sub(self._called, str(no)))

    def _called(self, named: re.Match[str]) -> str:
        """A field as the page calls it, where a sentence calls it as programs do."""
        field = self.fields.get(named[1])
        return f"“{field.label}”" if field else named[0]

    @property
    def shown(self) -> Iterator[forms.BoundField | list[forms.BoundField]]:
        """The fields in their order; those that share a row come as a list."""
        row = [self[name] for name in self.beside if name not in self.more]
        for name in self.fields:
            if name in self.more or name in self.fixed:
                continue
            if name not in self.beside:
                yield self[name]
            elif row:
                yield row
                row = []

    @property
    def behind(self) -> list[forms.BoundField]:
        """The fields behind the second fold."""
        return [self[name] for name in self.more]

    @property
    def behind_open(self) -> bool:
        """Whether the second fold must be open: something in it is wrong, or was typed."""
        return self.is_bound and any(field.errors or field.value() for field in self.behind)

    @property
    def hidden(self) -> list[forms.BoundField]:
        """The fields that the page filled in."""
        return [self[name] for name in self.fixed]

    @property
    def sends_file(self) -> bool:
        """Whether a file travels with it."""
        return self.is_multipart()


def read_moment(text: str) -> datetime:
    """A typed time with its zone: the one that it names, or the reader's.

    :raises ValueError: if it is no time
    """
    at = datetime.fromisoformat(text.strip())
    return at if at.tzinfo is not None else timezone.make_aware(at)


def line(label: str, *, help_text: str = "", required: bool = True, **attrs: Any) -> forms.CharField:
    """One line of text."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


def passage(
    label: str, *, help_text: str = "", required: bool = True, rows: int = 3, key: str = "", wording: bool = False
) -> forms.CharField:
    """Some lines of text; with ``wording`` what could be said otherwise stands below it as somebody writes."""
    keys = {"data-key": key, "data-key-label": label} if key else {}
    widget: forms.Textarea = Worded(attrs={"rows": rows, **keys}) if wording else forms.Textarea({"rows": rows, **keys})
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


def choice(
    label: str, choices: Choices, *, help_text: str = "", required: bool = True, empty: str = ""
) -> forms.CharField:
    """One of a few; the desk holds it against its own list."""
    listed = list(choices) if required and not empty else [("", empty or "–"), *choices]
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.Select(attrs={"class": "short"}, choices=listed),
    )


def number(label: str, *, help_text: str = "", required: bool = True, whole: bool = True) -> forms.Field:
    """A number of people, or an amount."""
    attrs = {"inputmode": "numeric" if whole else "decimal", "class": "short", "autocomplete": "off"}
    kind = forms.IntegerField if whole else forms.FloatField
    field = kind(label=label, help_text=help_text, required=required, widget=forms.TextInput(attrs=attrs))
    field.error_messages["invalid"] = (
        "Write a whole number, such as 1243." if whole else "Write a number, such as 1243."
    )
    return field


def day(label: str, *, help_text: str = "") -> forms.CharField:
    """A date."""
    widget = forms.DateInput(attrs={"type": "date", "class": "short"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def shown_by(label: str = "Shown by finding") -> forms.CharField:
    """A finding of the incident; `findings_of` fills the choices."""
    return choice(label, (), required=False, empty="no finding yet")


def findings_of(field: forms.Field, incident: Incident) -> None:
    """Offer the findings of an incident."""
    offered = [(str(entry), f"{entry}: {said.event.sentence[:70]}") for entry, said in incident.findings.items()]
    field.widget.choices = [("", "no finding"), *offered]
