"""Forms of the switch: contain, and take back, in whole or in part."""

from typing import Any

from django import forms

from hotwash.incident.state import Incident
from hotwash.response.desk import Desk, NotFound, Person, Recorded
from hotwash.response.request import BadRequest
from hotwash.response.switching import Switched
from hotwash.web.door import desk
from hotwash.web.room.forms.act import Act, Moment, line, number, passage
from hotwash.web.switches import acting
from hotwash.web.switches.setting import switching

STATES = (
    ("human", "A person decides", "The system proposes nothing by itself any more."),
    ("fallback", "Fall back", "The former version, or a rule, decides."),
    ("off", "Off", "Nothing is decided."),
)
"""The states that stop a harm: the word, the button, and what it means. Serving again is a release."""


class Contain(Act):
    """The switch. Each state is a button of its own: one to come here, one to contain."""

    verb, tab, button = "contain", "containment", "Contain"
    template = "room/contain.html"
    more = ("cohort", "share", "share_of", "until", "recheck_at", "reason", "other", "undo", "at")
    more_title = "Only for some, for a time, why, or by hand"
    switch = line("What is switched", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    unheld_because = line(
        "No evidence was kept, because", required=False, help_text="Only where it could not wait for the evidence."
    )
    cohort = line(
        "Only for those with",
        required=False,
        help_text="A condition on what the serving process knows, such as: region = 'EU' and age >= 50.",
    )
    share = number("Only for this share of traffic, in %", required=False, whole=False)
    share_of = line("Shared by", required=False, help_text="The attribute that keeps each person on one side.")
    until = Moment("Until", "It ends by itself then.")
    recheck_at = Moment("Look again at")
    reason = passage("Why", required=False, rows=2)
    other = line(
        "Something else was stopped, by hand", required=False, help_text="What Hotwash does not set itself. Say what."
    )
    undo = line("How to undo it", required=False)
    at = Moment("It was done at", "Only for what was done by hand.")
    states = STATES

    def settle(self, incident: Incident) -> None:
        """Name the switches of the system, and leave out what evidence makes needless."""
        names = switches_of(incident)
        field = self.fields["switch"]
        if len(names) > 1:
            field.widget = forms.Select(attrs={"class": "short"}, choices=[(name, name) for name in names])
        elif names:
            field.widget = forms.HiddenInput()
        field.initial = names[0] if names else incident.system or ""
        seen = str(max((switching().standing(name).changed for name in names), default=0))
        self.initial["seen"] = seen
        if self.is_bound:
            # Whoever was refused because somebody else switched has seen that now, and may decide again.
            self.data = {**self.data.dict(), "seen": seen}  # type: ignore[attr-defined]
        if incident.held and not self._wrong("unheld_because"):
            self.fields.pop("unheld_because", None)

    def _wrong(self, name: str) -> bool:
        return self.is_bound and self.has_error(name)

    def clean(self) -> dict[str, Any]:
        """See that one of the buttons was pressed."""
        cleaned = super().clean()
        if not cleaned.get("state"):
            self.add_error(None, "Choose what shall happen from now on: press one of the buttons.")
        return cleaned

    def words(self) -> dict[str, Any]:
        """What is asked, a share as a part of one."""
        said = super().words()
        other = said.pop("other", "")
        if other:
            said["switch"] = other
            said.pop("seen", None)
        said["switch"] = said.get("switch") or ""
        if "share" in said:
            said["share"] = said["share"] / 100
        return said

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Set the switch, or record what was done by hand."""
        desk.permit(by, self.verb)
        at = self.cleaned_data.get("at") or None
        return _recorded(acting.say(incident_id, self.verb, self.words(), by=by, at=at))


class Release(Act):
    """Taking a containment back, in whole or in part."""

    verb, tab, button, fold, fixed = "release", "containment", "Take it back", "Take it back", ("containment",)
    first = False
    more, more_title = ("share", "share_of", "cohort"), "Only in part"
    reason = line("Reason", help_text="The AI system decides about people again, as it did before.")
    share = number("Keep it for this share of traffic, in %", required=False, whole=False)
    share_of = line("Shared by", required=False)
    cohort = line("Keep it only for those with", required=False, help_text="Such as: region = 'EU'.")

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Set the switch back, or propose it where a second person must agree."""
        desk.permit(by, self.verb)
        words = self.words()
        if "share" in words:
            words["share"] = words["share"] / 100
        try:
            words["containment"] = int(words.get("containment", ""))
        except ValueError as bad:
            raise BadRequest("containment", "is no number.") from bad
        if "share" in words or "cohort" in words:
            return _recorded(acting.adjust(incident_id, words, by=by))
        words.pop("share_of", None)
        return _recorded(acting.say(incident_id, self.verb, words, by=by))


def switches_of(incident: Incident) -> list[str]:
    """The switches of the AI system that an incident is about."""
    try:
        return list(desk().system(incident.system).switches) if incident.system else []
    except NotFound:
        return []


def _recorded(done: Switched) -> Recorded:
    return Recorded(done.incident, done.entries, done.after)
