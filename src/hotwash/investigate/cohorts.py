"""From cells that stand out to the few cohorts worth telling: each explains harm that no other one explains.

A cell that stands out has parents and children that stand out with it. The one that fits best (by likelihood) is taken
first, made as general as the data allow, and its rows are set apart; another cell is taken only if it stands out among
the rows that are not explained yet, or among those of one cohort taken before. All others are folded into the cohort
that shares most of their harmed rows.
"""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from hotwash.investigate import tails
from hotwash.investigate.slicing import Coded, Columns, Found, Ints, likelihood, tables

Cell = tuple[Columns, tuple[int, ...]]
Bits = NDArray[np.uint64]

PATIENCE = 200
"""So many cells in a row without news, and all of them are counted anew among the rows not yet explained."""
ALIKE = 0.9
"""Two descriptions name the same people if they share this much of the rows of both."""
MARGIN = 4.0
"""A tail is smaller than e**-gain, by a factor that stays far under e**4 for whatever is asked here."""
GENERAL = 0.01
"""A condition is kept only if the rows that it leaves out are better off, at this level."""


@dataclass(slots=True)
class Cohort:
    """One cohort: its conditions, its rows and those under the harm, and how likely chance alone would bring as many.

    :param p: of this cell alone, not corrected
    :param folded: how many other cells that stand out it explains
    :param alike: other descriptions of nearly the same rows
    """

    cell: Cell
    rows: int
    harmed: int
    p: float
    folded: int = 0
    alike: list[Cell] = field(default_factory=list)


class Picker:
    """Takes cohorts from what a search found."""

    def __init__(self, data: Coded, *, depth: int, tested: int, alarm: float, top: int) -> None:
        self.data, self.depth, self.tested = data, depth, tested
        self.alarm, self.top = alarm, top
        self._items: dict[tuple[int, int], Bits] = {}
        self._harm = _packed(data.harm == 1)
        self._outside = _packed(np.ones(data.rows, bool))
        self._regions: list[Bits] = []
        self._seen: set[Cell] = set()
        self._all = Found()
        self.cohorts: list[Cohort] = []

    def take(self, found: Found) -> list[Cohort]:
        """The cohorts, in the order in which they were taken."""
        self._all = found
        taken = len(self.cohorts)
        while not self._through(found, again=taken > 0) and len(self.cohorts) < self.top:
            if len(self.cohorts) == taken:
                break
            taken = len(self.cohorts)
            found = self._unexplained(found)
        self._tidy()
        return self.cohorts

    def _tidy(self) -> None:
        """Fold a cohort into a wider one that was taken after it, unless it is worse off than the rest of that one."""
        for one in list(self.cohorts):
            own = set(zip(*one.cell, strict=True))
            wider = [
                other
                for other in self.cohorts
                if own > set(zip(*other.cell, strict=True))
                and tails.excess(one.harmed, one.rows, other.harmed, other.rows) > GENERAL
            ]
            if wider:
                wider[0].folded += 1 + one.folded
                self.cohorts.remove(one)

    def _unexplained(self, found: Found) -> Found:
        """The same cells, counted among the rows of no cohort only: all their rows less those inside cohorts."""
        explained = np.unpackbits((~self._outside).view(np.uint8), count=self.data.rows).astype(bool)
        fewer = 2 * np.count_nonzero(explained) < self.data.rows
        part = self.data.only(explained if fewer else ~explained)
        places: dict[Columns, list[int]] = {}
        for i, columns in enumerate(self._all.columns):
            places.setdefault(columns, []).append(i)
        rows, harmed = np.zeros_like(self._all.rows), np.zeros_like(self._all.harmed)
        for depth in range(1, self.depth + 1):
            sets = [one for one in places if len(one) == depth]
            for one, table in tables(part, sets, cells=max(1 << 12, part.rows // 4)):
                at = places[one]
                codes = tuple(np.array([self._all.codes[i] for i in at]).T)
                harmed[at] = table[1][codes]
                rows[at] = table[0][codes] + harmed[at]
        if fewer:
            rows, harmed = self._all.rows - rows, self._all.harmed - harmed
        return Found(found.tested, found.sets, self._all.columns, self._all.codes, rows, harmed)

    def _through(self, found: Found, *, again: bool) -> bool:
        """Go through what was found, best first. True if all of it was looked at."""
        n, h = self._count(self._outside) if again else (self.data.rows, self.data.harmed)
        gain = likelihood(found.harmed, found.rows, h, n)
        least = log(self.tested / self.alarm) - MARGIN
        likely = {int(i): -round(float(gain[i]), 6) for i in np.flatnonzero(gain >= least)}
        order = sorted(likely, key=lambda i: (likely[i], len(found.codes[i]), i))
        order = [i for i in order if (found.columns[i], found.codes[i]) not in self._seen]
        vain = 0
        for i in order:
            if len(self.cohorts) >= self.top:
                return True
            if vain >= PATIENCE and self.cohorts:
                return False
            cell = (found.columns[i], found.codes[i])
            self._seen.add(cell)
            vain = 0 if self._weigh(cell) else vain + 1
        return True

    def _weigh(self, cell: Cell) -> bool:
        """Take a cell if it stands out among the rows outside, or within one region. Else fold it."""
        bits = self.bits(cell)
        grounds = [self._outside, *self._regions]
        where = self._stands_out(bits, grounds)
        if where is None:
            self._fold(cell, bits)
            return False
        cell = self._general(cell, grounds[where])
        if any(one.cell == cell for one in self.cohorts):
            return False
        bits = self.bits(cell)
        rows, harmed = self._count(bits)
        p = tails.excess(harmed, rows, self.data.harmed, self.data.rows)
        if p * self.tested > self.alarm:  # it stands out among the rest only; on the whole it does not
            return False
        self.cohorts.append(Cohort(cell, rows, harmed, p))
        self._outside = self._outside & ~bits
        self._regions = [*(region & ~bits for region in self._regions), bits]
        return True

    def _stands_out(self, bits: Bits, grounds: list[Bits]) -> int | None:
        """In which ground the rows of a cell are worse off than the others there."""
        best, place = self.alarm / self.tested / len(grounds), None
        for i, ground in enumerate(grounds):
            rows, harmed = self._count(bits & ground)
            all_rows, all_harmed = self._count(ground)
            if not 0 < rows < all_rows:
                continue
            gain = likelihood(np.array([harmed]), np.array([rows]), all_harmed, all_rows)[0]
            if gain >= -log(best) - MARGIN and (p := tails.excess(harmed, rows, all_harmed, all_rows)) <= best:
                best, place = p, i
        return place

    def _general(self, cell: Cell, ground: Bits) -> Cell:
        """The cell without the conditions that it can do without."""
        while len(cell[0]) > 1:
            own = self._count(self.bits(cell) & ground)
            wider: list[tuple[float, Cell]] = []
            for left_out in range(len(cell[0])):
                parent = tuple(part[:left_out] + part[left_out + 1 :] for part in cell)
                rows, harmed = self._count(self.bits((parent[0], parent[1])) & ground)
                if rows == own[0] or tails.excess(own[1], own[0], harmed, rows) > GENERAL:
                    all_rows, all_harmed = self._count(ground)
                    fit = likelihood(np.array([harmed]), np.array([rows]), all_harmed, all_rows)[0]
                    wider.append((float(fit), (parent[0], parent[1])))
            if not wider:
                return cell
            cell = max(wider, key=lambda one: one[0])[1]
        return cell

    def _fold(self, cell: Cell, bits: Bits) -> None:
        shared = [self._count(bits & self.bits(one.cell)) for one in self.cohorts]
        if not shared:
            return
        best = max(range(len(shared)), key=lambda i: shared[i][1])
        into = self.cohorts[best]
        into.folded += 1
        rows, _ = self._count(bits)
        if len(into.alike) < 5 and shared[best][0] >= ALIKE * max(rows, into.rows):
            into.alike.append(cell)

    def bits(self, cell: Cell) -> Bits:
        """The rows of a cell, a bit each."""
        whole: Bits | None = None
        for item in zip(*cell, strict=True):
            if item not in self._items:
                self._items[item] = _packed(self.data.columns[item[0]] == item[1])
            whole = self._items[item] if whole is None else whole & self._items[item]
        assert whole is not None
        return whole

    def _count(self, bits: Bits) -> tuple[int, int]:
        return int(np.bitwise_count(bits).sum()), int(np.bitwise_count(bits & self._harm).sum())


def _packed(mask: Ints) -> Bits:
    packed = np.packbits(mask)
    return np.concatenate((packed, np.zeros(-len(packed) % 8, np.uint8))).view(np.uint64)
