"""Keeps what was said without a name so that nothing leads back to whoever said it.

- No account, address, session, browser or moment is asked for or kept: of the time only the day.
- Each time something is put in, everything of that incident is written anew in a shuffled order: neither the place in
  the file nor the key says what came first.
- A ticket for the pulse is kept as a digest, apart from who drew one, and goes when it is used. It is never kept with
  what was answered.

What this cannot keep: whoever copies the database before and after a single contribution sees what came between. And
who holds the server or the network can watch while it happens.
"""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zlib import crc32

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hotwash.incident.rules.meeting import TAKEN_MAX
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import postmortem_book
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.store import together
from hotwash.web.tables.models import PulseAnswer, PulseDrawn, PulseTicket, Unnamed

TEXT_MAX = 5_000
A_DAY_MAX = 200
"""So many contributions to one incident in a day; nobody is counted, so all share it."""
_LOCK = 7_105
_shuffle = random.SystemRandom().shuffle


class Full(Exception):
    """No more is taken today."""


def word_of(incident: Incident) -> str:
    """The end of the address of an incident's page for contributions; empty where none is open."""
    opened = incident.postmortem.intake
    if opened is None or (opened.event.until is not None and timezone.localdate() > opened.event.until):
        return ""
    known = salted_hmac("hotwash.unnamed", f"{incident.id}:{opened.entry}", algorithm="sha256")
    return known.hexdigest()[:32]


def put(incident_id: str, text: str) -> None:
    """Keep a contribution.

    :raises Full: if too many came today, or wait to be taken in
    """
    today = timezone.localdate()
    with _alone(incident_id):
        if _counted(incident_id, today) >= A_DAY_MAX or waiting(incident_id) >= TAKEN_MAX:
            raise Full
        rows = list(Unnamed.objects.filter(incident=incident_id))
        rows.append(Unnamed(incident=incident_id, day=today, text=text))
        _anew(rows)


def _counted(incident_id: str, today: date) -> int:
    """How many came earlier today, with this one counted from now on.

    The count is forgotten at midnight, not so many minutes after somebody wrote: what it leaves says only which day.
    `incr` would write the moment anew.
    """
    key = f"unnamed:{incident_id}:{today.isoformat()}"
    number = int(cache.get(key, 0))
    midnight = datetime.combine(today + timedelta(days=1), time(), timezone.get_current_timezone())
    cache.set(key, number + 1, max(1, round((midnight - timezone.now()).total_seconds())))
    return number


@contextmanager
def _alone(incident_id: str) -> Iterator[None]:
    """While nobody else puts something in for this incident: of two who write all anew, one would lose the other's."""
    with together():
        if connection.vendor == "postgresql":
            # A lock of our own: rows that appends lock as well would be taken in the other order.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, crc32(incident_id.encode()) - 2**31])
        yield


def _anew(rows: list[Unnamed]) -> None:
    _shuffle(rows)
    fresh = [Unnamed(incident=row.incident, day=row.day, text=row.text) for row in rows]
    Unnamed.objects.filter(incident=rows[0].incident).delete()
    Unnamed.objects.bulk_create(fresh)


def waiting(incident_id: str) -> int:
    """How many contributions wait to be taken in."""
    return Unnamed.objects.filter(incident=incident_id).count()


def texts(incident_id: str) -> list[str]:
    """The contributions that wait, in no order."""
    found = list(Unnamed.objects.filter(incident=incident_id).values_list("text", flat=True))
    _shuffle(found)
    return found


def take_in(desk: Desk, incident_id: str, *, by: Person) -> Recorded:
    """Take what waits into the record, and let it go here. Raises as `Desk.step` does."""
    with _alone(incident_id):
        rows = list(Unnamed.objects.filter(incident=incident_id))
        found = [row.text for row in rows]
        _shuffle(found)
        recorded = desk.step(incident_id, "take-contributions", by=by, right="write-section", texts=found)
        Unnamed.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return recorded


def draw(incident: Incident, person: str) -> str:
    """A ticket for the open pulse: shown once, and kept as a digest. Empty where the person has drawn one, or none is
    open.
    """
    opened = incident.postmortem.pulse
    if opened is None:
        return ""
    with _alone(incident.id):
        if not PulseDrawn.objects.get_or_create(incident=incident.id, pulse=opened.entry, name=person)[1]:
            return ""
        ticket = secrets.token_urlsafe(18)
        kept = list(PulseTicket.objects.filter(incident=incident.id, pulse=opened.entry))
        digests = [row.digest for row in kept] + [_digest(ticket)]
        _shuffle(digests)
        PulseTicket.objects.filter(incident=incident.id, pulse=opened.entry).delete()
        PulseTicket.objects.bulk_create(
            [PulseTicket(digest=one, incident=incident.id, pulse=opened.entry) for one in digests]
        )
    return ticket


def drew(incident: Incident, person: str) -> bool:
    """Whether a person has drawn a ticket for the open pulse."""
    opened = incident.postmortem.pulse
    if opened is None:
        return False
    return PulseDrawn.objects.filter(incident=incident.id, pulse=opened.entry, name=person).exists()


def holds(incident: Incident, ticket: str) -> bool:
    """Whether a ticket is good for the open pulse."""
    opened = incident.postmortem.pulse
    if opened is None:
        return False
    return PulseTicket.objects.filter(digest=_digest(ticket), incident=incident.id, pulse=opened.entry).exists()


def answer(incident: Incident, ticket: str, answers: list[int]) -> bool:
    """Keep an answer and tear the ticket; whether it was good."""
    opened = incident.postmortem.pulse
    if opened is None or len(answers) != len(postmortem_book().pulse.statements):
        return False
    with _alone(incident.id):
        torn, _ = PulseTicket.objects.filter(digest=_digest(ticket), incident=incident.id, pulse=opened.entry).delete()
        if not torn:
            return False
        of = PulseAnswer.objects.filter(incident=incident.id, pulse=opened.entry)
        held = [list(row.answers) for row in of] + [answers]
        _shuffle(held)
        of.delete()
        PulseAnswer.objects.bulk_create(
            [PulseAnswer(incident=incident.id, pulse=opened.entry, answers=one) for one in held]
        )
    return True


def close(desk: Desk, incident_id: str, *, by: Person) -> Recorded:
    """Close the pulse: the record gets how often each answer was given, if enough have answered. All else goes."""
    with _alone(incident_id):
        opened = desk.incident(incident_id).postmortem.pulse
        entry = opened.entry if opened else 0
        held = [tuple(row.answers) for row in PulseAnswer.objects.filter(incident=incident_id, pulse=entry)]
        recorded = desk.step(incident_id, "close-pulse", by=by, right="open-pulse", answers=sorted(held))
        for kind in (PulseAnswer, PulseTicket, PulseDrawn):
            kind.objects.filter(incident=incident_id, pulse=entry).delete()
    return recorded


def _digest(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
