"""A room as one person sees it: the incident read once, what this person may do in it, and the readings of it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest

from hotwash.incident import state as incident_state
from hotwash.incident.events import CATALOGUE, IncidentFact
from hotwash.incident.rules import VERBS
from hotwash.incident.state import Incident, Said
from hotwash.knowledge.access import may, may_own
from hotwash.knowledge.life import permitted_in
from hotwash.ledger.entry import Entry
from hotwash.reports import metrics
from hotwash.reports.cadence import UpdateDue
from hotwash.reports.cadence import due as updates_due
from hotwash.reports.deadlines import Deadlines, Standing, deadlines
from hotwash.reports.status import Status, status
from hotwash.reports.timeline import Line, timeline
from hotwash.reports.vocabulary import STANDING
from hotwash.response.desk import INCIDENT, NotFound, Person
from hotwash.response.linking import Joined, joined
from hotwash.systems.state import System
from hotwash.web.api.caller import Caller
from hotwash.web.api.sight import may_see, titles
from hotwash.web.door import desk


class Room:
    """An incident with everything that its pages read from it. Nothing here is looked up twice."""

    def __init__(self, person: Person, incident_id: str, entries: Sequence[Entry]) -> None:
        self.person, self.id, self.entries = person, incident_id, entries
        self.facts: list[IncidentFact] = [CATALOGUE.fact(entry) for entry in entries]
        self.incident: Incident = incident_state.replay(incident_id, self.facts)
        self.now = desk().clock()
        self.can = Can(person.role, self.incident)

    @property
    def number(self) -> int:
        """The last entry that the page rests on."""
        return self.incident.number

    @property
    def standing(self) -> str:
        """The state of the incident in words."""
        return STANDING[self.incident.standing]

    @cached_property
    def status(self) -> Status:
        """How the incident stands."""
        return status(self.incident, self.now)

    @cached_property
    def measures(self) -> list[metrics.Measure]:
        """The measures of time so far."""
        return list(metrics.measures(self.incident).values())

    @cached_property
    def lines(self) -> list[Line]:
        """The timeline, with the entries of incidents that go on in this one."""
        return timeline(self.facts, self.incident, [(one.facts, one.incident) for one in self.others])

    @cached_property
    def others(self) -> list[Joined]:
        """Incidents that were merged into this one and that this person may read."""
        if not self.incident.linkage.absorbed:
            return []
        return joined(desk(), self.incident, may_see(Caller(self.person)))

    @cached_property
    def into_title(self) -> str:
        """What the incident is called in which this one goes on, if this person may read it."""
        into = self.incident.linkage.into
        return titles(Caller(self.person), [into]).get(into, "") if into else ""

    @cached_property
    def system(self) -> System | None:
        """The AI system that the incident is about, if it is registered."""
        slug = self.incident.system
        try:
            return desk().system(slug) if slug else None
        except NotFound:
            return None

    @cached_property
    def dissents(self) -> dict[int, list[Said[Any]]]:
        """Other views, by the entry that they are about."""
        found: dict[int, list[Said[Any]]] = {}
        for said in self.incident.dissents:
            found.setdefault(said.event.about, []).append(said)
        return found

    @cached_property
    def deadlines(self) -> Deadlines:
        """The legal clocks, with what the organisation answered for every incident."""
        return deadlines(self.incident, desk().organisation())

    @cached_property
    def updates(self) -> tuple[UpdateDue, ...]:
        """The words that somebody is owed, the earliest first."""
        return updates_due(self.incident, self.now)

    @property
    def next_clock(self) -> Standing | None:
        """The nearest legal deadline, if anything started one."""
        return self.deadlines.next if self.incident.awareness else None

    @property
    def kept(self) -> list[Said[Any]]:
        """Evidence that was kept."""
        return list(self.incident.evidence.values())


class Can:
    """What this person may do here and now: ``can.add_evidence`` in a template."""

    def __init__(self, role: str, incident: Incident) -> None:
        self._role, self._standing = role, incident.standing

    def __getitem__(self, name: str) -> bool:
        verb = name.replace("_", "-")
        try:
            return may(self._role, verb) and (verb not in VERBS or self._standing in permitted_in(verb))
        except KeyError:
            return False


def person_of(request: HttpRequest) -> Person:
    """Who is signed in, as the desk knows them."""
    account: Any = request.user
    return Person(account.name, account.role)


def open_room(request: HttpRequest, incident_id: str) -> Room:
    """The room of an incident, for the person who is signed in.

    :raises Http404: if there is no such incident, or it is not open to this person: both look alike
    """
    person = person_of(request)
    if not may_own(person.role, "read"):
        raise Http404
    entries = desk().store.read(INCIDENT + incident_id)
    if not entries or not (may(person.role, "read") or entries[0].by == person.name):
        raise Http404
    return Room(person, incident_id, entries)
