"""Evaluations that were made elsewhere, taken into an incident: the log is kept as evidence, what it says is a finding.

A number of an evaluation that did not come to its end is said to be one, in the sentence itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotwash.investigate import Finding
from hotwash.investigate.finding import Data, Recipe, Rows, this_version
from hotwash.response import inquiries
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.imported import QUESTION

STATUSES = {
    "success": "came to its end",
    "cancelled": "was cancelled before its end",
    "error": "ended with an error",
    "started": "has no end on record",
}
"""How an evaluation ended, by the word of its log."""
NAMED_MAX = 4


@dataclass(frozen=True, slots=True)
class Score:
    """One number of an evaluation; None where the log has none."""

    scorer: str
    metric: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a log says of its evaluation.

    :param status: a word of `STATUSES`
    :param evaluation: its own id
    :param samples: how many were to be asked in this run, and how many of them were completed
    """

    tool: str
    version: str
    status: str
    task: str
    model: str
    evaluation: str = ""
    made_at: str = ""
    dataset: str = ""
    dataset_samples: int | None = None
    samples: int | None = None
    completed: int | None = None
    commit: str = ""
    error: str = ""
    scores: tuple[Score, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it came to its end with every sample."""
        return self.status == "success" and self.completed == self.samples

    @property
    def sentence(self) -> str:
        """What it says, and whether it came to its end."""
        made = f"By {self.tool} {self.version}".strip()
        asked = self._asked()
        ended = f"{STATUSES[self.status]}{f' ({self.error[:120]})' if self.error else ''}"
        numbers = [one for one in self.scores if one.value is not None]
        told = ", ".join(f"{one.metric} {one.value:.3g} ({one.scorer})" for one in numbers[:NAMED_MAX])
        more = f" and {len(numbers) - NAMED_MAX} more" if len(numbers) > NAMED_MAX else ""
        figures = f" It tells {told}{more}." if told else " It tells no score."
        caution = "" if self.whole or not told else " These numbers are not of a whole evaluation."
        return (
            f"{made}, imported and not computed here: the evaluation {self.task} of {self.model} {ended}"
            f"{asked}.{figures}{caution}"
        )

    def _asked(self) -> str:
        if self.completed is None or self.samples is None:
            return ""
        part = ""
        if self.dataset_samples is not None and self.dataset_samples > self.samples:
            part = f"; its data set has {self.dataset_samples:,}"
        return f", with {self.completed:,} of {self.samples:,} samples completed{part}"


def take_evaluation(
    desk: Desk,
    incident_id: str,
    told: Evaluation,
    data: bytes,
    *,
    by: Person,
    name: str,
    media_type: str = "application/octet-stream",
    at: datetime | None = None,
    expected: int | None = None,
) -> Recorded:
    """Keep a log as evidence, and record what it says as a finding. Raises as `Desk.record` does."""
    desk.permit(by, "record-finding")
    kept = desk.keep(
        incident_id, data, by=by, name=name, media_type=media_type, at=at, expected=expected, source=told.tool,
        note=f"An evaluation log of {told.tool}: {told.task}, {told.model}, which {STATUSES[told.status]}.",
    )  # fmt: skip
    entry = kept.entries[-1]
    digest = str((entry.body or {}).get("digest", ""))
    finding = finding_of(told, name=name, digest=digest, entry=entry.number)
    return inquiries.record(desk, incident_id, finding, by=by, at=at, figures=figures(told))


def figures(told: Evaluation) -> dict[str, Any]:
    """The few words and numbers that stand in the record itself."""
    return {
        "task": told.task,
        "model": told.model,
        "status": told.status,
        "samples": told.samples,
        "completed": told.completed,
        "scores": {f"{one.scorer} {one.metric}".strip(): one.value for one in told.scores[:20]},
    }


def finding_of(told: Evaluation, *, name: str, digest: str, entry: int) -> Finding:
    """What an evaluation says, as a finding of what was imported."""
    rows = [
        {"column": one.scorer, "group": "", "metric": one.metric, "of": "score", "value": one.value}
        for one in told.scores
    ]
    about = {
        "task": told.task, "model": told.model, "status": told.status, "evaluation": told.evaluation,
        "made_at": told.made_at, "dataset": told.dataset, "dataset_samples": told.dataset_samples,
        "samples": told.samples, "completed": told.completed, "commit": told.commit, "error": told.error,
    }  # fmt: skip
    result = {
        "made_by": told.tool,
        "version": told.version,
        "reference": {},
        "numbers": rows,
        "numbers_count": len(rows),
        "evidence": entry,
        "checks": [],
        "evaluation": about,
    }
    return Finding(
        QUESTION,
        told.sentence,
        Rows(told.completed or 0),
        Data(name, digest),
        Recipe((), {"tool": told.tool, "version": told.version}, this_version(), f"{told.tool} {told.version}".strip()),
        result,
        _chart(told),
    )


def _chart(told: Evaluation) -> dict[str, Any]:
    shown = [one for one in told.scores if one.value is not None][:40]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"{told.task}, {told.model}",
        "data": {"values": [{"score": f"{one.scorer} {one.metric}".strip(), "value": one.value} for one in shown]},
        "width": "container",
        "mark": "bar",
        "encoding": {
            "y": {"field": "score", "type": "nominal", "title": None, "sort": None},
            "x": {"field": "value", "type": "quantitative", "title": "As the log tells it"},
        },
    }
