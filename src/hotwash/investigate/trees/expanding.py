"""From a tree to a function of independent variables: house events set, common causes written out, what is known
fixed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from hotwash.investigate.trees.common_cause import name_of, shares, together
from hotwash.investigate.trees.diagrams.logic import AND, AT_LEAST, FALSE, FIRST, OR, TRUE, XOR, Logic
from hotwash.investigate.trees.laws import Reckoning
from hotwash.investigate.trees.model import Expression, Group, Join, Operand, Tree


@dataclass(frozen=True, slots=True)
class Variable:
    """One independent cause: an event, or members of a group that fail together."""

    name: str
    members: tuple[str, ...]
    chance: Expression | None
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A tree as gates over variables; ``at`` is where each of its gates stands."""

    logic: Logic
    root: int
    variables: tuple[Variable, ...]
    at: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Causes for which no chance is given."""
        return tuple(one.name for one in self.variables if one.chance is None and one.group is None)

    def chances(self, reckoning: Reckoning, instead: Mapping[str, float] | None = None) -> list[float]:
        """Of each variable, between 0 and 1; where none is given, a half. ``instead`` sets events and groups by
        name.
        """
        instead = instead or {}
        shared: dict[str, list[float]] = {}
        found = []
        for one in self.variables:
            if one.group is not None:
                if one.group.name not in shared:
                    group = one.group
                    if group.name in instead:
                        group = replace(group, chance=instead[group.name])
                    shared[group.name] = shares(group, reckoning)
                value = shared[one.group.name][len(one.members) - 1]
            elif one.name in instead:
                value = instead[one.name]
            else:
                value = 0.5 if one.chance is None else reckoning.value(one.chance)
            found.append(min(1.0, max(0.0, value)))
        return found


def reckoning(tree: Tree, random: Random | None = None) -> Reckoning:
    """The values of a tree's expressions: means, or one draw."""
    return Reckoning({one.name: one.value for one in tree.parameters}, tree.time, random)


def expand(tree: Tree, fixed: Mapping[str, bool] | None = None, *, top: str = "") -> Function:
    """The function of a sound tree. ``fixed`` sets events and house events true or false, ``top`` takes another
    gate.
    """
    fixed = fixed or {}
    gates = {gate.name: gate.join for gate in tree.gates}
    order = _order(gates, top or tree.top)
    reached = dict.fromkeys(name for name in order if name not in gates)
    houses = {house.name: house.on for house in tree.houses} | dict(fixed)
    variables, standing = _variables(tree, [name for name in reached if name not in houses])
    logic = Logic(len(variables))
    at: dict[str, int] = {name: TRUE if on else FALSE for name, on in houses.items()}
    for name, found in standing.items():
        at[name] = logic.make(OR, 0, found)
    for name in order:
        if name in gates:
            at[name] = _literal(logic, gates[name], at)
    return Function(logic, at[top or tree.top], tuple(variables), {name: at[name] for name in order if name in gates})


def _order(gates: Mapping[str, Join], top: str) -> list[str]:
    """Names below the top, each after what it stands on; events in the order in which a reader meets them."""
    out: list[str] = []
    seen = {top}
    path = [(top, iter(_names(gates[top])))]
    while path:
        name, rest = path[-1]
        for one in rest:
            if one in seen:
                continue
            seen.add(one)
            if one in gates:
                path.append((one, iter(_names(gates[one]))))
                break
            out.append(one)
        else:
            out.append(name)
            path.pop()
    return out


def _names(join: Join) -> list[str]:
    found: list[str] = []
    waiting: list[Operand] = [join]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Join):
            waiting.extend(reversed(one.of))
        elif isinstance(one, str):
            found.append(one)
    return found


def _variables(tree: Tree, reached: list[str]) -> tuple[list[Variable], dict[str, list[int]]]:
    """Independent variables, and of which each event is the OR."""
    chances = {event.name: event.chance for event in tree.events}
    member = {name: group for group in tree.groups for name in group.members}
    variables: list[Variable] = []
    standing: dict[str, list[int]] = {name: [] for name in reached}
    opened: set[str] = set()
    for name in reached:
        group = member.get(name)
        if group is None:
            standing[name].append(FIRST + len(variables))
            variables.append(Variable(name, (name,), chances[name]))
        elif group.name not in opened:
            opened.add(group.name)
            for some in together(group):
                if not any(one in standing for one in some):
                    continue
                for one in some:
                    if one in standing:
                        standing[one].append(FIRST + len(variables))
                variables.append(Variable(name_of(some), some, None, group))
    return variables, standing


def _literal(logic: Logic, one: Operand, at: Mapping[str, int]) -> int:  # noqa: PLR0911
    if isinstance(one, bool):
        return TRUE if one else FALSE
    if isinstance(one, str):
        return at[one]
    below = [_literal(logic, inner, at) for inner in one.of]
    match one.kind:
        case "not":
            return -below[0]
        case "nand":
            return -logic.make(AND, 0, below)
        case "nor":
            return -logic.make(OR, 0, below)
        case "imply":
            return logic.make(OR, 0, [-below[0], below[1]])
        case "iff":
            return -logic.make(XOR, 0, below)
        case "at-least":
            return logic.make(AT_LEAST, one.least, below)
        case "xor":
            return logic.make(XOR, 0, below)
        case "or":
            return logic.make(OR, 0, below)
        case _:  # and, inhibit, transfer
            return logic.make(AND, 0, below)
