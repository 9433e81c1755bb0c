"""Are people treated alike? Group metrics, their gaps to a reference and the four-fifths rule, from one scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Literal

from hotwash.investigate.asking import Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped
from hotwash.investigate.expression import Comparison, Expression, Number
from hotwash.investigate.finding import Finding
from hotwash.investigate.groups import cube_of, groups_of
from hotwash.investigate.kinds import HOLDS
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.questions.fairness_harm import harm, rank, sentence
from hotwash.investigate.questions.fairness_parts import chart, spread
from hotwash.investigate.rates import (
    COMPARED,
    METRICS,
    SUPPRESSED,
    Counts,
    Json,
    Rate,
    against,
    four_fifths,
    itself,
    odds,
    rates,
    shown_rate,
)
from hotwash.investigate.sides import same
from hotwash.investigate.suppression import Group, hidden

Reference = Mapping[str, Scalar] | Literal["largest", "best"]

DISPARITIES_MAX = 200
SMALLEST_CELL_PUBLISHED = 10
"""A usual threshold for tables that leave the house. Findings inside the house hide nothing unless asked."""


@dataclass(frozen=True, slots=True)
class _Audit:
    """One group on its way into the finding."""

    group: Group
    counts: Counts
    rates: dict[str, Rate]
    few: bool
    hidden: bool

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.group)

    @property
    def attributes(self) -> dict[str, Any]:
        return dict(self.group)


@dataclass(frozen=True, slots=True)
class _Gap:
    """A gap to the reference: its place among the others, and how the finding tells it."""

    place: tuple[int, float, float]
    item: Json


def fairness(
    log: Log,
    *,
    decision: str | None = None,
    label: str | None = None,
    score: str | None = None,
    threshold: float | None = None,
    group: str | Sequence[str] | None = None,
    intersections: int = 0,
    reference: Reference = "largest",
    favourable: Scalar = None,
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 10,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Rates by group and intersection, with intervals, and their ratios and differences to a reference group.

    Columns that are not named are taken from the log's description.

    :param decision: the column with what was decided
    :param label: the column with what turned out to be true; without it only selection rates are known
    :param score: instead of a decision: the column with a score, decided yes from ``threshold`` on
    :param group: the column or columns by which people are grouped
    :param intersections: also the groups of every combination of so many columns
    :param reference: a value for each column (``{"race": "Caucasian"}``), or ``"largest"``, or ``"best"``: the group
        with the highest selection rate; columns without a chosen value use their largest group
    :param favourable: the value of the decision (and of the label, where it holds that value) that counts as yes
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows are shown, flagged as too few, and never the worst nor the reference
    :param smallest_cell: hide groups with a count from 1 to one less than this, and what they could be derived from
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    told = described(log)
    groups = tuple(dict.fromkeys([group] if isinstance(group, str) else group or told.attributes))
    decision = decision or (None if score else told.decision)
    score = score or (None if decision else told.score)
    label = label or told.label
    _check(
        groups=groups,
        decision=decision,
        score=score,
        threshold=threshold,
        intersections=intersections,
        reference=reference,
        smallest_group=smallest_group,
        smallest_cell=smallest_cell,
    )
    arguments = {
        "decision": decision,
        "label": label,
        "score": None if decision else score,
        "threshold": threshold,
        "group": list(groups),
        "intersections": intersections or None,
        "reference": dict(reference) if isinstance(reference, Mapping) else reference,
        "favourable": favourable,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
    }
    with asked("fairness", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        for name in groups:
            if asking.column(name, "a group").kind == "time":
                raise ColumnMistyped(
                    f'Column "{name}" holds times, so that nearly every row is a group. Group by a day or a category.'
                )
        decided, side = _decision(asking, decision, score, threshold)
        keys: list[Expression] = [asking.name(name, "a group") for name in groups]
        keys.append(decided)
        if label:
            keys.append(asking.name(label, "the label"))
        scope = asking.condition(where, "where") if where else None
        if scope is not None:
            keys.append(scope)
        cells = asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope))
        cube = cube_of(
            asking,
            cells,
            width=len(groups),
            decision=side,
            label=label,
            favourable=favourable,
            scoped=scope is not None,
        )
        counted = groups_of(cube, groups, intersections)
        return _answer(
            asking,
            counted,
            groups,
            reference,
            labels=bool(label),
            named=favourable is not None,
            level=level,
            few=smallest_group,
            cell=smallest_cell,
        )


def _check(
    *,
    groups: Sequence[str],
    decision: str | None,
    score: str | None,
    threshold: float | None,
    intersections: int,
    reference: Reference,
    smallest_group: int,
    smallest_cell: int,
) -> None:
    if not groups:
        raise AskedWrongly("Name at least one column by which people are grouped (group).")
    if not decision and not score:
        raise AskedWrongly("Name the column with the decision, or a score and its threshold.")
    if decision and threshold is not None:
        raise AskedWrongly("A threshold belongs to a score; here a decision is named. Leave one of them out.")
    if not decision and (threshold is None or isnan(threshold)):
        raise AskedWrongly(f'The score "{score}" needs a threshold: from which value on is the answer yes?')
    if decision in groups:
        raise AskedWrongly(f'The decision "{decision}" cannot also be a group.')
    if intersections and not 2 <= intersections <= len(groups):
        raise AskedWrongly(
            f"Intersections of {intersections} columns cannot be made from {len(groups)}. Name 2 or more, up to all."
        )
    if isinstance(reference, str) and reference not in ("largest", "best"):
        raise AskedWrongly(f'The reference is "largest", "best" or a value for each column, not "{reference}".')
    if isinstance(reference, Mapping) and (strange := [name for name in reference if name not in groups]):
        raise AskedWrongly(
            f'The reference names "{strange[0]}", by which nobody is grouped. Grouped by: {", ".join(groups)}.'
        )
    if smallest_group < 1 or smallest_cell < 0:
        raise AskedWrongly("The smallest group is at least 1 and the smallest cell at least 0.")


def _decision(
    asking: Asking, decision: str | None, score: str | None, threshold: float | None
) -> tuple[Expression, str]:
    """The key that says what was decided, and how to speak of it."""
    if decision:
        return asking.name(decision, "the decision"), decision
    column = asking.column(str(score), "the score")
    if column.kind != "number":
        raise ColumnMistyped(
            f'Column "{score}" holds {HOLDS[column.kind]}, and a score must be a number in every row. '
            "Correct the rows that are not, or leave them empty."
        )
    return Comparison(">=", asking.name(str(score), "the score"), Number(repr(float(str(threshold))))), ""


def _answer(
    asking: Asking,
    counted: dict[Group, Counts],
    names: tuple[str, ...],
    reference: Reference,
    *,
    labels: bool,
    named: bool,
    level: float,
    few: int,
    cell: int,
) -> Finding:
    gone = hidden(list(counted), list(counted.values()), cell)
    everybody, *audits = (
        _Audit(group, counts, rates(counts, labels=labels, level=level), counts.n < few, i in gone)
        for i, (group, counts) in enumerate(counted.items())
    )
    sets: dict[tuple[str, ...], list[_Audit]] = {}
    for audit in audits:
        sets.setdefault(audit.columns, []).append(audit)
    shown_groups: list[Json] = []
    disparities: list[_Gap] = []
    references: list[dict[str, Any]] = []
    spreads: list[Json] = []
    left_out: list[Json] = []
    for members in sets.values():
        chosen = _reference(members, reference)
        if chosen is not None:
            references.append(chosen.attributes)
        highest = _highest(members)
        for audit in members:
            entry, gaps = _compared(audit, chosen, highest, labels=labels, level=level)
            shown_groups.append(entry)
            if audit.few or audit.hidden:
                why = SUPPRESSED if audit.hidden else f"too few to say (under {few})"
                left_out.append({"attributes": audit.attributes, "why": why})
            elif chosen is not None and audit is not chosen:
                _gather(entry, chosen, gaps, disparities, left_out, hoped_for=named)
        eligible = [(a.attributes, a.rates) for a in members if not a.few and not a.hidden]
        overall = None if everybody.hidden else everybody.rates
        spreads.append(spread(members[0].columns, eligible, overall, labels=labels))
    ranked = [gap.item for gap in sorted(disparities, key=lambda gap: gap.place)]
    result: Json = {
        "groups": shown_groups,
        "reference": {name: value for chosen in references if len(chosen) == 1 for name, value in chosen.items()},
        "disparities": ranked[:DISPARITIES_MAX],
        "disparities_count": len(ranked),
        "left_out": left_out,
        "overall": _shown(everybody, labels=labels, level=level),
        "spread": spreads,
    }
    if any(len(chosen) > 1 for chosen in references):
        result["reference_of_intersections"] = [chosen for chosen in references if len(chosen) > 1]
    return asking.finding(
        used=everybody.counts.n,
        sentence=sentence(result, names, hoped_for=named),
        result=result,
        chart=chart(result, names, labels=labels),
    )


def _gather(
    entry: Json,
    chosen: _Audit,
    gaps: Sequence[tuple[float, str]],
    disparities: list[_Gap],
    left_out: list[Json],
    *,
    hoped_for: bool,
) -> None:
    """Sort a group's metrics into gaps that have a size, and those that have none, with the reason."""
    for borne, metric in gaps:
        size = entry["difference"][metric]
        if size["value"] is None:
            left_out.append({"attributes": entry["attributes"], "metric": metric, "why": size["why"]})
            continue
        item = {
            "attributes": entry["attributes"],
            "reference": chosen.attributes,
            "metric": metric,
            "value": entry[metric]["value"],
            "reference_value": chosen.rates[metric].value,
            "ratio": entry["ratio"][metric],
            "difference": size,
            "distinct": borne > 0,
        }
        item["harm"] = harm(item, hoped_for=hoped_for)
        disparities.append(_Gap(rank(item, borne), item))


def _reference(members: Sequence[_Audit], reference: Reference) -> _Audit | None:
    """The group that others are compared with. None if no group is large enough."""
    columns = members[0].columns
    if isinstance(reference, Mapping) and (wanted := {name: reference[name] for name in columns if name in reference}):
        fits = [a for a in members if all(same(dict(a.group)[name], value) for name, value in wanted.items())]
        if not fits and len(columns) == 1:
            ((name, value),) = wanted.items()
            there = ", ".join(str(v) for a in members[:12] for _, v in a.group)
            raise AskedWrongly(f'Nobody has {name} "{value}", which was chosen as the reference. There are: {there}.')
        if fits:
            shown_fits = [a for a in fits if not a.hidden]
            return max(shown_fits, key=lambda a: a.counts.n, default=None)
    large = [a for a in members if not a.few and not a.hidden]
    return _highest(members) if reference == "best" else max(large, key=lambda a: a.counts.n, default=None)


def _highest(members: Sequence[_Audit]) -> _Audit | None:
    """The group most often decided yes, among those large enough."""
    large = [a for a in members if not a.few and not a.hidden]
    return max(large, key=lambda a: (a.counts.selected / a.counts.n, a.counts.n), default=None)


def _shown(audit: _Audit, *, labels: bool, level: float) -> Json:
    """A group's counts and rates as the finding writes them."""
    c = audit.counts
    if audit.hidden:
        none: Json = {"value": None, "why": SUPPRESSED}
        cells: Json = dict.fromkeys(("n", "labelled", "unlabelled", "tp", "fp", "tn", "fn"), none)
        return {"attributes": audit.attributes, **cells, "suppressed": True, **dict.fromkeys(METRICS, none)}
    entry: Json = {"attributes": audit.attributes, "n": c.n}
    if labels:
        entry |= {"labelled": c.labelled, "unlabelled": c.n - c.labelled, "coverage": c.labelled / c.n}
        entry |= {"tp": c.tp, "fp": c.fp, "tn": c.tn, "fn": c.fn}
    else:
        none = {"value": None, "why": "no label column was named"}
        entry |= {"selected": c.selected, "tp": none, "fp": none, "tn": none, "fn": none}
    if audit.few:
        entry["too_few"] = True
    return entry | {metric: shown_rate(audit.rates[metric], level) for metric in METRICS}


def _compared(
    audit: _Audit, chosen: _Audit | None, highest: _Audit | None, *, labels: bool, level: float
) -> tuple[Json, list[tuple[float, str]]]:
    """A group with its ratios and differences, and for each metric how much of a gap the data bears out."""
    entry = _shown(audit, labels=labels, level=level)
    why = SUPPRESSED if audit.hidden else "no group is large enough to be the reference"
    gaps: list[tuple[float, str]] = []
    ratios: Json = {}
    differences: Json = {}
    for metric in METRICS:
        borne = 0.0
        if audit.hidden or chosen is None:
            ratios[metric] = differences[metric] = {"value": None, "why": why}
        elif audit is chosen:
            ratios[metric], differences[metric] = itself(audit.rates[metric], level)
        else:
            ratios[metric], differences[metric], borne = against(audit.rates[metric], chosen.rates[metric], level)
        if metric in COMPARED and (labels or metric == "selection_rate"):
            gaps.append((borne, metric))
    entry |= {"reference": audit is chosen, "ratio": ratios, "difference": differences}
    if labels and not audit.hidden and chosen is not None:
        entry["odds"] = odds(audit.rates, chosen.rates, level, own=audit is chosen)
    if not audit.hidden:
        entry["four_fifths"] = {
            "to_reference": four_fifths(ratios["selection_rate"]),
            "to_highest": four_fifths(_to_highest(audit, highest, level)),
        }
    return entry, gaps


def _to_highest(audit: _Audit, highest: _Audit | None, level: float) -> Json:
    if highest is None:
        return {"value": None, "why": "no group is large enough to be the reference"}
    own, top = audit.rates["selection_rate"], highest.rates["selection_rate"]
    return itself(own, level)[0] if audit is highest else against(own, top, level)[0]
