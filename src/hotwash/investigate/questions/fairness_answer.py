"""From counts of groups to a fairness finding: every metric, the gaps to a reference, tests, definitions, resamples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hotwash.investigate.derived import differential, inequality, more
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.predictions import Scalar
from hotwash.investigate.proportions import two_sided
from hotwash.investigate.questions.fairness_definitions import conflict, side_by_side
from hotwash.investigate.questions.fairness_gaps import Gap, Gaps
from hotwash.investigate.questions.fairness_harm import rank, sentence
from hotwash.investigate.questions.fairness_parts import chart, spread
from hotwash.investigate.rates import (
    COMPARED,
    METRICS,
    NO_LABEL_COLUMN,
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
    times,
)
from hotwash.investigate.resampling import resample
from hotwash.investigate.sides import same
from hotwash.investigate.suppression import Group, hidden

Reference = Mapping[str, Scalar] | Literal["largest", "best"]
Answer = tuple[Json, str, Json]

DISPARITIES_MAX = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a person wants the counts answered; the words are those of `fairness`.

    :param labels: whether the log has labels
    :param hoped_for: whether yes is what people hope for
    """

    names: tuple[str, ...]
    reference: Reference
    labels: bool
    hoped_for: bool
    level: float
    few: int
    cell: int
    bootstrap: int
    seed: int
    definition: str | None


@dataclass(slots=True)
class _Audit:
    """One group on its way into the finding."""

    group: Group
    counts: Counts
    rates: dict[str, Rate]
    few: bool
    hidden: bool
    attributes: dict[str, Any]


def answered(cube: Mapping[tuple[Any, ...], Sequence[int]], counted: dict[Group, Counts], wanted: Wanted) -> Answer:
    """The result, the sentence and the chart, from counts alone.

    :param cube: n, selected, tp, fp, tn, fn by the values of all columns
    :param counted: everybody first, then the groups
    """
    labels, level, few, names = wanted.labels, wanted.level, wanted.few, wanted.names
    gone = hidden(list(counted), list(counted.values()), wanted.cell)
    everybody, *audits = (
        _Audit(group, counts, rates(counts, labels=labels, level=level), counts.n < few, i in gone, dict(group))
        for i, (group, counts) in enumerate(counted.items())
    )
    sets: dict[tuple[str, ...], list[_Audit]] = {}
    for audit in audits:
        sets.setdefault(tuple(audit.attributes), []).append(audit)
    shown_groups: list[Json] = []
    gathered: list[Gap] = []
    references: list[dict[str, Any]] = []
    spreads: list[Json] = []
    left_out: list[Json] = []
    for members in sets.values():
        chosen = _reference(members, wanted.reference)
        if chosen is not None:
            references.append(chosen.attributes)
        highest = _highest(members)
        for audit in members:
            entry, gaps = _compared(audit, chosen, highest, labels=labels, level=level)
            if not audit.hidden:
                entry["more"] = more(audit.counts, everybody.counts, labels=labels) if not everybody.hidden else {}
            shown_groups.append(entry)
            if audit.few or audit.hidden:
                why = SUPPRESSED if audit.hidden else f"too few to say (under {few})"
                left_out.append({"attributes": audit.attributes, "why": why})
            elif chosen is not None and audit is not chosen:
                _gather(entry, audit, chosen, gaps=gaps, gathered=gathered, left_out=left_out, wanted=wanted)
        eligible = [(a.attributes, a.rates) for a in members if not a.few and not a.hidden]
        overall = None if everybody.hidden else everybody.rates
        spreads.append(
            spread(tuple(members[0].attributes), eligible, overall, labels=labels) | _unequal(members, labels=labels)
        )
    ranked = Gaps(gathered, hoped_for=wanted.hoped_for)
    disparities = [ranked.told(place) for place in range(min(DISPARITIES_MAX, len(gathered)))]
    if wanted.bootstrap:
        _resampled(cube, sets, shown_groups, spreads, wanted)
    entries = {tuple(entry["attributes"].items()): entry for entry in shown_groups}
    result: Json = {
        "groups": shown_groups,
        "reference": {name: value for chosen in references if len(chosen) == 1 for name, value in chosen.items()},
        "disparities": disparities,
        "disparities_count": len(gathered),
        "tests": {"count": len(gathered), "corrected": ["holm", "benjamini_hochberg"]},
        "definitions": side_by_side(ranked, labels=labels, level=level, chosen=wanted.definition),
        "conflict": conflict(next(iter(disparities), None), entries, hoped_for=wanted.hoped_for),
        "left_out": left_out,
        "overall": _shown(everybody, labels=labels, level=level),
        "spread": spreads,
    }
    if wanted.bootstrap:
        result["bootstrap"] = {
            "resamples": wanted.bootstrap,
            "seed": wanted.seed,
            "method": "percentiles of multinomial resamples of the counts",
        }
    if any(len(chosen) > 1 for chosen in references):
        result["reference_of_intersections"] = [chosen for chosen in references if len(chosen) > 1]
    return result, sentence(result, names, hoped_for=wanted.hoped_for), chart(result, names, labels=labels)


def _unequal(members: Sequence[_Audit], *, labels: bool) -> Json:
    """Inequality of benefits within one set of groups: of all of them, for it has no use for a reference."""
    counts = [audit.counts for audit in members]
    if labels and not any(audit.hidden for audit in members):
        return {"inequality": inequality(counts) | differential(counts)}
    why = SUPPRESSED if labels else NO_LABEL_COLUMN
    return {"inequality": {"value": None, "why": why}}


def _resampled(
    cube: Mapping[tuple[Any, ...], Sequence[int]],
    sets: Mapping[tuple[str, ...], list[_Audit]],
    entries: Sequence[Json],
    spreads: Sequence[Json],
    wanted: Wanted,
) -> None:
    """Add the intervals of a bootstrap to every number of every group that is shown, and to the spreads."""
    places = [tuple(wanted.names.index(name) for name in columns) for columns in sets]
    groups = [[tuple(value for _, value in audit.group) for audit in members] for members in sets.values()]
    drawn = resample(cube, groups, places, resamples=wanted.bootstrap, seed=wanted.seed, level=wanted.level)
    known = METRICS if wanted.labels else ("selection_rate",)
    left = iter(entries)
    for members, found, apart in zip(sets.values(), drawn, spreads, strict=True):
        shown = [next(left) for _ in members]
        reference = next((i for i, entry in enumerate(shown) if entry.get("reference")), None)
        for place, entry in enumerate(shown):
            if entry.get("suppressed"):
                continue
            for metric in known:
                entry[metric] = _with(entry[metric], found.rate(metric, place))
                if reference is not None:
                    ratio, gap = found.ratio(metric, place, reference), found.difference(metric, place, reference)
                    entry["ratio"][metric] = _with(entry["ratio"][metric], ratio)
                    entry["difference"][metric] = _with(entry["difference"][metric], gap)
        eligible = [i for i, audit in enumerate(members) if not audit.few and not audit.hidden]
        for metric in set(known) & set(apart["metrics"]):
            defined = [i for i in eligible if members[i].rates[metric].value is not None]
            apart["metrics"][metric]["difference"] = _with(
                apart["metrics"][metric]["difference"], found.spread(metric, defined)
            )


def _with(number: Json, limits: Json) -> Json:
    return number if number["value"] is None else {**number, "bootstrap": limits}


def _gather(
    entry: Json,
    own: _Audit,
    chosen: _Audit,
    *,
    gaps: Sequence[tuple[float, str]],
    gathered: list[Gap],
    left_out: list[Json],
    wanted: Wanted,
) -> None:
    """Sort a group's metrics into gaps that have a size, and those that have none, with the reason."""
    ratios, differences, yardstick = entry["ratio"], entry["difference"], not isinstance(wanted.reference, str)
    for borne, metric in gaps:
        ratio, size, one, two = ratios[metric], differences[metric], own.rates[metric], chosen.rates[metric]
        if (gap := size["value"]) is None or one.value is None:
            left_out.append({"attributes": own.attributes, "metric": metric, "why": size["why"]})
            continue
        place = rank(metric, one.value, ratio["value"], gap, borne, hoped_for=wanted.hoped_for, yardstick=yardstick)
        p, test = two_sided(one.hits, one.n, two.hits, two.n)
        told = (metric, one.value, two.value, ratio, size, borne > 0, p, test)
        gathered.append(tuple.__new__(Gap, (place, own.attributes, chosen.attributes, *told)))


def _reference(members: Sequence[_Audit], reference: Reference) -> _Audit | None:
    """The group that others are compared with. None if no group is large enough."""
    columns = tuple(members[0].attributes)
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
        labelled = c.labelled
        entry |= {"labelled": labelled, "unlabelled": c.n - labelled, "coverage": labelled / c.n}
        entry |= {"tp": c.tp, "fp": c.fp, "tn": c.tn, "fn": c.fn}
    else:
        none = {"value": None, "why": "no label column was named"}
        entry |= {"selected": c.selected, "tp": none, "fp": none, "tn": none, "fn": none}
    if audit.few:
        entry["too_few"] = True
    for metric, own in audit.rates.items():
        entry[metric] = shown_rate(own, level)
    return entry


def _compared(
    audit: _Audit, chosen: _Audit | None, highest: _Audit | None, *, labels: bool, level: float
) -> tuple[Json, list[tuple[float, str]]]:
    """A group with its ratios and differences, and for each metric how much of a gap the data bears out."""
    entry = _shown(audit, labels=labels, level=level)
    why = SUPPRESSED if audit.hidden else "no group is large enough to be the reference"
    borne: dict[str, float] = {}
    ratios: Json = {}
    differences: Json = {}
    if audit.hidden or chosen is None:
        ratios, differences = ({metric: {"value": None, "why": why} for metric in METRICS} for _ in range(2))
    elif audit is chosen:
        for metric, own in audit.rates.items():
            ratios[metric], differences[metric] = itself(own, level)
    else:
        for metric, own in audit.rates.items():
            ratios[metric], differences[metric], borne[metric] = against(own, chosen.rates[metric], level)
    gaps = [(borne.get(metric, 0.0), metric) for metric in (COMPARED if labels else ("selection_rate",))]
    entry |= {"reference": audit is chosen, "ratio": ratios, "difference": differences}
    if labels and not audit.hidden and chosen is not None:
        entry["odds"] = odds(audit.rates, chosen.rates, differences, level)
    if not audit.hidden:
        entry["four_fifths"] = {
            "to_reference": four_fifths(ratios["selection_rate"]),
            "to_highest": four_fifths(
                ratios["selection_rate"] if chosen is highest is not None else _to_highest(audit, highest, level)
            ),
        }
    return entry, gaps


def _to_highest(audit: _Audit, highest: _Audit | None, level: float) -> Json:
    if highest is None:
        return {"value": None, "why": "no group is large enough to be the reference"}
    own, top = audit.rates["selection_rate"], highest.rates["selection_rate"]
    return itself(own, level)[0] if audit is highest else times(own, top, level)[0]
