"""Cards of the questions that hold two sides against each other: the fix, two versions or periods, the data itself."""

from hotwash.web.room.cards import (
    Card,
    Cell,
    Figure,
    Json,
    Table,
    heads,
    highest,
    left_out,
    name,
    p_value,
    plain,
    points,
    rows,
    share,
    text,
    value,
)
from hotwash.web.room.cards_groups import METRICS, metric

_CLEAR_MAX = 12
_VERDICTS = {"unchanged": "still there", "none seen": "no gap seen", "unknown": "cannot be told"}
_MOVED = ("reversed", "closed", "narrowed", "widened")


def fix(result: Json) -> Card:
    """Every gap before and after, and the change."""
    found = list(result.get("changes") or ())
    harmful = [one for one in found if one.get("harm")] or found
    moved = [one for one in harmful if one.get("verdict") in _MOVED] or harmful
    tables = [
        _gaps(moved, "Gaps that mean harm: the group beside the reference, in points."),
        _gaps([one for one in harmful if one not in moved], "", fold="Gaps that did not move beyond chance"),
        _gaps([one for one in found if one not in harmful], "", fold="Gaps of the other rates"),
    ]
    return Card((), tuple(table for table in tables if table.rows), left_out(result))


def _gaps(found: list[Json], caption: str, fold: str = "") -> Table:
    return Table(
        caption,
        heads("Group", "Rate", "#Gap before", "#Gap after", "#It moved by"),
        rows(
            [
                (
                    text(
                        name(one["attributes"]),
                        f"beside {name(one.get('reference') or {})}",
                        _VERDICTS.get(str(one.get("verdict")), str(one.get("verdict") or "")),
                    ),
                    text(metric(one["metric"])),
                    value((one.get("before") or {}).get("difference"), points),
                    value((one.get("after") or {}).get("difference"), points),
                    value(one.get("change"), points),
                )
                for one in found
            ]
        ),
        fold=fold,
    )


def compare(result: Json) -> Card:
    """Everything that could be compared; what differs beyond chance first."""
    figures = tuple(
        Figure(f"{result[side]['n']:,}", f"{title}: {result[side].get('condition') or 'all other rows'}")
        for side, title in (("one", "one"), ("two", "two"))
        if result.get(side)
    )
    found = list(result.get("rows") or ())
    whole, groups = [one for one in found if not one.get("of")], [one for one in found if one.get("of")]
    gaps = list(result.get("gaps") or ())
    clear = [one for one in gaps if one.get("distinct")][:_CLEAR_MAX]
    tables = [
        _sides(whole, "Everybody together."),
        _two_gaps(clear, "Gaps between groups that changed beyond chance."),
        _two_gaps(gaps, "", fold="Every gap between groups"),
        _sides(groups, "", fold="By group"),
    ]
    subjects = result.get("subjects") or {}
    notes = []
    if isinstance(subjects.get("one"), int) and isinstance(subjects.get("two"), int):
        notes.append(f"The harm met {subjects['one']:,} different people in one and {subjects['two']:,} in two.")
    for one in result.get("left_out") or ():
        label = name(one.get("of") or one.get("attributes") or {})
        notes.append(f"Left out: {label}: {one.get('why', '')}.")
    return Card(figures, tuple(table for table in tables if table.rows), tuple(notes[:12]))


def _two_gaps(gaps: list[Json], caption: str, fold: str = "") -> Table:
    return Table(
        caption,
        heads("Group", "Rate", "#One", "#Two", "#Change"),
        rows(
            [
                (
                    text(name(one["of"]), f"beside {name(one.get('reference') or {})}", _beyond(one) if fold else ""),
                    text(metric(one["metric"])),
                    value(one.get("one"), points),
                    value(one.get("two"), points),
                    value(one.get("change"), points),
                )
                for one in gaps
            ]
        ),
        fold=fold,
        dense=bool(fold),
    )


def _beyond(one: Json) -> str:
    return "beyond chance" if one.get("distinct") else ""


def _sides(found: list[Json], caption: str, fold: str = "") -> Table:
    write = points
    return Table(
        caption,
        heads("What", "One", "Two", "#Difference"),
        rows(
            [
                (
                    Cell(
                        metric(one["metric"]),
                        name(one["of"]) if one.get("of") else "",
                        tags=(_beyond(one),) if one.get("distinct") else (),
                        meaning=METRICS.get(one["metric"], ("", ""))[1],
                    ),
                    _side(one, "one"),
                    _side(one, "two"),
                    value(one.get("difference"), write if one["metric"] in METRICS else plain),
                )
                for one in found
            ]
        ),
        fold=fold,
    )


def _side(one: Json, side: str) -> Cell:
    return share(one.get(side)) if one["metric"] in METRICS else value(one.get(side))


def drift(result: Json) -> Card:
    """Column by column, the farthest first, and what the schema gained and lost."""
    found = list(result.get("columns") or ())
    sides = [result.get("reference") or {}, result.get("current") or {}]
    figures = [Figure(f"{result.get('drifted', 0):,}", f"of {len(found):,} columns have drifted")]
    figures += [
        Figure(f"{side['n']:,}", f"rows {word}")
        for side, word in zip(sides, ("as it should be", "as it is now"), strict=True)
        if isinstance(side.get("n"), int)
    ]
    top = highest(*(one.get("effect") for one in found))
    tables = [
        Table(
            "The farthest first. Moved: the share of the rows that would have to change to undo it.",
            heads(
                "Column",
                "Moved",
                ("#PSI", "Population stability index: 0.1 is often called small, 0.25 large"),
                ("#Jensen-Shannon", "Distance between the distributions, from 0 to 1"),
                ("#p", "Corrected for all columns"),
                "#Missing before",
                "#Missing now",
            ),
            rows([_column(one, top) for one in found]),
        )
    ]
    shares = [(one, part) for one in found if one.get("drifted") for part in one.get("shares") or ()]
    if shares:
        top = highest(*({"value": part.get(side)} for _, part in shares for side in ("reference", "current")))
        tables.append(
            Table(
                "",
                heads("Column", "Value", "As it should be", "As it is now"),
                rows(
                    [
                        (
                            text(one["name"]),
                            text(part.get("value")),
                            share({"value": part.get("reference")}, top),
                            share({"value": part.get("current")}, top),
                        )
                        for one, part in shares[:60]
                    ]
                ),
                fold="Values of the columns that drifted",
                dense=True,
            )
        )
    schema = result.get("schema") or {}
    notes = [
        f"{title}: {', '.join(_named(one) for one in schema[word])}."
        for word, title in (
            ("added", "New columns"),
            ("removed", "Columns that are gone"),
            ("changed", "Columns of another kind"),
        )
        if schema.get(word)
    ]
    notes += [f"Not compared: {column}: {why}." for column, why in list((result.get("left_out") or {}).items())[:12]]
    return Card(tuple(figures), tuple(tables), tuple(notes))


def _named(one: object) -> str:
    return str(one.get("name", one.get("value", one))) if isinstance(one, dict) else str(one)


def _column(one: Json, top: float) -> tuple[Cell, ...]:
    extra = [f"new: {', '.join(map(_named, one['new'][:5]))}" if one.get("new") else ""]
    extra += [f"gone: {', '.join(map(_named, one['vanished'][:5]))}" if one.get("vanished") else ""]
    return (
        text(one["name"], "; ".join(part for part in extra if part), "drifted" if one.get("drifted") else ""),
        share(one.get("effect"), top),
        value(one.get("psi")),
        value(one.get("js")),
        Cell(p_value(one.get("p_corrected", one.get("p"))), number=True),
        _missing(one.get("missing_reference")),
        _missing(one.get("missing_current")),
    )


def _missing(held: Json | None) -> Cell:
    found = (held or {}).get("value")
    return Cell(f"{100 * found:.1f} %" if isinstance(found, int | float) else "–", number=True)
