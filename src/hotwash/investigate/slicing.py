"""Counts of every conjunction of up to three coded columns: a complete search for cohorts, in bounded memory.

Nothing here knows a log. Columns are arrays of small whole numbers, harm is an array of 0 and 1, and what comes out are
counts. Three ideas keep it fast:

- A **block** of four to seven columns is counted once, and the counts of all conjunctions inside it are sums of its
  cells; blocks are chosen greedily so that few of them cover every set of columns.
- A conjunction has no more rows than its parts (Apriori: Agrawal, R. and Srikant, R. (1994), Fast algorithms for mining
  association rules, VLDB). A value under the support is pooled with its like before anything is counted, and a set of
  three columns is left out where two of them have no cell with support.
- Of the cells with support only those are kept that could turn out to be significant; the others are counted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[Any]
Columns = tuple[int, ...]

CELLS = 1 << 17
"""Cells of one block, harmed and not. Small enough for a cache, large enough for five columns of eight values."""
CHUNK = 1 << 18
KEPT_MAX = 1_000_000
"""Cells kept for a closer look. Past it only those that stand out most stay."""
SCREEN = 2.5
"""Standard deviations above the whole: no cell below it passes a test that is corrected for a search."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Rows as codes.

    :param columns: one array a column, of codes from 0
    :param sizes: how many codes each column has
    :param live: which codes of each column are looked for; the others pool what has too little support
    :param harm: 1 for the rows under the harm, 0 for the others
    """

    columns: list[Ints]
    sizes: list[int]
    live: list[Ints]
    harm: Ints

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.harm)

    @property
    def harmed(self) -> int:
        """How many rows under the harm."""
        return int(np.count_nonzero(self.harm))

    def only(self, mask: Ints) -> "Coded":
        """Some of the rows."""
        return Coded([c[mask] for c in self.columns], self.sizes, self.live, self.harm[mask])


@dataclass(slots=True)
class Found:
    """The cells that stand out: for each the set of columns, the codes, and its rows and harmed rows.

    :param tested: how many cells had support, at each depth
    :param sets: how many sets of columns were counted, at each depth
    """

    tested: list[int] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)
    columns: list[Columns] = field(default_factory=list)
    codes: list[tuple[int, ...]] = field(default_factory=list)
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    harmed: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


def coded(columns: Sequence[Ints], sizes: Sequence[int], harm: Ints, *, support: int) -> tuple[Coded, list[list[int]]]:
    """Columns made ready: values with too little support pooled into one code. Also which old code each new one was.

    A column whose every value lacks support, or that has one value only, keeps no live code.
    """
    ready = Coded([], [], [], np.ascontiguousarray(harm, np.uint8))
    kept: list[list[int]] = []
    for column, size in zip(columns, sizes, strict=True):
        counts = np.bincount(column, minlength=size)
        enough = np.flatnonzero((counts >= support) & (counts < len(harm)))
        pooled = len(harm) > int(counts[enough].sum())
        places = np.full(size, len(enough), np.uint16)
        places[enough] = np.arange(len(enough))
        width = len(enough) + pooled
        ready.columns.append(places.astype(np.uint8 if width < 256 else np.uint16)[column])
        ready.sizes.append(width)
        ready.live.append(np.arange(width) < len(enough))
        kept.append([int(code) for code in enough])
    return ready, kept


def covering(sets: Sequence[Columns], sizes: Sequence[int], cells: int) -> Iterator[tuple[Columns, list[Columns]]]:
    """Blocks of columns that together hold every set, each with the sets that no earlier one held.

    Greedy: the first set not held yet, and then column by column whichever brings in the most for its size. All sets
    have the same width, from 1 to 3.
    """
    if not sets:
        return
    width, count = len(sets[0]), len(sizes)
    weight = np.log2(np.maximum(np.asarray(sizes, float), 2))
    if width == 1:
        yield from ((one, [one]) for one in sets)
        return
    missing = np.zeros((count,) * width, bool)
    for one in sets:
        missing[one] = True
    for first in sets:
        if not missing[first]:
            continue
        block, product = list(first), int(np.prod([sizes[i] for i in first]))
        while True:
            ordered = np.sort(np.asarray(block))
            gain = _gain(missing, ordered)
            gain[block] = 0
            gain[np.asarray(sizes) * product * 2 > cells] = 0
            best = int(np.argmax(gain / weight))
            if gain[best] <= 0:
                break
            block.append(best)
            product *= sizes[best]
        block.sort()
        held = [one for one in combinations(block, width) if missing[one]]
        for one in held:
            missing[one] = False
        yield tuple(block), held


def _gain(missing: Ints, block: Ints) -> Ints:
    """How many missing sets each column would complete together with the block."""
    if missing.ndim == 2:
        return np.asarray(missing[:, block].sum(1) + missing[block, :].sum(0), float)
    low, mid = np.triu_indices(len(block), 1)
    a, b = block[low], block[mid]
    return np.asarray(missing[:, a, b].sum(1) + missing[a, :, b].sum(0) + missing[a, b, :].sum(0), float)


def tables(data: Coded, sets: Sequence[Columns], *, cells: int = CELLS) -> Iterator[tuple[Columns, Ints]]:
    """The counts of each set of columns: an array [not harmed, harmed] x codes of the first x codes of the second …"""
    for block, held in covering(sets, data.sizes, cells):
        shape = (2, *(data.sizes[i] for i in block))
        whole = np.zeros(int(np.prod(shape)), np.int64)
        for start in range(0, data.rows, CHUNK):
            part = slice(start, start + CHUNK)
            key = data.harm[part].astype(np.int32 if len(whole) < 2**31 else np.int64)
            for i in block:
                np.multiply(key, data.sizes[i], out=key)
                np.add(key, data.columns[i][part], out=key)
            whole += np.bincount(key, minlength=len(whole))
        yield from _margins(whole.reshape(shape), block, held)


def _margins(whole: Ints, block: Columns, held: Sequence[Columns]) -> Iterator[tuple[Columns, Ints]]:
    """The sums of a block's cells, each from the smallest sum that already holds it."""
    known: dict[Columns, Ints] = {block: whole}

    def table(wanted: Columns) -> Ints:
        if wanted in known:
            return known[wanted]
        # One column more than wanted: the one that makes the larger table smallest.
        more = min((i for i in block if i not in wanted), key=lambda i: whole.shape[1 + block.index(i)])
        larger = tuple(sorted((*wanted, more)))
        known[wanted] = table(larger).sum(1 + larger.index(more))
        return known[wanted]

    for one in held:
        yield one, table(one)


def search(
    data: Coded,
    *,
    depth: int,
    support: int,
    screen: float = SCREEN,
    watch: Callable[[float], None] | None = None,
    cells: int = 0,
) -> Found:
    """Every conjunction of up to ``depth`` columns with at least ``support`` rows, counted; those that stand out, kept.

    :param screen: keep cells that lie so many standard deviations above the whole; -inf keeps them all
    :param cells: how large a block may be; by itself, what suits the number of rows
    :param watch: is told the share of the work that is done, and may raise to stop it
    """
    cells = cells or min(CELLS, max(1 << 12, data.rows // 4))
    found, alive = Found(), [i for i, live in enumerate(data.live) if live.any()]
    n, h = data.rows, data.harmed
    kept: list[tuple[Columns, Ints, Ints, Ints]] = []
    pairs: set[Columns] = set()
    size = 0
    sharp = screen
    for level in range(1, depth + 1):
        sets: list[Columns] = list(combinations(alive, level))
        if level == 3:
            sets = [one for one in sets if all(two in pairs for two in combinations(one, 2))]
        tested = 0
        for done, (one, table) in enumerate(tables(data, sets, cells=cells), start=1):
            hit = table[1]
            rows = table[0] + hit
            enough = rows >= support
            for axis, i in enumerate(one):
                if not data.live[i].all():
                    enough &= data.live[i].reshape([-1 if a == axis else 1 for a in range(level)])
            there = np.flatnonzero(enough)
            tested += len(there)
            if level == 2 and len(there):
                pairs.add(one)
            if len(there):
                some, bad = rows.ravel()[there], hit.ravel()[there]
                out = np.flatnonzero(deviation(bad, some, h, n) >= sharp) if sharp > -inf else slice(None)
                kept.append((one, there[out], some[out], bad[out]))
                size += len(kept[-1][1])
            if watch is not None and done % 16 == 0:
                watch((level - 1 + done / len(sets)) / depth)
            if size > KEPT_MAX:
                kept, size, sharp = _sharper(kept, h, n, sharp)
        found.tested.append(tested)
        found.sets.append(len(sets))
    for one, there, *_ in kept:
        places = np.unravel_index(there, [data.sizes[i] for i in one])
        found.columns += [one] * len(there)
        found.codes += list(zip(*(place.tolist() for place in places), strict=True))
    if kept:
        found.rows = np.concatenate([some for _, _, some, _ in kept])
        found.harmed = np.concatenate([bad for _, _, _, bad in kept])
    return found


def deviation(harmed: Ints, rows: Ints, all_harmed: int, all_rows: int) -> Ints:
    """How many standard deviations the harmed rows of a cell lie above what its size alone would bring."""
    share = all_harmed / all_rows
    spread = rows * (share * (1 - share)) * (all_rows - rows) / max(all_rows - 1, 1)
    return np.asarray((harmed - rows * share) / np.sqrt(np.maximum(spread, 1e-12)))


def likelihood(harmed: Ints, rows: Ints, all_harmed: int, all_rows: int) -> Ints:
    """How much better two rates fit than one: the log-likelihood ratio of a cell and the rest, 0 if it is not worse.

    Kulldorff, M. (1997), A spatial scan statistic, Communications in Statistics 26:1481-1496 (the Bernoulli model).
    """
    outside, outside_harmed = all_rows - rows, all_harmed - harmed
    gain = _fit(harmed, rows) + _fit(outside_harmed, outside) - _fit(np.asarray(all_harmed), np.asarray(all_rows))
    return np.where(harmed * outside > outside_harmed * rows, gain, 0.0)


def _fit(harmed: Ints, rows: Ints) -> Ints:
    def part(x: Ints) -> Ints:
        return np.asarray(x * np.log(np.maximum(x, 1) / np.maximum(rows, 1)))

    return part(np.asarray(harmed)) + part(np.asarray(rows - harmed))


def _sharper(
    kept: list[tuple[Columns, Ints, Ints, Ints]], h: int, n: int, screen: float
) -> tuple[list[tuple[Columns, Ints, Ints, Ints]], int, float]:
    """Keep the half that stands out most."""
    scores = [deviation(bad, some, h, n) for _, _, some, bad in kept]
    screen = max(screen, float(np.median(np.concatenate(scores))))
    left = []
    for (one, there, some, bad), score in zip(kept, scores, strict=True):
        stays = score >= screen
        if stays.any():
            left.append((one, there[stays], some[stays], bad[stays]))
    return left, sum(len(one[1]) for one in left), screen
