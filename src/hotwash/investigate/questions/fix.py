"""Did the fix hold? The gaps between groups before and after, and the interval of their change."""

from collections.abc import Mapping, Sequence
from math import exp, inf, log
from typing import Any, Literal

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, Value
from hotwash.investigate.errors import AskedWrongly, EmptyLog
from hotwash.investigate.expression import Expression, Not
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import check_reference, columns_of, keys_of, ordered, reference_of
from hotwash.investigate.groups import cube_of
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.rates import (
    COMPARED,
    METRICS,
    SUPPRESSED,
    Counts,
    Json,
    Rate,
    against,
    rates,
    shown,
    shown_rate,
)
from hotwash.investigate.suppression import cells_of, check_cell, hidden_values
from hotwash.investigate.words import capital, number, people, percent, short

PHASES = ("before", "after")


def fix(
    log: Log,
    *,
    decision: str | None = None,
    label: str | None = None,
    group: str | Sequence[str] | None = None,
    before: str | None = None,
    after: str | None = None,
    since: str | None = None,
    time: str | None = None,
    reference: Mapping[str, Scalar] | Literal["largest"] = "largest",
    favourable: Scalar = None,
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 10,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Every gap to the reference group before and after, and how much it changed, with intervals.

    The change of a difference is the difference of two independent differences (MOVER, Zou and Donner 2008); the change
    of a ratio is taken on the log scale. Columns that are not named are taken from the log's description.

    :param decision: the column with what was decided
    :param label: the column with what turned out to be true; without it only selection rates are known
    :param group: the column or columns by which people are grouped
    :param before: a condition: which rows came before, such as ``model_version = 'v1'``
    :param after: a condition: which rows came after
    :param since: instead of both: the moment from which the fix was in use; it splits the column ``time``
    :param time: the column with the time of the decision
    :param reference: a value for each column, or ``"largest"``: the largest group of both phases together
    :param favourable: the value of the decision that counts as yes, and that people hope for
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows in a phase are too few to say
    :param smallest_cell: hide groups with fewer rows of a kind (but more than none), and what would give them away
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    told = described(log)
    groups = columns_of(group, told)
    check_reference(reference, groups)
    decision, label, time = decision or told.decision, label or told.label, time or told.time
    if not decision:
        raise AskedWrongly("Name the column with the decision.")
    if bool(before) != bool(after) or bool(before) == bool(since):
        raise AskedWrongly(
            "Say what came before and what after (before, after), or since when the fix was in use (since)."
        )
    if since and not time:
        raise AskedWrongly("The time of the decisions is missing. Name its column (time).")
    arguments = {
        "decision": decision,
        "label": label,
        "group": list(groups),
        "before": before,
        "after": after,
        "since": since,
        "time": time if since else None,
        "reference": dict(reference) if isinstance(reference, Mapping) else reference,
        "favourable": favourable,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
    }
    with asked("fix", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        phases = _phases(asking, before, after, since, time)
        keys: list[Expression] = [*keys_of(asking, groups), *phases, asking.name(decision, "the decision")]
        if label:
            keys.append(asking.name(label, "the label"))
        scope = asking.condition(where, "where") if where else None
        if scope is not None:
            keys.append(scope)
        cube = cube_of(
            asking,
            asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope)),
            width=len(groups) + 2,
            decision=decision,
            label=label,
            favourable=favourable,
            scoped=scope is not None,
        )
        counted = _phased(asking, cube)
        result = _result(
            counted,
            groups,
            reference,
            labels=bool(label),
            hoped_for=favourable is not None,
            level=level,
            few=smallest_group,
            cell=smallest_cell,
        )
        n = [sum(counts[0] for counts in phase.values()) for phase in counted]
        return asking.finding(
            used=sum(n),
            sentence=_sentence(result, groups, n, hoped_for=favourable is not None),
            result=result,
            chart=_chart(result),
        )


def _phases(
    asking: Asking, before: str | None, after: str | None, since: str | None, time: str | None
) -> tuple[Expression, Expression]:
    if before and after:
        return asking.condition(before, "before"), asking.condition(after, "after")
    name = asking.time(str(time)).name.replace('"', '""')
    moment = str(since).replace("'", "''")
    later = asking.condition(f"\"{name}\" >= '{moment}'", "since")
    return Not(later), later


def _phased(asking: Asking, cube: Mapping[tuple[Value, ...], Sequence[int]]) -> tuple[dict[Any, list[int]], ...]:
    """The counts of both phases by group values.

    :raises LogError: if a row belongs to both phases, or a phase has no rows
    """
    phases: tuple[dict[Any, list[int]], ...] = ({}, {})
    for values, counts in cube.items():
        *held, early, late = values
        if early and late:
            raise AskedWrongly("Some rows meet both before and after. A row belongs to one of them, or to neither.")
        if not early and not late:
            asking.skip("neither before nor after", counts[0])
            continue
        into = phases[0 if early else 1].setdefault(tuple(held), [0] * 6)
        for place, count in enumerate(counts):
            into[place] += count
    for name, phase in zip(PHASES, phases, strict=True):
        if not phase:
            raise EmptyLog(f"No row came {name}. Widen its condition, or look at the moment.")
    return phases


def _result(
    phases: Sequence[Mapping[tuple[Value, ...], Sequence[int]]],
    names: Sequence[str],
    reference: Mapping[str, Scalar] | str,
    *,
    labels: bool,
    hoped_for: bool,
    level: float,
    few: int,
    cell: int,
) -> Json:
    groups: list[Json] = []
    changes: list[Json] = []
    left_out: list[Json] = []
    references: Json = {}
    for place, name in enumerate(names):
        counted = [_by(phase, place) for phase in phases]
        gone = hidden_values(counted, cell, cells_of)
        left_out += [{"attributes": {name: value}, "why": SUPPRESSED} for value in ordered(list(gone))]
        values = ordered(list({value for phase in counted for value in phase} - gone))
        if not values:
            continue
        sizes = {value: sum(phase[value].n for phase in counted if value in phase) for value in values}
        chosen = reference_of(name, sizes, reference, few, gone)
        references[name] = chosen
        known = [{v: rates(c, labels=labels, level=level) for v, c in phase.items()} for phase in counted]
        for value in values:
            small = [p for p, phase in zip(PHASES, counted, strict=True) if value not in phase or phase[value].n < few]
            entry: Json = {"attributes": {name: value}, "reference": value == chosen}
            for phase, here, there in zip(PHASES, counted, known, strict=True):
                shares = {m: shown_rate(there[value][m], level) for m in METRICS} if value in here else {}
                entry[phase] = {"n": here[value].n if value in here else 0, **shares}
            groups.append(entry)
            if value == chosen:
                continue
            if small or any(chosen not in phase or phase[chosen].n < few for phase in counted):
                which = " and ".join(small) or "in the reference"
                left_out.append({"attributes": {name: value}, "why": f"too few to say {which} (under {few})"})
                continue
            for metric in COMPARED if labels else ("selection_rate",):
                pairs = [(there[value][metric], there[chosen][metric]) for there in known]
                changes.append(_change({name: value}, {name: chosen}, metric, pairs, hoped_for=hoped_for, level=level))
    changes.sort(key=lambda c: c.pop("place"))
    return {"groups": groups, "reference": references, "changes": changes, "left_out": left_out}


def _by(phase: Mapping[tuple[Value, ...], Sequence[int]], place: int) -> dict[Value, Counts]:
    sums: dict[Value, list[int]] = {}
    for values, counts in phase.items():
        into = sums.setdefault(values[place], [0] * 6)
        for i, count in enumerate(counts):
            into[i] += count
    return {value: Counts(*counts) for value, counts in sums.items()}


def _change(
    attributes: Json,
    reference: Json,
    metric: str,
    pairs: Sequence[tuple[Rate, Rate]],
    *,
    hoped_for: bool,
    level: float,
) -> Json:
    """One metric of one group: the gap before, the gap after, how much it changed, and what that means."""
    told: Json = {"attributes": attributes, "reference": reference, "metric": metric}
    gaps, times = [], []
    for phase, (here, there) in zip(PHASES, pairs, strict=True):
        ratio, gap, _ = against(here, there, level)
        told[phase] = {
            "value": shown_rate(here, level),
            "reference_value": shown_rate(there, level),
            "ratio": ratio,
            "difference": gap,
        }
        gaps.append(gap)
        times.append(ratio)
    harmful = metric in (("fnr", "selection_rate") if hoped_for else ("fpr", "selection_rate"))
    told |= {"harm": harmful, "change": _moved(gaps, level), "ratio_change": _scaled(times, level)}
    told["verdict"] = _verdict(gaps, told["change"])
    sides = [abs(gap["value"]) if gap["value"] is not None and _clear(gap) else 0.0 for gap in gaps]
    first = metric == "selection_rate"
    told["place"] = (not harmful, told["change"]["value"] is None, max(sides) == 0, first, -max(sides))
    return told


def _moved(gaps: Sequence[Json], level: float) -> Json:
    before, after = gaps
    lacking = next((gap for gap in gaps if gap["value"] is None), None)
    if lacking is not None:
        return shown(None, None, level, lacking["why"])
    limits = intervals.change(
        after["value"], (after["low"], after["high"]), before["value"], (before["low"], before["high"])
    )
    return shown(after["value"] - before["value"], limits, level)


def _scaled(times: Sequence[Json], level: float) -> Json:
    """The ratio after over the ratio before, on the log scale."""
    for one in times:
        if not one["value"]:
            return shown(None, None, level, one.get("why") or "a ratio is 0")
    logs = [
        (log(t["value"]), (log(t["low"]) if t["low"] else -inf, inf if t["high"] is None else log(t["high"])))
        for t in times
    ]
    (before, before_limits), (after, after_limits) = logs
    low, high = intervals.change(after, after_limits, before, before_limits)
    return shown(exp(after - before), (exp(low), exp(high) if high < 700 else inf), level)


def _clear(gap: Json) -> bool:
    return bool(gap["low"] > 0 or gap["high"] < 0)


def _verdict(gaps: Sequence[Json], change: Json) -> str:
    """What became of a gap, as far as the data bears it out."""
    before, after = gaps
    if change["value"] is None:
        return "unknown"
    moved = change["low"] > 0 or change["high"] < 0
    if _clear(before) and _clear(after) and before["value"] * after["value"] < 0:
        return "reversed"
    if not moved:
        return "unchanged" if _clear(before) else "none seen"
    if not _clear(after):
        return "closed"
    return "narrowed" if abs(after["value"]) < abs(before["value"]) else "widened"


_TOLD = {
    "reversed": "The gap turned around",
    "closed": "The gap closed, as far as the data can tell",
    "narrowed": "The gap narrowed and is still there",
    "widened": "The gap widened",
    "unchanged": "The gap is still there: no change beyond chance",
}


def _sentence(result: Json, names: Sequence[str], n: Sequence[int], *, hoped_for: bool) -> str:
    over = f"over {number(n[0], 'decision')} before and {n[1]:,} after"
    harms = [c for c in result["changes"] if c["harm"] and c["verdict"] not in ("unknown", "none seen")]
    if not harms:
        if not any(c["change"]["value"] is not None for c in result["changes"]):
            return f"No two groups by {', '.join(names)} are large enough to be compared before and after, {over}."
        by = ", ".join(names)
        return f"No gap that harms a group by {by} is larger than chance may explain, before or after, {over}."
    first = harms[0]
    who, others = people(first["attributes"]), people(first["reference"])
    if first["metric"] == "fnr":
        who, others, what = f"qualified {who}", f"qualified {others}", "refused"
    else:
        what = "wrongly flagged" if first["metric"] == "fpr" else "selected" if hoped_for else "flagged"
    here, there = ([percent(first[p][key]["value"]) for p in PHASES] for key in ("value", "reference_value"))
    change = first["change"]
    limits = f"{100 * change['level']:g} % interval {100 * change['low']:+.1f} to {100 * change['high']:+.1f}"
    return (
        f"{capital(who)} were {what} in {here[0]} of cases before and {here[1]} after, {others} in {there[0]} and "
        f"{there[1]}. {_TOLD[first['verdict']]}; it moved by {100 * change['value']:+.1f} points ({limits}), {over}."
    )


def _chart(result: Json) -> Json:
    first = next(iter(result["changes"]), None)
    rows = []
    if first is not None:
        column = list(first["attributes"])
        for entry in (g for g in result["groups"] if list(g["attributes"]) == column):
            for phase in PHASES:
                one = entry[phase].get(first["metric"])
                if one is not None and one["value"] is not None:
                    title = short(entry["attributes"]) + (" (reference)" if entry["reference"] else "")
                    rows.append(
                        {
                            "group": title,
                            "metric": phase,
                            "rate": one["value"],
                            "low": one["low"],
                            "high": one["high"],
                            "enough": "enough",
                        }
                    )
    names = {"fpr": "False positive rate", "fnr": "False negative rate", "selection_rate": "Selection rate"}
    metric = first["metric"] if first else "selection_rate"
    return charts.dots(rows[: 2 * charts.ROWS_MAX], title=f"{names.get(metric, metric.upper())}, before and after")
