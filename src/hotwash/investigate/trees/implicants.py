"""Prime implicants: for a tree with negations, the smallest sets of causes *and non-causes* that make the top certain.

After Coudert and Madre (1992): a family over two levels a variable, one for it and one for its absence.
"""

from collections.abc import Iterator
from itertools import islice, product

from hotwash.investigate.trees.diagrams.logic import FALSE, FIRST, TRUE
from hotwash.investigate.trees.diagrams.solving import Module, Solution, total
from hotwash.investigate.trees.diagrams.table import AND as BOTH
from hotwash.investigate.trees.diagrams.table import Family, Full, PlainRows, PlainTable

NODES_MAX = 200_000

Literals = tuple[tuple[int, bool], ...]
"""Variables counted from 0, and whether they are true."""


class Implicants:
    """The prime implicants of a solved function.

    :raises Full: (when it is made) if more than ``nodes_max`` nodes are needed
    """

    def __init__(self, solution: Solution, *, nodes_max: int = NODES_MAX) -> None:
        self._solution = solution
        self._families: dict[tuple[int, bool], PlainRows] = {}
        if abs(solution.root) in solution.modules:
            self._need(abs(solution.root), solution.upright, nodes_max)

    def _need(self, gate: int, upright: bool, nodes_max: int) -> None:  # noqa: FBT001
        """Make a module's family, those that it uses first."""
        if (gate, upright) in self._families:
            return
        module = self._solution.modules[gate]
        family = _primes(module, upright=upright, nodes_max=nodes_max)
        for literal in {level for level, _, _ in family.rows()}:
            leaf, true = module.order[literal // 2], literal % 2 == 0
            if leaf in self._solution.modules:
                self._need(leaf, true, nodes_max)
        self._families[gate, upright] = family

    def count(self) -> int:
        """How many there are."""
        root = self._solution.root
        if abs(root) == TRUE:
            return int(root != FALSE)
        counts: dict[tuple[int, bool], int] = {}
        for (gate, upright), family in self._families.items():
            order = self._solution.modules[gate].order
            weights = [counts.get((leaf, true), 1) for leaf in order for true in (True, False)]
            counts[gate, upright] = total(family, weights)
        return counts.get((abs(root), self._solution.upright), 1)

    def some(self, most: int) -> list[Literals]:
        """The first of them."""
        root = self._solution.root
        if abs(root) == TRUE:
            return [()] if root == TRUE else []
        return [tuple(sorted(one)) for one in islice(self._of(abs(root), self._solution.upright, most), most)]

    def _of(self, leaf: int, true: bool, most: int) -> Iterator[Literals]:  # noqa: FBT001
        family = self._families.get((leaf, true))
        if family is None:
            yield ((leaf - FIRST, true),)
            return
        order = self._solution.modules[leaf].order
        rows = family.rows()
        waiting: list[tuple[int, tuple[int, ...]]] = [(family.root, ())]
        while waiting:
            node, literals = waiting.pop()
            if node > 1:
                literal, low, high = rows[node - 2]
                waiting += [(low, literals), (high, (*literals, literal))]
            elif node == 1:
                parts = [
                    list(islice(self._of(order[literal // 2], literal % 2 == 0, most), most)) for literal in literals
                ]
                for chosen in product(*parts):
                    yield tuple(one for part in chosen for one in part)


def _primes(module: Module, *, upright: bool, nodes_max: int) -> PlainRows:
    if module.rows.size > nodes_max:
        raise Full
    rows = module.rows if upright else module.rows.negated()
    table = PlainTable(nodes_max)
    family = Family(nodes_max)
    made: dict[int, int] = {0: 0, 1: 1}
    numbers = [0, 1]
    for level, low, high in rows.rows():
        node = table.variable(level)
        numbers.append(table.choose(node, numbers[high], numbers[low]))

    def primes(f: int) -> int:
        found = made.get(f)
        if found is None:
            level, low, high = table.node(f)
            both = primes(table.apply(BOTH, low, high))
            false = family.minus(primes(low), both)
            true = family.minus(primes(high), both)
            found = made[f] = family.node(2 * level, family.node(2 * level + 1, both, false), true)
        return found

    return family.finish(primes(numbers[rows.root]))
