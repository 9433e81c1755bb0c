"""Forms about causes: factors, whys, open questions, what went well."""

import re
from typing import Any, ClassVar

from django import forms

from hotwash.incident.state import Incident
from hotwash.knowledge.factors import factors
from hotwash.reports.vocabulary import OBSERVED, TAGS
from hotwash.web.room.forms.act import Act, choice, findings_of, line, passage, shown_by

_NUMBERS = re.compile(r"\d{1,9}")
_LABEL = 70
ENTITIES = (("human", "people"), ("ai", "the AI system"), ("other", "something else, or not clear"))
INTENTS = (("unintentional", "not meant"), ("intentional", "meant"), ("other", "not clear"))
TIMINGS = (("pre-deployment", "before deployment"), ("post-deployment", "after deployment"), ("other", "not clear"))


class _Shown(Act):
    """A cause with what shows it: a finding or something kept, words, other entries."""

    beside = ("finding", "evidence")
    more: ClassVar[tuple[str, ...]] = ("supports",)
    more_title = "It rests on other entries"

    def settle(self, incident: Incident) -> None:
        """Offer the findings and what was kept."""
        findings_of(self.fields["finding"], incident)
        kept = [(one, incident.evidence[one].event.name) for one in incident.evidence]
        kept += [(one, "evidence that was held") for one in incident.holds]
        kept += [(tree.last.entry, f"fault tree {tree.name}") for tree in incident.trees.values()]
        widget = self.fields["finding"].widget
        widget.choices = [*widget.choices, *((f"e{one}", f"{one}: {name[:_LABEL]}") for one, name in kept)]

    def begin(self, event: Any) -> None:
        """Begin with a cause as it stands; the first entry that supports it is offered in the list if it is there."""
        offered = {value for value, _ in self.fields["finding"].widget.choices}
        rest = [one for one in event.supports if event.finding is not None or f"e{one}" not in offered]
        first = next((f"e{one}" for one in event.supports if one not in rest), "")
        rest = [one for one in event.supports if f"e{one}" != first]
        self.initial.update(
            finding=str(event.finding) if event.finding is not None else first,
            evidence=event.evidence,
            supports=", ".join(str(one) for one in rest),
        )

    def clean(self) -> dict[str, Any]:
        """Read the numbers of entries."""
        cleaned = super().clean()
        typed = str(cleaned.get("supports") or "")
        if _NUMBERS.sub("", typed).strip(" ,;\t"):
            self.add_error("supports", "Write the numbers of entries, such as 12, 15.")
        cleaned["supports"] = [int(number) for number in _NUMBERS.findall(typed)]
        chosen = str(cleaned.get("finding") or "")
        if chosen.startswith("e") and chosen[1:].isdecimal():
            cleaned["supports"].insert(0, int(chosen[1:]))
            cleaned["finding"] = ""
        return cleaned


def _made_from() -> forms.CharField:
    """The version that the words were made from; it goes with a draft, so that an old one replaces nothing unseen."""
    return forms.CharField(widget=forms.HiddenInput(attrs={"data-keep": ""}), required=False)


def _version(said: dict[str, Any]) -> dict[str, Any]:
    made_from = str(said.pop("made_from", ""))
    return {**said, "version": int(made_from) if made_from.isdecimal() and len(made_from) < 12 else 0}


class _Failures(forms.Field):
    """Names of the GMF taxonomy, under the tag where each usually stands."""

    def __init__(self) -> None:
        groups = [(tag.title, [(name, name) for name in tag.failures]) for tag in factors().tags if tag.failures]
        widget = forms.SelectMultiple(attrs={"size": 8}, choices=groups)
        help_text = "Names of technical failures in the AI Incident Database. Several may hold."
        super().__init__(label="Called there", required=False, widget=widget, help_text=help_text)


class AddFactor(_Shown):
    """A contributing factor."""

    verb, tab, button, fold = "add-factor", "causes", "Add the factor", "Add a contributing factor"
    more = ("supports", "failures", "entity", "intent", "timing")
    more_title = "Other entries that show it, and what AIID and MIT call it"
    text = passage(
        "What contributed", rows=2, help_text="Conditions, not people. There are several, never one.", wording=True
    )
    tag = choice("It lies in", list(TAGS.items()))
    finding = shown_by("Shown by")
    evidence = line("Or what else shows it", required=False, help_text="Without either it is marked as a belief.")
    supports = line("Entries that show it", required=False, help_text="Their numbers, such as 12, 15.")
    failures = _Failures()
    entity = choice("Caused by", ENTITIES, required=False, help_text="As MIT's AI Risk Repository puts it.")
    intent = choice("The outcome was", INTENTS, required=False)
    timing = choice("It arose", TIMINGS, required=False)


class EditFactor(AddFactor):
    """A factor in better words."""

    verb, tab, button, fold = "edit-factor", "cause", "Keep these words", ""
    fixed = ("factor",)
    made_from = _made_from()

    def settle(self, incident: Incident) -> None:
        """Begin with the factor as it stands."""
        super().settle(incident)
        number = str(self.initial.get("factor") or self.data.get("factor") or "")
        known = incident.factors.get(int(number)) if number.isdecimal() else None
        if known is not None:
            event = known.event
            self.begin(event)
            self.initial.update(text=event.text, tag=event.tag, failures=list(event.failures))
            self.initial.update(entity=event.entity, intent=event.intent, timing=event.timing)
            self.initial["made_from"] = known.version

    def words(self) -> dict[str, Any]:
        """With the version that it was made from."""
        return _version(super().words())


class WithdrawFactor(Act):
    """It did not contribute after all."""

    verb, tab, button, fold, first = "withdraw-factor", "cause", "Take it back", "Take it back", False
    fixed = ("factor",)
    reason = line("Reason", help_text="It stays in the record with the reason.")


class AddWhy(_Shown):
    """One answer to why."""

    verb, tab, button, fold = "add-why", "causes", "Add the answer", "Ask why"
    fixed: ClassVar[tuple[str, ...]] = ("parent",)
    first = False
    question = line("Why …?", help_text="Ask what made it sensible at the time, rather than who did it.")
    answer = passage("Because", rows=2, wording=True)
    finding = shown_by("Shown by")
    evidence = line("Or what else shows it", required=False)
    supports = line("Entries that show it", required=False, help_text="Their numbers, such as 12, 15.")


class EditWhy(AddWhy):
    """An answer in better words."""

    verb, tab, button, fold, first = "edit-why", "cause", "Keep these words", "", True
    fixed = ("why",)
    made_from = _made_from()

    def settle(self, incident: Incident) -> None:
        """Begin with the answer as it stands."""
        super().settle(incident)
        number = str(self.initial.get("why") or self.data.get("why") or "")
        known = incident.whys.get(int(number)) if number.isdecimal() else None
        if known is not None:
            self.begin(known.event)
            self.initial.update(question=known.event.question, answer=known.event.answer)
            self.initial["made_from"] = known.version

    def words(self) -> dict[str, Any]:
        """With the version that it was made from."""
        return _version(super().words())


class WithdrawWhy(Act):
    """The answer does not hold."""

    verb, tab, button, fold, first = "withdraw-why", "cause", "Take it back", "Take it back", False
    fixed = ("why",)
    reason = line("Reason", help_text="It stays in its place with the reason; what stands below it stays too.")


class AskQuestion(Act):
    """What nobody knows yet."""

    verb, tab, button, fold = "ask-question", "causes", "Write it down", "Write down what nobody knows yet"
    text = passage("What nobody knows yet", rows=2, wording=True)


class AnswerQuestion(Act):
    """An open question found its answer."""

    verb, tab, button, fold, fixed = "answer-question", "causes", "Record the answer", "Answer it", ("question",)
    first = False
    answer = passage("Answer", rows=2, wording=True)


class Observe(Act):
    """What went well, what was hard, where luck helped."""

    verb, tab, button, fold = "observe", "causes", "Add it", "Add what went well, was hard, or was luck"
    what = choice("Which", list(OBSERVED.items()))
    text = passage("What", rows=2, wording=True)
