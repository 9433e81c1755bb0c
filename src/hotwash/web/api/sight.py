"""What a caller may see: asked before anything is read out, so that what is hidden looks like what is not there."""

from collections.abc import Callable, Collection, Sequence

from django.db.models import QuerySet
from django.http import HttpRequest

from hotwash.incident import state as incident_state
from hotwash.incident.events import CATALOGUE as INCIDENT_EVENTS
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.ledger.entry import Entry
from hotwash.response.desk import INCIDENT, SYSTEM, NotFound
from hotwash.systems import state as system_state
from hotwash.systems.events import CATALOGUE as SYSTEM_EVENTS
from hotwash.systems.state import System
from hotwash.web.api.caller import Caller, caller
from hotwash.web.api.exchange import well_formed
from hotwash.web.door import desk
from hotwash.web.tables.models import EntryRow, IncidentRow


def entries_of(request: HttpRequest, incident_id: str) -> Sequence[Entry]:
    """The entries of an incident that the caller may read.

    :raises NotFound: if there is none, or it is not for this caller
    :raises NotPermitted: if the caller reads nothing at all
    """
    asking = caller(request)
    all_of_them = asking.reads()
    entries = desk().store.read(INCIDENT + well_formed(incident_id, "incident"))
    if not entries or not (all_of_them or entries[0].by == asking.person.name):
        raise NotFound(f"There is no incident {incident_id}.")
    return entries


def incident_of(request: HttpRequest, incident_id: str) -> tuple[Incident, list[IncidentFact]]:
    """An incident that the caller may read, with its facts. Raises as `entries_of`."""
    facts = [INCIDENT_EVENTS.fact(entry) for entry in entries_of(request, incident_id)]
    return incident_state.replay(incident_id, facts), facts


def system_entries_of(request: HttpRequest, slug: str) -> Sequence[Entry]:
    """The entries of an AI system.

    :raises NotFound: if there is none
    :raises NotPermitted: if the caller may not read systems
    """
    caller(request).need("read")
    entries = desk().store.read(SYSTEM + well_formed(slug, "AI system"))
    if not entries:
        raise NotFound(f"There is no AI system {slug}.")
    return entries


def system_of(request: HttpRequest, slug: str) -> System:
    """The state of an AI system. Raises as `system_entries_of`."""
    return system_state.replay(slug, [SYSTEM_EVENTS.fact(entry) for entry in system_entries_of(request, slug)])


def own_incidents(asking: Caller) -> list[str]:
    """The incidents that a caller declared."""
    streams = EntryRow.objects.filter(number=1, by=asking.person.name, stream__name__startswith=INCIDENT)
    return [name.removeprefix(INCIDENT) for name in streams.values_list("stream_id", flat=True)]


def may_see(asking: Caller) -> Callable[[str], bool]:
    """Whether a caller may read an incident, by its id."""
    if asking.reads():
        return lambda _: True
    own = set(own_incidents(asking))
    return lambda incident_id: incident_id in own


def titles(asking: Caller, incident_ids: Collection[str]) -> dict[str, str]:
    """The titles of those incidents that a caller may read; the others are not in it."""
    if not incident_ids:
        return {}
    return dict(incident_rows(asking).filter(id__in=incident_ids).values_list("id", "title"))


def incident_rows(asking: Caller) -> QuerySet[IncidentRow]:
    """The lines of the list that a caller may see.

    :raises NotPermitted: if the caller reads nothing at all
    """
    rows = IncidentRow.objects.all()
    return rows if asking.reads() else rows.filter(id__in=own_incidents(asking))
