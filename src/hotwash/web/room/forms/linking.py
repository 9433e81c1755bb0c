"""Forms about other incidents: link, merge, split, and what is left open by a merge."""

from datetime import datetime
from typing import Any

from django import forms

from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief
from hotwash.response import linking
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.room.forms.act import Act, choice, line, passage

KINDS = (
    ("duplicate-of", "is a duplicate of it"),
    ("caused-by", "was caused by it"),
    ("same-cause", "has the same cause"),
    ("follows", "follows it"),
)
OUTCOMES = (("taken-over", "this incident takes it over"), ("closed", "it needs no going on"))
_ID: dict[str, Any] = {"placeholder": "INC-2026-0001", "class": "short", "maxlength": "60"}


class Both(Act):
    """A form whose verb concerns two incidents."""

    tab = "linked"

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Say the verb in both records, or in neither. Raises as `hotwash.response.linking.say`."""
        at: datetime | None = self.cleaned_data.get("at") or None
        return linking.say(desk, incident_id, self.verb, by=by, at=at, **self.words())


class Link(Both):
    """Two incidents belong together."""

    verb, button, fold = "link", "Link", "Link it to another incident"
    other = line("The other incident", **_ID)
    kind = choice("This incident", KINDS)
    reason = line("How one knows", required=False)


class Unlink(Both):
    """The link was mistaken."""

    verb, button, fold = "unlink", "Take the link back", "Take it back"
    fixed = ("other", "kind")
    first = False
    reason = line("Reason", help_text="The link stays visible in both records, and no longer counts.")


class Merge(Both):
    """It goes on elsewhere."""

    verb, button, fold = "merge", "Merge", "Merge it into another incident"
    first = False
    into = line(
        "It goes on in",
        help_text="This one becomes read-only and points there. Its entries stay, and stand in the other timeline. "
        "What is open here is listed there, to be taken over or closed. This can be undone.",
        **_ID,
    )
    reason = line("Reason")


class UndoMerge(Both):
    """It goes on by itself again."""

    verb, button, fold = "undo-merge", "Undo the merge", "Undo the merge"
    first = False
    reason = line("Reason", help_text="It stands as it stood before. What was taken over stays in the other one too.")


class SettleLeftover(Both):
    """Take over, or close with a reason."""

    verb, button, fold = "settle-leftover", "Record", "Take over or close"
    fixed = ("other", "what", "entry", "name")
    outcome = forms.CharField(
        label="From here on",
        initial="taken-over",
        widget=forms.RadioSelect(choices=OUTCOMES),
    )
    reason = line("Reason", required=False, help_text="What needs no going on needs one.")

    def __init__(self, data: Any = None, files: Any = None, **given: Any) -> None:
        super().__init__(data, files, **given)
        # An incident's id is no part of a form's place for other forms, but here it tells two merged ones apart.
        parts = [str(given.get(name) or (data or {}).get(name) or "").lower() for name in self.fixed]
        self.place = "-".join(["settle-leftover", *(part for part in parts if part.replace("-", "").isalnum())])[:120]
        self.auto_id = f"{self.place}-%s"


class Split(Both):
    """Part of it is another matter."""

    verb, button, fold = "split", "Split off", "Split evidence, findings or signals off"
    first = False
    entries = forms.Field(label="What goes on elsewhere", widget=forms.CheckboxSelectMultiple)
    title = line("What the new incident is called", required=False, maxlength="300")
    into = line("Or the incident that is there already", required=False, **_ID)
    reason = passage("Reason", rows=2, help_text="The entries stay here too; both timelines say where they go on.")

    def settle(self, incident: Incident) -> None:
        """Offer what can be split off."""
        known = {
            **{entry: said.event.name for entry, said in incident.evidence.items()},
            **{entry: said.event.sentence for entry, said in incident.findings.items()},
            **dict.fromkeys(incident.holds, "what was held"),
            **{said.entry: said.event.title for said in incident.signals},
        }
        self.fields["entries"].widget.choices = [
            (str(entry), f"{entry}: {brief(words, 90)}") for entry, words in sorted(known.items())
        ]

    def words(self) -> dict[str, Any]:
        """The entries as numbers."""
        said = super().words()
        return {**said, "entries": [int(entry) for entry in said.get("entries", ()) if entry.isdecimal()]}
