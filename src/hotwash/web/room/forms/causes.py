"""Forms about causes: factors, whys, open questions, what went well."""

from hotwash.incident.state import Incident
from hotwash.reports.vocabulary import OBSERVED, TAGS
from hotwash.web.room.forms.act import Act, choice, findings_of, line, passage, shown_by


class AddFactor(Act):
    """A contributing factor."""

    verb, tab, button, fold = "add-factor", "causes", "Add the factor", "Add a contributing factor"
    beside = ("finding", "evidence")
    text = passage("What contributed", rows=2, help_text="Conditions, not people. There are several, never one.")
    tag = choice("It lies in", list(TAGS.items()))
    finding = shown_by()
    evidence = line("Or what else shows it", required=False, help_text="Without either it is marked as a belief.")

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class AddWhy(Act):
    """One answer to why."""

    verb, tab, button, fold, fixed = "add-why", "causes", "Add the answer", "Ask why", ("parent",)
    beside, first = ("finding", "evidence"), False
    question = line("Why …?", help_text="Ask what made it sensible at the time, rather than who did it.")
    answer = passage("Because", rows=2)
    finding = shown_by()
    evidence = line("Or what else shows it", required=False)

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class AskQuestion(Act):
    """What nobody knows yet."""

    verb, tab, button, fold = "ask-question", "causes", "Write it down", "Write down what nobody knows yet"
    text = passage("What nobody knows yet", rows=2)


class AnswerQuestion(Act):
    """An open question found its answer."""

    verb, tab, button, fold, fixed = "answer-question", "causes", "Record the answer", "Answer it", ("question",)
    first = False
    answer = passage("Answer", rows=2)


class Observe(Act):
    """What went well, what was hard, where luck helped."""

    verb, tab, button, fold = "observe", "causes", "Add it", "Add what went well, was hard, or was luck"
    what = choice("Which", list(OBSERVED.items()))
    text = passage("What", rows=2)
