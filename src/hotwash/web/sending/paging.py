"""The job that calls somebody: one way after the other until they answer, then whoever comes next.

The link in a page shows on GET who was called and why, and acknowledges only on POST: programs that look into mail open
every link, and press no button. It is signed, is good for this one page while it waits, and is kept nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from hotwash.incident.paging import Page
from hotwash.incident.rules.paging import REHEARSED, takes_part
from hotwash.incident.state import Incident
from hotwash.knowledge.access import may
from hotwash.knowledge.escalation import escalation
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.phrases import brief, count
from hotwash.response.desk import Desk, NotFound, Person
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome
from hotwash.response.sending import PAGING, Outgoing, Result
from hotwash.web.sending import carriers, methods
from hotwash.web.tables.models import Account, JobRow, JobState

LINK_LIFE = timedelta(days=7)
OVER = ("closed", "not-confirmed")
_signer = TimestampSigner(salt="hotwash.page")


def first_call(incident: str, page: int, person: str, at: datetime) -> Job:
    """The job that begins a page."""
    return _job(incident, page, 0, at, person)


def _job(incident: str, page: int, place: int, due: datetime, person: str) -> Job:
    words = {"incident": incident, "page": page, "place": place, "person": person.lower()}
    return Job(f"page:{incident}:{page}:{place}", PAGING, words, due, f"incident/{incident}")


def call(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Try one way to reach somebody; after the last one has had its time, pass the page on."""
    incident_id, number, place = str(arguments["incident"]), int(arguments["page"]), int(arguments["place"])
    incident = desk.incident(incident_id)
    page = incident.paging.pages.get(number)
    if page is None or not page.open or incident.standing in OVER:
        return None
    person = page.said.event.person
    account = methods.account_of(person)
    ways = methods.ways(account) if account and takes_part(incident, person) else []
    if place >= len(ways):
        why = _unanswered(len(ways), known=account is not None)

        def give_up() -> None:
            desk.step(incident_id, "pass-page-on", by=HOTWASH, page=number, why=why)

        return Outcome(give_up)
    assert account is not None
    way = ways[place]
    key = f"page:{incident_id}:{number}"
    result = carriers.hand_over(way.kind, way.label, way.sealed, _outgoing(incident, page, account), key)

    words: dict[str, Any] = {"page": number, "place": place + 1, "method": way.label}

    def effect() -> None:
        words.update(state=result.state, why=result.why)
        desk.step(incident_id, "attempt-page", by=HOTWASH, **words)

    return Outcome(effect, (_job(incident_id, number, place + 1, desk.clock() + _patience(result), person),))


def _patience(result: Result) -> timedelta:
    """How long to wait for an answer: not at all where nothing went out."""
    return timedelta() if result.state == "failed" else timedelta(minutes=escalation().wait_min)


def _unanswered(ways: int, *, known: bool) -> str:
    if not known:
        return "No account of this installation has this name, so there is no way to reach them."
    if not ways:
        return "They have named no way to reach them."
    return f"No answer after {count(ways, 'way', 'ways')} to reach them."


def _outgoing(incident: Incident, page: Page, account: Account) -> Outgoing:
    number, said = page.said.entry, page.said.event
    mark = f"[{incident.kind.upper()}] " if incident.kind in REHEARSED else ""
    severity = f"{incident.severity.severity}: " if incident.severity else ""
    link = link_of(incident.id, number)
    act = "Acknowledge it here:" if link else f"Acknowledge it in Hotwash: hotwash acknowledge {incident.id}"
    text = f"{account}, you are called to {incident.id}: {incident.title}\n\n{said.text}\n\n{act}"
    return Outgoing(f"{mark}{severity}{brief(said.text, 120)} ({incident.id})", text, "page", incident.id, link=link)


def link_of(incident: str, page: int) -> str:
    """The address at which a page is acknowledged; empty where the operator has not said where people reach us."""
    base = settings.HOTWASH.public_url
    return base + reverse("page_answer", args=[_signer.sign(f"{incident}:{page}")]) if base else ""


def link_base(incident: str) -> str:
    """The address of an incident's room; empty where the operator has not said where people reach us."""
    base = settings.HOTWASH.public_url
    return base + reverse("room", args=[incident]) if base else ""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to."""

    incident: Incident
    page: Page
    account: Account | None

    @property
    def may_command(self) -> bool:
        """Whether whoever was called could take command: nobody has it, and their role lets them."""
        fits = self.account is not None and may(self.account.role, "assign")
        return fits and self.incident.commander is None and self.incident.standing == "open"


def linked(desk: Desk, text: str) -> Linked | None:
    """What a link leads to; None if it is none, or is too old."""
    try:
        incident_id, _, number = _signer.unsign(text, max_age=LINK_LIFE).partition(":")
        incident = desk.incident(incident_id)
        page = incident.paging.pages[int(number)]
    except (BadSignature, NotFound, KeyError, ValueError):
        return None
    return Linked(incident, page, methods.account_of(page.said.event.person))


def answer(desk: Desk, found: Linked, *, command: bool = False) -> None:
    """Acknowledge a page in the name of whoever was called, and let them take command if they want to.

    :raises NotAllowed: if their account is closed, or a rule says no
    """
    if found.account is None:
        raise NotAllowed("The account that was paged is closed.")
    by = Person(found.account.name, found.account.role)
    desk.step(found.incident.id, "answer-page", by=by, page=found.page.said.entry)
    if command and found.may_command:
        desk.record(found.incident.id, "assign", by=by, role="commander", person=by.name)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page that waits for its answer."""

    incident: str
    page: int


def waiting_for(names: Iterable[str], *, limit: int = 10) -> list[Waiting]:
    """The pages that wait for one of these names: those whose next way the worker is about to try. One statement."""
    small = [name.lower() for name in names]
    jobs = JobRow.objects.filter(kind=PAGING, state=JobState.WAITING, arguments__person__in=small).order_by("-due_at")
    found = [Waiting(job.arguments["incident"], int(job.arguments["page"])) for job in jobs[:limit]]
    return list(dict.fromkeys(found))
