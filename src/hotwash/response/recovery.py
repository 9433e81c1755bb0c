"""The way back: through a gate that the incident fills, step by step, and back into containment if a question fails.

Each step is a fact first, then applied through `switching`, then read back, and only then said to have happened. What
is to be done next is read off the record each time, so a process that dies leaves nothing that the next one cannot go
on with: `Recovering.advance` may be called by anybody, as often as they like.

Who acts: a person sets the gate, has it asked, signs, begins, stops. The steps after the first, and the way back into
containment, are taken by Hotwash itself, with the rights of whoever began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hotwash.incident.recoveries import RampStep, Recovery
from hotwash.incident.state import Incident
from hotwash.knowledge.access import may
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.recovery_words import where_traffic_is
from hotwash.response import gate_files
from hotwash.response.desk import Desk, Person, Recorded, refusals
from hotwash.response.gate_runs import GateRuns
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome, Queue
from hotwash.response.request import BadRequest
from hotwash.response.switching import Switching
from hotwash.response.watching import next_look, trips

JOB = "recovery"
OWN = "record-finding"
"""What a program may do, and so may Hotwash itself."""
AGAIN_AFTER = timedelta(seconds=10)
"""How soon a move that failed is tried again."""
People = Callable[[str], Person | None]


class _Unmoved(Exception):
    """Traffic was not moved; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Recovering:
    """Leads traffic back.

    :param folders: where logs may lie
    :param people: an account by its name, to know what it may do now
    :param queue: where the next look waits for the worker
    """

    desk: Desk
    switching: Switching
    folders: Sequence[Path]
    people: People
    queue: Queue

    @property
    def runs(self) -> GateRuns:
        """What asks the gate."""
        return GateRuns(self.desk, self.folders)

    # ── what people do ───────────────────────────────────────────────────────

    def plan(
        self,
        incident_id: str,
        *,
        by: Person,
        containment: int,
        gate: str,
        no_own_cases_because: str = "",
        expected: int | None = None,
    ) -> Recorded:
        """Set the gate for a containment, from the text of its file.

        :raises BadRequest: if it is no gate, or says nothing of the way back
        """
        try:
            said = gate_files.read(gate)
        except gate_files.GateWrong as wrong:
            raise BadRequest("gate", str(wrong)) from wrong
        ramp = said.ramp
        if ramp is None:
            raise BadRequest(
                "gate", "says nothing of the way back: add a part [recovery] (sign_offs, ramp, watch, every)."
            )
        if not any(one.watched for one in said.questions):
            raise BadRequest(
                "gate", "asks nothing while traffic goes back: leave a question without own_cases and when."
            )
        if not any(one.before for one in said.questions):
            raise BadRequest("gate", "asks nothing before traffic goes back.")
        return self.desk.step(
            incident_id,
            "plan-recovery",
            by=by,
            right="release",
            expected=expected,
            containment=containment,
            title=said.title,
            gate=gate,
            digest=said.digest,
            questions=[one.name for one in said.questions],
            own_cases=[one.name for one in said.questions if one.own_cases],
            sign_offs=list(ramp.sign_offs),
            ramp=list(ramp.shares),
            watch_s=ramp.watch.total_seconds(),
            every_s=ramp.every.total_seconds(),
            watch_max_s=ramp.watch_max.total_seconds(),
            no_own_cases_because=no_own_cases_because,
        )

    def ask(self, incident_id: str, *, by: Person) -> Recorded:
        """Ask the gate, before any traffic goes back, and record what it came to. Takes as long as its questions."""
        self.desk.permit(by, "ask")
        recovery = _recovery(self.desk.incident(incident_id))
        return self.runs.run(incident_id, recovery, number=0, since=None, by=by, right="ask").recorded

    def ask_later(self, incident_id: str, *, by: Person) -> None:
        """Let the worker ask the gate."""
        self.desk.permit(by, "ask")
        incident = self.desk.incident(incident_id)
        recovery = _recovery(incident)
        if recovery.steps:
            raise NotAllowed("The ramp has begun: its steps are watched by themselves.")
        words = {"incident": incident_id, "plan": recovery.number, "by": by.name, "role": by.role}
        key = f"gate:{incident_id}:{recovery.number}:{incident.number}"
        self.queue.put(Job(key, "gate", words, self.desk.clock(), f"incident/{incident_id}"))

    def begin(self, incident_id: str, *, by: Person, expected: int | None = None) -> str:
        """Let the first share of traffic go back; in a sentence, what came of it.

        :raises NotAllowed: if the gate has not passed, somebody has still to agree, or a second person is lacking
        """
        self.desk.permit(by, "release")
        incident = self.desk.incident(incident_id)
        recovery = _recovery(incident)
        if recovery.stage == "ready" and self._by_two(incident, recovery) and self._approver(recovery, by.name) is None:
            raise NotAllowed(
                "This switch is released by two persons: somebody beside you, who may release it, must sign for a role."
            )
        self.desk.step(
            incident_id,
            "order-ramp-step",
            by=by,
            right="release",
            expected=expected,
            plan=recovery.number,
            number=1,
        )
        # The worker goes on with it, should this process die here.
        self._later(incident_id, recovery.number, self.desk.clock() + AGAIN_AFTER)
        self._later(incident_id, recovery.number, self.advance(incident_id, recovery.number))
        return where_traffic_is(self.desk.incident(incident_id))

    def stop(self, incident_id: str, *, by: Person, reason: str) -> str:
        """Stop the way back and contain all traffic again; in a sentence, what came of it."""
        self.desk.permit(by, "contain")
        recovery = _recovery(self.desk.incident(incident_id))
        self.desk.step(incident_id, "trip", by=by, right="contain", plan=recovery.number, why=reason, by_hand=True)
        self._later(incident_id, recovery.number, self.desk.clock() + AGAIN_AFTER)
        self._later(incident_id, recovery.number, self.advance(incident_id, recovery.number))
        return where_traffic_is(self.desk.incident(incident_id))

    def ask_ungated(self, incident_id: str, *, by: Person, containment: int, reason: str) -> Recorded:
        """Ask to let traffic go back without a gate."""
        return self.desk.step(
            incident_id, "ask-ungated", by=by, right="release", containment=containment, reason=reason
        )

    def agree_ungated(self, incident_id: str, *, by: Person, wish: int, reason: str) -> str:
        """Agree to it as the second person, and let traffic go back; in a sentence, what came of it."""
        self.desk.step(incident_id, "agree-ungated", by=by, right="release", wish=wish, reason=reason)
        asked = self.desk.incident(incident_id).ungated[wish].asked
        first = self.people(asked.by) or Person(asked.by, "commander")
        done = self.switching.release(
            incident_id,
            containment=asked.event.containment,
            by=by,
            approver=first,
            reason=f"Without a gate (entries {wish} and after): {asked.event.reason}",
        )
        return done.sentence

    # ── what goes on by itself ───────────────────────────────────────────────

    def advance(self, incident_id: str, plan: int) -> datetime | None:
        """Do what is to be done now; when to look again, or None if nothing is left to do."""
        while True:
            incident = self.desk.incident(incident_id)
            recovery = incident.recovery
            if recovery is None or recovery.number != plan:
                return None
            match recovery.stage:
                case "completed":
                    return self._release(incident, recovery)
                case "tripped":
                    return self._engage(incident, recovery)
                case "ramp":
                    again = self._ramp(incident, recovery)
                    if again is not None:
                        return again
                case _:
                    return None

    def _ramp(self, incident: Incident, recovery: Recovery) -> datetime | None:
        """Go one step on; when to look again, or None to look at once."""
        step, plan = recovery.step, recovery.number
        assert step is not None
        number = step.ordered.event.step
        if step.passed is not None:
            self._own(incident.id, "order-ramp-step", plan=plan, number=number + 1)
            return None
        if step.applied is None:
            return self._apply(incident, recovery, step)
        if why := self._touched(incident, recovery, step):
            self._own(incident.id, "trip", plan=plan, why=why)
            return None
        due = next_look(recovery, step)
        now = self.desk.clock()
        if now < due:
            return due
        ran = self.runs.run(incident.id, recovery, number=number, since=step.applied.at, by=HOTWASH, right=OWN)
        planned = recovery.planned.event
        waited = now - step.applied.at
        if why := trips(ran.verdict, recovery, number, waited, timedelta(seconds=planned.watch_max_s)):
            self._own(incident.id, "trip", plan=plan, why=why, run=ran.entry)
        elif ran.verdict.passed and now >= step.applied.event.watch_until:
            self._own(incident.id, "pass-ramp-step", plan=plan, number=number, run=ran.entry)
        return None

    def _touched(self, incident: Incident, recovery: Recovery, step: RampStep) -> str:
        """Why a step does not stand as it was applied; nothing if it does."""
        planned = recovery.planned.event
        known = incident.containment(planned.containment)
        if known is None or not known.in_force:
            return "The containment is over, so traffic is back that nobody let back: contain the system anew."
        holds = 1.0 if known.reach.share is None else known.reach.share
        if abs(holds - planned.share * (1 - step.ordered.event.share)) > 1e-9:
            return "Somebody changed the containment by hand while a step was watched."
        return ""

    def _apply(self, incident: Incident, recovery: Recovery, step: RampStep) -> datetime | None:
        planned, share, number = recovery.planned.event, step.ordered.event.share, step.ordered.event.step
        reason = f"Step {number} of the way back (gate of entry {recovery.number}): {share:.6g} of the traffic."
        try:
            back = self._move(incident.id, recovery, planned.share * (1 - share), reason)
        except _Unmoved as no:
            self._own(incident.id, "fail-ramp-step", plan=recovery.number, number=number, why=str(no))
            return self.desk.clock() + AGAIN_AFTER
        until = self.desk.clock() + timedelta(seconds=planned.watch_s)
        self._own(
            incident.id, "apply-ramp-step", plan=recovery.number, number=number, watch_until=until, read_back=back
        )
        return None

    def _engage(self, incident: Incident, recovery: Recovery) -> datetime | None:
        reason = f"The way back was stopped (entry {recovery.tripped.entry if recovery.tripped else '?'})."
        try:
            back = self._move(incident.id, recovery, recovery.planned.event.share, reason)
        except _Unmoved as no:
            number = recovery.steps[-1].ordered.event.step
            self._own(incident.id, "fail-ramp-step", plan=recovery.number, number=number, why=str(no), engage=True)
            return self.desk.clock() + AGAIN_AFTER
        self._own(incident.id, "re-engage", plan=recovery.number, read_back=back)
        return None

    def _release(self, incident: Incident, recovery: Recovery) -> datetime | None:
        known = incident.containment(recovery.planned.event.containment)
        if known is None or not known.in_force:
            return None
        if any(order.open and order.containment == known.number for order in incident.open_orders):
            self.switching.settle(incident.id)
            return self.desk.clock() + AGAIN_AFTER
        by = self._beginner(recovery)
        try:
            done = self.switching.release(
                incident.id,
                containment=known.number,
                by=by,
                approver=self._approver(recovery, by.name),
                reason=f"All traffic went back through the gate of entry {recovery.number} and was watched.",
            )
        except refusals() as no:
            number = len(recovery.steps)
            self._own(incident.id, "fail-ramp-step", plan=recovery.number, number=number, why=str(no))
            return self.desk.clock() + AGAIN_AFTER
        return None if done.applied else self.desk.clock() + AGAIN_AFTER

    def _move(self, incident_id: str, recovery: Recovery, share: float, reason: str) -> str:
        """Let the containment hold for this share of traffic; what was read back.

        :raises _Unmoved: if it does not
        """
        number, by = recovery.planned.event.containment, self._beginner(recovery)
        said = "Nothing was moved."
        for _ in range(3):
            incident = self.desk.incident(incident_id)
            known = incident.containment(number)
            if known is None or not known.in_force:
                raise _Unmoved("The containment is not in force any more: contain the system anew.")
            open_orders = any(order.open and order.containment == number for order in incident.open_orders)
            holds = 1.0 if known.reach.share is None else known.reach.share
            if abs(holds - share) < 1e-9 and not open_orders:
                return known.reach.read_back or "It stands as it was."
            try:
                if open_orders:
                    said = " ".join(self.switching.settle(incident_id)) or said
                else:
                    said = self.switching.adjust(
                        incident_id,
                        containment=number,
                        share=share,
                        by=by,
                        approver=self._approver(recovery, by.name),
                        reason=reason,
                    ).sentence
            except refusals() as no:
                raise _Unmoved(str(no)) from no
        raise _Unmoved(said)

    # ── who acts, and when ───────────────────────────────────────────────────

    def _beginner(self, recovery: Recovery) -> Person:
        """Whoever began. Should their account be closed meanwhile, what they began still goes back into containment."""
        return Person(recovery.steps[0].ordered.by, "commander")

    def _approver(self, recovery: Recovery, first: str) -> Person | None:
        """A second person who agreed and may release."""
        for said in recovery.agreed.values():
            person = self.people(said.by)
            if said.by != first and person is not None and may(person.role, "release"):
                return person
        return None

    def _by_two(self, incident: Incident, recovery: Recovery) -> bool:
        known = incident.containment(recovery.planned.event.containment)
        found = self.switching.orders.find(known.applied.event.switch) if known else None
        return found is not None and found[1].described.release_by_two

    def _own(self, incident_id: str, step: str, **words: Any) -> None:
        """Take a step in Hotwash's own name. One that somebody else took meanwhile is no fault."""
        self.desk.step(incident_id, step, by=HOTWASH, right=OWN, **words)

    def _later(self, incident_id: str, plan: int, due: datetime | None) -> None:
        if due is not None:
            self.queue.put(job_of(incident_id, plan, due))


def job_of(incident_id: str, plan: int, due: datetime) -> Job:
    """The next look at a recovery."""
    key = f"{JOB}:{incident_id}:{plan}:{due:%Y%m%dT%H%M%S.%f}"
    return Job(key, JOB, {"incident": incident_id, "plan": plan}, due, f"incident/{incident_id}")


def watch(recovering: Recovering, arguments: Arguments) -> Outcome:
    """The job that leads a recovery on."""
    incident_id, plan = str(arguments["incident"]), int(arguments["plan"])
    due = recovering.advance(incident_id, plan)
    return Outcome(then=() if due is None else (job_of(incident_id, plan, due),))


def ask_gate(recovering: Recovering, arguments: Arguments) -> None:
    """The job that asks a gate for a person."""
    by = Person(str(arguments["by"]), str(arguments["role"]))
    incident_id = str(arguments["incident"])
    if _recovery(recovering.desk.incident(incident_id)).number == arguments["plan"]:
        recovering.ask(incident_id, by=recovering.people(by.name) or by)


def _recovery(incident: Incident) -> Recovery:
    if incident.recovery is None:
        raise NotAllowed(f"No gate was set for {incident.id} yet.")
    return incident.recovery
