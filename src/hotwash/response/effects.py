"""Whether actions worked: a question is planned with its thresholds, asked on its day of named data, and recorded.

A plan is a gate of one question (`gates`): the same language of thresholds, and the same care with what is too few to
say. Its finding is kept in the vault and recorded by digest, whatever it came to. What follows, the rules decide: the
action closes, opens again, or waits.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from hotwash.incident.actions import Action
from hotwash.incident.events import FindingRecorded, ThresholdHeld
from hotwash.incident.events.actions import EffectPlanned
from hotwash.incident.state import Incident
from hotwash.investigate import Predictions
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.actions import waits_for
from hotwash.reports.phrases import when
from hotwash.response import gates, thresholds
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.gates import Check, Gate, GateQuestion
from hotwash.response.inquiries import QUESTIONS, described, read, within
from hotwash.response.jobs import HOTWASH, Arguments, Job, Queue
from hotwash.response.request import BadRequest, fit
from hotwash.response.thresholds import Threshold, ThresholdWrong
from hotwash.systems.state import System

JOB, LOOK = "effect", "effects"
OWN = "record-finding"
"""What a program may do, and so may Hotwash itself."""
THRESHOLDS_MAX = 20

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    # Both ends: which group others are compared with may change by itself.
    "fairness": ("disparities[*].ratio.low >= 0.8", "disparities[*].ratio.high <= 1.25"),
    "blast-radius": ("share.high <= 0.01",),
    "onset": ("changes.count == 0",),
    "slices": ("slices.count == 0",),
    "drift": ("drifted == 0",),
}
"""Thresholds such as people set, by question."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What asking came to, in a sentence, and the entries that say so."""

    recorded: Recorded
    outcome: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Effects:
    """Plans and asks.

    :param folders: where logs may lie
    """

    desk: Desk
    folders: Sequence[Path]

    def plan(
        self,
        incident_id: str,
        *,
        by: Person,
        action: int,
        ask_on: date,
        thresholds: Sequence[str],
        question: str = "",
        like: int | None = None,
        arguments: Mapping[str, Any] | None = None,
        rows_min: int = 100,
        source: str = "",
        since_done: bool | None = None,
        every_days: int = 30,
        until: date | None = None,
        expected: int | None = None,
    ) -> Recorded:
        """Plan how the effect of an action is measured.

        :param like: a finding of the incident whose question is asked again, with its words; else name ``question``
        :param since_done: whether only rows after the action was done count; unless said, where the log tells times
        :raises BadRequest: naming the word that is wrong
        """
        self.desk.permit(by, "add-action")
        incident = self.desk.incident(incident_id)
        words: dict[str, Any] = {}
        if like is not None:
            question, words = self._like(incident, like, thresholds, question)
        words |= dict(arguments or {})
        known = QUESTIONS.get(question)
        if known is None:
            raise BadRequest("question", f"there is no question `{question}`. There are {', '.join(QUESTIONS)}.")
        if {"on_progress", "cancelled"} & set(words):
            raise BadRequest("arguments", "on_progress and cancelled are no words of a question.")
        if rows_min < 1:
            raise BadRequest("rows_min", "must be at least 1.")
        _held(thresholds)
        fit(known.ask, words)
        log = self._log(incident, source)[0]
        timed = bool(words.get("time") or log.time)
        if since_done and not timed:
            raise BadRequest("since_done", "needs rows that say when they were decided: name `time` in the arguments.")
        return self.desk.step(
            incident_id,
            "plan-effect",
            by=by,
            right="add-action",
            expected=expected,
            action=action,
            question=question,
            thresholds=[one.strip() for one in thresholds],
            ask_on=ask_on,
            arguments=words,
            rows_min=rows_min,
            source=source.strip(),
            since_done=timed if since_done is None else since_done,
            every_days=every_days,
            until=until,
            like=like,
        )

    def measure(self, incident_id: str, *, by: Person, action: int, right: str = "ask") -> Measured:
        """Ask now, and record what it came to. Takes as long as its question."""
        self.desk.permit(by, right)
        incident = self.desk.incident(incident_id)
        known = incident.actions.get(action)
        if known is None:
            raise NotAllowed(f"Entry {action} is no action of {incident_id}.")
        if known.planned is None:
            raise NotAllowed(
                f"No effect is planned for action {action}: say first which question shows that it worked."
            )
        plan = known.planned
        check = self._asked(incident, known, plan.event)
        recorded = self.desk.step(
            incident_id, "measure-effect", by=by, right=right, action=action, plan=plan.entry, **self._words(check)
        )
        return Measured(recorded, check.outcome, _sentence(recorded, action, check))

    def later(self, incident_id: str, *, by: Person, action: int, queue: Queue) -> None:
        """Let the worker ask."""
        self.desk.permit(by, "ask")
        incident = self.desk.incident(incident_id)
        known = incident.actions.get(action)
        if known is None or known.planned is None:
            raise NotAllowed(f"No effect is planned for action {action}.")
        key = f"{JOB}:{incident_id}:{action}:{incident.number}"
        words = {"incident": incident_id, "action": action, "by": by.name, "role": by.role}
        queue.put(Job(key, JOB, words, self.desk.clock(), f"incident/{incident_id}"))

    def _like(self, incident: Incident, like: int, held: Sequence[str], question: str) -> tuple[str, dict[str, Any]]:
        """The question of a finding with its words; thresholds that have no place in its result are refused."""
        said = incident.findings.get(like)
        if said is None:
            raise BadRequest("like", f"entry {like} is no finding of {incident.id}.")
        if question and question != said.event.question:
            raise BadRequest("question", f"the finding of entry {like} answers `{said.event.question}`.")
        try:
            finding = read(self.desk, said.event.digest)
        except LookupError as gone:
            raise BadRequest("like", f"the finding of entry {like} was erased.") from gone
        for threshold in _held(held):
            told = thresholds.judge(threshold, finding.result)
            if told.said == "too few":
                raise BadRequest("thresholds", f"`{threshold.text}` finds nothing in that finding. {told.why}")
        words = {name: value for name, value in finding.recipe.arguments.items() if name != "zone"}
        return finding.question, words

    def _log(self, incident: Incident, source: str) -> tuple[Predictions, System | None]:
        """The data that a plan names.

        :raises BadRequest: if there is none, or it may not be read
        """
        system = self.desk.system(incident.system) if incident.system else None
        if source.strip():
            return Predictions(within(source.strip(), folders=self.folders)), system
        if system is None or system.log is None:
            raise BadRequest("source", "is missing: the incident's AI system has no log described. Name a log.")
        return described(system.log, folders=self.folders), system

    def _asked(self, incident: Incident, action: Action, plan: EffectPlanned) -> Check:
        question = GateQuestion(
            f"action {action.number}",
            plan.question,
            plan.arguments,
            tuple(thresholds.read(one) for one in plan.thresholds),
            plan.rows_min,
            None,
            "",
            own_cases=False,
        )
        try:
            log, system = self._log(incident, plan.source)
        except BadRequest as no:
            return Check(
                question.name, plan.question, "no answer", own_cases=False, rows_min=plan.rows_min, problem=no.why
            )
        gate = Gate(action.wanted.title, (question,), {}, None, "")
        if system is not None and system.log is not None and system.log.favourable is not None and not plan.source:
            gate = gates.hoping(gate, system.log.favourable)
        since = action.done.at if plan.since_done and action.done else None
        check = gates.run(gate, log, now=self.desk.clock(), since=since).checks[0]
        if since is not None and check.outcome == "too few" and check.problem:
            return replace(check, problem=f"No row has come since it was done ({when(since)}).")
        return check

    def _words(self, check: Check) -> dict[str, Any]:
        found = check.finding
        kept = None
        if found is not None:
            body = found.to_json().encode()
            kept = FindingRecorded(
                question=found.question,
                sentence=found.sentence,
                digest=self.desk.vault.put(body),
                source=found.data.source,
                fingerprint=found.data.fingerprint,
                rows_used=found.rows.used,
                rows_skipped=found.rows.skipped,
                figures=QUESTIONS[found.question].figures(found.result),
            )
            assert check.digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
        held = [ThresholdHeld(one.threshold, one.said, one.value, one.why) for one in check.judged]
        return {
            "outcome": check.outcome,
            "sentence": check.sentence,
            "thresholds": msgspec.to_builtins(held),
            "rows": check.rows,
            "rows_min": check.rows_min,
            "why": check.why[:2000],
            "digest": check.digest,
            "source": check.source,
            "fingerprint": check.fingerprint,
            "since": check.since,
            "finding": msgspec.to_builtins(kept) if kept else None,
        }


def ask(effects: Effects, arguments: Arguments) -> None:
    """The job that asks whether an action worked. A plan that was taken back meanwhile leaves nothing to do."""
    incident_id, action = str(arguments["incident"]), int(arguments["action"])
    known = effects.desk.incident(incident_id).actions.get(action)
    if known is None or known.planned is None or known.dropped is not None:
        return
    if "by" in arguments:
        by = Person(str(arguments["by"]), str(arguments["role"]))
        effects.measure(incident_id, by=by, action=action)
    elif known.ask_on is not None and known.ask_on <= effects.desk.clock().date():
        effects.measure(incident_id, by=HOTWASH, action=action, right=OWN)


def job_of(incident_id: str, action: int, day: date, now: Any) -> Job:
    """The measurement that is due on a day."""
    key = f"{JOB}:{incident_id}:{action}:{day}"
    return Job(key, JOB, {"incident": incident_id, "action": action}, now, f"incident/{incident_id}")


def _held(told: Sequence[str]) -> list[Threshold]:
    if not told or not any(one.strip() for one in told):
        raise BadRequest("thresholds", "there is none: a question without one would always pass.")
    if len(told) > THRESHOLDS_MAX:
        raise BadRequest("thresholds", f"are at most {THRESHOLDS_MAX}.")
    found = []
    for text in told:
        try:
            found.append(thresholds.read(text))
        except ThresholdWrong as wrong:
            raise BadRequest("thresholds", str(wrong)) from wrong
    return found


def _sentence(recorded: Recorded, action: int, check: Check) -> str:
    assert isinstance(recorded.state, Incident)
    known = recorded.state.actions[action]
    said = {"passed": "It holds.", "failed": "It does not hold."}.get(check.outcome, "It cannot be told yet.")
    stands = {
        "effective": "The action is closed.",
        "slipped": "The action is open again.",
    }.get(known.state, "")
    return " ".join(part for part in (said, check.why, stands, waits_for(known)) if part)
