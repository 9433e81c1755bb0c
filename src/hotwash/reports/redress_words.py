"""What entries about the register of redress say. People are counted, never named."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, people
from hotwash.reports.redress import made_whole
from hotwash.reports.told import Told, labelled, plus, rests, text_of


def _opened(event: e.RedressOpened, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} opened the register of the people harmed.", links=rests(event.finding))
    return plus(told, event.note)


def _imported(event: e.RedressImported, fact: IncidentFact, incident: Incident) -> Told:
    who = (
        f"{people(event.people)} {'was' if event.people == 1 else 'were'} taken into the register of redress"
        if event.people
        else "Nobody new was taken into the register of redress"
    )
    owed = count(event.remedies, "remedy", "remedies")
    return plus(
        Told(f"{who}, with {owed}."), labelled("From", brief(event.source, 200)), _as_of(event.batch, event.counts)
    )


def _waived(event: e.RedressWaived, fact: IncidentFact, incident: Incident) -> Told:
    what = count(event.remedies, "remedy", "remedies")
    told = text_of(f"{fact.by} gave up {what} owed to {people(event.people)}: ", event.reason)
    return plus(told, _as_of(event.batch, event.counts))


def _progressed(event: e.RedressProgressed, fact: IncidentFact, incident: Incident) -> Told:
    return plus(Told(f"Redress: {made_whole(event.counts)}."), f"As of entry {event.batch} of the register.")


def _closed(event: e.RedressClosed, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"{fact.by} closed the register of redress: {made_whole(event.counts)}"
    return text_of(f"{lead}. Why: ", event.reason) if event.reason else Told(f"{lead}.")


def _reopened(event: e.RedressReopened, fact: IncidentFact, incident: Incident) -> Told:
    return text_of("The register of redress was opened again: ", event.reason)


def _as_of(batch: int, counts: e.PeopleCount) -> str:
    return f"After entry {batch} of the register: {made_whole(counts)}."


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.RedressOpened: _opened,
    e.RedressImported: _imported,
    e.RedressWaived: _waived,
    e.RedressProgressed: _progressed,
    e.RedressClosed: _closed,
    e.RedressReopened: _reopened,
}
