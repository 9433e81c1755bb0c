"""The promises of `table` kept with numpy arrays and numba, node for node as in pure Python."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hotwash.investigate.trees.diagrams import kernels
from hotwash.investigate.trees.diagrams.table import BOTTOM, NO_LIMIT, Full

_FIRST_ROWS = 1 << 12
_CACHE_MAX = 1 << 23
_CHOICES = 1 << 16


def _cache(rows: int) -> Any:
    made = np.zeros((rows, 4), np.int32)
    made[:, 0] = -1
    return made


class _Store:
    """Rows that grow, with buckets and a cache."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.rows = _FIRST_ROWS
        self.nodes = np.zeros((self.rows, 4), np.int32)
        self.nodes[0] = (BOTTOM, 0, 0, 0)
        self.nodes[1] = (BOTTOM, 1, 1, 0)
        self.heads = np.zeros(self.rows, np.int32)
        self.cache = _cache(self.rows)
        self.state = np.zeros(8, np.int64)
        self.state[0] = 2
        self.state[3] = self.rows - 1
        self._fit()

    def _fit(self) -> None:
        self.state[1] = 0
        self.state[2] = len(self.heads) - 1
        self.state[4] = min(self.rows, self.limit)

    @property
    def count(self) -> int:
        return int(self.state[0])

    def grow(self) -> None:
        """Make room after a kernel ran out of it.

        :raises Full: if the limit is reached
        """
        if self.count >= self.limit:
            raise Full
        self.rows *= 2
        nodes = np.empty((self.rows, 4), np.int32)
        nodes[: self.count] = self.nodes[: self.count]
        self.nodes = nodes
        self.heads = np.zeros(self.rows, np.int32)
        self._fit()
        kernels.rehash(self.nodes, self.heads, self.state)
        if len(self.cache) < min(self.rows, _CACHE_MAX):
            larger = _cache(min(self.rows, _CACHE_MAX))
            self.state[3] = len(larger) - 1
            kernels.move(self.cache, larger, self.state)
            self.cache = larger

    def compact(self, roots: Sequence[int]) -> tuple[Any, list[int]]:
        """What some roots need, in an array of the same room, and what they are called there."""
        out = np.empty((self.count, 4), np.int32)
        out[:2] = self.nodes[:2]
        renamed = np.empty(self.count, np.int32)
        kept = kernels.compact(self.nodes, self.count, np.asarray(roots, np.int32), out, renamed)
        return out[:kept], [int(renamed[one]) for one in roots]


class CompiledTable:
    """Keeps the promise of `table.Table`."""

    def __init__(self, limit: int = NO_LIMIT) -> None:
        self._store = _Store(limit)
        self._choices = _cache(2)
        self._store.state[5] = 1

    @property
    def size(self) -> int:
        return self._store.count

    def level(self, f: int) -> int:
        return int(self._store.nodes[f, 0])

    def variable(self, level: int) -> int:
        store = self._store
        while True:
            found = kernels.add(store.nodes, store.heads, store.state, level, 0, 1)
            if not store.state[1]:
                return int(found)
            store.grow()

    def apply(self, operation: int, f: int, g: int) -> int:
        store = self._store
        while True:
            found = kernels.apply(store.nodes, store.heads, store.cache, store.state, operation, f, g)
            if not store.state[1]:
                return int(found)
            store.grow()

    def choose(self, f: int, g: int, h: int) -> int:
        store = self._store
        if len(self._choices) < _CHOICES:
            self._choices = _cache(_CHOICES)
            store.state[5] = _CHOICES - 1
        while True:
            found = kernels.choose(store.nodes, store.heads, store.cache, store.state, self._choices, f, g, h)
            if not store.state[1]:
                return int(found)
            store.grow()

    def collect(self, roots: Sequence[int]) -> list[int]:
        store = self._store
        kept, renamed = store.compact(roots)
        store.nodes[: len(kept)] = kept
        store.state[0] = len(kept)
        kernels.rehash(store.nodes, store.heads, store.state)
        store.cache[:, 0] = -1
        self._choices[:, 0] = -1
        return renamed

    def finish(self, root: int) -> "CompiledRows":
        kept, (renamed,) = self._store.compact([root])
        return CompiledRows(kept.copy(), renamed)


class CompiledRows:
    """Keeps the promise of `table.Rows`."""

    def __init__(self, nodes: Any, root: int) -> None:
        self.root = root
        self._nodes = nodes

    @property
    def size(self) -> int:
        return len(self._nodes) - 2

    @property
    def lowest(self) -> bool:
        at = self.root
        while at > 1:
            at = int(self._nodes[at, 1])
        return at == 1

    def rows(self) -> list[tuple[int, int, int]]:
        return list(map(tuple, self._nodes[2:, :3].tolist()))

    def _true(self, chances: Sequence[float]) -> tuple[Any, Any]:
        given = np.asarray(chances, np.float64)
        true = np.empty(len(self._nodes))
        kernels.probabilities(self._nodes, given, true)
        return given, true

    def probabilities(self, chances: Sequence[float]) -> Sequence[float]:
        return self._true(chances)[1]  # type: ignore[no-any-return]

    def derivatives(self, chances: Sequence[float]) -> list[float]:
        given, true = self._true(chances)
        found = np.zeros(len(given))
        kernels.derivatives(self._nodes, given, true, self.root, np.empty(len(true)), found)
        return [float(one) for one in found]

    def negated(self) -> "CompiledRows":
        nodes = self._nodes.copy()
        sides = nodes[2:, 1:3]
        np.copyto(sides, 1 - sides, where=sides < 2)
        return CompiledRows(nodes, 1 - self.root if self.root < 2 else self.root)

    def minimal(self, limit: int) -> "CompiledRows":
        store = _Store(limit)
        found = np.zeros(len(self._nodes), np.int32)
        at = 2
        while at < len(self._nodes):
            at = kernels.minimal(self._nodes, at, found, store.nodes, store.heads, store.cache, store.state)
            if store.state[1]:
                store.grow()
        kept, (renamed,) = store.compact([int(found[self.root])])
        return CompiledRows(kept.copy(), renamed)

    def weights(self, of: Sequence[float]) -> float:
        """Of the family, the sum over its sets of the products of weights, in floating point."""
        out = np.empty(len(self._nodes))
        kernels.weights(self._nodes, np.asarray(of, np.float64), out)
        return float(out[self.root])
