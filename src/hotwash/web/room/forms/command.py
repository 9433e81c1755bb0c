"""Forms of command: an operational period, and what came of its objectives."""

from django import forms

from hotwash.web.room.forms.act import Act, Moment, line, passage


class StartPeriod(Act):
    """An operational period begins."""

    verb, tab, button, fold = "start-period", "people", "Open the period", "Open an operational period"
    lists = ("objectives",)
    until = Moment("Until", help_text="When the next one is planned to begin.")
    objectives = passage("Objectives, one a line", rows=4, help_text="What is to be true at its end? At most twelve.")
    safety = line("Take care", required=False, help_text="Who could be in danger, responders included?")
    emphasis = line("Bear in mind", required=False)


class SettleObjective(Act):
    """What came of an objective."""

    verb, tab, button, fold = "settle-objective", "people", "Record", "Settle it"
    fixed = ("period", "objective")
    first = False
    outcome = forms.CharField(
        label="It was",
        widget=forms.RadioSelect(choices=(("met", "met"), ("carried-over", "carried over"), ("dropped", "dropped"))),
    )
    text = line("In words", required=False, help_text="What is dropped needs a reason.")
