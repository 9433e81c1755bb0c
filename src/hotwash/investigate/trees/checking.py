"""What makes a tree sound: every name defined once, no circle, gates with enough inputs, chances between 0 and 1."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from hotwash.investigate.trees.common_cause import MEMBERS_MAX, shares
from hotwash.investigate.trees.laws import DEPTH_MAX, LAWS, BadValue, Reckoning
from hotwash.investigate.trees.model import (
    TIME,
    Call,
    Draft,
    Event,
    Expression,
    Fault,
    Gate,
    Group,
    House,
    Invalid,
    Join,
    Operand,
    Parameter,
    Tree,
)

NAME = re.compile(r"[^\W\d][\w.-]{0,199}")
WORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "xor",
        "nand",
        "nor",
        "iff",
        "imply",
        "inhibit",
        "transfer",
        "of",
        "if",
        "true",
        "false",
        "time",
    ]
)
SIZE_MAX = 100_000
JOINS_DEEP = 210
TEXT_MAX = 2_000
_TWO = {"inhibit": (2, 2), "imply": (2, 2), "iff": (2, 2), "not": (1, 1), "transfer": (1, 1), "xor": (2, SIZE_MAX)}


def checked(draft: Draft) -> Tree:
    """The tree that was read.

    :raises Invalid: if anything is wrong, with all that is
    """
    faults = list(draft.faults)
    if not draft.top:
        draft.top = _only_root(draft, faults)
    tree = draft.tree()
    check = _Check(tree, draft.lines)
    check.names()
    if not faults or all(fault.line for fault in faults):
        check.joins()
        check.expressions()
        check.groups()
    faults += check.faults
    if not faults:
        faults += check.circles()
    if faults:
        raise Invalid(sorted(set(faults)))
    return tree


def check(tree: Tree) -> Tree:
    """The same tree, if it is sound.

    :raises Invalid: if not
    """
    draft = Draft(tree.name, tree.top, tree.title, tree.about, tree.time)
    draft.gates, draft.events, draft.houses = list(tree.gates), list(tree.events), list(tree.houses)
    draft.parameters, draft.groups = list(tree.parameters), list(tree.groups)
    return checked(draft)


def used(join: Join) -> Iterator[str]:
    """The names that stand in a join."""
    waiting: list[Operand] = [join]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Join):
            waiting.extend(reversed(one.of))
        elif isinstance(one, str):
            yield one


def _only_root(draft: Draft, faults: list[Fault]) -> str:
    below = {name for gate in draft.gates for name in used(gate.join)}
    roots = [gate.name for gate in draft.gates if gate.name not in below]
    if len(roots) == 1:
        return roots[0]
    if not draft.gates:
        faults.append(Fault(0, "The tree has no gate."))
    elif not roots:
        faults.append(Fault(0, "Every gate stands below another one: there is a circle. Say which is the top."))
    else:
        listed = ", ".join(roots[:5])
        faults.append(Fault(0, f"Several gates stand below no other one: {listed}. Say which of them is the top."))
    return roots[0] if roots else ""


Named = Gate | Event | House | Parameter | Group


class _Check:
    def __init__(self, tree: Tree, lines: dict[str, int]) -> None:
        self._tree = tree
        self._lines = lines
        self.faults: list[Fault] = []
        self._gates = {gate.name: gate for gate in tree.gates}
        self._leaves = {one.name for one in tree.events} | {one.name for one in tree.houses}
        self._parameters = {one.name: one.value for one in tree.parameters}

    def _say(self, name: str, message: str) -> None:
        self.faults.append(Fault(self._lines.get(name, 0), message))

    def names(self) -> None:
        tree = self._tree
        seen: set[str] = set()
        everything: tuple[Named, ...] = (*tree.gates, *tree.events, *tree.houses, *tree.parameters, *tree.groups)
        if len(everything) > SIZE_MAX:
            self.faults.append(Fault(0, f"The tree has more than {SIZE_MAX} gates and events."))
        for one in everything:
            if one.name in seen:
                self._say(one.name, f"{one.name} is defined twice.")
            elif not NAME.fullmatch(one.name) or one.name.lower() in WORDS:
                self._say(
                    one.name, f"{one.name[:80]!r} is no name: letters, digits, _ . - and no word of the language."
                )
            seen.add(one.name)
            for text in (getattr(one, "title", ""), getattr(one, "source", "")):
                if len(text) > TEXT_MAX or "\0" in text:
                    self._say(one.name, f"The text of {one.name} is too long, or holds a NUL.")
        if tree.top and tree.top not in self._gates:
            self.faults.append(Fault(0, f"The top {tree.top} is no gate." + self._meant(tree.top)))
        if tree.time is not None and not 0 <= tree.time < 1e12:
            self.faults.append(Fault(0, "The time of exposure is no number of at least 0."))

    def _meant(self, name: str) -> str:
        near = get_close_matches(name, [*self._gates, *self._leaves], n=1)
        return f" Did you mean {near[0]}?" if near else ""

    def joins(self) -> None:
        for gate in self._tree.gates:
            for name in used(gate.join):
                if name not in self._gates and name not in self._leaves:
                    self._say(gate.name, f"{gate.name} needs {name}, which is not defined.{self._meant(name)}")
            waiting: list[tuple[Operand, int]] = [(gate.join, 1)]
            while waiting:
                one, depth = waiting.pop()
                if depth > JOINS_DEEP:
                    self._say(gate.name, f"{gate.name} is nested more than {JOINS_DEEP} deep: name its parts.")
                    break
                if isinstance(one, Join):
                    self._inputs(gate.name, one)
                    waiting += [(inner, depth + 1) for inner in one.of]

    def _inputs(self, name: str, join: Join) -> None:
        count = len(join.of)
        if join.kind == "at-least":
            if not 1 <= join.least <= count:
                self._say(name, f"{name} needs {join.least} of {count}, which cannot be.")
            return
        least, most = _TWO.get(join.kind, (1, SIZE_MAX))
        if not least <= count <= most:
            wanted = str(least) if least == most else f"at least {least}"
            self._say(name, f"{name}: {join.kind.upper()} takes {wanted}, not {count}.")

    def expressions(self) -> None:
        sound = True
        for name, expression in self._parameters.items():
            sound &= self._sound(name, expression)
        reckoning = Reckoning(self._parameters, self._tree.time)
        if not sound:
            return
        for name in self._parameters:
            self._value(name, name, reckoning)
        for event in self._tree.events:
            if event.chance is not None and self._sound(event.name, event.chance):
                self._chance(event.name, event.chance, reckoning)
        for group in self._tree.groups:
            if all(self._sound(group.name, one) for one in (group.chance, *group.factors)):
                self._chance(group.name, group.chance, reckoning)

    def _value(self, name: str, expression: Expression, reckoning: Reckoning) -> float | None:
        try:
            return reckoning.value(expression)
        except BadValue as bad:
            self._say(name, f"{name}: {bad}.")
            return None

    def _chance(self, name: str, expression: Expression, reckoning: Reckoning) -> None:
        found = self._value(name, expression, reckoning)
        if found is not None and not 0 <= found <= 1:
            self._say(name, f"{name} has the chance {found:g}, which is not between 0 and 1.")

    def _sound(self, name: str, expression: Expression, depth: int = 0) -> bool:
        if isinstance(expression, str):
            if expression != TIME and expression not in self._parameters:
                self._say(name, f"{name} uses the parameter {expression}, which is not defined.")
                return False
            return True
        if not isinstance(expression, Call):
            return True
        law = LAWS.get(expression.law)
        if law is None or depth > DEPTH_MAX:
            known = ", ".join(LAWS)
            self._say(name, f"{name}: there is no law {expression.law[:80]!r}. There are {known}.")
            return False
        if not law.least <= len(expression.arguments) <= law.most:
            self._say(
                name, f"{name}: {expression.law} takes ({law.arguments}), not {len(expression.arguments)} numbers."
            )
            return False
        return all(self._sound(name, one, depth + 1) for one in expression.arguments)

    def groups(self) -> None:
        events = {event.name for event in self._tree.events}
        taken: dict[str, str] = {}
        for group in self._tree.groups:
            for member in group.members:
                if member not in events:
                    self._say(group.name, f"{group.name} has {member}, which is no event.{self._meant(member)}")
                elif member in taken:
                    self._say(group.name, f"{member} is in {taken[member]} and in {group.name}: one group only.")
                taken[member] = group.name
            if not 2 <= len(set(group.members)) == len(group.members) <= MEMBERS_MAX:
                self._say(group.name, f"{group.name} needs 2 to {MEMBERS_MAX} different members.")
            else:
                self._factors(group)

    def _factors(self, group: Group) -> None:
        wanted = {"beta-factor": 1, "mgl": len(group.members) - 1, "alpha-factor": len(group.members)}[group.model]
        if len(group.factors) != wanted:
            self._say(group.name, f"{group.name}: {group.model} of {len(group.members)} events takes {wanted} factors.")
            return
        if any(fault.line == self._lines.get(group.name, 0) for fault in self.faults):
            return
        try:
            shares(group, Reckoning(self._parameters, self._tree.time))
        except BadValue as bad:
            self._say(group.name, f"{group.name}: {bad}.")

    def circles(self) -> list[Fault]:
        """Gates that stand below themselves, each circle once."""
        below = {name: [one for one in used(gate.join) if one in self._gates] for name, gate in self._gates.items()}
        done: set[str] = set()
        found: list[Fault] = []
        for start in self._gates:
            path: list[str] = []
            on_path: dict[str, int] = {}
            waiting = [(start, iter(below[start]))] if start not in done else []
            while waiting:
                name, rest = waiting[-1]
                if name not in on_path:
                    on_path[name] = len(path)
                    path.append(name)
                for one in rest:
                    if one in on_path:
                        circle = " → ".join([*path[on_path[one] :], one])
                        found.append(Fault(self._lines.get(name, 0), f"A gate stands below itself: {circle}."))
                    elif one not in done:
                        waiting.append((one, iter(below[one])))
                        break
                else:
                    waiting.pop()
                    done.add(path.pop())
                    del on_path[name]
        return found[:20]
