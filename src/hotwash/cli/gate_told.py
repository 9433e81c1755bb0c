"""What gates came to: in the terminal, as Markdown, to the installation, and on a version of a model."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.answer import Refused, say
from hotwash.cli.gate_folder import Found
from hotwash.cli.place import Place

if TYPE_CHECKING:
    from hotwash.response.gates import Check, Verdict

_MARKS = re.compile(r"([\\`*_{}\[\]<>|#~])")


@dataclass(frozen=True, slots=True)
class Ran:
    """A gate, and what it came to."""

    found: Found
    verdict: "Verdict"


def outcome(ran: Sequence[Ran]) -> str:
    """The gravest of several."""
    said = {one.verdict.outcome for one in ran}
    return next((one for one in ("failed", "no answer", "too few") if one in said), "passed")


def sentence(ran: Sequence[Ran]) -> str:
    """Several verdicts in words."""
    held = sum(one.verdict.passed for one in ran)
    if held == len(ran):
        return f"Passed: {len(ran)} {'gate' if len(ran) == 1 else 'gates'}."
    names = ", ".join(one.found.name for one in ran if not one.verdict.passed)
    return f"Not passed: {names}. {held} of {len(ran)} passed."


def document(ran: Sequence[Ran]) -> dict[str, Any]:
    """Several verdicts as JSON."""
    return {
        "passed": outcome(ran) == "passed",
        "outcome": outcome(ran),
        "sentence": sentence(ran),
        "gates": [
            {"name": one.found.name, "system": one.found.system or None, **verdict_document(one.verdict)} for one in ran
        ],
    }


def verdict_document(verdict: "Verdict") -> dict[str, Any]:
    """A verdict as JSON: without the findings, whose digests it names."""
    return {
        "title": verdict.title,
        "gate": verdict.gate,
        "passed": verdict.passed,
        "outcome": verdict.outcome,
        "sentence": verdict.sentence,
        "checks": [_check(check) for check in verdict.checks],
    }


def _check(check: "Check") -> dict[str, Any]:
    return {
        "name": check.name,
        "question": check.question,
        "outcome": check.outcome,
        "sentence": check.sentence,
        "why": check.why,
        "rows": check.rows,
        "rows_min": check.rows_min,
        "skipped": check.skipped,
        "since": check.since.isoformat() if check.since else None,
        "own_cases": check.own_cases,
        "finding": check.digest,
        "source": check.source,
        "fingerprint": check.fingerprint,
        "thresholds": [
            {"threshold": one.threshold, "outcome": one.said, "value": one.value, "why": one.why}
            for one in check.judged
        ],
    }


def text(ran: Sequence[Ran]) -> str:
    """What the terminal says."""
    if len(ran) == 1:
        return verdict_text(ran[0].verdict)
    parts = [sentence(ran)]
    parts += [f"{one.found.name}: {one.verdict.title}\n{verdict_text(one.verdict)}" for one in ran]
    return "\n\n".join(parts)


def verdict_text(verdict: "Verdict") -> str:
    """One verdict in the terminal."""
    return "\n".join([verdict.sentence, *("\n" + check_text(one) for one in verdict.checks)])


def check_text(check: "Check") -> str:
    """One question with its thresholds."""
    from hotwash.response.thresholds import shown

    lines = [f"{check.outcome:<10} {check.name}: {check.sentence or check.problem}"]
    if check.rows < check.rows_min and not check.problem:
        lines.append(f"           {check.why}")
    for judged in check.judged:
        tail = f" ({judged.why})" if judged.said == "too few" else ""
        value = shown(judged.value) if judged.value is not None else "not known"
        lines.append(f"  {judged.said:<8} {judged.threshold}: {value}{tail}")
    return "\n".join(lines)


def markdown(ran: Sequence[Ran]) -> str:
    """A summary that pipelines show beside a job."""
    lines = [f"## Gates: {outcome(ran)}", "", _plain(sentence(ran)), ""]
    for one in ran:
        lines += [f"### {_plain(one.verdict.title)}: {one.verdict.outcome}", ""]
        lines += ["| question | answer | rows | what was found |", "|---|---|---|---|"]
        for check in one.verdict.checks:
            why = check.why if check.outcome != "passed" else check.sentence
            lines.append(f"| {_plain(check.name)} | {check.outcome} | {check.rows:,} | {_plain(why)} |")
        lines += ["", f"Gate `{one.found.name}`, {one.verdict.gate[:19]}…", ""]
    return "\n".join(lines)


def _plain(words: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(words.split()))


def report(to: Place, ran: Sequence[Ran], *, now: datetime, **beside: str) -> list[str]:
    """Tell the installation what came of every gate; a sentence for each that it did not take."""
    from hotwash.response.kept_gates import report as words

    wrong = []
    for one in ran:
        if not one.found.system:
            wrong.append(f"{one.found.name} was not reported: no AI system is known that keeps it.")
            continue
        told = words(one.verdict, one.found.name, **beside) | {"at": now.isoformat()}
        try:
            to.post(f"/systems/{one.found.system}/report-gate", told)
        except Refused as refused:
            wrong.append(f"{one.found.name} was not reported. {refused.sentence}")
        else:
            say(f"{one.found.name} was reported to {one.found.system}.")
    return wrong


def tag(url: str, ran: Sequence[Ran], *, model: str, version: str, now: datetime) -> None:
    """Write what came of every gate on a version of a model in MLflow, and read it back.

    Credentials are MLflow's own: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.

    :raises Refused: if it is not there afterwards
    """
    from hotwash.connect.mlflow import Mlflow
    from hotwash.response.outside import OutsideFault

    access: dict[str, Any] = {
        name: os.environ[f"MLFLOW_TRACKING_{variable}"]
        for name, variable in (("token", "TOKEN"), ("user", "USERNAME"), ("password", "PASSWORD"))
        if os.environ.get(f"MLFLOW_TRACKING_{variable}")
    }
    tags = {f"hotwash.gate.{one.found.name}": f"{one.verdict.outcome} {one.verdict.gate[:19]}" for one in ran}
    tags |= {"hotwash.gates": outcome(ran), "hotwash.gates.at": now.isoformat(timespec="seconds")}
    try:
        with Mlflow(url, **access) as registry:
            registry.tag(model, version, tags)
    except OutsideFault as fault:
        raise Refused(f"Version {version} of {model} was not tagged. {fault.sentence}") from fault
    except ValueError as bad:
        raise click.UsageError(f"--mlflow: {bad}") from bad
    say(f"Version {version} of {model} was tagged.")
