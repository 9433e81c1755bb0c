"""The timeline: every entry of a record in words, in the order in which things happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotwash.incident.events import DissentRecorded, EntryRedacted, IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.vocabulary import GROUPS, Group
from hotwash.reports.words import Link, tell

CLOCKS_DIFFER = timedelta(minutes=1)
"""From how far apart on both clocks are worth showing: when it happened and when it was known."""


@dataclass(frozen=True, slots=True)
class Dissent:
    """Somebody's other view of an entry, beside it."""

    entry: int
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the timeline.

    :param happened_at: in the zone in which it was told
    :param known_at: when it was written down
    :param both_clocks: whether the two are further apart than a minute
    :param redacted: whether its words were erased
    """

    entry: int
    kind: str
    group: Group
    by: str
    happened_at: datetime
    known_at: datetime
    both_clocks: bool
    sentence: str
    detail: str
    links: tuple[Link, ...]
    dissents: tuple[Dissent, ...]
    redacted: bool
    origin: str = ""
    """The incident from whose record it comes, where that is another one which goes on in this one."""
    elsewhere: tuple[str, ...] = ()
    """Incidents that name the same thing too, because it was split off."""


def timeline(
    facts: Sequence[IncidentFact],
    incident: Incident,
    others: Sequence[tuple[Sequence[IncidentFact], Incident]] = (),
) -> list[Line]:
    """Every entry in words, ordered by when it happened, then by when it was written down.

    :param others: incidents that go on in this one: their entries stand among its own, each with its origin
    """
    found = _lines(facts, incident)
    for theirs, other in others:
        found += [replace(line, origin=other.id) for line in _lines(theirs, other)]
    return sorted(found, key=lambda one: (one.happened_at, one.origin, one.entry)) if others else found


def _lines(facts: Sequence[IncidentFact], incident: Incident) -> list[Line]:
    erasures: dict[int, IncidentFact] = {}
    dissents: dict[int, tuple[Dissent, ...]] = {}
    for fact in facts:
        match fact.event:
            case EntryRedacted(entry=entry):
                erasures[entry] = fact
            case DissentRecorded(about=about, text=text):
                dissents[about] = (*dissents.get(about, ()), Dissent(fact.number, fact.by, text))
    elsewhere = incident.linkage.elsewhere
    return [
        _line(fact, incident, erasures.get(fact.number), dissents.get(fact.number, ()), elsewhere.get(fact.number, ()))
        for fact in sorted(facts, key=lambda one: (one.occurred_at, one.number))
    ]


def _line(
    fact: IncidentFact,
    incident: Incident,
    erased: IncidentFact | None,
    dissents: tuple[Dissent, ...],
    elsewhere: Sequence[str],
) -> Line:
    told = tell(fact, incident, erased)
    return Line(
        entry=fact.number,
        kind=fact.kind,
        group=GROUPS.get(fact.kind, "record"),
        by=fact.by,
        happened_at=fact.occurred_at,
        known_at=fact.recorded_at,
        both_clocks=abs(fact.recorded_at - fact.occurred_at) > CLOCKS_DIFFER,
        sentence=told.sentence,
        detail=told.detail,
        links=told.links,
        dissents=dissents,
        redacted=fact.body is None,
        elsewhere=tuple(elsewhere),
    )
