"""Forms about an AI system: one for each verb, with the words of its rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone

from hotwash.investigate.expression import Column
from hotwash.response.request import TEXT_LENGTH_MAX
from hotwash.systems.rules import ROLES
from hotwash.systems.state import System
from hotwash.web.door import desk

TIERS = (
    ("prohibited", "Prohibited"),
    ("high", "High risk"),
    ("limited", "Limited risk"),
    ("minimal", "Minimal risk"),
    ("unknown", "Tier not known yet"),
)
_PARTS = [
    ("model", "Model"),
    ("data", "Data"),
    ("prompt", "Prompt"),
    ("code", "Code"),
    ("configuration", "Configuration"),
]
ROLE_TITLES = {
    "time": ("When it was decided", ""),
    "version": ("Version of the model", ""),
    "subject": ("Whom it was about", "A number or key for the person, never a name."),
    "score": ("The model’s score", ""),
    "decision": ("What was decided", ""),
    "label": ("What turned out to be true", ""),
}


def one_line(label: str, *, help_text: str = "", required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=300, **more)


def some_text(label: str, *, rows: int = 3, help_text: str = "", required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=TEXT_LENGTH_MAX, widget=area)


class SystemForm(forms.Form):
    """The words of one verb."""

    verb: ClassVar[str] = ""
    done: ClassVar[str] = "Recorded."

    @classmethod
    def about(cls, known: System) -> "SystemForm":
        """The empty form, filled in with what is known."""
        return cls(prefix=cls.verb, initial=cls.known(known))

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:  # noqa: ARG003
        """What the form begins with."""
        return {}

    def words(self) -> dict[str, Any]:
        """What the verb is asked with."""
        return dict(self.cleaned_data)

    def at(self) -> datetime | None:
        """When it happened, where the form asks."""
        return None


class Registration(SystemForm):
    """A new system."""

    verb = "register"
    name = one_line("Name", help_text="As people here call it, such as Résumé screening.")
    purpose = some_text("What does it decide or say, and for whom?", rows=2, required=False)
    owner = one_line("Who answers for it?", required=False)
    tier = forms.ChoiceField(label="Risk tier", choices=TIERS, initial="unknown")
    slug = one_line(
        "Short name",
        help_text="For addresses and the command line: small letters, digits, hyphens. Made from the name if left out.",
        required=False,
    )

    def words(self) -> dict[str, Any]:
        """The short name only where one was given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "slug" or value}


class Owner(SystemForm):
    """Who answers for the system."""

    verb, done = "change-owner", "The owner is recorded."
    owner = one_line("Who answers for it now?")

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:
        """The owner of now."""
        return {"owner": known.owner}


class Purpose(SystemForm):
    """What the system is for."""

    verb, done = "set-purpose", "The purpose is recorded."
    purpose = some_text("What does it decide or say, and for whom?")

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:
        """The purpose of now."""
        return {"purpose": known.purpose}


class Team(SystemForm):
    """The team that the system belongs to."""

    verb, done = "join-team", "The team is recorded."
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((one.name, short) for short, one in desk().organisation().teams.standing.items())
        self.fields["team"].choices = [("", "No team"), *((short, name) for name, short in named)]  # type: ignore[attr-defined]

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:
        """The team of now."""
        return {"team": known.team}


class KeepGate(SystemForm):
    """A gate that the system keeps."""

    verb, done = "keep-gate", "The gate is kept."
    text = forms.CharField(
        label="The gate",
        help_text="Questions to a log, with thresholds (TOML).",
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 16, "class": "condition", "spellcheck": "false"}),
    )
    gate = one_line("Short name", help_text="Made from the title if left out.", required=False)
    note = some_text("Note", rows=2, required=False)


class RetireGate(SystemForm):
    """A gate that is not asked any more."""

    verb, done = "retire-gate", "The gate is not asked any more."
    gate = forms.ChoiceField(label="Which gate")
    reason = some_text("Why?", rows=2)

    def __init__(self, *args: Any, gates: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = gates if gates is not None else [str(self.data.get(self.add_prefix("gate"), ""))]
        self.fields["gate"].choices = [(one, one) for one in offered]  # type: ignore[attr-defined]

    @classmethod
    def about(cls, known: System) -> SystemForm:
        """The gates that are asked."""
        return cls(prefix=cls.verb, gates=[name for name, one in known.gates.items() if one.retired is None])


class TierChoice(SystemForm):
    """The risk tier."""

    verb, done = "set-tier", "The tier is recorded."
    tier = forms.ChoiceField(label="Risk tier", choices=TIERS)
    reason = some_text("Why this tier?", rows=2)

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:
        """The tier of now."""
        return {"tier": known.tier}


class Deployed(SystemForm):
    """A version that went live."""

    verb, done = "deploy", "The version is recorded."
    part = forms.ChoiceField(label="Of what", choices=_PARTS)
    version = one_line("Version")
    live_at = forms.DateTimeField(
        label="Live since, if not just now",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = some_text("What changed?", rows=2, required=False)

    def clean_live_at(self) -> datetime | None:
        """A moment in the past."""
        at: datetime | None = self.cleaned_data["live_at"]
        if at is not None and at > timezone.now():
            raise forms.ValidationError("That is still to come: record it once it is live.")
        return at

    def words(self) -> dict[str, Any]:
        """All but the time."""
        return {name: value for name, value in self.cleaned_data.items() if name != "live_at"}

    def at(self) -> datetime | None:
        """When it went live."""
        at: datetime | None = self.cleaned_data["live_at"]
        return at


class StopAuthority(SystemForm):
    """Who may stop the system."""

    verb, done = "set-stop-authority", "It is recorded who may stop the system."
    people = some_text("Who may stop it?", rows=2, help_text="One name or role a line. At night too.")
    how = one_line("How are they reached?", required=False)

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:
        """Who may stop it now."""
        stop = known.stop_authority
        return {"people": "\n".join(stop.people), "how": stop.how} if stop else {}

    def clean_people(self) -> tuple[str, ...]:
        """One a line."""
        return tuple(name.strip() for name in self.cleaned_data["people"].splitlines() if name.strip())


class Note(SystemForm):
    """A note."""

    verb, done = "note-system", "The note is recorded."
    text = some_text("Note")


class Retirement(SystemForm):
    """The end of a system."""

    verb, done = "retire", "The system is recorded as retired."
    reason = some_text("Why does it no longer run?", rows=2, help_text="Its record stays, and its incidents stay open.")


VERB_FORMS: dict[str, type[SystemForm]] = {
    form.verb: form
    for form in (Deployed, Owner, Team, Purpose, TierChoice, StopAuthority, KeepGate, RetireGate, Note, Retirement)
}
"""Every verb with a form on the page of a system; the log has a page of its own."""


class LogColumns(forms.Form):
    """What the columns of a log mean, guessed where the form begins, for a person to confirm."""

    source = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    favourable = one_line(
        "The decision that a person would want",
        help_text="As it is written in the log, such as invite or 1.",
        required=False,
    )

    zone = one_line(
        "Time zone of the clock that wrote the times",
        help_text="Such as UTC or Europe/Berlin. Needed only where the times name no zone themselves.",
        required=False,
    )

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zoneless = {column.name for column in columns if column.kind == "time" and not column.zoned}
        names = [(column.name, column.name) for column in columns]
        choices = [("", "not in this log"), *names]
        roles: dict[str, forms.Field] = {}
        for role in ROLES:
            title, hint = ROLE_TITLES[role]
            roles[role] = forms.ChoiceField(label=title, help_text=hint, choices=choices, required=False)
        roles["attributes"] = forms.MultipleChoiceField(
            label="What people may be treated differently by",
            help_text="Sex, age, origin, region … Groups are formed by these columns.",
            choices=names,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields = {**roles, **self.fields}

    def clean_zone(self) -> str | None:
        """A zone that is known."""
        name = self.cleaned_data["zone"].strip()
        if name and name not in available_timezones():
            raise forms.ValidationError("There is no such time zone: write it as Europe/Berlin or UTC.")
        return name or None

    def clean(self) -> dict[str, Any]:
        """A column means one thing, and a time means one moment."""
        words: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for role in ROLES:
            column = words.get(role)
            if column and column in taken:
                self.add_error(role, f"“{column}” is already taken for: {ROLE_TITLES[taken[column]][0].lower()}.")
            elif column:
                taken[column] = role
        if words.get("time") in self._zoneless and not words.get("zone") and not self.has_error("zone"):
            self.add_error("zone", f"The times in “{words['time']}” name no zone: 09:00 could be any of 24 moments.")
        return words

    def words(self) -> dict[str, Any]:
        """What the verb ``describe-log`` is asked with."""
        said = self.cleaned_data
        return {
            "source": said["source"],
            "columns": {role: said[role] for role in ROLES if said.get(role)},
            "attributes": tuple(said["attributes"]),
            "favourable": said["favourable"] or None,
            "zone": said["zone"],
        }
