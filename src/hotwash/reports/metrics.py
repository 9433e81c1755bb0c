"""Measures of time: from which fact to which, how long, and where each end point comes from.

Which facts begin and end a measure, and which of several entries counts, is data: `knowledge/data/measures.toml`.
Nothing is typed: every measure is computed from the record, or says why it cannot be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from hotwash.incident.state import Incident, Said
from hotwash.knowledge import measures as knowledge
from hotwash.knowledge.measures import Counts, FactId
from hotwash.reports.phrases import people, span

State = Literal["recorded", "pending", "not-applicable"]


@dataclass(frozen=True, slots=True)
class EndPoint:
    """A moment that begins or ends a measure, the entry that states it, and what that rests on."""

    fact: FactId
    at: datetime
    recorded_at: datetime
    entry: int
    by: str
    source: str
    low: datetime | None = None
    high: datetime | None = None
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """The time from one fact to another.

    :param seconds: None unless ``state`` is ``recorded``; negative where the end lies before the beginning
    :param low: the shortest time that the range of the beginning allows, in seconds
    :param high: the longest time that it allows, in seconds
    :param words: the time as people say it, with its range; empty where there is none
    :param why: why there is no time, or what is odd about it; else empty
    """

    id: str
    name: str
    short: str
    sentence: str
    state: State
    seconds: float | None
    low: float | None
    high: float | None
    words: str
    why: str
    since: EndPoint | None
    until: EndPoint | None


def measures(incident: Incident) -> dict[str, Measure]:
    """Every measure of an incident by its id, in the order of the table."""
    known = points(incident)
    return {
        one.id: _measure(incident, one, since=known[one.since], until=known[one.until])
        for one in knowledge.measures().measures
    }


def points(incident: Incident) -> dict[FactId, EndPoint | None]:
    """Every fact on which measures stand, with the moment that counts; None where it is not recorded."""
    return {fact.id: _point(incident, fact.id, fact.counts) for fact in knowledge.measures().facts}


def _measure(incident: Incident, one: knowledge.Measure, *, since: EndPoint | None, until: EndPoint | None) -> Measure:
    def made(state: State, why: str, seconds: float | None = None, **more: Any) -> Measure:
        low, high, words = more.get("low"), more.get("high"), more.get("words", "")
        return Measure(one.id, one.name, one.short, one.sentence, state, seconds, low, high, words, why, since, until)

    if incident.standing == "not-confirmed":
        return made("not-applicable", "No harm was confirmed.")
    if incident.standing == "merged":
        return made("not-applicable", f"It goes on in {incident.linkage.into or 'another incident'}, and counts there.")
    gone = _not_applicable(incident, one.until) if until is None else ""
    if gone:
        return made("not-applicable", gone)
    for point, fact in ((since, one.since), (until, one.until)):
        if point is None:
            return made("pending", _missing(incident, fact))
    assert since is not None
    assert until is not None
    seconds = (until.at - since.at).total_seconds()
    low = (until.at - since.high).total_seconds() if since.high else None
    high = (until.at - since.low).total_seconds() if since.low else None
    why = ""
    if seconds < 0:
        why = (
            f"{_NAMES[one.until]} lies {span(seconds)} before {_NAMES[one.since][0].lower()}{_NAMES[one.since][1:]}: "
            "either it was so, or one of the two needs to be stated again."
        )
    return made("recorded", why, seconds, low=low, high=high, words=duration(seconds, low, high))


def duration(seconds: float, low: float | None = None, high: float | None = None) -> str:
    """A time with its range: ``3 days 4 h (2 days to 4 days)``; ``2 h before`` where it is negative."""
    text = _signed(seconds)
    if low is not None and high is not None:
        return f"{text} ({_signed(low)} to {_signed(high)})" if low != high else text
    if low is not None:
        return f"{text} (at least {_signed(low)})"
    return f"{text} (at most {_signed(high)})" if high is not None else text


def _signed(seconds: float) -> str:
    return span(seconds) + (" before" if seconds < 0 else "")


_NAMES: dict[FactId, str] = {
    "harm-began": "The beginning of the harm",
    "detected": "Its detection",
    "acknowledged": "The acknowledgement",
    "contained": "The containment",
    "remediated": "The verified fix",
    "redressed": "The last remedy",
}


def _missing(incident: Incident, fact: FactId) -> str:
    if fact == "contained" and incident.containments:
        return "So far it is contained for part of the people only."
    if fact == "remediated" and incident.remediations:
        return "It was opened again after the fix; a new fix has not been verified."
    if fact == "redressed" and (incident.remedies or incident.register):
        return f"{people(incident.owed)} still {'waits' if incident.owed == 1 else 'wait'} for a remedy."
    return _MISSING[fact]


_MISSING: dict[FactId, str] = {
    "harm-began": "Since when people were harmed has not been recorded.",
    "detected": "When the harm was first seen has not been recorded.",
    "acknowledged": "Nobody is in command yet.",
    "contained": "It is not contained yet.",
    "remediated": "No fix has been verified in production yet.",
    "redressed": "What people are owed has not been recorded.",
}


def _not_applicable(incident: Incident, fact: FactId) -> str:
    if incident.standing not in ("resolved", "closed"):
        return ""
    if fact == "contained" and incident.remediated:
        return "The fix ended the harm; nothing was contained for everyone before it."
    if fact == "redressed" and not incident.remedies and not incident.register:
        return "No remedy was recorded as owed."
    return ""


def _point(incident: Incident, fact: FactId, counts: Counts) -> EndPoint | None:
    said = _CANDIDATES[fact](incident)
    if not said:
        return None
    if counts == "first":
        one = min(said, key=lambda each: (each.at, each.entry))
    elif counts == "last":
        one = max(said, key=lambda each: (each.at, each.entry))
    else:
        one = max(said, key=lambda each: each.entry)
    event = one.event
    return EndPoint(
        fact=fact,
        at=one.at,
        recorded_at=one.recorded_at,
        entry=one.entry,
        by=one.by,
        source=_source(fact, event),
        low=getattr(event, "low", None),
        high=getattr(event, "high", None),
        finding=getattr(event, "finding", None),
    )


def _source(fact: FactId, event: Any) -> str:
    match fact:
        case "acknowledged":
            return f"{event.commander} in command"
        case "contained":
            return f"{event.switch} set to “{event.state}”"
        case "redressed":
            return str(getattr(event, "proof", "the register of redress"))
    return str(event.source)


def _complete(incident: Incident) -> list[Said[Any]]:
    return [one.applied for one in incident.containments.values() if one.applied.event.complete]


def _fixes(incident: Incident) -> list[Said[Any]]:
    return list(incident.remediations) if incident.remediated else []


def _remedies_done(incident: Incident) -> list[Said[Any]]:
    if incident.owed:
        return []
    done: list[Said[Any]] = [one for remedy in incident.remedies.values() for one in remedy.completed]
    settled = incident.register.settled if incident.register else None
    return [*done, settled] if settled else done


_CANDIDATES: dict[FactId, Callable[[Incident], list[Any]]] = {
    "harm-began": lambda incident: list(incident.beginnings),
    "detected": lambda incident: list(incident.detections),
    "acknowledged": lambda incident: list(incident.acknowledgements),
    "contained": _complete,
    "remediated": _fixes,
    "redressed": _remedies_done,
}
