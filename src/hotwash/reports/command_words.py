"""What entries about operational periods say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, when
from hotwash.reports.told import Link, Told, labelled, plus, text_of


def _period(event: e.PeriodStarted, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(
        f"{fact.by} opened an operational period until {when(event.until)} with "
        f"{count(len(event.objectives), 'objective', 'objectives')}."
    )
    listed = [f"{number}. {text}" for number, text in enumerate(event.objectives, 1)]
    return plus(told, *listed, labelled("Take care", event.safety), labelled("Bear in mind", event.emphasis))


def _settled(event: e.ObjectiveSettled, fact: IncidentFact, incident: Incident) -> Told:
    said = {"met": "Objective met", "dropped": "Objective dropped", "carried-over": "Objective carried over"}
    known = incident.periods.get(event.period)
    objectives = known.started.event.objectives if known else ()
    title = objectives[event.objective - 1] if 1 <= event.objective <= len(objectives) else f"number {event.objective}"
    lead = f"{said[event.outcome]}: {brief(title, 120).rstrip('.')}"
    links = (Link("entry", event.period),)
    return text_of(f"{lead}. ", event.text, links) if event.text else Told(f"{lead}.", links=links)


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.PeriodStarted: _period,
    e.ObjectiveSettled: _settled,
}
