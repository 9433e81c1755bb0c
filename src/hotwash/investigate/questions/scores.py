"""How do scores treat groups? Means, AUC and calibration by group, all thresholds, and conflicting definitions."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Literal

from hotwash.investigate import charts
from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, Cell, SumsAsk, Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog, TooMany
from hotwash.investigate.expression import Expression, Name, Step
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import check_reference, columns_of, keys_of, ordered, reference_of
from hotwash.investigate.kinds import HOLDS
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.questions.scores_counted import Scored, coarse
from hotwash.investigate.questions.scores_parts import compared, sentence, thresholds
from hotwash.investigate.rates import SUPPRESSED, Json
from hotwash.investigate.sides import Sides, same
from hotwash.investigate.suppression import check_cell, hidden_values
from hotwash.investigate.words import short

CELLS_EXACT = 100_000
"""With more combinations of score, group and label than this, scores are counted in `STEPS` narrow bins instead."""
STEPS = 2_000
LINES_MAX = 4
"""More groups than this cannot be told apart in one picture of lines."""


def scores(
    log: Log,
    *,
    score: str | None = None,
    label: str | None = None,
    group: str | Sequence[str] | None = None,
    threshold: float | None = None,
    bins: int = 10,
    reference: Mapping[str, Scalar] | Literal["largest"] = "largest",
    favourable: Scalar = None,
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 30,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Mean score, AUC and calibration of every group, and all rates over a scan of thresholds.

    Columns that are not named are taken from the log's description. The sources of the formulas stand in
    `scores_parts`.

    :param score: the column with the score; higher means nearer to yes
    :param label: the column with what turned out to be true; without it only means and selection rates are known
    :param group: the column or columns by which people are grouped, each by itself
    :param threshold: the threshold in use: error rates there are set beside calibration
    :param bins: into how many bins of equal size scores are cut for calibration, if they have more than 20 values
    :param reference: a value for each column, or ``"largest"``
    :param favourable: the value of the label that counts as yes, and that people hope for
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows are too few to say
    :param smallest_cell: hide groups with fewer rows of a kind (but more than none), and what would give them away.
        Scores are then told at fewer thresholds and in wider bins, so that no small cell lies between two of them
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    if not 2 <= bins <= 100:
        raise AskedWrongly(f"Scores are cut into 2 to 100 bins, not {bins}.")
    told = described(log)
    groups = columns_of(group, told)
    check_reference(reference, groups)
    score, label = score or told.score, label or told.label
    if not score:
        raise AskedWrongly("Name the column with the score.")
    arguments = {
        "score": score,
        "label": label,
        "group": list(groups),
        "threshold": threshold,
        "bins": bins,
        "reference": dict(reference) if isinstance(reference, Mapping) else reference,
        "favourable": favourable,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
    }
    with asked("scores", told, arguments, steps=3, on_progress=on_progress, cancelled=cancelled) as asking:
        column = asking.column(score, "the score")
        if column.kind != "number":
            raise ColumnMistyped(f'Column "{score}" holds {HOLDS[column.kind]}, and a score must be a number.')
        name = Name(score, column=column)
        keys: list[Expression] = list(keys_of(asking, groups))
        labels = asking.name(label, "the label") if label else None
        scope = asking.condition(where, "where") if where else None
        cells, middles = _cells(asking, keys, name, labels, scope)
        tables = _tables(asking, cells, middles, len(groups), labels=label, favourable=favourable, scoped=bool(scope))
        result: Json = {"groups": [], "reference": {}, "exact": middles is None, "thresholds": [], "left_out": []}
        for place, column_name in enumerate(groups):
            gone = hidden_values([tables[place]], smallest_cell, lambda held: held.cells(threshold))
            result["left_out"] += [
                {"attributes": {column_name: value}, "why": SUPPRESSED} for value in ordered(list(gone))
            ]
            by = {value: held for value, held in tables[place].items() if value not in gone}
            if not by:
                continue
            cuts = coarse(by.values(), smallest_cell, threshold) if smallest_cell > 1 else None
            sizes = {value: held.n for value, held in by.items()}
            chosen = reference_of(column_name, sizes, reference, smallest_group, gone)
            result["reference"][column_name] = chosen
            few = {value for value, n in sizes.items() if n < smallest_group and value != chosen}
            members = {value: by[value] for value in ordered(list(by))}
            result["groups"] += compared(
                column_name,
                members,
                chosen,
                few,
                bins=bins,
                threshold=threshold,
                level=level,
                labels=bool(label),
                cuts=cuts,
            )
            result["left_out"] += [
                {"attributes": {column_name: v}, "why": f"too few to say (under {smallest_group})"}
                for v in members
                if v in few
            ]
            enough = {v: held for v, held in members.items() if v not in few}
            result["thresholds"].append(
                thresholds(column_name, enough, chosen, labels=bool(label), level=level, cuts=cuts)
            )
        used = sum(held.n for held in tables[0].values())
        told_words = sentence(result, groups, threshold=threshold, used=used, hoped_for=favourable is not None)
        return asking.finding(used=used, sentence=told_words, result=result, chart=_chart(result, groups))


def _cells(
    asking: Asking, keys: Sequence[Expression], score: Name, label: Name | None, scope: Expression | None
) -> tuple[list[Cell], list[float] | None]:
    """Counts by groups, label and score: by its very values where they are few enough, else by narrow bins."""
    beside = [*keys, *([label] if label else []), *([scope] if scope is not None else [])]
    whole = (tuple(range(len(beside) + 1)),)
    try:
        cells = asking.engine.counts(Ask((score, *beside), whole, scope))
        if len(cells) <= CELLS_EXACT:
            return cells, None
    except TooMany:
        pass
    sums = asking.engine.sums(SumsAsk(score, (), scope))
    cell = sums.cells[0]
    mean = cell.total / max(1, cell.valued)
    spread = max(0.0, cell.squares / max(1, cell.valued) - mean * mean) ** 0.5 or 1.0
    low, width = sums.centre + mean - 4 * spread, 8 * spread / STEPS
    edges = tuple(low + i * width for i in range(STEPS + 1))
    middles = [low - width / 2 + i * width for i in range(STEPS + 2)]
    return asking.engine.counts(Ask((Step(score, edges), *beside), whole, scope)), middles


def _tables(
    asking: Asking,
    cells: Sequence[Cell],
    middles: list[float] | None,
    width: int,
    *,
    labels: str | None,
    favourable: Scalar,
    scoped: bool,
) -> list[dict[Value, Scored]]:
    """For every group column, the counts by score of each group. Rows that cannot be used are set aside."""
    inside = []
    for cell in cells:
        if scoped and cell.values[-1] is None:
            asking.skip(WHERE_UNKNOWN, cell.rows)
        elif cell.values[0] is None or not isfinite(float(str(cell.values[0]))):
            asking.skip("no score (missing or not a number)", cell.rows)
        else:
            inside.append(cell)
    if not inside:
        raise EmptyLog("Not a single row has a score. Check the column, or widen where.")
    sides = None
    if labels:
        truths = [cell.values[1 + width] for cell in inside]
        yes = favourable if any(same(value, favourable) for value in truths if value is not None) else None
        sides = Sides(labels, "label", truths, favourable if yes is None and favourable is not None else yes)
    tables: list[dict[Value, dict[float, list[int]]]] = [{} for _ in range(width)]
    for cell in inside:
        at = middles[int(str(cell.values[0]))] if middles else float(str(cell.values[0]))
        truth = sides.side(cell.values[1 + width]) if sides else None
        for place, table in enumerate(tables):
            counts = table.setdefault(cell.values[1 + place], {}).setdefault(at, [0, 0, 0])
            counts[2 if truth is None else int(truth)] += cell.rows
    return [{value: Scored.of(held) for value, held in table.items()} for table in tables]


def _chart(result: Json, names: Sequence[str]) -> Json:
    """How often yes was true, by score, of every group: lines that lie together are calibrated alike."""
    column = names[0]
    members = [e for e in result["groups"] if list(e["attributes"]) == [column] and not e["too_few"]]
    largest = sorted(members, key=lambda e: -e["n"])[:LINES_MAX]
    rows = []
    for entry in members:
        if entry in largest:
            rows += [
                {"group": short(entry["attributes"]), "score": b["score"], **{k: b["rate"][k] for k in ("low", "high")}}
                | {"rate": b["rate"]["value"]}
                for b in entry["calibration"].get("bins", ())
                if b["n"] >= 10
            ]
    return charts.lines(rows, title=f"How often yes was true, by score and {column}", x="score")
