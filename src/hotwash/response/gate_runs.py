"""Asking a gate in an incident: of its system's log, recorded with every number, and with the findings that decided.

A finding that decided something is kept in the vault as a finding of the incident. One of a watch that merely goes on
is named by its digest: asked of the same data again, the question gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from hotwash.incident.events import FindingRecorded, GateAnswer, ThresholdHeld
from hotwash.incident.recoveries import Recovery
from hotwash.incident.state import Incident
from hotwash.investigate import Predictions
from hotwash.ledger.entry import Conflict
from hotwash.ledger.rule import NotAllowed
from hotwash.response import gate_files, gates
from hotwash.response.desk import TRIES, Desk, Person, Recorded
from hotwash.response.gates import Check, Gate, GateQuestion, Verdict
from hotwash.response.inquiries import QUESTIONS, described, within
from hotwash.response.request import BadRequest


@dataclass(frozen=True, slots=True)
class Ran:
    """What asking came to, and the entry that says so."""

    recorded: Recorded
    verdict: Verdict
    entry: int


@dataclass(frozen=True, slots=True)
class GateRuns:
    """Asks gates.

    :param folders: where logs may lie
    """

    desk: Desk
    folders: Sequence[Path]

    def run(
        self, incident_id: str, recovery: Recovery, *, number: int, since: datetime | None, by: Person, right: str
    ) -> Ran:
        """Ask the gate at a step of the ramp (0: before it), and record what it came to."""
        gate = gate_files.read(recovery.planned.event.gate)
        verdict = self._asked(self.desk.incident(incident_id), gate, number=number, since=since)
        keep = number == 0 or not verdict.passed or self._last_look(recovery)
        for _ in range(TRIES):
            incident = self.desk.incident(incident_id)
            answers, findings = self._written(verdict, incident.number, keep=keep)
            try:
                recorded = self.desk.step(
                    incident_id,
                    "record-gate-run",
                    by=by,
                    right=right,
                    expected=incident.number,
                    plan=recovery.number,
                    number=number,
                    outcome=verdict.outcome,
                    answers=msgspec.to_builtins(answers),
                    findings=msgspec.to_builtins(findings),
                )
            except Conflict:
                continue
            return Ran(recorded, verdict, recorded.entries[-1].number)
        raise NotAllowed("Many people write here at once: try again in a moment.")

    def _asked(self, incident: Incident, gate: Gate, *, number: int, since: datetime | None) -> Verdict:
        system = self.desk.system(incident.system) if incident.system else None
        now = self.desk.clock()

        def only(question: GateQuestion) -> bool:
            return question.watched if number else question.before

        try:
            if system is None or system.log is None:
                raise BadRequest("log", "is missing: the incident's AI system has no log described.")
            log = described(system.log, folders=self.folders)
        except BadRequest as no:
            blind = tuple(
                Check(one.name, one.question, "no answer", one.own_cases, rows_min=one.rows_min, problem=str(no))
                for one in gate.questions
                if only(one)
            )
            return Verdict(gate.title, gate.digest, blind)
        if system.log.favourable is not None:
            gate = gates.hoping(gate, system.log.favourable)
        return gates.run(
            gate,
            log,
            now=now,
            since=since,
            only=only,
            logs=lambda name: Predictions(within(name, folders=self.folders)),
        )

    def _written(self, verdict: Verdict, number: int, *, keep: bool) -> tuple[list[GateAnswer], list[FindingRecorded]]:
        """A verdict as it is recorded after so many entries: what is kept of its findings comes first."""
        answers: list[GateAnswer] = []
        findings: list[FindingRecorded] = []
        for check in verdict.checks:
            kept = None
            if keep and check.finding is not None:
                known, found = QUESTIONS[check.question], check.finding
                findings.append(
                    FindingRecorded(
                        question=found.question,
                        sentence=found.sentence,
                        digest=self.desk.vault.put(found.to_json().encode()),
                        source=found.data.source,
                        fingerprint=found.data.fingerprint,
                        rows_used=found.rows.used,
                        rows_skipped=found.rows.skipped,
                        figures=known.figures(found.result),
                    )
                )
                kept = number + len(findings)
            answers.append(_answer(check, kept))
        return answers, findings

    def _last_look(self, recovery: Recovery) -> bool:
        step = recovery.step
        return step is not None and step.applied is not None and self.desk.clock() >= step.applied.event.watch_until


def _answer(check: Check, finding: int | None) -> GateAnswer:
    return GateAnswer(
        name=check.name,
        question=check.question,
        outcome=check.outcome,
        sentence=check.sentence,
        rows=check.rows,
        rows_min=check.rows_min,
        thresholds=tuple(ThresholdHeld(one.threshold, one.said, one.value, one.why) for one in check.judged),
        why=check.why[:2000],
        digest=check.digest,
        source=check.source,
        fingerprint=check.fingerprint,
        since=check.since,
        own_cases=check.own_cases,
        finding=finding,
    )
