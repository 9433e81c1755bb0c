"""Honest bounds for a function that is too large to be solved: no hang, and no number that claims to be exact.

From above: products of causes are expanded from the top, the most probable first. When the allowance is used up, those
that are complete and those that are not yet cover all that can happen, so the sum of what each can weigh at most is
never too small. From below: the exact probability of the complete ones together. Both hold for functions without
negation; with one, only the bounds of Fréchet are given.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from hotwash.investigate.trees.diagrams.logic import AND, AT_LEAST, FALSE, FIRST, OR, TRUE, XOR, Logic
from hotwash.investigate.trees.diagrams.solving import Unsolved, solve

EXPANSIONS = 60_000
_KEPT_MAX = 4_000
_NODES_MAX = 1 << 17


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what two numbers a probability lies, for certain, and by how many cut sets the lower one is known."""

    low: float
    high: float
    cutsets: int


def bounds(
    unsolved: Unsolved, chances: list[float], *, expansions: int = EXPANSIONS, compiled: bool | None = None
) -> Bounds:
    """The bounds of a function that could not be solved."""
    logic, root = unsolved.logic, unsolved.root
    turned = unsolved.solved.turned
    known = {one: 1.0 - chance if one in turned else chance for one, chance in unsolved.solved.known(chances).items()}
    stop = set(unsolved.solved.modules)
    gates = logic.below(root, stop)
    plain = root > 0 and all(kind != XOR and min(below) > 0 for gate in gates for kind, _, below in [logic.gates[gate]])
    low, high = _frechet(logic, gates, known, associated=plain)
    least, most = low[abs(root)], high[abs(root)]
    if root < 0:
        least, most = 1.0 - most, 1.0 - least
    if not plain:
        return Bounds(least, most, 0)
    walk = _Walk(logic, gates, known, high)
    walk.run(root, expansions)
    kept = sorted(walk.kept, key=walk.weight, reverse=True)[:_KEPT_MAX]
    return Bounds(max(least, _union(kept, walk.chances, compiled=compiled)), min(most, walk.covered), len(walk.kept))


def _frechet(
    logic: Logic, gates: list[int], known: dict[int, float], *, associated: bool
) -> tuple[dict[int, float], dict[int, float]]:
    """What holds whatever the causes share; ``associated`` (no negation) makes one side of each that of
    independence.
    """
    low, high = dict(known), dict(known)

    def side(literal: int, ends: tuple[dict[int, float], dict[int, float]]) -> float:
        return ends[0][literal] if literal > 0 else 1.0 - ends[1][-literal]

    for gate in gates:
        kind, least, below = logic.gates[gate]
        lows = [side(one, (low, high)) for one in below]
        highs = [side(one, (high, low)) for one in below]
        if kind == AND:
            low[gate] = _product(lows) if associated else max(0.0, sum(lows) - len(lows) + 1)
            high[gate] = min(highs)
        elif kind == OR:
            low[gate] = max(lows)
            high[gate] = 1.0 - _product([1.0 - one for one in highs]) if associated else min(1.0, sum(highs))
        elif kind == AT_LEAST:
            low[gate] = max(0.0, (sum(lows) - least + 1) / (len(lows) - least + 1))
            high[gate] = min(1.0, sum(highs) / least)
        else:
            low[gate], high[gate] = 0.0, 1.0
    return low, high


def _product(of: list[float]) -> float:
    found = 1.0
    for one in of:
        found *= one
    return found


class _Walk:
    """Products of leaves (as bits) and of gates still to be expanded."""

    def __init__(self, logic: Logic, gates: list[int], known: dict[int, float], high: dict[int, float]) -> None:
        self._logic = logic
        self._high = high
        inside = set(gates)
        leaves = dict.fromkeys(one for gate in gates for one in logic.gates[gate][2] if one not in inside)
        self._bit = {leaf: 1 << at for at, leaf in enumerate(leaves)}
        self.chances = [known[leaf] for leaf in leaves]
        self._below = dict(self._bit)
        for gate in gates:
            reach = 0
            for one in logic.gates[gate][2]:
                reach |= self._below[one]
            self._below[gate] = reach
        self.kept: set[tuple[int, ...]] = set()
        self._masks: list[int] = []
        self._front: list[tuple[float, int, int, tuple[int, ...]]] = []
        self._seen: set[tuple[int, tuple[int, ...]]] = set()
        self._open = self._complete = 0.0
        self.covered = 1.0

    def weight(self, some: tuple[int, ...]) -> float:
        """The probability of a complete product."""
        return _product([self.chances[at] for at in some])

    def run(self, root: int, expansions: int) -> None:
        """Expand the likeliest, so often."""
        self._push(0, (root,), 1.0)
        for _ in range(expansions):
            self.covered = min(self.covered, self._complete + self._open)
            if not self._front:
                return
            bound, _, leaves, waiting = heappop(self._front)
            self._open += bound
            if waiting:
                self._expand(leaves, waiting, -bound)
            else:
                self._keep(leaves)
        self.covered = min(self.covered, self._complete + self._open)

    def _expand(self, leaves: int, waiting: tuple[int, ...], at_most: float) -> None:
        gate = self._next(leaves, waiting)
        rest = tuple(one for one in waiting if one != gate)
        kind, least, below = self._logic.gates[gate]
        if kind == AND:
            self._add(leaves, rest, below, at_most)
        elif kind == OR:
            for one in below:
                self._add(leaves, rest, (one,), at_most)
        else:
            fewer = self._logic.make(AT_LEAST, least - 1, below[1:])
            for others, also in ((fewer, (below[0],)), (self._logic.make(AT_LEAST, least, below[1:]), ())):
                if others != FALSE:
                    self._know(others)
                    self._add(leaves, rest, (*also, *((others,) if others != TRUE else ())), at_most)

    def _know(self, gate: int) -> None:
        if gate not in self._below and gate != TRUE:
            reach = 0
            for one in self._logic.gates[gate][2]:
                self._know(one)
                reach |= self._below[one]
            self._below[gate] = reach
            self._high[gate] = 1.0

    def _add(self, leaves: int, waiting: tuple[int, ...], more: tuple[int, ...], at_most: float) -> None:
        gates = set(waiting)
        for one in more:
            if one in self._bit:
                leaves |= self._bit[one]
            else:
                gates.add(one)
        # A gate of which a leaf already stands in the product, and which is an OR, is true already.
        done = {
            gate
            for gate in gates
            if self._logic.gates[gate][0] == OR
            and any(self._bit.get(one, 0) & leaves for one in self._logic.gates[gate][2])
        }
        self._push(leaves, tuple(sorted(gates - done)), at_most)

    def _push(self, leaves: int, waiting: tuple[int, ...], at_most: float) -> None:
        if (leaves, waiting) in self._seen:
            return
        self._seen.add((leaves, waiting))
        bound, at, rest = 1.0, 0, leaves
        while rest:
            step = (rest & -rest).bit_length()
            at += step
            rest >>= step
            bound *= self.chances[at - 1]
        for gate in self._counted(leaves, waiting):
            bound *= self._high[gate]
        bound = min(bound, at_most)
        if bound > 0:
            self._open += bound
            heappush(self._front, (-bound, len(waiting), leaves, waiting))

    def _counted(self, leaves: int, waiting: tuple[int, ...]) -> list[int]:
        """Gates that are independent of the leaves and of each other: their chances multiply."""
        found = []
        for gate in sorted(waiting, key=lambda one: self._high[one]):
            if not self._below[gate] & leaves:
                found.append(gate)
                leaves |= self._below[gate]
        return found

    def _next(self, leaves: int, waiting: tuple[int, ...]) -> int:
        """Which gate to expand: an AND, which makes no more products; else one that counts, which is shared out
        then.
        """
        ands = [one for one in waiting if self._logic.gates[one][0] == AND]
        some = ands or self._counted(leaves, waiting) or waiting
        return min(some, key=lambda one: len(self._logic.gates[one][2]))

    def _keep(self, leaves: int) -> None:
        if any(mask & leaves == mask for mask in self._masks):
            return
        some = tuple(at for at in range(leaves.bit_length()) if leaves >> at & 1)
        self.kept.add(some)
        self._complete += self.weight(some)
        self._masks.append(leaves)


def _union(kept: list[tuple[int, ...]], chances: list[float], *, compiled: bool | None) -> float:
    """The exact probability that one of some products happens; of fewer of them, where all are too many."""
    while kept:
        logic = Logic(len(chances))
        root = logic.make(OR, 0, [logic.make(AND, 0, [FIRST + at for at in some]) for some in kept])
        try:
            return solve(logic, root, nodes_max=_NODES_MAX, compiled=compiled).probability(chances)
        except Unsolved:
            kept = kept[: len(kept) // 2]
    return 0.0
