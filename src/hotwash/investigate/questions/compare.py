"""Two parts of a log side by side - periods, versions or segments - on every metric, with intervals of the change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hotwash.investigate import intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, Cell, PeopleAsk, Value
from hotwash.investigate.errors import AskedWrongly, EmptyLog
from hotwash.investigate.expression import All, Expression, Not
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import check_reference, columns_of, keys_of, ordered, reference_of
from hotwash.investigate.groups import cube_of
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.questions.compare_parts import chart, sentence
from hotwash.investigate.questions.drift import drift
from hotwash.investigate.rates import (
    COMPARED,
    METRICS,
    NO_ROWS,
    SUPPRESSED,
    Counts,
    Json,
    Rate,
    against,
    rate,
    rates,
    shown,
    shown_rate,
)
from hotwash.investigate.suppression import NOTHING, cells_of, check_cell, hidden_values, small

SIDES = ("one", "two")
NO_HARM = "it cannot be told whether the harm holds (a value is missing or not a number)"


@dataclass(slots=True)
class _Side:
    """What was counted on one side: rows, those for which the harm can be told, those under it, and counts by group."""

    n: int
    told: int
    harmed: int
    groups: dict[tuple[Value, ...], list[int]]


def compare(
    log: Log,
    *,
    one: str,
    two: str | None = None,
    harm: str | None = None,
    subject: str | None = None,
    decision: str | None = None,
    label: str | None = None,
    group: str | Sequence[str] | None = None,
    reference: Mapping[str, Scalar] | Literal["largest"] = "largest",
    favourable: Scalar = None,
    columns: str | Sequence[str] | None = None,
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 10,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Every metric of blast radius and fairness, and on request of drift, of two parts of a log in one table.

    A difference of shares has Newcombe's hybrid score interval, a ratio MOVER-R's, the change of a gap between groups
    the interval of a difference of independent differences (MOVER, Zou and Donner 2008). Columns that are not named are
    taken from the log's description.

    :param one: a condition: the first part, such as ``model_version = 'v1'``
    :param two: a condition: the second part; without it all other rows
    :param harm: a condition: which decisions are harmful
    :param subject: the column with the person, to count how many different ones met the harm
    :param decision: the column with what was decided
    :param label: the column with what turned out to be true
    :param group: the column or columns by which people are grouped, each by itself
    :param reference: a value for each column, or ``"largest"``: the largest group of both parts together
    :param favourable: the value of the decision (and of the label, where it holds that value) that counts as yes
    :param columns: columns whose distributions are compared too, as `drift` does
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows in a part are shown, and their gaps left out
    :param smallest_cell: hide groups with fewer rows of a kind (but more than none), and what would give them away
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    told = described(log)
    decision, label, subject = decision or told.decision, label or told.label, subject or told.subject
    if not decision and not harm:
        raise AskedWrongly(
            "Name the column with the decision, or the harm: without either there is nothing to compare."
        )
    groups = columns_of(group, told) if group or told.attributes else ()
    check_reference(reference, groups)
    if not decision:
        label, groups = None, ()
    listed = [columns] if isinstance(columns, str) else list(columns) if columns is not None else None
    arguments = {
        "one": one,
        "two": two,
        "harm": harm,
        "subject": subject if harm else None,
        "decision": decision,
        "label": label,
        "group": list(groups) or None,
        "reference": (dict(reference) if isinstance(reference, Mapping) else reference) if groups else None,
        "favourable": favourable,
        "columns": listed,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
    }
    steps = 2 + (4 if harm and subject else 0)
    with asked("compare", told, arguments, steps=steps, on_progress=on_progress, cancelled=cancelled) as asking:
        parts = _parts(asking, one, two)
        scope = asking.condition(where, "where") if where else None
        harmful = asking.condition(harm, "harm") if harm else None
        sides, left = _counted(
            asking, parts, harmful, scope, groups, decision=decision, label=label, favourable=favourable
        )
        said = dict(zip(SIDES, (one, two or f"not ({one})"), strict=True))
        result: Json = {name: {"condition": said[name], "n": side.n} for name, side in zip(SIDES, sides, strict=True)}

        def lines(level: float) -> Json:
            return _lines(
                sides,
                groups,
                reference,
                harm=bool(harm),
                decided=bool(decision),
                labels=bool(label),
                level=level,
                few=smallest_group,
                cell=smallest_cell,
            )

        result |= lines(level)
        result["left_out"] += left
        _judge(result, lines, level)
        if harmful is not None and subject:
            people = _people(asking, parts, harmful, scope, subject)
            few = small(list(people.values()), smallest_cell)
            result["subjects"] = dict.fromkeys(SIDES, NOTHING) if few else people
        found = asking.finding(
            used=sum(side.n for side in sides), sentence=sentence(result), result=result, chart=chart(result)
        )
    if listed is None:
        return found
    moved = drift(
        told,
        baseline=one,
        against=two or f"not ({one})",
        columns=listed,
        where=where,
        level=level,
        smallest_cell=smallest_cell,
        on_progress=None,
        cancelled=cancelled,
    )
    recipe = replace(found.recipe, sql=found.recipe.sql + moved.recipe.sql)
    return replace(found, recipe=recipe, result={**found.result, "columns": moved.result["columns"]})


def _parts(asking: Asking, one: str, two: str | None) -> tuple[Expression, Expression]:
    first = asking.condition(one, "one")
    return first, asking.condition(two, "two") if two else Not(first)


def _counted(
    asking: Asking,
    parts: tuple[Expression, Expression],
    harm: Expression | None,
    scope: Expression | None,
    groups: Sequence[str],
    *,
    decision: str | None,
    label: str | None,
    favourable: Scalar,
) -> tuple[tuple[_Side, _Side], list[Json]]:
    """Both sides, from one scan; and what could not be told of their rows.

    :raises LogError: if a row belongs to both sides, or a side has no rows
    """
    keys: list[Expression] = [*keys_of(asking, groups), *parts]
    width = len(groups)
    keys += [harm] if harm is not None else []
    keys += [asking.name(decision, "the decision")] if decision else []
    keys += [asking.name(label, "the label")] if label else []
    keys += [scope] if scope is not None else []
    sides = (_Side(0, 0, 0, {}), _Side(0, 0, 0, {}))
    kept: list[Cell] = []
    unknown = 0
    for cell in asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope)):
        first, second = cell.values[width : width + 2]
        if scope is not None and cell.values[-1] is None:
            asking.skip(WHERE_UNKNOWN, cell.rows)
        elif first and second:
            raise AskedWrongly("Some rows meet both one and two. A row belongs to one of them, or to neither.")
        elif not first and not second:
            asking.skip("neither in one nor in two", cell.rows)
        else:
            side = sides[0 if first else 1]
            side.n += cell.rows
            if harm is not None:
                held = cell.values[width + 2]
                side.told += cell.rows if held is not None else 0
                side.harmed += cell.rows if held else 0
                unknown += cell.rows if held is None else 0
            kept.append(cell)
    for name, side in zip(SIDES, sides, strict=True):
        if not side.n:
            raise EmptyLog(f"No row is in {name}. Widen its condition.")
    left = [{"why": NO_HARM, "n": unknown}] if unknown else []
    if decision:
        left += _decided(asking, kept, sides, width, harm=harm, decision=decision, label=label, favourable=favourable)
    return sides, left


def _decided(
    asking: Asking,
    cells: Sequence[Cell],
    sides: tuple[_Side, _Side],
    width: int,
    *,
    harm: Expression | None,
    decision: str,
    label: str | None,
    favourable: Scalar,
) -> list[Json]:
    """Counts of decisions by group on both sides; and how many rows have none."""
    wide = width + 2 + (harm is not None)
    before = dict(asking.skipped)
    cube = cube_of(asking, cells, width=wide, decision=decision, label=label, favourable=favourable, scoped=False)
    # A row without a decision can still be harmed: it is used.
    left = [{"why": why, "n": n - before.get(why, 0)} for why, n in asking.skipped.items() if n != before.get(why, 0)]
    asking.skipped = before
    for values, counts in cube.items():
        into = sides[0 if values[width] else 1].groups.setdefault(values[:width], [0] * 6)
        for place, count in enumerate(counts):
            into[place] += count
    return left


def _sum(groups: Mapping[tuple[Value, ...], Sequence[int]]) -> Counts:
    return Counts(*(sum(counts[i] for counts in groups.values()) for i in range(6)))


def _row(of: Json, metric: str, pair: Sequence[Rate], level: float) -> Json:
    """One line of the table: how far two is from one."""
    first, second = pair
    ratio, difference, _ = against(second, first, level)
    return {
        "of": of,
        "metric": metric,
        "one": shown_rate(first, level),
        "two": shown_rate(second, level),
        "difference": difference,
        "ratio": ratio,
    }


def _clear(gap: Json) -> bool:
    return gap["value"] is not None and bool(gap["low"] > 0 or gap["high"] < 0)


def _lines(
    sides: Sequence[_Side],
    groups: Sequence[str],
    reference: Mapping[str, Scalar] | str,
    *,
    harm: bool,
    decided: bool,
    labels: bool,
    level: float,
    few: int,
    cell: int,
) -> Json:
    """Every line of the table, with intervals of one level."""
    z = intervals.critical(level)
    result: Json = {"rows": [], "gaps": [], "left_out": []}
    if harm:
        shares = [rate(side.harmed, side.told, z, NO_ROWS) for side in sides]
        if any(small((side.told, side.harmed, side.told - side.harmed), cell) for side in sides):
            shares = [Rate(why=SUPPRESSED)] * 2
        result["rows"].append(_row({}, "harm", shares, level))
    if decided:
        known = [rates(_sum(side.groups), labels=labels, level=level) for side in sides]
        if any(small(cells_of(_sum(side.groups)), cell) for side in sides):
            known = [dict.fromkeys(METRICS, Rate(why=SUPPRESSED))] * 2
        metrics = METRICS if labels else ("selection_rate",)
        result["rows"] += [_row({}, m, [one[m] for one in known], level) for m in metrics]
    for place, name in enumerate(groups):
        _grouped(result, sides, place, name, reference, labels=labels, level=level, few=few, cell=cell)
    return result


def _judge(result: Json, lines: Callable[[float], Json], level: float) -> None:
    """Mark the lines that differ beyond chance: whose interval would still leave out 0 if it were so wide that all
    lines together hold with the level (Bonferroni)."""
    told = [("rows", "difference"), ("gaps", "change")]
    tried = sum(line[what]["value"] is not None for part, what in told for line in result[part])
    strict = lines(1 - (1 - level) / max(tried, 1))
    for part, what in told:
        for line, wide in zip(result[part], strict[part], strict=True):
            line["distinct"] = _clear(wide[what]) and not line.pop("few", False)
    result["compared"] = tried
    result["distinct"] = sum(line["distinct"] for part, _ in told for line in result[part])


def _people(
    asking: Asking, parts: tuple[Expression, Expression], harm: Expression, scope: Expression | None, subject: str
) -> Json:
    """How many different people met the harm on each side, and how many on both."""
    who = asking.name(subject, "the subject")
    found: dict[str, int] = {}
    both = [All((harm, part, *([scope] if scope is not None else []))) for part in parts]
    for name, where in zip(SIDES, both, strict=True):
        found[name] = asking.engine.people(PeopleAsk(who, (), ((),), where)).cells[0].rows
    return dict(found)


def _grouped(
    result: Json,
    sides: Sequence[_Side],
    place: int,
    name: str,
    reference: Mapping[str, Scalar] | str,
    *,
    labels: bool,
    level: float,
    few: int,
    cell: int,
) -> None:
    """Add the lines of the groups of one column, and of their gaps to the reference."""
    counted = [_by(side.groups, place) for side in sides]
    gone = hidden_values([side for side in counted if side], cell, cells_of, totals=True)
    result["left_out"] += [{"attributes": {name: value}, "why": SUPPRESSED} for value in ordered(list(gone))]
    values = ordered(list({value for side in counted for value in side} - gone))
    if not values:
        return
    sizes = {value: sum(side[value].n for side in counted if value in side) for value in values}
    chosen = reference_of(name, sizes, reference, few, gone)
    none = Counts(0, 0, 0, 0, 0, 0)
    known = [{v: rates(side.get(v, none), labels=labels, level=level) for v in values} for side in counted]
    metrics = COMPARED if labels else ("selection_rate",)
    for value in values:
        n = [side[value].n if value in side else 0 for side in counted]
        for metric in metrics:
            line = _row({name: value}, metric, [side[value][metric] for side in known], level)
            result["rows"].append(line | {"n": dict(zip(SIDES, n, strict=True)), "few": min(n) < few})
        if value == chosen:
            continue
        if min(n) < few or any(chosen not in side or side[chosen].n < few for side in counted):
            result["left_out"].append({"attributes": {name: value}, "why": f"too few to say (under {few})"})
            continue
        for metric in metrics:
            gaps = [against(side[value][metric], side[chosen][metric], level)[1] for side in known]
            result["gaps"].append(
                {"of": {name: value}, "reference": {name: chosen}, "metric": metric}
                | dict(zip(SIDES, gaps, strict=True))
                | {"change": _moved(gaps, level)}
            )


def _by(groups: Mapping[tuple[Value, ...], Sequence[int]], place: int) -> dict[Value, Counts]:
    sums: dict[Value, list[int]] = {}
    for values, counts in groups.items():
        into = sums.setdefault(values[place], [0] * 6)
        for i, count in enumerate(counts):
            into[i] += count
    return {value: Counts(*counts) for value, counts in sums.items()}


def _moved(gaps: Sequence[Json], level: float) -> Json:
    first, second = gaps
    lacking = next((gap for gap in gaps if gap["value"] is None), None)
    if lacking is not None:
        return shown(None, None, level, lacking["why"])
    limits = intervals.change(
        second["value"], (second["low"], second["high"]), first["value"], (first["low"], first["high"])
    )
    return shown(second["value"] - first["value"], limits, level)
