"""The group metrics of the fairness literature, from four counts, each with its interval or the reason why it has none.

Positive means: decided yes (``tp``, ``fp``), or true by label (``tp``, ``fn``). Names and definitions are those of
Aequitas, AIF360 and Fairlearn where they agree; what they disagree on stands in docs/reference/questions/fairness.md.
"""

from dataclasses import dataclass
from math import inf, log
from typing import Any, NamedTuple

from hotwash.investigate import intervals

Json = dict[str, Any]

NO_POSITIVES, NO_NEGATIVES = "no positive labels", "no negative labels"
NEVER_SELECTED, ALWAYS_SELECTED = "never selected among the labelled rows", "always selected among the labelled rows"
NO_LABELS, NO_LABEL_COLUMN, NO_ROWS = "no labelled rows", "no label column was named", "no rows"
SUPPRESSED = "suppressed: a small cell stands here or could be derived from here"

METRICS = ("base_rate", "selection_rate", "tpr", "fpr", "fnr", "tnr", "ppv", "npv", "fdr", "for", "accuracy")
COMPARED = METRICS[1:]
"""What a model does. The base rate is what it met."""
ODDS = ("average_odds_difference", "average_absolute_odds_difference", "equalized_odds_difference")
FOUR_FIFTHS = 0.8
"""29 CFR 1607.4 (D)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Decisions of one group. ``selected`` and ``n`` count rows without a label too."""

    n: int
    selected: int
    tp: int
    fp: int
    tn: int
    fn: int

    @property
    def labelled(self) -> int:
        """Rows with a label."""
        return self.tp + self.fp + self.tn + self.fn


class Rate(NamedTuple):
    """A share with its limits; ``why`` says why there is none."""

    hits: int = 0
    n: int = 0
    value: float | None = None
    limits: intervals.Limits = (0.0, 1.0)
    why: str = ""


def rate(hits: int, n: int, z: float, why: str) -> Rate:
    """A share with Wilson's limits, or the reason why there is none."""
    # Made thousands of times a finding: the class's own way takes twice as long.
    return tuple.__new__(Rate, (hits, n, hits / n, intervals.wilson(hits, n, z), "")) if n else Rate(why=why)


def rates(counts: Counts, *, labels: bool, level: float) -> dict[str, Rate]:
    """All metrics of one group.

    :param labels: whether the log has labels at all
    """
    z = intervals.critical(level)
    selected = rate(counts.selected, counts.n, z, NO_ROWS)
    if not labels:
        absent = Rate(why=NO_LABEL_COLUMN)
        return {metric: selected if metric == "selection_rate" else absent for metric in METRICS}
    tp, fp, tn, fn, labelled = counts.tp, counts.fp, counts.tn, counts.fn, counts.labelled
    positives, negatives, yes, no = tp + fn, fp + tn, tp + fp, tn + fn
    none = NO_LABELS if not labelled else ""
    return {
        "base_rate": rate(positives, labelled, z, NO_LABELS),
        "selection_rate": selected,
        "tpr": rate(tp, positives, z, none or NO_POSITIVES),
        "fpr": rate(fp, negatives, z, none or NO_NEGATIVES),
        "fnr": rate(fn, positives, z, none or NO_POSITIVES),
        "tnr": rate(tn, negatives, z, none or NO_NEGATIVES),
        "ppv": rate(tp, yes, z, none or NEVER_SELECTED),
        "npv": rate(tn, no, z, none or ALWAYS_SELECTED),
        "fdr": rate(fp, yes, z, none or NEVER_SELECTED),
        "for": rate(fn, no, z, none or ALWAYS_SELECTED),
        "accuracy": rate(tp + tn, labelled, z, NO_LABELS),
    }


def shown(value: float | None, limits: intervals.Limits | None, level: float, why: str = "") -> Json:
    """A number as findings write it: with its interval, or with the reason why there is none."""
    if value is None:
        return {"value": None, "why": why}
    if limits is None:
        return {"value": value}
    low, high = limits
    return {"value": value, "low": low, "high": high if high < float("inf") else None, "level": level}


def shown_rate(one: Rate, level: float) -> Json:
    """A rate as findings write it."""
    if one.value is None:
        return {"value": None, "why": one.why}
    low, high = one.limits
    return {"value": one.value, "low": low, "high": high, "level": level}


def against(one: Rate, two: Rate, level: float) -> tuple[Json, Json, float]:
    """Ratio and difference of a group's rate to the reference's, and how much of a gap the data bears out.

    The last is the distance of the ratio's nearer limit from 1, as a logarithm; 0 where the interval holds 1.
    """
    here, there = one.value, two.value
    if here is None or there is None:
        why = one.why if here is None else f"the reference has none ({two.why})"
        return shown(None, None, level, why), shown(None, None, level, why), 0.0
    low, high = intervals.difference(here, one.limits, there, two.limits)
    ratio, borne = times(one, two, level)
    return ratio, {"value": here - there, "low": low, "high": high, "level": level}, borne


def times(one: Rate, two: Rate, level: float) -> tuple[Json, float]:
    """The ratio alone, and how much of a gap the data bears out."""
    here, there = one.value, two.value
    if here is None or there is None:
        return shown(None, None, level, one.why if here is None else f"the reference has none ({two.why})"), 0.0
    if there == 0:
        # How much smaller is the reference than the group? The other way round this has a number.
        _, high = intervals.ratio(there, two.limits, here, one.limits) if here else (0.0, 1.0)
        return shown(None, None, level, "the reference's rate is 0"), -log(high) if high < 1 else 0.0
    low, high = intervals.ratio(here, one.limits, there, two.limits)
    borne = log(low) if low > 1 else -log(high) if 0 < high < 1 else 0.0
    return {"value": here / there, "low": low, "high": high if high < inf else None, "level": level}, borne


def itself(one: Rate, level: float) -> tuple[Json, Json]:
    """Ratio and difference of the reference to itself: exact by definition."""
    if one.value is None:
        return shown(None, None, level, one.why), shown(None, None, level, one.why)
    times = shown(1.0, (1.0, 1.0), level) if one.value else shown(None, None, level, "the reference's rate is 0")
    return times, shown(0.0, (0.0, 0.0), level)


def four_fifths(times: Json) -> Json:
    """Whether a selection rate is under four fifths of another, and whether chance alone could explain any gap."""
    if times["value"] is None:
        return times
    parity = times["low"] > 1 or (times["high"] is not None and times["high"] < 1)
    return {**times, "below": times["value"] < FOUR_FIFTHS, "parity_excluded": parity}


def odds(one: dict[str, Rate], two: dict[str, Rate], differences: Json, level: float) -> Json:
    """The odds differences of AIF360: of TPR and FPR together, by mean, mean of sizes, and larger size.

    TPR and FPR rest on different rows (positive and negative labels), so their differences are independent.

    :param differences: of the rates of one and two; of a group to itself they are exactly 0
    """
    for metric in ("tpr", "fpr"):
        here, there = one[metric], two[metric]
        if here.value is None or there.value is None:
            why = (
                f"{metric} of this group: {here.why}"
                if here.value is None
                else f"{metric} of the reference: {there.why}"
            )
            return {name: {"value": None, "why": why} for name in ODDS}
    if one is two:
        return dict.fromkeys(ODDS, shown(0.0, (0.0, 0.0), level))
    first, second = differences["tpr"], differences["fpr"]
    gaps = (first["value"], second["value"])
    limits = ((first["low"], first["high"]), (second["low"], second["high"]))
    values = (
        shown(sum(gaps) / 2, intervals.mean(gaps, limits), level),
        shown(sum(map(abs, gaps)) / 2, None, level),
        shown(max(map(abs, gaps)), None, level),
    )
    return dict(zip(ODDS, values, strict=True))
