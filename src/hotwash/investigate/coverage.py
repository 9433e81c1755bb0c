"""Which questions a cube of counts can answer: those whose keys and conditions say nothing that the cube forgot.

A cube keeps the value of some columns (plain), of one time only its day, and of columns with many values only whether
certain conditions hold. Over a cube that has all it speaks of, a question gives what it gives over the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotwash.investigate.dialect import Dialect
from hotwash.investigate.engine import Ask
from hotwash.investigate.expression import (
    Between,
    Column,
    Comparison,
    Expression,
    Like,
    Membership,
    Missing,
    Moment,
    Name,
    Start,
    Step,
)
from hotwash.investigate.kinds import names

_MANY = ("FLOAT", "DOUBLE", "DECIMAL", "HUGEINT", "UHUGEINT")
"""Columns of these types usually have a value of their own in every row."""
_DAYS = ("day", "week", "month")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Covers:
    """What a cube keeps.

    :param plain: columns with their values
    :param days: columns of times, of which the day is kept
    :param said: conditions and cells of numbers, by their SQL, with the type of what they give
    """

    plain: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    said: frozenset[tuple[str, str]] = frozenset()

    def __or__(self, other: "Covers") -> "Covers":
        return Covers(self.plain | other.plain, self.days | other.days, self.said | other.said)

    def __le__(self, other: "Covers") -> bool:
        return self.plain <= other.plain and self.days <= other.days and self.said <= other.said


class Forgotten(Exception):
    """A cube does not keep what a question speaks of."""


def of_columns(chosen: Iterable[str], columns: Mapping[str, Column]) -> Covers:
    """What keeps these columns, as far as a cube should."""
    there = [columns[name] for name in chosen if name in columns]
    return Covers(frozenset(c.name for c in there if _plain(c)), frozenset(c.name for c in there if c.kind == "time"))


def of_ask(ask: Ask, dialect: Dialect, *, said: bool = False) -> Covers:
    """The least that answers a question.

    :param said: keep of every condition only whether it holds
    :raises Forgotten: if no cube can
    """
    found = Covers()
    for tree in (*ask.keys, *([ask.where] if ask.where is not None else [])):
        found |= _of(tree, dialect, said=said)
    return found


def _of(tree: Expression, dialect: Dialect, *, said: bool) -> Covers:
    match tree:
        case Name(column=column) if column is not None:
            if column.kind in ("time", "other"):
                raise Forgotten(column.name)
            return Covers(plain=frozenset([column.name]))
        case Start(time=Name(name=name, column=column), every=every) if column is not None:
            if column.kind == "day":
                return Covers(plain=frozenset([name]))
            if every not in _DAYS:
                raise Forgotten(name)
            return Covers(days=frozenset([name]))
    if isinstance(tree, Comparison) and (day := _since_a_day(tree, dialect.zone)):
        return Covers(days=frozenset([day]))
    if isinstance(tree, Comparison | Membership | Between | Missing | Like | Step):
        held = [name for name in _names(tree) if name.column is not None]
        if said or not all(_plain(name.column) for name in held if name.column is not None):
            kind = "BIGINT" if isinstance(tree, Step) else "BOOLEAN"
            return Covers(said=frozenset([(dialect.write(tree), kind)]))
    found = Covers()
    for part in _parts(tree):
        found |= _of(part, dialect, said=said)
    return found


def through(tree: Any, covers: Covers, dialect: Dialect, named: Mapping[str, str]) -> Any:
    """The tree, as a cube is asked: conditions of which it keeps only whether they hold become names.

    :param named: the cube's column for each condition
    """
    if not is_dataclass(tree) or isinstance(tree, type):
        return tuple(through(part, covers, dialect, named) for part in tree) if isinstance(tree, tuple) else tree
    if isinstance(tree, Comparison | Membership | Between | Missing | Like | Step):
        text = dialect.write(tree)
        if text in named and (isinstance(tree, Step) or not names(tree) <= covers.plain):
            kind: Any = "number" if isinstance(tree, Step) else "boolean"
            stored = "BIGINT" if isinstance(tree, Step) else "BOOLEAN"
            return Name(named[text], column=Column(named[text], kind, stored))
    if isinstance(tree, Name | Start | Column):
        return tree
    return replace(
        tree, **{f.name: through(getattr(tree, f.name), covers, dialect, named) for f in fields(tree) if f.name != "at"}
    )


def answers(ask: Ask, covers: Covers, dialect: Dialect) -> bool:
    """Whether a cube that keeps this can answer: by values where it has them, else by what it says of conditions."""
    return all(_answers(tree, covers, dialect) for tree in (*ask.keys, *([ask.where] if ask.where is not None else [])))


def _answers(tree: Expression, covers: Covers, dialect: Dialect) -> bool:
    try:
        if _of(tree, dialect, said=False) <= covers:
            return True
    except Forgotten:
        return False
    if isinstance(tree, Comparison | Membership | Between | Missing | Like | Step):
        kind = "BIGINT" if isinstance(tree, Step) else "BOOLEAN"
        return (dialect.write(tree), kind) in covers.said
    parts = _parts(tree)
    return bool(parts) and all(_answers(part, covers, dialect) for part in parts)


def _plain(column: Column) -> bool:
    return column.kind in ("text", "boolean", "day") or (
        column.kind == "number" and not column.stored.startswith(_MANY)
    )


def _since_a_day(tree: Comparison, zone: str) -> str | None:
    """The time that a comparison with the beginning of a day speaks of: the day alone tells whether it holds."""
    left, right, operator = tree.left, tree.right, tree.operator
    if isinstance(left, Moment):
        left, right = right, left
        operator = {"<=": ">=", ">": "<", "<": ">", ">=": "<="}.get(operator, operator)
    if not (isinstance(left, Name) and isinstance(right, Moment) and operator in (">=", "<")):
        return None
    column = left.column
    if column is None or column.kind != "time":
        return None
    at = _EPOCH + timedelta(microseconds=right.micros)
    midnight = (at.astimezone(ZoneInfo(zone)) if right.zoned else at).time().isoformat() == "00:00:00"
    return column.name if midnight and (right.zoned or zone == "UTC") else None


def _parts(tree: Expression) -> list[Any]:
    """The trees directly below a node."""
    if isinstance(tree, Name):
        return []
    found: list[Any] = []
    for field in fields(tree):
        held = getattr(tree, field.name)
        held = held if isinstance(held, tuple) else (held,)
        found += [part for part in held if is_dataclass(part) and not isinstance(part, Column | type)]
    return found


def _names(tree: Expression) -> list[Name]:
    if isinstance(tree, Name):
        return [tree]
    return [name for part in _parts(tree) for name in _names(part)]
