"""Columns of a log as codes: which values a feature has, into which ranges numbers fall, and the codes of every row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hotwash.investigate.asking import Asking
from hotwash.investigate.columnar import Coding, Columnar
from hotwash.investigate.engine import Ask, Engine
from hotwash.investigate.errors import LogError, TooMany
from hotwash.investigate.expression import All, Comparison, Expression, Membership, Missing, Name, Not, Number, Step
from hotwash.investigate.expression import Text as Words
from hotwash.investigate.sides import plain

if TYPE_CHECKING:
    from numpy import ndarray

VALUES_MAX = 1_000
"""A text with more different values than this is an id or free text, not a feature."""
SINGLE_MAX = 20
"""Numbers with at most so many different values are taken one by one; others fall into ranges."""
_TRUTHS = ("= false", "= true", "is null")


@dataclass(frozen=True, slots=True)
class Feature:
    """One column and the meaning of its codes.

    :param shown: what each code stands for, as a finding shows it; None is a missing value
    :param conditions: the same as conditions, for other questions
    :param key: what an engine is asked for
    """

    name: str
    shown: tuple[Any, ...]
    conditions: tuple[str, ...]
    key: Expression | Coding


def feature(asking: Asking, name: str, *, bins: int, where: Expression | None) -> Feature | str:
    """A column as a feature, or the reason why it is none."""
    column = asking.columns[name]
    item, quoted = Name(name, column=column), _quoted(name)
    if column.kind == "boolean":
        return Feature(name, (False, True, None), tuple(f"{quoted} {is_}" for is_ in _TRUTHS), item)
    if column.kind == "text":
        return _words(asking, item, where=where)
    if column.kind == "number":
        return _numbers(asking, item, bins=bins, where=where)
    return "it holds times" if column.kind in ("time", "day") else f"it holds {column.stored}"


def _words(asking: Asking, item: Name, *, where: Expression | None) -> Feature | str:
    try:
        cells = asking.engine.counts(Ask((item,), ((0,),), where))
    except TooMany:
        return f"it has more than {VALUES_MAX:,} different values"
    words = sorted(str(cell.values[0]) for cell in cells if cell.values[0] is not None)
    if not words or len(words) > VALUES_MAX:
        return f"it has {len(words):,} different values" if words else "it is missing everywhere"
    quoted = _quoted(item.name)
    conditions = [f"{quoted} = '{word.replace(chr(39), chr(39) * 2)}'" for word in words]
    return Feature(item.name, (*words, None), (*conditions, f"{quoted} is null"), Coding(item, tuple(words)))


def _numbers(asking: Asking, item: Name, *, bins: int, where: Expression | None) -> Feature | str:
    from hotwash.investigate.spread import spread  # needs numpy

    held, quoted = spread(asking.engine, item, where), _quoted(item.name)
    if not len(held.values):
        return "it is missing everywhere"
    if len(held.values) <= SINGLE_MAX and held.exact:
        values = [float(v) for v in held.values]
        shown = [int(v) if v.is_integer() else v for v in values]
        conditions = [f"{quoted} = {plain(v)}" for v in shown]
        return Feature(item.name, (*shown, None), (*conditions, f"{quoted} is null"), Step(item, tuple(values[1:])))
    if held.exact and len(held.values) == held.rows > VALUES_MAX and all(float(v).is_integer() for v in held.values):
        return "every row has its own number"
    edges = held.edges(bins)
    if not edges:
        return "nearly all of it is one value"
    told = [_short(edge) for edge in edges]
    names = [f"< {told[0]}", *(f"{a} to < {b}" for a, b in pairwise(told)), f">= {told[-1]}"]
    exact = [plain(edge) if abs(edge) < 1e15 else repr(edge) for edge in edges]
    conditions = [
        f"{quoted} < {exact[0]}",
        *(f"{quoted} >= {a} and {quoted} < {b}" for a, b in pairwise(exact)),
        f"{quoted} >= {exact[-1]}",
    ]
    return Feature(item.name, (*names, None), (*conditions, f"{quoted} is null"), Step(item, tuple(edges)))


def _short(edge: float) -> str:
    return plain(float(f"{edge:.6g}")) if abs(edge) < 1e15 else f"{edge:.6g}"


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else '"' + name.replace('"', '""') + '"'


def codes(
    engine: Engine, features: Sequence[Feature], facts: Sequence[Expression], where: Expression | None
) -> "tuple[list[ndarray[Any, Any]], list[ndarray[Any, Any]]]":
    """The codes of every row, a column a feature; and the facts, as 1, 0 or 2 for unknown. The rows in no known order.

    An engine that only counts is asked for the counts of all combinations, which are unrolled here.
    """
    if isinstance(engine, Columnar):
        found = engine.vectors([*(f.key for f in features), *facts], where)
        return found[: len(features)], found[len(features) :]
    import numpy as np

    keys = tuple(f.key.item if isinstance(f.key, Coding) else f.key for f in features)
    rows = list(_combinations(engine, features, (*keys, *facts), where, 0))
    weights = np.array([n for _, n in rows], np.int64)
    columns: list[ndarray[Any, Any]] = []
    for i in range(len(features) + len(facts)):
        places = {} if i >= len(features) else _places(features[i])
        column = [
            places.get(values[i], values[i]) if i < len(features) else 2 if values[i] is None else int(bool(values[i]))
            for values, _ in rows
        ]
        columns.append(np.repeat(np.array(column, np.uint16), weights))
    return columns[: len(features)], columns[len(features) :]


def _places(one: Feature) -> dict[Any, int]:
    if isinstance(one.key, Step):
        return {None: len(one.shown) - 1}
    return {value: i for i, value in enumerate(one.shown)}


def _combinations(
    engine: Engine, features: Sequence[Feature], keys: tuple[Expression, ...], where: Expression | None, split: int
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """All combinations with their counts; where one answer cannot hold them, one feature after another is split."""
    try:
        for cell in engine.counts(Ask(keys, (tuple(range(len(keys))),), where)):
            yield cell.values, cell.rows
        return
    except TooMany:
        if split >= len(features):
            raise
    for part in _parts(features[split]):
        both = part if where is None else All((where, part))
        yield from _combinations(engine, features, keys, both, split + 1)


def _parts(one: Feature) -> list[Expression]:
    """Conditions that split the rows by a feature, each of them true or false and never unknown."""
    key = one.key
    item = key.item if isinstance(key, Coding | Step) else key
    missing = Missing(item)
    there = Not(missing)
    if isinstance(key, Coding):
        half = len(key.values) // 2 or 1
        groups = [g for g in (key.values[:half], key.values[half:]) if g]
        return [missing, *(All((there, Membership(item, tuple(map(Words, group))))) for group in groups)]
    if isinstance(key, Step) and key.edges:
        edge = Number(repr(key.edges[len(key.edges) // 2]))
        return [missing, All((there, Comparison("<", item, edge))), All((there, Comparison(">=", item, edge)))]
    return [missing, All((there, item)), All((there, Not(item)))] if not isinstance(key, Step) else [missing, there]


def needs_numpy() -> None:
    """:raises LogError: if numpy is not installed"""
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise LogError(
            "This question needs numpy, which is not installed. Install it with: pip install 'hotwash[questions]'"
        ) from None
