"""Forms of the way back: the gate, a sign-off, begin, stop, and the way without a gate."""

from typing import Any

from django import forms

from hotwash.incident.state import Incident
from hotwash.response.desk import INCIDENT, Desk, Person, Recorded
from hotwash.response.request import BadRequest
from hotwash.web.room.forms.act import Act, choice, line
from hotwash.web.switches.following_up import FOLLOWING_UP
from hotwash.web.work.recovering import recovering


def since(desk: Desk, incident_id: str, before: int) -> Recorded:
    """What an act that takes several steps has written."""
    state = desk.incident(incident_id)
    return Recorded(incident_id, desk.store.read(INCIDENT + incident_id, after=before), state)


def _entry(words: dict[str, Any], name: str) -> int:
    try:
        return int(words.get(name, ""))
    except ValueError as bad:
        raise BadRequest(name, "is no number.") from bad


class _Way(Act):
    """An act of the way back: it may write several entries, or none yet."""

    tab = "recovery"

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Act, and tell what was written."""
        desk.permit(by, self.verb)
        before = desk.incident(incident_id).number
        self.act(incident_id, by, self.words())
        FOLLOWING_UP.after(incident_id)
        return since(desk, incident_id, before)

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:
        """Do it. Raises as the desk does."""
        raise NotImplementedError


class SetGate(_Way):
    """The gate of an incident."""

    name, verb, button, fold = "set-gate", "release", "Set the gate", "Set another gate"
    more, more_title = ("no_own_cases_because",), "No question is about the incident's own cases"
    containment = choice("Which containment", ())
    gate = forms.CharField(
        label="The gate",
        help_text="Questions, thresholds, who must agree, and the ramp. Change names and numbers to fit.",
        widget=forms.Textarea(attrs={"rows": 24, "class": "condition", "spellcheck": "false"}),
    )
    no_own_cases_because = line("Because", required=False)

    def settle(self, incident: Incident) -> None:
        """Offer the containments that Hotwash drives."""
        offered = [
            (str(one.number), f"{one.number}: {one.applied.event.switch} is “{one.applied.event.state}”")
            for one in incident.in_force
            if one.driven
        ]
        self.fields["containment"].widget.choices = offered

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:
        """Set it."""
        recovering().plan(incident_id, by=by, **words)


class AskGate(_Way):
    """The gate is asked by the worker."""

    name, verb, button = "ask-gate", "ask", "Ask the gate now"

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:  # noqa: ARG002
        """Put it in the queue."""
        recovering().ask_later(incident_id, by=by)


class SignOff(Act):
    """Somebody agrees for their role."""

    verb, tab, button, fixed = "sign-off", "recovery", "I agree", ("role",)
    first = False
    remark = line("Remark", required=False)


class Begin(_Way):
    """The first share of traffic goes back."""

    name, verb, button = "begin-ramp", "release", "Let the first share go back"

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:  # noqa: ARG002
        """Begin."""
        recovering().begin(incident_id, by=by)


class Stop(_Way):
    """All traffic is contained again."""

    name, verb, button = "stop-ramp", "contain", "Stop, and contain all traffic again"
    reason = line("Why")

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:
        """Stop."""
        recovering().stop(incident_id, by=by, **words)


class WithoutGate(_Way):
    """The commander asks to let traffic go back without a gate."""

    name, verb, button, first = "without-gate", "release", "Ask a second person to agree", False
    fixed = ("containment",)
    reason = line("Why it cannot wait for a gate")

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:
        """Ask."""
        because = words.get("reason", "")
        recovering().ask_ungated(incident_id, by=by, containment=_entry(words, "containment"), reason=because)


class AgreeWithoutGate(_Way):
    """A second person agrees."""

    name, verb, button, first = "agree-without-gate", "release", "I agree: let all traffic go back now", False
    fixed = ("wish",)
    reason = line("Why you agree")

    def act(self, incident_id: str, by: Person, words: dict[str, Any]) -> None:
        """Agree."""
        recovering().agree_ungated(incident_id, by=by, wish=_entry(words, "wish"), reason=words.get("reason", ""))
