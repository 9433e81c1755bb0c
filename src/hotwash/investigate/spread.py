"""How the numbers of one column are spread: every value with its count, or fine cells where there are too many."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotwash.investigate.columnar import Columnar
from hotwash.investigate.engine import CELLS_MAX, Ask, Engine
from hotwash.investigate.errors import TooMany
from hotwash.investigate.expression import All, Expression, Missing, Name, Not, Step

FINE = 1 / 1_000
"""The largest share of the rows in one fine cell, unless a single value has more; five times that of their sizes."""
ROUNDS = 12
PARTS = 8
EDGES_MAX = 4_000

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Values in rising order with their counts. If not ``exact``, a value stands for a cell that begins with it.

    :param counts: None stands for one row a value (values may repeat then)
    """

    values: Numbers
    counts: NDArray[Any] | None
    missing: int
    exact: bool

    @property
    def rows(self) -> int:
        """Rows with a value."""
        return len(self.values) if self.counts is None else int(self.counts.sum())

    def edges(self, bins: int) -> list[float]:
        """Where to cut so that about as many rows fall into each of ``bins`` ranges: rising, without doubles.

        A range begins at the smallest value with at least i / bins of the rows below it, so that a value that many
        rows share begins a range of its own.
        """
        rows = self.rows
        if self.counts is None:
            at = np.searchsorted(self.values, self.values[[rows * i // bins for i in range(1, bins)]], "left")
            cuts = self.values[at]
        else:
            below = np.cumsum(self.counts) - self.counts
            places = np.searchsorted(below, [rows * i // bins for i in range(1, bins)], "right") - 1
            cuts = self.values[places]
        return sorted({float(cut) for cut in cuts if cut > self.values[0] and np.isfinite(cut)})

    def squeezed(self) -> "Spread":
        """The same with each value once."""
        if self.counts is not None:
            return self
        values, counts = np.unique(self.values, return_counts=True)
        return Spread(values, counts, self.missing, self.exact)


def spread(engine: Engine, item: Name, where: Expression | None) -> Spread:
    """The spread of a column of numbers.

    Exact, unless an engine that only counts meets more different values than it may hand out.
    """
    whole = item.column is not None and item.column.stored not in ("FLOAT", "DOUBLE")
    columnar = isinstance(engine, Columnar)
    if whole or not columnar:
        try:
            return _counted(engine, item, where)
        except TooMany:
            pass
    if isinstance(engine, Columnar):
        (numbers,) = engine.vectors([item], where)
        return sorted_out(numbers).squeezed()
    return _refined(engine, item, where)


def sorted_out(numbers: Numbers) -> Spread:
    """The spread of an array, which is sorted in place; NaN is missing."""
    numbers = np.ascontiguousarray(numbers, np.float64)
    numbers.sort()
    missing = int(np.isnan(numbers).sum()) if len(numbers) and np.isnan(numbers[-1]) else 0
    there = numbers[: len(numbers) - missing]
    whole = Spread(there, None, missing, exact=True)
    # What an engine that only counts could hand out is counted here too, so that both compute with the same figures.
    for part in (there[: CELLS_MAX * 5 // 4], there):
        if len(part) and np.count_nonzero(part[1:] > part[:-1]) >= CELLS_MAX:
            return whole
    return whole.squeezed()


def _counted(engine: Engine, item: Name, where: Expression | None) -> Spread:
    return counted({cell.values[0]: cell.rows for cell in engine.counts(Ask((item,), ((0,),), where))})


def counted(table: Mapping[Any, int]) -> Spread:
    """The spread of numbers that were counted one by one; None is missing."""
    there = sorted((float(value), rows) for value, rows in table.items() if value is not None)
    if not there:
        return Spread(np.zeros(0), np.zeros(0, np.int64), table.get(None, 0), exact=True)
    # Different numbers of an engine (0 and -0.0, or large whole ones) can be one double.
    values, starts = np.unique(np.array([value for value, _ in there], np.float64), return_index=True)
    counts = np.add.reduceat(np.array([rows for _, rows in there], np.int64), starts)
    return Spread(values, counts, table.get(None, 0), exact=True)


def _refined(engine: Engine, item: Name, where: Expression | None) -> Spread:
    """Cells that are split until each holds at most `FINE` of the rows, by nothing but counts."""
    edges = [-(2.0**k) for k in range(64, -31, -1)] + [0.0] + [2.0**k for k in range(-30, 65)]
    present = Not(Missing(item))
    scope = present if where is None else All((where, present))
    counts: dict[int, int] = {}
    for _ in range(ROUNDS):
        counts = {int(c.values[0]): c.rows for c in engine.counts(Ask((Step(item, tuple(edges)),), ((0,),), scope))}  # type: ignore[arg-type]
        rows = sum(counts.values())
        far = sum(n * abs(edges[max(i - 1, 0)]) for i, n in counts.items())
        more: list[float] = []
        for i, (low, high) in enumerate(pairwise(edges), start=1):
            wide = counts.get(i, 0) * (high - low) > far * FINE * 5
            if (counts.get(i, 0) > rows * FINE or wide) and len(edges) + len(more) < EDGES_MAX:
                more += [cut for cut in np.linspace(low, high, PARTS + 1)[1:-1].tolist() if low < cut < high]
        if not more:
            break
        edges = sorted({*edges, *more})
    else:
        counts = {int(c.values[0]): c.rows for c in engine.counts(Ask((Step(item, tuple(edges)),), ((0,),), scope))}  # type: ignore[arg-type]
    begins = [edges[0] * 2, *edges]
    missing = sum(c.rows for c in engine.counts(Ask((Missing(item),), ((0,),), where)) if c.values[0] is True)
    return Spread(
        np.array(begins, np.float64),
        np.array([counts.get(i, 0) for i in range(len(begins))], np.int64),
        missing,
        exact=False,
    )


def on_the_same(engine: Engine, item: Name, where: Expression | None, like: Spread) -> Spread:
    """The spread of a column in the cells of another one that is not exact."""
    present = Not(Missing(item))
    step = Step(item, tuple(map(float, like.values[1:])))
    cells = engine.counts(Ask((step,), ((0,),), present if where is None else All((where, present))))
    found = {int(c.values[0]): c.rows for c in cells}  # type: ignore[arg-type]
    counts = np.array([found.get(i, 0) for i in range(len(like.values))], np.int64)
    missing = sum(c.rows for c in engine.counts(Ask((Missing(item),), ((0,),), where)) if c.values[0] is True)
    return Spread(like.values, counts, missing, exact=False)
