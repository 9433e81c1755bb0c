# ruff: noqa: S608 - statements are put together here from parts that a `tongue` has quoted
"""One table in a database that counts for itself: the statements, the same for every database that speaks SQL."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from hotwash.investigate.address import Address, address
from hotwash.investigate.engine import (
    CELLS_MAX,
    Ask,
    Cell,
    People,
    PeopleAsk,
    Person,
    Sum,
    Sums,
    SumsAsk,
    Value,
    Watch,
    grid,
)
from hotwash.investigate.engines.tongue import Tongue, kind_of
from hotwash.investigate.errors import AskedWrongly, TooMany
from hotwash.investigate.expression import Column, Expression, Name, Start

Margins = tuple[tuple[int, ...], ...]
Row = tuple[Any, ...]

BATCH = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF = 15


class Table(ABC):
    """One table, opened. Keeps the promise of `engine.Engine`."""

    tongue: Tongue
    place: str
    """The table's name, quoted."""

    def __init__(self, source: str, zone: str | None, watch: Watch) -> None:
        """:raises LogError: if there is no such zone, or the address is not one"""
        self._watch, self._address = watch, self.addressed(source)
        self._zone = zone_of(zone)
        self._sql: list[str] = []
        self._columns: tuple[Column, ...] = ()

    def addressed(self, source: str) -> Address:
        """The address of the table."""
        return address(source)

    @property
    @abstractmethod
    def name(self) -> str:
        """Which engine and version."""

    @abstractmethod
    def _select(self, statement: str) -> list[Row]:
        """The rows of a statement.

        :raises Cancelled: if somebody asked to stop
        """

    @abstractmethod
    def _stream(self, statement: str) -> Iterator[Row]:
        """The rows of a statement, never all of them in memory."""

    @abstractmethod
    def _folded(self, scan: str, margins: Margins) -> list[Row]:
        """Rows of (margin, the margin's keys, count) from one scan."""

    @abstractmethod
    def fingerprint(self) -> str:
        """A digest of the rows."""

    @property
    def sql(self) -> tuple[str, ...]:
        """What was run, in order."""
        return tuple(self._sql)

    def columns(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return self._columns

    def counts(self, ask: Ask) -> list[Cell]:
        """Counts by keys, from one scan."""
        scan = self._counting(ask.keys, f" WHERE {self.tongue.write(ask.where)} IS NOT FALSE" if ask.where else "")
        if ask.margins == (tuple(range(len(ask.keys))),):
            rows = [(0, *row) for row in self._run(f"{scan} LIMIT {CELLS_MAX + 1}")]
        else:
            rows = self._folded(scan, ask.margins)
        self._watch.step()
        return self._cells(rows, ask.keys, ask.margins)

    def sums(self, ask: SumsAsk) -> Sums:
        """Sums by keys, from two scans: one for the range of the values, one that adds up."""
        where = f" WHERE {self.tongue.write(ask.where)} IS NOT FALSE" if ask.where is not None else ""
        finite = self.tongue.finite(self.tongue.write(ask.value))
        ((low, high),) = self._run(f"SELECT min(x), max(x) FROM (SELECT {finite} AS x FROM {self.place}{where}) AS v")
        self._watch.step()
        centre, step = grid(low or 0.0, high or 0.0)
        shown = "".join(f"{self.tongue.write(key)} AS k{i}, " for i, key in enumerate(ask.keys))
        keys = "".join(f"k{i}, " for i in range(len(ask.keys)))
        number = self.tongue.double
        q = self.rounded(f"(({finite}) - {number(repr(centre))}) / {number(repr(step))}")
        # Squares are added up by halves: their sum would pass what 64 bits hold.
        rows = self._run(
            f"SELECT {keys}count(*), count(q), sum(h * {1 << _HALF} + l), sum(h * h), sum(h * l), sum(l * l) FROM ("
            f"SELECT {keys}q, q >> {_HALF} AS h, q & {(1 << _HALF) - 1} AS l FROM ("
            f"SELECT {shown}{q} AS q FROM {self.place}{where}) AS v) AS w{_grouped(len(ask.keys))} "
            f"LIMIT {CELLS_MAX + 1}"
        )
        self._watch.step()
        width = len(ask.keys)
        cells = self._cells([(0, *row[:width], 1) for row in rows], ask.keys, (tuple(range(width)),))
        found = []
        for cell, row in zip(cells, rows, strict=True):
            n, valued, total, *squares = (int(number or 0) for number in row[width:])
            square = (squares[0] << 2 * _HALF) + (squares[1] << _HALF + 1) + squares[2]
            found.append(Sum(cell.values, n, valued, total * step, square * step * step))
        return Sums(centre, tuple(found))

    def rounded(self, sql: str) -> str:
        """A number rounded to a whole one, halves away from zero."""
        return f"CAST(round({sql}) AS BIGINT)"

    def people(self, ask: PeopleAsk) -> People:
        """How many different subjects. Subjects that are missing are not counted."""
        who = self.tongue.write(ask.subject)
        where = f" WHERE {self.tongue.write(ask.where)} AND {who} IS NOT NULL"
        often = f"SELECT count(*) AS times FROM {self.place}{where} GROUP BY {who}"
        repeats = {int(t): int(n) for t, n in self._run(f"SELECT times, count(*) FROM ({often}) AS o GROUP BY times")}
        self._watch.step()
        cells = []
        for number, margin in enumerate(ask.margins):
            if not margin:
                cells.append(Cell(number, (), sum(repeats.values())))
                continue
            some = tuple(ask.keys[i] for i in margin)
            shown = "".join(f"{self.tongue.write(key)} AS k{i}, " for i, key in enumerate(some))
            rows = self._run(
                f"SELECT {shown}count(DISTINCT {who}) AS n FROM {self.place}{where}{_grouped(len(some))} "
                f"LIMIT {CELLS_MAX + 1}"
            )
            self._watch.step()
            found = self._cells([(0, *row) for row in rows], some, (tuple(range(len(some))),))
            cells += (Cell(number, cell.values, cell.rows) for cell in found)
        return People(tuple(cells), dict(sorted(repeats.items())))

    def affected(self, subject: Expression, where: Expression, time: Expression | None) -> Iterator[Person]:
        """The subjects that meet a condition, the most often met first, then by their id."""
        who = self.tongue.write(subject)
        at = self.tongue.write(time) if time is not None else "NULL"
        read = self._reading(Start(time, "") if isinstance(time, Name) else None)
        statement = (
            f"SELECT {self.spelt(who)} AS id, min({at}), max({at}), count(*) AS times FROM {self.place} "
            f"WHERE {self.tongue.write(where)} AND {who} IS NOT NULL GROUP BY 1 ORDER BY 4 DESC, 1"
        )
        self._sql.append(statement)
        for id_, first, last, times in self._stream(statement):
            yield Person(id_, read(first), read(last), times)

    def spelt(self, sql: str) -> str:
        """A value as text."""
        return f"CAST({sql} AS TEXT)"

    def _counting(self, keys: tuple[Expression, ...], where: str) -> str:
        shown = "".join(f"{self.tongue.write(key)} AS k{i}, " for i, key in enumerate(keys))
        return f"SELECT {shown}count(*) AS n FROM {self.place}{where}{_grouped(len(keys))}"

    def _cells(self, rows: list[Row], keys: tuple[Expression, ...], margins: Margins) -> list[Cell]:
        if len(rows) > CELLS_MAX:
            raise too_many()
        read = [self._reading(key) for key in keys]
        chosen = [[read[i] for i in margin] for margin in margins]
        return [
            Cell(m := row[0], tuple(r(v) for r, v in zip(chosen[m], row[1:-1], strict=True)), int(row[-1]))
            for row in rows
            if row[-1]
        ]

    def _reading(self, key: Expression | None) -> Callable[[Any], Any]:
        """How a fetched key becomes a value."""
        kind = kind_of(key) if key is not None else "other"
        if isinstance(key, Start) and kind == "time":
            return _hour if key.every == "hour" else self._moment
        return {"boolean": _truth, "day": _day}.get(kind, plain)

    def _moment(self, raw: Any) -> datetime | None:
        if isinstance(raw, str):
            raw = date.fromisoformat(raw)
        if isinstance(raw, date):
            return datetime.combine(raw, datetime.min.time(), self._zone)
        return None if raw is None else (_EPOCH + timedelta(microseconds=int(raw))).astimezone(self._zone)

    def _run(self, statement: str) -> list[Row]:
        self._sql.append(statement)
        self._watch.check()
        return self._select(statement)

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def too_many() -> TooMany:
    """The refusal of more cells than anybody reads."""
    return TooMany(
        f"The columns have more than {CELLS_MAX:,} combinations of values. Group by columns with few values, "
        "or give a score a threshold."
    )


def zone_of(zone: str | None) -> Any:
    """A zone by its name; UTC if none is named.

    :raises AskedWrongly: if there is none of that name
    """
    try:
        return ZoneInfo(zone) if zone else UTC
    except (KeyError, ValueError, OSError):
        raise AskedWrongly(f'There is no time zone "{zone}". Name one as in Europe/Berlin or UTC.') from None


def _grouped(keys: int) -> str:
    return " GROUP BY " + ", ".join(str(i + 1) for i in range(keys)) if keys else ""


def _hour(raw: Any) -> datetime | None:
    # In UTC: on the clock of a zone, Python holds both hours to be one when an hour comes twice.
    return None if raw is None else _EPOCH + timedelta(microseconds=int(raw))


def plain(raw: Any) -> Value:
    """A number or text as questions know it."""
    if isinstance(raw, Decimal):
        return int(raw) if raw.is_finite() and raw == raw.to_integral_value() else float(raw)
    if isinstance(raw, bool | int | float | str | date) or raw is None:
        return raw
    return str(raw)


def _truth(raw: Any) -> bool | None:
    return None if raw is None else bool(raw)


def _day(raw: Any) -> date | None:
    return date.fromisoformat(raw) if isinstance(raw, str) else raw
