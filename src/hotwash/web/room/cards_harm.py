"""Cards of the questions about harm: how many, since when, which cohorts, what changed."""

from hotwash.web.room.cards import (
    Card,
    Cell,
    Figure,
    Json,
    Table,
    count,
    heads,
    highest,
    is_number,
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
    whole,
)

_PERIODS = 120


def blast_radius(result: Json) -> Card:
    """People, decisions, excess; cohorts beside each other."""
    cohorts = list(result.get("by") or ())
    top = highest(result.get("share"), *(row.get("share") for row in cohorts))
    figures = []
    if result.get("subjects") is not None:
        figures.append(Figure(f"{result['subjects']:,}", "people"))
    of, all_of = result.get("decisions"), result.get("n")
    if isinstance(of, int) and isinstance(all_of, int):
        figures.append(Figure(f"{of:,}", f"decisions of {all_of:,}"))
    if is_number(part := result.get("share")):
        figures.append(Figure(percent(part["value"]), "of the decisions", ranged(part, percent)))
    if is_number(excess := result.get("excess")):
        figures.append(Figure(whole(excess["value"]), "more than usual", ranged(excess, whole)))
    without = result.get("decisions_without_subject")
    tables = []
    if cohorts:
        tables.append(
            Table(
                "By cohort. The bar is the share of harmful decisions; the line is its interval.",
                heads("Cohort", "#People", "#Decisions", "Share"),
                rows(
                    [
                        (
                            text(name(row.get("attributes") or {})),
                            count(row.get("subjects")),
                            count(row.get("decisions"), row.get("n")),
                            share(row.get("share"), top),
                        )
                        for row in cohorts
                    ]
                ),
            )
        )
    course = [row for row in result.get("over_time") or () if row.get("n")][-_PERIODS:]
    if course:
        top = highest(*(row.get("share") for row in course))
        tables.append(
            Table(
                "",
                heads("From", "#People", "#Decisions", "Share"),
                rows(
                    [
                        (
                            text(moment(row.get("since"))),
                            count(row.get("subjects")),
                            count(row.get("decisions"), row.get("n")),
                            share(row.get("share"), top),
                        )
                        for row in course
                    ]
                ),
                fold="Period by period",
            )
        )
    notes = (f"{without:,} harmful decisions name no person.",) if without else ()
    return Card(tuple(figures), tuple(tables), notes)


def onset(result: Json) -> Card:
    """Every change with the range of its date, and the levels around it."""
    began, kind = result.get("onset") or {}, result.get("of", "rate")
    write = {"rate": points if result.get("gaps") else percent}.get(kind, plain)
    figures = []
    if began.get("at"):
        figures.append(Figure(moment(began["at"]), "it began", f"{moment(began['low'])} to {moment(began['high'])}"))
    found = list(result.get("changes") or ())
    tables = [_changes_of("Every change that was found, with the range of its date.", found, write)] if found else []
    for word, title in (("gaps", "The gap of each group"), ("rates", "Each group by itself")):
        listed = [
            one | {"group": part["group"]} for part in result.get(word) or () for one in part.get("changes") or ()
        ]
        if listed:
            own = percent if word == "rates" and kind == "rate" else write
            tables.append(_changes_of("", listed, own, fold=title, grouped=True))
    series = list(result.get("series") or ())[-_PERIODS:]
    if series:
        tables.append(
            Table(
                "",
                heads("From", "#Rows", "#Value"),
                rows(
                    [
                        (text(moment(one["since"])), count(one.get("n")), value(one.get("value"), write))
                        for one in series
                    ]
                ),
                fold="Period by period",
            )
        )
    notes = [f"No change was found: {result['why']}."] if result.get("why") and not found else []
    watch = result.get("watch") or {}
    if watch.get("alarm_at"):
        notes.append(f"Somebody who had watched would have been alarmed on {moment(watch['alarm_at'])}.")
    elif watch:
        notes.append("Somebody who had watched would not have been alarmed.")
    cycle = (result.get("season") or {}).get("cycle")
    if cycle:
        notes.append(f"A course that repeats every {cycle} periods was found, and fitted along.")
    return Card(tuple(figures), tuple(tables), tuple(notes))


def _changes_of(caption: str, found: list[Json], write: object, *, fold: str = "", grouped: bool = False) -> Table:
    first = ("Group",) if grouped else ()
    return Table(
        caption,
        heads(*first, "When", "#Before", "#After", ("#p", "How often a log without any change shows as much")),
        rows(
            [
                (
                    *((text(one["group"]),) if grouped else ()),
                    text(moment(one["at"]), f"{moment(one['low'])} to {moment(one['high'])}"),
                    value(one.get("before"), write),  # type: ignore[arg-type]
                    value(one.get("after"), write),  # type: ignore[arg-type]
                    Cell(p_value(one.get("p_value")), number=True),
                )
                for one in found
            ]
        ),
        fold=fold,
    )


def slices(result: Json) -> Card:
    """The cohorts, the worst first."""
    found = list(result.get("slices") or ())
    overall = result.get("overall_rate")
    top = highest(overall, *(one.get("rate") for one in found))
    figures = (
        Figure(f"{len(found):,}", "cohort stands out" if len(found) == 1 else "cohorts stand out"),
        *(
            (Figure(percent(overall["value"]), "is the rate of all", ranged(overall, percent)),)
            if is_number(overall)
            else ()
        ),
    )
    searched = result.get("searched") or {}
    table = Table(
        "The worst first. Excess: how many more were harmed than at the rate of all.",
        heads(
            "Cohort",
            "#Harmed",
            "Share",
            "#Excess",
            "#Times all",
            ("#p", "Corrected for every cohort that was tested"),
        ),
        rows(
            [
                (
                    text(name(one["where"]), _alike(one)),
                    count(one.get("harmed"), one.get("n")),
                    share(one.get("rate"), top),
                    value(one.get("excess"), whole),
                    value(one.get("lift"), times),
                    Cell(p_value(one.get("p_corrected")), number=True),
                )
                for one in found
            ]
        ),
        dense=True,
    )
    notes = []
    if searched.get("tested"):
        size = searched.get("smallest_n")
        notes.append(
            f"{searched['tested']:,} cohorts of at least {size:,} decisions were tested, "
            f"of up to {searched['depth']} features."
        )
    skipped = searched.get("left_out") or {}
    notes += [f"Not searched: {column}: {why}." for column, why in list(skipped.items())[:12]]
    return Card(figures, (table,) if found else (), tuple(notes))


def _alike(one: Json) -> str:
    folded = one.get("folded")
    return f"{folded:,} overlapping cohorts folded in" if folded else ""


def changes(result: Json) -> Card:
    """What could explain it, the best first, and the columns taken apart."""
    began = result.get("onset") or {}
    before, after = result.get("before"), result.get("after")
    figures = []
    if began.get("at"):
        note = f"{moment(began['low'])} to {moment(began['high'])}" if began.get("low") else ""
        figures.append(Figure(moment(began["at"]), "it changed", note))
    for held, title in ((before, "harmed before"), (after, "harmed after")):
        if is_number(held):
            figures.append(Figure(percent(held["value"]), title, ranged(held, percent)))
    tables = []
    listed = list(result.get("changes") or ())
    if listed:
        tables.append(
            Table(
                "What could explain it, the best first. A hint where to look, and no proof of a cause.",
                heads("What", "Explains", "#By the mix", "#By the rates"),
                rows(
                    [
                        (
                            text(one.get("what"), str(one.get("why") or ""), _kind(one)),
                            share({"value": one.get("explains")}),
                            value(one.get("mix"), points),
                            value(one.get("rate"), points),
                        )
                        for one in listed
                    ]
                ),
            )
        )
    for column in result.get("columns") or ():
        tables.append(_taken_apart(column))
    notes = [f"Not looked at: {one['column']}: {one['why']}." for one in result.get("columns_left_out") or ()][:12]
    return Card(tuple(figures), tuple(tables), tuple(notes))


def _kind(one: Json) -> str:
    if one.get("kind") == "deployment":
        return "deployment"
    return "who is decided about"


def _taken_apart(column: Json) -> Table:
    def side(held: Json | None, word: str) -> Cell:
        found = (held or {}).get(word)
        return Cell(percent(found) if isinstance(found, int | float) else "–", number=True)

    return Table(
        "Mix: what the moved shares make of it. Rates: what changed within each value.",
        heads("Value", "#Share before", "#after", "#Harmed before", "#after", "#By the mix", "#By the rates"),
        rows(
            [
                (
                    text(one.get("value")),
                    side(one.get("before"), "share"),
                    side(one.get("after"), "share"),
                    side(one.get("before"), "rate"),
                    side(one.get("after"), "rate"),
                    value(one.get("mix"), points),
                    value(one.get("rate"), points),
                )
                for one in column.get("values") or ()
            ]
        ),
        fold=f"By {column.get('column')}",
        dense=True,
    )
