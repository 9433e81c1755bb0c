"""From a module's gates to its diagram: several orders under growing limits of nodes."""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence

from hotwash.investigate.trees.diagrams.logic import AND, AT_LEAST, OR, XOR, Logic
from hotwash.investigate.trees.diagrams.orders import Part, orders
from hotwash.investigate.trees.diagrams.table import AND as BOTH
from hotwash.investigate.trees.diagrams.table import NO_LIMIT, Full, PlainTable, Rows, Table, deep_enough
from hotwash.investigate.trees.diagrams.table import OR as EITHER
from hotwash.investigate.trees.diagrams.table import XOR as ONE

_OPERATIONS = {AND: BOTH, OR: EITHER, XOR: ONE}
LIMITS = (1 << 14, 1 << 17, 1 << 20, 1 << 24)
_SMALL = 8
_COLLECT_AT = 1 << 21
_PLAIN_UP_TO = 1 << 12
_MODULE = "hotwash.investigate.trees.diagrams.compiled"


def may_compile() -> bool:
    """Whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def _table(limit: int, *, compiled: bool | None) -> Table:
    """Pure Python for what stays small; numba, where it is, for the rest. Both give the same nodes."""
    if compiled is False or (compiled is None and limit <= _PLAIN_UP_TO and _MODULE not in sys.modules):
        return PlainTable(limit)
    try:
        from hotwash.investigate.trees.diagrams.compiled import CompiledTable
    except (ImportError, RuntimeError):  # RuntimeError: no folder may be written in which numba could keep its work
        return PlainTable(limit)
    return CompiledTable(limit)


def build(
    logic: Logic, part: Part, negated: set[int], *, nodes_max: int, compiled: bool | None
) -> tuple[Rows, list[int]]:
    """The diagram of a module and its order: which leaf stands at which level.

    ``negated`` are the leaves whose own diagram was turned round. ``compiled``: None decides by size.

    :raises Full: if no order does with ``nodes_max`` nodes
    """
    deep_enough(len(part.leaves))
    for order, limit in _attempts(part, nodes_max):
        placed = order()
        try:
            return _one(logic, part, placed, negated, _table(limit, compiled=compiled)), placed
        except Full:
            continue
    raise Full


def _attempts(part: Part, nodes_max: int) -> Iterator[tuple[Callable[[], list[int]], int]]:
    portfolio = dict(orders(part))
    if len(part.gates) == 1 or len(part.leaves) < _SMALL:
        yield portfolio["dfs"], NO_LIMIT
        return
    yield portfolio["dfs-par"], min(_PLAIN_UP_TO, nodes_max)
    limits = [limit for limit in LIMITS if limit < nodes_max] + [min(nodes_max, LIMITS[-1])]
    for limit in limits:
        # What needs millions of nodes takes half a minute an order: only the most often successful one is tried.
        for order in list(portfolio.values())[: None if limit < LIMITS[-1] else 1]:
            yield order, limit


def _one(logic: Logic, part: Part, order: Sequence[int], negated: set[int], table: Table) -> Rows:
    level = {leaf: at for at, leaf in enumerate(order)}
    value: dict[int, int] = {}
    uses = {gate: part.parents[gate] for gate in part.gates}
    collect_at = _COLLECT_AT

    def node(literal: int) -> int:
        leaf = abs(literal)
        turned = literal < 0
        if leaf in level:
            found = table.variable(level[leaf])
            turned ^= leaf in negated
        else:
            found = value[leaf]
        return table.apply(ONE, found, 1) if turned else found

    for gate in part.gates:
        kind, least, arguments = logic.gates[gate]
        # The lowest first: what is put together meanwhile stays small.
        operands = sorted((node(one) for one in arguments), key=lambda f: -table.level(f))
        value[gate] = (
            _at_least(table, least, operands) if kind == AT_LEAST else _fold(table, _OPERATIONS[kind], operands)
        )
        for child in part.arguments[gate]:
            if child in value:
                uses[child] -= 1
                if uses[child] == 0:
                    del value[child]
        if table.size > collect_at:
            value = dict(zip(value, table.collect(list(value.values())), strict=True))
            collect_at = max(_COLLECT_AT, 3 * table.size)
    return table.finish(value[part.top])


def _fold(table: Table, operation: int, operands: Sequence[int]) -> int:
    found = operands[0]
    for one in operands[1:]:
        found = table.apply(operation, found, one)
    return found


def _at_least(table: Table, least: int, operands: Sequence[int]) -> int:
    row = [1] + [0] * least  # row[j]: at least j of those seen so far
    for one in operands:
        for j in range(least, 0, -1):
            row[j] = table.choose(one, row[j - 1], row[j])
    return row[least]
