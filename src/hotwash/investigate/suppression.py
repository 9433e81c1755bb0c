"""Hides small cells, and whatever else would let somebody work them out by subtraction.

A group is hidden whole: counts, rates and comparisons, for a rate times a count is a count. Where a total is shown and
exactly one of its parts is hidden, the smallest other part is hidden with it; and so on until nothing changes. This
closes every single subtraction between the totals and the groups that a finding shows. It does not defend against other
publications of the same data, nor against somebody who knows people in the table.
"""

from collections.abc import Collection, Sequence

from hotwash.investigate.rates import Counts

Group = tuple[tuple[str, object], ...]
"""The attributes of a group with their values. The empty one is everybody."""


def hidden(groups: Sequence[Group], counts: Sequence[Counts], smallest: int, few: Collection[int] = ()) -> set[int]:
    """Which groups (by place) must not be shown.

    :param smallest: a count from 1 to one less than this is a small cell; 0 and 1 hide nothing
    :param few: groups that must be hidden for another reason
    """
    if smallest <= 1:
        return set()
    gone = {i for i, c in enumerate(counts) if _small(c, smallest)} | set(few)
    lines = _lines(groups)
    changed = True
    while changed:
        changed = False
        for whole, parts in lines:
            absent = [i for i in parts if i in gone]
            told = [i for i in parts if i not in gone]
            derivable = (
                absent and whole not in gone and (len(absent) == 1 or sum(counts[i].n for i in absent) < smallest)
            )
            if told and (derivable or (whole in gone and not absent)):
                gone.add(min(told, key=lambda i: (counts[i].n, i)))
                changed = True
            elif derivable and not told:
                gone.add(whole)
                changed = True
    return gone


def _small(c: Counts, smallest: int) -> bool:
    cells = (c.n, c.selected, c.n - c.selected, c.tp, c.fp, c.tn, c.fn, c.n - c.labelled)
    return any(0 < cell < smallest for cell in cells)


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
