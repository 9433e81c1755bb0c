"""Facts about playbooks: which was started, with all that it said then, and what came of each step."""

from dataclasses import dataclass
from typing import Literal

from hotwash.knowledge.playbooks import Level, Playbook

Outcome = Literal["done", "skipped", "not-applicable", "open"]


@dataclass(frozen=True, slots=True)
class PlaybookStarted:
    """A playbook was started. It is kept whole, as it was then: later editions do not change what is under way.

    :param tier: the tier whose steps are asked for
    :param origin: where it came from, such as ``library`` or the name of a file
    """

    playbook: Playbook
    tier: Level
    origin: str = "library"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlaybookRaised:
    """The tier of a running playbook changed, and with it the steps that are asked for."""

    run: int
    tier: Level
    reason: str


@dataclass(frozen=True, slots=True)
class StepRecorded:
    """What came of a step. The step can be recorded again: every outcome is kept, the last one counts.

    :param run: the entry that started the playbook
    :param entry: the entry that shows it, such as a finding, evidence, a containment or a decision
    """

    run: int
    step: str
    outcome: Outcome
    text: str = ""
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class PlaybookEnded:
    """Nobody works by this playbook any more."""

    run: int
    reason: str
