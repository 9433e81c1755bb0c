"""Whom did it hit? Decisions and people under a harm, by cohort, version and time, and how many more than usual."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask, People, PeopleAsk, Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog, TooMany
from hotwash.investigate.expression import EVERY, All, Expression, Not, Start
from hotwash.investigate.expression import Any as Either
from hotwash.investigate.finding import Finding
from hotwash.investigate.predictions import Log, described
from hotwash.investigate.rates import NO_ROWS, Json, rate, shown, shown_rate
from hotwash.investigate.words import number, percent, short, span

COHORTS_MAX = 5_000
PERIODS_MAX = 20_000
OFTEN = 10
"""How often one person was met is told one by one up to here, and summed up above."""

HARM_UNKNOWN = "it cannot be told whether the harm holds (a value is missing or not a number)"


@dataclass(slots=True)
class _Tally:
    """Rows of one cell: under the harm or not, in the baseline or outside of it."""

    harmed: int = 0
    n: int = 0
    usual_harmed: int = 0
    usual_n: int = 0
    subjects: int | None = None

    def add(self, rows: int, *, harmed: bool, usual: bool) -> None:
        self.n += rows
        self.harmed += rows * harmed
        self.usual_n += rows * usual
        self.usual_harmed += rows * (harmed and usual)


@dataclass(slots=True)
class _Plan:
    """Which keys are counted, and in which margins."""

    keys: list[Expression]
    by: list[str]
    start: Expression | None
    harm: Expression
    scope: Expression | None
    baseline: Expression | None
    margins: list[tuple[int, ...]] = field(default_factory=list)


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
    :param baseline: a condition: which rows show the usual rate. The excess is over the rows outside of it
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
    steps = 2 + (4 + len(cohorts) + bool(time) if subject else 0)
    with asked("blast-radius", told, arguments, steps=steps, on_progress=on_progress, cancelled=cancelled) as asking:
        plan = _plan(asking, harm, time, cohorts, baseline, where, every)
        tallies = _tallies(asking, plan)
        people = _people(asking, plan, subject, tallies) if subject else None
        return _answer(asking, plan, tallies, people, every=every, level=level, cell=smallest_cell)


def _plan(
    asking: Asking, harm: str, time: str | None, by: list[str], baseline: str | None, where: str | None, every: str
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
    return _Plan([*keys], by, start, condition, scope, usual)


def _tallies(asking: Asking, plan: _Plan) -> list[dict[tuple[Value, ...], _Tally]]:
    """One scan: for everybody, each cohort column and the periods, how many rows there are and how many are harmed."""
    width = len(plan.keys)
    told: list[Expression] = [part for part in (plan.scope, plan.baseline) if part is not None]
    keys = (*plan.keys, plan.harm, *told)
    always = tuple(range(width, len(keys)))
    margins = [always, *((i, *always) for i in range(width))]
    cells = asking.engine.counts(Ask(keys, tuple(margins), plan.scope))
    found: list[dict[tuple[Value, ...], _Tally]] = [{} for _ in margins]
    for cell in cells:
        own, facts = cell.values[: -len(always)], list(cell.values[-len(always) :])
        harmed = facts.pop(0)
        inside = facts.pop(0) if plan.scope is not None else True
        usual = facts.pop(0) if plan.baseline is not None else False
        if inside is None or harmed is None:
            if cell.margin == 0:
                asking.skip(WHERE_UNKNOWN if inside is None else HARM_UNKNOWN, cell.rows)
            continue
        if usual is None:
            # Such a row can stand on neither side of the comparison; it is left out of everything.
            if cell.margin == 0:
                asking.skip("it cannot be told whether the baseline holds (a value is missing)", cell.rows)
            continue
        tally = found[cell.margin].setdefault(own, _Tally())
        tally.add(cell.rows, harmed=bool(harmed), usual=bool(usual))
    if not found[0]:
        why = (
            "No row meets where. Widen the condition."
            if not asking.skipped
            else (
                "For not a single row the conditions can be told: "
                + "; ".join(f"{k} in {v:,} rows" for k, v in asking.skipped.items())
                + "."
            )
        )
        raise EmptyLog(why)
    for name, cohorts in zip(plan.by, found[1:], strict=False):
        if len(cohorts) > COHORTS_MAX:
            raise TooMany(
                f'Column "{name}" has {len(cohorts):,} values; at most {COHORTS_MAX:,} are shown. Choose a coarser one.'
            )
    return found


def _people(asking: Asking, plan: _Plan, subject: str, tallies: list[dict[tuple[Value, ...], _Tally]]) -> People:
    """How many different people, in the same cells as the decisions."""
    parts = [plan.harm] if plan.scope is None else [plan.harm, plan.scope]
    if plan.baseline is not None:
        parts.append(_told(plan.baseline))
    width = len(plan.keys)
    keys = tuple(plan.keys) if plan.baseline is None else (*plan.keys, plan.baseline)
    margins: list[tuple[int, ...]] = [(), *((i,) for i in range(width))]
    if plan.baseline is not None:
        margins.append((width,))
    who = asking.name(subject, "the subject")
    people = asking.engine.people(
        PeopleAsk(who, keys, tuple(margins), parts[0] if len(parts) == 1 else All(tuple(parts)))
    )
    for tally in (t for cells in tallies for t in cells.values()):
        tally.subjects = 0
    for cell in people.cells:
        if cell.margin <= width and cell.values in tallies[cell.margin]:
            tallies[cell.margin][cell.values].subjects = cell.rows
    return people


def _told(condition: Expression) -> Expression:
    """True where a condition is known to hold or not to hold."""
    return Either((condition, Not(condition)))


def _answer(
    asking: Asking,
    plan: _Plan,
    tallies: list[dict[tuple[Value, ...], _Tally]],
    people: People | None,
    *,
    every: str,
    level: float,
    cell: int,
) -> Finding:
    whole = tallies[0][()]
    z = intervals.critical(level)
    harmed = rate(whole.harmed, whole.n, z, NO_ROWS)
    result: Json = {
        "decisions": whole.harmed,
        "n": whole.n,
        "subjects": whole.subjects if people else {"value": None, "why": "no column with the person was named"},
        "share": shown_rate(harmed, level),
        "excess": _excess(whole, plan, level),
    }
    if plan.baseline is not None:
        result |= _sides(whole, plan, people, level)
    if people is not None:
        result["times"] = _times(people)
        result["decisions_without_subject"] = whole.harmed - sum(
            times * count for times, count in people.repeats.items()
        )
    result["by"] = [
        _hide({"attributes": {name: _plain(value)}} | _cohort(tally, plan, people, level), cell)
        for name, cohorts in zip(plan.by, tallies[1:], strict=False)
        for (value,), tally in sorted(cohorts.items(), key=lambda item: (-item[1].harmed, str(item[0])))
    ]
    result["over_time"] = []
    if plan.start is not None:
        periods = dict(tallies[-1])
        unknown = periods.pop((None,), None)
        result["over_time"] = [
            _hide(_period(since, until, tally, people, level), cell) for since, until, tally in _course(periods, every)
        ]
        result["over_time_left_out"] = (
            {"n": unknown.n, "decisions": unknown.harmed} if unknown else {"n": 0, "decisions": 0}
        )
    return asking.finding(
        used=whole.n, sentence=_sentence(result, plan), result=result, chart=_chart(result, plan, every)
    )


def _excess(tally: _Tally, plan: _Plan, level: float) -> Json:
    """How many more decisions are harmed outside the baseline than its rate would give there.

    ``n (p - q)`` with the limits of Newcombe's hybrid score interval for the difference of the two shares.
    """
    if plan.baseline is None:
        return {"value": None, "why": "no baseline was named"}
    n, harmed = tally.n - tally.usual_n, tally.harmed - tally.usual_harmed
    z = intervals.critical(level)
    one, two = (
        rate(harmed, n, z, "no rows outside the baseline"),
        rate(tally.usual_harmed, tally.usual_n, z, "no rows in the baseline"),
    )
    if one.value is None or two.value is None:
        return {"value": None, "why": one.why or two.why}
    low, high = intervals.difference(one.value, one.limits, two.value, two.limits)
    return shown(n * (one.value - two.value), (n * low, n * high), level)


def _sides(whole: _Tally, plan: _Plan, people: People | None, level: float) -> Json:
    """What the excess compares: the rows outside the baseline with those in it."""
    z, width = intervals.critical(level), len(plan.keys)
    met = {cell.values[0]: cell.rows for cell in people.cells if cell.margin == width + 1} if people else {}
    sides: Json = {}
    for name, usual in (("exposed", False), ("baseline", True)):
        n, harmed = (
            (whole.usual_n, whole.usual_harmed)
            if usual
            else (whole.n - whole.usual_n, whole.harmed - whole.usual_harmed)
        )
        sides[name] = {"n": n, "decisions": harmed, "share": shown_rate(rate(harmed, n, z, NO_ROWS), level)}
        if people is not None:
            sides[name]["subjects"] = met.get(usual, 0)
    return sides


def _cohort(tally: _Tally, plan: _Plan, people: People | None, level: float) -> Json:
    found: Json = {"n": tally.n, "decisions": tally.harmed}
    if people is not None:
        found["subjects"] = tally.subjects
    found["share"] = shown_rate(rate(tally.harmed, tally.n, intervals.critical(level), NO_ROWS), level)
    if plan.baseline is not None:
        found["excess"] = _excess(tally, plan, level)
    return found


def _period(since: date, until: date, tally: _Tally, people: People | None, level: float) -> Json:
    found: Json = {"since": _instant(since), "until": _instant(until), "n": tally.n, "decisions": tally.harmed}
    if people is not None:
        found["subjects"] = tally.subjects or 0
    return found | {"share": shown_rate(rate(tally.harmed, tally.n, intervals.critical(level), "no decisions"), level)}


def _hide(entry: Json, smallest: int) -> Json:
    """A cohort or period without its numbers, if they are small."""
    small = [entry["decisions"], entry.get("subjects") or 0, entry["n"] - entry["decisions"]]
    if not any(0 < count < smallest for count in small):
        return entry
    none: Json = {"value": None, "why": f"suppressed: fewer than {smallest}"}
    return {key: value if key in ("attributes", "since", "until") else none for key, value in entry.items()} | {
        "suppressed": True
    }


def _times(people: People) -> list[Json]:
    """How many people were met once, twice, …; from `OFTEN` on together."""
    found = [
        {"times": str(times), "subjects": count} for times, count in sorted(people.repeats.items()) if times < OFTEN
    ]
    often = sum(count for times, count in people.repeats.items() if times >= OFTEN)
    return [*found, {"times": f"{OFTEN}+", "subjects": often}] if often else found


def _course(periods: dict[tuple[Value, ...], _Tally], every: str) -> list[tuple[date, date, _Tally]]:
    """Every period from the first to the last, the empty ones too."""
    there = {start: tally for (start,), tally in periods.items() if isinstance(start, date)}
    if not there:
        return []
    course, since, last = [], min(there), max(there)
    while since <= last:
        until = _next(since, every)
        course.append((since, until, there.get(since, _Tally())))
        if len(course) > PERIODS_MAX:
            raise TooMany(
                f"The log spans more than {PERIODS_MAX:,} periods of a {every}. Ask for longer ones, or narrow where."
            )
        since = until
    return course


def _next(since: date, every: str) -> date:
    if every == "hour" and isinstance(since, datetime):
        # An hour is an hour: across a change of the clock, wall-clock arithmetic would gain or lose one.
        return (since.astimezone(UTC) + timedelta(hours=1)).astimezone(since.tzinfo)
    if every == "month":
        return since.replace(year=since.year + since.month // 12, month=since.month % 12 + 1)
    return since + timedelta(days=7 if every == "week" else 1)


def _instant(moment: date) -> str:
    """RFC 3339, or a bare date."""
    text = moment.isoformat()
    return text[:-6] + "Z" if isinstance(moment, datetime) and text.endswith("+00:00") else text


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _sentence(result: Json, plan: _Plan) -> str:
    share = result["share"]
    of = f"{number(result['decisions'], 'decision')} of {result['n']:,} ({percent(share['value'])}, {span(share)})"
    subjects = result["subjects"]
    what = (
        f"The harm met {number(subjects, 'person', 'people')} in {of}"
        if isinstance(subjects, int)
        else f"The harm met {of}"
    )
    if isinstance(subjects, int) and result["decisions_without_subject"]:
        what += f", {result['decisions_without_subject']:,} of them without a known person"
    harmed = [p for p in result["over_time"] if isinstance(p["decisions"], int) and p["decisions"]]
    if harmed:
        what += f", between {harmed[0]['since']} and {harmed[-1]['until']}"
    excess = result["excess"]
    if excess["value"] is not None:
        more = "more" if excess["value"] >= 0 else "fewer"
        low, high = (excess["low"], excess["high"]) if excess["value"] >= 0 else (-excess["high"], -excess["low"])
        usual = result["baseline"]["share"]["value"]
        what += (
            f"; outside the baseline that is {abs(excess['value']):,.0f} {more} than its {percent(usual)} would give "
            f"({100 * excess['level']:g} % interval {low:,.0f} to {high:,.0f})"
        )
    elif plan.baseline is not None:
        what += f"; there is no excess to tell: {excess['why']}"
    return what + "."


def _chart(result: Json, plan: _Plan, every: str) -> Json:
    course = [p for p in result["over_time"] if p["share"]["value"] is not None]
    if len(course) > 1:
        rows = [
            {
                "since": p["since"],
                "decisions": p["decisions"],
                "rate": p["share"]["value"],
                "low": p["share"]["low"],
                "high": p["share"]["high"],
            }
            for p in course
        ]
        return charts.course(rows, title=f"Share of decisions under the harm, by {every}", share="share")
    cohorts = [c for c in result["by"] if c["share"]["value"] is not None][: charts.ROWS_MAX]
    titles = [(short(c["attributes"]), c["share"]) for c in cohorts] or [("all decisions", result["share"])]
    dots = [
        {
            "group": title,
            "metric": "share under the harm",
            "rate": s["value"],
            "low": s["low"],
            "high": s["high"],
            "enough": "enough",
        }
        for title, s in titles
    ]
    return charts.dots(
        dots,
        title="Share of decisions under the harm" + (f", by {plan.by[0]}" if cohorts and len(plan.by) == 1 else ""),
    )
