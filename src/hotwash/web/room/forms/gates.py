"""The form by which an incident leaves a gate on its AI system."""

from django import forms

from hotwash.incident.state import Incident
from hotwash.response import kept_gates
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.room.forms.act import Act, line


class LeaveGate(Act):
    """A gate that keeps the harm from coming back."""

    verb, tab, button, fold = (
        "leave-gate",
        "actions",
        "Leave this gate",
        "Leave a gate: a check that finds this harm if it comes back",
    )
    more, more_title = ("gate", "system", "note"), "Its name, another system, a note"
    text = forms.CharField(
        label="The gate",
        help_text="Questions to a log, with thresholds. It is asked wherever a model of this system is made.",
        widget=forms.Textarea(attrs={"rows": 20, "class": "condition", "spellcheck": "false"}),
    )
    gate = line("Short name", help_text="Made from the title if left out.", required=False)
    system = line("On another AI system than the incident’s", required=False)
    note = line("Note", required=False)

    def settle(self, incident: Incident) -> None:
        """Begin with the gate through which traffic went back, if there was one."""
        self.initial.setdefault("text", kept_gates.drafted(incident))

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Write it into both records. Raises as the desk does."""
        return kept_gates.leave(desk, incident_id, by=by, **self.words())
