"""Rows of one group by their score, and where scores must be told together so that no small cell shows."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hotwash.investigate.rates import Counts
from hotwash.investigate.suppression import small


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows of one group by score, in rising order: with a negative label, with a positive one, without a label."""

    at: tuple[float, ...]
    no: tuple[int, ...]
    yes: tuple[int, ...]
    unknown: tuple[int, ...]

    @classmethod
    def of(cls, held: Mapping[float, Sequence[int]]) -> "Scored":
        """From counts (no, yes, unknown) by score."""
        at = tuple(sorted(held))
        return cls(at, *(tuple(held[a][i] for a in at) for i in range(3)))

    @property
    def n(self) -> int:
        """All rows."""
        return sum(self.no) + sum(self.yes) + sum(self.unknown)

    @property
    def rows(self) -> list[int]:
        """Rows by score."""
        return [a + b + c for a, b, c in zip(self.no, self.yes, self.unknown, strict=True)]

    def cells(self, threshold: float | None) -> tuple[int, ...]:
        """All counts that are told of the group as a whole, and on each side of the threshold."""
        no, yes, unknown = (sum(some) for some in (self.no, self.yes, self.unknown))
        if threshold is None:
            return self.n, no, yes, unknown
        cut = bisect_left(self.at, threshold)
        above = [sum(some[cut:]) for some in (self.no, self.yes, self.unknown)]
        below = [whole - part for whole, part in zip((no, yes, unknown), above, strict=True)]
        return self.n, no, yes, unknown, *above, *below

    def counts(self, threshold: float) -> Counts:
        """The decisions that a threshold makes: yes from it on."""
        cut = bisect_left(self.at, threshold)
        tp, fp = sum(self.yes[cut:]), sum(self.no[cut:])
        selected = tp + fp + sum(self.unknown[cut:])
        return Counts(self.n, selected, tp, fp, sum(self.no[:cut]), sum(self.yes[:cut]))


Cuts = Sequence[tuple[float, float]]
"""Runs of scores by the lowest and the highest of each: what lies within one is never told apart."""


def coarse(members: Collection[Scored], smallest: int, threshold: float | None) -> Cuts:
    """Runs of neighbouring scores that hold no small cell of any group: each counts none or enough of every label.

    The threshold in use divides two runs. A group whose rows on one side of it hold a small cell must not be here.
    """
    values = sorted({at for held in members for at in held.at})
    counts = {at: [0] * (3 * len(members)) for at in values}
    for group, held in enumerate(members):
        for at, *some in zip(held.at, held.no, held.yes, held.unknown, strict=True):
            counts[at][3 * group : 3 * group + 3] = some
    found: list[tuple[float, float]] = []
    for side in (
        (values,)
        if threshold is None
        else [
            [at for at in values if at < threshold],
            [at for at in values if at >= threshold],
        ]
    ):
        runs: list[tuple[float, float, list[int]]] = []
        for at in side:
            if not runs or not small(runs[-1][2], smallest):
                runs.append((at, at, counts[at]))
            else:
                runs[-1] = _joined(runs[-1], (at, at, counts[at]))
        while len(runs) > 1 and small(runs[-1][2], smallest):  # what is left over at the end
            last = runs.pop()
            runs[-1] = _joined(runs[-1], last)
        found += [(low, high) for low, high, _ in runs]
    return found


def _joined(one: tuple[float, float, list[int]], two: tuple[float, float, list[int]]) -> tuple[float, float, list[int]]:
    return one[0], two[1], [a + b for a, b in zip(one[2], two[2], strict=True)]
