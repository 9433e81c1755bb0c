"""Forms of the work: roles, the fix."""

from hotwash.incident.state import Incident
from hotwash.knowledge.roles import roles
from hotwash.web.room.forms.act import Act, Moment, choice, findings_of, line, passage, shown_by


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
