"""``hotwash gate``: named questions under thresholds, held against a log. Needs no server: it runs in any pipeline."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import Place, read_file, with_place
from hotwash.cli.questions import ZONE, log_of

if TYPE_CHECKING:
    from hotwash.response.gates import Check, Gate, Verdict


@click.group()
def gate() -> None:
    """Let something pass only if named questions meet their thresholds."""


@gate.command()
@click.argument("file", metavar="FILE")
@click.option("--log", required=True, metavar="LOG", help="The log that is asked.")
@click.option("--junit", metavar="FILE", help="Also write the verdict as JUnit XML.")
@click.option("--now", "now", metavar="T", help="The end of what is fresh (RFC 3339); the present if left out.")
@ZONE
@with_place
def run(*, place: Place, form: str, file: str, log: str, junit: str | None, now: str | None, zone: str | None) -> None:
    """Ask every question of a gate.

    FILE is a gate (TOML). Exit code 0 if it passes; 1 if a threshold is not met, a question cannot be answered or there
    are too few rows to say, or if FILE is no gate.
    """
    from hotwash.response import gates

    asked, moment = _read(file), _moment(now)
    predictions, favourable = log_of(place, log, zone)
    if favourable is not None:
        asked = gates.hoping(asked, favourable)
    verdict = gates.run(asked, predictions, now=moment, on_question=lambda name: say(f"Asking {name} …"))
    if junit:
        from hotwash.cli.gate_junit import junit as written

        try:
            Path(junit).write_bytes(written(verdict))
        except OSError as fault:
            raise Refused(f"{junit} cannot be written: {fault.strerror}.") from fault
    answer(form, document(verdict), lambda: _told(verdict))
    if not verdict.passed:
        click.get_current_context().exit(1)


@gate.command()
@click.argument("file", metavar="FILE")
@with_place
def check(*, place: Place, form: str, file: str) -> None:  # noqa: ARG001
    """Read a gate without asking anything: whether it is one, and what it would ask."""
    asked = _read(file)
    told: dict[str, Any] = {
        "title": asked.title,
        "gate": asked.digest,
        "questions": [
            {
                "name": one.name,
                "question": one.question,
                "thresholds": [threshold.text for threshold in one.thresholds],
                "rows_min": one.rows_min,
                "fresh_s": one.fresh.total_seconds() if one.fresh else None,
                "own_cases": one.own_cases,
            }
            for one in asked.questions
        ],
        "recovery": asked.ramp is not None,
    }
    lines = [f"{one['name']} ({one['question']}): {'; '.join(one['thresholds'])}" for one in told["questions"]]
    answer(form, told, lambda: "\n".join([asked.title, *lines]))


def document(verdict: "Verdict") -> dict[str, Any]:
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


def _told(verdict: "Verdict") -> str:
    from hotwash.response.thresholds import shown

    lines = [verdict.sentence]
    for one in verdict.checks:
        lines += ["", f"{one.outcome:<10} {one.name}: {one.sentence or one.problem}"]
        if one.rows < one.rows_min and not one.problem:
            lines.append(f"           {one.why}")
        for judged in one.judged:
            tail = f" ({judged.why})" if judged.said == "too few" else ""
            value = shown(judged.value) if judged.value is not None else "not known"
            lines.append(f"  {judged.said:<8} {judged.threshold}: {value}{tail}")
    return "\n".join(lines)


def _read(file: str) -> "Gate":
    from hotwash.response.gate_files import GateWrong, read

    try:
        return read(read_file(file).decode())
    except UnicodeDecodeError as bad:
        raise Refused(f"{file} is no text in UTF-8.") from bad
    except GateWrong as wrong:
        raise Refused(f"{file}: {wrong}") from wrong


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as bad:
        raise click.UsageError(f"--now: {text!r} is no time; write it as 2026-03-03T09:02:00+01:00.") from bad
    if moment.tzinfo is None:
        raise click.UsageError("--now has no time zone: write it as 2026-03-03T09:02:00+01:00.")
    return moment
