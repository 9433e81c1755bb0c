"""Forms of the inbox: what narrows the list, what a line becomes, and addresses."""

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from hotwash.connect.senders import SENDERS
from hotwash.incident.rules.life import TITLE_LENGTH_MAX
from hotwash.knowledge.harms import harms
from hotwash.web.inbox import listing
from hotwash.web.inbox.addresses import MAPPED, MAPPING_MAX, SIGNING_MAX
from hotwash.web.inbox.endpoint import BODY_MAX
from hotwash.web.inbox.triage import REASON_MAX
from hotwash.web.pages.declaring import system_choices

GRADES = {"critical": "Critical", "high": "High", "unknown": "Not said", "low": "Low"}
"""What senders say. Hotwash's own severity is assessed, and never taken from this."""
_SLEEPS = (("1", "1 hour"), ("4", "4 hours"), ("24", "1 day"), ("72", "3 days"), ("168", "1 week"), ("", "until …"))


class Filters(forms.Form):
    """What the list is narrowed to. A value that is not known narrows nothing."""

    view = forms.ChoiceField(choices=[*listing.VIEWS.items()], required=False, label="Show")
    sender = forms.CharField(required=False, label="Sender", max_length=40)
    system = forms.ChoiceField(required=False, label="AI system")
    grade = forms.ChoiceField(choices=[("", "Every grade"), *GRADES.items()], required=False, label="Grade")

    def __init__(self, given: Any, systems: list[tuple[str, str]]) -> None:
        super().__init__(given, auto_id="filter_%s")
        self.fields["system"].choices = [("", "Every system"), *systems]  # type: ignore[attr-defined]

    def wanted(self) -> listing.Wanted:
        """The narrowing."""
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value}
        return listing.Wanted(**known)


class Promote(forms.Form):
    """An incident from a line."""

    title = forms.CharField(
        max_length=TITLE_LENGTH_MAX,
        label="What is happening?",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write one sentence: what is happening, and to whom."},
    )
    harms = forms.MultipleChoiceField(
        required=False,
        label="What kind of harm?",
        choices=lambda: [(harm.id, harm.title) for harm in harms().harms],
        widget=forms.CheckboxSelectMultiple,
    )
    begin_harm = forms.BooleanField(
        required=False,
        initial=True,
        label="People may have been harmed since the time of the data",
        help_text="Recorded as an estimate with its source. The onset question can state it again.",
    )


class Join(forms.Form):
    """An incident that a line belongs to."""

    incident = forms.CharField(max_length=60, label="Incident", help_text="Such as INC-2026-0007.")


class Snooze(forms.Form):
    """How long a line sleeps."""

    hours = forms.ChoiceField(choices=_SLEEPS, required=False, label="For", initial="4")
    until = forms.DateTimeField(
        required=False,
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(required=False, max_length=REASON_MAX, label="Why")

    def clean(self) -> dict[str, Any]:
        """Until when, from either."""
        words = super().clean() or self.cleaned_data
        until: datetime | None = words.get("until")
        if until is None and words.get("hours"):
            until = timezone.now() + timedelta(hours=int(words["hours"]))
        if until is None:
            raise forms.ValidationError("Say how long it shall sleep.")
        return {**words, "until": until}


class Dismiss(forms.Form):
    """Why a line needs nobody."""

    reason = forms.CharField(
        max_length=REASON_MAX, label="Why it needs nobody", error_messages={"required": "Say why it needs nobody."}
    )


class AddressForm(forms.Form):
    """An address."""

    sender = forms.ChoiceField(
        label="Sender",
        choices=lambda: [*((one.name, one.title) for one in SENDERS.values()), (MAPPED, "Any other JSON")],
    )
    name = forms.SlugField(
        max_length=60, label="Name", help_text="For people: small letters, digits, hyphens, such as grafana-loans."
    )
    system = forms.CharField(required=False, label="About which AI system?")
    team = forms.CharField(required=False, max_length=200, label="Team that looks after it")
    signing = forms.CharField(
        required=False,
        max_length=SIGNING_MAX,
        label="What it signs with",
        help_text="The secret of its webhook, or the bearer token that it shows. Empty: only the address is a secret.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    mapping = forms.CharField(
        required=False,
        max_length=MAPPING_MAX,
        label="Mapping",
        help_text="Only for any other JSON: where each word of a signal stands in the body.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )
    forget_signing = forms.BooleanField(required=False, label="Verify nothing any more")
    body = forms.CharField(
        required=False,
        max_length=BODY_MAX,
        label="A body to try it on",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, only: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        for name in set(self.fields) - set(only):
            del self.fields[name]
        if "system" in self.fields:
            self.fields["system"].widget = forms.Select(choices=system_choices())

    def clean_mapping(self) -> dict[str, Any] | None:
        """A JSON object, or nothing."""
        text = self.cleaned_data["mapping"].strip()
        if not text:
            return None
        try:
            told = json.loads(text)
        except (ValueError, RecursionError) as bad:
            raise forms.ValidationError(f"This is no JSON: {str(bad)[:200]}.") from bad
        if not isinstance(told, dict):
            raise forms.ValidationError("Write an object with `paths`.")
        return told
