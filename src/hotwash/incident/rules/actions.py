"""Rules for actions: add, put otherwise, do, measure, have checked, open again, drop.

An action whose effect is measured closes by the measurement and by nothing else. One without closes when a second
person has looked and says what shows it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hotwash.incident.actions import Action
from hotwash.incident.events import (
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
    Event,
    FindingRecorded,
    IssueNoted,
    ThresholdHeld,
)
from hotwash.incident.events.actions import ActionKind, EffectOutcome, Effort, IssueSaid, Strength
from hotwash.incident.events.causes import Tag
from hotwash.incident.rules.facts import known_finding
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need

WATCHED = timedelta(days=180)
"""How long an effect is asked for again and again, unless somebody says otherwise."""
EVERY_DAYS_MAX = 366


def add_action(
    incident: Incident,
    asked: Asked,
    *,
    title: str,
    kind: ActionKind,
    owner: str,
    due: date | None = None,
    measure: str = "",
    strength: Strength | None = None,
    factor: int | None = None,
    tag: Tag | None = None,
    factors: tuple[int, ...] = (),
    effort: Effort | None = None,
) -> list[Event]:
    """Add an action with an owner; a measure says how one will see that it worked."""
    against = _known_factors(incident, (*(() if factor is None else (factor,)), *factors))
    action = ActionAdded(
        need(title, "The action"),
        kind,
        need(owner, "The owner"),
        due,
        measure.strip(),
        strength,
        None,
        tag,
        against,
        effort,
    )
    return [action]


def change_action(
    incident: Incident,
    asked: Asked,
    *,
    action: int,
    reason: str = "",
    title: str | None = None,
    kind: ActionKind | None = None,
    owner: str | None = None,
    due: date | None = None,
    measure: str | None = None,
    strength: Strength | None = None,
    factors: tuple[int, ...] | None = None,
    effort: Effort | None = None,
) -> list[Event]:
    """Put an action otherwise: what is not named stays, and what it said before stays in the record."""
    known = _open(incident, action)
    if due is not None and known.wanted.due is not None and due > known.wanted.due and not reason.strip():
        raise NotAllowed("The date moves out: say in `reason` why.")
    said: dict[str, Any] = {
        "title": None if title is None else need(title, "The action"),
        "kind": kind,
        "owner": None if owner is None else need(owner, "The owner"),
        "due": due,
        "measure": None if measure is None else measure.strip(),
        "strength": strength,
        "factors": None if factors is None else _known_factors(incident, factors),
        "effort": effort,
    }
    return _changed(known, said, reason.strip(), tracker="")


def _changed(known: Action, said: dict[str, Any], reason: str, *, tracker: str) -> list[Event]:
    before = {name: known.factors if name == "factors" else getattr(known.wanted, name) for name in said}
    fresh = {name: value for name, value in said.items() if value is not None and value != before[name]}
    if not fresh:
        raise NotAllowed(f"Action {known.number} says this already.")
    return [ActionChanged(known.number, reason, tracker=tracker, **fresh)]


def finish_action(
    incident: Incident, asked: Asked, *, action: int, result: str, finding: int | None = None
) -> list[Event]:
    """Say that the work of an action is done. It closes when its effect is shown, or a second person has checked it."""
    known = _open(incident, action)
    if known.done is not None:
        raise NotAllowed(f"Action {action} is done already: {_waits_for(known)}.")
    known_finding(incident, finding)
    return [ActionDone(action, need(result, "The result"), finding)]


def close_action(
    incident: Incident, asked: Asked, *, action: int, result: str, finding: int | None = None
) -> list[Event]:
    """Close an action without a measurable effect, as a second person who has looked: say what shows that it worked."""
    known = _open(incident, action)
    if known.planned is not None:
        raise NotAllowed(
            f"The effect of action {action} is measured (entry {known.planned.entry}): it closes when that holds. "
            "Have it asked, or withdraw the effect with a reason."
        )
    doers = {known.wanted.owner.casefold()} | ({known.done.by.casefold()} if known.done else set())
    if asked.by.casefold() in doers:
        raise NotAllowed(
            f"Nobody checks their own work: somebody beside {asked.by} closes action {action}. Until then say that it "
            "is done (`finish-action`)."
        )
    known_finding(incident, finding)
    return [ActionClosed(action, need(result, "What shows it"), finding, "checked")]


def reopen_action(incident: Incident, asked: Asked, *, action: int, reason: str) -> list[Event]:
    """Open an action again: it is not done, or its effect did not hold."""
    known = _known(incident, action)
    if known.to_do:
        raise NotAllowed(f"Action {action} is open.")
    return [ActionReopened(action, need(reason, "The reason"))]


def drop_action(incident: Incident, asked: Asked, *, action: int, reason: str) -> list[Event]:
    """Give an action up, with the reason. It counts neither as open nor as done."""
    known = _open(incident, action)
    return [ActionDropped(known.number, need(reason, "The reason"))]


def withdraw_effect(incident: Incident, asked: Asked, *, action: int, reason: str) -> list[Event]:
    """Measure the effect of an action no more, with the reason. A second person then checks it."""
    known = _known(incident, action)
    if known.planned is None:
        raise NotAllowed(f"No effect is planned for action {action}.")
    if known.state == "effective":
        raise NotAllowed(f"Action {action} was closed because its effect holds: open it again first.")
    return [EffectWithdrawn(action, need(reason, "The reason"))]


# ── steps that `hotwash.response.effects` and `hotwash.response.tracking` take ───────────────────────────────────


def plan_effect(
    incident: Incident,
    asked: Asked,
    *,
    action: int,
    question: str,
    thresholds: tuple[str, ...],
    ask_on: date,
    arguments: dict[str, Any] | None = None,
    rows_min: int = 100,
    source: str = "",
    since_done: bool = False,
    every_days: int = 30,
    until: date | None = None,
    like: int | None = None,
) -> list[Event]:
    """Plan how the effect of an action will be measured."""
    known = _open(incident, action)
    known_finding(incident, like)
    if ask_on < known.added.at.date():
        raise NotAllowed("`ask_on` lies before the action was agreed.")
    if not 0 <= every_days <= EVERY_DAYS_MAX:
        raise NotAllowed(f"`every_days` is a number from 0 (once) to {EVERY_DAYS_MAX}.")
    until = until or ask_on + WATCHED
    if until < ask_on:
        raise NotAllowed("`until` lies before the first time that it is asked.")
    return [
        EffectPlanned(
            known.number,
            question,
            thresholds,
            ask_on,
            dict(arguments or {}),
            rows_min,
            source.strip(),
            since_done,
            every_days,
            until,
            like,
        )
    ]


def measure_effect(
    incident: Incident,
    asked: Asked,
    *,
    action: int,
    plan: int,
    outcome: EffectOutcome,
    sentence: str = "",
    thresholds: tuple[ThresholdHeld, ...] = (),
    rows: int = 0,
    rows_min: int = 0,
    why: str = "",
    digest: str = "",
    source: str = "",
    fingerprint: str = "",
    since: datetime | None = None,
    finding: FindingRecorded | None = None,
) -> list[Event]:
    """Record what asking for an effect came to; close the action if it holds, open it again if it slips."""
    known = _known(incident, action)
    if known.planned is None or known.planned.entry != plan:
        raise NotAllowed(f"The effect of action {action} is planned otherwise by now.")
    if known.dropped is not None:
        raise NotAllowed(f"Action {action} was dropped.")
    events: list[Event] = [] if finding is None else [finding]
    kept = None if finding is None else incident.number + 1
    entry = incident.number + len(events) + 1
    events.append(
        EffectMeasured(
            action, plan, outcome, sentence, thresholds, rows, rows_min, why, digest, source, fingerprint, since, kept
        )
    )
    # What is asked before its day is worth knowing, and decides nothing.
    if known.to_do or asked.at.date() < known.planned.event.ask_on:
        return events
    if outcome == "passed" and known.closed is None:
        events.append(ActionClosed(action, f"Its effect was measured and holds: {sentence}", kept, "measured", entry))
    elif outcome == "failed":
        events.append(ActionReopened(action, f"Its effect was measured and does not hold: {why or sentence}", entry))
    return events


def track_action(
    incident: Incident, asked: Asked, *, action: int, tracker: str, issue: str, url: str = ""
) -> list[Event]:
    """State that an action has an issue in a tracker."""
    known = _known(incident, action)
    if known.issue is not None and (known.issue.event.tracker, known.issue.event.issue) == (tracker, issue):
        return []
    return [ActionTracked(action, tracker, issue, url)]


def take_from_issue(
    incident: Incident,
    asked: Asked,
    *,
    action: int,
    tracker: str,
    issue: str,
    title: str | None = None,
    owner: str | None = None,
    due: date | None = None,
) -> list[Event]:
    """Take over what was changed in an issue."""
    known = _known(incident, action)
    if not known.open:
        return [IssueNoted(action, tracker, issue, "changed", "It was changed there after the action was closed here.")]
    said = {"title": title, "owner": owner, "due": due}
    return _changed(known, said, f"Changed in issue {issue}.", tracker=tracker)


def finish_from_issue(
    incident: Incident, asked: Asked, *, action: int, tracker: str, issue: str, closer: str = ""
) -> list[Event]:
    """State that an issue was closed: the work is done, and what shows that it worked is still to come."""
    known = _known(incident, action)
    if not known.to_do:
        return []
    who = f" by {closer}" if closer else ""
    return [ActionDone(action, f"Issue {issue} was closed{who}.", None, tracker)]


def reopen_from_issue(
    incident: Incident, asked: Asked, *, action: int, tracker: str, issue: str, closer: str = ""
) -> list[Event]:
    """State that an issue was opened again: the work goes on."""
    known = _known(incident, action)
    if known.to_do:
        return []
    who = f" by {closer}" if closer else ""
    if not known.open:
        why = f"It was opened again there{who}; here the action is {known.state}, and stays so until somebody opens it."
        return [IssueNoted(action, tracker, issue, "reopened", why)]
    return [ActionReopened(action, f"Issue {issue} was opened again{who}.", None, tracker)]


def note_issue(
    incident: Incident, asked: Asked, *, action: int, tracker: str, issue: str, said: IssueSaid, text: str
) -> list[Event]:
    """State what an issue said that is not taken over, with the reason."""
    _known(incident, action)
    return [IssueNoted(action, tracker, issue, said, need(text, "What it said"))]


def _known(incident: Incident, action: int) -> Action:
    known = incident.actions.get(action)
    if known is None:
        raise NotAllowed(f"Entry {action} is no action of {incident.id}.")
    return known


def _open(incident: Incident, action: int) -> Action:
    known = _known(incident, action)
    if known.dropped is not None:
        raise NotAllowed(f"Action {action} was dropped: open it again first.")
    if known.closed is not None:
        raise NotAllowed(f"Action {action} is closed already.")
    return known


def _known_factors(incident: Incident, factors: tuple[int, ...]) -> tuple[int, ...]:
    for factor in factors:
        if factor not in incident.factors:
            raise NotAllowed(f"Entry {factor} is no contributing factor of {incident.id}.")
    return tuple(dict.fromkeys(factors))


def _waits_for(known: Action) -> str:
    return "it waits for the measurement" if known.planned else "it waits for a second person who checks it"


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "plan-effect": (plan_effect, "add-action"),
    "measure-effect": (measure_effect, None),
    "track-action": (track_action, None),
    "take-from-issue": (take_from_issue, None),
    "finish-from-issue": (finish_from_issue, None),
    "reopen-from-issue": (reopen_from_issue, None),
    "note-issue": (note_issue, None),
}
"""Every step with the verb in whose states it is possible."""
