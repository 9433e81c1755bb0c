"""Reading records: the facts of an incident, of an AI system, of the organisation, and the states that they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hotwash.incident import state as incident_state
from hotwash.incident.events import CATALOGUE as INCIDENT_EVENTS
from hotwash.incident.events import IncidentFact
from hotwash.incident.events.evidence import VIEWS, ViewFact
from hotwash.incident.state import Incident
from hotwash.ledger.entry import Entry
from hotwash.ledger.store import Store, Vault
from hotwash.systems import organisation as organisation_state
from hotwash.systems import state as system_state
from hotwash.systems.events import CATALOGUE as SYSTEM_EVENTS
from hotwash.systems.events import SystemFact
from hotwash.systems.organisation import Organisation
from hotwash.systems.state import System

INCIDENT = "incident/"
SYSTEM = "system/"
ORGANISATION = "organisation/own"
CUSTODY = "custody/"
"""Beside an incident: who looked at its evidence. A look is no fact of the incident, so it has a chain of its own."""


REDRESS = "redress/"
"""Beside an incident: the register of the people harmed. Its batches are many, and its people are in the vault."""


class NotFound(LookupError):
    """There is no such incident or AI system."""


class Index(Protocol):
    """What is kept beside the records for lists and search. It can be deleted and rebuilt from them."""

    def put_incident(self, incident: Incident, entries: Sequence[Entry]) -> None:
        """Take up new entries of an incident and the state after them."""
        ...

    def put_system(self, system: System, entries: Sequence[Entry]) -> None:
        """Take up new entries of an AI system and the state after them."""
        ...

    def put_organisation(self, organisation: Organisation, entries: Sequence[Entry]) -> None:
        """Take up new entries of the organisation itself and the state after them."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the id of the incident or AI system, the new entries, and the state after them."""

    id: str
    entries: Sequence[Entry]
    state: Incident | System | Organisation


class Records:
    """What is recorded.

    :param store: where records are kept
    :param vault: where bytes are kept
    """

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store, self.vault = store, vault

    def incident_facts(self, incident_id: str) -> list[IncidentFact]:
        """Everything recorded about an incident, in the order in which it was written.

        :raises NotFound: if there is no such incident
        """
        entries = self.store.read(INCIDENT + incident_id)
        if not entries:
            raise NotFound(f"There is no incident {incident_id}.")
        return [INCIDENT_EVENTS.fact(entry) for entry in entries]

    def incident(self, incident_id: str) -> Incident:
        """The state of an incident.

        :raises NotFound: if there is no such incident
        """
        return incident_state.replay(incident_id, self.incident_facts(incident_id))

    def system_facts(self, slug: str) -> list[SystemFact]:
        """Everything recorded about an AI system.

        :raises NotFound: if there is no such system
        """
        entries = self.store.read(SYSTEM + slug)
        if not entries:
            raise NotFound(f"There is no AI system {slug}.")
        return [SYSTEM_EVENTS.fact(entry) for entry in entries]

    def system(self, slug: str) -> System:
        """The state of an AI system.

        :raises NotFound: if there is no such system
        """
        return system_state.replay(slug, self.system_facts(slug))

    def organisation(self) -> Organisation:
        """The state of the organisation itself; empty while nothing is recorded of it."""
        catalogue = organisation_state.CATALOGUE
        return organisation_state.replay([catalogue.fact(entry) for entry in self.store.read(ORGANISATION)])

    def views(self, incident_id: str) -> list[ViewFact]:
        """Who looked at the evidence of an incident, in the order in which they did."""
        return [VIEWS.fact(entry) for entry in self.store.read(CUSTODY + incident_id)]
