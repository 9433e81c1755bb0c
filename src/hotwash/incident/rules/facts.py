"""Rules for the facts of the story: signals, detection, onset, remediation, awareness, notes."""

from datetime import datetime

from hotwash.incident.events import (
    Acknowledged,
    AwarenessRecorded,
    Detected,
    Event,
    Happened,
    HarmBegan,
    Noted,
    Remediated,
    SignalLinked,
)
from hotwash.incident.events.facts import AwarenessFact, Detector
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need


def note(incident: Incident, asked: Asked, *, text: str) -> list[Event]:
    """Write a working note."""
    return [Noted(need(text, "The note"))]


def happened(incident: Incident, asked: Asked, *, text: str, source: str = "") -> list[Event]:
    """Put something on the timeline, at the time it happened."""
    return [Happened(need(text, "The timeline entry"), source)]


def link_signal(
    incident: Incident,
    asked: Asked,
    *,
    source: str,
    title: str,
    data_time: datetime | None = None,
    detail: str = "",
    url: str = "",
    key: str = "",
    detector: Detector = "inside",
) -> list[Event]:
    """Link an alert, a complaint or a report; the earliest one is when the harm was detected."""
    signal = SignalLinked(need(source, "The source"), need(title, "The title"), data_time, detail, url, key, detector)
    if key and any(known.event.source == signal.source and known.event.key == key for known in incident.signals):
        raise NotAllowed(f"This signal of {source} is linked already.")
    if incident.detections and incident.detections[-1].at <= asked.at:
        return [signal]
    return [signal, Detected(f"{signal.source}: {signal.title}", detector)]


def detect(
    incident: Incident, asked: Asked, *, source: str, detector: Detector = "inside", entry: int | None = None
) -> list[Event]:
    """Say when the harm was first seen, and how that is known."""
    _known_entry(incident, entry)
    _not_ahead(asked)
    return [Detected(need(source, "The source"), detector, entry)]


def acknowledge(incident: Incident, asked: Asked) -> list[Event]:
    """Say when a commander was in place, where that differs from when the role was written down."""
    _not_ahead(asked)
    if incident.commander is None:
        raise NotAllowed("Nobody is in command: assign a commander first.")
    return [Acknowledged(incident.commander)]


def begin_harm(
    incident: Incident,
    asked: Asked,
    *,
    source: str,
    low: datetime | None = None,
    high: datetime | None = None,
    finding: int | None = None,
) -> list[Event]:
    """Say since when people are harmed, with a range, and what shows it."""
    _not_ahead(asked)
    if low is not None and low > asked.at:
        raise NotAllowed("The harm cannot begin before the early end of its own range: correct `low`.")
    if high is not None and high < asked.at:
        raise NotAllowed("The harm cannot begin after the late end of its own range: correct `high`.")
    known_finding(incident, finding)
    return [HarmBegan(need(source, "The source"), low, high, finding)]


def remediate(incident: Incident, asked: Asked, *, how: str, source: str, finding: int | None = None) -> list[Event]:
    """Record that the fix is in production and was verified there."""
    _not_ahead(asked)
    known_finding(incident, finding)
    return [Remediated(need(how, "What was fixed"), need(source, "What verifies it"), finding)]


def record_awareness(
    incident: Incident, asked: Asked, *, fact: AwarenessFact, person: str, evidence: str = ""
) -> list[Event]:
    """Record who knew what, when: such facts start legal clocks."""
    _not_ahead(asked)
    return [AwarenessRecorded(fact, need(person, "The person"), evidence)]


def known_finding(incident: Incident, finding: int | None) -> None:
    """:raises NotAllowed: if there is no such finding in this incident"""
    if finding is not None and finding not in incident.findings:
        raise NotAllowed(f"Entry {finding} is no finding of {incident.id}: name the entry number of a finding.")


def _known_entry(incident: Incident, entry: int | None) -> None:
    if entry is not None and not 1 <= entry <= incident.number:
        raise NotAllowed(f"{incident.id} has no entry {entry}.")


def _not_ahead(asked: Asked) -> None:
    if asked.at > asked.now:
        raise NotAllowed("That time is still to come: a fact lies in the past.")
