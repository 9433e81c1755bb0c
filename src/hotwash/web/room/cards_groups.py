"""Cards of the questions about groups: decisions, scores, estimates, places in rankings, labels that are missing."""

from collections.abc import Callable, Sequence

from hotwash.response.evaluations import STATUSES
from hotwash.web.room.cards import (
    Card,
    Cell,
    Figure,
    Head,
    Json,
    Table,
    count,
    group,
    heads,
    highest,
    is_number,
    left_out,
    moment,
    name,
    p_value,
    percent,
    plain,
    points,
    ranged,
    rows,
    share,
    text,
    times,
    value,
)

METRICS = {
    "base_rate": ("Base rate", "Share of people for whom the label says yes"),
    "selection_rate": ("Selected", "Share of people who were decided yes"),
    "tpr": ("Rightly selected", "True positive rate: of those for whom yes was right, the share that got it"),
    "fpr": ("Wrongly selected", "False positive rate: of those for whom no was right, the share that got yes"),
    "fnr": ("Wrongly rejected", "False negative rate: of those for whom yes was right, the share that got no"),
    "tnr": ("Rightly rejected", "True negative rate: of those for whom no was right, the share that got no"),
    "ppv": ("Precision", "Of those who got yes, the share for whom it was right"),
    "npv": ("Negative precision", "Of those who got no, the share for whom it was right"),
    "fdr": ("False discovery rate", "Of those who got yes, the share for whom it was wrong"),
    "for": ("False omission rate", "Of those who got no, the share for whom it was wrong"),
    "accuracy": ("Accuracy", "Share of decisions that were right"),
    "harm": ("Harm", "Share of decisions that did harm"),
}
"""What a rate is called, and what it means."""

_FIRST = ("selection_rate", "fnr", "fpr", "ppv")
_GAPS = 30


def metric(word: str) -> str:
    """A rate in words."""
    return METRICS[word][0] if word in METRICS else word.replace("_", " ")


def _rates(listed: Sequence[Json], metrics: Sequence[str], caption: str, *, counts: bool, fold: str = "") -> Table:
    tallies = (("#tp", "Yes, and right"), ("#fp", "Yes, and wrong"), ("#tn", "No, and right"), ("#fn", "No, and wrong"))
    return Table(
        caption,
        (
            *heads("Group", "#Decisions"),
            *(Head(*METRICS[one]) for one in metrics),
            *(heads(*tallies) if counts else ()),
        ),
        rows(
            [
                (
                    group(one),
                    Cell("–", number=True) if one.get("suppressed") else count(one.get("n")),
                    *(share(one.get(word)) for word in metrics),
                    *((count(one.get(word)) for word in ("tp", "fp", "tn", "fn")) if counts else ()),
                )
                for one in listed
            ]
        ),
        fold=fold,
        dense=True,
    )


def fairness(result: Json) -> Card:
    """The groups beside each other, the gaps with their tests, definitions that contradict each other."""
    listed = list(result.get("groups") or ())
    tables = [_rates(listed, _FIRST, "By group. Each bar is a share, each line its 95 % interval.", counts=False)]
    gaps = list(result.get("disparities") or ())
    if gaps:
        shown = gaps[:_GAPS]
        tables.append(
            Table(
                "The widest first. p is corrected for all gaps that were looked at."
                + (f" The first {len(shown)} of {len(gaps)}." if len(gaps) > len(shown) else ""),
                heads("Group", "Rate", "#Its share", "#That of the reference", "#Ratio", "#Difference", "#p (Holm)"),
                rows([_gap(one) for one in shown]),
                fold="Every gap to the reference",
                dense=True,
            )
        )
    rest = [word for word in METRICS if word not in _FIRST and word != "harm"]
    tables.append(_rates(listed, rest, "", counts=True, fold="All other rates, and the counts"))
    defined = list(result.get("definitions") or ())
    if defined:
        tables.append(
            Table(
                "Which definition one judges by is a choice that somebody must make and answer for.",
                heads("Definition", "Holds?", "Widest gap", "#Difference"),
                rows([_definition(one) for one in defined]),
                fold="Definitions of fairness side by side",
                dense=True,
            )
        )
    conflict = result.get("conflict") or {}
    notes = (conflict["sentence"],) if conflict.get("sentence") else ()
    return Card((), tuple(tables), notes + checks(result) + left_out(result))


def checks(result: Json) -> tuple[str, ...]:
    """What second engines said."""
    return tuple(str(one["sentence"]) for one in result.get("checks") or ())


def imported(result: Json) -> Card:
    """What another tool says: its numbers by its own words, and what came of holding them against ours."""
    listed = [one for one in result["numbers"] if one["value"] is not None]
    shown = listed[:_IMPORTED]
    told = [
        (Cell(f"{one['column']} {one['group']}".strip()), Cell(one["metric"]), Cell(plain(one["value"]), number=True))
        for one in shown
    ]
    table = Table(
        f"As {result['made_by']} {result['version']} tells it; nothing of this was computed by Hotwash."
        + (f" The first {len(shown)} of {len(listed)}." if len(listed) > len(shown) else ""),
        heads("Group", "Its word", "#Number"),
        rows(told),
        dense=True,
    )
    apart = [(one, held["entry"]) for held in result["checks"] for one in held["differences"]]
    differ = [
        (
            Cell(f"{one['column']} {one['group']}"),
            Cell(f"{metric(one['metric'])} ({one['of']})", f"entry {entry}"),
            Cell(plain(one["theirs"]), number=True),
            Cell(plain(one["ours"]), number=True),
        )
        for one, entry in apart[:_IMPORTED]
    ]
    differing = Table(
        "Where definitions agree and numbers do not.",
        heads("Group", "Rate", "#Theirs", "#Ours"),
        rows(differ),
        dense=True,
    )
    if about := result.get("evaluation"):
        ended = STATUSES.get(about["status"], about["status"])
        return Card((), (table,), (f"The evaluation {about['task']} of {about['model']} {ended}.",))
    mine = tuple(f"Beside the finding of entry {one['entry']}: {one['sentence']}" for one in result["checks"])
    return Card((), (differing, table) if apart else (table,), mine or ("No finding of our own was there to compare.",))


_IMPORTED = 200


def _gap(one: Json) -> tuple[Cell, ...]:
    reference = one.get("reference_value")
    return (
        text(name(one["attributes"]), f"beside {name(one.get('reference') or {})}"),
        text(metric(one["metric"])),
        Cell(percent(one["value"]) if isinstance(one.get("value"), int | float) else "–", number=True),
        Cell(percent(reference) if isinstance(reference, int | float) else "–", number=True),
        value(one.get("ratio"), times),
        value(one.get("difference"), points),
        Cell(p_value(one.get("p_holm")), number=True),
    )


def _definition(one: Json) -> tuple[Cell, ...]:
    differs, widest = one.get("differs") or {}, one.get("widest") or {}
    told = differs.get("value")
    chosen = "chosen to judge by" if one.get("chosen") else ""
    return (
        text(str(one["definition"]).replace("_", " "), "", chosen),
        text(
            "cannot be told" if told is None else "no: groups differ" if told else "no gap beyond chance",
            str(differs.get("why") or ""),
        ),
        text(f"{name(widest['attributes'])} beside {name(widest['reference'])}" if widest.get("attributes") else None),
        value(widest.get("difference"), points),
    )


def scores(result: Json) -> Card:
    """Means, ranking and calibration by group; error rates at the threshold; the region of four fifths."""
    listed = list(result.get("groups") or ())
    tables = [
        Table(
            "By group. AUC: 1 ranks everybody rightly, 0.5 is a coin.",
            heads(
                "Group",
                "#Scores",
                "#Average",
                "#Beside the reference",
                "#AUC",
                (
                    "#Odds given the score",
                    "Odds that yes was right at the same score, beside the reference; 1 is calibrated alike",
                ),
            ),
            rows(
                [
                    (
                        group(one),
                        count(one.get("n")),
                        value(one.get("mean"), _thousandths),
                        _beside(one, one.get("mean_difference"), _thousandths),
                        value(one.get("auc"), _thousandths),
                        _beside(one, (one.get("calibration") or {}).get("odds_ratio_given_score"), times),
                    )
                    for one in listed
                ]
            ),
            dense=True,
        )
    ]
    at = [
        one["at_threshold"] | {key: one.get(key) for key in ("attributes", "n", "reference", "too_few")}
        for one in listed
        if one.get("at_threshold")
    ]
    if at:
        tables.append(_rates(at, _FIRST, "At the threshold in use.", counts=False))
    bins = [(one, part) for one in listed for part in (one.get("calibration") or {}).get("bins") or ()]
    if bins:
        tables.append(
            Table(
                "Of people with a score up to here, the share for whom yes was right.",
                heads("Group", "#Score up to", "#People", "Share"),
                rows(
                    [
                        (
                            group(one),
                            Cell(plain(part["up_to"]), number=True),
                            count(part.get("n")),
                            share(part.get("rate")),
                        )
                        for one, part in bins
                    ]
                ),
                fold="Calibration",
                dense=True,
            )
        )
    notes = []
    for one in result.get("thresholds") or ():
        region = one.get("four_fifths_region")
        parts = " and ".join(f"{plain(part['from'])} to {plain(part['to'])}" for part in region or ())
        notes.append(
            f"By {one['column']}: no group is selected less than four fifths as often as another at thresholds {parts}."
            if parts
            else f"By {one['column']}: at every threshold some group is selected under four fifths as often as another."
        )
    return Card((), tuple(tables), (*notes, *left_out(result)))


def _thousandths(number: float) -> str:
    return f"{number:,.3f}"


def _beside(one: Json, held: object, write: Callable[[float], str] = plain) -> Cell:
    """A number beside the reference; the reference is not beside itself."""
    return Cell("–", number=True) if one.get("reference") is True else value(held, write)


def estimates(result: Json) -> Card:
    """Errors by group."""
    listed = list(result.get("groups") or ())
    table = Table(
        "By group. Error is the estimate minus what was true.",
        heads(
            "Group",
            "#Estimates",
            ("#Average error", "Above 0: estimated too high"),
            ("#Off by", "Mean absolute error"),
            ("#Beside the reference", "Difference of the mean absolute errors"),
            ("#RMSE", "Root mean square error: large errors weigh more"),
        ),
        rows(
            [
                (
                    group(one),
                    count(one.get("n")),
                    value(one.get("mean_error")),
                    value(one.get("mae")),
                    _beside(one, (one.get("difference") or {}).get("mae")),
                    value(one.get("rmse")),
                )
                for one in listed
            ]
        ),
    )
    return Card((), (table,), left_out(result))


def exposure(result: Json) -> Card:
    """Exposure and first places by group."""
    listed = list(result.get("groups") or ())
    changed = any(one.get("change") for one in listed)
    top = highest(*(one.get("in_top") for one in listed))
    table = Table(
        "By group. Exposure: 1 for the first place, less for each place below it.",
        heads(
            "Group",
            "#Places",
            "#Exposure",
            "#Ratio to the reference",
            "In the first places",
            *((("#Change", "Against the place in which they came in"),) if changed else ()),
        ),
        rows(
            [
                (
                    group(one),
                    count(one.get("n")),
                    value(one.get("exposure"), _thousandths),
                    _beside(one, one.get("ratio"), times),
                    share(one.get("in_top"), top),
                    *((value(one.get("change")),) if changed else ()),
                )
                for one in listed
            ]
        ),
    )
    notes = (
        ()
        if result.get("complete_lists", True)
        else ("Places are missing from some lists, so exposure is only that of the places there are.",)
    )
    return Card((), (table,), notes + left_out(result))


def late_labels(result: Json) -> Card:
    """How much is known, over time and by group."""
    cover = result.get("coverage")
    figures = []
    if is_number(cover):
        figures.append(Figure(percent(cover["value"]), "have a label", ranged(cover, percent)))
    if result.get("censored_since"):
        figures.append(
            Figure(moment(result["censored_since"]), "incomplete since", f"{result.get('censored', 0):,} decisions")
        )
    groups = list(result.get("groups") or ())
    tables = []
    if groups:
        tables.append(
            Table(
                "By group.",
                heads("Group", "#With a label", "Share", "#p (Holm)"),
                rows(
                    [
                        (
                            group(one),
                            count(one.get("labelled"), one.get("n")),
                            share(one.get("coverage")),
                            Cell(p_value(one.get("p_holm")), number=True),
                        )
                        for one in groups
                    ]
                ),
            )
        )
    course = list(result.get("over_time") or ())
    if course:
        tables.append(
            Table(
                "Period by period.",
                heads("From", "#With a label", "Share"),
                rows(
                    [
                        (
                            text(moment(one.get("since"))),
                            count(one.get("labelled"), one.get("n")),
                            share(one.get("coverage")),
                        )
                        for one in course
                    ]
                ),
                fold="" if len(course) <= 12 else "Period by period",
            )
        )
    return Card(tuple(figures), tuple(tables))
