"""Forms of a playbook: start one, say what came of a step, follow a changed severity, end it."""

from django import forms

from hotwash.incident.state import Incident
from hotwash.knowledge.playbooks import LEVELS
from hotwash.reports.playbook import offered
from hotwash.response import playbooks
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.door import desk
from hotwash.web.room.forms.act import Act, choice, line, passage

OUTCOMES = (("done", "Done"), ("skipped", "Skipped"), ("not-applicable", "Does not apply here"), ("open", "Open again"))


class StartPlaybook(Act):
    """A playbook is started."""

    verb, tab, button, fold = "start-playbook", "playbook", "Start it", "Start another playbook"
    beside = ("playbook", "tier")
    playbook = choice("Playbook", (), help_text="Those for this kind of harm come first.")
    tier = choice(
        "Tier",
        [(level, level) for level in LEVELS],
        required=False,
        empty="as the severity",
        help_text="Which steps are asked for, and how soon.",
    )

    def settle(self, incident: Incident) -> None:
        """Offer what is not under way."""
        own = desk().organisation().playbooks
        self.fields["playbook"].widget.choices = [(book.id, book.title) for book in offered(incident, own)]

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Start one of the library, or one that the organisation keeps. Raises as `Desk.record` does."""
        at = self.cleaned_data.get("at") or None
        return playbooks.start(desk, incident_id, by=by, at=at, **self.words())


class RecordStep(Act):
    """What came of a step."""

    verb, tab, button, fold, fixed = "record-step", "playbook", "Record", "Say more, or leave it out", ("run", "step")
    first = False
    outcome = forms.CharField(label="It is", initial="done", widget=forms.RadioSelect(choices=OUTCOMES), required=False)
    text = passage("In words", required=False, rows=2, help_text="What leaves a step out needs a reason.")
    entry = forms.IntegerField(
        label="Shown by entry",
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        help_text="The number of a finding, of evidence, of a decision.",
    )


class RaisePlaybook(Act):
    """The tier of a playbook under way changes."""

    verb, tab, button, fold, fixed = "raise-playbook", "playbook", "Change the tier", "Change the tier", ("run",)
    first = False
    tier = choice("Tier", [(level, level) for level in LEVELS])
    reason = line("Reason")


class EndPlaybook(Act):
    """Nobody works by it any more."""

    verb, tab, button, fold, fixed = "end-playbook", "playbook", "End the playbook", "End the playbook", ("run",)
    first = False
    reason = line("Reason", required=False, help_text="Needed while steps are open: the review will read it.")
