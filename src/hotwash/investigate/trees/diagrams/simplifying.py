"""Rewrites that make the diagrams of gates smaller and mean the same."""

from collections import defaultdict
from collections.abc import Iterable

from hotwash.investigate.trees.diagrams.logic import AND, AT_LEAST, OR, XOR, Logic

_ROUNDS = 10


def simplify(logic: Logic, root: int, *, merge: bool = True) -> int:
    """Push negations down, join gates of one kind, and (``merge``) put together what always occurs together."""
    for _ in range(_ROUNDS):
        before = root
        root = _push_negations(logic, root)
        root = _join(logic, root)
        if merge:
            root = _merge(logic, root)
        if root == before:
            break
    return root


def _push_negations(logic: Logic, root: int) -> int:
    """Turn a gate that is only used negated into its dual; one used both ways stays shared."""
    gates = logic.below(root)
    if not gates:
        return root
    uses: dict[int, set[bool]] = defaultdict(set)
    uses[abs(root)].add(root > 0)
    form: dict[int, tuple[int, int, list[int]]] = {}
    flipped: dict[int, bool] = {}
    for gate in reversed(gates):
        kind, least, given = logic.gates[gate]
        arguments = list(given)
        flip = flipped[gate] = uses[gate] == {False}
        if flip and kind == XOR:
            arguments[0] = -arguments[0]
        elif flip:
            arguments = [-one for one in arguments]
            if kind == AT_LEAST:
                least = len(arguments) - least + 1
            else:
                kind = OR if kind == AND else AND
        form[gate] = (kind, least, arguments)
        for one in arguments:
            if logic.is_gate(one):
                uses[abs(one)].add(one > 0 or kind == XOR)
    new: dict[int, int] = {}

    def renewed(one: int) -> int:
        if abs(one) not in new:
            return one
        found = -new[abs(one)] if flipped[abs(one)] else new[abs(one)]
        return found if one > 0 else -found

    for gate in gates:
        kind, least, arguments = form[gate]
        new[gate] = logic.make(kind, least, [renewed(one) for one in arguments])
    return renewed(root)


def _parents(logic: Logic, gates: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for gate in gates:
        for one in logic.gates[gate][2]:
            found[one].append(gate)
    return found


def _join(logic: Logic, root: int) -> int:
    """An AND used once, by an AND, is taken up by it; the same for OR."""
    while True:
        gates = logic.below(root)
        parents = _parents(logic, gates)
        flat: dict[int, tuple[int, int, list[int]]] = {}
        changed = False
        for gate in gates:
            kind, least, given = logic.gates[gate]
            arguments: list[int] = []
            for one in given:
                taken = (
                    kind in (AND, OR)
                    and one > 0
                    and logic.is_gate(one)
                    and logic.gates[one][0] == kind
                    and len(parents[one]) == 1
                    and -one not in parents
                )
                changed = changed or taken
                arguments += flat[one][2] if taken else [one]
            flat[gate] = (kind, least, arguments)
        if not changed:
            return root
        root = logic.rebuild(root, gates, flat.__getitem__)


def _merge(logic: Logic, root: int) -> int:
    """Literals that stand under exactly the same gates, all AND or all OR, become one new gate."""
    for _ in range(2 * _ROUNDS):
        gates = logic.below(root)
        parents = _parents(logic, gates)
        groups: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
        for one, above in parents.items():
            kinds = {logic.gates[gate][0] for gate in above}
            if len(above) > 1 and -one not in parents and len(kinds) == 1 and kinds <= {AND, OR}:
                groups[(kinds.pop(), tuple(sorted(above)))].append(one)
        added: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        gone: dict[int, set[int]] = defaultdict(set)
        for (shared, sharing), together in groups.items():
            if len(together) > 1:
                for gate in sharing:
                    added[gate].append((shared, together))
                    gone[gate].update(together)
        if not added:
            return root
        new: dict[int, int] = {}

        def renewed(one: int, new: dict[int, int] = new) -> int:
            found = new.get(abs(one))
            return one if found is None else found if one > 0 else -found

        for gate in gates:
            kind, least, given = logic.gates[gate]
            arguments = [renewed(one) for one in given if one not in gone[gate]]
            arguments += [logic.make(inner, 0, [renewed(one) for one in group]) for inner, group in added[gate]]
            new[gate] = logic.make(kind, least, arguments)
        root = renewed(root)
    return root
