"""What an engine inside this process can do beside counting: hand out columns for mathematics in numpy.

Codes, truths and numbers, without names or ids: for the search of `slices` and for the exact measures of `drift`. Both
questions have another way for an engine that only counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from hotwash.investigate.expression import Expression, Name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy import ndarray

COLLECTED_MOST = 10_000_000
"""So many values are collected before they are handed out."""


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


def arrays(
    connection: "DuckDBPyConnection", statement: str, *, width: int, scarce: bool
) -> "list[dict[str, ndarray[Any, Any]]]":
    """The answer of DuckDB as columns, by name.

    As a relation it is collected by all threads before it is handed out. That is quicker, and takes twice the memory.

    :param width: how many columns
    :param scarce: whether there is little memory
    """
    ((rows,),) = connection.execute("SELECT count(*) FROM log").fetchall()
    if scarce or rows * width > COLLECTED_MOST:
        return [connection.execute(statement).fetchnumpy()]
    return [connection.sql(statement).fetchnumpy()]
