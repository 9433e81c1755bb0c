"""What the SQL of databases has in common: conditions and keys, written with casts and clocks that each database names
in its own way. The rules are those of `dialect`: NaN is missing, arithmetic is in double precision, and so on."""

from abc import ABC, abstractmethod

from hotwash.investigate import expression as node
from hotwash.investigate.dialect import Dialect, literal
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.expression import Column, Expression, Kind

LARGEST = "1.7976931348623157e308"


class Tongue(Dialect, ABC):
    """One database's tongue."""

    @abstractmethod
    def double(self, sql: str) -> str:
        """A number in double precision."""

    @abstractmethod
    def day(self, text: str) -> str:
        """A date of the calendar."""

    def function(self, name: str, argument: str) -> str:
        """``length``, ``lower``, ``trim`` or ``upper``, applied."""
        return f"{name}({argument})"

    def like(self, item: str, pattern: str) -> str:
        """Whether text meets a pattern, in which a backslash is a backslash."""
        return f"({item} LIKE {pattern})"

    def text(self, value: str) -> str:
        """A piece of text."""
        if "\0" in value:
            raise AskedWrongly("A database's text never holds the character NUL. Leave it out of the condition.")
        return literal(value)

    def write(self, tree: Expression) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a node
        """The tree as SQL. Times come out as microseconds since 1970."""
        match tree:
            case node.Number(text):
                return text if text.lstrip("-").isdigit() and len(text) < 18 else self.double(text)
            case node.Text(value):
                return self.text(value)
            case node.Truth(value):
                return str(value).upper()
            case node.Moment(micros):
                return str(micros)
            case node.Day(text):
                return self.day(text)
            case node.Arithmetic("/", left, right):
                return f"({self.double(self.write(left))} / nullif({self.double(self.write(right))}, 0))"
            case node.Arithmetic(operator, left, right):
                return f"({self.double(self.write(left))} {operator} {self.double(self.write(right))})"
            case node.Negative(part):
                return f"(-{self.double(self.write(part))})"
            case node.Call("abs", argument):
                return f"abs({self.double(self.write(argument))})"
            case node.Call(function, argument):
                return self.function(function, self.write(argument))
            case node.Start(time, every):
                return self.start(time.column, every)
            case node.Step(item, edges):
                held = self.write(item)
                return f"CASE WHEN {held} IS NULL THEN NULL ELSE {self._step(held, edges, 0, len(edges))} END"
            case node.Like(item, pattern):
                return self.like(self.write(item), self.text(pattern.value))
            case node.Name(column=column):
                return self.column(column)
            case _:
                return self.truth(tree)

    def _step(self, item: str, edges: tuple[float, ...], first: int, last: int) -> str:
        if first == last:
            return str(first)
        middle = (first + last) // 2
        below, above = self._step(item, edges, first, middle), self._step(item, edges, middle + 1, last)
        return f"CASE WHEN {item} < {self.double(repr(edges[middle]))} THEN {below} ELSE {above} END"

    def finite(self, sql: str) -> str:
        """A number, or nothing if it is infinite."""
        number = self.double(sql)
        return f"CASE WHEN abs({number}) <= {self.double(LARGEST)} THEN {number} END"


def kind_of(tree: Expression) -> Kind:
    """What a checked tree gives."""
    match tree:
        case node.Name(column=Column(kind=kind)) | node.Start(time=node.Name(column=Column(kind=kind))):
            return kind
        case node.Number() | node.Arithmetic() | node.Negative() | node.Step() | node.Call(function="abs" | "length"):
            return "number"
        case node.Text() | node.Call():
            return "text"
        case node.Moment():
            return "time"
        case node.Day():
            return "day"
    return "boolean"
