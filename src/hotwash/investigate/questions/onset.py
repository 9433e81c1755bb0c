"""Since when? Changes of a harm's rate, of a gap between groups, of a mean or of the volume, each with an interval."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from hotwash.investigate.asking import Progress, Stop, asked, check_level
from hotwash.investigate.engine import Value
from hotwash.investigate.errors import AskedWrongly, EmptyLog, LogError
from hotwash.investigate.finding import Finding
from hotwash.investigate.periods import instant
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.questions.onset_courses import Course, courses
from hotwash.investigate.rates import SUPPRESSED
from hotwash.investigate.sides import plain, same
from hotwash.investigate.suppression import check_cell, hidden_values

EVERY = ("hour", "day", "week")
PERIODS_LEAST = 6


def onset(
    log: Log,
    *,
    time: str | None = None,
    harm: str | None = None,
    value: str | None = None,
    group: str | None = None,
    reference: Scalar = None,
    where: str | None = None,
    every: Literal["hour", "day", "week"] = "day",
    season: Literal["auto", "none"] = "auto",
    alarm: float = 0.05,
    watch: str | None = None,
    level: float = 0.95,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Since when: every change of a rate, a mean or the volume, or of the gap between groups, with its interval.

    How changes are found and intervals made stands in `changepoints` and `scan`, with sources.

    :param time: the column with the time of the decision; of the log's description if it is not named
    :param harm: a condition: its rate is followed. Without harm and value, the number of decisions is
    :param value: a column of numbers: its mean is followed
    :param group: a column of groups: the gap of each to the reference is followed, and each group by itself
    :param reference: the value of the group to compare with; the largest one if it is not named
    :param where: a condition that rows must meet, such as ``label = 1`` for the rate of missed positives
    :param every: the length of one period
    :param season: whether weekdays and hours may have rates of their own (fitted along if the log shows it)
    :param alarm: the probability of finding any change in a log that has none
    :param watch: a moment: also tell when somebody who watched from then on would have been alarmed
    :param level: the level of intervals
    :param smallest_cell: hide groups, periods and levels with fewer rows of a kind (but more than none), and what would
        give them away
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    check_cell(smallest_cell)
    if every not in EVERY:
        raise AskedWrongly(f'A period is an {", ".join(EVERY[:-1])} or {EVERY[-1]}, not "{every}".')
    if season not in ("auto", "none"):
        raise AskedWrongly(f'The season is "auto" or "none", not "{season}".')
    if not 0 < alarm <= 0.5:
        raise AskedWrongly(f"The probability of a false alarm lies between 0 and 0.5, such as 0.05; {alarm} does not.")
    if harm and value:
        raise AskedWrongly("Name a harm or a value, not both: one question follows one number.")
    told = described(log)
    time = time or told.time
    if not time:
        raise AskedWrongly("The time of the decisions is missing. Name its column (time).")
    arguments = {
        "time": time,
        "harm": harm,
        "value": value,
        "group": group,
        "reference": reference,
        "where": where,
        "every": every,
        "season": season,
        "alarm": alarm,
        "watch": watch,
        "level": level,
        "smallest_cell": smallest_cell or None,
    }
    check_numpy()
    from hotwash.investigate.questions.onset_parts import answered

    with asked("onset", told, arguments, steps=4, on_progress=on_progress, cancelled=cancelled) as asking:
        every_one = courses(asking, time=time, harm=harm, value=value, group=group, where=where, every=every)
        found, gone = _shown(every_one, smallest_cell, counted=bool(harm))
        since = _since(watch, found[0].starts) if watch else None
        picked = _reference(found, group, reference, gone) if group else None
        result, sentence, chart = answered(
            found,
            kind="rate" if harm else "mean" if value else "volume",
            value=value or "",
            group=group,
            reference=picked,
            every=every,
            season=season == "auto",
            alarm=alarm,
            level=level,
            watch=since,
            cell=smallest_cell,
        )
        result |= {"left_out": [{"attributes": {group: plain(one)}, "why": SUPPRESSED} for one in gone]} if gone else {}
        used = int(sum(sum(course.n) for course in every_one))
        return asking.finding(used=used, sentence=sentence, result=result, chart=chart)


def check_numpy() -> None:
    """:raises LogError: if the mathematics of this question is not installed"""
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise LogError("This question needs numpy: pip install 'hotwash[questions]'.") from None


def _shown(found: list[Course], smallest: int, *, counted: bool) -> tuple[list[Course], list[Value]]:
    """The courses without small cells, and the groups that are hidden.

    :raises EmptyLog: if none is left
    """

    def cells(course: Course) -> tuple[int, ...]:
        n, hits = int(sum(course.n)), int(sum(course.sums)) if counted else 0
        return (n, hits, n - hits) if counted else (n,)

    gone = hidden_values([{course.name: course for course in found}], smallest, cells)
    left = [course for course in found if course.name not in gone]
    if not left:
        raise EmptyLog(
            f"Everything is a small cell (smallest_cell is {smallest}): nothing can be told without pointing at "
            "people. Widen the question."
        )
    return left, [course.name for course in found if course.name in gone]


def _reference(courses: Sequence[Course], group: str | None, wanted: Scalar, gone: Sequence[Value]) -> int:
    if wanted is None:
        return 0
    if any(same(name, wanted) for name in gone):
        raise AskedWrongly(f"The reference {wanted!r} is a small cell, or one could be derived from it. Name another.")
    for place, course in enumerate(courses):
        if same(course.name, wanted):
            return place
    there = ", ".join(plain(course.name) for course in courses[:8])
    raise AskedWrongly(f'Column "{group}" never holds {wanted!r}, so it cannot be the reference; it holds {there}.')


def _since(watch: str, starts: Sequence[date]) -> int:
    """The place of the first period that begins at or after the moment.

    :raises AskedWrongly: if it is no moment within the log, with enough before it
    """
    place = moment_in(watch, starts, "watch")
    if place < PERIODS_LEAST:
        raise AskedWrongly(f"Watching needs {PERIODS_LEAST} periods or more before it; there are {place}. Watch later.")
    return place


def moment_in(text: str, starts: Sequence[date], role: str, *, outside: bool = False) -> int:
    """The place of the first period that begins at or after a moment.

    :param outside: whether the moment may lie outside of all periods; then the place is -1 or one past the last
    :raises AskedWrongly: if it is no moment, or lies outside
    """
    try:
        moment: Any = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise AskedWrongly(f'"{text}" ({role}) is not a moment. Write 2026-03-31 or 2026-03-31T09:00:00Z.') from None
    first = starts[0]
    if isinstance(first, datetime):
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, datetime.min.time())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=first.tzinfo)
    elif isinstance(moment, datetime):
        moment = moment.date()
    place = -1 if moment < first else next((i for i, start in enumerate(starts) if start >= moment), len(starts))
    if not outside and not 0 < place < len(starts):
        raise AskedWrongly(
            f'"{text}" ({role}) lies outside the log, which has periods from {instant(first)} to {instant(starts[-1])}.'
        )
    return place
