"""Calls of a generative system as its tracing keeps them: what such a place promises, and a row of a log for each call.

Attributes are read by the conventions of OpenInference, which Phoenix and Arize AX share. A call can be judged late and
more than once; of judgements with one name the newest counts in a row, and all of them stand in ``annotations``.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from hotwash.response.signals import Grade, Measured, Signal

Which = Literal["LLM", "ROOT", "ALL"]
"""Which spans are a row: each call of a model, each request as a whole, or every step."""

TEXT_MAX = 100_000
"""How much of one text is kept in a row. The whole of it stays where it was read."""
ANNOTATIONS_MAX, EXPLANATION_MAX, LABEL_MAX = 1_000, 2_000, 200
"""How many judgements of one call are kept in a row, the newest, and how much of the reason and label of each."""
NAMES_MAX = 200
"""How many names of judgements have columns of their own."""

COLUMNS: dict[str, str] = {
    "time": "TIMESTAMPTZ",
    "trace": "VARCHAR",
    "span": "VARCHAR",
    "parent": "VARCHAR",
    "name": "VARCHAR",
    "kind": "VARCHAR",
    "status": "VARCHAR",
    "error": "VARCHAR",
    "model": "VARCHAR",
    "version": "VARCHAR",
    "prompt_version": "VARCHAR",
    "session": "VARCHAR",
    "user": "VARCHAR",
    "input": "VARCHAR",
    "output": "VARCHAR",
    "latency_ms": "DOUBLE",
    "prompt_tokens": "BIGINT",
    "completion_tokens": "BIGINT",
    "total_tokens": "BIGINT",
    "annotations": "VARCHAR",
}
"""The columns of every such log with their types. Two more follow for each name of a judgement."""
ROLES = {"time": "time", "version": "model", "subject": "user"}
"""What the columns mean, where such a log is described."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What somebody or something judged of a call."""

    id: str
    span: str
    name: str
    label: str
    score: float | None
    explanation: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """One call or step. ``raw`` is all that was told about it."""

    id: str
    trace: str
    parent: str
    name: str
    kind: str
    status: str
    message: str
    start: datetime
    end: datetime
    attributes: Mapping[str, Any]
    raw: Mapping[str, Any]
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some spans with their judgements, and the word that leads to the next; empty if there is none."""

    spans: tuple[Span, ...]
    after: str


class SpanSource(Protocol):
    """Where traces are kept."""

    @property
    def place(self) -> str:
        """What is read there, in words: system, address and project; no password."""
        ...

    def page(self, *, since: datetime, until: datetime, which: Which, after: str = "") -> Page:
        """Some spans that began in a half-open range, in a fixed order, with their judgements.

        :raises OutsideFault: if that is not possible
        """
        ...

    def link(self, span: Span) -> str:
        """Where a person looks at a span."""
        ...


# ── rows ─────────────────────────────────────────────────────────────────────


def row_of(span: Span) -> dict[str, Any]:
    """A call as a row of a log, with its judgements as a list."""
    told = span.attributes
    metadata = _metadata(told)
    tokens = {name: _whole(told.get(f"llm.token_count.{name}")) for name in ("prompt", "completion", "total")}
    if tokens["total"] is None and tokens["prompt"] is not None and tokens["completion"] is not None:
        tokens["total"] = tokens["prompt"] + tokens["completion"]
    return {
        "time": span.start.isoformat(),
        "trace": span.trace,
        "span": span.id,
        "parent": span.parent or None,
        "name": span.name or None,
        "kind": span.kind,
        "status": span.status,
        "error": _text(span.message),
        "model": _text(told.get("llm.model_name")),
        "version": _text(metadata.get("model_version") or metadata.get("version")),
        "prompt_version": _text(metadata.get("prompt_version") or told.get("llm.prompt_template.version")),
        "session": _text(told.get("session.id")),
        "user": _text(told.get("user.id")),
        "input": _text(_said(told, "input", last=True)),
        "output": _text(_said(told, "output", last=False)),
        "latency_ms": round((span.end - span.start).total_seconds() * 1000, 3),
        "prompt_tokens": tokens["prompt"],
        "completion_tokens": tokens["completion"],
        "total_tokens": tokens["total"],
        "annotations": [
            {
                "name": one.name,
                "label": _text(one.label[:LABEL_MAX]),
                "score": one.score,
                "explanation": _text(one.explanation[:EXPLANATION_MAX]),
                "by": one.by,
                "at": one.at.isoformat(),
            }
            for one in sorted(span.annotations, key=lambda one: (one.at, one.id))[-ANNOTATIONS_MAX:]
        ],
    }


def columns_of(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """For each name of a judgement the columns of its label and its score; no two are alike, whatever the case."""
    taken = set(COLUMNS)
    found: dict[str, tuple[str, str]] = {}
    for name in list(dict.fromkeys(names))[:NAMES_MAX]:
        plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()[:60] or "annotation"
        stem, number = plain, 1
        while {f"{stem}_label", f"{stem}_score"} & taken:
            number += 1
            stem = f"{plain}_{number}"
        found[name] = (f"{stem}_label", f"{stem}_score")
        taken |= set(found[name])
    return found


def widened(row: Mapping[str, Any], columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """A row with the newest judgement of each name in columns of their own."""
    wide = {name: row[name] for name in COLUMNS if name != "annotations"}
    wide |= {column: None for pair in columns.values() for column in pair}
    for one in row["annotations"]:
        if one["name"] in columns:
            label, score = columns[one["name"]]
            wide[label], wide[score] = one["label"], one["score"]
    wide["annotations"] = json.dumps(row["annotations"], ensure_ascii=False) if row["annotations"] else None
    return wide


def _said(told: Mapping[str, Any], side: str, *, last: bool) -> Any:
    """What went in or came out: the value that the span tells, or what the newest message says."""
    pattern = re.compile(rf"llm\.{side}_messages\.(\d+)\.message\.content")
    messages = {int(found[1]): value for key, value in told.items() if (found := pattern.fullmatch(key))}
    of_person = [n for n in messages if told.get(f"llm.{side}_messages.{n}.message.role") == "user"]
    order = sorted(of_person or messages) if last else sorted(messages)
    if order:
        return messages[order[-1] if last else order[0]]
    return told.get(f"{side}.value")


def _metadata(told: Mapping[str, Any]) -> dict[str, Any]:
    whole = told.get("metadata")
    if isinstance(whole, str):
        try:
            whole = json.loads(whole)
        except (ValueError, RecursionError):
            whole = None
    flat = {key.removeprefix("metadata."): value for key, value in told.items() if key.startswith("metadata.")}
    return {**flat, **(whole if isinstance(whole, dict) else {})}


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    # What no text can hold: NUL, and halves of a pair that stand alone.
    said = said.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return said if len(said) <= TEXT_MAX else f"{said[:TEXT_MAX]}… (cut)"


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


# ── signals ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AnnotationRule:
    """Which judgements are a signal: those of a name whose label is one of these, or whose score passes a limit.

    :param name: of the judgement, such as ``toxicity``
    :param labels: any of these; without labels and limits every judgement of the name is a signal
    :param least: a score from here on; ``most``: a score down to here
    """

    name: str
    labels: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    grade: Grade = "unknown"

    def meets(self, one: Annotation) -> bool:
        """Whether a judgement is a signal."""
        if one.name != self.name:
            return False
        if not self.labels and self.least is None and self.most is None:
            return True
        if one.label and one.label in self.labels:
            return True
        if one.score is None:
            return False
        return (self.least is not None and one.score >= self.least) or (
            self.most is not None and one.score <= self.most
        )


def signals_of(
    span: Span,
    rules: Sequence[AnnotationRule],
    *,
    source: str,
    project: str,
    link: str,
    since: datetime | None = None,
) -> list[Signal]:
    """What the judgements of a span signal. Data time is the call's, alert time the judgement's.

    :param since: judgements before it were told already
    """
    found = []
    for one in span.annotations:
        rule = next((rule for rule in rules if rule.meets(one)), None)
        if rule is None or (since is not None and one.at < since):
            continue
        what = f'"{one.label}"' if one.label else f"{one.score:g}" if one.score is not None else "judged"
        # Without the label in the group, a threshold is one line; with it, each label is.
        group = f"{project}: {one.name} {one.label}".strip() if one.label in rule.labels else f"{project}: {one.name}"
        limit = rule.least if rule.least is not None else rule.most
        found.append(
            Signal(
                source=source,
                key=f"span {span.id} {one.name}"[:300],
                title=f"{one.name} is {what} in a call of {project}"[:200],
                group=group[:200],
                grade=rule.grade,
                alert_at=one.at,
                data_at=span.start,
                detail=(_text(one.explanation) or "")[:2000],
                links=(link,) if link else (),
                labels={"project": project, "span": span.id, "trace": span.trace, "judged by": one.by},
                measured=(Measured(one.name, one.score, limit),) if one.score is not None else (),
            )
        )
    return found
