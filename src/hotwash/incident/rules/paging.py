"""Rules for calling people: pages and their answers, what a page came to, escalations, reminders.

A drill calls nobody who does not take part in it, whoever asks.
"""

from collections.abc import Callable

from hotwash.incident.events import (
    Escalated,
    Event,
    PageAcknowledged,
    PageAttempted,
    Paged,
    PageUnanswered,
    Reminded,
)
from hotwash.incident.events.paging import Reached
from hotwash.incident.paging import Page
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need

PAGES_OPEN_MAX = 50
THEN_MAX = 10
REHEARSED = ("drill", "test")


def takes_part(incident: Incident, person: str) -> bool:
    """Whether a page may reach this person: in a drill, only who declared it or holds a role in it."""
    if incident.kind not in REHEARSED:
        return True
    inside = {tenure.person.casefold() for tenure in incident.tenures}
    if incident.declared is not None:
        inside.add(incident.declared.by.casefold())
    return person.casefold() in inside


def page(incident: Incident, asked: Asked, *, person: str, text: str = "", then: tuple[str, ...] = ()) -> list[Event]:
    """Call somebody by every way that they named, until they acknowledge it; then those who come next."""
    person = need(person, "The person")
    rest = tuple(dict.fromkeys(name.strip() for name in then if name.strip() and name.strip() != person))
    if len(rest) > THEN_MAX:
        raise NotAllowed(f"At most {THEN_MAX} people can come next.")
    for name in (person, *rest):
        if not takes_part(incident, name):
            raise NotAllowed(f"This is a {incident.kind}, and {name} takes no part in it: give them a role first.")
    if any(known.said.event.person == person for known in incident.paging.open):
        raise NotAllowed(f"{person} is being paged already.")
    if len(incident.paging.open) >= PAGES_OPEN_MAX:
        raise NotAllowed(f"{PAGES_OPEN_MAX} pages wait for an answer already.")
    return [Paged(person, text.strip() or incident.title, rest)]


def acknowledge_page(incident: Incident, asked: Asked, *, page: int | None = None) -> list[Event]:
    """Answer a page: one's own, or with its number anybody's, so that nobody else is called."""
    if page is None:
        mine = [known for known in incident.paging.open if known.said.event.person == asked.by]
        if not mine:
            raise NotAllowed("No page waits for your answer: name the page (its entry) to answer for somebody else.")
        return [PageAcknowledged(known.said.entry, asked.by) for known in mine]
    known = _known(incident, page)
    if known.acknowledged is not None:
        raise NotAllowed(f"{known.acknowledged.event.person} answered this page already.")
    return [PageAcknowledged(page, asked.by)]


def answer_page(incident: Incident, asked: Asked, *, page: int) -> list[Event]:
    """State that whoever was paged pressed the button behind the link that was sent. Twice is once."""
    known = _known(incident, page)
    return [] if known.acknowledged is not None else [PageAcknowledged(page, known.said.event.person)]


def attempt_page(
    incident: Incident, asked: Asked, *, page: int, place: int, method: str, state: Reached, why: str = ""
) -> list[Event]:
    """State that one way to reach the person was tried. Told once for each way."""
    known = _known(incident, page)
    if any(said.event.place == place for said in known.attempts):
        return []
    return [PageAttempted(page, place, need(method, "The way"), state, why.strip())]


def pass_page_on(incident: Incident, asked: Asked, *, page: int, why: str) -> list[Event]:
    """State that nobody answered, and call whoever comes next."""
    known = _known(incident, page)
    if not known.open:
        return []
    paged = known.said.event
    waiting = {one.said.event.person for one in incident.paging.open}
    rest = [name for name in paged.then if name not in waiting and takes_part(incident, name)]
    if not rest:
        return [PageUnanswered(page, need(why, "Why"))]
    return [
        PageUnanswered(page, need(why, "Why"), rest[0]),
        Paged(rest[0], paged.text, tuple(rest[1:]), paged.escalation, page),
    ]


def escalate(
    incident: Incident,
    asked: Asked,
    *,
    rule: str,
    nth: int,
    reason: str,
    people: tuple[str, ...] = (),
    unfilled: tuple[str, ...] = (),
    text: str = "",
) -> list[Event]:
    """State that a rule called for more people, and call them. In a drill only those who take part."""
    inside = tuple(dict.fromkeys(name for name in people if takes_part(incident, name)))
    outside = tuple(f"{name} (takes no part in this {incident.kind})" for name in people if name not in inside)
    waiting = {one.said.event.person for one in incident.paging.open}
    called = [name for name in inside if name not in waiting]
    entry = incident.number + 1
    escalated = Escalated(rule, nth, need(reason, "The reason"), inside, (*unfilled, *outside))
    return [escalated, *(Paged(name, text.strip() or reason, (), entry) for name in called)]


def remind(incident: Incident, asked: Asked, *, key: str, text: str, people: tuple[str, ...]) -> list[Event]:
    """State that people were reminded. Told once for each key."""
    if any(said.event.key == key for said in incident.paging.reminded):
        return []
    return [Reminded(key, need(text, "What"), people)]


def _known(incident: Incident, page: int) -> Page:
    known = incident.paging.pages.get(page)
    if known is None:
        raise NotAllowed(f"Entry {page} is no page of {incident.id}.")
    return known


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "answer-page": (answer_page, None),
    "attempt-page": (attempt_page, None),
    "pass-page-on": (pass_page_on, None),
    "escalate": (escalate, None),
    "remind": (remind, None),
}
"""Every step with the verb in whose states it is possible."""
