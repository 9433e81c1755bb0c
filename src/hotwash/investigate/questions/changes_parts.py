"""The arithmetic of what changed after the counting, and how its finding speaks and is drawn."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import exp
from typing import Any

import numpy as np

from hotwash.investigate import charts, intervals
from hotwash.investigate.changepoints import Change, changes, likelihood
from hotwash.investigate.errors import EmptyLog
from hotwash.investigate.periods import day, instant
from hotwash.investigate.questions.onset_courses import Course
from hotwash.investigate.rates import NO_ROWS, Json, rate, shown_rate
from hotwash.investigate.series import Rate
from hotwash.investigate.shift import Part, Shift, Side, shift
from hotwash.investigate.sides import plain
from hotwash.investigate.suppression import hidden_values, small
from hotwash.investigate.words import percent

VALUES_SHOWN = 12
EXPLAINS_LEAST = 0.2
"""Less than this is not named in the sentence."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One column: rows and events by value and period."""

    name: str
    cells: Mapping[Any, Mapping[date, tuple[int, int]]]


def answered(
    course: Course,
    columns: Sequence[Counted],
    deployments: Sequence[tuple[dict[str, str], int]],
    *,
    place: int | None,
    every: str,
    alarm: float,
    level: float,
    left_out: list[Json],
    cell: int = 0,
) -> tuple[Json, str, Json]:
    """Result, sentence and chart.

    :raises EmptyLog: if a whole side of the change is a small cell
    """
    series = Rate(np.array(course.sums, dtype=float), np.array(course.n, dtype=float))
    low, change, high, p = _change(course, series, place, alarm, level)
    result: Json = {"every": every, "p_value": p, "columns_left_out": left_out}
    if change is None:
        why = "no change of the rate of harm was found, so there is nothing to explain"
        result |= {"onset": {"value": None, "why": why}, "changes": [], "columns": []}
        return result, f"{why[0].upper()}{why[1:]}.", charts.bars([], title="What explains the change")
    starts = course.starts
    result["onset"] = {"at": instant(starts[change.at])} | (
        {"low": instant(starts[change.low]), "high": instant(starts[change.high]), "level": level} if not place else {}
    )
    sides = [(sum(course.sums[a:b]), sum(course.n[a:b])) for a, b in ((low, change.at), (change.at, high))]
    if any(small((int(n), int(hits), int(n - hits)), cell) for hits, n in sides):
        raise EmptyLog(
            f"Fewer decisions than the smallest cell ({cell}) are harmed, or spared, before the change or after it: "
            "nothing can be told without pointing at them."
        )
    result["before"], result["after"] = (_rate(hits, n, level) for hits, n in sides)
    result["total"] = sides[1][0] / sides[1][1] - sides[0][0] / sides[0][1]
    cut = starts[low], starts[change.at], starts[high] if high < len(starts) else None
    shifts = {one.name: _shift(one, cut) for one in columns}
    hidden = {name: _hidden(one, cell) for name, one in shifts.items()}
    result["columns"] = [
        _column(name, one, hidden[name]) for name, one in sorted(shifts.items(), key=lambda i: (-i[1].explained, i[0]))
    ]
    likely = likelihood(series, low, high) if not place else {}
    listed = [_from_column(name, one, hidden[name]) for name, one in shifts.items()]
    listed += [
        _from_deployment(words, at, change=change, likely=likely, shifts=shifts, starts=starts)
        for words, at in deployments
    ]
    result["changes"] = sorted(listed, key=lambda one: (-one["explains"], one["kind"] != "deployment", one["what"]))
    return result, _sentence(result), _chart(result)


def _change(
    course: Course, series: Rate, place: int | None, alarm: float, level: float
) -> tuple[int, Change | None, int, float | None]:
    """The change to be explained, and the bounds of the stretches before and after it: the first one for the worse."""
    size = len(course.starts)
    if place is not None:
        return 0, Change(place, place, place, None), size, None
    found = changes(series, cycles=(), alarm=alarm, level=level)
    cuts = [0, *(one.at for one in found.found), size]
    rates = [sum(course.sums[a:b]) / max(1, sum(course.n[a:b])) for a, b in pairwise(cuts)]
    worse = [i for i in range(len(found.found)) if rates[i + 1] > rates[i]] or list(range(len(found.found)))
    if not worse:
        return 0, None, size, found.p
    return cuts[worse[0]], found.found[worse[0]], cuts[worse[0] + 2], found.p


def _shift(column: Counted, cut: tuple[date, date, date | None]) -> Shift:
    low, at, high = cut
    before: dict[Hashable, Side] = {}
    after: dict[Hashable, Side] = {}
    for value, periods in column.cells.items():
        sums = [0, 0, 0, 0]
        for start, (n, hits) in periods.items():
            if start >= low and (high is None or start < high):
                late = 2 * (start >= at)
                sums[late] += n
                sums[late + 1] += hits
        before[value], after[value] = Side(*sums[:2]), Side(*sums[2:])
    return shift(before, after)


def _rate(hits: float, n: float, level: float) -> Json:
    return shown_rate(rate(int(hits), int(n), intervals.critical(level), NO_ROWS), level)


def _hidden(one: Shift, cell: int) -> set[Hashable]:
    """The values of a column that are told only together with others."""
    tables = [{value: part.before for value, part in one.parts.items()}, {v: p.after for v, p in one.parts.items()}]
    return hidden_values(tables, cell, lambda side: (side.n, side.hits, side.n - side.hits), totals=True)


def _column(name: str, one: Shift, hidden: Collection[Hashable]) -> Json:
    """A column's decomposition: mix and rate add up to the total, and so do the values to each."""

    def side(part: Side, whole: int) -> Json:
        share = part.n / whole if whole else None
        return {"n": part.n, "share": share, "rate": part.hits / part.n if part.n else None}

    totals = [sum(p.before.n for p in one.parts.values()), sum(p.after.n for p in one.parts.values())]

    def size(item: tuple[Hashable, Part]) -> tuple[float, str]:
        return -abs(item[1].mix) - abs(item[1].rate), str(item[0])

    ordered = sorted((item for item in one.parts.items() if item[0] not in hidden), key=size)
    values = [
        {"value": value, "mix": p.mix, "rate": p.rate}
        | {"before": side(p.before, totals[0]), "after": side(p.after, totals[1])}
        for value, p in ordered[:VALUES_SHOWN]
    ]
    rest = ordered[VALUES_SHOWN:] + sorted((item for item in one.parts.items() if item[0] in hidden), key=size)
    if rest:
        values.append({"others": len(rest), "mix": sum(p.mix for _, p in rest), "rate": sum(p.rate for _, p in rest)})
    return {
        "column": name,
        "total": one.total,
        "mix": one.mix,
        "rate": one.rate,
        "explained": one.explained,
        "values": values,
    }


def _said(value: object) -> str:
    return "missing" if value is None else plain(value)


def _from_column(name: str, one: Shift, hidden: Collection[Hashable]) -> Json:
    told = {value: part for value, part in one.parts.items() if value not in hidden}
    why = f"the mix of {name} makes {100 * one.mix:+.1f} of {100 * one.total:+.1f} points"
    if told:
        value, part = max(told.items(), key=lambda item: (abs(item[1].mix), str(item[0])))
        whole = [sum(p.before.n for p in one.parts.values()), sum(p.after.n for p in one.parts.values())]
        shares = [part.before.n / whole[0], part.after.n / whole[1]]
        moved = f"{name} {_said(value)} went from {percent(shares[0])} to {percent(shares[1])} of the decisions"
        why = f"{moved}; {why}"
    new = [_said(v) for v, p in told.items() if not p.before.n]
    return {
        "kind": "column",
        "what": name,
        "explains": one.explained,
        "mix": one.mix,
        "rate": one.rate,
        "new_values": new[:VALUES_SHOWN],
        "why": why,
    }


def _from_deployment(
    words: dict[str, str],
    at: int,
    *,
    change: Change,
    likely: Mapping[int, float],
    shifts: Mapping[str, Shift],
    starts: Sequence[date],
) -> Json:
    what = " ".join(words[key] for key in ("part", "version") if words.get(key)) or words.get("note") or "a deployment"
    # It went live within the period before `at`: that one may show it already, or the next may be the first to.
    near = [likely.get(i) for i in (at - 1, at) if i > 0]
    support = max((one for one in near if one is not None), default=0.0)
    if not likely:
        support = exp(-abs(at - change.at))
    seen = [
        name
        for name, one in shifts.items()
        if words.get("version") in {_said(value) for value, p in one.parts.items() if not p.before.n}
    ]
    inside = change.low <= at <= change.high + 1
    distance = at - change.at
    side = "after" if distance > 0 else "before"
    where = "within the interval of the onset" if inside else f"{abs(distance)} periods {side} the onset"
    if not 0 <= at < len(starts):
        where = "outside the log"
    return {
        "kind": "deployment",
        "what": what,
        "at": words["at"],
        "explains": support,
        "inside": inside,
        "seen_in": seen,
        "deployment": words,
        "why": f"{what} went live {where}" + (f"; the log shows it in {', '.join(seen)}" if seen else ""),
    }


def _sentence(result: Json) -> str:
    before, after = result["before"]["value"], result["after"]["value"]
    what = f"The rate of harm went from {percent(before)} to {percent(after)} on {day(result['onset']['at'])}"
    named = [one for one in result["changes"] if one["explains"] >= EXPLAINS_LEAST][:2]
    if not named:
        return f"{what}; no deployment and no shift of the mix that was tried explains it.{_within(result)}"
    return f"{what}. Best explained by: {'; then: '.join(one['why'] for one in named)}."


def _within(result: Json) -> str:
    """Where most of a change happened that no mix explains: a kind of cases that fares otherwise now."""
    parts: list[tuple[float, str, Json]] = [
        (v["rate"], one["column"], v) for one in result["columns"] for v in one["values"] if "value" in v
    ]
    if not parts:
        return ""
    share, column, value = max(parts, key=lambda part: part[0] / result["total"])
    if share / result["total"] < 0.75 or value["after"]["share"] > 0.75:
        return ""
    points = f"{100 * share:+.1f} of {100 * result['total']:+.1f} points"
    return f" Most of it happened to {column} {_said(value['value'])}: {points}."


def _chart(result: Json) -> Json:
    rows = [
        {"what": one["what"] if one["kind"] == "deployment" else f"mix of {one['what']}", "explains": one["explains"]}
        for one in result["changes"][: charts.ROWS_MAX]
    ]
    return charts.bars(rows, title="How well each explains the change")
