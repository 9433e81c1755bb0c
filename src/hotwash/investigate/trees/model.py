"""What a fault tree is: gates over basic and house events, with the chances of events as expressions. Plain data."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, Union

GateKind = Literal["and", "or", "at-least", "not", "xor", "nand", "nor", "inhibit", "imply", "iff", "transfer"]
EventKind = Literal["basic", "undeveloped", "condition"]
GroupKind = Literal["beta-factor", "mgl", "alpha-factor"]

Operand: TypeAlias = Union[str, bool, "Join"]
Expression: TypeAlias = Union[float, str, "Call"]

TIME = "time"
"""The name that means the time of exposure in an expression."""


class Invalid(Exception):
    """A text that is no fault tree, with every fault that was found."""

    def __init__(self, faults: list["Fault"]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong, and where. Lines count from 1; 0 is the whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Join:
    """How operands make an output: names of gates and events, constants, or joins themselves.

    ``xor`` of more than two is true for an odd number of them. ``inhibit`` is (cause, condition). ``transfer`` passes
    one on.
    """

    kind: GateKind
    of: tuple[Operand, ...]
    least: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function of expressions: a law such as ``exponential(rate, time)``, a distribution, or arithmetic."""

    law: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """An intermediate event, and what it comes from."""

    name: str
    join: Join
    title: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A basic event. Without a chance the tree can be drawn and its cut sets found, but nothing be computed."""

    name: str
    chance: Expression | None = None
    title: str = ""
    kind: EventKind = "basic"
    source: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """A switch: an event that is set on or off, and no cause."""

    name: str
    on: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantity that several events may share; drawn once for all of them."""

    name: str
    value: Expression
    title: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Events with a common cause: each alone has the chance, and the factors say how often they come together."""

    name: str
    model: GroupKind
    members: tuple[str, ...]
    chance: Expression
    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A fault tree. ``time`` is the time of exposure, in the unit of the rates."""

    name: str
    top: str
    gates: tuple[Gate, ...]
    events: tuple[Event, ...] = ()
    houses: tuple[House, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    groups: tuple[Group, ...] = ()
    time: float | None = None
    title: str = ""
    about: str = ""


@dataclass(slots=True)
class Draft:
    """A tree being read, with the lines on which names were defined. ``top`` may still be open."""

    name: str = ""
    top: str = ""
    title: str = ""
    about: str = ""
    time: float | None = None
    gates: list[Gate] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def tree(self) -> Tree:
        """As a tree, checked by nobody yet."""
        return Tree(
            name=self.name or "tree",
            top=self.top,
            gates=tuple(self.gates),
            events=tuple(self.events),
            houses=tuple(self.houses),
            parameters=tuple(self.parameters),
            groups=tuple(self.groups),
            time=self.time,
            title=self.title,
            about=self.about,
        )
