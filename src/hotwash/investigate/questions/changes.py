"""What changed when it began: deployments, versions, the mix of cases, ranked by how well each explains the change."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from hotwash.investigate.asking import Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, EmptyLog, TooMany
from hotwash.investigate.expression import Expression, Start
from hotwash.investigate.finding import Finding
from hotwash.investigate.grouping import ordered
from hotwash.investigate.kinds import names
from hotwash.investigate.predictions import Log, Predictions, described
from hotwash.investigate.questions.onset import EVERY, check_numpy, moment_in
from hotwash.investigate.questions.onset_courses import courses
from hotwash.investigate.suppression import check_cell

COLUMNS_MAX = 40
VALUES_MAX = 1_000


def changes(
    log: Log,
    *,
    harm: str,
    time: str | None = None,
    columns: list[str] | None = None,
    deployments: list[dict[str, str]] | None = None,
    where: str | None = None,
    at: str | None = None,
    every: Literal["hour", "day", "week"] = "day",
    alarm: float = 0.05,
    level: float = 0.95,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """What changed near the onset of a harm, ranked by how well each explains it.

    A column explains a change as far as the evidence for it vanishes once every value of the column is looked at by
    itself (`shift`): the traffic moved to cases, or to a version, that always fared worse. A deployment explains it as
    far as its moment is a likely date of the change: the likelihood of that date over that of the likeliest.
    Both are hints where to look and no proof of a cause.

    :param harm: a condition: its rate is followed
    :param columns: columns to try; without them the version, the attributes and whatever else holds few values
    :param deployments: what went live when, each with ``at`` and whatever names it (``part``, ``version``, ``note``)
    :param at: the moment of the change, if it is known; else it is found as `onset` finds it
    :param smallest_cell: values with fewer rows of a kind (but more than none), and what would give them away, are told
        together as others
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    if every not in EVERY:
        raise AskedWrongly(f'A period is an {", ".join(EVERY[:-1])} or {EVERY[-1]}, not "{every}".')
    if not 0 < alarm <= 0.5:
        raise AskedWrongly(f"The probability of a false alarm lies between 0 and 0.5, such as 0.05; {alarm} does not.")
    told = described(log)
    time = time or told.time
    if not time:
        raise AskedWrongly("The time of the decisions is missing. Name its column (time).")
    arguments = {
        "harm": harm,
        "time": time,
        "columns": columns,
        "deployments": deployments,
        "where": where,
        "at": at,
        "every": every,
        "alarm": alarm,
        "level": level,
        "smallest_cell": smallest_cell or None,
    }
    check_numpy()
    from hotwash.investigate.questions.changes_parts import Counted, answered

    steps = 2 + (len(columns) if columns else 6)
    with asked("changes", told, arguments, steps=steps, on_progress=on_progress, cancelled=cancelled) as asking:
        (course,) = courses(asking, time=time, harm=harm, value=None, group=None, where=where, every=every)
        skipped = dict(asking.skipped)
        place = moment_in(at, course.starts, "at") if at else None
        went_live = [_placed(one, course.starts) for one in deployments or ()]
        tried, left_out = [], []
        for name in columns or _candidates(asking, told, harm, time):
            try:
                tried.append(Counted(name, _counted(asking, name, time=time, harm=harm, where=where, every=every)))
            except TooMany:
                left_out.append({"column": name, "why": "more values than anybody can compare"})
        asking.skipped = skipped  # every column met the same rows
        result, sentence, chart = answered(
            course,
            tried,
            went_live,
            place=place,
            every=every,
            alarm=alarm,
            level=level,
            left_out=left_out,
            cell=smallest_cell,
        )
        return asking.finding(used=int(sum(course.n)), sentence=sentence, result=result, chart=chart)


def _candidates(asking: Asking, told: Predictions, harm: str, time: str) -> list[str]:
    """The version and the attributes, then other columns of text or truths; none of which the harm itself speaks."""
    spoken = names(asking.condition(harm, "harm")) | {time, told.subject, told.score, told.decision, told.label}
    wanted = [name for name in (told.version, *told.attributes) if name]
    wanted += [column.name for column in asking.columns.values() if column.kind in ("text", "boolean")]
    return [name for name in dict.fromkeys(wanted) if name not in spoken][:COLUMNS_MAX]


def _counted(
    asking: Asking, name: str, *, time: str, harm: str, where: str | None, every: str
) -> dict[Any, dict[date, tuple[int, int]]]:
    """Rows and events by value of a column and period.

    :raises TooMany: if the column has too many values
    """
    scope = asking.condition(where, "where") if where else None
    keys: list[Expression] = [
        Start(asking.time(time), every),
        asking.name(name, "a column"),
        asking.condition(harm, "harm"),
    ]
    keys += [scope] if scope is not None else []
    found: dict[Any, dict[date, tuple[int, int]]] = {}
    for cell in asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope)):
        start, value, harmed = cell.values[:3]
        if not isinstance(start, date) or harmed is None or (scope is not None and cell.values[3] is None):
            continue
        held = found.setdefault(value.isoformat() if isinstance(value, date) else value, {})
        n, hits = held.get(start, (0, 0))
        held[start] = (n + cell.rows, hits + cell.rows * bool(harmed))
        if len(found) > VALUES_MAX:
            raise TooMany(f'Column "{name}" has more than {VALUES_MAX:,} values.')
    if not found:
        raise EmptyLog("There is not a single row to answer from. Check the columns.")
    # An engine gives its counts in no order, and sums of fractions depend on it.
    return {value: found[value] for value in ordered(list(found))}


def _placed(deployment: dict[str, str], starts: Sequence[date]) -> tuple[dict[str, str], int]:
    """A deployment with the place of its period: below 0 and beyond the last for those outside the log.

    :raises AskedWrongly: if it has no moment
    """
    if "at" not in deployment:
        raise AskedWrongly('A deployment needs its moment: {"at": "2026-03-31T09:00:00Z", "part": …, "version": …}.')
    return dict(deployment), moment_in(deployment["at"], starts, "deployments", outside=True)
