"""How far are estimates off, by group? Mean error, mean absolute error and root mean square error of a number."""

from collections.abc import Mapping, Sequence
from math import fsum, sqrt
from typing import Any, Literal

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import SumsAsk, Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog
from hotwash.investigate.expression import Arithmetic, Call, Expression, Name
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import check_reference, columns_of, keys_of, ordered, reference_of
from hotwash.investigate.kinds import HOLDS
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.rates import SUPPRESSED, Json, shown
from hotwash.investigate.suppression import check_cell, hidden_values
from hotwash.investigate.words import number, people, short

Moments = tuple[int, int, float, float]
"""Rows, rows with a value, mean, variance over n - 1."""


def estimates(
    log: Log,
    *,
    estimate: str | None = None,
    truth: str | None = None,
    group: str | Sequence[str] | None = None,
    reference: Mapping[str, Scalar] | Literal["largest"] = "largest",
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 30,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Mean error (estimate minus truth), mean absolute error and root mean square error of every group.

    Intervals are normal, from means and variances that the engine adds up; that of the root mean square error is the
    root of the interval of the mean square. Differences to the reference add both variances (Welch).

    :param estimate: the column with the number that the model gave; the log's score if it is not named
    :param truth: the column with the number that turned out to be true; the log's label if it is not named
    :param group: the column or columns by which people are grouped, each by itself
    :param reference: a value for each column, or ``"largest"``
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows are too few to say
    :param smallest_cell: hide groups with fewer rows of a kind (but more than none), and what would give them away
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    told = described(log)
    groups = columns_of(group, told)
    check_reference(reference, groups)
    estimate, truth = estimate or told.score, truth or told.label
    if not estimate or not truth:
        raise AskedWrongly("Name the column with the estimate and the column with the truth (estimate, truth).")
    arguments = {
        "estimate": estimate,
        "truth": truth,
        "group": list(groups),
        "reference": dict(reference) if isinstance(reference, Mapping) else reference,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
    }
    with asked("estimates", told, arguments, steps=7, on_progress=on_progress, cancelled=cancelled) as asking:
        error = Arithmetic("-", _number(asking, estimate), _number(asking, truth))
        scope = asking.condition(where, "where") if where else None
        keys: list[Expression] = [*keys_of(asking, groups), *([scope] if scope is not None else [])]
        wanted: dict[str, Expression] = {
            "mean_error": error,
            "mae": Call("abs", error),
            "mse": Arithmetic("*", error, error),
        }
        found = {name: _moments(asking, value, keys, len(groups), scope=scope) for name, value in wanted.items()}
        asking.skip("no estimate or no truth (missing, or not finite)", _lost(found["mean_error"][0]))
        result: Json = {"groups": [], "reference": {}, "left_out": []}
        for place, name in enumerate(groups):
            tables = {metric: found[metric][place] for metric in wanted}
            _compare(name, tables, result, reference, few=smallest_group, cell=smallest_cell, level=level)
        used = sum(valued for _, valued, _, _ in found["mean_error"][0].values())
        if not used:
            raise EmptyLog("Not a single row has both an estimate and a truth. Check the columns, or widen where.")
        return asking.finding(used=used, sentence=_sentence(result, used), result=result, chart=_chart(result, groups))


def _number(asking: Asking, name: str) -> Name:
    column = asking.column(name, "a number")
    if column.kind != "number":
        raise ColumnMistyped(f'Column "{name}" holds {HOLDS[column.kind]}, and errors are measured between numbers.')
    return Name(name, column=column)


def _moments(
    asking: Asking, value: Expression, keys: Sequence[Expression], width: int, *, scope: Expression | None
) -> list[dict[Value, Moments]]:
    """Mean and variance of a number for each group of each column, merged from one set of sums."""
    sums = asking.engine.sums(SumsAsk(value, tuple(keys), scope))
    tables: list[dict[Value, list[tuple[float, ...]]]] = [{} for _ in range(width)]
    unknown = 0
    for cell in sums.cells:
        if scope is not None and cell.values[-1] is None:
            unknown += cell.rows
            continue
        for place, table in enumerate(tables):
            table.setdefault(cell.values[place], []).append((cell.rows, cell.valued, cell.total, cell.squares))
    asking.skipped.pop(WHERE_UNKNOWN, None)
    asking.skip(WHERE_UNKNOWN, unknown)
    # Exact sums: an engine gives its cells in no order.
    return [
        {v: _moment(sums.centre, *map(fsum, zip(*held, strict=True))) for v, held in table.items()} for table in tables
    ]


def _moment(centre: float, rows: float, valued: float, total: float, squares: float) -> Moments:
    if not valued:
        return int(rows), 0, 0.0, 0.0
    mean = total / valued
    variance = max(0.0, squares - valued * mean * mean) / (valued - 1) if valued > 1 else 0.0
    return int(rows), int(valued), centre + mean, variance


def _lost(table: Mapping[Value, Moments]) -> int:
    return sum(rows - valued for rows, valued, _, _ in table.values())


def _compare(
    name: str,
    tables: Mapping[str, Mapping[Value, Moments]],
    result: Json,
    reference: Mapping[str, Scalar] | str,
    *,
    few: int,
    cell: int,
    level: float,
) -> None:
    z = intervals.critical(level)
    gone = hidden_values([tables["mean_error"]], cell, lambda held: (held[0], held[1], held[0] - held[1]))
    result["left_out"] += [{"attributes": {name: value}, "why": SUPPRESSED} for value in ordered(list(gone))]
    sizes = {value: held[1] for value, held in tables["mean_error"].items() if held[1] and value not in gone}
    if not sizes:
        return
    chosen = reference_of(name, sizes, reference, few, gone)
    result["reference"][name] = chosen
    for value in ordered(list(sizes)):
        own, n = value == chosen, sizes[value]
        entry: Json = {"attributes": {name: value}, "reference": own, "too_few": n < few, "n": n, "difference": {}}
        limits: dict[str, tuple[float, intervals.Limits]] = {}
        for metric, table in tables.items():
            for who in (value, chosen):
                _, count, mean, variance = table[who]
                reach = z * sqrt(variance / count)
                held, low, high = mean, mean - reach, mean + reach
                if metric != "mean_error":
                    low = max(0.0, low)
                if metric == "mse":
                    held, low, high = sqrt(max(0.0, held)), sqrt(low), sqrt(max(0.0, high))
                limits["own" if who == value else "base"] = (held, (low, high))
                if who == value == chosen:
                    limits["base"] = limits["own"]
            title = "rmse" if metric == "mse" else metric
            (here, here_limits), (there, there_limits) = limits["own"], limits["base"]
            entry[title] = shown(here, here_limits, level)
            gap = (0.0, 0.0) if own else intervals.change(here, here_limits, there, there_limits)
            entry["difference"][title] = shown(here - there, gap, level)
        result["groups"].append(entry)
        if n < few:
            result["left_out"].append({"attributes": {name: value}, "why": f"too few to say (under {few})"})


def _sentence(result: Json, used: int) -> str:
    over = f"over {number(used, 'estimate')}"
    others = [e for e in result["groups"] if not e["reference"] and not e["too_few"]]
    if not others:
        return f"No two groups are large enough to be compared, {over}."
    clear = [e for e in others if e["difference"]["mae"]["low"] > 0 or e["difference"]["mae"]["high"] < 0]
    worst = max(clear or others, key=lambda e: abs(e["difference"]["mae"]["value"]))
    (name,) = worst["attributes"]
    base = {name: result["reference"][name]}
    there = next(e for e in result["groups"] if e["attributes"] == base)
    who, others_ = people(worst["attributes"]), people(base)
    gap = worst["difference"]["mae"]
    limits = f"{100 * gap['level']:g} % interval of the difference {gap['low']:+.3g} to {gap['high']:+.3g}"
    if not clear:
        return (
            f"No group's estimates are off by more than chance may explain, {over}; the widest gap: {who} ({limits})."
        )
    if gap["value"] < 0:
        who, others_, worst, there = others_, who, there, worst
    return (
        f"Estimates for {who} are off by {worst['mae']['value']:.3g} on average, those for {others_} by "
        f"{there['mae']['value']:.3g} ({limits}); {who} are estimated {worst['mean_error']['value']:+.3g} "
        f"from the truth, {others_} {there['mean_error']['value']:+.3g}, {over}."
    )


def _chart(result: Json, names: Sequence[str]) -> Json:
    rows: list[Any] = [
        {"group": short(e["attributes"]) + (" (reference)" if e["reference"] else ""), "metric": "mean absolute error"}
        | {"rate": e["mae"]["value"], "low": e["mae"]["low"], "high": e["mae"]["high"]}
        | {"enough": "too few to say" if e["too_few"] else "enough"}
        for e in result["groups"]
        if list(e["attributes"]) == [names[0]]
    ]
    return charts.amounts(rows[: charts.ROWS_MAX], title=f"Mean absolute error by {names[0]}")
