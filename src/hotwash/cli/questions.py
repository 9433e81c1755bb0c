"""Questions to prediction logs on the command line. A log that is a file is asked without Django or a server."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import AT, Place, read_file, read_json, ticker, with_place
from hotwash.cli.response import pairs

if TYPE_CHECKING:
    from hotwash.investigate import Finding, Predictions

_SYSTEM = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

INCIDENT = click.option("--incident", metavar="INCIDENT", help="Record the finding there.")
ZONE = click.option("--zone", metavar="ZONE", help="The zone of times that are written without one, such as UTC.")
LEVEL = click.option("--level", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True)
CELL = click.option("--smallest-cell", type=click.IntRange(0), metavar="N", help="Hide counts below N.")
WHERE = click.option("--where", metavar="EXPR", help="Only rows that meet this.")
MEMORY = click.option(
    "--memory-mb", type=click.IntRange(32), metavar="N", help="How much memory may be used; what is more waits on disk."
)

F = TypeVar("F", bound=Callable[..., None])


def options(*some: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one, in their order."""

    def given(command: F) -> F:
        for option in reversed(some):
            command = option(command)
        return command

    return given


of_a_log = options(LEVEL, ZONE, MEMORY, INCIDENT, AT, with_place)
"""What every question to a log can be told beside its own words."""


def about(words: dict[str, Any]) -> dict[str, Any]:
    """What belongs to the asking and not to the question, taken out of the words."""
    return {name: words.pop(name, None) for name in ("form", "zone", "memory_mb", "incident", "at")}


@click.group()
def ask() -> None:
    """Ask a question of a prediction log.

    LOG is a file or a glob (CSV, Parquet, JSON Lines), or the short name of an AI system whose log is described. EXPR
    is a condition over the log's columns, such as "decision = 'rejected' and score >= 0.5".
    """


@ask.command()
@click.argument("log")
@click.option("--decision", metavar="COL", help="The column with what was decided.")
@click.option("--label", metavar="COL", help="The column with what turned out to be true.")
@click.option("--score", metavar="COL", help="Instead of a decision: a score.")
@click.option("--threshold", type=float, metavar="NUMBER", help="The score from which the decision is yes.")
@click.option("--group", "groups", multiple=True, metavar="COL", help="A column by which people are grouped.")
@click.option("--intersections", type=click.IntRange(0), default=0, metavar="N", help="Also every N-fold combination.")
@click.option(
    "--reference", "references", multiple=True, metavar="COL=VALUE|largest|best", help="The group compared with."
)
@click.option("--favourable", metavar="VALUE", help="The value of the decision that counts as yes.")
@WHERE
@click.option("--smallest-group", type=click.IntRange(1), metavar="N", help="Fewer rows are too few to say.")
@click.option("--bootstrap", type=click.IntRange(0), default=0, metavar="N", help="Also intervals from N resamples.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Of the resamples.")
@click.option("--definition", metavar="NAME", help="The definition of fairness chosen to judge by; it is recorded.")
@click.option("--check", "checks", multiple=True, type=click.Choice(["aequitas", "aif360"]), help="A second engine.")
@CELL
@of_a_log
def fairness(
    *,
    place: Place,
    log: str,
    groups: tuple[str, ...],
    references: tuple[str, ...],
    checks: tuple[str, ...],
    **words: Any,
) -> None:
    """Compare how groups of people are treated: rates, ratios, differences, with intervals.

    A second engine (--check) counts the rows itself, in a Python that has it (HOTWASH_AEQUITAS_PYTHON,
    HOTWASH_AIF360_PYTHON), and what it says is noted beside ours. Exit code 1 where it differs.
    """
    if references in (("largest",), ("best",)):
        words["reference"] = references[0]
    elif references:
        words["reference"] = pairs(references, "--reference")
    words["group"] = list(groups) or None
    asked(place, "fairness", log, words, checks=checks, **about(words))


@ask.command("blast-radius")
@click.argument("log")
@click.option("--harm", required=True, metavar="EXPR", help="Which decisions are harmful.")
@click.option("--subject", metavar="COL", help="The column with the person.")
@click.option("--time", metavar="COL", help="The column with the time of the decision.")
@click.option("--by", multiple=True, metavar="COL", help="A column of cohorts; may be repeated.")
@click.option("--baseline", metavar="EXPR", help="Which rows show the usual rate.")
@WHERE
@click.option("--every", type=click.Choice(["hour", "day", "week", "month"]), help="The length of one period.")
@CELL
@of_a_log
def blast_radius(
    *,
    place: Place,
    log: str,
    by: tuple[str, ...],
    **words: Any,
) -> None:
    """Count the decisions and people under a harm, by cohort and over time."""
    words["by"] = list(by) or None
    asked(place, "blast-radius", log, words, **about(words))


@ask.command()
@click.argument("log")
@click.option("--time", metavar="COL", help="The column with the time of the decision.")
@click.option("--harm", metavar="EXPR", help="Which decisions are harmful: their rate is followed.")
@click.option("--value", metavar="COL", help="A column of numbers: its mean is followed.")
@click.option("--group", metavar="COL", help="A column of groups: the gap of each to the reference is followed.")
@click.option("--reference", metavar="VALUE", help="The group compared with; the largest one if not named.")
@WHERE
@click.option("--every", type=click.Choice(["hour", "day", "week"]), help="The length of one period.")
@click.option("--season", type=click.Choice(["auto", "none"]), help="Whether weekdays and hours may differ.")
@click.option("--alarm", type=click.FloatRange(0.0001, 0.5), metavar="P", help="The probability of a false alarm.")
@click.option("--watch", metavar="T", help="Also tell when watching from T on would have alarmed.")
@CELL
@of_a_log
def onset(*, place: Place, log: str, **words: Any) -> None:
    """Find since when: changes of a rate, a mean, the volume or a gap between groups, with intervals."""
    asked(place, "onset", log, words, **about(words))


@ask.command()
@click.argument("log")
@click.option("--harm", metavar="EXPR", help="Which decisions are harmful.")
@click.option("--score", metavar="COL", help="Instead of a harm, with --label: harm is then a wrong decision.")
@click.option("--label", metavar="COL", help="The column with what turned out to be true.")
@click.option("--threshold", type=float, metavar="NUMBER", help="The score from which the decision is yes.")
@click.option("--features", metavar="COL,...", help="The columns to search; all that can be, if not named.")
@click.option("--depth", type=click.IntRange(1, 3), help="How many features a cohort may name.  [default: 3]")
@click.option("--support", type=float, metavar="SHARE", help="The least share of the rows.  [default: 0.01]")
@click.option("--top", type=click.IntRange(1), metavar="N", help="At most so many cohorts.  [default: 10]")
@click.option("--rank", type=click.Choice(["excess", "rate"]), help="What comes first.  [default: excess]")
@click.option("--bins", type=click.IntRange(2), metavar="N", help="Into how many ranges numbers are cut.")
@WHERE
@click.option("--alarm", type=click.FloatRange(0.0001, 0.5), metavar="P", help="The probability of a false alarm.")
@CELL
@of_a_log
def slices(*, place: Place, log: str, **words: Any) -> None:
    """Find the cohorts that are harmed most, among all values and ranges of the features."""
    if words["features"]:
        words["features"] = [name.strip() for name in words["features"].split(",")]
    asked(place, "slices", log, words, **about(words))


@ask.command()
@click.argument("log")
@click.option("--time", metavar="COL", help="The column with the time of the decision.")
@click.option("--harm", required=True, metavar="EXPR", help="Which decisions are harmful.")
@click.option("--column", "columns", multiple=True, metavar="COL", help="A column to try; may be repeated.")
@click.option(
    "--deployment", "deployments", multiple=True, metavar="PART=VERSION@T", help="What went live when; may be repeated."
)
@WHERE
@click.option("--moment", "moment", metavar="T", help="When it changed, if that is known.")
@click.option("--every", type=click.Choice(["hour", "day", "week"]), help="The length of one period.")
@click.option("--alarm", type=click.FloatRange(0.0001, 0.5), metavar="P", help="The probability of a false alarm.")
@CELL
@of_a_log
def changes(
    *,
    place: Place,
    log: str,
    columns: tuple[str, ...],
    deployments: tuple[str, ...],
    moment: str | None,
    **words: Any,
) -> None:
    """Find what changed when it began: deployments, versions, the mix of cases, ranked by what they explain."""
    told = about(words)
    words |= {"columns": list(columns) or None, "at": moment}
    words["deployments"] = [_deployment(one) for one in deployments] or _deployed(place, log)
    asked(place, "changes", log, words, **told)


def _deployment(text: str) -> dict[str, str]:
    part, equals, rest = text.partition("=")
    version, sign, at = rest.rpartition("@")
    if not (equals and sign and part and version and at):
        raise click.UsageError(
            f'--deployment takes PART=VERSION@T, such as model=v2@2026-03-31T09:00:00Z, not "{text}".'
        )
    return {"at": at, "part": part, "version": version}


def _deployed(place: Place, log: str) -> list[dict[str, str]] | None:
    """What went live, if the log was named by its AI system."""
    if not _SYSTEM.fullmatch(log) or Path(log).exists():
        return None
    found = place.get(f"/systems/{log}")["deployments"]
    return [{"at": one["at"]} | {key: one["event"][key] for key in ("part", "version")} for one in found] or None


@ask.command()
@click.argument("reference", metavar="REFERENCE")
@click.argument("current", metavar="[CURRENT]", required=False)
@click.option("--columns", metavar="COL,...", help="Which columns; all that both have, if not named.")
@click.option("--baseline", metavar="EXPR", help="With one log: which of its rows are the reference.")
@click.option("--against", metavar="EXPR", help="Which rows are compared with it; by itself all others.")
@WHERE
@click.option("--alarm", type=click.FloatRange(0.0001, 0.5), metavar="P", help="The share of false alarms.")
@click.option("--floor", type=click.FloatRange(0, 0.99), metavar="SHARE", help="The smallest change that counts.")
@click.option("--bins", type=click.IntRange(2, 100), metavar="N", help="Into how many ranges numbers are cut.")
@CELL
@of_a_log
def drift(*, place: Place, reference: str, **words: Any) -> None:
    """Hold a log against what it should be, column by column: two logs, or one divided by --baseline.

    REFERENCE and CURRENT may also be whylogs profiles (.bin), and REFERENCE alone a report of Evidently (.json).
    """
    if words["columns"]:
        words["columns"] = [name.strip() for name in words["columns"].split(",")]
    asked(place, "drift", reference, words, **about(words))


def asked(
    place: Place,
    question: str,
    log: str,
    words: dict[str, Any],
    *,
    form: str,
    zone: str | None,
    memory_mb: int | None,
    incident: str | None,
    at: str | None,
    checks: tuple[str, ...] = (),
) -> None:
    """Ask a log a question in words, answer it here, and record it in an incident if one is named."""
    predictions, favourable = log_of(place, log, zone, memory_mb)
    if question in ("fairness", "fix", "scores", "compare") and words.get("favourable") is None:
        words["favourable"] = favourable
    given = {name: value for name, value in words.items() if value is not None}
    finding = compute(question, predictions, given)
    if checks:
        from hotwash.cli.second_engine import checked

        finding = checked(predictions, finding, checks)
    document = json.loads(finding.to_json())
    held = document["result"].get("checks", []) if checks else []
    text = "\n".join([finding.sentence, *(one["sentence"] for one in held), _rows(document)])
    if incident:
        body = document | ({"at": at} if at else {})
        said = place.post(f"/incidents/{incident}/findings", body)
        say(f"Recorded in {said['incident']} as entry {said['number']}.")
    answer(form, document, text)
    if any(one["differences_count"] for one in held):
        click.get_current_context().exit(1)


def compute(question: str, predictions: "Predictions", words: dict[str, Any]) -> "Finding":
    """Ask a question here, with progress on standard error.

    :raises Refused: if the log or the question is wrong in a way that the person can mend
    """
    from hotwash.response.inquiries import answer as answered
    from hotwash.response.request import BadRequest

    try:
        return answered(question, predictions, words, on_progress=ticker(say))
    except BadRequest as wrong:
        raise Refused(str(wrong)) from wrong


def log_of(place: Place, log: str, zone: str | None, memory_mb: int | None = None) -> tuple["Predictions", str | None]:
    """The log that was named, by its place or by its AI system, and the value of its decision that people hope for.

    :raises Refused: if the AI system has no log described
    """
    from hotwash.investigate import Predictions

    if not _SYSTEM.fullmatch(log) or Path(log).exists():
        return Predictions(log, zone=zone, memory_mb=memory_mb), None
    described = place.get(f"/systems/{log}")["log"]
    if described is None:
        raise Refused(
            f"The log of {log} is not described. Say where it is: `hotwash systems describe-log {log} --source FILE`"
        )
    columns = {role: column for role, column in described["columns"].items() if column}
    return (
        Predictions(
            described["source"], attributes=tuple(described["attributes"]), zone=zone, memory_mb=memory_mb, **columns
        ),
        described["favourable"],
    )


def _rows(finding: dict[str, Any]) -> str:
    rows = finding["rows"]
    skipped = "".join(f"\n  {count:,} skipped: {reason}" for reason, count in rows["reasons"].items())
    return f"{rows['used']:,} rows of {finding['data']['source']}, {finding['data']['fingerprint'][:19]}…{skipped}"


@click.command()
@click.argument("incident")
@click.argument("file", metavar="FINDING.json")
@AT
@with_place
def finding(place: Place, form: str, incident: str, file: str, at: str | None) -> None:
    """Record a finding in an incident.

    The file is what `ask --format json` wrote; - is standard input.
    """
    document = read_json(file)
    if not isinstance(document, dict):
        raise Refused(f"{file} holds no finding.")
    said = place.post(f"/incidents/{incident}/findings", document | ({"at": at} if at else {}))
    body = said["entries"][0]["body"]
    answer(
        form,
        {"incident": said["incident"], "number": said["number"], "digest": body["digest"]},
        f"Recorded in {said['incident']} as entry {said['number']}.",
    )


@click.command()
@click.argument("file", metavar="FINDING.json")
@click.option("--log", metavar="LOG", help="Where the log lies now, if it was moved.")
@with_place
def reproduce(place: Place, form: str, file: str, log: str | None) -> None:  # noqa: ARG001
    """Compute a finding again and compare: the same data must give the same numbers.

    Exit code 1 if the data or the numbers are others; both are shown.
    """
    from hotwash.investigate import LogError
    from hotwash.investigate.reproducing import reproduce as again

    try:
        found = again(read_file(file), log, on_progress=ticker(say))
    except LogError as wrong:
        raise Refused(str(wrong)) from wrong
    except ValueError as bad:
        raise Refused(f"{file} holds no finding: {bad}.") from bad
    document = {
        "reproduced": found.reproduced,
        "same_data": found.same_data,
        "same_numbers": found.same_numbers,
        "sentence": found.sentence,
        "before": _told(json.loads(found.before.to_json())),
        "after": _told(json.loads(found.after.to_json())),
        "changes": [{"where": c.where, "before": c.before, "after": c.after} for c in found.changes],
    }
    answer(form, document, lambda: _compared(document))
    if not found.reproduced:
        click.get_current_context().exit(1)


def _told(finding: dict[str, Any]) -> dict[str, Any]:
    recipe = {name: finding["recipe"][name] for name in ("hotwash", "engine")}
    return {"sentence": finding["sentence"], "rows": finding["rows"], "data": finding["data"], "recipe": recipe}


def _compared(document: dict[str, Any]) -> str:
    if document["reproduced"]:
        return str(document["sentence"])
    before, after = document["before"], document["after"]
    lines = [
        document["sentence"],
        f"before  {before['data']['fingerprint']}  {before['sentence']}",
        f"now     {after['data']['fingerprint']}  {after['sentence']}",
    ]
    lines += [f"  {one['where']}: {one['before']} → {one['after']}" for one in document["changes"][:20]]
    if len(document["changes"]) > 20:
        lines.append(f"  … and {len(document['changes']) - 20} more (--format json shows all)")
    return "\n".join(lines)
