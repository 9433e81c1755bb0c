"""A playbook under way, as a reading: what is due when and by whom, and which entries seem to show a step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hotwash.incident.events.playbooks import StepRecorded
from hotwash.incident.parts import Said
from hotwash.incident.runs import Run
from hotwash.incident.state import Incident
from hotwash.knowledge.playbooks import LEVELS, PHASES, Playbook, Step, shelf
from hotwash.systems.playbooks import OwnPlaybooks

Stand = Literal["open", "late", "done", "skipped", "not-applicable"]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry that seems to show that a step is done; a person says whether it does."""

    entry: int
    what: str


@dataclass(frozen=True, slots=True)
class Task:
    """A step of a run, as it stands now.

    :param due: when it is due
    :param person: who holds its role; empty while nobody does
    :param waits_for: titles of steps that should come first and are still open
    :param shown: entries since the start that seem to show it
    :param history: every outcome that was recorded, the oldest first
    """

    step: Step
    due: datetime
    stand: Stand
    person: str
    waits_for: tuple[str, ...]
    shown: tuple[Shown, ...]
    history: tuple[Said[StepRecorded], ...]

    @property
    def left(self) -> bool:
        """Whether it is still to be done."""
        return self.stand in ("open", "late")


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the playbook by time."""

    title: str
    tasks: tuple[Task, ...]

    @property
    def left(self) -> int:
        """How many of its steps are still open."""
        return sum(task.left for task in self.tasks)

    @property
    def late(self) -> int:
        """How many of its steps are past their time."""
        return sum(task.stand == "late" for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a run stands.

    :param raise_to: the tier of the severity, where that is now another than the run's
    """

    run: Run
    phases: tuple[Phase, ...]
    raise_to: str

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All steps asked for, in the order in which they are due."""
        return tuple(task for phase in self.phases for task in phase.tasks)

    @property
    def left(self) -> int:
        """How many steps are open."""
        return sum(task.left for task in self.tasks)

    @property
    def done(self) -> int:
        """How many steps have an outcome."""
        return len(self.tasks) - self.left

    @property
    def first(self) -> bool:
        """Whether nothing has come of any step yet."""
        return not self.run.outcomes

    @property
    def late(self) -> int:
        """How many steps are past their time."""
        return sum(task.stand == "late" for task in self.tasks)

    @property
    def phase(self) -> str:
        """The title of the part in which the next open steps are."""
        return next((phase.title for phase in self.phases if phase.left), "")

    @property
    def next(self) -> Task | None:
        """The open step that is due first, of those that wait for nothing."""
        left = [task for task in self.tasks if task.left]
        return next((task for task in left if not task.waits_for), left[0] if left else None)


def progress(incident: Incident, number: int, now: datetime) -> Progress:
    """How a playbook under way stands ``now``.

    :raises KeyError: if the entry started no playbook
    """
    run = incident.runs[number]
    tasks = [_task(incident, run, step, now) for step in run.steps]
    phases = tuple(
        Phase(title, tuple(task for task in tasks if task.step.phase(run.tier) == phase))
        for phase, (title, _) in PHASES.items()
    )
    severity = incident.severity.severity if incident.severity else run.tier
    return Progress(run, tuple(phase for phase in phases if phase.tasks), severity if severity != run.tier else "")


def under_way(incident: Incident, now: datetime) -> tuple[Progress, ...]:
    """The playbooks that were started and have not ended."""
    return tuple(progress(incident, number, now) for number, run in incident.runs.items() if run.ended is None)


def offered(incident: Incident, own: OwnPlaybooks | None = None) -> tuple[Playbook, ...]:
    """The playbooks that are not under way, those for this kind of harm first; of these the organisation's own first.

    :param own: those that the organisation keeps; of them only what fits the AI system and the tier is offered
    """
    running = {run.playbook.id for run in incident.runs.values() if run.ended is None}
    tier = incident.severity.severity if incident.severity else "Major"
    standing = own.standing if own is not None else []
    kept = [one.playbook for one in standing if one.fits(system=incident.system, tier=tier)]
    shelved = shelf().for_harms(incident.harms)
    books = sorted((*kept, *shelved), key=lambda book: -len(set(book.harms) & set(incident.harms)))
    return tuple(book for book in books if book.id not in running)


def _task(incident: Incident, run: Run, step: Step, now: datetime) -> Task:
    due = run.started.at + timedelta(minutes=step.due_within(run.tier))
    last = run.last(step.id)
    outcome = last.event.outcome if last else "open"
    stand: Stand = ("late" if now > due and run.ended is None else "open") if outcome == "open" else outcome
    asked = {one.id: one for one in run.steps}
    waits = tuple(asked[before].title for before in step.after if before in asked and run.open(before))
    shown = tuple(_shown(incident, run, step)) if outcome == "open" else ()
    return Task(step, due, stand, incident.roster.get(step.role, ""), waits, shown, run.outcomes.get(step.id, ()))


def _shown(incident: Incident, run: Run, step: Step) -> Iterator[Shown]:
    """What has been recorded since the start of the run that may be this step."""
    used = {said.event.entry for history in run.outcomes.values() for said in history}
    for entry, what in _candidates(incident, step):
        if entry > run.started.entry and entry not in used:
            yield Shown(entry, what)


def _candidates(incident: Incident, step: Step) -> Iterator[tuple[int, str]]:
    match step.kind, step.id:
        case "question", _:
            asked = incident.findings.items()
            yield from ((n, said.event.sentence) for n, said in asked if said.event.question == step.question)
        case "contain", _:
            for one in incident.in_force:
                yield one.applied.entry, f"{one.applied.event.switch} is at “{one.applied.event.state}”"
        case _, "severity":
            yield from ((said.entry, f"assessed as {said.event.severity}") for said in incident.assessments)
        case _, "hold":
            yield from ((entry, said.event.name) for entry, said in incident.evidence.items())
        case _, "command":
            yield from ((said.entry, f"{said.event.commander} took command") for said in incident.acknowledgements)
        case _, "aware":
            yield from ((said.entry, f"{said.event.person}: {said.event.fact}") for said in incident.awareness)
        case "decision", _:
            yield from ((said.entry, said.event.decision) for said in incident.decisions)


def tiers_of(book: Playbook) -> dict[str, int]:
    """How many steps each tier asks for."""
    return {tier: len(book.steps_at(tier)) for tier in LEVELS}
