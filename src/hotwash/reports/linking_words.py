"""What entries about other incidents say: by their ids alone, since not everyone may read both."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from hotwash.incident.events import IncidentFact
from hotwash.incident.events.linking import (
    AbsorptionUndone,
    EntriesSplitFrom,
    EntriesSplitOff,
    IncidentAbsorbed,
    IncidentLinked,
    IncidentMerged,
    IncidentUnlinked,
    Leftover,
    LeftoverSettled,
    MergeUndone,
)
from hotwash.incident.rules.linking import told as told_thing
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, several
from hotwash.reports.told import Link, Told, labelled, plus
from hotwash.reports.vocabulary import LEFTOVERS, RELATIONS


def left_in_words(left: Sequence[Leftover]) -> str:
    """What was open, counted: ``1 role, 2 actions``."""
    counted: Counter[str] = Counter(one.what for one in left)
    return several([count(counted[what], *LEFTOVERS[what]) for what in LEFTOVERS if counted[what]])


def _numbers(entries: Sequence[int]) -> str:
    lead = "Entry" if len(entries) == 1 else "Entries"
    return f"{lead} {several([str(one) for one in entries])}"


def _linked(event: IncidentLinked, fact: IncidentFact, incident: Incident) -> Told:
    said = RELATIONS.get(event.relation, event.relation)
    return plus(Told(f"{fact.by} linked this incident: it {said} {brief(event.other, 60)}."), event.reason)


def _unlinked(event: IncidentUnlinked, fact: IncidentFact, incident: Incident) -> Told:
    said = RELATIONS.get(event.relation, event.relation)
    told = Told(f"{fact.by} took back that this incident {said} {brief(event.other, 60)}.")
    return plus(told, labelled("Reason", event.reason))


def _merged(event: IncidentMerged, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} merged this incident into {brief(event.into, 60)}, where it goes on.")
    return plus(told, labelled("Reason", event.reason))


def _absorbed(event: IncidentAbsorbed, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} merged {brief(event.other, 60)} into this incident: its work goes on here.")
    left = left_in_words(event.left)
    open_ = f"Open there, to be taken over or closed: {left}." if left else "Nothing was open there."
    return plus(told, labelled("Reason", event.reason), open_)


def _undone(event: MergeUndone, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} undid the merge into {brief(event.other, 60)}: this incident goes on by itself.")
    return plus(told, labelled("Reason", event.reason))


def _given_back(event: AbsorptionUndone, fact: IncidentFact, incident: Incident) -> Told:
    told = Told(f"{fact.by} undid the merge of {brief(event.other, 60)}: it goes on by itself.")
    return plus(told, labelled("Reason", event.reason), "What was taken over from it stays here too.")


def _settled(event: LeftoverSettled, fact: IncidentFact, incident: Incident) -> Told:
    here = incident.linkage.into == event.other
    thing = told_thing(Leftover(event.what, event.entry, event.name), incident.id if here else event.other)
    if event.outcome == "closed":
        sentence = f"{thing} needs no going on."
    else:
        sentence = f"{thing} was taken over{f' by {event.other}' if here else ''}."
    links = (Link("entry", event.now),) if event.now and not here else ()
    return plus(Told(sentence, links=links), labelled("Reason", event.reason))


def _split_off(event: EntriesSplitOff, fact: IncidentFact, incident: Incident) -> Told:
    verb = "goes" if len(event.entries) == 1 else "go"
    links = tuple(Link("entry", entry) for entry in event.entries)
    told = Told(f"{_numbers(event.entries)} {verb} on in {brief(event.other, 60)}.", links=links)
    return plus(told, labelled("Reason", event.reason))


def _split_from(event: EntriesSplitFrom, fact: IncidentFact, incident: Incident) -> Told:
    links = tuple(Link("entry", one.now) for one in event.carried)
    now = _numbers([one.now for one in event.carried])
    verb = "comes" if len(event.carried) == 1 else "come"
    told = Told(f"{now} {verb} from {brief(event.other, 60)}, split off there.", links=links)
    pairs = "; ".join(f"{one.was} there is {one.now} here" for one in event.carried)
    return plus(told, labelled("Reason", event.reason), labelled("Entries", pairs))


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    IncidentLinked: _linked,
    IncidentUnlinked: _unlinked,
    IncidentMerged: _merged,
    IncidentAbsorbed: _absorbed,
    MergeUndone: _undone,
    AbsorptionUndone: _given_back,
    LeftoverSettled: _settled,
    EntriesSplitOff: _split_off,
    EntriesSplitFrom: _split_from,
}
