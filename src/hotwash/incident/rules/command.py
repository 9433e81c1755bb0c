"""Rules of command: operational periods and their objectives."""

from datetime import datetime, timedelta

from hotwash.incident.events import Event
from hotwash.incident.events.command import ObjectiveOutcome, ObjectiveSettled, PeriodStarted
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed

OBJECTIVES_MAX = 12
PERIOD_MAX = timedelta(days=7)


def start_period(
    incident: Incident,
    asked: Asked,
    *,
    until: datetime,
    objectives: tuple[str, ...],
    safety: str = "",
    emphasis: str = "",
) -> list[Event]:
    """Start an operational period with its objectives. The one before ends."""
    if until.tzinfo is None:
        raise NotAllowed("`until` has no time zone: write it as 2026-03-03T18:00:00+01:00.")
    if until <= asked.at:
        raise NotAllowed("The period would end before it begins: choose a later `until`.")
    if until - asked.at > PERIOD_MAX:
        raise NotAllowed("A period of more than seven days is a plan, not a period: choose an earlier `until`.")
    wanted = tuple(text.strip() for text in objectives if text.strip())
    if not wanted:
        raise NotAllowed("Write at least one objective: what is to be true at the end of the period?")
    if len(wanted) > OBJECTIVES_MAX:
        raise NotAllowed(f"{len(wanted)} objectives are no longer a choice: keep at most {OBJECTIVES_MAX}.")
    before = [period for period in incident.periods.values() if period.started.at > asked.at]
    if before:
        raise NotAllowed("A later period has begun already: a period begins after the one before it.")
    return [PeriodStarted(until, wanted, safety.strip(), emphasis.strip())]


def settle_objective(
    incident: Incident, asked: Asked, *, period: int, objective: int, outcome: ObjectiveOutcome, text: str = ""
) -> list[Event]:
    """Say what came of an objective: met, dropped, or carried over into the next period."""
    known = incident.periods.get(period)
    if known is None:
        raise NotAllowed(f"Entry {period} began no period of {incident.id}.")
    count = len(known.started.event.objectives)
    if not 1 <= objective <= count:
        raise NotAllowed(f"The period has {count} objective{'' if count == 1 else 's'}: `objective` counts from 1.")
    if outcome == "dropped" and not text.strip():
        raise NotAllowed("An objective that is dropped needs a reason.")
    return [ObjectiveSettled(period, objective, outcome, text.strip())]
