"""From cells of counts to groups of people: who was decided how, and who was right."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from hotwash.investigate.asking import WHERE_UNKNOWN, Asking
from hotwash.investigate.engine import Cell, Value
from hotwash.investigate.errors import EmptyLog, TooMany
from hotwash.investigate.predictions import Scalar
from hotwash.investigate.rates import Counts
from hotwash.investigate.sides import Sides, same
from hotwash.investigate.suppression import Group

GROUPS_MAX = 5_000


def cube_of(
    asking: Asking,
    cells: Sequence[Cell],
    *,
    width: int,
    decision: str,
    label: str | None,
    favourable: Scalar,
    scoped: bool,
) -> dict[tuple[Value, ...], list[int]]:
    """Counts by group values: n, selected, tp, fp, tn, fn. Rows that cannot be used are set aside with their reason.

    :param width: how many of a cell's first values are the group's; decision, label and where follow
    :raises LogError: if the decision or the label has no two sides, or nothing is left
    """
    inside = []
    for cell in cells:
        if scoped and cell.values[-1] is None:
            asking.skip(WHERE_UNKNOWN, cell.rows)
        else:
            inside.append((cell.values, cell.rows))
    if not inside:
        raise EmptyLog("No row meets where. Widen the condition.")
    said = favourable if decision else None
    decisions = Sides(decision or "decision", "decision", (values[width] for values, _ in inside), said)
    labels, truths = None, []
    if label:
        truths = [values[width + 1] for values, _ in inside]
        # One value may name the yes of both columns (0: not predicted, did not). A label with words of its own
        # speaks for itself.
        shared = favourable if any(same(value, favourable) for value in truths if value is not None) else None
        if shared is None and favourable is not None and not decision:
            shared = favourable
        labels = Sides(label, "label", truths, shared)
    decided = {value: decisions.side(value) for value in {values[width] for values, _ in inside}}
    true = {value: labels.side(value) for value in set(truths)} if labels else {}
    cube: dict[tuple[Value, ...], list[int]] = {}
    for values, rows in inside:
        yes = decided[values[width]]
        if yes is None:
            asking.skip("no decision" if decision else "no score (missing or not a number)", rows)
            continue
        own = tuple([v.isoformat() if isinstance(v, date) else v for v in values[:width]])
        if (counts := cube.get(own)) is None:
            counts = cube[own] = [0] * 6
        counts[0] += rows
        counts[1] += rows * yes
        truth = true[values[width + 1]] if labels else None
        if truth is not None:
            counts[(2 if truth else 3) if yes else (5 if truth else 4)] += rows
    if not cube:
        raise EmptyLog("Not a single row has a decision. Check the column, or widen where.")
    return cube


def groups_of(cube: dict[tuple[Value, ...], list[int]], names: tuple[str, ...], fold: int) -> dict[Group, Counts]:
    """Everybody, then every one-way group, then the intersections; each set ordered by its values.

    :raises TooMany: if nobody could read them all
    """
    sets: list[tuple[int, ...]] = [()]
    sets += [(i,) for i in range(len(names))]
    if fold:
        sets += combinations(range(len(names)), fold)
    found: dict[Group, Counts] = {}
    places = {value: _order(value) for values in cube for value in values}
    for chosen in sets:
        sums = _summed(cube, chosen)
        if len(sums) > GROUPS_MAX:
            columns = " and ".join(f'"{names[i]}"' for i in chosen)
            raise TooMany(
                f"{columns} would give {len(sums):,} groups; at most {GROUPS_MAX:,} are shown. Use a coarser column."
            )
        for values in sorted(sums, key=lambda values: [places[value] for value in values]):
            found[tuple((names[i], value) for i, value in zip(chosen, values, strict=True))] = Counts(*sums[values])
    return found


def _summed(cube: dict[tuple[Value, ...], list[int]], chosen: tuple[int, ...]) -> dict[tuple[Value, ...], list[int]]:
    """The counts by some of the values."""
    if len(chosen) == len(next(iter(cube))):
        return cube
    sums: dict[tuple[Value, ...], list[int]] = {}
    for values, (n, selected, tp, fp, tn, fn) in cube.items():
        own = tuple([values[i] for i in chosen])
        if (into := sums.get(own)) is None:
            sums[own] = [n, selected, tp, fp, tn, fn]
            continue
        into[0] += n
        into[1] += selected
        into[2] += tp
        into[3] += fp
        into[4] += tn
        into[5] += fn
    return sums


def _order(value: Value) -> tuple[int, float, str]:
    """Numbers by size, then text, then the missing."""
    if value is None:
        return 2, 0.0, ""
    return (0, float(value), "") if isinstance(value, bool | int | float) else (1, 0.0, str(value))
