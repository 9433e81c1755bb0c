"""How sure a tree's probability is: Monte Carlo over what is uncertain in it, and which of that matters most (a
tornado).

Each parameter is drawn once in a run and holds for every event that uses it, as one rate learned from one source does.
The same seed gives the same numbers, with numba or without.
"""

import importlib.util
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hotwash.investigate.trees.diagrams.logic import FIRST, TRUE
from hotwash.investigate.trees.diagrams.solving import Solution
from hotwash.investigate.trees.expanding import Function, reckoning
from hotwash.investigate.trees.laws import BadValue, uncertain
from hotwash.investigate.trees.model import Expression, Fault, Invalid, Tree
from hotwash.investigate.trees.solving import Solved

SAMPLES_MAX = 1_000_000
_CHUNK = 1_000
_QUANTILES = 2_000
_BARS = 30
_BY_HAND = 300_000


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What the runs gave: ``low`` and ``high`` hold 90 in 100 of them. ``bars`` are (from, to, how many), by
    logarithm.
    """

    samples: int
    seed: int
    mean: float
    deviation: float
    low: float
    median: float
    high: float
    cut: int
    bars: tuple[tuple[float, float, int], ...]
    """``cut``: how many drawn chances lay outside 0 to 1 and were taken as the end."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What the top's probability does while one source of uncertainty goes from its 5 % to its 95 % point."""

    source: str
    low_input: float
    high_input: float
    low: float
    high: float


def uncertainty(tree: Tree, solved: Solved, *, samples: int, seed: int) -> Uncertainty:
    """Run a solved tree so many times.

    :raises Invalid: if a draw leaves what a law can take, or chances are missing
    """
    if not 1 <= samples <= SAMPLES_MAX:
        raise Invalid([Fault(0, f"A Monte Carlo run takes 1 to {SAMPLES_MAX} samples.")])
    _needs_chances(solved.function)
    random = Random(seed)
    found: list[float] = []
    cut = 0
    for start in range(0, samples, _CHUNK):
        runs = []
        for _ in range(min(_CHUNK, samples - start)):
            try:
                drawn = solved.function.chances(reckoning(tree, random))
            except BadValue as bad:
                raise Invalid(
                    [Fault(0, f"In a run, {bad}: the distribution of one of its arguments is too wide.")]
                ) from bad
            runs.append(drawn)
            cut += sum(one in (0.0, 1.0) for one in drawn)
        columns = [list(column) for column in zip(*runs, strict=True)]
        found += each(solved.solution, columns, len(runs))
    cut -= samples * sum(one in (0.0, 1.0) for one in solved.chances)
    ranked = sorted(found)
    mean = math.fsum(found) / samples
    spread = math.sqrt(math.fsum((one - mean) ** 2 for one in found) / max(1, samples - 1))
    low, median, high = (quantile(ranked, share) for share in (0.05, 0.5, 0.95))
    return Uncertainty(samples, seed, mean, spread, low, median, high, max(0, cut), _bars(ranked))


def tornado(tree: Tree, solved: Solved, *, seed: int) -> tuple[Swing, ...]:
    """Every source of uncertainty, the one that moves the top most first.

    :raises Invalid: if chances are missing
    """
    _needs_chances(solved.function)
    found = []
    for name, expression, apply in _sources(tree, solved):
        random = Random(f"{seed} {name}")
        draws = sorted(reckoning(tree, random).value(expression) for _ in range(_QUANTILES))
        ends = quantile(draws, 0.05), quantile(draws, 0.95)
        low, high = (solved.solution.probability(apply(end)) for end in ends)
        found.append(Swing(name, *ends, low, high))
    return tuple(sorted(found, key=lambda one: -abs(one.high - one.low)))


def _sources(tree: Tree, solved: Solved) -> list[tuple[str, Expression, Callable[[float], list[float]]]]:
    function = solved.function

    def by_parameter(name: str) -> Callable[[float], list[float]]:
        def apply(value: float) -> list[float]:
            fixed = reckoning(tree)
            fixed.fix(name, value)
            return function.chances(fixed)

        return apply

    def by_event(name: str) -> Callable[[float], list[float]]:
        return lambda value: function.chances(reckoning(tree), {name: min(1.0, max(0.0, value))})

    standing = {one.name for one in function.variables} | {one.group.name for one in function.variables if one.group}
    events: list[tuple[str, Expression | None]] = [(one.name, one.chance) for one in tree.events]
    events += [(one.name, one.chance) for one in tree.groups]
    return [
        *((one.name, one.value, by_parameter(one.name)) for one in tree.parameters if uncertain(one.value)),
        *(
            (name, chance, by_event(name))
            for name, chance in events
            if name in standing and chance is not None and uncertain(chance)
        ),
    ]


def quantile(ranked: Sequence[float], share: float) -> float:
    """The smallest value with at least that share at or below it."""
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def each(solution: Solution, columns: list[list[float]], runs: int) -> list[float]:
    """The top's probability in each of many runs: a column a variable."""
    if abs(solution.root) == TRUE:
        return [float(solution.root == TRUE)] * runs
    if solution.nodes * runs > _BY_HAND and importlib.util.find_spec("numpy"):
        import numpy

        found = _top(solution, [numpy.asarray(one) for one in columns], numpy.zeros(runs), numpy.ones(runs), _arrays)
        return [float(one) for one in found]
    return list(_top(solution, columns, [0.0] * runs, [1.0] * runs, _lists))


def _lists(chance: list[float], low: list[float], high: list[float]) -> list[float]:
    return [c * h + (1.0 - c) * b for c, b, h in zip(chance, low, high, strict=True)]


def _arrays(chance: Any, low: Any, high: Any) -> Any:
    return chance * high + (1.0 - chance) * low


def _top(solution: Solution, columns: Sequence[Any], zero: Any, one: Any, mix: Callable[..., Any]) -> Any:
    known = {FIRST + at: column for at, column in enumerate(columns)}
    for gate, module in solution.modules.items():
        values = [zero, one]
        leaves = [known[leaf] for leaf in module.order]
        for level, low, high in module.rows.rows():
            values.append(mix(leaves[level], values[low], values[high]))
        known[gate] = values[module.rows.root]
    found = known[abs(solution.root)]
    return found if solution.upright else mix(found, one, zero)


def _bars(ranked: Sequence[float]) -> tuple[tuple[float, float, int], ...]:
    positive = [one for one in ranked if one > 0]
    if not positive or positive[0] == positive[-1]:
        return ()
    low, high = math.log(positive[0]), math.log(positive[-1])
    width = (high - low) / _BARS
    counts = [0] * _BARS
    for one in positive:
        counts[min(_BARS - 1, int((math.log(one) - low) / width))] += 1
    edges = [math.exp(low + at * width) for at in range(_BARS + 1)]
    return tuple((edges[at], edges[at + 1], count) for at, count in enumerate(counts))


def _needs_chances(function: Function) -> None:
    if function.missing:
        raise Invalid([Fault(0, f"These have no chance yet: {', '.join(function.missing[:10])}.")])
