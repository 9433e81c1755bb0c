"""What every part of a post-mortem reads, and the few ways of saying things that all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hotwash.incident.events import HarmEstimated, IncidentFact
from hotwash.incident.state import Incident, Said
from hotwash.reports.document import Item, Run, Text, entry, quiet, strong, text
from hotwash.reports.document import finding as pointer
from hotwash.reports.phrases import MONTHS, between, measured, zone


@dataclass(frozen=True, slots=True)
class Source:
    """A history, its state, its findings, and what the AI system is called."""

    facts: tuple[IncidentFact, ...]
    incident: Incident
    findings: Mapping[int, Mapping[str, Any]]
    system_name: str = ""

    @property
    def as_of(self) -> datetime:
        """The moment of the last entry."""
        return self.facts[-1].recorded_at if self.facts else datetime.fromtimestamp(0, UTC)

    def dissents(self, number: int) -> tuple[Item, ...]:
        """The other views of an entry."""
        return tuple(
            Item(text(strong("Seen differently"), f" by {said.by}: {said.event.text} ", entry(said.entry)))
            for said in self.incident.dissents
            if said.event.about == number
        )


def moment(at: datetime) -> str:
    """``3 Mar 2026, 09:02``; a zone other than UTC is said."""
    named = zone(at)
    return f"{short_day(at)}, {at:%H:%M}" + ("" if named == "UTC" else f" {named}")


def short_day(at: date) -> str:
    """``3 Mar 2026``."""
    return f"{at.day} {MONTHS[at.month - 1][:3]} {at.year}"


def rests_on(
    finding: int | None, evidence: str = "", supports: tuple[int, ...] = (), *, believed: bool | None = None
) -> Text:
    """What a statement rests on: a finding, evidence in words, entries that support it, or a belief."""
    parts: list[Run | str] = []
    if finding is not None:
        parts += ["shown by ", pointer(finding)]
    if evidence:
        parts.append(f"; {evidence}" if parts else f"evidence: {evidence}")
    for place, number in enumerate(supports):
        parts += [", " if place else "; rests on " if parts else "rests on ", entry(number)]
    if believed if believed is not None else not parts:
        more = "no finding or evidence was given" if not parts else "what it rests on is one too"
        parts += ["; " if parts else "", strong("a belief so far"), f": {more}"]
    return text(*parts)


def estimate_value(said: Said[HarmEstimated]) -> str:
    """An estimate's value with its unit."""
    return measured(said.event.value, said.event.unit, said.event.currency)


def estimate_basis(said: Said[HarmEstimated]) -> Text:
    """Where an estimate comes from: a finding, or somebody's own words."""
    event = said.event
    if event.finding is not None:
        basis = f"; {event.basis}" if event.basis else ""
        return text("Computed: ", pointer(event.finding), basis)
    return text(strong("Typed estimate"), f" by {said.by}: {event.basis} ", entry(said.entry))


def estimate_range(said: Said[HarmEstimated]) -> str:
    """An estimate's range, or that there is none."""
    return between(said.event.low, said.event.high) or "no range given"


def nothing() -> Text:
    """An empty cell that was not forgotten."""
    return (quiet("–"),)
