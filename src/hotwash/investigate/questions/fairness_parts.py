"""How a fairness finding is drawn, and how far the groups of one column lie apart."""

from collections.abc import Sequence
from typing import Any

from hotwash.investigate import charts
from hotwash.investigate.questions.fairness_harm import title as titled
from hotwash.investigate.rates import COMPARED, Json, Rate
from hotwash.investigate.words import short


def spread(
    columns: Sequence[str],
    members: Sequence[tuple[dict[str, Any], dict[str, Rate]]],
    overall: dict[str, Rate] | None,
    *,
    labels: bool,
) -> Json:
    """How far the groups of one column (or combination) lie apart, and from everybody: Fairlearn's summaries.

    They carry no interval: the highest and lowest are chosen after looking.
    """
    metrics: Json = {}
    for metric in COMPARED if labels else ("selection_rate",):
        known, values, absent = [], [], []
        for attributes, one in members:
            if (value := one[metric].value) is None:
                absent.append({"attributes": attributes, "why": one[metric].why})
            else:
                known.append(attributes)
                values.append(value)
        metrics[metric] = _apart(known, values, overall[metric].value if overall else None) | {"left_out": absent}
    named: Json = {
        "demographic_parity_difference": metrics["selection_rate"]["difference"],
        "demographic_parity_ratio": metrics["selection_rate"]["ratio"],
    }
    if labels:
        for kind, worse in (("difference", max), ("ratio", min)):
            pair = [metrics[m][kind] for m in ("tpr", "fpr")]
            lacking = next((p for p in pair if p["value"] is None), None)
            named[f"equalized_odds_{kind}"] = lacking or {"value": worse(p["value"] for p in pair)}
            named[f"equal_opportunity_{kind}"] = metrics["tpr"][kind]
    return {"columns": list(columns), **named, "metrics": metrics}


def _apart(known: Sequence[dict[str, Any]], values: Sequence[float], everybody: float | None) -> Json:
    if len(known) < 2:
        none = {"value": None, "why": "fewer than two groups have this metric"}
        return {"difference": none, "ratio": none, "difference_to_overall": none, "ratio_to_overall": none}
    high, low = max(values), min(values)
    found: Json = {
        "highest": {"attributes": known[values.index(high)], "value": high},
        "lowest": {"attributes": known[values.index(low)], "value": low},
        "difference": {"value": high - low},
        "ratio": {"value": low / high} if high else {"value": None, "why": "every rate is 0"},
    }
    if not everybody:
        none = {"value": None, "why": "the overall rate is 0 or not known"}
        return found | {"difference_to_overall": none, "ratio_to_overall": none}
    quotients = [value / everybody for value in values]
    return found | {
        "difference_to_overall": {"value": max([abs(value - everybody) for value in values])},
        "ratio_to_overall": {"value": min([(q if q < 1 else 1 / q) if q else 0.0 for q in quotients])},
    }


def chart(result: Json, names: Sequence[str], *, labels: bool) -> Json:
    """Rates with their intervals, by group, for the column with the widest gap."""
    worst = next(iter(result["disparities"]), None)
    columns = list(worst["attributes"]) if worst else [names[0]]
    members = [g for g in result["groups"] if list(g["attributes"]) == columns and not g.get("suppressed")]
    members = sorted(members, key=lambda g: -g["n"])[: charts.ROWS_MAX]
    rows = []
    for group in members:
        title = (
            short(group["attributes"])
            + (" (reference)" if group["reference"] else "")
            + (f" (n = {group['n']:,}: too few to say)" if group.get("too_few") else "")
        )
        for metric in ("selection_rate", "fpr", "fnr") if labels else ("selection_rate",):
            one = group[metric]
            if one["value"] is not None:
                rows.append(
                    {
                        "group": title,
                        "metric": titled(metric),
                        "rate": one["value"],
                        "low": one["low"],
                        "high": one["high"],
                        "enough": "too few to say" if group.get("too_few") else "enough",
                    }
                )
    return charts.dots(rows, title=f"Rates by {' and '.join(columns)}")
