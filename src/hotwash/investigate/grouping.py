"""What every question that compares groups asks of its words: which columns, which reference, who is too few."""

from collections.abc import Collection, Mapping, Sequence

from hotwash.investigate.asking import Asking
from hotwash.investigate.engine import Value
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped
from hotwash.investigate.expression import Name
from hotwash.investigate.predictions import Predictions, Scalar
from hotwash.investigate.sides import plain, same


def columns_of(group: str | Sequence[str] | None, told: Predictions) -> tuple[str, ...]:
    """The columns by which people are grouped: as named, or as the log's description has them.

    :raises AskedWrongly: if there is none
    """
    groups = tuple(dict.fromkeys([group] if isinstance(group, str) else group or told.attributes))
    if not groups:
        raise AskedWrongly("Name at least one column by which people are grouped (group).")
    return groups


def keys_of(asking: Asking, groups: Sequence[str]) -> list[Name]:
    """The group columns as keys.

    :raises ColumnMistyped: if one of them holds times
    """
    for name in groups:
        if asking.column(name, "a group").kind == "time":
            raise ColumnMistyped(
                f'Column "{name}" holds times, so that nearly every row is a group. Group by a day or a category.'
            )
    return [asking.name(name, "a group") for name in groups]


def check_reference(reference: object, groups: Sequence[str]) -> None:
    """:raises AskedWrongly: if the reference names no group column"""
    if isinstance(reference, str) and reference != "largest":
        raise AskedWrongly(f'The reference is "largest" or a value for each column, not "{reference}".')
    if isinstance(reference, Mapping) and (strange := [name for name in reference if name not in groups]):
        raise AskedWrongly(
            f'The reference names "{strange[0]}", by which nobody is grouped. Grouped by: {", ".join(groups)}.'
        )


def reference_of(
    column: str,
    sizes: Mapping[Value, int],
    wanted: Mapping[str, Scalar] | str,
    few: int,
    hidden: Collection[Value] = (),
) -> Value:
    """The value of a column whose people the others are compared with: as named, or the largest.

    :param sizes: rows by the value
    :param few: groups with fewer rows are not the reference unless they were named
    :param hidden: small cells, which must not be compared with
    :raises AskedWrongly: if nobody has the value that was named, or it is hidden
    """
    if isinstance(wanted, Mapping) and column in wanted:
        if any(same(value, wanted[column]) for value in hidden):
            raise AskedWrongly(
                f'The reference {column} "{wanted[column]}" is a small cell, or one could be derived from it. Name a '
                "larger group."
            )
        fits = [value for value in sizes if same(value, wanted[column])]
        if not fits:
            there = ", ".join(plain(value) for value in list(sizes)[:12] if value is not None)
            raise AskedWrongly(
                f'Nobody has {column} "{wanted[column]}", which was chosen as the reference. There are: {there}.'
            )
        return max(fits, key=lambda value: sizes[value])
    large = {value: n for value, n in sizes.items() if n >= few} or dict(sizes)
    return max(large, key=lambda value: (large[value], plain(value)))


def ordered(values: Sequence[Value]) -> list[Value]:
    """Numbers by size, then words, then the missing."""
    return sorted(
        values,
        key=lambda v: (
            (2, 0.0, "") if v is None else (0, float(v), "") if isinstance(v, bool | int | float) else (1, 0.0, str(v))
        ),
    )
