"""The arithmetic of an onset after the counting, and how its finding speaks and is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from math import sqrt
from typing import Any, Literal

import numpy as np

from hotwash.investigate import charts, intervals
from hotwash.investigate.changepoints import Changes, changes
from hotwash.investigate.engine import Value
from hotwash.investigate.monitoring import watched
from hotwash.investigate.periods import day, instant
from hotwash.investigate.questions.onset_courses import Course
from hotwash.investigate.rates import NO_ROWS, Json, shown
from hotwash.investigate.series import Gap, Mean, Plain, Rate, Series, Volume
from hotwash.investigate.sides import plain
from hotwash.investigate.suppression import NOTHING, hidden_values, small
from hotwash.investigate.words import percent

Kind = Literal["rate", "mean", "volume"]

ROWS_PER_PERIOD = 2
"""With fewer numbers a period than this, their spread within a period cannot be known."""


@dataclass(frozen=True, slots=True)
class _Followed:
    """One course in search of changes: its series, and what its level is between two periods."""

    kind: Kind
    one: Course
    other: Course | None
    series: Series
    noise: float = 1.0
    cell: int = 0

    def cells(self, low: int, high: int) -> list[int]:
        """The counts behind a level."""
        found = []
        for course in (self.one, self.other) if self.other is not None else (self.one,):
            n = int(sum(course.n[low:high]))
            hits = int(sum(course.sums[low:high])) if self.kind == "rate" else 0
            found += [n, hits, n - hits]
        return found

    def level(self, low: int, high: int, level: float) -> Json:
        """The level of a stretch, with its interval. None if a small cell would be told."""
        return dict(NOTHING) if small(self.cells(low, high), self.cell) else self.true(low, high, level)

    def true(self, low: int, high: int, level: float) -> Json:
        """The level of a stretch, with its interval, whatever its size."""
        z = intervals.critical(level)
        first = _level(self.kind, self.one, low, high, z=z, noise=self.noise)
        if self.other is None or first is None:
            return shown(*first, level) if first else {"value": None, "why": NO_ROWS}
        second = _level(self.kind, self.other, low, high, z=z, noise=self.noise)
        if second is None:
            return {"value": None, "why": NO_ROWS}
        (a, (a_low, a_high)), (b, (b_low, b_high)) = first, second
        gap = a - b
        reach = (sqrt((a - a_low) ** 2 + (b_high - b) ** 2), sqrt((a_high - a) ** 2 + (b - b_low) ** 2))
        return shown(gap, (gap - reach[0], gap + reach[1]), level)


def _level(
    kind: Kind, course: Course, low: int, high: int, *, z: float, noise: float
) -> tuple[float, intervals.Limits] | None:
    n, total = sum(course.n[low:high]), sum(course.sums[low:high])
    if kind == "volume":
        mean = n / (high - low)
        return mean, (
            max(0.0, mean - z * sqrt(max(mean, 1) * noise / (high - low))),
            mean + z * sqrt(max(mean, 1) * noise / (high - low)),
        )
    if not n:
        return None
    if kind == "rate":
        return total / n, _wilson(total / noise, n / noise, z)
    mean = total / n
    spread = sum(course.squares[low:high]) - mean * total
    if max(course.n) < ROWS_PER_PERIOD:  # the noise is that of single values
        reach = z * sqrt(noise / n)
    else:
        reach = z * sqrt(max(spread, 0.0) / max(n - 1, 1) * noise / n)
    return course.centre + mean, (course.centre + mean - reach, course.centre + mean + reach)


def _wilson(hits: float, n: float, z: float) -> intervals.Limits:
    share, square = hits / n, z * z
    middle, reach = share + square / (2 * n), z * sqrt((share * (1 - share) + square / (4 * n)) / n)
    scale = 1 + square / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def _series(kind: Kind, course: Course) -> Series:
    n, sums = np.array(course.n, dtype=float), np.array(course.sums or [0.0] * len(course.n), dtype=float)
    if kind == "volume":
        return Volume(n)
    if kind == "rate":
        return Rate(sums, n)
    if sum(course.n) < ROWS_PER_PERIOD * np.count_nonzero(n):
        return Plain(np.divide(sums, n, out=np.full_like(n, np.nan), where=n > 0))
    return Mean(sums, np.array(course.squares, dtype=float), n)


def answered(
    courses: Sequence[Course],
    *,
    kind: Kind,
    value: str,
    group: str | None,
    reference: int | None,
    every: str,
    season: bool,
    alarm: float,
    level: float,
    watch: int | None,
    cell: int = 0,
) -> tuple[Json, str, Json]:
    """Result, sentence and chart."""
    starts = courses[0].starts
    cycles = {"hour": (24, 168), "day": (7,), "week": (52,)}[every] if season else ()
    first = _place(starts[0], every)

    def told(one: Course, other: Course | None, share: float) -> tuple[Json, _Followed, Changes]:
        series = _series(kind, one)
        if other is not None:
            series = Gap(series, _series(kind, other))
        found = changes(series, cycles=cycles, first=first, alarm=alarm * share, level=level)
        followed = _Followed(kind, one, other, series, found.noise, cell)
        return _changes(followed, found, starts, share, level), followed, found

    result: Json = {"of": kind, "every": every, "alarm": alarm}
    if reference is None or len(courses) == 1:
        main, followed, found = told(courses[0], None, 1.0)
        name: Value = None
    else:
        others = [course for place, course in enumerate(courses) if place != reference]
        gaps = [(course.name, *told(course, courses[reference], 1 / len(others))) for course in others]
        name, main, followed, found = min(gaps, key=lambda gap: (gap[1]["p_value"], -len(gap[1]["changes"])))
        result |= {"reference": _plain(courses[reference].name), "group": _plain(name)}
        result["gaps"] = [{"group": _plain(who)} | one for who, one, _, _ in gaps]
        result["rates"] = [
            {"group": _plain(course.name), "n": int(sum(course.n))} | told(course, None, 1 / len(courses))[0]
            for course in courses
        ]
    result = result | main | {"segments": _segments(followed, found, starts, level)}
    result["series"] = _points(followed, starts, level)
    result["periods"] = len(starts)
    result["onset"] = _onset(followed, found, result["changes"], reference)
    if watch is not None:
        seen = watched(followed.series, watch, cycles=cycles, first=first, alarm=alarm)
        result["watch"] = {
            "since": instant(starts[watch]),
            "alarm_at": instant(starts[seen.at]) if seen.at is not None else None,
            "evidence": seen.evidence,
            "false_alarm": alarm,
        }
    words = _Words(kind, value, group, name, courses[reference].name if reference is not None else None, every)
    return result, _sentence(result, words), _chart(result, words)


def _place(start: date, every: str) -> int:
    if every == "week":
        return 0
    return start.weekday() if every == "day" or not isinstance(start, datetime) else start.weekday() * 24 + start.hour


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _changes(followed: _Followed, found: Changes, starts: Sequence[date], share: float, level: float) -> Json:
    """The changes of one course, with its levels before and after each."""
    cuts = [0, *(change.at for change in found.found), len(starts)]
    levels = _levels(followed, found)
    listed = [
        {
            "at": instant(starts[change.at]),
            "low": instant(starts[change.low]),
            "high": instant(starts[change.high]),
            "level": level,
            "before": followed.level(cuts[i], cuts[i + 1], level),
            "after": followed.level(cuts[i + 1], cuts[i + 2], level),
            "p_value": min(1.0, change.p / share) if change.p is not None else None,
        }
        | ({"rose": levels[i][1]["value"] > levels[i][0]["value"]} if followed.cell > 1 else {})
        for i, change in enumerate(found.found)
    ]
    p = min(1.0, found.p / share)
    why = ""
    if not listed and found.chosen:
        why = "no change explains more than the numbers that it needs (one number a period; see chosen_by)"
    elif not listed:
        why = f"a log without any change shows as much in {percent(p, 0)} of cases"
    season = {"cycle": found.season} if found.season > 1 else {"cycle": None}
    return (
        {"changes": listed, "p_value": p, "noise": found.noise, "season": season}
        | {"chosen_by": "criterion" if found.chosen else "test"}
        | ({"why": why} if why else {})
    )


def _segments(followed: _Followed, found: Changes, starts: Sequence[date], level: float) -> list[Json]:
    cuts = [0, *(change.at for change in found.found), len(starts)]
    return [
        {
            "since": instant(starts[a]),
            "until": instant(starts[b]) if b < len(starts) else None,
            "periods": b - a,
            "n": sum(followed.cells(a, b)[::3]) if not small(followed.cells(a, b), followed.cell) else NOTHING,
            "level": followed.level(a, b, level),
        }
        for a, b in pairwise(cuts)
    ]


def _points(followed: _Followed, starts: Sequence[date], level: float) -> list[Json]:
    """Every period by itself."""
    cells = {(i,): followed.cells(i, i + 1) for i in range(len(starts))}
    # The course and its reference are told apart, so that each is a table of its own.
    width = 3 if followed.other is None else 6
    tables = [{i: held[side : side + 3] for i, held in cells.items()} for side in range(0, width, 3)]
    gone = {i for (i,) in hidden_values(tables, followed.cell, tuple, totals=True)}
    points = []
    for i, start in enumerate(starts):
        if i in gone:
            point: Json = {"since": instant(start), "n": NOTHING, "suppressed": True}
            points.append(point | ({"reference_n": NOTHING} if followed.other is not None else {}) | {"value": NOTHING})
            continue
        point = {"since": instant(start), "n": int(followed.one.n[i])}
        if followed.other is not None:
            point["reference_n"] = int(followed.other.n[i])
        points.append(point | {"value": followed.true(i, i + 1, level)})
    return points


def _onset(followed: _Followed, found: Changes, listed: list[Json], reference: int | None) -> Json:
    """When it began: the first change for the worse. A rate of harm gets worse upwards, a gap away from 0; for a mean
    or a volume nobody knows which way is worse, so it is the first change."""

    def size(number: Json) -> float:
        return abs(number["value"]) if reference is not None else float(number["value"])

    for change, (before, after) in zip(listed, _levels(followed, found), strict=True):
        if followed.kind != "rate" or size(after) > size(before):
            return {key: change[key] for key in ("at", "low", "high", "level")}
    return {"value": None, "why": "there is no change for the worse" if listed else "no change was found"}


def _levels(followed: _Followed, found: Changes) -> list[tuple[Json, Json]]:
    """The true levels before and after each change: which way it went is told even where they are hidden."""
    cuts = [0, *(change.at for change in found.found), followed.series.size]
    levels = [followed.true(a, b, 0.95) for a, b in pairwise(cuts)]
    return list(pairwise(levels))


@dataclass(frozen=True, slots=True)
class _Words:
    """How the course is spoken of."""

    kind: Kind
    value: str
    group: str | None
    name: Value
    reference: Value
    every: str

    @property
    def what(self) -> str:
        """The subject of the sentence."""
        bare = {"rate": "rate of harm", "mean": f'mean of "{self.value}"', "volume": "number of decisions"}[self.kind]
        if self.group is None:
            return f"The {bare}" + (f" per {self.every}" if self.kind == "volume" else "")
        return f"The gap in the {bare} between {_who(self.group, self.name)} and {_who(self.group, self.reference)}"

    def number(self, number: float | None) -> str:
        """A level."""
        if number is None:
            return "a level that would point at single people"
        if self.kind != "rate":
            return f"{number:,.4g}"
        return f"{100 * number:+.1f} points" if self.group is not None else percent(number)


def _who(group: str, name: Value) -> str:
    return f'{group} "{plain(name)}"' if name is not None else f"no {group} recorded"


def _sentence(result: Json, words: _Words) -> str:
    listed = result["changes"]
    if not listed:
        return (
            f"{words.what} shows no change from {day(result['series'][0]['since'])} to "
            f"{day(result['series'][-1]['since'])}: {result['why']}.{_watch(result)}"
        )
    parts = []
    for change in listed[:3]:
        before, after = change["before"]["value"], change["after"]["value"]
        verb = "rose" if change.get("rose", None if None in (before, after) else after > before) else "fell"
        parts.append(
            f"{verb} from {words.number(before)} to {words.number(after)} on {day(change['at'])} "
            f"({100 * change['level']:g} % interval {day(change['low'])} to {day(change['high'])})"
        )
    more = f"; {len(listed) - 3} more changes followed" if len(listed) > 3 else ""
    chance = f"{result['p_value']:.2g}" if result["p_value"] >= 0.0001 else "under 0.0001"
    by = "chosen by an information criterion" if result["chosen_by"] == "criterion" else f"p value {chance}"
    return f"{words.what} {', '.join(parts)}{more}; {by}.{_watch(result)}"


def _watch(result: Json) -> str:
    seen = result.get("watch")
    if seen is None:
        return ""
    if seen["alarm_at"] is None:
        return f" Whoever had watched from {day(seen['since'])} on would not have been alarmed."
    return f" Whoever had watched from {day(seen['since'])} on would have been alarmed on {day(seen['alarm_at'])}."


def _chart(result: Json, words: _Words) -> Json:
    rows = [
        {"since": p["since"], "rate": p["value"]["value"], "low": p["value"]["low"], "high": p["value"]["high"]}
        for p in result["series"]
        if p["value"]["value"] is not None
    ]
    last = result["series"][-1]["since"]
    steps = [
        {"since": s["since"], "until": s["until"] or last}
        | {"level": s["level"]["value"], "low": s["level"]["low"], "high": s["level"]["high"]}
        for s in result["segments"]
        if s["level"]["value"] is not None
    ]
    title = words.what.removeprefix("The ")
    return charts.onset(
        rows,
        steps,
        result["changes"],
        title=title[0].upper() + title[1:] + f", by {words.every}",
        shares=words.kind == "rate",
    )
