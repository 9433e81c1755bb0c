"""A drill as it stands: a fold over its facts. Its clock is read off the facts too; nothing here looks at a clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from hotwash.drills.play.events import (
    ClockSet,
    ConsoleNoted,
    DrillBegun,
    DrillCancelled,
    DrillEnded,
    DrillFact,
    DrillPlanned,
    HotwashSaid,
    InjectCame,
    InjectImprovised,
    InjectSkipped,
    LessonTaken,
    TeamDeclared,
    TruthRevealed,
)

Stage = Literal["unplanned", "planned", "running", "paused", "ended", "debriefed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with the number of its entry, who said it and when it was written down."""

    entry: int
    by: str
    at: datetime
    event: Any


@dataclass(slots=True)
class Drill:
    """What is known of one drill. ``number`` is the last entry that it rests on."""

    id: str
    number: int = 0
    planned: Told | None = None
    begun: Told | None = None
    ended: Told | None = None
    cancelled: Told | None = None
    revealed: Told | None = None
    incident: str = ""
    speeds: list[tuple[datetime, float]] = field(default_factory=list)
    came: dict[str, Told] = field(default_factory=dict)
    skipped: dict[str, Told] = field(default_factory=dict)
    improvised: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    answers: dict[str, list[Told]] = field(default_factory=dict)
    """What was said to each question of the hot-wash, the oldest first."""
    lessons: list[Told] = field(default_factory=list)

    @property
    def plan(self) -> DrillPlanned:
        """What was planned."""
        assert self.planned is not None
        event: DrillPlanned = self.planned.event
        return event

    @property
    def stage(self) -> Stage:
        """How it stands, in one word."""
        if self.planned is None:
            return "unplanned"
        if self.cancelled is not None:
            return "cancelled"
        if self.revealed is not None:
            return "debriefed"
        if self.ended is not None:
            return "ended"
        if self.begun is None:
            return "planned"
        return "running" if self.speed else "paused"

    @property
    def live(self) -> bool:
        """Whether it has begun and is not over."""
        return self.stage in ("running", "paused")

    @property
    def system(self) -> str:
        """The short name of its AI system; empty before it begins."""
        return self.begun.event.system if self.begun else ""

    @property
    def speed(self) -> float:
        """How many times as fast as the wall's its clock runs now."""
        return self.speeds[-1][1] if self.speeds and self.ended is None else 0.0

    def minute(self, at: datetime) -> float:
        """How many minutes of simulated time had passed at a moment; 0 before it began."""
        if self.ended is not None:
            at = min(at, self.ended.at)
        passed = 0.0
        for place, (since, speed) in enumerate(self.speeds):
            until = self.speeds[place + 1][0] if place + 1 < len(self.speeds) else at
            passed += max(0.0, (min(until, at) - since).total_seconds()) * speed / 60
        return passed

    def moment(self, minute: float) -> datetime | None:
        """When the clock comes to a minute that lies ahead; None while it stands."""
        if not self.speed:
            return None
        since = self.speeds[-1][0]
        return since + timedelta(minutes=max(0.0, minute - self.minute(since)) / self.speed)


def replay(drill_id: str, facts: Iterable[DrillFact]) -> Drill:
    """The state that a history makes."""
    drill = Drill(drill_id)
    for fact in facts:
        fold(drill, fact)
    return drill


def fold(drill: Drill, fact: DrillFact) -> None:
    """Take one more fact into the state."""
    drill.number = fact.number
    if fact.event is not None:
        _STEPS[type(fact.event)](drill, Told(fact.number, fact.by, fact.recorded_at, fact.event))


def _once(name: str) -> Callable[[Drill, Told], None]:
    def step(drill: Drill, told: Told) -> None:
        setattr(drill, name, told)

    return step


def _begun(drill: Drill, told: Told) -> None:
    drill.begun = told
    drill.speeds.append((told.at, told.event.speed))


def _clock(drill: Drill, told: Told) -> None:
    drill.speeds.append((told.at, told.event.speed))


def _came(drill: Drill, told: Told) -> None:
    drill.came[told.event.inject] = told


def _skipped(drill: Drill, told: Told) -> None:
    drill.skipped[told.event.inject] = told


def _declared(drill: Drill, told: Told) -> None:
    drill.incident = told.event.incident


def _answered(drill: Drill, told: Told) -> None:
    drill.answers.setdefault(told.event.question, []).append(told)


def _listed(name: str) -> Callable[[Drill, Told], None]:
    def step(drill: Drill, told: Told) -> None:
        getattr(drill, name).append(told)

    return step


_STEPS: dict[type, Callable[[Drill, Told], None]] = {
    DrillPlanned: _once("planned"),
    DrillBegun: _begun,
    ClockSet: _clock,
    InjectCame: _came,
    InjectSkipped: _skipped,
    InjectImprovised: _listed("improvised"),
    ConsoleNoted: _listed("notes"),
    TeamDeclared: _declared,
    DrillEnded: _once("ended"),
    DrillCancelled: _once("cancelled"),
    TruthRevealed: _once("revealed"),
    HotwashSaid: _answered,
    LessonTaken: _listed("lessons"),
}
