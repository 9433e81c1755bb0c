"""A solved function: the diagrams of its modules, chained, and what is read off them.

Each module's diagram is kept such that it is false where every variable is false; where that needed a turn, its literal
is turned in the diagrams above. So the minimal sets of variables that make the root true (of a function that is not
monotone: its minimal p-cuts, which leave the negated literals unsaid) chain through the modules as the probabilities
do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.investigate.trees.diagrams.building import build, may_compile
from hotwash.investigate.trees.diagrams.logic import FALSE, FIRST, TRUE, XOR, Logic
from hotwash.investigate.trees.diagrams.modules import modularise
from hotwash.investigate.trees.diagrams.orders import Part
from hotwash.investigate.trees.diagrams.simplifying import simplify
from hotwash.investigate.trees.diagrams.table import NO_LIMIT, Full, Rows

NODES_COMPILED = 1 << 24
NODES_PLAIN = 1 << 19
_EXACT = 2.0**52
_AGAIN = 1 << 17
_COMPARED_MAX = 200_000


@dataclass(slots=True)
class Module:
    """One module: its diagram, and which leaf stands at which level."""

    part: Part
    rows: Rows
    order: list[int]
    family: Rows | None = None


class Solution:
    """A function of independent variables, ready for questions."""

    def __init__(self, logic: Logic, root: int, modules: dict[int, Module], turned: set[int]) -> None:
        self.logic = logic
        self.root = root
        self.modules = modules
        self.turned = turned

    @property
    def nodes(self) -> int:
        """How many nodes the diagrams have together."""
        return sum(module.rows.size for module in self.modules.values())

    @property
    def upright(self) -> bool:
        """Whether the root's diagram means the function, and not its opposite."""
        return (self.root > 0) != (abs(self.root) in self.turned)

    def known(self, chances: Sequence[float]) -> dict[int, float]:
        """The probability of every variable and module."""
        known = {FIRST + at: chance for at, chance in enumerate(chances)}
        for gate, module in self.modules.items():
            known[gate] = float(module.rows.probabilities([known[leaf] for leaf in module.order])[module.rows.root])
        return known

    def probability(self, chances: Sequence[float]) -> float:
        """That the function is true, when each variable is true with its own chance."""
        if abs(self.root) == TRUE:
            return 1.0 if self.root == TRUE else 0.0
        found = self.known(chances)[abs(self.root)]
        return found if self.upright else 1.0 - found

    def derivatives(self, chances: Sequence[float]) -> list[float]:
        """Of each variable: the probability with it true, less the one with it false."""
        found = dict.fromkeys(range(FIRST, FIRST + len(chances)), 0.0)
        if abs(self.root) != TRUE:
            known = self.known(chances)
            found[abs(self.root)] = 1.0 if self.upright else -1.0
            for gate in reversed(self.modules):
                module = self.modules[gate]
                outer = found.get(gate, 0.0)
                inner = module.rows.derivatives([known[leaf] for leaf in module.order])
                for leaf, change in zip(module.order, inner, strict=True):
                    found[leaf] = found.get(leaf, 0.0) + outer * change
        return [found[FIRST + at] for at in range(len(chances))]

    def given(self, chances: Sequence[float], variable: int, value: float) -> float:
        """The probability with one variable's chance set anew, computed from the start: no digits are lost."""
        changed = list(chances)
        changed[variable] = value
        return self.probability(changed)

    @property
    def coherent(self) -> bool:
        """Whether no variable, coming true, can make the function false again.

        Settled on the diagrams; where these are very large, a function with negations in its gates counts as one that
        is not.
        """
        if abs(self.root) == TRUE or self._without_negation():
            return True
        if self.nodes > _COMPARED_MAX:
            return False
        signs = {abs(self.root): {self.upright}}
        for gate in reversed(self.modules):
            module = self.modules[gate]
            for leaf, sign in zip(module.order, _signs(module.rows, len(module.order)), strict=True):
                for outer in signs.get(gate, set()):
                    signs.setdefault(leaf, set()).update(outer == inner for inner in sign)
        return all(signs.get(FIRST + at, {True}) <= {True} for at in range(self.logic.variables))

    def _without_negation(self) -> bool:
        gates = [self.logic.gates[gate] for module in self.modules.values() for gate in module.part.gates]
        return self.root > 0 and all(kind != XOR and min(below) > 0 for kind, _, below in gates)

    def families(self, nodes_max: int = NO_LIMIT) -> dict[int, tuple[Rows, list[int]]]:
        """Of each module, the family of its minimal sets, by levels, and the leaf at each level.

        :raises Full: if one needs more than ``nodes_max`` nodes
        """
        for module in self.modules.values():
            if module.family is None:
                module.family = module.rows.minimal(nodes_max)
        return {gate: (module.family, module.order) for gate, module in self.modules.items() if module.family}

    def count(self, nodes_max: int = NO_LIMIT) -> int:
        """How many minimal sets of variables make the function true; they are not listed.

        :raises Full: if more than ``nodes_max`` nodes are needed
        """
        return self.count_without(frozenset(), nodes_max)

    def count_without(self, left_out: frozenset[int], nodes_max: int = NO_LIMIT) -> int:
        """How many of them hold none of these variables."""
        if self.root == FALSE:
            return 0
        if not self.upright or self.root == TRUE:
            return 1
        known: dict[int, int] = {FIRST + at: 0 for at in left_out}
        for gate, (family, order) in self.families(nodes_max).items():
            known[gate] = total(family, [known.get(leaf, 1) for leaf in order])
        return known.get(abs(self.root), 1)


def _signs(rows: Rows, levels: int) -> list[set[bool]]:
    """Of each level: whether setting it true somewhere makes the diagram true (True), or false (False)."""
    nodes = rows.rows()
    compared: dict[tuple[int, int], bool] = {}
    full = [(0, 0, 0), (0, 1, 1), *nodes]
    ends = 0x7FFFFFFF

    def below(f: int, g: int) -> bool:
        """Whether f implies g."""
        if f == 0 or g in (1, f):
            return True
        if f == 1 or g == 0:
            return False
        found = compared.get((f, g))
        if found is None:
            a = full[f][0] if f > 1 else ends
            b = full[g][0] if g > 1 else ends
            f0, f1 = full[f][1:] if a <= b else (f, f)
            g0, g1 = full[g][1:] if b <= a else (g, g)
            found = compared[f, g] = below(f0, g0) and below(f1, g1)
        return found

    found: list[set[bool]] = [set() for _ in range(levels)]
    for level, low, high in nodes:
        if len(found[level]) < 2:
            if not below(low, high):
                found[level].add(False)
            if not below(high, low):
                found[level].add(True)
    return found


def total(family: Rows, weights: Sequence[int]) -> int:
    """The exact sum over the sets of a family of the products of whole weights."""
    quick = getattr(family, "weights", None)
    if quick is not None and all(weights):
        rough = quick([float(one) for one in weights])
        # All that stands in the family leads to the root, and no weight is below one: nothing in it is larger.
        if rough < _EXACT:
            return int(rough)
    counts = [0, 1]
    for level, low, high in family.rows():
        counts.append(weights[level] * counts[high] + counts[low])
    return counts[family.root]


class Unsolved(Exception):
    """A function that is too large. ``modules`` are those that could be solved, below ``root`` of ``logic``."""

    def __init__(self, logic: Logic, root: int, solved: Solution) -> None:
        super().__init__("The function is too large to be solved exactly.")
        self.logic = logic
        self.root = root
        self.solved = solved


def solve(logic: Logic, root: int, *, nodes_max: int | None = None, compiled: bool | None = None) -> Solution:
    """Solve a function exactly. ``compiled``: by numba if there is any and it helps (None), always, or never.

    :raises Unsolved: if no order of variables does with ``nodes_max`` nodes for some module
    """
    if nodes_max is None:
        nodes_max = NODES_COMPILED if compiled is not False and may_compile() else NODES_PLAIN
    try:
        return _solve(logic, simplify(logic, root), nodes_max, compiled=compiled)
    except Unsolved:
        return _solve(logic, simplify(logic, root, merge=False), min(nodes_max, _AGAIN), compiled=compiled)


def _solve(logic: Logic, root: int, nodes_max: int, *, compiled: bool | None) -> Solution:
    root, found = modularise(logic, root)
    inner = set(found)
    solution = Solution(logic, root, {}, set())
    for gate in found:
        part = Part(logic, gate, inner)
        try:
            rows, order = build(logic, part, solution.turned, nodes_max=nodes_max, compiled=compiled)
        except Full as full:
            raise Unsolved(logic, root, solution) from full
        if rows.lowest:
            rows = rows.negated()
            solution.turned.add(gate)
        solution.modules[gate] = Module(part, rows, order)
    return solution
