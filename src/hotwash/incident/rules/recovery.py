"""Rules for the way back: a gate, sign-offs, a ramp, and what trips it.

`sign_off` is a verb of people. The others are steps that `hotwash.response.recovery` takes: it has read the gate, asked
the questions and moved the traffic, so that nobody can claim a gate that was not asked.
"""

from collections.abc import Callable
from datetime import datetime

from hotwash.incident.events import (
    Event,
    FindingRecorded,
    GateAnswer,
    GateRun,
    RampStepApplied,
    RampStepFailed,
    RampStepOrdered,
    RampStepPassed,
    RecoveryCompleted,
    RecoveryPlanned,
    RecoverySignedOff,
    RecoveryTripped,
    ReEngaged,
    Remediated,
    UngatedAgreed,
    UngatedAsked,
)
from hotwash.incident.events.recovery import GateOutcome
from hotwash.incident.events.work import RoleId
from hotwash.incident.recoveries import RampStep, Recovery
from hotwash.incident.rules.work import standing
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need


def sign_off(incident: Incident, asked: Asked, *, role: RoleId, remark: str = "") -> list[Event]:
    """Agree for one's role that traffic may go back, now that the gate has passed."""
    known = _latest(incident)
    run = known.gate_run
    if known.steps:
        raise NotAllowed("The ramp has begun: everybody who was asked has agreed.")
    if run is None or not known.open:
        raise NotAllowed("The gate has not passed: there is nothing yet to agree to.")
    if role not in known.planned.event.sign_offs:
        raise NotAllowed(f"This gate asks for the word of {_listed(known.planned.event.sign_offs)}, not of {role}.")
    holder = incident.roster.get(role)
    if holder is None:
        raise NotAllowed(f"Nobody is {role} here: assign the role first.")
    if holder != asked.by:
        raise NotAllowed(f"{holder} is {role} here, and only they can agree for it.")
    if role in known.agreed:
        raise NotAllowed(f"{holder} has agreed for {role} already.")
    return [RecoverySignedOff(known.number, role, run.entry, remark.strip())]


def plan_recovery(
    incident: Incident,
    asked: Asked,
    *,
    containment: int,
    title: str,
    gate: str,
    digest: str,
    questions: tuple[str, ...],
    own_cases: tuple[str, ...],
    sign_offs: tuple[RoleId, ...],
    ramp: tuple[float, ...],
    watch_s: float,
    every_s: float,
    watch_max_s: float,
    no_own_cases_because: str = "",
) -> list[Event]:
    """Set the gate. A new one replaces the one before, with all that was agreed."""
    known = standing(incident, containment)
    if not known.driven:
        raise NotAllowed(
            f"Containment {containment} was recorded by hand: Hotwash does not drive its switch, and can ramp nothing."
        )
    before = incident.recovery
    if before is not None and before.under_way:
        raise NotAllowed("Traffic is on its way back already: stop that first.")
    if not own_cases and not no_own_cases_because.strip():
        raise NotAllowed(
            "No question of this gate asks about the incident's own cases (own_cases = true): add one that looks at "
            "the fix on them, or say why there is none."
        )
    return [
        RecoveryPlanned(
            known.number, title, gate, digest, questions, own_cases, sign_offs, ramp, watch_s, every_s, watch_max_s,
            no_own_cases_because.strip(), _contained(known.reach.share),
        )
    ]  # fmt: skip


def record_gate_run(
    incident: Incident,
    asked: Asked,
    *,
    plan: int,
    number: int,
    outcome: GateOutcome,
    answers: tuple[GateAnswer, ...],
    findings: tuple[FindingRecorded, ...] = (),
) -> list[Event]:
    """Record what a gate came to, with the findings that are kept."""
    known = _latest(incident, plan)
    if number == 0 and known.steps:
        raise NotAllowed("The ramp has begun: its steps are watched by themselves.")
    if number and (known.tripped or known.completed or known.step is None or known.step.ordered.event.step != number):
        raise NotAllowed(f"Step {number} is not watched any more.")
    return [*findings, GateRun(plan, number, outcome, answers)]


def order_ramp_step(incident: Incident, asked: Asked, *, plan: int, number: int) -> list[Event]:
    """Order the next share of traffic to go back; nothing is switched yet."""
    known = _latest(incident, plan)
    if known.tripped or known.completed:
        raise NotAllowed("This recovery is over: set a gate anew.")
    if not known.open:
        raise NotAllowed("The gate has not passed.")
    if known.missing:
        raise NotAllowed(f"{_listed(known.missing).capitalize()} must agree first.")
    if number != len(known.steps) + 1 or number > len(known.planned.event.ramp):
        raise NotAllowed(f"Step {number} is not the next one.")
    if known.step is not None and known.step.passed is None:
        raise NotAllowed(f"Step {len(known.steps)} is still watched.")
    contained = _contained(standing(incident, known.planned.event.containment).reach.share)
    if number == 1 and contained != known.planned.event.share:
        raise NotAllowed("The containment was changed since its gate was set: set the gate anew.")
    return [RampStepOrdered(plan, number, known.planned.event.ramp[number - 1])]


def apply_ramp_step(
    incident: Incident, asked: Asked, *, plan: int, number: int, watch_until: datetime, read_back: str
) -> list[Event]:
    """State that a share of traffic went back."""
    known = _step(incident, plan, number)
    if known.applied is not None:
        return []
    share = known.ordered.event.share
    return [RampStepApplied(plan, number, share, watch_until, need(read_back, "What was read back"))]


def fail_ramp_step(
    incident: Incident, asked: Asked, *, plan: int, number: int, why: str, engage: bool = False
) -> list[Event]:
    """State that traffic was not moved. The same failure twice in a row is told once."""
    known = _latest(incident, plan)
    last = known.failed if engage else known.step.failed if known.step else None
    event = RampStepFailed(plan, number, need(why, "The reason"), engage)
    return [] if last is not None and last.event == event else [event]


def pass_ramp_step(incident: Incident, asked: Asked, *, plan: int, number: int, run: int) -> list[Event]:
    """State that a step was watched to its end. After the last one, traffic is back and the fix is verified."""
    known = _step(incident, plan, number)
    if known.passed is not None:
        return []
    events: list[Event] = [RampStepPassed(plan, number, run)]
    recovery = _latest(incident, plan)
    if number == len(recovery.planned.event.ramp):
        events.append(RecoveryCompleted(plan))
        if not incident.remediated:
            how = f"All traffic is back through the gate “{recovery.planned.event.title}”."
            events.append(Remediated(how, f"the gate of entry {plan}, last run in entry {run}"))
    return events


def trip(
    incident: Incident, asked: Asked, *, plan: int, why: str, run: int | None = None, by_hand: bool = False
) -> list[Event]:
    """State that traffic must be contained again."""
    known = _latest(incident, plan)
    if known.tripped is not None:
        return []
    if known.step is None or known.completed is not None:
        raise NotAllowed("No traffic is on its way back.")
    return [RecoveryTripped(plan, known.step.ordered.event.step, need(why, "The reason"), run, by_hand)]


def re_engage(incident: Incident, asked: Asked, *, plan: int, read_back: str) -> list[Event]:
    """State that all traffic is contained again."""
    known = _latest(incident, plan)
    if known.engaged is not None:
        return []
    if known.tripped is None:
        raise NotAllowed("Nothing has tripped.")
    return [ReEngaged(plan, need(read_back, "What was read back"))]


def ask_ungated(incident: Incident, asked: Asked, *, containment: int, reason: str) -> list[Event]:
    """Ask to let traffic go back without a gate. Only the commander may, and a second person must agree."""
    known = standing(incident, containment)
    if incident.commander != asked.by:
        raise NotAllowed(f"Only the commander may ask for that; {incident.commander or 'nobody'} is in command.")
    _still(incident, known.number)
    for entry, one in incident.ungated.items():
        if one.agreed is None and one.asked.event.containment == known.number:
            raise NotAllowed(f"That was asked already (entry {entry}) and waits for a second person.")
    return [UngatedAsked(known.number, need(reason, "The reason"))]


def agree_ungated(incident: Incident, asked: Asked, *, wish: int, reason: str) -> list[Event]:
    """Agree, as a second person, to let traffic go back without a gate."""
    known = incident.ungated.get(wish)
    if known is None:
        raise NotAllowed(f"Entry {wish} asks for no recovery without a gate.")
    if known.agreed is not None:
        raise NotAllowed(f"{known.agreed.by} agreed already.")
    if known.asked.by == asked.by:
        raise NotAllowed("You asked for it yourself: a second person must agree.")
    standing(incident, known.asked.event.containment)
    _still(incident, known.asked.event.containment)
    return [UngatedAgreed(wish, known.asked.event.containment, need(reason, "The reason"))]


def _still(incident: Incident, containment: int) -> None:
    """:raises NotAllowed: if traffic of this containment is on its way back through a gate"""
    known = incident.recovery
    if known is not None and known.under_way and known.planned.event.containment == containment:
        raise NotAllowed("Traffic is on its way back through the gate: stop that first.")


def _contained(share: float | None) -> float:
    return 1.0 if share is None else share


def _latest(incident: Incident, plan: int | None = None) -> Recovery:
    known = incident.recovery
    if known is None:
        raise NotAllowed(f"No gate was set for {incident.id}.")
    if plan is not None and known.number != plan:
        raise NotAllowed(f"The gate of entry {plan} was replaced by that of entry {known.number}.")
    return known


def _step(incident: Incident, plan: int, number: int) -> RampStep:
    known = _latest(incident, plan)
    if known.tripped is not None:
        raise NotAllowed("This recovery was tripped: nothing more goes back.")
    if known.step is None or known.step.ordered.event.step != number:
        raise NotAllowed(f"Step {number} was not ordered.")
    return known.step


def _listed(roles: tuple[str, ...]) -> str:
    return roles[0] if len(roles) == 1 else f"{', '.join(roles[:-1])} and {roles[-1]}"


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "plan-recovery": (plan_recovery, "release"),
    "record-gate-run": (record_gate_run, "release"),
    "order-ramp-step": (order_ramp_step, "release"),
    "apply-ramp-step": (apply_ramp_step, None),
    "fail-ramp-step": (fail_ramp_step, None),
    "pass-ramp-step": (pass_ramp_step, None),
    "trip": (trip, None),
    "re-engage": (re_engage, None),
    "ask-ungated": (ask_ungated, "release"),
    "agree-ungated": (agree_ungated, "release"),
}
"""Every step with the verb in whose states it is possible."""
