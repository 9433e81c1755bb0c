"""Actions as they stand: wanted, done, measured, closed, slipped. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from hotwash.incident.events.actions import (
    ActionAdded,
    ActionChanged,
    ActionClosed,
    ActionDone,
    ActionDropped,
    ActionReopened,
    ActionTracked,
    EffectMeasured,
    EffectPlanned,
    EffectWithdrawn,
    IssueNoted,
)
from hotwash.incident.parts import Said

ActionState = Literal["open", "slipped", "done", "effective", "closed", "dropped"]
"""``slipped``: open again because its effect did not hold. ``done``: waits for the measurement, or for a second person.
``effective``: closed because its effect was measured and holds. ``closed``: closed on somebody's word."""

ASK_AGAIN_DAYS = 7
"""How soon a measurement that could not tell is tried again."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action and how it stands. ``wanted`` is what it says after every change."""

    added: Said[ActionAdded]
    wanted: ActionAdded
    changes: tuple[Said[ActionChanged], ...] = ()
    planned: Said[EffectPlanned] | None = None
    withdrawn: Said[EffectWithdrawn] | None = None
    measured: tuple[Said[EffectMeasured], ...] = ()
    done: Said[ActionDone] | None = None
    closed: Said[ActionClosed] | None = None
    dropped: Said[ActionDropped] | None = None
    reopened: tuple[Said[ActionReopened], ...] = ()
    issue: Said[ActionTracked] | None = None
    noted: tuple[Said[IssueNoted], ...] = ()

    @property
    def number(self) -> int:
        """What it is called."""
        return self.added.entry

    @property
    def state(self) -> ActionState:
        """How it stands."""
        if self.dropped is not None:
            return "dropped"
        if self.closed is not None:
            return "effective" if self.closed.event.how == "measured" else "closed"
        if self.done is not None:
            return "done"
        return "slipped" if self.slipped else "open"

    @property
    def open(self) -> bool:
        """Whether anything is left to do for it, and be it to see whether it worked."""
        return self.closed is None and self.dropped is None

    @property
    def to_do(self) -> bool:
        """Whether the work itself is still to be done."""
        return self.open and self.done is None

    @property
    def slipped(self) -> bool:
        """Whether its effect was measured and did not hold, the last time that it was opened again."""
        return bool(self.reopened) and self.reopened[-1].event.measured is not None

    @property
    def factors(self) -> tuple[int, ...]:
        """The contributing factors that it is against, by the numbers of their entries."""
        older = (self.wanted.factor,) if self.wanted.factor is not None else ()
        return tuple(dict.fromkeys((*older, *self.wanted.factors)))

    @property
    def last(self) -> Said[EffectMeasured] | None:
        """What the last measurement came to."""
        return self.measured[-1] if self.measured else None

    @property
    def last_told(self) -> Said[EffectMeasured] | None:
        """The last measurement that could tell."""
        return next((said for said in reversed(self.measured) if said.event.outcome in ("passed", "failed")), None)

    @property
    def ask_on(self) -> date | None:
        """The day on which its effect is asked for next; None if it is not.

        Once it is done: on the day that was planned, then at the planned interval. A measurement that could not tell
        is tried again within a week. After a slip the interval counts from the day on which it was done again.
        """
        if self.planned is None or self.dropped is not None or (self.done is None and self.closed is None):
            return None
        plan, begins = self.planned.event, self.planned.entry
        every = timedelta(days=plan.every_days)
        day = plan.ask_on
        if self.done is not None and self.slipped:
            begins = max(begins, self.done.entry)
            if self.reopened[-1].entry > self.planned.entry:
                day = max(day, self.done.at.date() + (every or timedelta(days=ASK_AGAIN_DAYS)))
        since = [said for said in self.measured if said.entry > begins and said.at.date() >= plan.ask_on]
        if since:
            last = since[-1]
            told = last.event.outcome in ("passed", "failed")
            if told and not every:
                return None
            again = every if told else timedelta(days=min(plan.every_days or ASK_AGAIN_DAYS, ASK_AGAIN_DAYS))
            day = last.at.date() + again
        return None if plan.until is not None and day > plan.until else day


class _WithActions(Protocol):
    actions: dict[int, Action]


def _added(incident: _WithActions, said: Said[ActionAdded]) -> None:
    incident.actions[said.entry] = Action(said, said.event)


def forget(incident: _WithActions, entry: int) -> None:
    """Let go of what an erased entry said of an action, as a record that is read anew would."""
    if entry in incident.actions:
        incident.actions = {number: one for number, one in incident.actions.items() if number != entry}
        return
    for number, known in incident.actions.items():
        changes = tuple(said for said in known.changes if said.entry != entry)
        if len(changes) != len(known.changes):
            wanted = known.added.event
            for said in changes:
                wanted = _put_otherwise(wanted, said.event)
            incident.actions = incident.actions | {number: replace(known, wanted=wanted, changes=changes)}
            return


def _changed(incident: _WithActions, said: Said[ActionChanged]) -> None:
    if known := incident.actions.get(said.event.action):
        wanted = _put_otherwise(known.wanted, said.event)
        incident.actions[known.number] = replace(known, wanted=wanted, changes=(*known.changes, said))


def _put_otherwise(wanted: ActionAdded, change: ActionChanged) -> ActionAdded:
    fresh: dict[str, Any] = {
        one.name: value for one in fields(ActionAdded) if (value := getattr(change, one.name, None)) is not None
    }
    if "factors" in fresh:
        fresh["factor"] = None
    return replace(wanted, **fresh)


def _reopened(incident: _WithActions, said: Said[ActionReopened]) -> None:
    if known := incident.actions.get(said.event.action):
        incident.actions[known.number] = replace(
            known, done=None, closed=None, dropped=None, reopened=(*known.reopened, said)
        )


def _planned(incident: _WithActions, said: Said[EffectPlanned]) -> None:
    if known := incident.actions.get(said.event.action):
        incident.actions[known.number] = replace(known, planned=said, withdrawn=None)


def _withdrawn(incident: _WithActions, said: Said[EffectWithdrawn]) -> None:
    if known := incident.actions.get(said.event.action):
        incident.actions[known.number] = replace(known, planned=None, withdrawn=said)


def _set(field: str) -> Callable[[_WithActions, Said[Any]], None]:
    def step(incident: _WithActions, said: Said[Any]) -> None:
        if known := incident.actions.get(said.event.action):
            now: Any = {field: said}
            incident.actions[known.number] = replace(known, **now)

    return step


def _grown(field: str) -> Callable[[_WithActions, Said[Any]], None]:
    def step(incident: _WithActions, said: Said[Any]) -> None:
        if known := incident.actions.get(said.event.action):
            grown: Any = {field: (*getattr(known, field), said)}
            incident.actions[known.number] = replace(known, **grown)

    return step


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    ActionAdded: _added,
    ActionChanged: _changed,
    EffectPlanned: _planned,
    EffectWithdrawn: _withdrawn,
    EffectMeasured: _grown("measured"),
    ActionDone: _set("done"),
    ActionClosed: _set("closed"),
    ActionReopened: _reopened,
    ActionDropped: _set("dropped"),
    ActionTracked: _set("issue"),
    IssueNoted: _grown("noted"),
}
"""How each of these events changes the state."""
