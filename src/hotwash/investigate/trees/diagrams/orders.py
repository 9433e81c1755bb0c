"""Orders of variables for one module. None is best everywhere, so several are tried under a limit of nodes."""

from collections.abc import Callable, Iterator

from hotwash.investigate.trees.diagrams.logic import Logic

_FORCE_ROUNDS = 60
_FORCE_PATIENCE = 8


class Part:
    """One module: its gates (children first), and its leaves, which are variables or other modules."""

    def __init__(self, logic: Logic, top: int, modules: set[int]) -> None:
        self.top = top
        self.gates = logic.below(top, modules - {top})
        inside = set(self.gates)
        self.arguments = {gate: [abs(one) for one in logic.gates[gate][2]] for gate in self.gates}
        met: dict[int, None] = {}
        for gate in self.gates:
            met.update((one, None) for one in self.arguments[gate] if one not in inside)
        self.leaves = list(met)
        self.inside = inside
        self.parents = dict.fromkeys([*self.leaves, *self.gates], 0)
        self.size = dict.fromkeys(self.leaves, 1)
        for gate in self.gates:
            for one in self.arguments[gate]:
                self.parents[one] += 1
            self.size[gate] = sum(self.size[one] for one in self.arguments[gate])


Key = Callable[[int], tuple[int, ...]]


def orders(part: Part) -> Iterator[tuple[str, Callable[[], list[int]]]]:
    """The portfolio, the most often successful first."""
    size, parents = part.size, part.parents
    yield "dfs-par", lambda: _depth_first(part, lambda one: (-parents[one], size[one]))
    yield "inter-size", lambda: _interleaved(part, lambda one: (size[one], -parents[one]))
    yield "dfs", lambda: _depth_first(part, None)
    yield "force", lambda: _force(part)
    yield "dfs-size", lambda: _depth_first(part, lambda one: (size[one], -parents[one]))


def _children(part: Part, gate: int, key: Key | None) -> list[int]:
    found = part.arguments[gate]
    return sorted(found, key=key) if key else found


def _depth_first(part: Part, key: Key | None) -> list[int]:
    out: list[int] = []
    seen = {part.top}
    path = [iter(_children(part, part.top, key))]
    while path:
        for one in path[-1]:
            if one in seen:
                continue
            seen.add(one)
            if one in part.inside:
                path.append(iter(_children(part, one, key)))
                break
            out.append(one)
        else:
            path.pop()
    return out


def _interleaved(part: Part, key: Key) -> list[int]:
    """Depth first, but a new leaf goes right behind the leaves that its gate already has."""
    out: list[int] = []
    placed: set[int] = set()
    last: dict[int, int | None] = {}

    def further(a: int | None, b: int | None) -> int | None:
        if a is None or b is None:
            return b if a is None else a
        return b if out.index(b) > out.index(a) else a

    # (gate, its children still to visit, the last leaf below it so far, the anchor from above)
    path: list[tuple[int, Iterator[int], list[int | None]]] = [
        (part.top, iter(_children(part, part.top, key)), [None, None])
    ]
    while path:
        gate, rest, (end, anchor) = path[-1]
        for one in rest:
            where = end if end is not None else anchor
            if one in part.inside and one not in last:
                path.append((one, iter(_children(part, one, key)), [None, where]))
                break
            if one in part.inside:
                end = further(end, last[one])
            else:
                if one not in placed:
                    placed.add(one)
                    out.insert(out.index(where) + 1 if where is not None else len(out), one)
                end = further(end, one)
            path[-1][2][0] = end
        else:
            path.pop()
            last[gate] = end
            if path:
                path[-1][2][0] = further(path[-1][2][0], end)
    return out


def _force(part: Part) -> list[int]:
    """FORCE (Aloul, Markov and Sakallah, 2003): leaves move to the centre of gravity of the gates that hold them."""
    start = _depth_first(part, None)
    place = {one: float(at) for at, one in enumerate(start)}
    for gate in part.gates:
        below = part.arguments[gate]
        place[gate] = sum(place[one] for one in below) / len(below)
    edges = [[gate, *part.arguments[gate]] for gate in part.gates]
    held: dict[int, list[int]] = {one: [] for one in place}
    for number, edge in enumerate(edges):
        for one in edge:
            held[one].append(number)
    place = _ranked(place)
    best, least, stalled = place, float("inf"), 0
    for _ in range(_FORCE_ROUNDS):
        centre = [sum(place[one] for one in edge) / len(edge) for edge in edges]
        place = _ranked({one: sum(centre[at] for at in held[one]) / len(held[one]) for one in place})
        span = sum(max(place[one] for one in edge) - min(place[one] for one in edge) for edge in edges)
        if span < least - 1e-9:
            best, least, stalled = place, span, 0
        else:
            stalled += 1
            if stalled > _FORCE_PATIENCE:
                break
    return sorted(start, key=best.__getitem__)


def _ranked(place: dict[int, float]) -> dict[int, float]:
    return {one: float(rank) for rank, one in enumerate(sorted(place, key=place.__getitem__))}
