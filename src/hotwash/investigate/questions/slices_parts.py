"""The numbers of a search for cohorts after the counting, and how its finding speaks and is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotwash.investigate import charts, intervals
from hotwash.investigate.features import Feature
from hotwash.investigate.rates import Json, rate, shown_rate
from hotwash.investigate.rates import shown as number_shown
from hotwash.investigate.suppression import small
from hotwash.investigate.words import number, percent, short, span

if TYPE_CHECKING:
    from hotwash.investigate.cohorts import Cell, Cohort
    from hotwash.investigate.slicing import Found


@dataclass(frozen=True, slots=True)
class Told:
    """What was searched and how it is to be told."""

    features: list[Feature]
    left_out: dict[str, str]
    depth: int
    top: int
    rank: str
    alarm: float
    level: float
    cell: int


def shown(
    told: Told,
    live: Sequence[Sequence[int]],
    taken: "Sequence[Cohort]",
    found: "Found",
    *,
    rows: int,
    harmed: int,
    least: int,
) -> Json:
    """The result. Intervals hold for all tested conjunctions together: each has the level ``1 - (1 - level) / tested``.

    The excess of a cohort of n rows out of N is ``n (1 - n / N) (p - q)``, with p its rate and q that of the rows
    outside, and so the same as ``n (p - overall)``. Its interval is that of ``p - q``; the lift is ``x / (1 + n / N
    (x - 1))`` with x = p / q, and its interval comes from that of x.
    """
    tested = sum(found.tested)
    sure = 1 - (1 - told.level) / max(tested, 1)
    z = intervals.critical(sure)
    told_ones = _telling(taken, rows, harmed, told.cell)
    overall = rate(harmed, rows, intervals.critical(told.level), "no rows")
    order = {
        "excess": sorted(told_ones, key=lambda c: (-(c.harmed - c.rows * harmed / rows), len(c.cell[0]))),
        "rate": sorted(told_ones, key=lambda c: (-c.harmed / c.rows, len(c.cell[0]))),
    }
    entries = []
    for c in order[told.rank]:
        own = rate(c.harmed, c.rows, z, "no rows")
        rest = rate(harmed - c.harmed, rows - c.rows, z, "no other rows")
        assert own.value is not None
        assert rest.value is not None
        low, high = intervals.difference(own.value, own.limits, rest.value, rest.limits)
        scale, part = c.rows * (1 - c.rows / rows), c.rows / rows
        lifted: Json = {"value": None, "why": "no row is harmed"}
        if overall.value:
            times = intervals.ratio(own.value, own.limits, rest.value, rest.limits) if rest.value else (1.0, None)
            lifted = number_shown(own.value / overall.value, (_lift(times[0], part), _lift(times[1], part)), told.level)
        entries.append(
            _where(told, live, c.cell)
            | {
                "n": c.rows,
                "harmed": c.harmed,
                "rate": shown_rate(own, told.level),
                "overall_rate": shown_rate(overall, told.level),
                "lift": lifted,
                "excess": number_shown(scale * (own.value - rest.value), (scale * low, scale * high), told.level),
                "p": c.p,
                "p_corrected": min(1.0, c.p * tested),
                "rank_by_excess": order["excess"].index(c) + 1,
                "rank_by_rate": order["rate"].index(c) + 1,
                "folded": c.folded,
                "alike": [_where(told, live, cell) for cell in c.alike],
            }
        )
    return {
        "slices": entries,
        "n": rows,
        "harmed": harmed,
        "overall_rate": shown_rate(overall, told.level),
        "searched": {
            "features": [
                {"name": f.name, "values": [f.shown[code] for code in kept if code < len(f.shown)]}
                for f, kept in zip(told.features, live, strict=True)
            ],
            "left_out": told.left_out,
            "depth": told.depth,
            "smallest_n": least,
            "tested": tested,
            "tested_by_depth": found.tested,
            "alarm": told.alarm,
            "correction": "Bonferroni over all tested conjunctions",
            "complete": True,
        },
        "hidden": len(taken) - len(told_ones),
    }


def _lift(times: float | None, part: float) -> float:
    return 1 / part if times is None or times == float("inf") else times / (1 + part * (times - 1))


def _telling(taken: "Sequence[Cohort]", rows: int, harmed: int, smallest: int) -> "list[Cohort]":
    """The cohorts without small cells, of which none is left over either when some are subtracted from all rows, or
    from a cohort of which they are parts."""
    groups = [list(zip(*c.cell, strict=True)) for c in taken]
    cells = [(c.rows, c.harmed, c.rows - c.harmed) for c in taken]
    shown = [i for i in range(len(taken)) if not small(cells[i], smallest)]
    whole = (rows, harmed, rows - harmed)
    while True:
        for place, held in [(None, whole), *((i, cells[i]) for i in shown)]:
            of = set(groups[place]) if place is not None else set()
            siblings: dict[tuple[object, ...], list[int]] = {}
            for i in shown:
                if i != place and of <= set(groups[i]):
                    siblings.setdefault(tuple(name for name, _ in groups[i]), []).append(i)
            for parts in siblings.values():
                # Each part by itself, and those together that never overlap.
                for some in (*([i] for i in parts), parts):
                    if small([a - sum(b) for a, *b in zip(held, *(cells[i] for i in some), strict=True)], smallest):
                        shown.remove(min(some, key=lambda i: (cells[i][0], i)))
                        break
                else:
                    continue
                break
            else:
                continue
            break
        else:
            return [taken[i] for i in shown]


def _where(told: Told, live: Sequence[Sequence[int]], cell: "Cell") -> Json:
    places = [(told.features[i], live[i][code]) for i, code in zip(*cell, strict=True)]
    return {
        "where": {f.name: f.shown[code] if code < len(f.shown) else None for f, code in places},
        "condition": " and ".join(f.conditions[code] for f, code in places),
    }


def sentence(result: Json) -> str:
    """The finding in one plain sentence."""
    found, overall = result["slices"], result["overall_rate"]
    searched = (
        f"{number(result['searched']['tested'], 'cohort')} with at least {result['searched']['smallest_n']:,} rows"
    )
    if result["harmed"] in (0, result["n"]):
        return f"{'No' if not result['harmed'] else 'Every'} row is under the harm, so no cohort can stand out."
    if not found:
        left = f" ({number(result['hidden'], 'cohort')} too small to show)" if result["hidden"] else ""
        return (
            f"No cohort stands out beyond chance{left}: of {searched}, none is clearly above the overall rate of "
            f"{percent(overall['value'])}."
        )
    first = found[0]
    more = first["excess"]
    text = (
        f"Harm is greatest where {_said(first['where'])}: {first['harmed']:,} of {first['n']:,} "
        f"({percent(first['rate']['value'])} against {percent(overall['value'])} overall), {more['value']:,.0f} more "
        f"than at the overall rate ({100 * more['level']:g} % interval {more['low']:,.0f} to {more['high']:,.0f})"
    )
    other = min(found, key=lambda one: one["rank_by_rate"])
    if other is not first:
        text += f"; the highest rate is where {_said(other['where'])} ({span_of(other['rate'])})"
    rest = len(found) - 1 - (other is not first)
    if rest:
        text += f"; {number(rest, 'more cohort')} {'stands' if rest == 1 else 'stand'} out"
    return f"{text}; {searched} were searched."


def span_of(one: Json) -> str:
    """A rate with its interval."""
    return f"{percent(one['value'])}, {span(one)}"


def _said(where: Json) -> str:
    parts = []
    for name, value in where.items():
        if value is None:
            parts.append(f"no {name} is recorded")
        elif isinstance(value, str) and (value[:1] in "<>" or " to < " in value):
            parts.append(f"{name} {'is ' if ' to < ' in value else ''}{value}")
        else:
            parts.append(f"{name} is {str(value).lower() if isinstance(value, bool) else value}")
    return " and ".join(parts)


def chart(result: Json) -> Json:
    """The rate of each cohort with its interval, beside that of all rows."""
    pairs: list[tuple[str, Json]] = [("all rows", result["overall_rate"])]
    pairs += [(short(_plain(one["where"])), one["rate"]) for one in result["slices"][: charts.ROWS_MAX]]
    rows = [
        {
            "group": title,
            "metric": "share under the harm",
            "rate": one["value"],
            "low": one["low"],
            "high": one["high"],
            "enough": "enough",
        }
        for title, one in pairs
        if one["value"] is not None
    ]
    return charts.dots(rows, title="Cohorts with the most harm")


def _plain(where: Json) -> dict[str, Any]:
    """Names beside all values: a bare "2" or "< 25" says nothing."""
    return {"": " · ".join(_said({name: value}) for name, value in where.items())}
