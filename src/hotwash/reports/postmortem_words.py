"""What entries about the post-mortem say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import postmortem_book
from hotwash.knowledge.roles import roles
from hotwash.reports.phrases import count, day, several, when
from hotwash.reports.told import Link, Told, labelled, lower, plus, text_of


def section_title(section: str) -> str:
    """What a section is called; one that is not known here keeps its word."""
    try:
        return postmortem_book().section(section).title
    except KeyError:
        return section


def meeting_title(form: str) -> str:
    """What a meeting is called."""
    try:
        return postmortem_book().meeting(form).title
    except KeyError:
        return form


def item_title(form: str, item: str) -> str:
    """What a point of an agenda is called."""
    try:
        return next(one.title for one in postmortem_book().meeting(form).items if one.id == item)
    except (KeyError, StopIteration):
        return item


def _role(role: str) -> str:
    try:
        return lower(roles().role(role).title)
    except KeyError:
        return role


def _entries(*numbers: int) -> tuple[Link, ...]:
    return tuple(Link("entry", one) for one in dict.fromkeys(numbers))


def _planned(event: e.PostmortemPlanned, fact: IncidentFact, incident: Incident) -> Told:
    by = f", by {day(event.due)}" if event.due else ""
    sentence = f"A post-mortem is held: {event.owner} owns it, {event.facilitator} leads the meeting{by}."
    meets = labelled("It meets", when(event.meet_at) if event.meet_at else "")
    return plus(Told(sentence), meets, labelled("Form", meeting_title(event.form)), labelled("Reason", event.reason))


def _waived(event: e.PostmortemWaived, fact: IncidentFact, incident: Incident) -> Told:
    asked = ", though the severity asks for one" if event.required else ""
    return text_of(f"{fact.by} decided that no post-mortem is held{asked}: ", event.reason)


def _written(event: e.SectionWritten, fact: IncidentFact, incident: Incident) -> Told:
    title = section_title(event.section)
    lead = f"{fact.by} made one text of {len(event.made_from)} of “{title}”: "
    if len(event.made_from) < 2:
        lead = f"{fact.by} wrote “{title}”: "
    return text_of(lead, event.text, _entries(*event.made_from))


def _pre_read(event: e.PreReadSent, fact: IncidentFact, incident: Incident) -> Told:
    sentence = (
        f"{fact.by} sent the draft as of entry {event.as_of} round to {count(len(event.readers), 'reader', 'readers')}."
    )
    return plus(Told(sentence, links=_entries(event.as_of)), several(list(event.readers)), event.note)


def _read(event: e.PreReadConfirmed, fact: IncidentFact, incident: Incident) -> Told:
    return Told(f"{fact.by} has read the draft that was sent round.", links=_entries(event.sent))


def _contributed(event: e.ContributionMade, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"{fact.by} wants the post-mortem to look at this: ", event.text)


def _intake(event: e.ContributionsOpened, fact: IncidentFact, incident: Incident) -> Told:
    until = f" until {day(event.until)}" if event.until else ""
    return Told(f"{fact.by} opened the page for contributions without a name{until}.")


def _taken(event: e.ContributionsTaken, fact: IncidentFact, incident: Incident) -> Told:
    number = count(len(event.texts), "contribution", "contributions")
    return plus(Told(f"{fact.by} took in {number} without a name."), *(f"– {one}" for one in event.texts))


def _opened(event: e.MeetingOpened, fact: IncidentFact, incident: Incident) -> Told:
    with_them = f" with {count(len(event.attendees), 'person', 'people')}" if event.attendees else ""
    told = Told(f"{fact.by} opened the {lower(meeting_title(event.form))}{with_them}.")
    begins = labelled("It begins with", item_title(event.form, event.item))
    return plus(told, several(list(event.attendees)), begins, labelled("Agenda", event.agenda))


def _form(meeting: int, incident: Incident) -> str:
    return next((one.opened.event.form for one in incident.postmortem.meetings if one.number == meeting), "full")


def _moved(event: e.MeetingMoved, fact: IncidentFact, incident: Incident) -> Told:
    title = item_title(_form(event.meeting, incident), event.item)
    return Told(f"The meeting went on to “{title}”.", links=_entries(event.meeting))


def _noted(event: e.MeetingNoted, fact: IncidentFact, incident: Incident) -> Told:
    title = item_title(_form(event.meeting, incident), event.item)
    return text_of(f"Note of the meeting, “{title}”: ", event.text, _entries(event.meeting))


def _ended(event: e.MeetingEnded, fact: IncidentFact, incident: Incident) -> Told:
    return plus(Told("The meeting ended.", links=_entries(event.meeting)), event.remark)


def _submitted(event: e.PostmortemSubmitted, fact: IncidentFact, incident: Incident) -> Told:
    sentence = f"{fact.by} submitted the post-mortem as of entry {event.as_of} to be signed."
    return plus(Told(sentence, links=_entries(event.as_of)), event.remark)


def _signed(event: e.PostmortemSigned, fact: IncidentFact, incident: Incident) -> Told:
    standing = ", a role that nobody held" if event.standing_in else ""
    told = Told(f"{fact.by} signed the post-mortem as {_role(event.role)}{standing}.", links=_entries(event.submission))
    return plus(told, event.remark)


def _returned(event: e.PostmortemReturned, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"{fact.by} sent the post-mortem back as {_role(event.role)}: "
    return text_of(lead, event.reason, _entries(event.submission))


def _proposed(event: e.PublicVersionProposed, fact: IncidentFact, incident: Incident) -> Told:
    number = sum(len(part.paragraphs) for part in event.parts)
    sentence = f"{fact.by} picked {count(number, 'sentence', 'sentences')} of the post-mortem that may become public."
    said = [f"{part.title}: {' '.join(part.paragraphs)}" for part in event.parts]
    return plus(Told(sentence, links=_entries(event.submission)), labelled("Title", event.title), *said)


def _published(event: e.PostmortemPublished, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} published the signed post-mortem inside.", links=_entries(event.submission))
    return plus(told, event.remark)


def _outside(event: e.PostmortemPublishedOutside, fact: IncidentFact, incident: Incident) -> Told:
    told = text_of(f"{fact.by} made the public version readable for everybody: ", event.reason, _entries(event.version))
    return plus(told, labelled("Address ends in", event.slug))


def _taken_back(event: e.PublicationWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"{fact.by} took a publication back: ", event.reason, _entries(event.publication))


def _acknowledged(event: e.PostmortemAcknowledged, fact: IncidentFact, incident: Incident) -> Told:
    return Told(f"{fact.by} has read the published post-mortem.", links=_entries(event.publication))


def _pulse(event: e.PulseOpened, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} asked those who took part how safe it was to speak, without names.")
    return plus(told, labelled("Questions", event.book))


def _felt(event: e.PulseClosed, fact: IncidentFact, incident: Incident) -> Told:
    links = _entries(event.pulse)
    if not event.enough:
        least = postmortem_book().pulse.least
        return Told(f"Fewer than {least} answered how safe it was to speak: what they said is not shown.", links=links)
    texts = {one.id: one.text for one in postmortem_book().pulse.statements}
    said = [f"{texts.get(one.statement, one.statement)} {' / '.join(map(str, one.counts))}" for one in event.tallies]
    scale = " / ".join(postmortem_book().pulse.answers).lower()
    return plus(Told(f"{event.answers} people answered how safe it was to speak.", links=links), *said, f"({scale})")


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.PostmortemPlanned: _planned,
    e.PostmortemWaived: _waived,
    e.SectionWritten: _written,
    e.PreReadSent: _pre_read,
    e.PreReadConfirmed: _read,
    e.ContributionMade: _contributed,
    e.ContributionsOpened: _intake,
    e.ContributionsTaken: _taken,
    e.MeetingOpened: _opened,
    e.MeetingMoved: _moved,
    e.MeetingNoted: _noted,
    e.MeetingEnded: _ended,
    e.PostmortemSubmitted: _submitted,
    e.PostmortemSigned: _signed,
    e.PostmortemReturned: _returned,
    e.PublicVersionProposed: _proposed,
    e.PostmortemPublished: _published,
    e.PostmortemPublishedOutside: _outside,
    e.PublicationWithdrawn: _taken_back,
    e.PostmortemAcknowledged: _acknowledged,
    e.PulseOpened: _pulse,
    e.PulseClosed: _felt,
}
