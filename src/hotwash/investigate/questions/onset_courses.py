"""How the courses of an onset are counted: rows and events, or sums, by period and group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotwash.investigate.asking import WHERE_UNKNOWN, Asking
from hotwash.investigate.engine import Ask, SumsAsk, Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog, TooMany
from hotwash.investigate.expression import Expression, Start
from hotwash.investigate.periods import row
from hotwash.investigate.sides import plain

GROUPS_MAX = 50
HARM_UNKNOWN = "it cannot be told whether the harm holds (a value is missing or not a number)"


@dataclass(frozen=True, slots=True)
class Course:
    """What was counted of one group, period by period: rows, then events, or sums about a centre and of squares."""

    name: Value
    starts: Sequence[date]
    n: Sequence[float]
    sums: Sequence[float]
    squares: Sequence[float] = ()
    centre: float = 0.0


@dataclass(slots=True)
class _Read:
    """What the counting gave: by group and start of the period, rows and (events, or sum and sum of squares)."""

    cells: dict[Value, dict[date, list[float]]]
    centre: float = 0.0

    def add(self, group: Value, start: date, *numbers: float) -> None:
        held = self.cells.setdefault(group, {}).setdefault(start, [0.0] * len(numbers))
        for place, number in enumerate(numbers):
            held[place] += number


def courses(
    asking: Asking, *, time: str, harm: str | None, value: str | None, group: str | None, where: str | None, every: str
) -> list[Course]:
    """One course for each group (or for everybody), all over the same periods; the largest group first."""
    moment = asking.time(time)
    if every == "hour" and moment.column is not None and moment.column.kind == "day":
        raise AskedWrongly(f'Column "{time}" holds dates, which have no hours. Ask for every day.')
    keys: list[Expression] = [Start(moment, every)]
    if group:
        if asking.column(group, "the group").kind == "time":
            raise ColumnMistyped(f'Column "{group}" holds times, so that nearly every row is a group of its own.')
        keys.append(asking.name(group, "the group"))
    scope = asking.condition(where, "where") if where else None
    if scope is not None:
        keys.append(scope)
    read = _summed(asking, keys, scope, value, group) if value else _counted(asking, keys, scope, harm, group)
    if not read.cells:
        unknown = "; ".join(f"{reason}, in {rows:,} rows" for reason, rows in asking.skipped.items())
        raise EmptyLog(
            f"There is not a single row to answer from: {unknown}. Check the columns."
            if unknown
            else "No row meets where. Widen the condition."
        )
    if len(read.cells) > GROUPS_MAX:
        raise TooMany(
            f'Column "{group}" has {len(read.cells):,} values; at most {GROUPS_MAX} can be followed. Use a coarser one.'
        )
    starts = row((start for cells in read.cells.values() for start in cells), every)
    found = []
    for name, cells in read.cells.items():
        empty = [0.0] * len(next(iter(cells.values())))
        n, sums, *squares = zip(*(cells.get(start, empty) for start in starts), strict=True)
        found.append(Course(name, starts, n, sums, squares[0] if squares else (), read.centre))
    return sorted(found, key=lambda course: (-sum(course.n), plain(course.name)))


def _counted(
    asking: Asking, keys: list[Expression], scope: Expression | None, harm: str | None, group: str | None
) -> _Read:
    condition = asking.condition(harm, "harm") if harm else None
    asks = (*keys, condition) if condition is not None else tuple(keys)
    read = _Read({})
    for cell in asking.engine.counts(Ask(asks, (tuple(range(len(asks))),), scope)):
        values = list(cell.values)
        harmed = values.pop() if condition is not None else False
        start, name = _placed(asking, values, scope, group, cell.rows)
        if start is None:
            continue
        if harmed is None:
            asking.skip(HARM_UNKNOWN, cell.rows)
            continue
        read.add(name, start, cell.rows, cell.rows * bool(harmed))
    return read


def _summed(
    asking: Asking, keys: list[Expression], scope: Expression | None, value: str | None, group: str | None
) -> _Read:
    assert value is not None
    number = asking.name(value, "the value")
    if number.column is None or number.column.kind != "number":
        raise ColumnMistyped(
            f'Column "{value}" holds no numbers, so it has no mean. Name a column of numbers, or give a harm.'
        )
    sums = asking.engine.sums(SumsAsk(number, tuple(keys), scope))
    read = _Read({}, sums.centre)
    for cell in sums.cells:
        start, name = _placed(asking, list(cell.values), scope, group, cell.rows)
        if start is None:
            continue
        asking.skip(f'no number in "{value}"', cell.rows - cell.valued)
        if cell.valued:
            read.add(name, start, cell.valued, cell.total, cell.squares)
    return read


def _placed(
    asking: Asking, values: list[Value], scope: Expression | None, group: str | None, rows: int
) -> tuple[date | None, Value]:
    """The period and the group of a cell; None if it cannot be used, which is noted."""
    if scope is not None and values.pop() is None:
        asking.skip(WHERE_UNKNOWN, rows)
        return None, None
    start = values[0]
    if not isinstance(start, date):
        asking.skip("no time", rows)
        return None, None
    name = values[1] if group else None
    return start, name.isoformat() if isinstance(name, date) else name
