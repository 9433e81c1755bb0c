"""What entries about contributing factors and whys say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief
from hotwash.reports.told import Link, Told, labelled, plus, rests, text_of
from hotwash.reports.vocabulary import TAGS


def _factor(event: e.FactorAdded, fact: IncidentFact, incident: Incident) -> Told:
    believed = "" if event.finding is not None or event.evidence or event.supports else ", so far a belief"
    lead = f"A contributing factor ({TAGS.get(event.tag, event.tag)}{believed}): "
    return _more(text_of(lead, event.text, _links(event)), event)


def _factor_edited(event: e.FactorEdited, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"Factor {event.factor} in other words ({TAGS.get(event.tag, event.tag)}): "
    return _more(text_of(lead, event.text, (*_links(event), Link("entry", event.factor))), event)


def _factor_withdrawn(event: e.FactorWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"Factor {event.factor} was taken back: ", event.reason, (Link("entry", event.factor),))


def _why(event: e.WhyAdded, fact: IncidentFact, incident: Incident) -> Told:
    links = _links(event)
    if event.parent is not None:
        links += (Link("entry", event.parent),)
    return plus(text_of(f"{brief(event.question, 160)} ", event.answer, links), labelled("Evidence", event.evidence))


def _why_edited(event: e.WhyEdited, fact: IncidentFact, incident: Incident) -> Told:
    links = (*_links(event), Link("entry", event.why))
    told = text_of(f"Why {event.why} in other words: {brief(event.question, 160)} ", event.answer, links)
    return plus(told, labelled("Evidence", event.evidence))


def _why_withdrawn(event: e.WhyWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"The answer to why {event.why} was taken back: ", event.reason, (Link("entry", event.why),))


def _links(event: e.FactorAdded | e.FactorEdited | e.WhyAdded | e.WhyEdited) -> tuple[Link, ...]:
    return (*rests(event.finding), *(Link("entry", number) for number in event.supports))


def _more(told: Told, event: e.FactorAdded | e.FactorEdited) -> Told:
    causes = ", ".join(part for part in (event.entity, event.intent, event.timing) if part)
    return plus(
        told,
        labelled("Evidence", event.evidence),
        labelled("Called in the GMF taxonomy", ", ".join(event.failures)),
        labelled("Cause, as MIT's taxonomy puts it", causes),
    )


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.FactorAdded: _factor,
    e.FactorEdited: _factor_edited,
    e.FactorWithdrawn: _factor_withdrawn,
    e.WhyAdded: _why,
    e.WhyEdited: _why_edited,
    e.WhyWithdrawn: _why_withdrawn,
}
"""The sentence for each of these entries."""
