"""Forms about the incident as a whole: title, summary, end and new beginning."""

from typing import Any, ClassVar

from django import forms

from hotwash.incident.state import Incident
from hotwash.web.room.forms.act import Act, line, passage


class Whole(Act):
    """A text that is written anew as a whole, over the one that the writer saw."""

    whole: ClassVar[str]
    kind: ClassVar[str]
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def settle(self, incident: Incident) -> None:
        """Begin with the text as it stands."""
        self.fields[self.whole].initial = self.standing(incident)
        self.fields["expected"].initial = incident.number

    def standing(self, incident: Incident) -> str:
        """The text as it stands."""
        raise NotImplementedError


class Retitle(Whole):
    """A better name."""

    verb, tab, button, fold, whole, kind = "retitle", "record", "Rename", "Rename", "title", "retitled"
    title = line("Title", maxlength=300)

    def standing(self, incident: Incident) -> str:
        """The title."""
        return incident.title


class Summarise(Whole):
    """What happened, in a few sentences."""

    verb, tab, button, whole, kind = "summarise", "post-mortem", "Save the summary", "text", "summarised"
    fold = "Write the summary"
    text = passage(
        "Summary", rows=6, help_text="What happened, as one would tell somebody who was not there.", wording=True
    )

    def standing(self, incident: Incident) -> str:
        """The summary."""
        return incident.summary


class Resolve(Act):
    """The harm has stopped."""

    verb, tab, button, fold = (
        "resolve",
        "actions",
        "Resolve the incident",
        "Resolve: the harm has stopped and the fix holds",
    )
    how = passage("How it was resolved", rows=2)
    owed_because = line("People still wait for a remedy, because", required=False)

    def settle(self, incident: Incident) -> None:
        """Ask for the reason only where people wait."""
        if not incident.owed and not (incident.register and incident.register.open):
            self.fields.pop("owed_because", None)


class Close(Act):
    """The lessons are taken."""

    verb, tab, button, fold = "close", "actions", "Close the incident", "Close: the lessons are taken"
    reason = line("Reason", help_text="Facts that come late can still be recorded.")
    no_gate_because = line("It leaves no gate behind, because", required=False)

    def settle(self, incident: Incident) -> None:
        """Ask why there is no gate only where there is none."""
        if incident.gates or incident.kind != "normal":
            self.fields.pop("no_gate_because", None)


class Reopen(Act):
    """It came back."""

    verb, tab, button, fold = (
        "reopen",
        "actions",
        "Open it again",
        "Open it again: it came back, or something was missed",
    )
    reason = line("Reason")


class NotConfirm(Act):
    """No harm was found."""

    verb, tab, button, fold = (
        "not-confirm",
        "actions",
        "End as not confirmed",
        "Not confirmed: looked into, no harm found",
    )
    first = False
    reason = line("What was looked at, and why it is no harm", help_text="The record and its evidence stay.")


__all__: list[Any] = ["Close", "NotConfirm", "Reopen", "Resolve", "Retitle", "Summarise", "Whole"]
