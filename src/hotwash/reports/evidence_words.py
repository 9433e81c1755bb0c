"""One plain sentence for every entry of the chain of custody: held, verified, handed over, sealed, exported."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, several
from hotwash.reports.told import Link, Told, labelled, plus, text_of


def _held(event: e.EvidenceHeld, fact: IncidentFact, incident: Incident) -> Told:
    taken = [item for item in event.items if item.digest]
    failed = [item for item in event.items if not item.digest]
    first = f"{fact.by} held evidence" if event.continues is None else "The hold went on"
    names = several([brief(item.name, 60) for item in taken]) or "nothing could be taken"
    missing = f" {count(len(failed), 'part is', 'parts are')} missing." if failed else ""
    waiting = labelled("Still being taken", several([*event.waiting])) if event.waiting else ""
    links = (Link("evidence", fact.number), *(() if event.continues is None else (Link("entry", event.continues),)))
    told = Told(f"{first}: {names}.{missing}", "", links)
    lines = [labelled(brief(item.name, 60), f"not taken. {item.failed}") for item in failed]
    return plus(told, labelled("Reason", event.reason), *lines, waiting)


def _verified(event: e.EvidenceVerified, fact: IncidentFact, incident: Incident) -> Told:
    wrong = [one for one in event.checked if one.outcome != "same"]
    links = tuple(Link("evidence", entry) for entry in dict.fromkeys(one.entry for one in event.checked))
    if not wrong:
        kept = count(len(event.checked), "piece of evidence is", "pieces of evidence are")
        return Told(f"{fact.by} had the bytes read again: {kept} as kept.", "", links)
    lines = [
        f"Entry {one.entry}{f', item {one.item}' if one.item else ''}: "
        f"{'the bytes were changed' if one.outcome == 'changed' else 'the bytes are no longer there'}."
        for one in wrong
    ]
    return plus(
        Told(f"Of {len(event.checked)} pieces of evidence, {len(wrong)} can no longer be relied on.", "", links),
        *lines,
    )


def _given(event: e.EvidenceHandedOver, fact: IncidentFact, incident: Incident) -> Told:
    item = f", item {event.item}" if event.item else ""
    told = text_of(f"{fact.by} handed evidence (entry {event.entry}{item}) over to ", event.to)
    return plus(
        Told(told.sentence, told.detail, (Link("evidence", event.entry),)),
        labelled("Reason", event.reason),
        labelled("How", event.how),
        labelled("Receipt", event.receipt),
    )


def _sealed(event: e.RecordSealed, fact: IncidentFact, incident: Incident) -> Told:
    of = several([f"{number:,} of {brief(name, 80)}" for name, number in sorted(event.records.items())])
    return plus(Told(f"The record was sealed: entries {of}."), labelled("Key", event.key))


def _exported(event: e.CaseFileExported, fact: IncidentFact, incident: Incident) -> Told:
    to = f" for {brief(event.to, 120)}" if event.to else ""
    told = Told(f"{fact.by} made a case file{to} of the first {event.as_of:,} entries.")
    people = "It holds what names people." if event.people else ""
    left = f"{count(event.left_out, 'item is', 'items are')} listed without bytes." if event.left_out else ""
    return plus(told, labelled("Reason", event.reason), people, left, labelled("Digest", event.digest))


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.EvidenceHeld: _held,
    e.EvidenceVerified: _verified,
    e.EvidenceHandedOver: _given,
    e.RecordSealed: _sealed,
    e.CaseFileExported: _exported,
}
