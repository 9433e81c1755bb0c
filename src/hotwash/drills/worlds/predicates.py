"""Conditions held against columns in memory: texts lie there as codes, and what is missing meets no comparison."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hotwash.drills.worlds.description import Condition
from hotwash.investigate import expression as node

Numbers = Any


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts as places in a list of values; -1 is missing."""

    codes: Numbers
    values: tuple[str, ...]


Frame = Mapping[str, Any]
"""Columns by name: `Coded` texts or numbers, in which NaN is missing."""


def meets(condition: Condition, frame: Frame, rows: int) -> Numbers:
    """Which rows meet a condition."""
    if condition.tree is None:
        return np.ones(rows, bool)
    known, true = _truth(condition.tree, frame)
    return np.broadcast_to(known & true, rows)


def _truth(tree: Any, frame: Frame) -> tuple[Numbers, Numbers]:  # noqa: PLR0911 - one line a node
    """Where it is known, and where it is true: SQL's three values in two columns."""
    match tree:
        case node.All(parts):
            several = [_truth(part, frame) for part in parts]
            false = np.logical_or.reduce([known & ~true for known, true in several])
            true = np.logical_and.reduce([known & true for known, true in several])
            return false | true, true
        case node.Any(parts):
            several = [_truth(part, frame) for part in parts]
            true = np.logical_or.reduce([known & true for known, true in several])
            false = np.logical_and.reduce([known & ~true for known, true in several])
            return false | true, true
        case node.Not(part):
            known, true = _truth(part, frame)
            return known, known & ~true
        case node.Missing(item):
            held = _value(item, frame)
            missing = held.codes < 0 if isinstance(held, Coded) else np.isnan(held)
            return np.ones_like(missing), missing
        case node.Membership(item, options):
            return _truth(node.Any(tuple(node.Comparison("=", item, one) for one in options)), frame)
        case node.Between(item, low, high):
            both = node.Comparison(">=", item, low), node.Comparison("<=", item, high)
            return _truth(node.All(both), frame)
        case node.Like(item, node.Text(pattern)):
            shape = re.compile("".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern), re.DOTALL)
            return _of_values(_value(item, frame), lambda value: bool(shape.fullmatch(value)))
        case node.Comparison(operator, left, right):
            return _compared(operator, _value(left, frame), _value(right, frame))
    raise TypeError(f"{type(tree).__name__} cannot be held against a world.")


_SUMS: dict[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply}
_CHANGES: dict[str, Callable[[str], str]] = {"lower": str.lower, "trim": str.strip, "upper": str.upper}
_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SIGNS: dict[str, Any] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def _compared(operator: str, left: Any, right: Any) -> tuple[Numbers, Numbers]:
    if isinstance(right, Coded) and isinstance(left, str):
        return _compared(_TURNED[operator], right, left)
    if isinstance(left, Coded) and isinstance(right, str):
        return _of_values(left, lambda value: bool(_SIGNS[operator](value, right)))
    if isinstance(left, Coded) and isinstance(right, Coded):
        first, second = (np.array([*one.values, ""], object)[one.codes] for one in (left, right))
        return (left.codes >= 0) & (right.codes >= 0), _SIGNS[operator](first, second).astype(bool)
    known = ~(np.isnan(left) | np.isnan(right))
    return known, known & _SIGNS[operator](left, right)


def _of_values(held: Coded, true: Callable[[str], bool]) -> tuple[Numbers, Numbers]:
    told = np.array([*(true(value) for value in held.values), False])
    return held.codes >= 0, told[held.codes]


def _value(tree: Any, frame: Frame) -> Any:  # noqa: PLR0911 - one line a node
    match tree:
        case node.Name(name):
            return frame[name]
        case node.Number(text):
            return np.float64(text)
        case node.Text(value):
            return value
        case node.Negative(part):
            return -_value(part, frame)
        case node.Arithmetic(operator, left, right):
            first, second = _value(left, frame), _value(right, frame)
            if operator == "/":
                return np.divide(first, np.where(second == 0, np.nan, second))
            return _SUMS[operator](first, second)
        case node.Call("abs", argument):
            return np.abs(_value(argument, frame))
        case node.Call("length", argument):
            held = _value(argument, frame)
            return np.array([*(float(len(value)) for value in held.values), np.nan])[held.codes]
        case node.Call(function, argument):
            held = _value(argument, frame)
            return Coded(held.codes, tuple(_CHANGES[function](value) for value in held.values))
    raise TypeError(f"{type(tree).__name__} cannot be held against a world.")
