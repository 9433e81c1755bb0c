"""Gates: named questions with thresholds, written in a file, and held against a log.

A gate passes only if every question of it was answered, with as many rows as it asks for, and every threshold was met.
What cannot be told from so few rows has not passed; it has not failed either, and is said to be what it is.

Pure but for the log: a gate looks at no clock. Its file is read in `gate_files`.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from hotwash.incident.events.work import RoleId
from hotwash.investigate import EmptyLog, Finding, LogChanged, Predictions
from hotwash.response import thresholds
from hotwash.response.inquiries import answer
from hotwash.response.request import BadRequest
from hotwash.response.still import copied
from hotwash.response.thresholds import Judged, Threshold

Outcome = Literal["passed", "failed", "too few", "no answer"]
When = Literal["always", "before", "ramp"]

RAMP = (0.01, 0.1, 1.0)
HOPING = ("fairness", "fix", "scores", "compare")
"""Questions that ask which decision people hope for."""


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """A question of a gate.

    :param rows_min: fewer rows that were used are too few to say
    :param fresh: only rows of so long before now; None for all rows
    :param log: another log than the gate's
    :param own_cases: asked of the cases that were harmed, before any traffic goes back
    :param when: asked only before any traffic goes back, only while it does, or both
    """

    name: str
    question: str
    arguments: Mapping[str, Any]
    thresholds: tuple[Threshold, ...]
    rows_min: int
    fresh: timedelta | None
    log: str
    own_cases: bool
    when: When = "always"

    @property
    def before(self) -> bool:
        """Whether it is asked before any traffic goes back."""
        return self.when != "ramp"

    @property
    def watched(self) -> bool:
        """Whether it is asked while traffic goes back."""
        return self.when != "before" and not self.own_cases


@dataclass(frozen=True, slots=True)
class Ramp:
    """How traffic goes back.

    :param sign_offs: the roles that must agree
    :param shares: of the traffic, step by step; the last is 1
    :param watch: how long each step is watched
    :param every: how often the questions are asked meanwhile
    :param watch_max: how long a step may wait for enough rows before it counts as failed
    """

    sign_offs: tuple[RoleId, ...] = ("commander",)
    shares: tuple[float, ...] = RAMP
    watch: timedelta = timedelta(minutes=30)
    every: timedelta = timedelta(minutes=5)
    watch_max: timedelta = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate that can be asked."""

    title: str
    questions: tuple[GateQuestion, ...]
    columns: Mapping[str, Any]
    ramp: Ramp | None
    text: str

    @property
    def digest(self) -> str:
        """Of its text: two gates with the same digest ask the same."""
        return f"sha256:{hashlib.sha256(self.text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Check:
    """What one question came to.

    :param digest: of the finding; the same data and question give the same
    :param problem: in words, where there is no finding
    :param since: the time from which rows counted, if only fresh ones did
    """

    name: str
    question: str
    outcome: Outcome
    own_cases: bool
    sentence: str = ""
    rows: int = 0
    rows_min: int = 0
    skipped: int = 0
    digest: str = ""
    source: str = ""
    fingerprint: str = ""
    since: datetime | None = None
    judged: tuple[Judged, ...] = ()
    problem: str = ""
    finding: Finding | None = None

    @property
    def why(self) -> str:
        """Why it did not pass; nothing if it did."""
        if self.problem:
            return self.problem
        if self.rows < self.rows_min:
            return f"{self.rows:,} rows are too few to say: {self.rows_min:,} are asked for."
        wrong = [one for one in self.judged if one.said != "passed"]
        return " ".join(f"{one.threshold}: {one.why}" for one in wrong)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate came to. It failed if any question did; else it is undecided if any could not tell."""

    title: str
    gate: str
    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of its questions."""
        said = {check.outcome for check in self.checks}
        worst: tuple[Outcome, ...] = ("failed", "no answer", "too few")
        return next((one for one in worst if one in said), "passed")

    @property
    def passed(self) -> bool:
        """Whether every question passed."""
        return self.outcome == "passed"

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        many = len(self.checks)
        if self.passed:
            return f"Passed: {many} {'question meets its' if many == 1 else 'questions meet their'} thresholds."
        names = ", ".join(check.name for check in self.checks if check.outcome != "passed")
        return f"Not passed: {names}."


def hoping(gate: Gate, favourable: str) -> Gate:
    """The same gate, where questions that need it and do not say it take the decision that people hope for."""
    questions = tuple(
        replace(one, arguments={"favourable": favourable, **one.arguments}) if one.question in HOPING else one
        for one in gate.questions
    )
    return replace(gate, questions=questions)


def run(
    gate: Gate,
    log: Predictions,
    *,
    now: datetime,
    since: datetime | None = None,
    only: Callable[[GateQuestion], bool] = lambda _: True,
    logs: Callable[[str], Predictions] = Predictions,
    on_question: Callable[[str], None] = lambda _: None,
) -> Verdict:
    """Ask every question of a gate.

    :param log: the gate's log; what the gate says of its columns comes first
    :param now: the end of what is fresh
    :param since: rows before this do not count, whatever is fresh
    :param only: which questions are asked
    :param logs: finds the log that a question names
    :param on_question: told the name of each question before it is asked
    """
    described = replace(log, **gate.columns) if gate.columns else log
    checks = []
    for question in gate.questions:
        if only(question):
            on_question(question.name)
            checks.append(_asked(question, described, gate, now=now, since=since, logs=logs))
    return Verdict(gate.title, gate.digest, tuple(checks))


def _asked(
    question: GateQuestion,
    log: Predictions,
    gate: Gate,
    *,
    now: datetime,
    since: datetime | None,
    logs: Callable[[str], Predictions],
) -> Check:
    begins = _begins(question, now=now, since=since)
    empty = Check(
        question.name,
        question.question,
        "no answer",
        question.own_cases,
        rows_min=question.rows_min,
        since=begins,
    )
    try:
        asked_of = replace(logs(question.log), **gate.columns) if question.log else log
        arguments = dict(question.arguments)
        if begins is not None:
            arguments["where"] = _fresh(arguments, asked_of, begins)
        finding = _answered(question.question, asked_of, arguments)
    except BadRequest as no:
        # A window without any row is no mistake in the gate: nothing came yet.
        outcome: Outcome = "too few" if isinstance(no.__cause__, EmptyLog) else "no answer"
        return replace(empty, outcome=outcome, problem=str(no))
    return _checked(question, finding, begins)


def _answered(question: str, log: Predictions, arguments: Mapping[str, Any]) -> Finding:
    """The answer; of a copy, if the log is written to all the while."""
    try:
        return answer(question, log, arguments)
    except BadRequest as no:
        if not isinstance(no.__cause__, LogChanged):
            raise
        with copied(log) as still:
            if still is None:
                raise
            copy, named = still
            return named(answer(question, copy, arguments))


def _checked(question: GateQuestion, finding: Finding, begins: datetime | None) -> Check:
    judged = tuple(thresholds.judge(threshold, finding.result) for threshold in question.thresholds)
    said = {one.said for one in judged}
    outcome: Outcome = "failed" if "failed" in said else "too few" if "too few" in said else "passed"
    if finding.rows.used < question.rows_min:
        outcome = "too few"
    return Check(
        name=question.name,
        question=question.question,
        outcome=outcome,
        own_cases=question.own_cases,
        sentence=finding.sentence,
        rows=finding.rows.used,
        rows_min=question.rows_min,
        skipped=finding.rows.skipped,
        digest=f"sha256:{hashlib.sha256(finding.to_json().encode()).hexdigest()}",
        source=finding.data.source,
        fingerprint=finding.data.fingerprint,
        since=begins,
        judged=judged,
        finding=finding,
    )


def _begins(question: GateQuestion, *, now: datetime, since: datetime | None) -> datetime | None:
    if question.own_cases:
        return None
    starts = [now - question.fresh] if question.fresh is not None else []
    if since is not None:
        starts.append(since)
    return max(starts).astimezone(UTC) if starts else None


def _fresh(arguments: Mapping[str, Any], log: Predictions, begins: datetime) -> str:
    column = arguments.get("time") or log.time
    if not column:
        raise BadRequest("time", "is missing: only rows that say when they were decided can be fresh ([log] time).")
    quoted = str(column).replace('"', '""')
    window = f"\"{quoted}\" >= '{begins:%Y-%m-%dT%H:%M:%SZ}'"
    where = str(arguments.get("where") or "").strip()
    return f"({where}) and {window}" if where else window
