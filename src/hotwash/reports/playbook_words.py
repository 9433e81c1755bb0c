"""What entries about playbooks say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief
from hotwash.reports.told import Link, Told, labelled, plus, text_of


def _started(event: e.PlaybookStarted, fact: IncidentFact, incident: Incident) -> Told:
    book = event.playbook
    steps = len(book.steps_at(event.tier))
    edition = f"edition {brief(book.version, 40)}" + ("" if event.origin == "library" else f", {event.origin}")
    told = Told(f"{fact.by} started the playbook “{brief(book.title, 120)}” at the tier {event.tier}: {steps} steps.")
    return plus(told, f"The playbook is kept as it was ({edition}).", labelled("Reason", event.reason))


def _raised(event: e.PlaybookRaised, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"{_title(incident, event.run)} goes on at the tier {event.tier}: ", event.reason, _run(event.run))


def _recorded(event: e.StepRecorded, fact: IncidentFact, incident: Incident) -> Told:
    said = {"done": "Done", "skipped": "Skipped", "not-applicable": "Does not apply", "open": "Open again"}
    title = brief(_step(incident, event), 120).rstrip(".")
    lead = f"{said[event.outcome]}: {title}"
    links = _run(event.run) if event.entry is None else (Link("entry", event.entry), *_run(event.run))
    if not event.text:
        return Told(f"{lead}.", links=links)
    return text_of(f"{lead}. ", event.text, links)


def _ended(event: e.PlaybookEnded, fact: IncidentFact, incident: Incident) -> Told:
    if not event.reason:
        return Told(f"{_title(incident, event.run)} was worked to its end.", links=_run(event.run))
    return text_of(f"{_title(incident, event.run)} was ended: ", event.reason, _run(event.run))


def _run(run: int) -> tuple[Link, ...]:
    return (Link("entry", run),)


def _title(incident: Incident, run: int) -> str:
    known = incident.runs.get(run)
    return f"The playbook “{brief(known.playbook.title, 120)}”" if known else f"The playbook of entry {run}"


def _step(incident: Incident, event: e.StepRecorded) -> str:
    known = incident.runs.get(event.run)
    try:
        return known.playbook.step(event.step).title if known else event.step
    except KeyError:
        return event.step


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.PlaybookStarted: _started,
    e.PlaybookRaised: _raised,
    e.StepRecorded: _recorded,
    e.PlaybookEnded: _ended,
}
