"""Forms of the work: roles, the switch, the fix, actions."""

from hotwash.incident.state import Incident
from hotwash.knowledge.roles import roles
from hotwash.reports.vocabulary import ACTION_KINDS, STRENGTHS
from hotwash.web.room.forms.act import Act, Moment, choice, day, findings_of, line, passage, shown_by


class Assign(Act):
    """A person takes a role."""

    verb, tab, button = "assign", "people", "Assign"
    beside = ("role", "person")
    role = choice("Role", [(role.id, role.title) for role in roles().roles])
    person = line("Person", help_text="An account, or just a name.", list="people-known")


class HandOver(Act):
    """A role goes to the next person."""

    verb, tab, button, fold = "hand-over", "people", "Hand over", "Hand a role over"
    beside = ("role", "person")
    role = choice("Role", [(role.id, role.title) for role in roles().roles])
    person = line("To", list="people-known")
    briefing = passage("Briefing", rows=5, help_text="What the next person needs to know.")

    def settle(self, incident: Incident) -> None:
        """Offer the roles that somebody holds."""
        held = [
            (one.id, f"{one.title} ({incident.roster[one.id]})") for one in roles().roles if one.id in incident.roster
        ]
        self.fields["role"].widget.choices = held


class Remediate(Act):
    """The fix is in and verified."""

    verb, tab, button, fold = "remediate", "containment", "Record the verified fix", "Record the verified fix"
    how = passage("What was fixed", rows=2)
    source = line("What verifies it in production")
    finding = shown_by()
    at = Moment("Verified at")

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class AddAction(Act):
    """What will be done."""

    verb, tab, button, fold = "add-action", "actions", "Add the action", "Add an action"
    beside, more, more_title = ("kind", "owner", "due"), ("strength", "factor"), "How strong it is, and against what"
    title = line("What will be done")
    kind = choice("So as to", list(ACTION_KINDS.items()))
    owner = line("Who", list="people-known")
    due = day("By")
    measure = line("One will see that it worked by", required=False)
    strength = choice(
        "Strength",
        list(STRENGTHS.items()),
        required=False,
        help_text="A barrier makes the harm impossible; a reminder only asks people to take care.",
    )
    factor = choice("Against the factor", (), required=False)

    def settle(self, incident: Incident) -> None:
        """Offer the contributing factors."""
        offered = [(str(entry), f"{entry}: {said.event.text[:60]}") for entry, said in incident.factors.items()]
        self.fields["factor"].widget.choices = [("", "none named"), *offered]


class CloseAction(Act):
    """An action is done."""

    verb, tab, button, fold, fixed = "close-action", "actions", "Close the action", "Close it", ("action",)
    first = False
    result = line("What shows that it worked")
    finding = shown_by()

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)


class ReopenAction(Act):
    """An action did not hold."""

    verb, tab, button, fold, fixed = "reopen-action", "actions", "Open it again", "Open it again", ("action",)
    first = False
    reason = line("Reason")
