"""How a comparison speaks and is drawn."""

from typing import Any

from hotwash.investigate import charts
from hotwash.investigate.rates import Json
from hotwash.investigate.words import capital, listed, number, percent

NAMES = {
    "harm": "share under the harm",
    "base_rate": "base rate",
    "selection_rate": "selection rate",
    "tpr": "true positive rate",
    "fpr": "false positive rate",
    "fnr": "false negative rate",
    "tnr": "true negative rate",
    "ppv": "precision",
    "npv": "negative predictive value",
    "fdr": "false discovery rate",
    "for": "false omission rate",
    "accuracy": "accuracy",
}


def sentence(result: Json) -> str:
    """The finding in plain words: the first line of the table, and how much else differs."""
    first = result["rows"][0]
    metrics = [row for row in result["rows"] if not row["of"]]
    if first["metric"] == "base_rate":  # what the world did; what the model did comes first
        first = metrics[1]
    over = f"over {number(result['one']['n'], 'decision')} in one and {result['two']['n']:,} in two"
    told = f"{capital(NAMES[first['metric']])}: {_side(first['one'])} where {result['one']['condition']}, "
    told += f"{_side(first['two'])} where {result['two']['condition']}"
    gap = first["difference"]
    if gap["value"] is not None:
        limits = f"{100 * gap['level']:g} % interval {100 * gap['low']:+.1f} to {100 * gap['high']:+.1f}"
        told += f", a difference of {100 * gap['value']:+.1f} points ({limits})"
    others = [NAMES[row["metric"]] for row in metrics if row["distinct"] and row is not first]
    rest = "" if first["distinct"] else "; that is within chance, given all that was compared"
    if others:
        rest += f"; beyond chance differ also {listed(others)}" if first["distinct"] else f", but {listed(others)} "
        rest += "" if first["distinct"] else "differs" if len(others) == 1 else "differ"
    moved = sum(bool(row["distinct"]) for row in result["gaps"])
    if result["gaps"]:
        rest += f"; {moved} of {number(len(result['gaps']), 'gap')} between groups changed beyond chance"
    return f"{told}{rest}, {over}."


def _side(one: Json) -> str:
    return percent(one["value"]) if one["value"] is not None else f"not defined ({one['why']})"


def chart(result: Json) -> Json:
    """Everybody's metrics on both sides, with their intervals."""
    rows: list[dict[str, Any]] = []
    for row in (row for row in result["rows"] if not row["of"]):
        for name in ("one", "two"):
            side = row[name]
            if side["value"] is not None:
                rows.append(
                    {
                        "group": NAMES[row["metric"]],
                        "metric": name,
                        "rate": side["value"],
                        "low": side["low"],
                        "high": side["high"],
                        "enough": "enough",
                    }
                )
    return charts.dots(rows, title="One against two")
