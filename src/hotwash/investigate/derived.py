"""What Aequitas, AIF360 and Fairlearn compute beyond plain rates, from the same four counts.

None of these is a share of rows, so none has a closed interval here: ask for a bootstrap.
"""

from collections.abc import Mapping, Sequence
from math import log, sqrt

from hotwash.investigate.rates import (
    NEVER_SELECTED,
    NO_LABEL_COLUMN,
    NO_LABELS,
    NO_NEGATIVES,
    NO_POSITIVES,
    Counts,
    Json,
)

MORE = ("error_rate", "balanced_accuracy", "f1", "matthews", "share_of_selected")
INEQUALITY = ("generalized_entropy_index", "theil_index", "coefficient_of_variation")
CONCENTRATION = 1.0
"""Of the Dirichlet prior in smoothed differential fairness; AIF360's default."""


def more(c: Counts, everybody: Counts, *, labels: bool) -> dict[str, Json]:
    """The metrics of one group that are no plain rates. `share_of_selected` is Aequitas' ``ppr``."""
    found = {"share_of_selected": _number(c.selected, everybody.selected, "nobody was selected")}
    if not labels:
        return {name: found.get(name) or {"value": None, "why": NO_LABEL_COLUMN} for name in MORE}
    positives, negatives = c.tp + c.fn, c.fp + c.tn
    if positives and negatives:
        balanced: Json = {"value": (c.tp / positives + c.tn / negatives) / 2}
    else:
        balanced = {"value": None, "why": NO_NEGATIVES if positives else NO_POSITIVES if negatives else NO_LABELS}
    square = (c.tp + c.fp) * positives * negatives * (c.tn + c.fn)
    if square:
        matthews: Json = {"value": (c.tp * c.tn - c.fp * c.fn) / sqrt(square)}
    else:
        one_sided = NO_LABELS if not c.labelled else "all labels or all decisions are the same"
        matthews = {"value": None, "why": one_sided}
    why = f"{NO_POSITIVES} and {NEVER_SELECTED}" if c.labelled else NO_LABELS
    found |= {
        "error_rate": _number(c.fp + c.fn, c.labelled, NO_LABELS),
        "balanced_accuracy": balanced,
        "f1": _number(2 * c.tp, 2 * c.tp + c.fp + c.fn, why),
        "matthews": matthews,
    }
    return {name: found[name] for name in MORE}


def _number(top: float, bottom: float, why: str) -> Json:
    return {"value": top / bottom} if bottom else {"value": None, "why": why}


def inequality(groups: Sequence[Counts]) -> dict[str, Json]:
    """How unequally decisions benefit people, and how much of that lies between the groups.

    The benefit of one decision is 0 (wrongly no), 1 (right) or 2 (wrongly yes): Speicher and others (2018), A unified
    approach to quantifying algorithmic unfairness, KDD. Entropy index with alpha = 2, Theil index (alpha = 1) and
    coefficient of variation, each over people and (``between_groups_``) with everybody given the mean of the group.

    :param groups: groups that do not overlap
    """
    benefits: dict[float, int] = {}
    means: dict[float, int] = {}
    for c in groups:
        if not c.labelled:
            continue
        for held, rows in ((0.0, c.fn), (1.0, c.tp + c.tn), (2.0, c.fp)):
            benefits[held] = benefits.get(held, 0) + rows
        mean = (c.tp + c.tn + 2 * c.fp) / c.labelled
        means[mean] = means.get(mean, 0) + c.labelled
    found = dict(zip(INEQUALITY, _indices(benefits), strict=True))
    return found | dict(zip((f"between_groups_{name}" for name in INEQUALITY), _indices(means), strict=True))


def _indices(held: Mapping[float, int]) -> tuple[Json, Json, Json]:
    n = sum(held.values())
    total = sum(value * rows for value, rows in held.items())
    if not n or not total:
        none: Json = {"value": None, "why": NO_LABELS if not n else "every decision is wrongly no"}
        return none, none, none
    mean = total / n
    square = sum(rows * ((value / mean) ** 2 - 1) for value, rows in held.items()) / (2 * n)
    theil = sum(rows * value / mean * log(value / mean) for value, rows in held.items() if value) / n
    return {"value": max(0.0, square)}, {"value": theil}, {"value": sqrt(2 * max(0.0, square))}


def differential(groups: Sequence[Counts]) -> dict[str, Json]:
    """Smoothed differential fairness: the widest gap of any two groups in log odds of either outcome.

    Of the decisions, of the labels, and (bias amplification) the one minus the other: Foulds, J. and others (2020), An
    intersectional definition of fairness, ICDE. Rows with a label only, as in AIF360.
    """
    decided = [(c.tp + c.fp, c.labelled) for c in groups if c.labelled]
    true = [(c.tp + c.fn, c.labelled) for c in groups if c.labelled]
    if len(decided) < 2:
        none: Json = {"value": None, "why": "fewer than two groups have labels"}
        return dict.fromkeys(("differential_fairness", "label_differential_fairness", "bias_amplification"), none)
    first, second = _widest(decided), _widest(true)
    return {
        "differential_fairness": {"value": first},
        "label_differential_fairness": {"value": second},
        "bias_amplification": {"value": first - second},
    }


def _widest(shares: Sequence[tuple[int, int]]) -> float:
    smoothed = [(hits + CONCENTRATION / 2) / (n + CONCENTRATION) for hits, n in shares]
    return max(
        log(max(smoothed)) - log(min(smoothed)),
        log(1 - min(smoothed)) - log(1 - max(smoothed)),
    )
