"""Do people who judged the same cases agree? Cohen's kappa of every pair, and Krippendorff's alpha of all."""

from collections.abc import Sequence
from itertools import combinations, permutations
from math import sqrt
from typing import Any

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, EmptyLog
from hotwash.investigate.expression import Expression
from hotwash.investigate.finding import Finding
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.rates import Json, rate, shown, shown_rate
from hotwash.investigate.sides import plain, same
from hotwash.investigate.words import number, percent

Pairs = dict[tuple[str, str], int]


def agreement(
    log: Log,
    *,
    annotators: Sequence[str],
    ignore: Sequence[Scalar] = (),
    where: str | None = None,
    level: float = 0.95,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """How often annotators agree, and how much of that is more than chance.

    Kappa: Cohen, J. (1960), Educational and Psychological Measurement 20:37-46; its standard error: Fleiss, J. L.,
    Cohen, J. and Everitt, B. S. (1969), Psychological Bulletin 72:323-327. Alpha for names: Krippendorff, K. (2019),
    Content analysis, 4th edition, chapter 12. One row is one case, one column an annotator; empty means not judged.

    :param annotators: the columns, two or more
    :param ignore: values that are no judgement
    :param where: a condition that rows must meet
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    names = list(dict.fromkeys(annotators))
    if not 2 <= len(names) <= 20:
        raise AskedWrongly("Name the columns of two annotators or more, up to 20.")
    told = described(log)
    arguments = {"annotators": names, "ignore": list(ignore) or None, "where": where, "level": level}
    with asked("agreement", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        scope = asking.condition(where, "where") if where else None
        keys: list[Expression] = [asking.name(name, "an annotator") for name in names]
        keys += [scope] if scope is not None else []
        cases: list[tuple[tuple[str | None, ...], int]] = []
        for cell in asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope)):
            if scope is not None and cell.values[-1] is None:
                asking.skip(WHERE_UNKNOWN, cell.rows)
                continue
            judged = tuple(
                None if v is None or not plain(v).strip() or any(same(v, i) for i in ignore) else plain(v)
                for v in cell.values[: len(names)]
            )
            if sum(v is not None for v in judged) < 2:
                asking.skip("judged by fewer than two", cell.rows)
            else:
                cases.append((judged, cell.rows))
        if not cases:
            raise EmptyLog("No case was judged by two annotators. Check the columns, or widen where.")
        result = _result(names, cases, level)
        used = sum(rows for _, rows in cases)
        return asking.finding(used=used, sentence=_sentence(result, used), result=result, chart=_chart(result))


def _result(names: Sequence[str], cases: Sequence[tuple[tuple[str | None, ...], int]], level: float) -> Json:
    values = sorted({v for judged, _ in cases for v in judged if v is not None})
    of_two: list[Json] = []
    for i, k in combinations(range(len(names)), 2):
        pairs: Pairs = {}
        for judged, rows in cases:
            one, two = judged[i], judged[k]
            if one is not None and two is not None:
                pairs[one, two] = pairs.get((one, two), 0) + rows
        of_two.append({"annotators": [names[i], names[k]], **kappa(pairs, level)})
    first: Pairs = {}
    for judged, rows in cases:
        one, two = [v for v in judged if v is not None][:2]
        first[one, two] = first.get((one, two), 0) + rows
    return {
        "values": values,
        "pairs": of_two,
        "first_two": kappa(first, level),
        "alpha": alpha(cases),
        "disagreements": [
            {"values": list(pair), "cases": rows}
            for pair, rows in sorted(_unordered(first).items(), key=lambda one: (-one[1], one[0]))
        ][:20],
    }


def _unordered(pairs: Pairs) -> Pairs:
    found: Pairs = {}
    for (one, two), rows in pairs.items():
        if one != two:
            key = (min(one, two), max(one, two))
            found[key] = found.get(key, 0) + rows
    return found


def kappa(pairs: Pairs, level: float) -> Json:
    """Raw agreement and Cohen's kappa of pairs of judgements, with intervals."""
    n = sum(pairs.values())
    z = intervals.critical(level)
    if not n:
        none: Json = {"value": None, "why": "no case was judged by both"}
        return {"n": 0, "agreement": none, "kappa": none}
    agreed = sum(rows for (one, two), rows in pairs.items() if one == two)
    values = {v for pair in pairs for v in pair}
    left = {v: sum(r for (a, _), r in pairs.items() if a == v) / n for v in values}
    right = {v: sum(r for (_, b), r in pairs.items() if b == v) / n for v in values}
    chance = sum(left[v] * right[v] for v in sorted(values))
    told: Json = {"n": n, "agreement": shown_rate(rate(agreed, n, z, ""), level)}
    if chance >= 1:
        return told | {"kappa": {"value": None, "why": "both gave one and the same value to every case"}}
    share = agreed / n
    value = (share - chance) / (1 - chance)
    # Fleiss, Cohen and Everitt, equation 13.
    spread = sum(
        rows / n * ((1 - chance) - (left[two] + right[one]) * (1 - share)) ** 2
        if one == two
        else rows / n * (1 - share) ** 2 * (left[two] + right[one]) ** 2
        for (one, two), rows in sorted(pairs.items())
    )
    error = sqrt(max(0.0, spread - (share * chance - 2 * chance + share) ** 2) / n) / (1 - chance) ** 2
    return told | {"kappa": shown(value, (max(-1.0, value - z * error), min(1.0, value + z * error)), level)}


def alpha(cases: Sequence[tuple[tuple[str | None, ...], int]]) -> Json:
    """Krippendorff's alpha for names, from coincidences within cases."""
    totals: dict[str, float] = {}
    unlike = 0.0
    for judged, rows in cases:
        known = [v for v in judged if v is not None]
        for one in known:
            totals[one] = totals.get(one, 0.0) + rows
        pairs = sum(a != b for a, b in permutations(known, 2))
        unlike += rows * pairs / (len(known) - 1)
    n = sum(totals.values())
    expected = (n * n - sum(t * t for t in totals.values())) / (n - 1)
    if not expected:
        return {"value": None, "why": "every judgement is the same"}
    return {"value": 1 - unlike / expected}


def _sentence(result: Json, used: int) -> str:
    whole = result["first_two"]
    share = percent(whole["agreement"]["value"])
    said = f"Two people who judged the same case agreed in {share} of {number(used, 'case')}"
    one = whole["kappa"]
    if one["value"] is None:
        return f"{said}; {one['why']}."
    return (
        f"{said}; beyond chance that is a kappa of {one['value']:.2f} "
        f"({100 * one['level']:g} % interval {one['low']:.2f} to {one['high']:.2f})."
    )


def _chart(result: Json) -> Json:
    rows: list[Any] = [
        {"group": " and ".join(p["annotators"]), "metric": "kappa", "rate": p["kappa"]["value"]}
        | {"low": p["kappa"]["low"], "high": p["kappa"]["high"], "enough": "enough"}
        for p in result["pairs"]
        if p["kappa"]["value"] is not None
    ]
    return charts.amounts(rows[: charts.ROWS_MAX], title="Agreement beyond chance (kappa)")
