"""Forms about the harm: how much, since when, who knew, and what people are owed."""

from typing import Any

from hotwash.incident.state import Incident
from hotwash.knowledge.harms import harms
from hotwash.reports.vocabulary import AWARENESS
from hotwash.web.room.forms.act import Act, Moment, choice, day, findings_of, line, number, passage, shown_by


class EstimateHarm(Act):
    """How much harm, with a range."""

    verb, tab, button, fold = "estimate-harm", "harm", "Record the estimate", "Estimate how much"
    beside = ("value", "low", "high", "unit")
    more, more_title = ("harm", "currency"), "Type of harm, currency"
    what = line("What was done to people", help_text="Such as: qualified people whom version 2 rejected.")
    value = number("Value", whole=False)
    low = number("At least", required=False, whole=False)
    high = number("At most", required=False, whole=False)
    unit = choice("Counted in", (("people", "people"), ("decisions", "decisions"), ("money", "money")))
    finding = shown_by("Computed by finding")
    basis = passage(
        "What it rests on",
        required=False,
        rows=2,
        help_text="Needed where no finding shows it: it is then marked as typed.",
    )
    harm = choice("Type of harm", [(one.id, one.title) for one in harms().harms], required=False)
    currency = line("Currency", required=False, help_text="Where it is money, such as EUR.")

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class BeginHarm(Act):
    """Since when."""

    verb, tab, button, fold = "begin-harm", "harm", "Record the beginning", "Say since when people are harmed"
    beside = ("low", "high")
    at = Moment("People are harmed since")
    low = Moment("At the earliest")
    high = Moment("At the latest")
    source = line("How it is known")
    finding = shown_by()

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)

    def clean(self) -> dict[str, Any]:
        """Without a time it would begin now, which nobody means."""
        cleaned = super().clean()
        if not cleaned.get("at") and not self.has_error("at"):
            self.add_error("at", "Say since when; a day is enough.")
        return cleaned


class Detect(Act):
    """When it was first seen."""

    verb, tab, button, fold = "detect", "harm", "Record the detection", "Say when it was first seen"
    beside = ("at", "detector")
    source = line("How it is known")
    at = Moment("First seen at")
    detector = choice("Seen by", (("outside", "people outside"), ("inside", "us")))


class RecordAwareness(Act):
    """Who knew what, when."""

    verb, tab, button, fold = "record-awareness", "clocks", "Record it", "Record who knew what, when"
    beside = ("person", "at")
    fact = choice(
        "What",
        tuple(AWARENESS.items()),
        help_text="Such facts start legal clocks. A later one never hides an earlier one.",
    )
    person = line("Who", list="people-known")
    at = Moment("When")
    evidence = line("What shows it", required=False)


class OweRemedy(Act):
    """What people are owed."""

    verb, tab, button, fold = "owe-remedy", "actions", "Record what is owed", "Say what people are owed"
    beside = ("people", "owner", "due")
    what = line("What they are owed", help_text="Such as: decide again by hand, and write to each person.")
    people = number("How many people")
    owner = line("Who sees to it", list="people-known")
    due = day("By")


class CompleteRemedy(Act):
    """A remedy reached people."""

    verb, tab, button, fold, fixed = "complete-remedy", "actions", "Record it", "It reached people", ("remedy",)
    first = False
    people = number("How many people it reached")
    proof = line("What shows it")
