"""How much is not known yet? Labels that come late, by period and group, and from when on error rates are censored."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, Value
from hotwash.investigate.errors import AskedWrongly, EmptyLog
from hotwash.investigate.expression import Expression, Missing, Start
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import columns_of, keys_of, ordered
from hotwash.investigate.periods import day, instant, row
from hotwash.investigate.predictions import Log, described
from hotwash.investigate.proportions import holm, two_sided
from hotwash.investigate.rates import SUPPRESSED, Json, rate, shown_rate
from hotwash.investigate.suppression import NOTHING, check_cell, hidden_values, small
from hotwash.investigate.words import number, people, percent

EVERY = ("hour", "day", "week", "month")
SETTLED = 0.9
"""A period whose coverage is under this share of the usual one is not settled."""
NO_ROWS = "no decisions"


def late_labels(
    log: Log,
    *,
    label: str | None = None,
    time: str | None = None,
    group: str | Sequence[str] | None = None,
    every: str = "week",
    where: str | None = None,
    level: float = 0.95,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """The share of decisions with a label, by period and group, and since when labels are incomplete.

    The usual coverage is the median over the earlier half of the periods. The newest run of periods that lie under
    `SETTLED` of it, with their whole interval, is censored: what is known there is what became known quickly, and no
    error rate of it can be compared with settled ones.

    :param label: the column with what turned out to be true
    :param time: the column with the time of the decision
    :param group: the column or columns by which people are grouped, each by itself
    :param every: the length of one period
    :param where: a condition that rows must meet
    :param smallest_cell: hide groups and periods with fewer rows of a kind (but more than none), and whatever gives
        them away
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    if every not in EVERY:
        raise AskedWrongly(f'A period is an {", ".join(EVERY[:-1])} or {EVERY[-1]}, not "{every}".')
    told = described(log)
    label, time = label or told.label, time or told.time
    groups = columns_of(group, told) if group or told.attributes else ()
    if not label or not time:
        raise AskedWrongly("Name the column with the label and the column with the time (label, time).")
    arguments = {
        "label": label,
        "time": time,
        "group": list(groups),
        "every": every,
        "where": where,
        "level": level,
        "smallest_cell": smallest_cell or None,
    }
    with asked("late-labels", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        scope = asking.condition(where, "where") if where else None
        keys: list[Expression] = [Start(asking.time(time), every), Missing(asking.name(label, "the label"))]
        keys += [*keys_of(asking, groups), *([scope] if scope is not None else [])]
        periods: dict[date, list[int]] = {}
        tables: list[dict[Value, dict[date, list[int]]]] = [{} for _ in groups]
        for cell in asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope)):
            start = cell.values[0]
            if scope is not None and cell.values[-1] is None:
                asking.skip(WHERE_UNKNOWN, cell.rows)
            elif not isinstance(start, date):
                asking.skip("no time", cell.rows)
            else:
                _add(periods, start, cell.rows, known=not cell.values[1])
                for place, table in enumerate(tables):
                    _add(table.setdefault(cell.values[2 + place], {}), start, cell.rows, known=not cell.values[1])
        if not periods:
            raise EmptyLog("Not a single row has a time. Check the column, or widen where.")
        starts = row(periods, every)
        result = _result(periods, starts, dict(zip(groups, tables, strict=True)), level, smallest_cell)
        used = sum(n for n, _ in periods.values())
        drawn = charts.course(
            [
                {"since": p["since"], "decisions": p["n"], "rate": p["coverage"]["value"]}
                | {"low": p["coverage"]["low"], "high": p["coverage"]["high"]}
                for p in result["over_time"]
                if not p.get("suppressed") and p["n"]
            ],
            title=f"Share of decisions with a label, by {every}",
        )
        return asking.finding(used=used, sentence=_sentence(result, used), result=result, chart=drawn)


def _add(table: dict[date, list[int]], start: date, rows: int, *, known: bool) -> None:
    counts = table.setdefault(start, [0, 0])
    counts[0] += rows
    counts[1] += rows * known


def _result(
    periods: dict[date, list[int]],
    starts: Sequence[date],
    tables: dict[str, dict[Value, dict[date, list[int]]]],
    level: float,
    cell: int,
) -> Json:
    z = intervals.critical(level)
    counted = [periods.get(start, [0, 0]) for start in starts]
    shares = [rate(known, n, z, NO_ROWS) for n, known in counted]
    settled = sorted(one.value for one in shares[: (len(shares) + 1) // 2] if one.value is not None)
    usual = settled[len(settled) // 2] if settled else 0.0
    since = len(starts)
    while since > 0 and (shares[since - 1].value is None or shares[since - 1].limits[1] < SETTLED * usual):
        since -= 1
    since = next((i for i in range(since, len(starts)) if shares[i].value is not None), len(starts))
    late = [n for start, (n, _) in periods.items() if since < len(starts) and start >= starts[since]]
    whole = sum(n for n, _ in counted), sum(known for _, known in counted)
    if cell > 1 and small((*whole, whole[0] - whole[1], sum(late)), cell):
        raise EmptyLog(
            f"Fewer decisions than the smallest cell ({cell}) have a label, lack one, or came since labels are late: "
            "nothing can be told without pointing at them."
        )
    gone = hidden_values([dict(zip(starts, counted, strict=True))], cell, _cells, totals=True)
    result: Json = {
        "coverage": shown_rate(rate(sum(k for _, k in counted), sum(n for n, _ in counted), z, NO_ROWS), level),
        "usual_coverage": {"value": usual},
        "censored_since": instant(starts[since]) if since < len(starts) else None,
        "censored": sum(late),
        "over_time": [
            {"since": instant(start), "n": NOTHING, "labelled": NOTHING, "coverage": NOTHING, "suppressed": True}
            if start in gone
            else {"since": instant(start), "n": one.n, "labelled": one.hits, "coverage": shown_rate(one, level)}
            for start, one in zip(starts, shares, strict=True)
        ],
        "groups": [],
    }
    result["left_out"] = []
    for name, table in tables.items():
        sums = {
            v: [
                *(sum(c[i] for c in by.values()) for i in (0, 1)),
                sum(c[0] for start, c in by.items() if since < len(starts) and start >= starts[since]),
            ]
            for v, by in table.items()
        }
        hidden = hidden_values([sums], cell, _cells, totals=True)
        result["left_out"] += [{"attributes": {name: value}, "why": SUPPRESSED} for value in ordered(list(hidden))]
        sums = {value: held for value, held in sums.items() if value not in hidden}
        if not sums:
            continue
        largest = max(sums, key=lambda v: (sums[v][0], str(v)))
        ps = []
        for value in ordered(list(sums)):
            n, known, censored = sums[value]
            p = None if value == largest else two_sided(known, n, sums[largest][1], sums[largest][0])[0]
            ps.append(p)
            result["groups"].append(
                {
                    "attributes": {name: value},
                    "reference": value == largest,
                    "n": n,
                    "labelled": known,
                    "coverage": shown_rate(rate(known, n, z, NO_ROWS), level),
                    "censored": censored,
                    "p": p,
                }
            )
        for entry, p in zip(result["groups"][-len(ps) :], holm(ps), strict=True):
            entry["p_holm"] = p
    return result


def _cells(held: Sequence[int]) -> tuple[int, ...]:
    n, known, *late = held
    return (n, known, n - known, *(cell for one in late for cell in (one, n - one)))


def _sentence(result: Json, used: int) -> str:
    whole = result["coverage"]
    said = f"{percent(whole['value'])} of {number(used, 'decision')} have a label"
    if result["censored_since"]:
        said += (
            f"; since {day(result['censored_since'])} labels are incomplete ({result['censored']:,} decisions), so "
            "error rates from then on speak only of what became known quickly"
        )
    uneven: list[Any] = [g for g in result["groups"] if g["p_holm"] is not None and g["p_holm"] <= 1 - whole["level"]]
    if uneven:
        first = max(uneven, key=lambda g: abs(g["coverage"]["value"] - whole["value"]))
        said += f"; they are unevenly spread: {percent(first['coverage']['value'])} of {people(first['attributes'])}"
    return f"{said}."
