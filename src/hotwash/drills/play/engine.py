"""What comes next, and when: a pure reading of the scenario, the drill and the team's record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.conditions import holds
from hotwash.drills.scenarios.shape import Inject, Scenario
from hotwash.incident.state import Incident

State = Literal["came", "skipped", "due", "ahead", "waits", "never"]
"""``waits``: its time has come and its condition does not hold. ``never``: it follows one that was left out."""

OVERTIME = 1.25
"""How much longer than its scenario says a drill without a facilitator goes on."""


@dataclass(frozen=True, slots=True)
class Line:
    """An inject with how it stands. ``minute`` is when it comes by the clock; None while that is open."""

    inject: Inject
    state: State
    minute: float | None


def lines(scenario: Scenario, drill: Drill, incident: Incident | None, now: datetime) -> list[Line]:
    """Every inject, in the order in which they come by the clock; those whose time is open last."""
    minute = drill.minute(now)
    listed = [_line(one, scenario, drill, incident, minute) for one in scenario.injects]
    return sorted(listed, key=lambda line: (line.minute is None, line.minute or 0.0))


def due(scenario: Scenario, drill: Drill, incident: Incident | None, now: datetime) -> list[Inject]:
    """The injects whose time has come and whose conditions hold."""
    return [line.inject for line in lines(scenario, drill, incident, now) if line.state == "due"]


def following(scenario: Scenario, drill: Drill, incident: Incident | None, now: datetime) -> Line | None:
    """The inject that a facilitator who presses *next* would send: the one that is due, waits, or comes soonest."""
    open_ones = [one for one in lines(scenario, drill, incident, now) if one.state in ("due", "ahead")]
    return next(iter(open_ones), None)


def over(scenario: Scenario, drill: Drill, incident: Incident | None, now: datetime) -> str:
    """Why a drill without a facilitator is over; empty while it is not."""
    if incident is not None and incident.standing in ("closed", "not-confirmed"):
        return f"The team closed {incident.id}."
    minute = drill.minute(now)
    if minute >= scenario.minutes * OVERTIME:
        return f"Time is up: {scenario.minutes * OVERTIME:.0f} minutes have passed."
    return ""


def next_moment(scenario: Scenario, drill: Drill, incident: Incident | None, now: datetime) -> datetime | None:
    """When the next inject comes by the clock, if one does; those that wait for the team are not among them."""
    ahead = [line.minute for line in lines(scenario, drill, incident, now) if line.state == "ahead"]
    times = [moment for minute in ahead if minute is not None and (moment := drill.moment(minute)) is not None]
    return min(times, default=None)


def _line(  # noqa: PLR0911 - one return for each way in which an inject can stand
    one: Inject, scenario: Scenario, drill: Drill, incident: Incident | None, minute: float
) -> Line:
    if one.id in drill.came:
        return Line(one, "came", drill.came[one.id].event.minute)
    if one.id in drill.skipped:
        return Line(one, "skipped", None)
    base = one.at
    if one.after:
        if any(name in drill.skipped for name in _before(one, scenario)):
            return Line(one, "never", None)
        former = drill.came.get(one.after)
        if former is None:
            return Line(one, "ahead", None)
        base += former.event.minute
    if one.until is not None and minute > one.until:
        return Line(one, "never", None)
    if minute < base:
        return Line(one, "ahead", base)
    ready = all(holds(condition, incident, drill.came) for condition in one.when)
    return Line(one, "due" if ready else "waits", base)


def _before(one: Inject, scenario: Scenario) -> Iterator[str]:
    now = one
    while now.after:
        yield now.after
        found = scenario.inject(now.after)
        if found is None:
            return
        now = found
