"""Single minimal cut sets out of very many: the most probable first, without making the rest."""

import math
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from hotwash.investigate.trees.diagrams.logic import FALSE, FIRST, TRUE
from hotwash.investigate.trees.diagrams.solving import Solution
from hotwash.investigate.trees.diagrams.table import NO_LIMIT

Open = tuple[tuple[int, int], ...]
"""Nodes of families on the way to whose end a walk is."""


def likeliest(solution: Solution, chances: Sequence[float], *, nodes_max: int = NO_LIMIT) -> Iterator[tuple[int, ...]]:
    """Minimal sets of variables (counted from 0), the most probable first, then as the diagram has them.

    A best-first walk down the families: what is still open is bounded by the best way to the end of it, so that sets
    come out in their order and only the walk's front is kept.

    :raises Full: if the families need more than ``nodes_max`` nodes
    """
    if solution.root == FALSE:
        return
    if not solution.upright or solution.root == TRUE:
        yield ()
        return
    weight = {FIRST + at: math.log(chance) if chance > 0 else -math.inf for at, chance in enumerate(chances)}
    rows: dict[int, list[tuple[int, int, int]]] = {}
    best: dict[int, list[float]] = {}
    order: dict[int, list[int]] = {}
    start: dict[int, int] = {}
    for gate, (family, leaves) in solution.families(nodes_max).items():
        rows[gate], order[gate], start[gate] = family.rows(), leaves, family.root
        found = [-math.inf, 0.0]
        for level, low, high in rows[gate]:
            found.append(max(found[low], weight[leaves[level]] + found[high]))
        best[gate], weight[gate] = found, found[family.root]
    top = abs(solution.root)
    if top not in start:
        yield (top - FIRST,)
        return
    # (minus the bound, minus its number, chosen, their weight, what is still open as (gate, node) pairs)
    front: list[tuple[float, int, tuple[int, ...], float, Open]] = []
    pushed = 0

    def push(chosen: tuple[int, ...], so_far: float, rest: Open) -> None:
        nonlocal pushed
        pushed += 1
        bound = so_far + sum(best[gate][node] for gate, node in rest)
        # Of equals the newest goes first, and they are equal but for rounding: else very many ties would all be begun.
        heappush(front, (-round(bound, 9), -pushed, chosen, so_far, rest))

    push((), 0.0, ((top, start[top]),))
    while front:
        _, _, chosen, so_far, rest = heappop(front)
        while rest and rest[-1][1] == 1:
            rest = rest[:-1]
        if not rest:
            yield tuple(sorted(chosen))
            continue
        gate, node = rest[-1]
        level, low, high = rows[gate][node - 2]
        leaf = order[gate][level]
        if low:
            push(chosen, so_far, (*rest[:-1], (gate, low)))
        if leaf in start:
            push(chosen, so_far, (*rest[:-1], (gate, high), (leaf, start[leaf])))
        else:
            push((*chosen, leaf - FIRST), so_far + weight[leaf], (*rest[:-1], (gate, high)))
