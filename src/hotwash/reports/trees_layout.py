"""Where the parts of a fault tree stand in its picture: each output above its inputs, what is shared drawn once.

A gate that is used again is a transfer, a triangle with its name; so is one whose branch would make the picture too
large.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from hotwash.investigate.trees.checking import used
from hotwash.investigate.trees.model import Join, Operand, Tree

STEP_X, STEP_Y = 156.0, 172.0
NODES_MAX = 400


@dataclass(slots=True)
class Node:
    """One symbol: its shape, the words in its box, and what stands below it. ``x`` is its middle, ``y`` its upper
    edge.
    """

    shape: str
    name: str = ""
    title: str = ""
    inside: str = ""
    below: list["Node"] = field(default_factory=list)
    beside: "Node | None" = None
    x: float = 0.0
    y: float = 0.0


def arrange(tree: Tree, *, nodes_max: int = NODES_MAX) -> tuple[list[Node], float, float]:
    """All nodes, the top first, and the width and height of the picture. Deep branches go first when there are too
    many.
    """
    depth = _depth(tree)
    while True:
        root = _Picture(tree, depth).root()
        found = _all(root)
        if len(found) <= nodes_max or depth <= 1:
            break
        depth -= 1
    places = count()
    _place(root, 0, places)
    width = max(node.x for node in found) + STEP_X / 2
    shift = STEP_X / 2 - min(node.x for node in found)
    for node in found:
        node.x += max(0.0, shift)
    return found, width + max(0.0, shift), max(node.y for node in found) + STEP_Y


def _depth(tree: Tree) -> int:
    gates = {gate.name: gate.join for gate in tree.gates}
    found, layer, seen = 0, [tree.top], {tree.top}
    while layer and found < 60:
        found += 1
        fresh = dict.fromkeys(
            name for gate in layer for name in used(gates[gate]) if name in gates and name not in seen
        )
        seen.update(fresh)
        layer = list(fresh)
    return found


class _Picture:
    def __init__(self, tree: Tree, depth: int) -> None:
        self._tree = tree
        self._depth = depth
        self._gates = {gate.name: gate for gate in tree.gates}
        self._events = {event.name: event for event in tree.events}
        self._houses = {house.name: house for house in tree.houses}
        self._drawn: set[str] = set()

    def root(self) -> Node:
        return self._gate(self._tree.top, 0)

    def _gate(self, name: str, depth: int) -> Node:
        gate = self._gates[name]
        if name in self._drawn or depth >= self._depth:
            return Node("transfer", name, gate.title)
        self._drawn.add(name)
        return self._join(gate.join, name, gate.title, depth)

    def _join(self, join: Join, name: str, title: str, depth: int) -> Node:
        node = Node(join.kind, name, title)
        if join.kind == "at-least":
            node.inside = f"{join.least}/{len(join.of)}"
        elif join.kind in ("imply", "iff"):
            node.inside = {"imply": "⇒", "iff": "⇔"}[join.kind]
        operands = list(join.of)
        if join.kind == "inhibit":
            node.beside = self._operand(operands.pop(), depth + 1)
        node.below = [self._operand(one, depth + 1) for one in operands]
        return node

    def _operand(self, one: Operand, depth: int) -> Node:
        if isinstance(one, bool):
            return Node("house", "", "", "true" if one else "false")
        if isinstance(one, Join):
            return self._join(one, "", "", depth)
        if one in self._gates:
            return self._gate(one, depth)
        if one in self._houses:
            house = self._houses[one]
            return Node("house", one, house.title, "on" if house.on else "off")
        event = self._events[one]
        return Node(event.kind, one, event.title)


def _all(root: Node) -> list[Node]:
    found = [root]
    for node in found:
        found += node.below
        if node.beside:
            found.append(node.beside)
    return found


def _place(node: Node, row: int, places: "count[int]") -> None:
    """Leaves side by side, an output over the middle of its inputs; a condition takes the next place to the right."""
    node.y = row * STEP_Y
    for child in node.below:
        _place(child, row + 1, places)
    if node.below:
        node.x = (node.below[0].x + node.below[-1].x) / 2
    else:
        node.x = next(places) * STEP_X + STEP_X / 2
    if node.beside:
        reach = max((one.x for child in node.below for one in _all(child)), default=node.x)
        node.beside.y = node.y
        # Above a wide branch there is room beside its gate; above a narrow one a place of its own is needed.
        node.beside.x = node.x + STEP_X if node.x + STEP_X <= reach else next(places) * STEP_X + STEP_X / 2


def shown(tree: Tree) -> Mapping[str, str]:
    """The title of every gate and event, or its name."""
    everything = [(one.name, one.title) for one in tree.gates]
    everything += [(one.name, one.title) for one in tree.events] + [(one.name, one.title) for one in tree.houses]
    return {name: title or name for name, title in everything}
