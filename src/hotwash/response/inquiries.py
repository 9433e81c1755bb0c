"""Questions asked in an incident: run over the system's prediction log, kept in the vault, recorded by digest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from hotwash.investigate import (
    Cubes,
    Finding,
    LogError,
    Predictions,
    agreement,
    blast_radius,
    changes,
    compare,
    drift,
    estimates,
    exposure,
    fairness,
    fix,
    late_labels,
    onset,
    refusals,
    scores,
    slices,
    texts,
)
from hotwash.investigate.address import address, is_address
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.request import BadRequest, fit, shape
from hotwash.systems.events import LogDescribed
from hotwash.systems.state import System

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be asked of a log.

    :param ask: the function that answers; its keyword parameters are what the question takes
    :param title: what a responder would say
    :param figures: the few numbers of a result that pages show without opening the finding
    """

    ask: Callable[..., Finding]
    title: str
    figures: Callable[[Mapping[str, Any]], dict[str, Any]]


def _blast_radius_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in ("decisions", "subjects", "share", "excess") if result.get(name) is not None}


def _fairness_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    worst = next(iter(result.get("disparities", ())), None)
    return {"groups": len(result["groups"]), "reference": result.get("reference"), "worst": worst}


def _onset_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    began = result["onset"]
    return {name: began[name] for name in ("at", "low", "high") if began.get(name)} | {
        "changes": len(result["changes"])
    }


def _changes_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    best = next(iter(result["changes"]), None)
    return {"onset": result["onset"], "best": best and {name: best[name] for name in ("kind", "what", "explains")}}


def _compare_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    first = result["rows"][0]
    named = {name: first[name] for name in ("metric", "one", "two", "difference", "distinct")}
    return {"one": result["one"], "two": result["two"], "first": named, "distinct": result["distinct"]}


def _slices_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    worst = next(iter(result["slices"]), None)
    named = {name: worst[name] for name in ("where", "n", "rate", "excess")} if worst else None
    return {"slices": len(result["slices"]), "worst": named, "overall_rate": result["overall_rate"]}


def _drift_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    worst = next((one for one in result["columns"] if one["drifted"]), None)
    named = {name: worst[name] for name in ("name", "kind", "effect") if name in worst} if worst else None
    return {"columns": len(result["columns"]), "drifted": result["drifted"], "worst": named}


def _fix_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    first = next((change for change in result["changes"] if change["harm"]), None)
    return {"reference": result["reference"], "first": first}


def _scores_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    regions = {one["column"]: one["four_fifths_region"] for one in result["thresholds"]}
    return {"groups": len(result["groups"]), "reference": result["reference"], "four_fifths_region": regions}


def _groups_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"groups": len(result["groups"]), "reference": result["reference"]}


def _late_labels_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in ("coverage", "censored_since", "censored")}


def _texts_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    # Terms and counts only: samples stay in the finding, behind its warning.
    return {"harmful": result["harmful"], "other": result["other"], "terms": [t["term"] for t in result["terms"][:5]]}


def _refusals_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"refused_safe": {str(c["configuration"]): c["safe"]["refused"] for c in result["configurations"]}}


def _agreement_figures(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"kappa": result["first_two"]["kappa"], "alpha": result["alpha"]}


QUESTIONS: dict[str, Question] = {
    "blast-radius": Question(blast_radius, "How many were harmed?", _blast_radius_figures),
    "drift": Question(drift, "Has the data changed?", _drift_figures),
    "fairness": Question(fairness, "Does it treat groups differently?", _fairness_figures),
    "onset": Question(onset, "Since when?", _onset_figures),
    "changes": Question(changes, "What changed when it began?", _changes_figures),
    "compare": Question(compare, "How do two periods or versions differ?", _compare_figures),
    "slices": Question(slices, "Which cohorts are harmed most?", _slices_figures),
    "fix": Question(fix, "Did the fix hold?", _fix_figures),
    "scores": Question(scores, "Do scores treat groups differently?", _scores_figures),
    "estimates": Question(estimates, "How far are estimates off, by group?", _groups_figures),
    "exposure": Question(exposure, "Who is shown at the top?", _groups_figures),
    "late-labels": Question(late_labels, "How much is not known yet?", _late_labels_figures),
    "texts": Question(texts, "What sets harmful texts apart?", _texts_figures),
    "refusals": Question(refusals, "Does it refuse too much, or too little?", _refusals_figures),
    "agreement": Question(agreement, "Do people agree on what they judged?", _agreement_figures),
}
"""Every question by the word that API and CLI use."""


def described(log: LogDescribed, *, folders: Sequence[Path]) -> Predictions:
    """The log of an AI system, if it lies where this installation may read.

    :param folders: the folders in which logs may lie
    :raises BadRequest: if it lies elsewhere
    """
    source = within(log.source, folders=folders)
    roles: dict[str, Any] = dict(log.columns)
    return Predictions(source, attributes=tuple(log.attributes), zone=log.zone, **roles)


def within(source: str, *, folders: Sequence[Path]) -> str:
    """A path or glob, made absolute, if it lies in one of the folders: nobody reads the machine through a log.

    :raises BadRequest: if it lies elsewhere
    """
    scheme = source.split("://", 1)[0].lower() if is_address(source) else ""
    if scheme in ("sqlite", "duckdb"):
        try:
            path = address(source).path
        except LogError as wrong:
            raise BadRequest("source", str(wrong)) from wrong
        return f"{scheme}:///{within(path, folders=folders)}#{source.rpartition('#')[2]}"
    if is_address(source):
        raise BadRequest(
            "source",
            "is an address on the network, which this installation does not ask for others; give a file in a folder of "
            "this machine, or ask at the command line and record the finding.",
        )
    fixed = Path(source)
    while set("*?[") & set(fixed.name) or any(set("*?[") & set(part) for part in fixed.parts):
        fixed = fixed.parent
    for folder in folders:
        whole = (folder / fixed).resolve()
        if whole.is_relative_to(folder.resolve()):
            rest = Path(source).relative_to(fixed) if Path(source) != fixed else None
            return str(whole / rest) if rest else str(whole)
    listed = ", ".join(str(folder) for folder in folders) or "none"
    raise BadRequest(
        "source",
        f"lies outside the folders that this installation may read logs from ({listed}). Put the log there, "
        "or let an administrator add its folder to HOTWASH_LOGS.",
    )


def answer(
    question: str,
    log: Predictions,
    arguments: Mapping[str, Any],
    *,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Finding:
    """Ask a question of a log.

    :raises BadRequest: if there is no such question, or the arguments do not fit it or the log
    :raises hotwash.investigate.Cancelled: if ``cancelled`` said so
    """
    known = QUESTIONS.get(question)
    if known is None:
        raise BadRequest("question", f"there is no question `{question}`. There are {', '.join(QUESTIONS)}.")
    watched = {"on_progress", "cancelled"} & set(arguments)
    if watched:
        raise BadRequest(watched.pop(), "is not a word of this question.")
    words = {
        name: value for name, value in fit(known.ask, arguments).items() if name not in ("on_progress", "cancelled")
    }
    try:
        return known.ask(log, on_progress=on_progress, cancelled=cancelled, **words)
    except LogError as wrong:
        raise BadRequest("", str(wrong)) from wrong


def record(
    desk: Desk,
    incident_id: str,
    finding: Finding,
    *,
    by: Person,
    at: datetime | None = None,
    expected: int | None = None,
    figures: Mapping[str, Any] | None = None,
) -> Recorded:
    """Keep a finding in the vault and record it in an incident. Raises as `Desk.record` does.

    :param figures: the few numbers that the record itself holds; those of the question, if left out
    """
    desk.permit(by, "record-finding")
    desk.incident(incident_id)
    known = QUESTIONS.get(finding.question)
    return desk.record(
        incident_id,
        "record-finding",
        by=by,
        at=at,
        expected=expected,
        question=finding.question,
        sentence=finding.sentence,
        digest=desk.vault.put(finding.to_json().encode()),
        source=finding.data.source,
        fingerprint=finding.data.fingerprint,
        rows_used=finding.rows.used,
        rows_skipped=finding.rows.skipped,
        figures=figures if figures is not None else known.figures(finding.result) if known else {},
    )


def ask(
    desk: Desk,
    incident_id: str,
    question: str,
    arguments: Mapping[str, Any],
    *,
    by: Person,
    folders: Sequence[Path],
    source: str | None = None,
    at: datetime | None = None,
    cubes: Path | None = None,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Recorded:
    """Ask a question in an incident, of its system's log unless another source is named, and record the finding.

    :param cubes: a folder for stored counts, so that the next question on the same log needs no scan
    :raises BadRequest: with a sentence that says what to mend; nothing is recorded then
    """
    desk.permit(by, "ask")
    incident = desk.incident(incident_id)
    log: Predictions | None = None
    if source:
        log = Predictions(within(source, folders=folders))
    elif incident.system:
        system = desk.system(incident.system)
        if system.log is not None:
            log = described(system.log, folders=folders)
            # With a score there is no decision, and so no value of it that people would want.
            decided = question in ("fairness", "fix", "compare") and "score" not in arguments
            if system.log.favourable is not None and decided:
                arguments = {"favourable": system.log.favourable, **arguments}
            if question == "changes":
                arguments = {"deployments": _went_live(system), **arguments}
    if log is None:
        raise BadRequest("source", "is missing: the incident's AI system has no log described. Name a log.")
    if question == "drift" and isinstance(second := arguments.get("current"), str):
        arguments = {**arguments, "current": within(second, folders=folders)}
    if cubes is not None:
        log = Cubes(cubes).over(log)
    finding = answer(question, log, arguments, on_progress=on_progress, cancelled=cancelled)
    return record(desk, incident_id, finding, by=by, at=at)


def _went_live(system: System) -> list[dict[str, str]]:
    """What the AI system's history says about its deployments, the oldest first."""
    return [
        {"at": one.at.isoformat(), "part": one.event.part, "version": one.event.version}
        | ({"note": one.event.note} if one.event.note else {})
        for one in sorted(system.deployments, key=lambda one: (one.at, one.entry))
    ]


def read(desk: Desk, digest: str) -> Finding:
    """A recorded finding, whole, from the vault.

    :raises LookupError: if its bytes were erased
    """
    return Finding.from_json(desk.vault.get(digest))


def schema_of(question: str) -> dict[str, Any]:
    """The JSON schema of a question's arguments.

    :raises BadRequest: if there is no such question
    """
    known = QUESTIONS.get(question)
    if known is None:
        raise BadRequest("question", f"there is no question `{question}`.")
    # What watches a question is no part of it, and no JSON.
    described = msgspec.json.schema(shape(known.ask), schema_hook=lambda _: {"type": "null"})
    for definition in described["$defs"].values():
        for name in ("on_progress", "cancelled"):
            definition.get("properties", {}).pop(name, None)
    return described
