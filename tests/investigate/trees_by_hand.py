"""Random fault trees, and what they mean by trying every case: the judge of the solver."""

from itertools import combinations, product

from hypothesis import strategies as st

from hotwash.investigate.trees.model import Event, Gate, Group, House, Join, Operand, Tree

Case = dict[str, bool]

CHANCES = st.sampled_from([0.0, 0.01, 0.1, 0.25, 0.5, 0.9, 1.0])


@st.composite
def trees(draw: st.DrawFn, *, coherent: bool = False, events_max: int = 7, groups: bool = False) -> Tree:
    """Gates of every kind, shared events and gates, transfers, house events, constants."""
    count = draw(st.integers(1, events_max))
    events = tuple(Event(f"e{at}", draw(CHANCES)) for at in range(count))
    houses = tuple(House(f"h{at}", draw(st.booleans())) for at in range(draw(st.integers(0, 1))))
    names = [*(event.name for event in events), *(house.name for house in houses)]
    kinds = ["and", "or", "at-least", "inhibit", "transfer"]
    if not coherent:
        kinds += ["not", "xor", "nand", "nor", "imply", "iff"]
    gates: list[Gate] = []

    def join(depth: int) -> Join:
        kind = draw(st.sampled_from(kinds))
        size = {"not": 1, "transfer": 1, "inhibit": 2, "imply": 2, "iff": 2}.get(kind) or draw(st.integers(2, 4))
        of: list[Operand] = []
        for _ in range(size):
            if depth < 2 and draw(st.integers(0, 4)) == 0:
                of.append(join(depth + 1))
            elif draw(st.integers(0, 20)) == 0:
                of.append(draw(st.booleans()))
            else:
                of.append(draw(st.sampled_from([*names, *(gate.name for gate in gates)])))
        return Join(kind, tuple(of), draw(st.integers(1, size)) if kind == "at-least" else 0)  # type: ignore[arg-type]

    for at in range(draw(st.integers(1, 6))):
        gates.append(Gate(f"g{at}", join(0)))
    made: tuple[Group, ...] = ()
    if groups and count > 2:
        size = draw(st.integers(2, 3))
        model = draw(st.sampled_from(["beta-factor", "mgl", "alpha-factor"]))
        factors = {"beta-factor": 1, "mgl": size - 1, "alpha-factor": size}[model]
        members = tuple(f"e{at}" for at in range(size))
        made = (Group("cause", model, members, 0.2, tuple([0.3] * factors)),)  # type: ignore[arg-type]
    return Tree("random", gates[-1].name, tuple(gates), events, houses, (), made)


def value(tree: Tree, case: Case) -> bool:
    """Whether the top event happens in one case."""
    gates = {gate.name: gate.join for gate in tree.gates}
    known = dict(case) | {house.name: house.on for house in tree.houses}

    def of(one: Operand) -> bool:
        if isinstance(one, bool):
            return one
        if isinstance(one, str):
            if one not in known:
                known[one] = of(gates[one])
            return known[one]
        below = [of(inner) for inner in one.of]
        match one.kind:
            case "and" | "inhibit" | "transfer":
                return all(below)
            case "or":
                return any(below)
            case "at-least":
                return sum(below) >= one.least
            case "not":
                return not below[0]
            case "xor":
                return sum(below) % 2 == 1
            case "nand":
                return not all(below)
            case "nor":
                return not any(below)
            case "imply":
                return below[1] or not below[0]
            case _:
                return below[0] == below[1]

    return of(tree.top)


def cases(names: list[str]) -> list[Case]:
    """All of them."""
    return [dict(zip(names, some, strict=True)) for some in product([False, True], repeat=len(names))]


def probability(tree: Tree, chances: dict[str, float]) -> float:
    """The sum over the cases in which the top event happens."""
    total = 0.0
    for case in cases(list(chances)):
        if value(tree, case):
            weight = 1.0
            for name, so in case.items():
                weight *= chances[name] if so else 1 - chances[name]
            total += weight
    return total


def minimal_sets(tree: Tree, names: list[str]) -> set[frozenset[str]]:
    """Minimal sets of events that make the top happen while all others do not."""
    making = [frozenset(name for name, so in case.items() if so) for case in cases(names) if value(tree, case)]
    return {one for one in making if not any(other < one for other in making)}


def primes(tree: Tree, names: list[str]) -> set[frozenset[str]]:
    """Minimal sets of literals that make the top happen whatever the others do."""
    found: set[frozenset[str]] = set()
    for size in range(len(names) + 1):
        for some in combinations(names, size):
            rest = [name for name in names if name not in some]
            for signs in product([True, False], repeat=size):
                literals = dict(zip(some, signs, strict=True))
                one = frozenset(name if so else f"not {name}" for name, so in literals.items())
                if any(other < one for other in found):
                    continue
                if all(value(tree, literals | case) for case in cases(rest)):
                    found.add(one)
    return found
