"""What entries about messages say. The text itself stands in the detail; who got it is counted, never named."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.events.messages import REGISTER, STATUS_PAGE
from hotwash.incident.state import Incident
from hotwash.knowledge.message_templates import language_title
from hotwash.knowledge.messages import rules
from hotwash.knowledge.roles import roles
from hotwash.reports.phrases import brief, people, several, when
from hotwash.reports.told import Link, Told, labelled, lower, plus, text_of


def audience_title(audience: str) -> str:
    """What an audience is called; one that is not known here keeps its word."""
    try:
        return rules().audience(audience).title
    except KeyError:
        return audience


def stage_title(stage: str) -> str:
    """What a stage is called."""
    try:
        return rules().stage(stage).title
    except KeyError:
        return stage


def target_title(target: str) -> str:
    """What a target is called: a list keeps its name."""
    return {STATUS_PAGE: "the status page", REGISTER: "the people in the register"}.get(
        target, f"“{brief(target, 100)}”"
    )


def _of(message: int, incident: Incident) -> str:
    known = incident.messages.get(message)
    if known is None:
        return f"the message of entry {message}"
    return f"the message to {lower(audience_title(known.audience))} ({lower(stage_title(known.stage))})"


def _role(role: str) -> str:
    try:
        return lower(roles().role(role).title)
    except KeyError:
        return role


def _links(message: int, *more: int) -> tuple[Link, ...]:
    return tuple(Link("entry", one) for one in dict.fromkeys((message, *more)))


def _language(language: str) -> str:
    return "" if language == "en" else labelled("Language", language_title(language))


def _drafted(event: e.MessageDrafted, fact: IncidentFact, incident: Incident) -> Told:
    to, stage = lower(audience_title(event.audience)), lower(stage_title(event.stage))
    told = Told(f"{fact.by} began a message to {to} ({stage}): {brief(event.subject, 120)}.")
    promised = labelled("Promises the next word by", when(event.next_at) if event.next_at else "")
    made_from = labelled("Made from", event.template)
    language = _language(event.language)
    return plus(told, event.body, promised, language, made_from, labelled("Not known then", "; ".join(event.missing)))


def _edited(event: e.MessageEdited, fact: IncidentFact, incident: Incident) -> Told:
    what = _of(event.message, incident)
    told = Told(f"{fact.by} wrote version {event.version} of {what}.", links=_links(event.message))
    promised = labelled("Promises the next word by", when(event.next_at) if event.next_at else "")
    return plus(told, event.subject, event.body, promised, _language(event.language))


def _submitted(event: e.MessageSubmitted, fact: IncidentFact, incident: Incident) -> Told:
    links = _links(event.message, event.text)
    told = Told(f"{fact.by} asked for approval of {_of(event.message, incident)}.", links=links)
    return plus(told, event.remark)


def _approved(event: e.MessageApproved, fact: IncidentFact, incident: Incident) -> Told:
    standing = ", a role that nobody held" if event.standing_in else ""
    sentence = f"{fact.by} approved {_of(event.message, incident)} as {_role(event.role)}{standing}."
    return plus(Told(sentence, links=_links(event.message, event.text)), event.remark)


def _refused(event: e.MessageRefused, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"{fact.by} did not approve {_of(event.message, incident)} as {_role(event.role)}: "
    return text_of(lead, event.reason, _links(event.message, event.text))


def _withdrawn(event: e.MessageWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"{fact.by} took back {_of(event.message, incident)}: ", event.reason, _links(event.message))


def _sending(event: e.MessageSending, fact: IncidentFact, incident: Incident) -> Told:
    to = several([target_title(one) for one in event.targets])
    sentence = f"{fact.by} sent {_of(event.message, incident)} to {to}."
    return Told(sentence, links=_links(event.message, event.text))


def _delivered(event: e.MessageDelivered, fact: IncidentFact, incident: Incident) -> Told:
    reached = f", {people(event.reached)}" if event.reached is not None else ""
    sentence = f"{_of(event.message, incident)} reached {target_title(event.target)}{reached}."
    told = Told(sentence[0].upper() + sentence[1:], links=_links(event.message, event.sending))
    return plus(told, labelled("Answer", event.answer), labelled("Digest of what was sent", event.digest))


def _failed(event: e.MessageFailed, fact: IncidentFact, incident: Incident) -> Told:
    what = _of(event.message, incident)
    lead = f"It did not reach {target_title(event.target)}, {what}: "
    if event.outcome == "unknown":
        lead = f"Nobody knows whether {what} reached {target_title(event.target)}: "
    told = text_of(lead, event.reason, _links(event.message, event.sending))
    reached = f"It reached {people(event.reached)} before that." if event.reached else ""
    return plus(told, reached, "" if event.final else "It is tried again.")


def _answered(event: e.MessageAnswered, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"{brief(event.sender, 80)} answered {_of(event.message, incident)}: "
    return text_of(lead, event.text, _links(event.message))


def _opened(event: e.StatusPageOpened, fact: IncidentFact, incident: Incident) -> Told:
    told = text_of(f"{fact.by} opened the public status page: ", event.reason)
    return plus(told, labelled("Title", event.title), labelled("Address ends in", event.slug))


def _closed(event: e.StatusPageClosed, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"{fact.by} closed the public status page: ", event.reason)


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.MessageDrafted: _drafted,
    e.MessageEdited: _edited,
    e.MessageSubmitted: _submitted,
    e.MessageApproved: _approved,
    e.MessageRefused: _refused,
    e.MessageWithdrawn: _withdrawn,
    e.MessageSending: _sending,
    e.MessageDelivered: _delivered,
    e.MessageFailed: _failed,
    e.MessageAnswered: _answered,
    e.StatusPageOpened: _opened,
    e.StatusPageClosed: _closed,
}
