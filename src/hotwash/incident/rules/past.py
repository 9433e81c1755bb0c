"""The rule of incidents that are over and come in from a file: what each line says becomes facts at their own times.

They go through the same events as what is recorded while it happens, and the entry that says where they came from
stands first after the declaration. A severity that is told without answers is provisional.
"""

from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.events import (
    Acknowledged,
    Closed,
    ContainmentApplied,
    Declared,
    Detected,
    Event,
    HarmBegan,
    HarmEstimated,
    IncidentImported,
    Remediated,
    Resolved,
    RoleAssigned,
    SeverityAssessed,
    Summarised,
)
from hotwash.incident.events.facts import Detector
from hotwash.incident.events.life import HarmType, Level
from hotwash.incident.rules.life import TITLE_LENGTH_MAX
from hotwash.ledger.rule import NotAllowed, need

TOLD = "told by the imported file"


@dataclass(frozen=True, slots=True)
class Past:
    """An incident that is over, as a file tells it. Each time is when it happened."""

    title: str
    detected_at: datetime
    imported: IncidentImported
    detail: str = ""
    summary: str = ""
    system: str | None = None
    harms: tuple[HarmType, ...] = ()
    severity: Level | None = None
    detector: Detector = "inside"
    people: int | None = None
    commander: str = ""
    harm_began_at: datetime | None = None
    acknowledged_at: datetime | None = None
    contained_at: datetime | None = None
    containment: str = ""
    remediated_at: datetime | None = None
    fix: str = ""
    resolved_at: datetime | None = None
    resolution: str = ""
    closed_at: datetime | None = None


class Contradiction(NotAllowed):
    """Two things of one line cannot both be so. ``field`` names the one to look at first."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def facts_of(past: Past, *, now: datetime) -> list[tuple[datetime, Event]]:
    """What a line says, in the order in which it is recorded: the declaration, where it came from, then the story.

    :raises Contradiction: if a time is still to come, or the times contradict one another
    """
    _in_order(past, now)
    title = need(past.title, "The title")
    if len(title) > TITLE_LENGTH_MAX:
        raise Contradiction("title", f"It has {len(title)} characters; {TITLE_LENGTH_MAX} are the most.")
    found = past.detected_at
    first: list[tuple[datetime, Event]] = [
        (found, Declared(title, "backdated", tuple(dict.fromkeys(past.harms)), past.system or None, past.detail)),
        (found, past.imported),
    ]
    story: list[tuple[datetime, Event]] = [(found, Detected(TOLD, past.detector))]
    if past.harm_began_at is not None:
        story.append((past.harm_began_at, HarmBegan(TOLD)))
    if past.summary.strip():
        story.append((found, Summarised(past.summary.strip())))
    if past.severity is not None:
        told = SeverityAssessed(past.severity, True, "imported", (f"Its severity was {TOLD}.",), {}, "imported")
        story.append((found, told))
    if past.people is not None:
        story.append((found, HarmEstimated("People harmed", float(past.people), basis=TOLD)))
    if past.acknowledged_at is not None:
        story.append((past.acknowledged_at, RoleAssigned("commander", past.commander.strip())))
        story.append((past.acknowledged_at, Acknowledged(past.commander.strip())))
    if past.contained_at is not None:
        how = past.containment.strip() or TOLD
        applied = ContainmentApplied("the system (as told)", "off", how, True, unheld_because=f"It is over: {TOLD}.")
        story.append((past.contained_at, applied))
    if past.remediated_at is not None:
        story.append((past.remediated_at, Remediated(past.fix.strip() or TOLD, TOLD)))
    if past.resolved_at is not None:
        story.append((past.resolved_at, Resolved(past.resolution.strip() or past.fix.strip() or TOLD)))
    if past.closed_at is not None:
        story.append((past.closed_at, Closed(f"It was closed before it came here: {TOLD}.", TOLD)))
    # A declaration's own facts come first; then everything at its time, in the order of the work where times are equal.
    return first + sorted(story, key=lambda one: one[0])


_STAGES = (
    ("acknowledged_at", "detected_at", "It was acknowledged before it was detected."),
    ("contained_at", "harm_began_at", "It was contained before the harm began."),
    ("remediated_at", "harm_began_at", "It was fixed before the harm began."),
    ("resolved_at", "detected_at", "It was resolved before it was detected."),
    ("resolved_at", "contained_at", "It was resolved before it was contained."),
    ("resolved_at", "remediated_at", "It was resolved before it was fixed."),
    ("resolved_at", "acknowledged_at", "It was resolved before it was acknowledged."),
    ("closed_at", "resolved_at", "It was closed before it was resolved."),
)
_TIMES = (
    "detected_at", "harm_began_at", "acknowledged_at", "contained_at", "remediated_at", "resolved_at", "closed_at",
)  # fmt: skip


def _in_order(past: Past, now: datetime) -> None:
    for name in _TIMES:
        at = getattr(past, name)
        if at is not None and at > now:
            raise Contradiction(name, "That time is still to come: what is imported is over.")
    for later, earlier, why in _STAGES:
        one, two = getattr(past, later), getattr(past, earlier)
        if one is not None and two is not None and one < two:
            raise Contradiction(later, why)
    if past.closed_at is not None and past.resolved_at is None:
        raise Contradiction("closed_at", "It was closed, and never resolved: fill in `resolved_at`.")
    if past.acknowledged_at is not None and not past.commander.strip():
        raise Contradiction("commander", "It was acknowledged, and nobody is named: fill in `commander`.")
