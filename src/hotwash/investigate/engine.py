"""The promise that every engine keeps: give columns, count, and hand out the affected. Nothing else leaves an engine.

A question never sees a row. It asks for counts by keys (`Ask`), and derives everything from them; for people it asks
how many different ones there are (`PeopleAsk`). Both are small enough that a warehouse, a database or a cluster can
answer them with one GROUP BY. Keys and conditions are trees (`expression`), never text in some engine's tongue.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import frexp
from types import TracebackType
from typing import Protocol, Self

from hotwash.investigate.errors import Cancelled
from hotwash.investigate.expression import Column, Expression

Value = bool | int | float | str | date | datetime | None
"""What a key can be. Missing and NaN are None; the start of a period is a datetime in the log's zone, or a date;
the start of an hour is a datetime in UTC."""

CELLS_MAX = 250_000


@dataclass(frozen=True, slots=True)
class Ask:
    """Count the rows by ``keys``, for each of the ``margins`` (which keys to keep, by place).

    Rows for which ``where`` is false are left out; rows for which it cannot be told are kept, so that ``where`` itself
    can be a key.
    """

    keys: tuple[Expression, ...]
    margins: tuple[tuple[int, ...], ...]
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One count: the margin it belongs to, and the values of that margin's keys in their order."""

    margin: int
    values: tuple[Value, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class SumsAsk:
    """Add up ``value`` by the keys. ``where`` is as in `Ask`; values that are missing or not finite are left out."""

    value: Expression
    keys: tuple[Expression, ...]
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """One cell: rows, those with a value, and the sums of the distances from the centre and of their squares."""

    values: tuple[Value, ...]
    rows: int
    valued: int
    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums about a centre. Values are rounded to a grid of `SUMS_GRID` steps to each side of it, and added exactly as
    whole numbers: the order in which an engine meets the rows changes nothing."""

    centre: float
    cells: tuple[Sum, ...]


SUMS_GRID = 2**30


def grid(low: float, high: float) -> tuple[float, float]:
    """The centre of a range and the step of its grid, a power of two: what every engine adds up by."""
    centre = low / 2 + high / 2
    return centre, 2.0 ** max(-1022, frexp(max(high - centre, centre - low) / SUMS_GRID)[1])


@dataclass(frozen=True, slots=True)
class PeopleAsk:
    """How many different subjects are there among the rows that meet ``where``, by each of the margins?"""

    subject: Expression
    keys: tuple[Expression, ...]
    margins: tuple[tuple[int, ...], ...]
    where: Expression


@dataclass(frozen=True, slots=True)
class People:
    """Different subjects in each cell, and how many subjects were met how often: ``repeats[times] = subjects``."""

    cells: tuple[Cell, ...]
    repeats: dict[int, int]


@dataclass(frozen=True, slots=True)
class Person:
    """One affected subject: the only thing about single people that ever leaves an engine."""

    id: str
    first: datetime | date | None
    last: datetime | date | None
    times: int


class Engine(Protocol):
    """Where a log can be counted. Every engine gives the same numbers."""

    @property
    def name(self) -> str:
        """Which engine and version."""
        ...

    @property
    def sql(self) -> tuple[str, ...]:
        """What gives the same, in order, so that a second person can run it."""
        ...

    def columns(self) -> tuple[Column, ...]:
        """The columns in their order.

        :raises LogError: if the log cannot be read
        """
        ...

    def fingerprint(self) -> str:
        """A digest of the data.

        :raises LogChanged: if the data is no longer what it was when the log was opened
        """
        ...

    def counts(self, ask: Ask) -> list[Cell]:
        """The counts asked for, in no particular order.

        :raises TooMany: if there are more than `CELLS_MAX`
        """
        ...

    def sums(self, ask: SumsAsk) -> Sums:
        """Sums of a number by keys, in no particular order.

        :raises TooMany: if there are more than `CELLS_MAX` cells
        """
        ...

    def people(self, ask: PeopleAsk) -> People:
        """How many different subjects. Subjects that are missing are not counted."""
        ...

    def affected(self, subject: Expression, where: Expression, time: Expression | None) -> Iterator[Person]:
        """The subjects themselves, the most often met first."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Watch:
    """Tells how far a question is, and stops it when asked. The steps of a question share the whole evenly."""

    def __init__(
        self,
        on_progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        steps: int = 1,
    ) -> None:
        self._told, self._stop, self._steps, self._done = on_progress, cancelled, steps, 0
        self.shown = 0.0
        self.needed = on_progress is not None or cancelled is not None

    def check(self) -> None:
        """:raises Cancelled: if somebody asked to stop"""
        if self._stop is not None and self._stop():
            raise Cancelled("The question was stopped before it was answered.")

    def within(self, share: float) -> None:
        """So much of this step is done (between 0 and 1). Never goes back."""
        self._show((self._done + min(max(share, 0.0), 1.0)) / self._steps)

    def step(self) -> None:
        """This step is done."""
        self._done += 1
        self._show(self._done / self._steps)

    def _show(self, whole: float) -> None:
        whole = min(whole, 1.0)
        if self._told is not None and whole > self.shown:
            self.shown = whole
            self._told(whole)
