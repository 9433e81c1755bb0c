"""Modules: gates whose variables occur nowhere else, so that each can be solved by itself.

Found by dominators (after Dutuit and Rauzy, *A linear-time algorithm to find modules of fault trees*, 1996): a gate is
a module when it dominates all that lies below it. Independent arguments of one AND or OR are grouped into a module too.
"""

from hotwash.investigate.trees.diagrams.logic import AND, OR, Logic


def modularise(logic: Logic, root: int) -> tuple[int, list[int]]:
    """The root with independent arguments grouped, and its modules, children first, the root's own gate last."""
    gates = logic.below(root)
    if not gates:
        return root, []
    below, ruled = _reach(logic, root, gates)
    new: dict[int, int] = {}

    def renewed(one: int) -> int:
        found = new.get(abs(one))
        return one if found is None else found if one > 0 else -found

    for gate in gates:
        kind, least, given = logic.gates[gate]
        if kind in (AND, OR) and len(given) > 2:
            new[gate] = _grouped(logic, kind, [(one, renewed(one)) for one in given], below, ruled[gate])
        else:
            new[gate] = logic.make(kind, least, [renewed(one) for one in given])
    root = renewed(root)
    gates = logic.below(root)
    if not gates:
        return root, []
    below, ruled = _reach(logic, root, gates)
    return root, [gate for gate in gates if not below[gate] & ~ruled[gate]]


def _grouped(logic: Logic, kind: int, given: list[tuple[int, int]], below: dict[int, int], ruled: int) -> int:
    outer: list[int] = []
    shared = 0
    groups: list[tuple[int, list[int]]] = []
    for old, new in given:
        reach = below[abs(old)]
        if reach & ~ruled:
            outer.append(new)
            shared |= reach
            continue
        members = [new]
        apart = []
        for span, group in groups:
            if span & reach:
                reach |= span
                members = group + members
            else:
                apart.append((span, group))
        groups = [*apart, (reach, members)]
    inner = []
    for span, group in groups:
        if span & shared:
            outer += group
        else:
            inner.append(group[0] if len(group) == 1 else logic.make(kind, 0, group))
    if outer and len(inner) > 1:
        return logic.make(kind, 0, [*outer, logic.make(kind, 0, inner)])
    return logic.make(kind, 0, outer + inner)


def _reach(logic: Logic, root: int, gates: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """For each gate and variable, as bit sets: all that lies below it, and all that it dominates."""
    parents: dict[int, list[int]] = {}
    for gate in gates:
        for one in logic.gates[gate][2]:
            parents.setdefault(abs(one), []).append(gate)
    top = abs(root)
    above = {top: top}
    depth = {top: 0}
    leaves = [one for one in parents if not logic.is_gate(one)]
    nodes = [*reversed(gates), *leaves]
    for node in nodes:
        if node == top:
            continue
        nearest = parents[node][0]
        for other in parents[node][1:]:
            a, b = nearest, other
            while a != b:
                if depth[a] > depth[b]:
                    a = above[a]
                else:
                    b = above[b]
            nearest = a
        above[node] = nearest
        depth[node] = depth[nearest] + 1
    bit = {node: 1 << place for place, node in enumerate(nodes)}
    below = {leaf: bit[leaf] for leaf in leaves}
    for gate in gates:
        reach = bit[gate]
        for one in logic.gates[gate][2]:
            reach |= below[abs(one)]
        below[gate] = reach
    ruled = dict(bit)
    for node in sorted(nodes, key=lambda one: -depth[one]):
        if node != top:
            ruled[above[node]] |= ruled[node]
    return below, ruled
