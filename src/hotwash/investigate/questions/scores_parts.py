"""The mathematics of scores by group, from counts of rows by score and label."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from math import erfc, exp, inf, log, sqrt
from typing import Any

from hotwash.investigate import intervals
from hotwash.investigate.engine import Value
from hotwash.investigate.questions.scores_counted import Cuts, Scored
from hotwash.investigate.rates import (
    FOUR_FIFTHS,
    METRICS,
    NO_LABEL_COLUMN,
    NO_NEGATIVES,
    NO_POSITIVES,
    Json,
    against,
    itself,
    rate,
    rates,
    shown,
    shown_rate,
)
from hotwash.investigate.words import capital, number, people, percent

VALUES_FEW = 20
"""With so many different scores or fewer, each is a bin of its own."""
THRESHOLDS_MAX = 41


def moments(held: Scored) -> tuple[float, float]:
    """Mean and variance (over n - 1) of the score."""
    rows, n = held.rows, held.n
    mean = sum(a * r for a, r in zip(held.at, rows, strict=True)) / n
    square = sum((a - mean) ** 2 * r for a, r in zip(held.at, rows, strict=True))
    return mean, square / (n - 1) if n > 1 else 0.0


def auc(held: Scored) -> tuple[float | None, float, str]:
    """The chance that a positive scores above a negative (ties count half), its variance, or why there is none.

    Variance: DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988), Biometrics 44:837-845, from counts.
    """
    positives, negatives = sum(held.yes), sum(held.no)
    if not positives or not negatives:
        return None, 0.0, NO_NEGATIVES if positives else NO_POSITIVES
    below_no = [0, *accumulate(held.no)]
    below_yes = [0, *accumulate(held.yes)]
    of_yes = [(below_no[i] + held.no[i] / 2) / negatives for i in range(len(held.at))]
    of_no = [1 - (below_yes[i] + held.yes[i] / 2) / positives for i in range(len(held.at))]
    value = sum(p * y for p, y in zip(of_yes, held.yes, strict=True)) / positives
    first = sum(y * (p - value) ** 2 for p, y in zip(of_yes, held.yes, strict=True)) / max(1, positives - 1)
    second = sum(y * (p - value) ** 2 for p, y in zip(of_no, held.no, strict=True)) / max(1, negatives - 1)
    return value, first / positives + second / negatives, ""


def auc_limits(value: float, variance: float, n: tuple[int, int], level: float) -> intervals.Limits:
    """Limits on the logit scale, which stay within 0 and 1; at the ends, those of a share of the fewer side."""
    z = intervals.critical(level)
    if not 0 < value < 1 or variance <= 0:
        return intervals.wilson(round(value * min(n)), min(n), z)
    middle, reach = log(value / (1 - value)), z * sqrt(variance) / (value * (1 - value))
    low, high = (1 / (1 + exp(-max(-700.0, min(700.0, x)))) for x in (middle - reach, middle + reach))
    return low, high


def _bins(members: Collection[Scored], bins: int, cuts: Cuts | None) -> list[float]:
    """The upper ends of bins of about equal size over all groups; every value by itself where there are few."""
    if cuts is not None:
        highs = [high for _, high in cuts]
        step = len(highs) / bins if len(highs) > VALUES_FEW else 1.0
        return sorted({highs[min(len(highs), round((i + 1) * step)) - 1] for i in range(len(highs))} | {highs[-1]})
    whole: dict[float, int] = {}
    for held in members:
        for at, rows in zip(held.at, held.rows, strict=True):
            whole[at] = whole.get(at, 0) + rows
    values = sorted(whole)
    if len(values) <= VALUES_FEW:
        return values
    ends: list[float] = []
    total, seen = sum(whole.values()), 0
    for at in values:
        seen += whole[at]
        if seen >= total * (len(ends) + 1) / bins:
            ends.append(at)
    return ends if ends[-1] == values[-1] else [*ends, values[-1]]


def _binned(held: Scored, ends: Sequence[float]) -> list[list[float]]:
    """Rows with a no, with a yes, and the sum of scores of labelled rows, by bin."""
    found = [[0.0, 0.0, 0.0] for _ in ends]
    for at, no, yes in zip(held.at, held.no, held.yes, strict=True):
        into = found[bisect_left(ends, at)]
        into[0] += no
        into[1] += yes
        into[2] += at * (no + yes)
    return found


def same_given_score(one: Sequence[Sequence[float]], two: Sequence[Sequence[float]], level: float) -> Json:
    """Whether yes is as often true in two groups at the same score: the common odds ratio over the bins.

    Mantel, N. and Haenszel, W. (1959), JNCI 22:719-748; variance of Robins, J., Breslow, N. and Greenland, S. (1986),
    Biometrics 42:311-323; p of the Cochran-Mantel-Haenszel test without correction.
    """
    r = s = pr = ps_qr = qs = gap = spread = 0.0
    for (b, a, _), (d, c, _) in zip(one, two, strict=True):
        n = a + b + c + d
        if n < 2 or not (a + b) or not (c + d):
            continue
        p, q = (a + d) / n, (b + c) / n
        right, left = a * d / n, b * c / n
        r, s = r + right, s + left
        pr, ps_qr, qs = pr + p * right, ps_qr + p * left + q * right, qs + q * left
        gap += a - (a + b) * (a + c) / n
        spread += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))
    if not r or not s or not spread:
        return {"value": None, "why": "no bin holds both groups with both labels", "p": None}
    reach = intervals.critical(level) * sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s))
    middle = log(r / s)
    return {
        **shown(r / s, (exp(middle - reach), exp(middle + reach)), level),
        "p": erfc(abs(gap) / sqrt(2 * spread)),
    }


def compared(
    name: str,
    members: Mapping[Value, Scored],
    chosen: Value,
    few: Collection[Value],
    *,
    bins: int,
    threshold: float | None,
    level: float,
    labels: bool,
    cuts: Cuts | None = None,
) -> list[Json]:
    """Every group of one column with its means, AUC, calibration and rates, beside the reference."""
    ends = _bins(list(members.values()), bins, cuts)
    z = intervals.critical(level)
    base = members[chosen]
    base_mean, base_variance = moments(base)
    base_auc, base_spread, _ = auc(base)
    base_bins = _binned(base, ends)
    found = []
    for value, held in members.items():
        mean, variance = moments(held)
        own = value == chosen
        error = z * sqrt(variance / held.n)
        entry: Json = {
            "attributes": {name: value},
            "reference": own,
            "too_few": value in few,
            "n": held.n,
            "labelled": sum(held.no) + sum(held.yes),
            "mean": shown(mean, (mean - error, mean + error), level),
        }
        gap, reach = mean - base_mean, z * sqrt(variance / held.n + base_variance / base.n)
        entry["mean_difference"] = shown(gap, (0.0, 0.0) if own else (gap - reach, gap + reach), level)
        if not labels:
            none: Json = {"value": None, "why": NO_LABEL_COLUMN}
            entry |= {"auc": none, "auc_difference": none, "calibration": dict(none)}
        else:
            entry |= _auc(held, (base_auc, base_spread), base, level, own=own)
            entry["calibration"] = _calibration(held, ends, base_bins, level, own=own)
        if threshold is not None:
            here = rates(held.counts(threshold), labels=labels, level=level)
            there = rates(base.counts(threshold), labels=labels, level=level)
            told = {metric: shown_rate(here[metric], level) for metric in METRICS}
            pairs = {m: itself(here[m], level) if own else against(here[m], there[m], level)[:2] for m in METRICS}
            entry["at_threshold"] = {
                **told,
                "ratio": {m: pair[0] for m, pair in pairs.items()},
                "difference": {m: pair[1] for m, pair in pairs.items()},
            }
        found.append(entry)
    return found


def _auc(held: Scored, base: tuple[float | None, float], there: Scored, level: float, *, own: bool) -> Json:
    value, variance, why = auc(held)
    if value is None:
        return {"auc": shown(None, None, level, why), "auc_difference": shown(None, None, level, why)}
    limits = auc_limits(value, variance, (sum(held.yes), sum(held.no)), level)
    told = {"auc": shown(value, limits, level)}
    if base[0] is None:
        return told | {"auc_difference": shown(None, None, level, "the reference has none")}
    other = auc_limits(base[0], base[1], (sum(there.yes), sum(there.no)), level)
    gap = (0.0, 0.0) if own else intervals.difference(value, limits, base[0], other)
    return told | {"auc_difference": shown(value - base[0], gap, level)}


def _calibration(
    held: Scored, ends: Sequence[float], base: Sequence[Sequence[float]], level: float, *, own: bool
) -> Json:
    """How often yes was true in each bin; errors of calibration where the score is a probability."""
    z = intervals.critical(level)
    mine = _binned(held, ends)
    total = sum(no + yes for no, yes, _ in mine)
    told: Json = {"bins": []}
    for end, (no, yes, scores) in zip(ends, mine, strict=True):
        n = int(no + yes)
        share = shown_rate(rate(int(yes), n, z, "no labelled rows here"), level)
        told["bins"].append({"up_to": end, "score": scores / n if n else end, "n": n, "rate": share})
    told["odds_ratio_given_score"] = (
        {**shown(1.0, (1.0, 1.0), level), "p": None} if own else same_given_score(mine, base, level)
    )
    if total and held.at[0] >= 0 and held.at[-1] <= 1:
        gaps = [(abs(yes - scores), yes - scores) for _, yes, scores in mine]
        brier = sum(no * at * at + yes * (1 - at) ** 2 for at, no, yes in zip(held.at, held.no, held.yes, strict=True))
        told["expected_calibration_error"] = {"value": sum(size for size, _ in gaps) / total}
        told["mean_error"] = {"value": -sum(gap for _, gap in gaps) / total}
        told["brier"] = {"value": brier / total}
    return told


def thresholds(
    name: str,
    members: Mapping[Value, Scored],
    chosen: Value,
    *,
    labels: bool,
    level: float,
    cuts: Cuts | None = None,
) -> Json:
    """All rates of every group at up to `THRESHOLDS_MAX` thresholds, and where four fifths are kept."""
    every = [low for low, _ in cuts] if cuts is not None else sorted({a for held in members.values() for a in held.at})
    if len(every) > THRESHOLDS_MAX:
        every = [every[round(i * (len(every) - 1) / (THRESHOLDS_MAX - 1))] for i in range(THRESHOLDS_MAX)]
    scan = []
    for threshold in every:
        found = {v: rates(held.counts(threshold), labels=labels, level=level) for v, held in members.items()}
        shares = [one["selection_rate"].value or 0.0 for one in found.values()]
        kept = min(shares) / max(shares) if max(shares) else None
        gaps: Json = {}
        for metric in METRICS:
            known = [one[metric].value for one in found.values()]
            present = [k for k in known if k is not None]
            gaps[metric] = {"value": max(present) - min(present)} if len(present) > 1 else {
                "value": None, "why": "fewer than two groups have this metric"}  # fmt: skip
        scan.append(
            {
                "threshold": threshold,
                "groups": [
                    {"attributes": {name: v}, **{m: shown_rate(one[m], level) for m in METRICS}}
                    for v, one in found.items()
                ],
                "lowest_to_highest": {"value": kept}
                if kept is not None
                else {"value": None, "why": "nobody is selected"},
                "four_fifths": kept is not None and kept >= FOUR_FIFTHS,
                "spread": gaps,
            }
        )
    return {"column": name, "reference": chosen, "scan": scan, "four_fifths_region": _region(scan)}


def _region(scan: Sequence[Json]) -> list[Json]:
    """Runs of thresholds at which every group's selection rate is four fifths of the highest, or more."""
    region: list[Json] = []
    kept_before = False
    for one in scan:
        if one["four_fifths"] and kept_before:
            region[-1]["to"] = one["threshold"]
        elif one["four_fifths"]:
            region.append({"from": one["threshold"], "to": one["threshold"]})
        kept_before = one["four_fifths"]
    return region


def sentence(result: Json, names: Sequence[str], *, threshold: float | None, used: int, hoped_for: bool) -> str:
    """The finding in one plain sentence: calibrated or not, and what the threshold makes of it."""
    over = f"over {number(used, 'score')}"
    others = [e for e in result["groups"] if not e["reference"] and not e["too_few"]]
    if not others:
        return f"No two groups by {', '.join(names)} are large enough to be compared, {over}."
    if threshold is not None and (told := _conflict(result, others, hoped_for=hoped_for)):
        return f"{told}, {over}."
    clear = [e for e in others if _odds(e) is not None and _odds(e)["p"] is not None and _clear_of(_odds(e), 1.0)]
    if clear:
        first = max(clear, key=lambda e: abs(log(_odds(e)["value"])))
        odds = _odds(first)
        return (
            f"The same score does not mean the same: at equal scores {people(first['attributes'])} have "
            f"{odds['value']:.2f} times the odds of a true yes of {people(_reference(result, first))} "
            f"(95 % interval {odds['low']:.2f} to {_high(odds)}), {over}.".replace("95 %", f"{100 * odds['level']:g} %")
        )
    first = max(others, key=lambda e: abs(e["mean_difference"]["value"]))
    gap = first["mean_difference"]
    return (
        f"{capital(people(first['attributes']))} score {gap['value']:+.3g} on average beside "
        f"{people(_reference(result, first))} ({100 * gap['level']:g} % interval {gap['low']:+.3g} to "
        f"{gap['high']:+.3g}), {over}."
    )


def _conflict(result: Json, others: Sequence[Json], *, hoped_for: bool) -> str:
    """The largest group that is calibrated nearly alike (odds within four fifths), and yet has unequal errors."""
    metric = "fnr" if hoped_for else "fpr"
    for entry in sorted(others, key=lambda e: -e["n"]):
        odds, gap = _odds(entry), entry["at_threshold"]["difference"][metric]
        if odds is None or odds["value"] is None or gap["value"] is None or not _clear_of(gap, 0.0):
            continue
        if not FOUR_FIFTHS <= odds["value"] <= 1 / FOUR_FIFTHS:
            continue
        base = next(
            e for e in result["groups"] if e["reference"] and list(e["attributes"]) == list(entry["attributes"])
        )
        here, there = entry["at_threshold"][metric]["value"], base["at_threshold"][metric]["value"]
        who = capital(f"{people(entry['attributes'])} and {people(base['attributes'])}")
        word = "refused though they qualified" if hoped_for else "wrongly flagged"
        return (
            f"{who} with the same score are nearly alike in what turned out to be true (common odds ratio "
            f"{odds['value']:.2f}, {100 * odds['level']:g} % interval {odds['low']:.2f} to {_high(odds)}), and yet at "
            f"the threshold {percent(here)} against {percent(there)} were {word}: calibration and equal error rates "
            f"cannot both hold where base rates differ, and somebody must choose"
        )
    return ""


def _odds(entry: Json) -> Any:
    found = entry["calibration"].get("odds_ratio_given_score")
    return found if found and found["value"] is not None else None


def _clear_of(one: Json, nothing: float) -> bool:
    return bool(one["low"] > nothing or (one["high"] is not None and one["high"] < nothing))


def _reference(result: Json, entry: Json) -> Json:
    ((name, _),) = entry["attributes"].items()
    return {name: result["reference"][name]}


def _high(one: Json) -> str:
    return "any size" if one["high"] is None or one["high"] == inf else f"{one['high']:.2f}"
