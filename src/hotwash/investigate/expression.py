"""The little language of conditions, as a tree: what a harm, a filter or a baseline may say.

The tree is what every engine understands. It is made by `parse`, checked against the columns of a log by `kinds`,
and written out by each engine in its own tongue. It has no node for a file, a query, a setting or a function beyond
`FUNCTIONS`, so that a condition cannot reach anything but the columns.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "boolean", "time", "day", "other"]
"""What a column or a part of a condition holds. A ``time`` is a moment, a ``day`` a date of the calendar."""

FUNCTIONS = ("abs", "length", "lower", "trim", "upper")
EVERY = ("hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a log.

    :param stored: the engine's own name of its type
    :param zoned: for times: whether each value names its moment (a zone or UTC)
    """

    name: str
    kind: Kind
    stored: str = ""
    zoned: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A column by its name. ``column`` is there once the condition was checked."""

    name: str
    at: int = 0
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text."""

    value: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``."""

    value: bool
    at: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, in microseconds since 1970: of UTC if ``zoned``, else of an unnamed wall clock."""

    micros: int
    zoned: bool = True
    at: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A date, as ``YYYY-MM-DD``."""

    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two parts and what stands between them."""

    operator: str
    left: "Expression"
    right: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Arithmetic(_Pair):
    """``left + right`` and the like, for + - * /."""


@dataclass(frozen=True, slots=True)
class Negative:
    """``-part``."""

    part: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One of `FUNCTIONS`, applied."""

    function: str
    argument: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Comparison(_Pair):
    """``left = right`` and the like, for = <> < <= > >=."""


@dataclass(frozen=True, slots=True)
class Membership:
    """``item in (…)``."""

    item: "Expression"
    options: tuple["Expression", ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Between:
    """``item between low and high``, both included."""

    item: "Expression"
    low: "Expression"
    high: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """``item is null``. A number that is NaN is missing."""

    item: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Like:
    """``item like 'pattern'``: % stands for any text, _ for one character."""

    item: "Expression"
    pattern: Text
    at: int = 0


@dataclass(frozen=True, slots=True)
class All:
    """``a and b and …``."""

    parts: tuple["Expression", ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Any:
    """``a or b or …``."""

    parts: tuple["Expression", ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """``not part``."""

    part: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """The start of the hour, day, week (from Monday) or month in which a time lies. No condition can say it."""

    time: Name
    every: str


@dataclass(frozen=True, slots=True)
class Step:
    """How many of the ``edges`` are at or below a number: the place of its cell, from 0. Missing stays missing.

    No condition can say it. The edges rise strictly.
    """

    item: Name
    edges: tuple[float, ...]


Expression = (
    Name
    | Number
    | Text
    | Truth
    | Moment
    | Day
    | Arithmetic
    | Negative
    | Call
    | Comparison
    | Membership
    | Between
    | Missing
    | Like
    | All
    | Any
    | Not
    | Start
    | Step
)
