"""Whom did it hit? Decisions and people under a harm, by cohort, version and time, and how many more than usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, People, PeopleAsk, Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog, TooMany
from hotwash.investigate.expression import EVERY, All, Expression, Start
from hotwash.investigate.expression import Any as Either
from hotwash.investigate.finding import Finding
from hotwash.investigate.predictions import Log, described
from hotwash.investigate.questions.blast_radius_parts import (
    Tally,
    chart,
    course,
    excess,
    instant,
    sentence,
    share,
    sides,
    small_hidden,
    times,
)
from hotwash.investigate.rates import Json

COHORTS_MAX = 5_000

HARM_UNKNOWN = "it cannot be told whether the harm holds (a value is missing or not a number)"


@dataclass(slots=True)
class _Plan:
    """Which keys are counted, and in which margins."""

    keys: list[Expression]
    by: list[str]
    start: Expression | None
    harm: Expression
    scope: Expression | None
    baseline: Expression | None


def blast_radius(
    log: Log,
    *,
    harm: str,
    subject: str | None = None,
    time: str | None = None,
    by: str | Sequence[str] | None = None,
    baseline: str | None = None,
    where: str | None = None,
    every: Literal["hour", "day", "week", "month"] = "day",
    level: float = 0.95,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Decisions and different people under a harm, their share, the excess over a baseline, by cohort and over time.

    Columns that are not named are taken from the log's description.

    :param harm: a condition: which decisions are harmful
    :param subject: the column with the person; without it people are not counted
    :param time: the column with the time of the decision; without it there is no course over time
    :param by: columns of cohorts; a described model version is always one
    :param baseline: a condition: which rows show the usual rate. The excess is that of the rows outside of it. The
        baseline keeps to ``where`` too, unless ``where`` leaves nothing of it
    :param where: a condition that rows must meet
    :param every: the length of one period in the course over time
    :param smallest_cell: hide cohorts and periods with fewer harmed decisions or people (but more than none)
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    if every not in EVERY:
        raise AskedWrongly(f'A period is an {", ".join(EVERY[:-1])} or {EVERY[-1]}, not "{every}".')
    if smallest_cell < 0:
        raise AskedWrongly("The smallest cell is at least 0.")
    told = described(log)
    subject, time = subject or told.subject, time or told.time
    cohorts = list(dict.fromkeys([by] if isinstance(by, str) else by if by is not None else told.attributes))
    if told.version and told.version not in cohorts:
        cohorts.append(told.version)
    arguments = {
        "harm": harm,
        "subject": subject,
        "time": time,
        "by": cohorts,
        "baseline": baseline,
        "where": where,
        "every": every if time else None,
        "level": level,
        "smallest_cell": smallest_cell or None,
    }
    steps = 2 + (2 + len(cohorts) + bool(time) + bool(baseline) if subject else 0)
    with asked("blast-radius", told, arguments, steps=steps, on_progress=on_progress, cancelled=cancelled) as asking:
        plan = _plan(asking, harm=harm, time=time, by=cohorts, baseline=baseline, where=where, every=every)
        tallies = _tallies(asking, plan)
        people = _people(asking, plan, subject, tallies) if subject else None
        return _answer(asking, plan, tallies, people, every=every, level=level, cell=smallest_cell)


def _plan(
    asking: Asking, *, harm: str, time: str | None, by: list[str], baseline: str | None, where: str | None, every: str
) -> _Plan:
    keys: list[Expression] = []
    for name in by:
        if asking.column(name, "a cohort").kind == "time":
            raise ColumnMistyped(
                f'Column "{name}" holds times, so that nearly every row is a cohort. Give it as the time instead.'
            )
        keys.append(asking.name(name, "a cohort"))
    start = None
    if time:
        moment = asking.time(time)
        if every == "hour" and moment.column is not None and moment.column.kind == "day":
            raise AskedWrongly(f'Column "{time}" holds dates, which have no hours. Ask for every day.')
        start = Start(moment, every)
        keys.append(start)
    condition = asking.condition(harm, "harm")
    scope = asking.condition(where, "where") if where else None
    usual = asking.condition(baseline, "baseline") if baseline else None
    return _Plan(keys, by, start, condition, scope, usual)


def _tallies(asking: Asking, plan: _Plan) -> list[dict[tuple[Value, ...], Tally]]:
    """One scan: for everybody, each cohort column and the periods, how many rows there are and how many are harmed."""
    width = len(plan.keys)
    facts: list[Expression] = [part for part in (plan.harm, plan.scope, plan.baseline) if part is not None]
    always = tuple(range(width, width + len(facts)))
    margins = [always, *((i, *always) for i in range(width))]
    wanted = plan.scope
    if plan.scope is not None and plan.baseline is not None:
        wanted = Either((plan.scope, plan.baseline))
    cells = asking.engine.counts(Ask((*plan.keys, *facts), tuple(margins), wanted))
    found: list[dict[tuple[Value, ...], Tally]] = [{} for _ in margins]
    for cell in cells:
        own, told = cell.values[: -len(always)], list(cell.values[-len(always) :])
        harmed = told.pop(0)
        inside = told.pop(0) if plan.scope is not None else True
        usual = told.pop(0) if plan.baseline is not None else False
        if inside is None or (harmed is None and inside):
            if cell.margin == 0:
                asking.skip(WHERE_UNKNOWN if inside is None else HARM_UNKNOWN, cell.rows)
        elif harmed is not None:
            tally = found[cell.margin].setdefault(own, Tally())
            tally.add(cell.rows, harmed=bool(harmed), inside=bool(inside), usual=None if usual is None else bool(usual))
    if not found[0] or not found[0][()].n:
        unknown = "; ".join(f"{reason}, in {rows:,} rows" for reason, rows in asking.skipped.items())
        raise EmptyLog(
            f"There is not a single row to answer from: {unknown}. Check the columns of the conditions."
            if unknown
            else "No row meets where. Widen the condition."
        )
    for name, cohorts in zip(plan.by, found[1:], strict=False):
        if len(cohorts) > COHORTS_MAX:
            raise TooMany(
                f'Column "{name}" has {len(cohorts):,} values; at most {COHORTS_MAX:,} are shown. Choose a coarser one.'
            )
    return found


def _people(
    asking: Asking, plan: _Plan, subject: str, tallies: list[dict[tuple[Value, ...], Tally]]
) -> tuple[People, int]:
    """How many different people, in the same cells as the decisions; and how many outside the baseline."""
    width = len(plan.keys)
    keys = tuple(plan.keys) if plan.baseline is None else (*plan.keys, plan.baseline)
    margins: list[tuple[int, ...]] = [(), *((i,) for i in range(len(keys)))]
    where = plan.harm if plan.scope is None else All((plan.harm, plan.scope))
    people = asking.engine.people(PeopleAsk(asking.name(subject, "the subject"), keys, tuple(margins), where))
    for tally in (t for cells in tallies for t in cells.values()):
        tally.subjects = 0
    exposed = 0
    for cell in people.cells:
        if cell.margin <= width:
            tallies[cell.margin][cell.values].subjects = cell.rows
        elif cell.values[0] is False:
            exposed = cell.rows
    return people, exposed


def _answer(
    asking: Asking,
    plan: _Plan,
    tallies: list[dict[tuple[Value, ...], Tally]],
    people: tuple[People, int] | None,
    *,
    every: str,
    level: float,
    cell: int,
) -> Finding:
    whole = tallies[0][()]
    # Where often names the very rows that were hit; then the baseline can only lie outside of it.
    inner = plan.scope is None or whole.inner_n > 0
    result: Json = {
        "decisions": whole.harmed,
        "n": whole.n,
        "subjects": whole.subjects if people else {"value": None, "why": "no column with the person was named"},
        "share": share(whole, level),
        "excess": {"value": None, "why": "no baseline was named"},
    }
    if plan.baseline is not None:
        result["excess"] = excess(whole, inner=inner, level=level)
        result |= sides(whole, inner=inner, subjects=people[1] if people else None, level=level)
    if people is not None:
        repeats = people[0].repeats
        result["times"] = times(repeats)
        result["decisions_without_subject"] = whole.harmed - sum(often * count for often, count in repeats.items())

    def counted(tally: Tally) -> Json:
        found: Json = {"n": tally.n, "decisions": tally.harmed}
        return found | ({"subjects": tally.subjects or 0} if people is not None else {})

    result["by"] = [
        {"attributes": {name: _plain(value)}}
        | counted(tally)
        | {"share": share(tally, level)}
        | ({"excess": excess(tally, inner=inner, level=level)} if plan.baseline is not None else {})
        for name, cohorts in zip(plan.by, tallies[1:], strict=False)
        for (value,), tally in sorted(cohorts.items(), key=lambda item: (-item[1].harmed, str(item[0])))
        if tally.n
    ]
    result["over_time"] = []
    if plan.start is not None:
        periods = dict(tallies[-1])
        timeless = periods.pop((None,), Tally())
        result["over_time"] = [
            {"since": instant(since, asking.log.zone), "until": instant(until, asking.log.zone)}
            | counted(tally)
            | {"share": share(tally, level, "no decisions")}
            for since, until, tally in course(periods, every)
        ]
        result["over_time_left_out"] = {"n": timeless.n, "decisions": timeless.harmed}
    if cell > 1:
        result = small_hidden(result, cell)
    return asking.finding(used=whole.n, sentence=sentence(result), result=result, chart=chart(result, plan.by, every))


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value
