"""The promise of a table of nodes, and the one in pure Python.

A node is (level, low, high); 0 is false and 1 true (of a diagram) or the empty family and the family of the empty set
(of a family of sets). Children are made before their parents, so the numbers of nodes are an order from leaves to root,
and every pass over a diagram is one straight loop.
"""

# ruff: noqa: PLR1714 - in these recursions the fastest form counts

import sys
from collections.abc import Sequence
from typing import Protocol

BOTTOM = 0x7FFFFFFF
"""The level of the two ends, below every variable."""
AND, OR, XOR = range(3)
NO_LIMIT = 1 << 62


class Full(Exception):
    """More nodes are needed than were allowed."""


class Rows(Protocol):
    """A finished diagram: its nodes and its root, with the passes over them."""

    root: int

    @property
    def size(self) -> int:
        """How many nodes there are, without the two ends."""
        ...

    @property
    def lowest(self) -> bool:
        """The value where every variable is false."""
        ...

    def rows(self) -> list[tuple[int, int, int]]:
        """All nodes from number 2 on."""
        ...

    def probabilities(self, chances: Sequence[float]) -> Sequence[float]:
        """Of each node, the probability that it is true."""
        ...

    def derivatives(self, chances: Sequence[float]) -> list[float]:
        """Of each level, the derivative of the root's probability, all in one pass from the root."""
        ...

    def minimal(self, limit: int) -> "Rows":
        """The family of minimal sets of variables that make the root true.

        :raises Full: if it needs more than ``limit`` nodes
        """
        ...

    def negated(self) -> "Rows":
        """The same with true and false exchanged."""
        ...


class Table(Protocol):
    """Where a diagram is built."""

    @property
    def size(self) -> int:
        """How many nodes there are, with the two ends."""
        ...

    def variable(self, level: int) -> int:
        """The node of a variable."""
        ...

    def apply(self, operation: int, f: int, g: int) -> int:
        """AND, OR or XOR of two nodes.

        :raises Full: if the table's limit is reached
        """
        ...

    def choose(self, f: int, g: int, h: int) -> int:
        """If f then g else h.

        :raises Full: if the table's limit is reached
        """
        ...

    def level(self, f: int) -> int:
        """The level of a node."""
        ...

    def collect(self, roots: Sequence[int]) -> list[int]:
        """Drop all that these do not need; their new numbers."""
        ...

    def finish(self, root: int) -> Rows:
        """What a root needs, as a diagram of its own."""
        ...


def deep_enough(levels: int) -> None:
    """Allow as deep a recursion as a diagram has levels."""
    needed = 3 * levels + 1000
    if sys.getrecursionlimit() < needed:
        sys.setrecursionlimit(needed)


Nodes = list[tuple[int, int, int]]
_ENDS: Nodes = [(BOTTOM, 0, 0), (BOTTOM, 1, 1)]


class PlainTable:
    """Keeps the promise of `Table` with dictionaries."""

    def __init__(self, limit: int = NO_LIMIT) -> None:
        self._limit = limit
        self._load([])

    def _load(self, nodes: Nodes) -> None:
        self._nodes = [*_ENDS, *nodes]
        self._known = {node: number for number, node in enumerate(self._nodes) if number > 1}
        self._done: tuple[dict[tuple[int, int], int], ...] = ({}, {}, {})
        self._chosen: dict[tuple[int, int, int], int] = {}

    @property
    def size(self) -> int:
        return len(self._nodes)

    def level(self, f: int) -> int:
        return self._nodes[f][0]

    def node(self, f: int) -> tuple[int, int, int]:
        """Level, low and high of a node."""
        return self._nodes[f]

    def variable(self, level: int) -> int:
        return self._node(level, 0, 1)

    def _node(self, level: int, low: int, high: int) -> int:
        if low == high:
            return low
        node = (level, low, high)
        found = self._known.get(node)
        if found is None:
            found = len(self._nodes)
            if found >= self._limit:
                raise Full
            self._known[node] = found
            self._nodes.append(node)
        return found

    def apply(self, operation: int, f: int, g: int) -> int:  # noqa: C901, PLR0911, PLR0912
        if operation == AND:
            if f == 0 or g == 0:
                return 0
            if f == 1:
                return g
            if g == 1 or f == g:
                return f
        elif operation == OR:
            if f == 1 or g == 1:
                return 1
            if f == 0:
                return g
            if g == 0 or f == g:
                return f
        else:
            if f == g:
                return 0
            if f == 0:
                return g
            if g == 0:
                return f
            if f < 2 and g < 2:
                return 1
        key = (f, g) if f < g else (g, f)
        done = self._done[operation]
        found = done.get(key)
        if found is not None:
            return found
        a, a0, a1 = self._nodes[f]
        b, b0, b1 = self._nodes[g]
        if a == b:
            found = self._node(a, self.apply(operation, a0, b0), self.apply(operation, a1, b1))
        elif a < b:
            found = self._node(a, self.apply(operation, a0, g), self.apply(operation, a1, g))
        else:
            found = self._node(b, self.apply(operation, f, b0), self.apply(operation, f, b1))
        done[key] = found
        return found

    def choose(self, f: int, g: int, h: int) -> int:
        if f == 1 or g == h:
            return g
        if f == 0:
            return h
        if g == 1:
            return self.apply(OR, f, h)
        if h == 0:
            return self.apply(AND, f, g)
        key = (f, g, h)
        found = self._chosen.get(key)
        if found is None:
            level = min(self._nodes[f][0], self._nodes[g][0], self._nodes[h][0])
            lows, highs = zip(*(self._sides(one, level) for one in key), strict=True)
            found = self._chosen[key] = self._node(level, self.choose(*lows), self.choose(*highs))
        return found

    def _sides(self, f: int, level: int) -> tuple[int, int]:
        top, low, high = self._nodes[f]
        return (low, high) if top == level else (f, f)

    def collect(self, roots: Sequence[int]) -> list[int]:
        nodes, renamed = compact(self._nodes, roots)
        self._load(nodes)
        return [renamed[one] for one in roots]

    def finish(self, root: int) -> "PlainRows":
        nodes, renamed = compact(self._nodes, [root])
        return PlainRows(nodes, renamed[root])


def compact(nodes: Nodes, roots: Sequence[int]) -> tuple[Nodes, dict[int, int]]:
    """The nodes below some roots, in their order and without the ends, and what each is called now."""
    wanted = set(roots)
    for number in range(max(wanted, default=0), 1, -1):
        if number in wanted:
            wanted.update(nodes[number][1:])
    renamed = {0: 0, 1: 1}
    kept: Nodes = []
    for number in sorted(wanted):
        if number > 1:
            level, low, high = nodes[number]
            renamed[number] = len(kept) + 2
            kept.append((level, renamed[low], renamed[high]))
    return kept, renamed


class PlainRows:
    """Keeps the promise of `Rows` with lists."""

    def __init__(self, nodes: Nodes, root: int) -> None:
        self.root = root
        self._nodes = nodes

    @property
    def size(self) -> int:
        return len(self._nodes)

    @property
    def lowest(self) -> bool:
        at = self.root
        while at > 1:
            at = self._nodes[at - 2][1]
        return at == 1

    def rows(self) -> Nodes:
        return self._nodes

    def probabilities(self, chances: Sequence[float]) -> list[float]:
        found = [0.0, 1.0]
        for level, low, high in self._nodes:
            chance = chances[level]
            found.append(chance * found[high] + (1.0 - chance) * found[low])
        return found

    def derivatives(self, chances: Sequence[float]) -> list[float]:
        true = self.probabilities(chances)
        reached = [0.0] * len(true)
        reached[self.root] = 1.0
        found = [0.0] * len(chances)
        for number in range(len(true) - 1, 1, -1):
            level, low, high = self._nodes[number - 2]
            reach = reached[number]
            found[level] += reach * (true[high] - true[low])
            reached[high] += reach * chances[level]
            reached[low] += reach * (1.0 - chances[level])
        return found

    def negated(self) -> "PlainRows":
        def other(f: int) -> int:
            return 1 - f if f < 2 else f

        return PlainRows([(level, other(low), other(high)) for level, low, high in self._nodes], other(self.root))

    def minimal(self, limit: int) -> "PlainRows":
        family = Family(limit)
        found = [0, 1]
        for level, low, high in self._nodes:
            without = found[low]
            found.append(family.node(level, without, family.without(found[high], without)))
        return family.finish(found[self.root])


class Family:
    """Families of sets of levels."""

    def __init__(self, limit: int = NO_LIMIT) -> None:
        self._limit = limit
        self.nodes = [*_ENDS]
        self._known: dict[tuple[int, int, int], int] = {}
        self._done: dict[tuple[int, int], int] = {}
        self._left: dict[tuple[int, int], int] = {}

    def node(self, level: int, low: int, high: int) -> int:
        """The sets of ``low``, and those of ``high`` each with the level.

        :raises Full: if the limit is reached
        """
        if high == 0:
            return low
        node = (level, low, high)
        found = self._known.get(node)
        if found is None:
            found = len(self.nodes)
            if found >= self._limit:
                raise Full
            self._known[node] = found
            self.nodes.append(node)
        return found

    def without(self, f: int, g: int) -> int:
        """The sets of f that contain no set of g."""
        if f == 0 or g == 1 or f == g:
            return 0
        if g == 0:
            return f
        level, f0, f1 = self.nodes[f]
        below, g0, g1 = self.nodes[g]
        while below < level:  # sets of g with a level that f does not have are in no set of f
            g = g0
            below, g0, g1 = self.nodes[g]
        if g == 0:
            return f
        if g == 1:
            return 0
        key = (f, g)
        found = self._done.get(key)
        if found is None:
            if below == level:
                highs = self.without(self.without(f1, g0), g1)
                lows = self.without(f0, g0)
            else:
                highs = self.without(f1, g)
                lows = self.without(f0, g)
            found = self._done[key] = self.node(level, lows, highs)
        return found

    def minus(self, f: int, g: int) -> int:
        """The sets of f that are not in g."""
        if f == 0 or f == g:
            return 0
        if g == 0:
            return f
        key = (f, g)
        found = self._left.get(key)
        if found is None:
            level, f0, f1 = self.nodes[f]
            below, g0, g1 = self.nodes[g]
            if level < below:
                found = self.node(level, self.minus(f0, g), f1)
            elif below < level:
                found = self.minus(f, g0)
            else:
                found = self.node(level, self.minus(f0, g0), self.minus(f1, g1))
            self._left[key] = found
        return found

    def finish(self, root: int) -> PlainRows:
        """What a root needs, by itself."""
        nodes, renamed = compact(self.nodes, [root])
        return PlainRows(nodes, renamed[root])
