"""Forms of actions: agree, put otherwise, say how one sees that it worked, do, check, open again, give up."""

from typing import Any

import msgspec
from django import forms

from hotwash.incident.actions import Action
from hotwash.incident.state import Incident
from hotwash.knowledge.actions import action_words
from hotwash.reports.vocabulary import ACTION_KINDS, EFFORTS, STRENGTHS
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.effects import EXAMPLES
from hotwash.response.inquiries import QUESTIONS
from hotwash.response.request import BadRequest
from hotwash.web.room.forms.act import Act, choice, day, findings_of, line, number, passage, shown_by
from hotwash.web.room.forms.recovery import since
from hotwash.web.trackers.keeping import track
from hotwash.web.work.measuring import effects
from hotwash.web.work.queue import JobQueue

_STRENGTHS = [
    (one.id, f"{STRENGTHS[one.id]}: {one.sentence[:1].lower()}{one.sentence[1:-1]}") for one in action_words().strengths
]
"""Each strength with what it means."""


def _factors() -> forms.Field:
    return forms.Field(label="Against", required=False, widget=forms.CheckboxSelectMultiple)


def _factors_of(field: forms.Field, incident: Incident) -> None:
    offered = [(str(entry), f"{entry}: {said.event.text[:80]}") for entry, said in incident.factors.items()]
    field.widget.choices = offered
    if not incident.factors:
        field.help_text = "No contributing factor is written down yet (Causes)."


class AddAction(Act):
    """What will be done."""

    verb, tab, button, fold = "add-action", "actions", "Add the action", "Add an action"
    beside = ("kind", "owner", "due")
    more, more_title = ("strength", "effort", "factors"), "How strong it is, what it takes, and against what"
    title = line("What will be done", help_text="What will be different, so that two people agree on whether it is.")
    kind = choice("So as to", list(ACTION_KINDS.items()))
    owner = line("Who", list="people-known")
    due = day("By")
    measure = line(
        "One will see that it worked by",
        required=False,
        help_text="In words. Better: add the action, then plan a question with a threshold.",
    )
    strength = choice("Strength", _STRENGTHS, required=False)
    effort = choice("It takes", list(EFFORTS.items()), required=False)
    factors = _factors()

    def settle(self, incident: Incident) -> None:
        """Offer the contributing factors."""
        _factors_of(self.fields["factors"], incident)


class _OnAction(Act):
    """A form about one action."""

    tab, fixed, first = "actions", ("action",), False

    def known(self, incident: Incident) -> Action | None:
        """The action that it is about."""
        said = str(self.initial.get("action") or self.data.get("action") or "")
        return incident.actions.get(int(said)) if said.isdecimal() and len(said) < 12 else None


class ChangeAction(_OnAction):
    """An action is put otherwise."""

    verb, button, fold = "change-action", "Change it", "Change"
    beside, more, more_title = ("kind", "owner", "due"), ("factors",), "Against what"
    title = line("What will be done", required=False)
    kind = choice("So as to", list(ACTION_KINDS.items()), required=False)
    owner = line("Who", required=False, list="people-known")
    due = day("By")
    measure = line("One will see that it worked by", required=False)
    strength = choice("Strength", _STRENGTHS, required=False)
    effort = choice("It takes", list(EFFORTS.items()), required=False)
    factors = _factors()
    reason = line("Reason", required=False, help_text="Needed where the day moves out.")

    def settle(self, incident: Incident) -> None:
        """Begin with what it says now."""
        _factors_of(self.fields["factors"], incident)
        if known := self.known(incident):
            now = known.wanted
            for name in ("title", "kind", "owner", "due", "measure", "strength", "effort"):
                self.initial.setdefault(name, getattr(now, name))
            self.initial.setdefault("factors", [str(one) for one in known.factors])


class PlanEffect(_OnAction):
    """How one will see that an action worked."""

    name, verb, button, fold = "plan-effect", "add-action", "Plan it", "Say how one will see that it worked"
    beside, lists = ("ask_on", "every_days", "until"), ("thresholds",)
    more, more_title = ("question", "arguments", "source", "rows_min"), "Another question, or other data"
    like = choice("Ask again the question of", (), required=False)
    thresholds = passage(
        "It worked if", rows=3, help_text="One a line, such as " + " and ".join(EXAMPLES["fairness"]) + "."
    )
    ask_on = day("First asked on")
    every_days = number("Then every … days", required=False, help_text="30 unless you say otherwise; 0 asks once.")
    until = day("Last asked on", help_text="Half a year later unless you say otherwise.")
    question = choice("Question", [(word, known.title) for word, known in QUESTIONS.items()], required=False)
    arguments = passage(
        "Its words", rows=3, required=False, help_text='As JSON: {"group": ["sex"], "favourable": "granted"}.'
    )
    source = line("Of this log", required=False, help_text="Empty: the log of the AI system.")
    rows_min = number("Fewer rows are too few to say", required=False, help_text="100 unless you say otherwise.")

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["like"], incident)

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Plan it."""
        desk.permit(by, self.verb)
        words = self.words()
        if "arguments" in words:
            try:
                words["arguments"] = msgspec.json.decode(words["arguments"], type=dict[str, Any])
            except (msgspec.DecodeError, RecursionError) as bad:
                raise BadRequest("arguments", "is no JSON object.") from bad
        for name in ("like", "action"):
            if name in words:
                words[name] = _number(words, name)
        if "ask_on" not in words:
            raise BadRequest("ask_on", "is missing: name the day on which it is asked.")
        return effects().plan(incident_id, by=by, **words)


class MeasureEffect(_OnAction):
    """The worker asks now whether an action worked."""

    name, verb, button = "measure-effect", "ask", "Ask now whether it worked"

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Put it in the queue."""
        desk.permit(by, self.verb)
        before = desk.incident(incident_id).number
        effects().later(incident_id, by=by, action=_number(self.words(), "action"), queue=JobQueue())
        return since(desk, incident_id, before)


class TrackAction(_OnAction):
    """An action gets an issue elsewhere."""

    name, verb, button = "track-action", "add-action", "Let it have an issue"
    tracker = choice("In", ())

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Let the worker make it."""
        desk.permit(by, self.verb)
        before, words = desk.incident(incident_id).number, self.words()
        track(incident_id, _number(words, "action"), words["tracker"])
        return since(desk, incident_id, before)


class FinishAction(_OnAction):
    """The work is done."""

    verb, button, fold = "finish-action", "It is done", "It is done"
    result = line("What was done")
    finding = shown_by()

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class CloseAction(_OnAction):
    """A second person has looked."""

    verb, button, fold = "close-action", "Close the action", "Check it as a second person, and close it"
    result = line("What you saw that shows it")
    finding = shown_by()

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class ReopenAction(_OnAction):
    """An action did not hold."""

    verb, button, fold = "reopen-action", "Open it again", "Open it again"
    reason = line("Reason")


class DropAction(_OnAction):
    """An action is given up."""

    verb, button, fold = "drop-action", "Give it up", "Give it up"
    reason = line("Reason")


class WithdrawEffect(_OnAction):
    """The effect cannot be measured after all."""

    verb, button, fold = "withdraw-effect", "Measure it no more", "Its effect cannot be measured after all"
    reason = line("Reason")


def _number(words: dict[str, Any], name: str) -> int:
    try:
        return int(words.get(name, ""))
    except ValueError as bad:
        raise BadRequest(name, "is no number.") from bad
