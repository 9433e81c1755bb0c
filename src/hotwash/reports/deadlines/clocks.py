"""The clocks of a duty: one a stage, from the facts that were recorded and the stages that were submitted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from hotwash.knowledge.duties import Answer, Duty, Stage, duties
from hotwash.reports.deadlines.applying import judge_stage
from hotwash.reports.deadlines.days import Days, days_of
from hotwash.reports.deadlines.periods import Limit, limit, year_end
from hotwash.reports.phrases import day as said_day
from hotwash.reports.phrases import several

State = Literal["running", "at-once", "waiting", "submitted", "not-in-force", "not-applicable"]
"""``running``: it has a deadline. ``at-once``: it started, and no number is given. ``waiting``: nothing started it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What starts clocks: the earliest moment of each fact, and when stages were submitted (by duty and stage).

    :param submitted: when each stage was first sent
    :param updated: when it was last sent, if more than once
    """

    facts: Mapping[str, datetime] = field(default_factory=dict)
    submitted: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    updated: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """How one stage of a duty stands.

    :param starts_from: the fact, or ``STAGE.submitted``, from which it is counted
    :param due_at_once_since: since when it is due without delay, although its number has not ended
    :param why: how the deadline was counted, or what it waits for
    """

    duty: str
    stage: str
    state: State
    deadline: datetime | None
    legal_outer: datetime | None
    date_only: bool
    starts_from: str
    started_at: datetime | None
    submitted_at: datetime | None
    due_at_once_since: datetime | None
    promptness: str
    confidence: str
    unverified: bool
    place: str
    why: str

    @property
    def late(self) -> bool:
        """Whether it was submitted after its deadline; the outer limit excuses nothing here."""
        return self.submitted_at is not None and self.deadline is not None and self.submitted_at > self.deadline


def clocks_of(duty: Duty, facts: Facts, days: Days, answers: Mapping[str, Answer] | None = None) -> list[Clock]:
    """The clocks of a duty, in the order of its stages.

    :param days: the days of the place where they are counted
    :param answers: recorded answers to questions; they rule stages out and take reliefs away
    """
    return [_clock(duty, stage, facts, days, answers or {}) for stage in duty.stages]


def _clock(duty: Duty, stage: Stage, facts: Facts, days: Days, answers: Mapping[str, Answer]) -> Clock:
    name, start = _start(duty, stage, facts)
    submitted = facts.submitted.get((duty.id, stage.name))
    at_once = facts.facts.get(stage.at_once) if stage.at_once else None

    def clock(state: State, why: str, found: Limit | None = None, since: datetime | None = None) -> Clock:
        return Clock(
            duty=duty.id,
            stage=stage.name,
            state="submitted" if submitted is not None else state,
            deadline=found.deadline if found else None,
            legal_outer=found.outer if found else None,
            date_only=found.date_only if found else False,
            starts_from=name,
            started_at=start,
            submitted_at=submitted,
            due_at_once_since=since,
            promptness=stage.promptness,
            confidence=duty.confidence,
            unverified=duty.unverified,
            place=days.place.id,
            why=" ".join(part for part in (f"{why[0].upper()}{why[1:]}.", stage.note) if part),
        )

    ruled_out = judge_stage(stage, answers)
    if ruled_out.applies == "no":
        return clock("not-applicable", f"ruled out by the answer to {several(list(ruled_out.because))}")
    if start is None:
        return clock("waiting", "submitted; what started it is not recorded" if submitted else _awaits(stage))
    if not in_force(duty, days.of(start)):
        return clock("not-in-force", f"not in force on {said_day(days.of(start))}: {duty.status.rstrip('.')}")
    if stage.unit == "at_once":
        return clock("at-once", f"the law gives no number: {stage.promptness}", since=start)
    found = _counted(duty, stage, facts, days, answers)
    if at_once is None:
        return clock("running", found.why, found)
    early = (
        f"due at once since {said_day(days.of(at_once))}, for a causal link was suspected; at the latest {found.why}"
    )
    return clock("running", early, found, max(at_once, start))


def in_force(duty: Duty, day: date) -> bool:
    """Whether a fact of that day can start the duty."""
    return (duty.in_force_from is None or duty.in_force_from <= day) and (
        duty.in_force_until is None or day < duty.in_force_until
    )


def where(duty: Duty, chosen: Mapping[str, Days]) -> Days:
    """Where the days of a duty are counted: in the place chosen for it, or in its own.

    :param chosen: see `choose`
    """
    return chosen.get(duty.place) or chosen.get("*") or Days(duties().places[duty.place])


def choose(names: Iterable[str]) -> dict[str, Days]:
    """Places by what they stand in for: ``DE`` for the Union, a time zone for everything.

    :raises UnknownPlace: if one is not known
    """
    found = [days_of(name) for name in names]
    return {days.place.group or days.place.id: days for days in found}


def _start(duty: Duty, stage: Stage, facts: Facts) -> tuple[str, datetime | None]:
    if stage.after:
        key = (duty.id, stage.after)
        sent = facts.submitted.get(key)
        return f"{stage.after}.submitted", facts.updated.get(key, sent) if stage.after_last else sent
    for names in (stage.start, stage.instead):
        known = [(facts.facts[name], name) for name in names if name in facts.facts]
        if known:
            at, name = min(known)
            return name, at
    if stage.cap is not None and stage.cap.start in facts.facts:
        return stage.cap.start, facts.facts[stage.cap.start]
    return stage.start[0], None


def _counted(duty: Duty, stage: Stage, facts: Facts, days: Days, answers: Mapping[str, Answer]) -> Limit:
    calendar = stage.calendar or duty.calendar
    relief = not (stage.relief_unless and answers.get(stage.relief_unless) == "yes")
    name, start = _start(duty, stage, facts)
    assert start is not None
    if stage.from_year_end:
        return year_end(start, stage.n, days)
    cap = stage.cap
    from_cap = facts.facts.get(cap.start) if cap else None
    capped = limit(from_cap, cap.n, cap.unit, calendar, days, relief=relief) if cap and from_cap else None
    if cap is not None and name == cap.start and name not in stage.start:
        assert capped is not None
        awaited = several(list(stage.start), "or")
        sooner = f"{capped.why}; {stage.n} {stage.unit}s from the fact {awaited} once that is recorded, if sooner"
        return Limit(capped.deadline, capped.outer, capped.date_only, sooner)
    found = limit(start, stage.n, stage.unit, calendar, days, relief=relief)
    if cap is None or capped is None or capped.deadline >= found.deadline:
        return found
    if start > capped.deadline:
        tail = f"{found.why}; the cap of {cap.n} {cap.unit}s had passed before"
        return Limit(found.deadline, found.outer, found.date_only, tail)
    return Limit(capped.deadline, capped.outer, capped.date_only, f"{capped.why}, which caps {found.why}")


def _awaits(stage: Stage) -> str:
    if stage.after:
        return f"starts when {stage.after} is submitted"
    return f"starts with the fact {several([*stage.start], 'or')}, which is not recorded"
