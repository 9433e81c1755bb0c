"""Who is shown at the top? Position-discounted exposure by group in ranked lists."""

from collections.abc import Collection, Mapping, Sequence
from math import exp, fsum, log, log2, sqrt
from typing import Any, Literal

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog
from hotwash.investigate.expression import Expression, Name
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import check_reference, columns_of, keys_of, ordered, reference_of
from hotwash.investigate.kinds import HOLDS
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.rates import SUPPRESSED, Json, shown
from hotwash.investigate.suppression import check_cell, hidden_values
from hotwash.investigate.words import capital, number, people, short

POSITIONS_MAX = 100_000


def exposure(
    log: Log,
    *,
    position: str,
    group: str | Sequence[str] | None = None,
    before: str | None = None,
    top: int = 1,
    reference: Mapping[str, Scalar] | Literal["largest", "best"] = "best",
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 30,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Mean exposure of each group's members, its ratio to a reference, and the share in the first places.

    The exposure of position p is 1 / log2(1 + p), as in Singh, A. and Joachims, T. (2018), Fairness of exposure in
    rankings, KDD 2219-2228. One row is one item in one ranked list.

    :param position: the column with the position that the system gave, from 1 (the first)
    :param group: the column or columns by which items are grouped, each by itself
    :param before: the column with the position in which the items came in; then also the change of exposure
    :param top: how many first places count as selected
    :param reference: a value for each column, ``"largest"``, or ``"best"``: the group with the most exposure
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows are too few to say
    :param smallest_cell: hide groups with fewer rows of a kind (but more than none), and what would give them away
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    if top < 1:
        raise AskedWrongly("At least the first place counts as selected (top).")
    told = described(log)
    groups = columns_of(group, told)
    if reference != "best":
        check_reference(reference, groups)
    arguments = {
        "position": position,
        "group": list(groups),
        "before": before,
        "top": top,
        "reference": dict(reference) if isinstance(reference, Mapping) else reference,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
    }
    with asked("exposure", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        places = [_number(asking, name) for name in ((position, before) if before else (position,))]
        scope = asking.condition(where, "where") if where else None
        keys: list[Expression] = [*keys_of(asking, groups), *places, *([scope] if scope is not None else [])]
        tables, complete = _tables(asking, keys, len(groups), len(places), scoped=scope is not None)
        result: Json = {"groups": [], "reference": {}, "complete_lists": complete, "left_out": []}
        for place, name in enumerate(groups):
            gone = hidden_values([tables[place]], smallest_cell, lambda held: _cells(held[0], top))
            result["left_out"] += [{"attributes": {name: value}, "why": SUPPRESSED} for value in ordered(list(gone))]
            told_of = {value: held for value, held in tables[place].items() if value not in gone}
            if told_of:
                _compare(
                    name,
                    told_of,
                    result,
                    reference,
                    top=top,
                    few=smallest_group,
                    level=level,
                    complete=complete,
                    hidden=gone,
                )
        used = sum(sum(sum(held[0].values()) for held in table.values()) for table in tables[:1])
        return asking.finding(used=used, sentence=_sentence(result, used), result=result, chart=_chart(result, groups))


def _number(asking: Asking, name: str) -> Name:
    column = asking.column(name, "a position")
    if column.kind != "number":
        raise ColumnMistyped(f'Column "{name}" holds {HOLDS[column.kind]}, and a position is a number from 1.')
    return Name(name, column=column)


Table = dict[Value, list[dict[int, int]]]


def _tables(
    asking: Asking, keys: Sequence[Expression], width: int, positions: int, *, scoped: bool
) -> tuple[list[Table], bool]:
    """For every group column, rows by position (now, and before) of each group; and whether all lists are whole."""
    scope = keys[-1] if scoped else None
    tables: list[Table] = [{} for _ in range(width)]
    whole: dict[int, int] = {}
    for cell in asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope)):
        if scoped and cell.values[-1] is None:
            asking.skip(WHERE_UNKNOWN, cell.rows)
            continue
        at = [_whole(value) for value in cell.values[width : width + positions]]
        if None in at:
            asking.skip("no position (missing, or no whole number from 1)", cell.rows)
            continue
        whole[at[0] or 0] = whole.get(at[0] or 0, 0) + cell.rows
        for place, table in enumerate(tables):
            held = table.setdefault(cell.values[place], [{} for _ in range(positions)])
            for into, one in zip(held, at, strict=True):
                into[one or 0] = into.get(one or 0, 0) + cell.rows
    if not whole:
        raise EmptyLog("Not a single row has a position. Check the column, or widen where.")
    return tables, len(set(whole.values())) == 1 and set(whole) == set(range(1, len(whole) + 1)) and len(whole) > 1


def _whole(value: Value) -> int | None:
    number_ = float(str(value)) if isinstance(value, int | float) else 0.0
    return int(number_) if number_.is_integer() and 1 <= number_ <= POSITIONS_MAX else None


def _exposed(held: Mapping[int, int]) -> tuple[int, float, float]:
    """Rows, mean exposure and its variance over the rows."""
    n = sum(held.values())
    # Exact sums: an engine gives its counts in no order.
    mean = fsum(rows / log2(1 + p) for p, rows in held.items()) / n
    square = fsum(rows * (1 / log2(1 + p) - mean) ** 2 for p, rows in held.items())
    return n, mean, square / (n - 1) if n > 1 else 0.0


def _cells(held: Mapping[int, int], top: int) -> tuple[int, int, int]:
    n, hits = sum(held.values()), sum(rows for p, rows in held.items() if p <= top)
    return n, hits, n - hits


def _compare(
    name: str,
    table: Table,
    result: Json,
    reference: Mapping[str, Scalar] | str,
    *,
    top: int,
    few: int,
    level: float,
    complete: bool,
    hidden: Collection[Value],
) -> None:
    z = intervals.critical(level)
    known = {value: _exposed(table[value][0]) for value in ordered(list(table))}
    sizes = {value: n for value, (n, _, _) in known.items()}
    large = [value for value in known if sizes[value] >= few]
    if reference == "best" or (isinstance(reference, Mapping) and name not in reference and not large):
        chosen = max(large or list(known), key=lambda v: known[v][1])
    else:
        chosen = reference_of(name, sizes, reference, few, hidden)
    result["reference"][name] = chosen
    places = max(max(held[0]) for held in table.values())
    # Within one whole list positions repel each other: two items' exposures are correlated by -1 / (m - 1), which
    # makes the difference of two groups vary m / (m - 1) times as much as if they were independent.
    wider = places / (places - 1) if complete else 1.0
    base_n, base, base_variance = known[chosen]
    highest = max((sum(r for p, r in table[v][0].items() if p <= top) / sizes[v] for v in large), default=0.0)
    for value, (n, mean, variance) in known.items():
        own, error = value == chosen, z * sqrt(variance / n)
        entry: Json = {
            "attributes": {name: value},
            "reference": own,
            "too_few": n < few,
            "n": n,
            "exposure": shown(mean, (max(0.0, mean - error), min(1.0, mean + error)), level),
        }
        spread = wider * (variance / n + base_variance / base_n)
        gap, reach = mean - base, z * sqrt(spread)
        entry["difference"] = shown(gap, (0.0, 0.0) if own else (gap - reach, gap + reach), level)
        # The delta method on the log scale.
        size = z * sqrt(wider * (variance / (n * mean * mean) + base_variance / (base_n * base * base)))
        times = mean / base
        limits = (1.0, 1.0) if own else (times * exp(-size), times * exp(size))
        entry["ratio"] = shown(times, limits, level)
        hits = sum(rows for p, rows in table[value][0].items() if p <= top)
        entry["in_top"] = shown(hits / n, intervals.wilson(hits, n, z), level)
        entry["in_top_to_highest"] = {"value": hits / n / highest} if highest else {"value": None, "why": "nobody is"}
        if len(table[value]) > 1:
            _, came, came_variance = _exposed(table[value][1])
            # The same rows before and after: without their pairs, the wider bound of an unknown correlation.
            reach = z * (sqrt(variance / n) + sqrt(came_variance / n))
            entry["before"] = {"value": came}
            entry["change"] = shown(mean - came, (mean - came - reach, mean - came + reach), level)
        result["groups"].append(entry)
        if n < few:
            result["left_out"].append({"attributes": {name: value}, "why": f"too few to say (under {few})"})


def _sentence(result: Json, used: int) -> str:
    over = f"over {number(used, 'place in a ranking', 'places in rankings')}"
    others = [e for e in result["groups"] if not e["reference"] and not e["too_few"]]
    if not others:
        return f"No two groups are large enough to be compared, {over}."
    worst = max(others, key=lambda e: abs(log(e["ratio"]["value"])))
    (name,) = worst["attributes"]
    base = people({name: result["reference"][name]})
    times = worst["ratio"]
    limits = f"{100 * times['level']:g} % interval {times['low']:.3f} to {times['high']:.3f}"
    if times["low"] <= 1 <= times["high"]:
        return (
            f"No group is shown nearer to the top than chance may explain, {over}; furthest apart are "
            f"{people(worst['attributes'])}, with {times['value']:.3f} times the exposure of {base} ({limits})."
        )
    who = capital(people(worst["attributes"]))
    return f"{who} get {times['value']:.3f} times the exposure of {base} ({limits}), {over}."


def _chart(result: Json, names: Sequence[str]) -> Json:
    rows: list[Any] = []
    for entry in (e for e in result["groups"] if list(e["attributes"]) == [names[0]]):
        rows.append(
            {
                "group": short(entry["attributes"]) + (" (reference)" if entry["reference"] else ""),
                "metric": "exposure",
                "rate": entry["exposure"]["value"],
                "low": entry["exposure"]["low"],
                "high": entry["exposure"]["high"],
                "enough": "too few to say" if entry["too_few"] else "enough",
            }
        )
    return charts.dots(rows[: charts.ROWS_MAX], title=f"Mean exposure by {names[0]} (the first place is 100 %)")
