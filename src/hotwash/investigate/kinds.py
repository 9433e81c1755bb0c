"""Holds a condition against the columns of a log: every name must be there, and every comparison must make sense.

What comes back is the same tree with its columns filled in, times read, and 0/1 turned into false/true where a column
holds truths; an engine can write it out without asking anything further.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hotwash.investigate import expression as node
from hotwash.investigate.errors import ColumnMissing, NotAnExpression
from hotwash.investigate.expression import Column, Expression, Kind
from hotwash.investigate.parse import parse
from hotwash.investigate.sides import truth

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOLDS = {
    "number": "numbers",
    "text": "text",
    "boolean": "true and false",
    "time": "times",
    "day": "dates",
    "other": "values that cannot be compared",
}


def condition(
    text: str, columns: Mapping[str, Column], *, zone: str | None = None, what: str = "condition"
) -> Expression:
    """A condition, parsed and checked against the columns.

    :param zone: the zone of times that are written without one
    :raises NotAnExpression: if it is no true-or-false expression over these columns
    :raises ColumnMissing: if it names a column that is not there
    """
    checker = _Checker(text, columns, zone)
    tree = checker.truth(parse(text))
    if not any_name(tree):
        raise NotAnExpression(
            f"the {what} speaks of no column.", position=1, text=text, mend="Write a condition such as: decision = 0"
        )
    return tree


def any_name(tree: Expression) -> bool:
    """Whether a tree speaks of any column."""
    return bool(names(tree))


def names(tree: Expression) -> set[str]:  # noqa: PLR0911 - one line a node
    """The columns of which a tree speaks."""
    match tree:
        case node.Name(name):
            return {name}
        case node.Start(time):
            return {time.name}
        case node.Arithmetic(left=left, right=right) | node.Comparison(left=left, right=right):
            return names(left) | names(right)
        case node.Step(item=item):
            return {item.name}
        case (
            node.Negative(part) | node.Not(part) | node.Call(argument=part) | node.Missing(part) | node.Like(item=part)
        ):
            return names(part)
        case node.Membership(item, options):
            return names(item).union(*map(names, options))
        case node.Between(item, low, high):
            return names(item) | names(low) | names(high)
        case node.All(parts) | node.Any(parts):
            return set().union(*map(names, parts))
        case _:
            return set()


class _Checker:
    def __init__(self, text: str, columns: Mapping[str, Column], zone: str | None) -> None:
        self.text, self.columns, self.zone = text, columns, zone

    def wrong(self, at: int, what: str, mend: str = "") -> NotAnExpression:
        return NotAnExpression(what, position=max(at, 1), text=self.text, mend=mend)

    def truth(self, tree: Expression) -> Expression:  # noqa: PLR0911 - one line a node
        """The tree, checked to be true or false."""
        match tree:
            case node.All(parts, at):
                return node.All(tuple(self.truth(part) for part in parts), at)
            case node.Any(parts, at):
                return node.Any(tuple(self.truth(part) for part in parts), at)
            case node.Not(part, at):
                return node.Not(self.truth(part), at)
            case node.Comparison(operator, left, right, at):
                first, second = self.pair(left, right, at)
                return node.Comparison(operator, first, second, at)
            case node.Membership(item, options, at):
                pairs = [self.pair(item, option, at) for option in options]
                return node.Membership(pairs[0][0], tuple(second for _, second in pairs), at)
            case node.Between(item, low, high, at):
                (first, bottom), (_, top) = self.pair(item, low, at), self.pair(item, high, at)
                return node.Between(first, bottom, top, at)
            case node.Missing(item, at):
                return node.Missing(self.value(item)[0], at)
            case node.Like(item, pattern, at):
                held, kind = self.value(item)
                if kind != "text":
                    raise self.wrong(at, f"like compares text, and {self.called(item)} holds {HOLDS[kind]}.")
                return node.Like(held, pattern, at)
        held, kind = self.value(tree)
        if kind != "boolean":
            raise self.wrong(
                getattr(tree, "at", 1),
                f"{self.called(tree)} is not true or false by itself (it holds {HOLDS[kind]}).",
                "Compare it with something, as in: decision = 1",
            )
        return held

    def value(self, tree: Expression) -> tuple[Expression, Kind]:  # noqa: PLR0911 - one line a node
        """The tree and what it holds."""
        match tree:
            case node.Name(name, at):
                if name not in self.columns:
                    raise ColumnMissing(name, self.columns, role=f"a part of the condition, at position {at}")
                return replace(tree, column=self.columns[name]), self.columns[name].kind
            case node.Number():
                return tree, "number"
            case node.Text():
                return tree, "text"
            case node.Truth():
                return tree, "boolean"
            case node.Arithmetic(operator, left, right, at):
                return node.Arithmetic(operator, self.number(left, at), self.number(right, at), at), "number"
            case node.Negative(part, at):
                return node.Negative(self.number(part, at), at), "number"
            case node.Call(function, argument, at):
                if function == "abs":
                    return node.Call(function, self.number(argument, at), at), "number"
                held, kind = self.value(argument)
                if kind != "text":
                    raise self.wrong(at, f"{function} takes text, and {self.called(argument)} holds {HOLDS[kind]}.")
                return node.Call(function, held, at), "number" if function == "length" else "text"
        return self.truth(tree), "boolean"

    def number(self, tree: Expression, at: int) -> Expression:
        held, kind = self.value(tree)
        if kind != "number":
            raise self.wrong(at, f"this needs numbers, and {self.called(tree)} holds {HOLDS[kind]}.")
        return held

    def pair(self, left: Expression, right: Expression, at: int) -> tuple[Expression, Expression]:
        """Both sides of a comparison, made comparable."""
        (first, one), (second, two) = self.value(left), self.value(right)
        if one in ("time", "day") and isinstance(second, node.Text):
            second, two = self.time(second, first, one)
        elif two in ("time", "day") and isinstance(first, node.Text):
            first, one = self.time(first, second, two)
        elif one == "boolean" and isinstance(second, node.Number) and second.text in ("0", "1"):
            second, two = node.Truth(second.text == "1", second.at), "boolean"
        elif two == "boolean" and isinstance(first, node.Number) and first.text in ("0", "1"):
            first, one = node.Truth(first.text == "1", first.at), "boolean"
        elif one == "boolean" and isinstance(second, node.Text) and (said := truth(second.value)) is not None:
            second, two = node.Truth(said, second.at), "boolean"
        elif two == "boolean" and isinstance(first, node.Text) and (said := truth(first.value)) is not None:
            first, one = node.Truth(said, first.at), "boolean"
        if one != two or one == "other":
            mend = (
                "Put numbers without and text with quotation marks: 'text'." if {one, two} == {"text", "number"} else ""
            )
            raise self.wrong(
                at,
                f"{self.called(left)} holds {HOLDS[one]} and {self.called(right)} holds {HOLDS[two]}; "
                "they cannot be compared.",
                mend,
            )
        if one == "time" and isinstance(first, node.Name) and isinstance(second, node.Name):
            zoned = [bool(self.zone) or bool(side.column and side.column.zoned) for side in (first, second)]
            if zoned[0] != zoned[1]:
                raise self.wrong(
                    at, "one of these columns has times with a zone and the other without.", "Give the log's zone."
                )
        return first, second

    def time(self, text: node.Text, other: Expression, kind: Kind) -> tuple[node.Moment | node.Day, Kind]:
        """A text that stands beside a time, read as one."""
        try:
            day = date.fromisoformat(text.value.strip())
        except ValueError:
            day = None
        if kind == "day":
            if day is None:
                raise self.wrong(text.at, f"'{text.value}' is no date.", "Write it as '2026-03-31'.")
            return node.Day(day.isoformat(), text.at), "day"
        try:
            moment = datetime.fromisoformat(text.value.strip())
        except ValueError:
            raise self.wrong(text.at, f"'{text.value}' is no time.", "Write it as '2026-03-31T09:00:00Z'.") from None
        zoned = bool(self.zone) or (isinstance(other, node.Name) and other.column is not None and other.column.zoned)
        if moment.tzinfo is None and zoned and (self.zone or day):
            # A bare date is the midnight at which that day begins where the log was kept.
            moment = moment.replace(tzinfo=ZoneInfo(self.zone) if self.zone else UTC)
        if zoned and moment.tzinfo is None:
            raise self.wrong(text.at, f"'{text.value}' names no zone.", f"Write it as '{text.value}Z' for UTC.")
        if not zoned and moment.tzinfo is not None:
            raise self.wrong(
                text.at,
                f"'{text.value}' has a zone, but the column's times have none.",
                "Give the zone of the log's clock (zone).",
            )
        since = moment - (_EPOCH if moment.tzinfo else _EPOCH.replace(tzinfo=None))
        micros = since // timedelta(microseconds=1)
        return node.Moment(micros, zoned, text.at), "time"

    def called(self, tree: Expression) -> str:
        """How to speak of a part of the condition."""
        match tree:
            case node.Name(name):
                return f'column "{name}"'
            case node.Number(text):
                return text
            case node.Text(value):
                return f"'{value[:40]}'"
            case node.Truth(value):
                return str(value).lower()
            case _:
                return "this part"
