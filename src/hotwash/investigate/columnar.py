"""What an engine inside this process can do beside counting: hand out columns for mathematics in numpy.

Codes, truths and numbers, without names or ids: for the search of `slices` and for the exact measures of `drift`. Both
questions have another way for an engine that only counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from hotwash.investigate.expression import Expression, Name

if TYPE_CHECKING:
    from numpy import ndarray


@dataclass(frozen=True, slots=True)
class Coding:
    """The place of a text among ``values``, from 0; one more than the last if it is missing, two more if not there."""

    item: Name
    values: tuple[str, ...]


@runtime_checkable
class Columnar(Protocol):
    """An engine that can hand out columns."""

    def hold(self, names: Iterable[str]) -> None:
        """Keep these columns at hand for several scans; no others can be asked for after."""
        ...

    def vectors(self, keys: Sequence[Expression | Coding], where: Expression | None) -> "list[ndarray[Any, Any]]":
        """The keys row by row, in one order for all, of the rows for which ``where`` is not false.

        A `Coding` and a `Step` come as small whole numbers (a missing `Step` as one more than its last cell), a
        condition as 1, 0 or 2 for unknown, a column of numbers as doubles in which NaN is missing.
        """
        ...
