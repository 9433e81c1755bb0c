"""Gates, each kept once, over signed literals: 1 is true, -1 false, -x is NOT x, variables come before gates."""

from collections.abc import Callable, Iterable, Sequence

AND, OR, XOR, AT_LEAST = range(4)
TRUE, FALSE = 1, -1
FIRST = 2
"""The literal of the first variable."""

Gate = tuple[int, int, tuple[int, ...]]
"""Kind, how many of them (for AT_LEAST), literals."""


class Logic:
    """Gates over ``variables`` variables (literals 2 and up). Two equal gates are one."""

    def __init__(self, variables: int) -> None:
        self.variables = variables
        self.gates: dict[int, Gate] = {}
        self._known: dict[Gate, int] = {}
        self._next = FIRST + variables

    def is_gate(self, literal: int) -> bool:
        """Whether a literal means a gate, and neither a variable nor a constant."""
        return abs(literal) >= FIRST + self.variables

    def make(self, kind: int, least: int, arguments: Iterable[int]) -> int:
        """The literal of a gate, simplified as far as its own arguments show."""
        if kind == AT_LEAST:
            return self._at_least(least, arguments)
        if kind == XOR:
            return self._parity(arguments)
        unit, zero = (TRUE, FALSE) if kind == AND else (FALSE, TRUE)
        kept = set(arguments)
        kept.discard(unit)
        if zero in kept or any(-one in kept for one in kept):
            return zero
        if not kept:
            return unit
        if len(kept) == 1:
            return kept.pop()
        return self._keep((kind, 0, tuple(sorted(kept))))

    def _at_least(self, least: int, arguments: Iterable[int]) -> int:
        open_ones = []
        for one in arguments:
            if one == TRUE:
                least -= 1
            elif one != FALSE:
                open_ones.append(one)
        if least <= 0:
            return TRUE
        if least > len(open_ones):
            return FALSE
        if least == 1:
            return self.make(OR, 0, open_ones)
        if least == len(open_ones):
            return self.make(AND, 0, open_ones)
        return self._keep((AT_LEAST, least, tuple(sorted(open_ones))))

    def _parity(self, arguments: Iterable[int]) -> int:
        flipped = False
        odd: set[int] = set()
        for one in arguments:
            if abs(one) == TRUE:
                flipped ^= one == TRUE
            else:
                flipped ^= one < 0
                odd ^= {abs(one)}
        if not odd:
            return TRUE if flipped else FALSE
        found = odd.pop() if len(odd) == 1 else self._keep((XOR, 0, tuple(sorted(odd))))
        return -found if flipped else found

    def _keep(self, gate: Gate) -> int:
        found = self._known.get(gate)
        if found is None:
            found = self._known[gate] = self._next
            self.gates[found] = gate
            self._next += 1
        return found

    def below(self, root: int, stop: frozenset[int] | set[int] = frozenset()) -> list[int]:
        """The gates that a root stands on, children first, itself last; nothing below those in ``stop``."""
        if not self.is_gate(root):
            return []
        out: list[int] = []
        seen = {abs(root)}
        path = [(abs(root), iter(self.gates[abs(root)][2]))]
        while path:
            gate, rest = path[-1]
            for one in rest:
                child = abs(one)
                if self.is_gate(child) and child not in seen and child not in stop:
                    seen.add(child)
                    path.append((child, iter(self.gates[child][2])))
                    break
            else:
                out.append(gate)
                path.pop()
        return out

    def rebuild(self, root: int, gates: Sequence[int], form: Callable[[int], tuple[int, int, Iterable[int]]]) -> int:
        """Make every gate anew, children first, from what ``form`` says of it in the old literals."""
        new: dict[int, int] = {}

        def renewed(one: int) -> int:
            found = new.get(abs(one))
            return one if found is None else found if one > 0 else -found

        for gate in gates:
            kind, least, arguments = form(gate)
            new[gate] = self.make(kind, least, [renewed(one) for one in arguments])
        return renewed(root)
