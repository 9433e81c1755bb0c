"""The index beside the records, with what follows from new entries: a page or a message becomes jobs with its entry.

The jobs are written in the transaction that writes the entries: whatever is in a record goes out, and what was not
recorded does not. Only the desk writes through here. What is imported or rebuilt was sent before, or elsewhere.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from hotwash.incident.events.messages import REGISTER, STATUS_PAGE
from hotwash.incident.state import Incident
from hotwash.ledger.entry import Entry
from hotwash.response import retention
from hotwash.response.jobs import Job
from hotwash.response.records import INCIDENT
from hotwash.response.sending import PAGING, deliveries
from hotwash.web.index import DatabaseIndex
from hotwash.web.sending.paging import first_call
from hotwash.web.tables.models import JobRow, JobState
from hotwash.web.waiting import let_wait


class Outbox(DatabaseIndex):
    """Keeps the promise of `hotwash.response.desk.Index`, and lets jobs wait."""

    def put_incident(self, incident: Incident, entries: Sequence[Entry]) -> None:
        """See `Index.put_incident`."""
        super().put_incident(incident, entries)
        for entry in entries:
            if entry.kind == "page-acknowledged" and entry.body:
                _call_no_more(incident.id, int(entry.body["page"]))
        if jobs := tuple(following(incident, entries)):
            let_wait(jobs)


def _call_no_more(incident: str, page: int) -> None:
    """Take back the next way of a page that was answered, unless somebody tries it at this moment."""
    rows = JobRow.objects.filter(kind=PAGING, state=JobState.WAITING, about=INCIDENT + incident, lease_until=None)
    rows.filter(arguments__page=page).update(state=JobState.CANCELLED, ended_at=timezone.now())


def following(incident: Incident, entries: Sequence[Entry]) -> Iterator[Job]:
    """The jobs that follow from new entries."""
    for entry in entries:
        if entry.kind == "paged":
            person = incident.paging.pages[entry.number].said.event.person
            yield first_call(incident.id, entry.number, person, datetime.fromisoformat(entry.recorded_at))
        elif entry.kind == "record-erased":
            yield retention.job(incident.id, datetime.fromisoformat(entry.recorded_at))
        elif entry.kind == "message-sending":
            said = next(
                one for known in incident.messages.values() for one in known.sendings if one.entry == entry.number
            )
            # The page shows it at once; letters to the people in the register are taken out (`response.letters`).
            yield from (
                job for job in deliveries(incident.id, said) if job.arguments["target"] not in (STATUS_PAGE, REGISTER)
            )
