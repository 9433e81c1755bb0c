"""Solve a fault tree: probability, minimal cut sets and importance, exact, or bounds that say that they are bounds.

An importance compares the tree as it is with the tree in which an event is certain, or impossible; all are exact and
need no list of cut sets. Fussell–Vesely is the share of the probability that goes away with the event, which for
independent events is what criticality says too; `diagnosis` is how probable the event is once the top event has
happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from hotwash.investigate.trees.bounds import bounds
from hotwash.investigate.trees.diagrams.solving import Solution, Unsolved
from hotwash.investigate.trees.diagrams.solving import solve as solve_function
from hotwash.investigate.trees.diagrams.table import Full
from hotwash.investigate.trees.expanding import Function, expand, reckoning
from hotwash.investigate.trees.implicants import Implicants
from hotwash.investigate.trees.laws import BadValue
from hotwash.investigate.trees.listing import likeliest
from hotwash.investigate.trees.model import Fault, Invalid, Tree

CUTSETS = 100
_LOST = 1e-3
"""Below this share of the top's probability a difference of two has lost digits, and is computed from the start."""
_FAMILY_MAX = 1 << 24


@dataclass(frozen=True, slots=True)
class Importance:
    """How much one cause matters. None where nothing can be said: a division by 0."""

    birnbaum: float
    fussell_vesely: float | None
    raw: float | None
    rrw: float | None
    criticality: float | None
    diagnosis: float | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What came out. Where it is not ``exact``, ``probability`` is None and lies between ``low`` and ``high``."""

    tree: str
    top: str
    exact: bool
    coherent: bool | None
    probability: float | None
    low: float | None
    high: float | None
    missing: tuple[str, ...]
    cutsets_count: int | None
    cutsets: tuple[tuple[str, ...], ...]
    implicants_count: int | None
    implicants: tuple[tuple[str, ...], ...] | None
    importance: dict[str, Importance]
    chances: dict[str, float]
    nodes: int


@dataclass(frozen=True, slots=True)
class Solved:
    """A tree's function, its exact solution, and the mean chance of each variable."""

    function: Function
    solution: Solution
    chances: list[float]


def work_out(
    tree: Tree,
    *,
    fixed: Mapping[str, bool] | None = None,
    top: str = "",
    nodes_max: int | None = None,
    compiled: bool | None = None,
) -> Solved:
    """The exact solution, for further questions.

    :raises Unsolved: if the tree is too large
    """
    function = expand(tree, fixed, top=top)
    solution = solve_function(function.logic, function.root, nodes_max=nodes_max, compiled=compiled)
    return Solved(function, solution, function.chances(reckoning(tree)))


def solve(
    tree: Tree,
    *,
    cutsets: int = CUTSETS,
    importance: bool = True,
    fixed: Mapping[str, bool] | None = None,
    top: str = "",
    nodes_max: int | None = None,
    compiled: bool | None = None,
) -> Analysis:
    """Everything about a sound tree. ``cutsets`` is how many are listed, the most probable first; all are
    counted. With none listed, prime implicants are left out too.

    ``fixed`` holds events and house events true or false. ``compiled``: with numba if it is there and helps (None),
    always, or never; the results are the same.
    """
    try:
        solved = work_out(tree, fixed=fixed, top=top, nodes_max=nodes_max, compiled=compiled)
    except Unsolved as unsolved:
        return _bounded(tree, top, expand(tree, fixed, top=top), unsolved, compiled=compiled)
    function, solution, chances = solved.function, solved.solution, solved.chances
    missing = function.missing
    names = [one.name for one in function.variables]
    probability = None if missing else solution.probability(chances)
    coherent = solution.coherent
    count, listed = _cutsets(solution, chances, names, cutsets)
    implicants_count, implicants = _implicants(solution, names, cutsets) if cutsets and not coherent else (None, None)
    return Analysis(
        tree=tree.name,
        top=top or tree.top,
        exact=True,
        coherent=coherent,
        probability=probability,
        low=probability,
        high=probability,
        missing=missing,
        cutsets_count=count,
        cutsets=listed,
        implicants_count=implicants_count,
        implicants=implicants,
        importance=_importance(solution, chances, names, probability) if importance and probability is not None else {},
        chances={} if missing else dict(zip(names, chances, strict=True)),
        nodes=solution.nodes,
    )


def over_time(tree: Tree, solved: Solved, times: Iterable[float]) -> list[tuple[float, float]]:
    """The probability of the top event at other times of exposure.

    :raises Invalid: if a law has no value at one of them
    """
    found = []
    for time in times:
        try:
            chances = solved.function.chances(reckoning(replace(tree, time=time)))
        except BadValue as bad:
            raise Invalid([Fault(0, f"At {time:g}: {bad}.")]) from bad
        found.append((time, solved.solution.probability(chances)))
    return found


def _cutsets(
    solution: Solution, chances: list[float], names: list[str], most: int
) -> tuple[int | None, tuple[tuple[str, ...], ...]]:
    try:
        count = solution.count(_FAMILY_MAX)
        found = islice(likeliest(solution, chances), most)
        return count, tuple(tuple(names[at] for at in one) for one in found)
    except Full:
        return None, ()


def _implicants(
    solution: Solution, names: list[str], most: int
) -> tuple[int | None, tuple[tuple[str, ...], ...] | None]:
    """With ``not`` before what must be absent; nothing where there are too many to tell."""
    try:
        found = Implicants(solution)
    except Full:
        return None, None
    some = found.some(most)
    return found.count(), tuple(tuple(names[at] if true else f"not {names[at]}" for at, true in one) for one in some)


def _importance(solution: Solution, chances: list[float], names: list[str], top: float) -> dict[str, Importance]:
    found = {}
    for at, birnbaum in enumerate(solution.derivatives(chances)):
        chance = chances[at]
        certain = top + (1.0 - chance) * birnbaum
        never = top - chance * birnbaum
        if abs(certain) < _LOST * top:
            certain = solution.given(chances, at, 1.0)
        if abs(never) < _LOST * top:
            never = solution.given(chances, at, 0.0)
        found[names[at]] = Importance(
            birnbaum=birnbaum,
            fussell_vesely=(top - never) / top if top else None,
            raw=certain / top if top else None,
            rrw=top / never if never else None,
            criticality=birnbaum * chance / top if top else None,
            diagnosis=chance * certain / top if top else None,
        )
    return found


def _bounded(tree: Tree, top: str, function: Function, unsolved: Unsolved, *, compiled: bool | None) -> Analysis:
    missing = function.missing
    found = None if missing else bounds(unsolved, function.chances(reckoning(tree)), compiled=compiled)
    return Analysis(
        tree=tree.name,
        top=top or tree.top,
        exact=False,
        coherent=None,
        probability=None,
        low=found.low if found else None,
        high=found.high if found else None,
        missing=missing,
        cutsets_count=None,
        cutsets=(),
        implicants_count=None,
        implicants=None,
        importance={},
        chances={},
        nodes=unsolved.solved.nodes,
    )
