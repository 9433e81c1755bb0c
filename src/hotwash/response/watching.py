"""What a watch decides: when to look next, and whether what was seen must stop the way back. Pure functions."""

from datetime import datetime, timedelta

from hotwash.incident.events import GateRun
from hotwash.incident.parts import Said
from hotwash.incident.recoveries import RampStep, Recovery
from hotwash.response.gates import Verdict

BLIND_MAX = 2
"""How often in a row the questions of a step may go without an answer before it trips."""


def next_look(recovery: Recovery, step: RampStep) -> datetime:
    """When the questions of a step are asked next: so often as the gate says, and at the end of the watch."""
    assert step.applied is not None
    runs = _runs(recovery, step.ordered.event.step)
    last = runs[-1].at if runs else step.applied.at
    due = last + timedelta(seconds=recovery.planned.event.every_s)
    until = step.applied.event.watch_until
    return min(due, until) if last < until else due


def _runs(recovery: Recovery, step: int) -> list[Said[GateRun]]:
    return [said for said in recovery.runs if said.event.step == step]


def trips(verdict: Verdict, recovery: Recovery, step: int, waited: timedelta, watch_max: timedelta) -> str:
    """Why what was found must stop the way back; nothing if it need not."""
    names = ", ".join(check.name for check in verdict.checks if check.outcome == verdict.outcome)
    whys = " ".join(check.why for check in verdict.checks if check.outcome == verdict.outcome)
    if verdict.outcome == "failed":
        return f"{names} failed. {whys}"
    if verdict.outcome == "no answer":
        before = _runs(recovery, step)[1 - BLIND_MAX :]
        if len(before) == BLIND_MAX - 1 and all(said.event.outcome == "no answer" for said in before):
            return f"{names} could not be asked {BLIND_MAX} times in a row, so nobody can see what happens. {whys}"
    if verdict.outcome != "passed" and waited >= watch_max:
        return f"{names} could not be told from so few rows for {waited}. {whys}"
    return ""
