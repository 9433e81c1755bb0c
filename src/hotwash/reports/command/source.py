"""What every form of command reads, and the ways of saying things that they share."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hotwash.incident.events import IncidentFact
from hotwash.incident.periods import Period
from hotwash.incident.state import Incident
from hotwash.knowledge.roles import Role, roles
from hotwash.ledger.entry import NO_ENTRY
from hotwash.reports.document import Document, Section, Text, entry, text
from hotwash.reports.phrases import brief, day
from hotwash.reports.postmortem.source import moment
from hotwash.reports.vocabulary import KINDS
from hotwash.systems.state import System


@dataclass(frozen=True, slots=True)
class Source:
    """A history and its state, the AI system if it is registered, and the moment at which the form is read."""

    facts: tuple[IncidentFact, ...]
    incident: Incident
    system: System | None = None

    @property
    def as_of(self) -> datetime:
        """The moment of the last entry: the same record gives the same form."""
        return self.facts[-1].recorded_at if self.facts else datetime.fromtimestamp(0, UTC)

    @property
    def period(self) -> Period | None:
        """The operational period that was opened last."""
        return list(self.incident.periods.values())[-1] if self.incident.periods else None

    @property
    def held(self) -> list[tuple[Role, str]]:
        """Roles that somebody holds, in the order of the table."""
        return [(role, self.incident.roster[role.id]) for role in roles().roles if role.id in self.incident.roster]

    def document(self, id: str, title: str, subtitle: str, sections: tuple[Section, ...]) -> Document:  # noqa: A002
        """A form of this incident."""
        incident = self.incident
        return Document(
            id=f"{incident.id} · {id}",
            title=f"{title}: {brief(incident.title or incident.id, 200)}",
            subtitle=f"{subtitle} From the record as of {day(self.as_of)}.",
            marks=() if incident.kind == "normal" else (KINDS.get(incident.kind, incident.kind),),
            date=self.as_of,
            head=self.facts[-1].digest if self.facts else NO_ENTRY,
            sections=sections,
        )


def at_entry(at: datetime, number: int) -> Text:
    """A moment with the entry that says it."""
    return text(f"{moment(at)} ", entry(number))
