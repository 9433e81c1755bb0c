"""Amazon SageMaker Model Monitor and Clarify: constraint violations of data quality, model quality and bias drift.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html. The job writes a file; a
small function sends it on, by itself or inside an EventBridge event under ``detail``. The numbers stand inside an
English sentence, may be negative, and a facet's value is a text.
"""

import re
from collections.abc import Mapping
from typing import Any

from hotwash.connect.bodies import TITLE_MAX, at, moment, number, object_of, text
from hotwash.response.outside import Refused
from hotwash.response.signals import Measured, Sender, Signal

SYSTEM = "SageMaker Model Monitor"
_NUMBER = r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|-?[iI]nf(?:inity)?|[nN]a[nN])"
_BIAS = re.compile(rf"Metric value {_NUMBER} doesn't meet the baseline constraint requirement {_NUMBER}")
_QUALITY = re.compile(rf"Metric \S+ with {_NUMBER}.*?threshold.*?{_NUMBER}", re.IGNORECASE)
_THRESHOLD = re.compile(rf"exceeds? threshold(?: of)? {_NUMBER}|threshold:? {_NUMBER}", re.IGNORECASE)


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """A signal for each violation; an analysis of Clarify as one signal that informs.

    :raises Refused: if it is neither
    """
    held = object_of(SYSTEM, body)
    event = held if "detail-type" in held else {}
    told: Any = held["detail"] if isinstance(held.get("detail"), dict) else held
    violations = told.get("violations")
    if isinstance(violations, list):
        return [_violation(one, told, event) for one in violations if isinstance(one, dict)]
    if any(name in told for name in ("post_training_bias_metrics", "pre_training_bias_metrics", "explanations")):
        return [_analysis(told, event)]
    raise Refused(SYSTEM, "The body has no `violations`, and is no analysis of Clarify.")


def _violation(one: Mapping[str, Any], told: Mapping[str, Any], event: Mapping[str, Any]) -> Signal:
    kind = text(one, "constraint_check_type", most=100)
    facet, value = text(one, "facet", most=200), text(one, "facet_value", most=100)
    metric = text(one, "metric_name", most=100)
    about = text(one, "feature_name", most=200) or (f"{facet} = {value}" if facet else "")
    sentence = text(one, "description")
    value_said, limit_said = _numbers(sentence)
    endpoint = _endpoint(told, event)
    title = f"{metric or kind} of {about}" if about else metric or kind
    return Signal(
        source="sagemaker",
        key=" ".join(part for part in (endpoint, kind, about, metric) if part)[:300],
        title=f"{title} is past its limit"[:TITLE_MAX],
        group=" ".join(part for part in (endpoint, kind) if part)[:300],
        grade="high" if kind == "bias_drift_check" else "unknown",
        alert_at=moment(event.get("time")) or moment(told.get("report_time")),
        data_at=moment(at(told, "monitoring_window.start")) or moment(at(told, "start_time")),
        detail=sentence,
        labels={name: word for name, word in (("check", kind), ("facet", facet), ("facet_value", value)) if word},
        measured=(Measured(metric or kind, value_said, limit_said, about),),
    )


def _numbers(sentence: str) -> tuple[float | None, float | None]:
    """The value and the limit that a sentence says."""
    both = _BIAS.search(sentence) or _QUALITY.search(sentence)
    if both:
        return number(both[1], ""), number(both[2], "")
    limit = _THRESHOLD.search(sentence)
    return None, number(limit[1] or limit[2], "") if limit else None


def _endpoint(told: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    return text(told, "endpoint_name", "EndpointName", "monitoring_schedule_name", "MonitoringScheduleName") or text(
        event, "resources.0", most=200
    )


def _analysis(told: Mapping[str, Any], event: Mapping[str, Any]) -> Signal:
    facets = at(told, "post_training_bias_metrics.facets")
    measured = tuple(
        Measured(
            text(metric, "name", most=100), number(metric, "value"), of=f"{facet} = {text(part, 'value_or_threshold')}"
        )
        for facet, parts in (facets.items() if isinstance(facets, dict) else ())
        for part in (parts if isinstance(parts, list) else ())
        for metric in (part.get("metrics") or () if isinstance(part, dict) else ())
        if isinstance(metric, dict)
    )
    label = text(told, "post_training_bias_metrics.label", most=100)
    what = "bias" if measured else "explanations"
    return Signal(
        source="sagemaker",
        key=f"{_endpoint(told, event)} clarify {what} {label}".strip()[:300],
        title=f"Clarify measured {what}{f' of {label}' if label else ''}",
        group="clarify",
        state="information",
        alert_at=moment(event.get("time")),
        measured=measured[:200],
    )


SENDER = Sender(
    "sagemaker", SYSTEM, read, example="A function on the monitoring job's output, or an EventBridge API target."
)
