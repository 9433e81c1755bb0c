"""Azure Monitor's common alert schema, which Azure Machine Learning's model monitoring uses as well.

https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema. It cannot sign: the address holds a secret.
"""

from collections.abc import Mapping

from hotwash.connect.bodies import TITLE_MAX, at, labels, moment, number, object_of, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Grade, Measured, Sender, Signal

SYSTEM = "Azure Monitor"
_GRADES: dict[str, Grade] = {"Sev0": "critical", "Sev1": "high", "Sev2": "high", "Sev3": "low", "Sev4": "low"}
"""Azure's severities run the other way: Sev0 is the gravest."""


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:  # noqa: ARG001
    """The alert.

    :raises Refused: if it is not of the common schema
    """
    held = object_of(SYSTEM, body)
    if text(held, "schemaId") != "azureMonitorCommonAlertSchema":
        raise Refused(SYSTEM, "The body is not of the common alert schema: switch that on in the action group.")
    told, context = at(held, "data.essentials"), at(held, "data.alertContext")
    if not isinstance(told, dict):
        raise Refused(SYSTEM, "The body has no `data.essentials`.")
    resolved = text(told, "monitorCondition") == "Resolved"
    conditions = at(context, "condition.allOf")
    measured = tuple(
        Measured(text(one, "metricName", most=100), number(one, "metricValue"), number(one, "threshold"))
        for one in (conditions if isinstance(conditions, list) else [])[:20]
    )
    rule = text(told, "alertRule", most=TITLE_MAX)
    target = text(told, "configurationItems.0", "alertTargetIDs.0", most=200)
    return [
        Signal(
            source="azure",
            key=text(told, "originAlertId", "alertId", most=300) or rule,
            title=f"{rule} on {target}"[:TITLE_MAX] if target else rule or "An alert without a rule",
            group=rule,
            state="resolved" if resolved else "firing",
            grade=_GRADES.get(text(told, "severity"), "unknown"),
            alert_at=moment(told.get("resolvedDateTime") if resolved else None) or moment(told.get("firedDateTime")),
            data_at=moment(at(context, "condition.windowStartTime")),
            detail=text(told, "description"),
            links=web(told.get("investigationLink")),
            labels={**labels(told), **labels(at(held, "data.customProperties"))},
            measured=measured,
        )
    ]


SENDER = Sender(
    "azure", SYSTEM, read, example="A webhook in an action group, with the common alert schema switched on."
)
