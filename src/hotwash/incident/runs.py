"""Playbooks under way: which steps are asked for, and what came of each. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from hotwash.incident.events.playbooks import PlaybookEnded, PlaybookRaised, PlaybookStarted, StepRecorded
from hotwash.incident.parts import Said
from hotwash.knowledge.playbooks import Level, Playbook, Step


@dataclass(slots=True)
class Run:
    """A playbook that was started. Its number is the entry that started it."""

    started: Said[PlaybookStarted]
    tier: Level
    outcomes: dict[str, tuple[Said[StepRecorded], ...]] = field(default_factory=dict)
    ended: Said[PlaybookEnded] | None = None

    @property
    def playbook(self) -> Playbook:
        """The playbook as it was when it was started."""
        return self.started.event.playbook

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps asked for, in the order in which they are due."""
        return self.playbook.steps_at(self.tier)

    def last(self, step: str) -> Said[StepRecorded] | None:
        """What was recorded last of a step."""
        return self.outcomes[step][-1] if step in self.outcomes else None

    def open(self, step: str) -> bool:
        """Whether nothing has come of a step yet."""
        last = self.last(step)
        return last is None or last.event.outcome == "open"

    @property
    def left(self) -> tuple[Step, ...]:
        """The steps that are still open; none once it has ended."""
        return () if self.ended else tuple(step for step in self.steps if self.open(step.id))


class _Running(Protocol):
    runs: dict[int, Run]


def _started(incident: _Running, said: Said[PlaybookStarted]) -> None:
    incident.runs[said.entry] = Run(said, said.event.tier)


def _raised(incident: _Running, said: Said[PlaybookRaised]) -> None:
    if known := incident.runs.get(said.event.run):
        known.tier = said.event.tier


def _recorded(incident: _Running, said: Said[StepRecorded]) -> None:
    if known := incident.runs.get(said.event.run):
        former = known.outcomes.get(said.event.step, ())
        known.outcomes = {**known.outcomes, said.event.step: (*former, said)}


def _ended(incident: _Running, said: Said[PlaybookEnded]) -> None:
    if known := incident.runs.get(said.event.run):
        known.ended = said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    PlaybookStarted: _started,
    PlaybookRaised: _raised,
    StepRecorded: _recorded,
    PlaybookEnded: _ended,
}
"""How each event about a playbook changes the state."""
