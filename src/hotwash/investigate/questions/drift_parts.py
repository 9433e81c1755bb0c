"""The numbers of a comparison of two sides, column by column, and how its finding speaks and is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from hotwash.investigate import charts, distances, intervals, tails
from hotwash.investigate.features import SINGLE_MAX, VALUES_MAX
from hotwash.investigate.rates import NO_ROWS, SUPPRESSED, Json, Rate, rate, shown, shown_rate
from hotwash.investigate.spread import Spread
from hotwash.investigate.suppression import NOTHING, hidden_values, small
from hotwash.investigate.words import listed, number, percent

NUMBERS, CATEGORIES = "the column holds numbers with many values", "the column holds categories"
ONE_VALUE = "there is one value only"
EMPTY_SIDE = "there is no value on one side"
OTHER_KIND = "the column holds another kind of value"
METRICS = ("psi", "ks", "js", "wasserstein", "chi2", "missing_reference", "missing_current")
LISTED_MAX = 50
ROWS_FEW = 5
"""Fewer expected rows than this on a side, and a missing value is tested exactly."""


@dataclass(frozen=True, slots=True)
class Words:
    """How the comparison is judged."""

    alarm: float
    floor: float
    bins: int
    level: float
    cell: int = 0


@dataclass(slots=True)
class Compared:
    """One column, compared: what it shows, how large its change is, and how likely chance alone would bring it."""

    name: str
    shown: Json
    effect: float
    p: float
    tested: bool = True
    notes: list[str] = field(default_factory=list)


def numbers(name: str, one: Spread, two: Spread, words: Words, *, given: bool) -> Compared | str:
    """A column of numbers, compared; or why it is not."""
    if not given and _every_row_its_own(one) and _every_row_its_own(two):
        return "every row has its own number"
    entry: Json = {"name": name, "kind": "number", "n_reference": one.rows, "n_current": two.rows}
    if not one.rows or not two.rows:
        none = {"value": None, "why": EMPTY_SIDE}
        entry |= dict.fromkeys(("psi", "ks", "js", "wasserstein", "wasserstein_normed"), none)
        entry["chi2"] = {"value": None, "why": NUMBERS}
        return _judged(entry, (one.missing, two.missing), None, 0.0, words)
    edges, single = _edges(one, two, words.bins)
    counts = distances.cells(one, edges), distances.cells(two, edges)
    gap = distances.kolmogorov_smirnov(one, two)
    exact = one.exact and two.exact
    finite = all(map(isfinite, (one.values[0], one.values[-1], two.values[0], two.values[-1])))
    moved = distances.wasserstein(one, two) if finite else None
    spread = distances.deviation(one) if finite else 0.0
    chance = tails.kolmogorov(gap, one.rows * two.rows / (one.rows + two.rows))
    # Where values are tied, the tail of KS is too large; each value is a cell then, and the cells are tested.
    test = distances.chi_square(*counts) if single else None
    entry |= {
        "psi": {"value": distances.stability(*counts)},
        "ks": {"value": gap, "p": chance},
        "js": {"value": distances.jensen_shannon(*counts)},
        "wasserstein": _or_why(moved, "there are infinite values"),
        "wasserstein_normed": _or_why(
            moved / spread if moved is not None and spread else None, "the reference does not vary"
        ),
        "chi2": _chi2(test, NUMBERS if not single else ONE_VALUE),
        "exact": exact,
        "edges": edges,
        "shares_reference": [int(c) / one.rows for c in counts[0]],
        "shares_current": [int(c) / two.rows for c in counts[1]],
    }
    gone: set[int | None] = set()
    if words.cell > 1:
        gone = _hidden(counts, (one.missing, two.missing), words.cell)
        for side in ("shares_reference", "shares_current"):
            entry[side] = [None if place in gone else share for place, share in enumerate(entry[side])]
    if not exact:
        entry["ks"]["error"] = _largest_cell(one, two)
        if len(one.values) == len(two.values) and (one.values == two.values).all():
            entry["wasserstein"]["error"] = distances.wasserstein_error(one, two)
    reach = sum(distances.reach(side.rows, 0, (1 - words.level) / 2) for side in (one, two))
    p = test.p if test else chance
    return _judged(entry, (one.missing, two.missing), (gap, reach), p, words, unknown=None in gone)


def _chi2(test: distances.Chi | None, why: str) -> Json:
    return {"value": test.statistic, "p": test.p, "freedom": test.freedom} if test else {"value": None, "why": why}


def _or_why(value: float | None, why: str) -> Json:
    return {"value": None, "why": why} if value is None else {"value": value}


def _every_row_its_own(side: Spread) -> bool:
    if side.rows <= VALUES_MAX or not side.exact:
        return False
    values = side.values
    if (values[:100] != np.floor(values[:100])).any():
        return False
    return bool((values == np.floor(values)).all() and len(values) == side.rows and (values[1:] > values[:-1]).all())


def _edges(one: Spread, two: Spread, bins: int) -> tuple[list[float], bool]:
    """Where to cut: between all values where they are few (True), else by the quantiles of the reference."""
    some = [_distinct(side) for side in (one, two)]
    if all(values is not None for values in some):
        both = np.union1d(*[values for values in some if values is not None])
        if len(both) <= SINGLE_MAX:
            return [float(v) for v in both[1:]], True
    return one.edges(bins), False


def _distinct(side: Spread) -> "np.ndarray[Any, Any] | None":
    if side.counts is not None:
        return side.values if len(side.values) <= SINGLE_MAX else None
    some = side.values[:: max(1, len(side.values) // 100)]
    if np.count_nonzero(some[1:] > some[:-1]) >= SINGLE_MAX:
        return None
    fresh = np.flatnonzero(side.values[1:] > side.values[:-1])
    return np.append(side.values[:1], side.values[fresh + 1]) if len(fresh) < SINGLE_MAX else None


def _largest_cell(one: Spread, two: Spread) -> float:
    """No gap inside a cell is larger than the gaps at its ends by more than the rows of either side that lie in it."""
    return max(float(side.counts.max() / side.rows) for side in (one, two) if side.counts is not None)


def categories(name: str, one: Mapping[Any, int], two: Mapping[Any, int], words: Words) -> Compared:
    """A column of categories, compared."""
    values = sorted({v for v in (*one, *two) if v is not None}, key=str)
    p = np.array([one.get(v, 0) for v in values], np.int64)
    q = np.array([two.get(v, 0) for v in values], np.int64)
    entry: Json = {"name": name, "kind": "category", "n_reference": int(p.sum()), "n_current": int(q.sum())}
    missing = one.get(None, 0), two.get(None, 0)
    if not values or not p.sum() or not q.sum():
        none = {"value": None, "why": EMPTY_SIDE}
        entry |= dict.fromkeys(("psi", "js", "chi2"), none)
        entry |= {metric: {"value": None, "why": CATEGORIES} for metric in ("ks", "wasserstein")}
        return _judged(entry, missing, None, 0.0, words)
    test = distances.chi_square(p, q)
    gap = distances.variation(p, q)
    entry |= {
        "psi": {"value": distances.stability(p, q)},
        "ks": {"value": None, "why": CATEGORIES},
        "js": {"value": distances.jensen_shannon(p, q)},
        "wasserstein": {"value": None, "why": CATEGORIES},
        "chi2": _chi2(test, ONE_VALUE),
        "variation": {"value": gap},
        "exact": True,
        "new": _list(values, p, q),
        "vanished": _list(values, q, p),
    }
    gone: set[int | None] = set()
    if words.cell > 1:
        gone = _hidden((p, q), missing, words.cell)
        entry["hidden"] = len(gone - {None})
        kept = [i for i in range(len(values)) if i not in gone]
        entry["new"], entry["vanished"] = (
            _list([values[i] for i in kept], a[kept], b[kept], int(b.sum())) for a, b in ((p, q), (q, p))
        )
    else:
        kept = list(range(len(values)))
    order = sorted(kept, key=lambda i: (-abs(q[i] / q.sum() - p[i] / p.sum()), i))[:LISTED_MAX]
    entry["shares"] = [
        {"value": values[i], "reference": int(p[i]) / int(p.sum()), "current": int(q[i]) / int(q.sum())} for i in order
    ]
    reach = sum(distances.reach(int(side.sum()), len(values), (1 - words.level) / 2) for side in (p, q))
    return _judged(entry, missing, (gap, reach), test.p if test else 1.0, words, unknown=None in gone)


def _hidden(sides: Sequence[Any], missing: tuple[int, int], smallest: int) -> set[int | None]:
    """The places of values or ranges that are not told; None if it is not told how many are missing."""
    tables: list[dict[int | None, int]] = [
        {**dict(enumerate(map(int, side))), None: lost} for side, lost in zip(sides, missing, strict=True)
    ]
    return hidden_values(tables, smallest, lambda rows: (rows,))


def _list(values: Sequence[Any], without: Any, there: Any, whole: int = 0) -> list[Json]:
    """The values that are on one side only, the most frequent first."""
    only = sorted((i for i in range(len(values)) if there[i] and not without[i]), key=lambda i: (-there[i], i))
    whole = whole or int(there.sum())
    return [{"value": values[i], "n": int(there[i]), "share": int(there[i]) / whole} for i in only[:LISTED_MAX]]


def _judged(
    entry: Json,
    missing: tuple[int, int],
    change: tuple[float, float] | None,
    p: float,
    words: Words,
    *,
    unknown: bool = False,
) -> Compared:
    """With what is missing, tested beside the values (Bonferroni: two tests of one column)."""
    missing_one, missing_two = missing
    n_one, n_two = entry["n_reference"] + missing_one, entry["n_current"] + missing_two
    z = intervals.critical(words.level)
    rates = rate(missing_one, n_one, z, NO_ROWS), rate(missing_two, n_two, z, NO_ROWS)
    if unknown or small((*missing, entry["n_reference"], entry["n_current"]), words.cell):
        rates = Rate(why=SUPPRESSED), Rate(why=SUPPRESSED)
        entry |= {"n_reference": NOTHING, "n_current": NOTHING}
    entry |= {
        "missing_reference": shown_rate(rates[0], words.level),
        "missing_current": shown_rate(rates[1], words.level),
    }
    lost = abs((rates[1].value or 0.0) - (rates[0].value or 0.0))
    tests = [p] if change is not None else []
    if missing_one or missing_two:
        tests.append(_missing(missing_one, n_one, missing_two, n_two))
    effect, limits = lost, None
    if change is not None and change[0] >= lost:
        effect, limits = change[0], (max(0.0, change[0] - change[1]), min(1.0, change[0] + change[1]))
    elif rates[0].value is not None and rates[1].value is not None:
        low, high = intervals.difference(rates[1].value, rates[1].limits, rates[0].value, rates[0].limits)
        limits = (max(0.0, low, -high), max(abs(low), abs(high)))
    entry["effect"] = shown(effect, limits, words.level) | {
        "of": "missing" if change is None or lost > change[0] else "ks" if entry["kind"] == "number" else "variation"
    }
    return Compared(entry["name"], entry, effect, min(1.0, min(tests, default=1.0) * len(tests)), bool(tests))


def _missing(one: int, n_one: int, two: int, n_two: int) -> float:
    """A two-sided test of two shares: Pearson's, or twice the smaller exact tail where few are missing."""
    total, rows = one + two, n_one + n_two
    if min(total, rows - total) * min(n_one, n_two) / rows >= ROWS_FEW:
        test = distances.chi_square(np.array([one, n_one - one]), np.array([two, n_two - two]))
        return test.p if test else 1.0
    tail = min(tails.excess(one, n_one, total, rows), tails.excess(two, n_two, total, rows))
    return min(1.0, 2 * tail)


def answer(
    compared: Sequence[Compared], schema: Json, left_out: Mapping[str, str], words: Words
) -> tuple[Json, str, Json]:
    """Result, sentence and chart. Schema changes come first, then what has drifted, the largest change first."""
    tested = [one for one in compared if one.tested]
    adjusted = dict(zip((one.name for one in tested), tails.benjamini_hochberg([o.p for o in tested]), strict=True))
    for one in compared:
        sure = adjusted.get(one.name)
        one.shown["p"], one.shown["p_corrected"] = (one.p if one.tested else None), sure
        one.shown["drifted"] = sure is not None and sure <= words.alarm and one.effect >= words.floor
    changed = [
        {
            "name": change["name"],
            "kind": f"{change['reference']} -> {change['current']}",
            "drifted": True,
            "schema": OTHER_KIND,
        }
        | {metric: {"value": None, "why": OTHER_KIND} for metric in METRICS}
        for change in schema["changed"]
    ]
    order = sorted(compared, key=lambda one: (not one.shown["drifted"], -one.effect, one.p, one.name))
    result: Json = {
        "columns": [*changed, *(one.shown for one in order)],
        "drifted": len(changed) + sum(one.shown["drifted"] for one in compared),
        "schema": schema,
        "left_out": dict(left_out),
        "rule": {
            "alarm": words.alarm,
            "floor": words.floor,
            "correction": "Benjamini and Hochberg over the columns",
            "bins": words.bins,
        },
    }
    return result, sentence_of(result), chart_of(result)


_WHAT = {"ks": "of the rows on another side of some value", "variation": "of the rows in another category"}


def sentence_of(result: Json) -> str:
    """The finding in one plain sentence."""
    columns, schema = result["columns"], result["schema"]
    drifted = [one for one in columns if one["drifted"]]
    parts = []
    if not drifted:
        floor = result["rule"]["floor"]
        small = f" beyond chance and a change of {percent(floor, 0)} of the rows" if floor is not None else ""
        parts.append(f"None of {number(len(columns), 'column')} has drifted{small}")
    else:
        have = "has" if len(drifted) == 1 else "have"
        parts.append(f"{len(drifted)} of {number(len(columns), 'column')} {have} drifted: {_worst(drifted)}")
    new = [f'{one["name"]} "{one["new"][0]["value"]}"' for one in columns if one.get("new")]
    if new:
        parts.append(f"values never seen before: {listed(new[:3])}" + (" and others" if len(new) > 3 else ""))
    for word, names in (("new", schema["added"]), ("missing", schema["removed"])):
        if names:
            parts.append(
                f"{number(len(names), 'column')} {'is' if len(names) == 1 else 'are'} {word} ({listed(names[:5])})"
            )
    return "; ".join(parts) + "."


def _worst(drifted: Sequence[Json]) -> str:
    told = []
    for one in drifted[:3]:
        if "schema" in one:
            told.append(f"{one['name']} holds another kind of value ({one['kind']})")
            continue
        if "reported" in one:
            said = one["reported"]
            told.append(f"{one['name']} ({said['method']} {said['value']:.3g})")
            continue
        effect = one["effect"]
        if effect["of"] == "missing" and one["missing_current"]["value"] is not None:
            was, now = (percent(one[f"missing_{side}"]["value"]) for side in ("reference", "current"))
            told.append(f"{one['name']} is missing in {now} of the rows, after {was}")
        else:
            told.append(f"{one['name']} ({percent(effect['value'])} {_WHAT.get(effect['of'], 'of the rows')})")
    more = len(drifted) - len(told)
    return listed([*told, f"{more} more"] if more else told)


def chart_of(result: Json) -> Json:
    """The change of each column as a share of the rows, with its interval; drifted ones filled."""
    rows = [
        {
            "group": one["name"],
            "metric": "change, as a share of the rows",
            "rate": one["effect"]["value"],
            "low": one["effect"].get("low", one["effect"]["value"]),
            "high": one["effect"].get("high", one["effect"]["value"]),
            "enough": "enough" if one["drifted"] else "not beyond chance",
        }
        for one in result["columns"]
        if "effect" in one
    ]
    if not rows:
        rows = [
            {
                "group": one["name"],
                "metric": "as a multiple of the report's threshold",
                "rate": one["reported"]["value"] / one["reported"]["threshold"],
                "low": one["reported"]["value"] / one["reported"]["threshold"],
                "high": one["reported"]["value"] / one["reported"]["threshold"],
                "enough": "enough" if one["drifted"] else "not beyond the threshold",
            }
            for one in result["columns"]
            if "reported" in one and one["reported"]["threshold"]
        ]
    return charts.dots(rows[: charts.ROWS_MAX], title="How far each column has moved (hollow: within chance or small)")
