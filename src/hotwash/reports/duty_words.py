"""What entries about legal duties say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.duties import duties
from hotwash.reports.phrases import brief
from hotwash.reports.told import Link, Told, labelled, plus, text_of

ANSWERS = {"yes": "yes", "no": "no", "unknown": "not known"}


def duty_title(duty: str) -> str:
    """What a duty is called; one that is not known here keeps its id."""
    row = duties().duties.get(duty)
    return row.title if row else brief(duty, 80)


def question_text(question: str) -> str:
    """A question of applicability in words."""
    try:
        return duties().question(question).text
    except KeyError:
        return f"Does the duty “{duty_title(question)}” apply?"


def _withdrawn(event: e.AwarenessWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.entry),)
    return text_of(f"{fact.by} took back who knew what in entry {event.entry}: ", event.reason, links)


def _answered(event: e.ApplicabilityAnswered, fact: IncidentFact, incident: Incident) -> Told:
    answer = ANSWERS.get(event.answer, event.answer)
    told = Told(f"{fact.by} answered “{brief(question_text(event.question), 160)}”: {answer}.")
    return plus(told, labelled("Reason", event.reason))


def _submitted(event: e.FilingSubmitted, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("evidence", event.evidence),) if event.evidence is not None else ()
    title, stage = brief(duty_title(event.duty), 120), brief(event.stage, 80)
    return plus(
        Told(f"Sent to {brief(event.recipient, 120)}: {title}, {stage}.", links=links),
        labelled("Receipt", event.receipt),
        labelled("Late, because", event.late_because),
        event.note,
        labelled("Digest of what was sent", event.digest),
    )


def _filing_withdrawn(event: e.FilingWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    links = (Link("entry", event.filing),)
    return text_of(f"{fact.by} took back the filing of entry {event.filing}: ", event.reason, links)


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.AwarenessWithdrawn: _withdrawn,
    e.ApplicabilityAnswered: _answered,
    e.FilingSubmitted: _submitted,
    e.FilingWithdrawn: _filing_withdrawn,
}
