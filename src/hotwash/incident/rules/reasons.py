"""Rules for contributing factors and whys: add, put in better words, take back. Nobody's version is written over."""

from hotwash.incident.causes import Factor, Why
from hotwash.incident.events import (
    Event,
    FactorAdded,
    FactorEdited,
    FactorWithdrawn,
    WhyAdded,
    WhyEdited,
    WhyWithdrawn,
)
from hotwash.incident.events.causes import Entity, Intent, Tag, Timing
from hotwash.incident.rules.facts import known_finding
from hotwash.incident.state import Incident
from hotwash.knowledge.factors import factors
from hotwash.ledger.rule import Asked, NotAllowed, need

DEPTH_MAX = 20
"""Answers one below the other. A chain that asks on for longer has left what anybody here could change."""


def add_factor(
    incident: Incident,
    asked: Asked,
    *,
    text: str,
    tag: Tag,
    finding: int | None = None,
    evidence: str = "",
    supports: tuple[int, ...] = (),
    failures: tuple[str, ...] = (),
    entity: Entity | None = None,
    intent: Intent | None = None,
    timing: Timing | None = None,
) -> list[Event]:
    """Add a contributing factor; with a finding, evidence or entries that support it, else it is marked as a belief."""
    known_finding(incident, finding)
    rests = _entries(incident, supports)
    named = _failures(failures)
    return [FactorAdded(need(text, "The factor"), tag, finding, evidence.strip(), rests, named, entity, intent, timing)]


def edit_factor(
    incident: Incident,
    asked: Asked,
    *,
    factor: int,
    version: int,
    text: str,
    tag: Tag,
    finding: int | None = None,
    evidence: str = "",
    supports: tuple[int, ...] = (),
    failures: tuple[str, ...] = (),
    entity: Entity | None = None,
    intent: Intent | None = None,
    timing: Timing | None = None,
) -> list[Event]:
    """Put a factor in better words, whole. ``version`` is the entry that says what you began from."""
    known = _factor(incident, factor)
    _same_version(known, version)
    known_finding(incident, finding)
    rests = _entries(incident, supports, factor)
    named = _failures(failures)
    words = need(text, "The factor")
    event = FactorEdited(factor, version, words, tag, finding, evidence.strip(), rests, named, entity, intent, timing)
    if FactorAdded(words, tag, finding, evidence.strip(), rests, named, entity, intent, timing) == known.event:
        raise NotAllowed("This is what the factor says already.")
    return [event]


def withdraw_factor(incident: Incident, asked: Asked, *, factor: int, reason: str) -> list[Event]:
    """Take back a factor that did not contribute after all; it stays in the record."""
    _factor(incident, factor)
    return [FactorWithdrawn(factor, need(reason, "The reason"))]


def add_why(
    incident: Incident,
    asked: Asked,
    *,
    question: str,
    answer: str,
    parent: int | None = None,
    finding: int | None = None,
    evidence: str = "",
    supports: tuple[int, ...] = (),
) -> list[Event]:
    """Answer one *why*; ``parent`` is the why or factor that it explains. One may have several answers."""
    known_finding(incident, finding)
    if parent is not None:
        above = incident.whys.get(parent) or incident.factors.get(parent) or incident.withdrawn_factors.get(parent)
        if above is None:
            raise NotAllowed(f"Entry {parent} is neither a why nor a factor of {incident.id}.")
        if above.withdrawn is not None:
            raise NotAllowed(f"{above.withdrawn.by} took entry {parent} back: answer another one.")
        if _depth(incident, parent) >= DEPTH_MAX:
            raise NotAllowed(f"{DEPTH_MAX} answers stand one below the other: begin a chain of its own.")
    rests = _entries(incident, supports)
    return [
        WhyAdded(need(question, "The question"), need(answer, "The answer"), parent, finding, evidence.strip(), rests)
    ]


def edit_why(
    incident: Incident,
    asked: Asked,
    *,
    why: int,
    version: int,
    question: str,
    answer: str,
    finding: int | None = None,
    evidence: str = "",
    supports: tuple[int, ...] = (),
) -> list[Event]:
    """Put an answer in better words, whole. ``version`` is the entry that says what you began from."""
    known = _why(incident, why)
    _same_version(known, version)
    known_finding(incident, finding)
    rests = _entries(incident, supports, why)
    asked_now, said_now = need(question, "The question"), need(answer, "The answer")
    if WhyAdded(asked_now, said_now, known.event.parent, finding, evidence.strip(), rests) == known.event:
        raise NotAllowed("This is what the answer says already.")
    return [WhyEdited(why, version, asked_now, said_now, finding, evidence.strip(), rests)]


def withdraw_why(incident: Incident, asked: Asked, *, why: int, reason: str) -> list[Event]:
    """Take back an answer that does not hold; what was answered below it stays."""
    _why(incident, why)
    return [WhyWithdrawn(why, need(reason, "The reason"))]


def _factor(incident: Incident, number: int) -> Factor:
    taken = incident.withdrawn_factors.get(number)
    if taken is not None and taken.withdrawn is not None:
        raise NotAllowed(f"{taken.withdrawn.by} took factor {number} back.")
    known = incident.factors.get(number)
    if known is None:
        raise NotAllowed(f"Entry {number} is no factor of {incident.id}.")
    return known


def _why(incident: Incident, number: int) -> Why:
    known = incident.whys.get(number)
    if known is None:
        raise NotAllowed(f"Entry {number} is no why of {incident.id}.")
    if known.withdrawn is not None:
        raise NotAllowed(f"{known.withdrawn.by} took entry {number} back.")
    return known


def _depth(incident: Incident, number: int | None) -> int:
    depth = 0
    while number is not None and depth <= DEPTH_MAX:
        above = incident.whys.get(number)
        number, depth = above.event.parent if above else None, depth + 1
    return depth


def _same_version(known: Factor | Why, version: int) -> None:
    if known.version != version:
        raise NotAllowed(
            f"{known.by} wrote another version (entry {known.version}) after the one that you began from. "
            "Choose between the two, or make one text of both."
        )


def _entries(incident: Incident, numbers: tuple[int, ...], itself: int | None = None) -> tuple[int, ...]:
    for number in numbers:
        if not 1 <= number <= incident.number:
            raise NotAllowed(f"{incident.id} has no entry {number}.")
        if number == itself:
            raise NotAllowed(f"Entry {number} cannot rest on itself.")
    return tuple(sorted(set(numbers)))


def _failures(names: tuple[str, ...]) -> tuple[str, ...]:
    known = factors().failures
    for name in names:
        if name not in known:
            raise NotAllowed(f"The GMF taxonomy has no failure {name!r}.")
    return tuple(name for name in known if name in names)
