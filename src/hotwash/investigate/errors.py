"""What can be wrong with a question or a log, as one tree.

::

    LogError                what the person who asks can mend; the message names the place and the mend
    ├── Unreadable          the file is not there, is empty, breaks off, or is not what its name says
    ├── EmptyLog            there is no row to answer from
    ├── ColumnMissing       no such column
    ├── ColumnsRepeated     two columns with one name
    ├── ColumnMistyped      a column holds something else than its role needs
    ├── NotBinary           a decision or a label has no two sides
    ├── TimeWithoutZone     wall-clock times that could mean several moments
    ├── NotAnExpression     a condition that is not an expression over the columns; knows the position
    ├── TooMany             more groups or cells than a person can read
    ├── AskedWrongly        an argument outside its range
    └── LogChanged          the data changed while it was read

    Cancelled               somebody asked to stop; not a fault

Dirt in single rows is none of these: such rows are skipped, counted and given a reason in the finding.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class LogError(Exception):
    """Something is wrong with the log or with the question, and the person who asks can mend it."""


class Unreadable(LogError):
    """The file cannot be read as a log."""


class EmptyLog(LogError):
    """No row is left to answer from."""


class ColumnMissing(LogError):
    """The log has no column of that name."""

    def __init__(self, name: str, there: Iterable[str], *, role: str = "") -> None:
        names = list(there)
        near = get_close_matches(name.lower(), [n.lower() for n in names], n=1, cutoff=0.6)
        meant = next((n for n in names if near and n.lower() == near[0]), None)
        shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
        super().__init__(
            f'The log has no column "{name}"'
            + (f" (asked for as {role})" if role else "")
            + "."
            + (f' Did you mean "{meant}"?' if meant else "")
            + f" It has: {shown}."
        )
        self.name = name


class ColumnsRepeated(LogError):
    """Two columns share a name, so that neither can be asked for."""


class ColumnMistyped(LogError):
    """A column holds another kind of value than its role needs."""


class NotBinary(LogError):
    """A decision or a label does not fall into two sides."""


class TimeWithoutZone(LogError):
    """Times are given as wall-clock times, without saying whose clock."""


class NotAnExpression(LogError):
    """A condition is not an expression over the log's columns. ``position`` counts characters from 1."""

    def __init__(self, what: str, *, position: int, text: str, mend: str = "") -> None:
        near = text[max(0, position - 1) : position + 24]
        where = f' (near "{near}")' if near.strip() else " (at its end)"
        super().__init__(f"At position {position} of the condition{where}: {what}" + (f" {mend}" if mend else ""))
        self.position = position


class TooMany(LogError):
    """A question would give more groups than anybody can read."""


class AskedWrongly(LogError):
    """An argument of a question lies outside its range."""


class LogChanged(LogError):
    """The data changed between its fingerprint and the end of the question."""


class Cancelled(Exception):
    """The question was stopped because somebody asked for it."""
