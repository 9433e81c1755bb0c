"""Why a rate is another one now: because the mix of cases moved, or because cases of one kind fare otherwise.

Kitagawa, E. M. (1955), Components of a difference between two rates, Journal of the American Statistical Association
50:1168-1194 (for means known by Oaxaca and Blinder): with shares s and rates r of each kind, before (0) and after (1),

    R1 - R0 = sum (s1 - s0) (r0 + r1) / 2  +  sum (r1 - r0) (s0 + s1) / 2
            =          mix                 +           rate

which holds exactly. A kind that is there on one side only has no rate on the other; it is given its own rate there, so
that all it does counts as mix: traffic that moved to it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import fsum, log
from typing import Any


@dataclass(frozen=True, slots=True)
class Side:
    """Rows and events of one kind, on one side of the change."""

    n: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind adds to the difference, by its share and by its rate."""

    before: Side
    after: Side
    mix: float
    rate: float


@dataclass(frozen=True, slots=True)
class Shift:
    """A difference of two rates, taken apart by one column.

    :param explained: how much of the evidence for a change vanishes once every kind is looked at by itself, 0 to 1
    """

    total: float
    mix: float
    rate: float
    explained: float
    parts: Mapping[Hashable, Part]


def shift(before: Mapping[Any, Side], after: Mapping[Any, Side]) -> Shift:
    """The difference of the rates after and before, taken apart.

    :param before: rows and events of each kind; at least one row in all, as in ``after``
    """
    n0, n1 = sum(s.n for s in before.values()), sum(s.n for s in after.values())
    parts: dict[Hashable, Part] = {}
    left, freedom = 0.0, 0
    for kind in dict.fromkeys([*before, *after]):
        one, two = before.get(kind, Side()), after.get(kind, Side())
        if not one.n and not two.n:
            continue
        r0 = one.hits / one.n if one.n else two.hits / two.n
        r1 = two.hits / two.n if two.n else r0
        s0, s1 = one.n / n0, two.n / n1
        parts[kind] = Part(one, two, (s1 - s0) * (r0 + r1) / 2, (r1 - r0) * (s0 + s1) / 2)
        if one.n and two.n:
            left += evidence(one, two)
            freedom += 1
    total = sum(s.hits for s in after.values()) / n1 - sum(s.hits for s in before.values()) / n0
    whole = evidence(Side(n0, sum(s.hits for s in before.values())), Side(n1, sum(s.hits for s in after.values())))
    # Chance alone leaves 1 for each kind that is on both sides, and leaves 1 in the whole.
    explained = 1 - max(0.0, left - freedom) / (whole - 1) if whole > 1 else 0.0
    return Shift(
        total,
        fsum(p.mix for p in parts.values()),
        fsum(p.rate for p in parts.values()),
        min(1.0, max(0.0, explained)),
        parts,
    )


def evidence(one: Side, two: Side) -> float:
    """Twice the log-likelihood ratio of two rates against one; chi-square with 1 degree of freedom under no change."""
    return max(
        0.0,
        2 * (_log_likelihood(one) + _log_likelihood(two) - _log_likelihood(Side(one.n + two.n, one.hits + two.hits))),
    )


def _log_likelihood(side: Side) -> float:
    misses = side.n - side.hits
    return (side.hits * log(side.hits / side.n) if side.hits else 0.0) + (
        misses * log(misses / side.n) if misses else 0.0
    )
