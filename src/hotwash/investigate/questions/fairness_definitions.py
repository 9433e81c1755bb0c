"""Definitions of fairness side by side, and where two of them cannot both hold.

With different base rates no decision that errs can have equal predictive values and equal error rates at once:
Chouldechova, A. (2017), Fair prediction with disparate impact, Big Data 5:153-163; Kleinberg, J., Mullainathan, S. and
Raghavan, M. (2017), Inherent trade-offs in the fair determination of risk scores, ITCS. Which one matters is a choice
that people make; the finding shows all of them and records the choice.
"""

from collections.abc import Mapping
from typing import Any

from hotwash.investigate.questions.fairness_gaps import Gaps
from hotwash.investigate.questions.fairness_harm import MATERIAL
from hotwash.investigate.rates import NO_LABEL_COLUMN, Json
from hotwash.investigate.words import capital, people, percent

DEFINITIONS = {
    "demographic_parity": ("selection_rate",),
    "equal_opportunity": ("fnr",),
    "predictive_equality": ("fpr",),
    "equalized_odds": ("fpr", "fnr"),
    "predictive_parity": ("ppv",),
    "conditional_use_accuracy": ("ppv", "npv"),
    "accuracy_equality": ("accuracy",),
}
"""What each asks to be equal between groups."""


def side_by_side(gaps: Gaps, *, labels: bool, level: float, chosen: str | None) -> list[Json]:
    """Every definition: whether the groups differ by it, and where most."""
    found = []
    by_metric: dict[str, list[int]] = {metric: [] for metrics in DEFINITIONS.values() for metric in metrics}
    sizes = []
    for place, gap in enumerate(gaps.ranked):
        sizes.append(abs(gap.difference["value"]))
        if (places := by_metric.get(gap.metric)) is not None:
            places.append(place)
    for name, metrics in DEFINITIONS.items():
        entry: Json = {"definition": name, "metrics": list(metrics), "chosen": name == chosen}
        if not labels and metrics != ("selection_rate",):
            found.append(entry | {"differs": {"value": None, "why": NO_LABEL_COLUMN}, "widest": None})
            continue
        own = sorted(by_metric[metrics[0]] + [place for metric in metrics[1:] for place in by_metric[metric]])
        if not own:
            none = {"value": None, "why": "no two groups can be compared"}
            found.append(entry | {"differs": none, "widest": None})
            continue
        clear = [place for place in own if (p := gaps.holm[place]) is not None and p <= 1 - level]
        widest = gaps.told(max(clear or own, key=sizes.__getitem__))
        kept = ("attributes", "reference", "metric", "value", "reference_value", "ratio", "difference", "p_holm")
        found.append(entry | {"differs": {"value": bool(clear)}, "widest": {key: widest[key] for key in kept}})
    return found


def conflict(worst: Json | None, entries: Mapping[tuple[Any, ...], Json], *, hoped_for: bool) -> Json | None:
    """Two definitions that contradict each other for the two groups of the headline. None if none do.

    Predictive values within four fifths of each other count as alike, error rates outside of it as unlike.

    :param entries: the groups as the finding shows them, by their attributes
    """
    if worst is None or not worst["distinct"] or worst["harm"] is None:
        return None
    harmed, others = worst["harm"]["attributes"], worst["harm"]["compared_with"]
    one, two = entries[tuple(harmed.items())], entries[tuple(others.items())]
    unlike = [m for m in ("fpr", "fnr") if _apart(one, two, m)]
    if not unlike or _apart(one, two, "ppv", clear=False) is not False:
        return None
    worse = "fnr" if hoped_for and "fnr" in unlike else unlike[0]
    word = "selected" if hoped_for else "flagged"
    refused = "refused though they qualified" if hoped_for else "wrongly passed over"
    said = f"wrongly {word}" if worse == "fpr" else refused
    base = f"{percent(one['base_rate']['value'])} and {percent(two['base_rate']['value'])}"
    kept = [_value(one, "ppv"), _value(two, "ppv")]
    pair = f"{people(harmed)} and {people(others)}"
    return {
        "attributes": harmed,
        "compared_with": others,
        "alike": {"definition": "predictive_parity", "metric": "ppv", "values": kept},
        "unlike": [
            {
                "definition": "predictive_equality" if metric == "fpr" else "equal_opportunity",
                "metric": metric,
                "values": [_value(one, metric), _value(two, metric)],
            }
            for metric in unlike
        ],
        "base_rates": [_value(one, "base_rate"), _value(two, "base_rate")],
        "sentence": (
            f"{capital(pair)} are treated alike by one definition and not by another: of those {word}, "
            f"{percent(_value(one, 'ppv'))} and {percent(_value(two, 'ppv'))} were so rightly; yet "
            f"{percent(_value(one, worse))} against {percent(_value(two, worse))} were {said}. Their base rates are "
            f"{base}, so both definitions cannot hold at once, and somebody must choose."
        ),
    }


def _value(entry: Json, metric: str) -> float:
    return float(entry[metric]["value"])


def _apart(one: Json, two: Json, metric: str, *, clear: bool = True) -> bool | None:
    """Whether two rates lie outside four fifths of each other (and, if asked, their intervals apart). None: unknown."""
    here, there = one[metric], two[metric]
    if here["value"] is None or there["value"] is None or not min(here["value"], there["value"]):
        return None
    wide = max(here["value"], there["value"]) / min(here["value"], there["value"]) >= MATERIAL
    distinct = here["low"] > there["high"] or there["low"] > here["high"]
    return wide and (distinct or not clear)
