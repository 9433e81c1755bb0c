"""Hides small cells, and whatever else would let somebody work them out by subtraction.

A group is hidden whole: counts, rates and comparisons, for a rate times a count is a count. Where a total is shown and
exactly one of its parts is hidden, the smallest other part is hidden with it; so it is where all hidden parts together
still hold a small cell; and so on until nothing changes. This closes every single subtraction between the totals and
the groups that a finding shows. It does not defend against other publications of the same data, nor against somebody
who knows people in the table.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from hotwash.investigate.errors import AskedWrongly, EmptyLog
from hotwash.investigate.rates import SUPPRESSED, Counts

Group = tuple[tuple[str, object], ...]
"""The attributes of a group with their values. The empty one is everybody."""
Cells = Sequence[int]
"""All counts that could be told of a group; its size comes first."""
Counted = TypeVar("Counted")
Kind = TypeVar("Kind", bound=Hashable)

NOTHING = {"value": None, "why": SUPPRESSED}
"""How a finding writes a number that it does not tell."""


def check_cell(smallest: int) -> None:
    """:raises AskedWrongly: if a small cell cannot be so small"""
    if smallest < 0:
        raise AskedWrongly("The smallest cell is at least 0.")


def small(cells: Cells, smallest: int) -> bool:
    """Whether one of the counts is a small cell: fewer than the smallest, but more than none."""
    return any(0 < cell < smallest for cell in cells)


def cells_of(c: Counts) -> Cells:
    """All counts that the rates of a group tell."""
    return c.n, c.selected, c.n - c.selected, c.tp, c.fp, c.tn, c.fn, c.n - c.labelled


def hidden(groups: Sequence[Group], counts: Sequence[Counts], smallest: int, few: Collection[int] = ()) -> set[int]:
    """Which groups (by place) must not be shown.

    :param smallest: a count from 1 to one less than this is a small cell; 0 and 1 hide nothing
    :param few: groups that must be hidden for another reason
    """
    return closed(groups, [cells_of(c) for c in counts], smallest, few) if smallest > 1 else set()


def closed(groups: Sequence[Group], cells: Sequence[Cells], smallest: int, few: Collection[int] = ()) -> set[int]:
    """As `hidden`, for groups of which other counts are told than those of decisions."""
    if smallest <= 1:
        return set()
    gone = {i for i, c in enumerate(cells) if small(c, smallest)} | set(few)
    lines = _lines(groups)
    changed = True
    while changed:
        changed = False
        for whole, parts in lines:
            absent = [i for i in parts if i in gone]
            told = [i for i in parts if i not in gone]
            left = [sum(some) for some in zip(*(cells[i] for i in absent), strict=True)]
            derivable = absent and whole not in gone and (len(absent) == 1 or small(left, smallest))
            if told and (derivable or (whole in gone and not absent)):
                gone.add(min(told, key=lambda i: (cells[i][0], i)))
                changed = True
            elif derivable and not told:
                gone.add(whole)
                changed = True
    return gone


def hidden_values(
    tables: Sequence[Mapping[Kind, Counted]], smallest: int, cells: Callable[[Counted], Cells], *, totals: bool = False
) -> set[Kind]:
    """Which values of one column must not be shown, if how many rows there are in all is told.

    :param tables: what was counted of each value, once for each part of the log that is told apart (before and after)
    :param totals: whether of everybody all counts are told, not only how many rows there are
    :raises EmptyLog: if all rows together are fewer than the smallest cell
    """
    if smallest <= 1:
        return set()
    values = sorted({value for table in tables for value in table}, key=lambda v: (v is None, str(v)))
    groups: list[Group] = [(), *((("", value),) for value in values)]
    counted = []
    for table in tables:
        width = max(len(cells(held)) for held in table.values())
        parts = [cells(table[value]) if value in table else (0,) * width for value in values]
        whole = [sum(some) for some in zip(*parts, strict=True)]
        if 0 < whole[0] < smallest:
            raise EmptyLog(
                f"There are fewer rows than the smallest cell ({smallest}): nothing can be told without pointing at "
                "people. Widen the question."
            )
        counted.append([whole if totals else [whole[0]] + [0] * (width - 1), *parts])
    gone: set[int] = set()
    before = None
    while before != len(gone):
        before = len(gone)
        for parts in counted:
            gone |= closed(groups, parts, smallest, gone) - {0}
    return {values[i - 1] for i in gone}


def _lines(groups: Sequence[Group]) -> list[tuple[int, list[int]]]:
    """Every total with the parts that add up to it."""
    by_columns: dict[tuple[str, ...], list[int]] = {}
    for i, group in enumerate(groups):
        by_columns.setdefault(tuple(name for name, _ in group), []).append(i)
    lines = []
    for wholes, totals in by_columns.items():
        for parts, shares in by_columns.items():
            if len(parts) > len(wholes) and set(wholes) < set(parts):
                place_of = {groups[i]: i for i in totals}
                split: dict[int, list[int]] = {}
                for i in shares:
                    whole = tuple((name, value) for name, value in groups[i] if name in wholes)
                    if whole in place_of:
                        split.setdefault(place_of[whole], []).append(i)
                lines += list(split.items())
    return lines
