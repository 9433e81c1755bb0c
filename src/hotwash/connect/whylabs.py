"""WhyLabs (the platform is open source now): its messages, its default webhook, and a body of one's own.

Its webhook cannot sign; the address holds a secret. The default body says only the monitor. Data time and time of
creation are apart in its messages: the first is when the harm shows in the data, the second when it was seen.

Where it cannot deliver, its analysis results are asked for; the form of the answers is taken from its published source.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from hotwash.connect.bodies import TITLE_MAX, moment, number, object_of, text, web
from hotwash.connect.wire import Wire
from hotwash.response.outside import NotThere, Refused, Unreachable
from hotwash.response.signals import Grade, Measured, Sender, Signal

SYSTEM = "WhyLabs"
BODY = (
    '{"org": "<[[org-id]]>", "dataset": "<[[dataset-id]]>", "monitor": "<[[monitor-id]]>", '
    '"name": "<[[monitor-name]]>", "run": "<[[run-id]]>"}'
)
"""The body to paste into the webhook action: each macro once, since each is replaced once only."""
_GRADES: dict[str, Grade] = {"1": "critical", "2": "high", "3": "low"}
"""WhyLabs counts from 1, the gravest."""


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """A digest, an anomaly, or what a webhook says.

    :raises Refused: if it is none of these, or a macro was not filled
    """
    held = object_of(SYSTEM, body)
    if "analyzerResult" in held:
        return [_anomaly(held)]
    if "numAnomalies" in held or text(held, "mode") == "DIGEST":
        return [_digest(held)]
    if isinstance(held.get("blocks"), list):
        return [_blocks(held["blocks"])]
    monitor, name = text(held, "monitor", "monitorId", most=200), text(held, "name", "monitorName", most=200)
    if not monitor and not name:
        raise Refused(SYSTEM, "The body names no monitor. Use the body that the page of this sender shows.")
    if "<[[" in f"{monitor}{name}":
        raise Refused(SYSTEM, "A macro was not filled: WhyLabs replaces each of them only once.")
    dataset, run = text(held, "dataset", "datasetId", most=200), text(held, "run", "runId", most=200)
    where = f" on {dataset}" if dataset else ""
    return [
        Signal(
            source="whylabs",
            key=" ".join(part for part in ("monitor", dataset, monitor or name, run) if part)[:300],
            title=f"{name or monitor} found something{where}"[:TITLE_MAX],
            group=f"{dataset} {monitor or name}".strip(),
            labels={
                label: word
                for label, word in (("org", text(held, "org", "orgId")), ("dataset", dataset), ("run", run))
                if word
            },
            confirm=bool(dataset and run),
        )
    ]


def _digest(held: Mapping[str, Any]) -> Signal:
    sample = [one for one in held.get("anomalySample") or () if isinstance(one, dict)]
    columns = [one for one in held.get("columnStatistics") or () if isinstance(one, dict)]
    monitor, dataset = text(held, "monitorId", most=200), text(held, "datasetId", most=200)
    many = text(held, "numAnomalies") or str(len(sample))
    created = [moment(one.get("creationTimestamp")) for one in sample]
    return Signal(
        source="whylabs",
        key=f"DIGEST {dataset} {monitor} {text(held, 'runId')}"[:300],
        title=f"{monitor} found {many} anomalies on {dataset}"[:TITLE_MAX],
        group=f"{dataset} {monitor}"[:300],
        grade=_GRADES.get(text(held, "severity"), "unknown"),
        alert_at=max((at_ for at_ in created if at_), default=None),
        data_at=moment(held.get("earliestAnomalyDatasetTimestamp")),
        detail=", ".join(
            f"{text(one, 'column')}: {text(one, 'numAnomalies')} ({text(one, 'analyzerType')})" for one in columns[:30]
        ),
        labels={"dataset": dataset, "run": text(held, "runId"), "org": text(held, "orgId")},
        measured=tuple(_measured(one) for one in sample[:50]),
    )


def _anomaly(held: Mapping[str, Any]) -> Signal:
    result = held["analyzerResult"]
    monitor = text(held, "monitorId", most=200) or text(result, "monitorIds.0", most=200)
    dataset, column = text(result, "datasetId", most=200), text(result, "column", most=200)
    named = column if column and not column.startswith("__internal__") else ""
    about = f"{named} of {dataset}" if named else dataset
    return Signal(
        source="whylabs",
        key=text(result, "id", most=300) or text(held, "id", most=300),
        title=f"{monitor}: {text(result, 'metric', 'analyzerType')} of {about}"[:TITLE_MAX],
        group=f"{dataset} {text(result, 'analyzerId', most=200)}"[:300],
        grade=_GRADES.get(text(held, "severity"), "unknown"),
        alert_at=moment(result.get("creationTimestamp")),
        data_at=moment(result.get("datasetTimestamp")),
        detail=text(result, "failureExplanation"),
        labels={
            name: word
            for name, word in (
                ("dataset", dataset),
                ("column", named),
                ("segment", text(result, "segment")),
                ("run", text(held, "runId", "analyzerResult.runId")),
                ("algorithm", text(result, "algorithm")),
            )
            if word
        },
        measured=(_measured(result),),
    )


def _measured(result: Mapping[str, Any]) -> Measured:
    value = number(result, "threshold_metricValue", "drift_metricValue", "metricValue")
    upper = number(result, "threshold_calculatedUpper", "threshold_upper", "upperThreshold")
    lower = number(result, "threshold_calculatedLower", "threshold_lower", "lowerThreshold")
    drift = number(result, "drift_threshold", "threshold")
    past_lower = value is not None and lower is not None and value < lower
    limit = lower if past_lower else next((one for one in (upper, drift, lower) if one is not None), None)
    return Measured(
        text(result, "metric", "algorithm", "analyzerType", most=100), value, limit, text(result, "column", most=200)
    )


def _blocks(blocks: list[Any]) -> Signal:
    """The message for Slack, which some relay as it is."""
    words = [text(block, "text.text", most=400) for block in blocks if isinstance(block, dict)]
    said = [word for word in words if word]
    if not said:
        raise Refused(SYSTEM, "The message for Slack holds no text.")
    links = [part.split("|")[0].lstrip("<") for word in said for part in word.split() if part.startswith("<http")]
    return Signal(
        source="whylabs",
        key=said[0][:300],
        title=said[0].replace("*", "")[:TITLE_MAX],
        group="slack",
        detail="\n".join(said[1:6]),
        links=web(*links)[:5],
    )


SENDER = Sender("whylabs", SYSTEM, read, example="A webhook action with the body below; or its PagerDuty action.")


# ── its analysis results ─────────────────────────────────────────────────────

LIMIT = 1_000
"""How many anomalies are asked for at once."""


class Results:
    """The anomalies that a self-hosted platform found in a dataset.

    :param wire: a connection that shows the key in ``X-API-Key``
    """

    def __init__(self, wire: Wire, *, organisation: str, dataset: str) -> None:
        if not organisation or not dataset:
            raise Refused(SYSTEM, "Name the organisation and the dataset (such as org-1 and model-1).")
        self._wire, self._dataset = wire, dataset
        self._path = f"/v0/organizations/{quote(organisation, safe='')}/dataset/{quote(dataset, safe='')}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._wire.close()

    def anomalies(self, *, since: datetime, until: datetime) -> list[Signal]:
        """What was found in the data of a range.

        :raises OutsideFault: if that cannot be told
        """
        span = "/".join(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (since, until))
        answer = self._wire.ask(
            "POST",
            f"{self._path}/data/analysis-results",
            given={"interval": span, "onlyAnomalies": True, "limit": LIMIT},
        )
        if answer.status == 404:
            raise NotThere(SYSTEM, f"WhyLabs at {self._wire.url} knows no dataset {self._dataset}.")
        if answer.status >= 400:
            raise Refused(SYSTEM, f"WhyLabs refuses this ({answer.status}): {answer.text or 'it gives no reason'}.")
        held = answer.json()
        results = held.get("results") if isinstance(held, dict) else None
        if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
            raise Unreachable(SYSTEM, f"What answers at {self._wire.url} tells no results: {answer.text[:100]}.")
        return [self._signal(one) for one in results if one.get("isAnomaly") is not False]

    def _signal(self, result: Mapping[str, Any]) -> Signal:
        told = {"datasetId": self._dataset, **result}
        # Results need carry no id: what they are about, and when, is the same for the same anomaly.
        words = ("analyzerId", "column", "segment", "metric", "datasetTimestamp")
        told["id"] = text(result, "id", most=300) or " ".join([self._dataset, *(text(result, one) for one in words)])
        return _anomaly({"analyzerResult": told})
