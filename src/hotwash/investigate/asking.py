"""What every question does before and after its arithmetic: open the log, find the columns, and seal the finding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hotwash.investigate.engine import Engine, Watch
from hotwash.investigate.errors import AskedWrongly, ColumnMissing, ColumnMistyped, TimeWithoutZone
from hotwash.investigate.expression import Column, Expression, Name
from hotwash.investigate.finding import Data, Finding, Recipe, Rows, this_version
from hotwash.investigate.kinds import HOLDS, condition
from hotwash.investigate.predictions import Log, Predictions, described

Progress = Callable[[float], None]
Stop = Callable[[], bool]

WHERE_UNKNOWN = "it cannot be told whether where holds (a value is missing)"


class Asking:
    """One question put to one log."""

    def __init__(self, question: str, log: Predictions, engine: Engine, arguments: dict[str, Any]) -> None:
        self.question, self.log, self.engine = question, log, engine
        self.arguments = {key: value for key, value in arguments.items() if value is not None}
        if log.zone:
            self.arguments["zone"] = log.zone  # not a word of the question, but without it the answer is another
        self.columns = {column.name: column for column in engine.columns()}
        self.skipped: dict[str, int] = {}

    def column(self, name: str, role: str) -> Column:
        """A column by its name.

        :raises ColumnMissing: if it is not there
        :raises ColumnMistyped: if it holds lists, objects or bytes
        """
        if name not in self.columns:
            raise ColumnMissing(name, self.columns, role=role)
        column = self.columns[name]
        if column.kind == "other":
            raise ColumnMistyped(
                f'Column "{name}" holds {column.stored}, which cannot serve as {role}. Name a column of plain values.'
            )
        return column

    def name(self, name: str, role: str) -> Name:
        """A column as a part of a key."""
        return Name(name, column=self.column(name, role))

    def time(self, name: str) -> Name:
        """A column that holds times with a known zone, or dates.

        :raises ColumnMistyped: if it holds something else
        :raises TimeWithoutZone: if its times name no zone and the log gives none
        """
        column = self.column(name, "time")
        if column.kind not in ("time", "day"):
            raise ColumnMistyped(
                f'Column "{name}" holds {HOLDS[column.kind]}, not times (as asked for). '
                "Write every time as 2026-03-31T09:00:00Z; a single one written otherwise turns the column into text."
            )
        if column.kind == "time" and not column.zoned and not self.log.zone:
            raise TimeWithoutZone(
                f'The times in column "{name}" have no zone, so 09:00 could be any of 24 moments. '
                "Give the zone of the clock that wrote them (zone: UTC, Europe/Berlin, …), or export them with it."
            )
        return Name(name, column=column)

    def condition(self, text: str, what: str) -> Expression:
        """A condition, checked against the columns."""
        return condition(text, self.columns, zone=self.log.zone, what=what)

    def skip(self, reason: str, rows: int) -> None:
        """Rows that cannot be used, and why."""
        if rows:
            self.skipped[reason] = self.skipped.get(reason, 0) + rows

    def finding(self, *, used: int, sentence: str, result: dict[str, Any], chart: dict[str, Any]) -> Finding:
        """The sealed answer. Takes the fingerprint last: it fails if the data changed while the question ran."""
        reasons = dict(sorted(self.skipped.items()))
        return Finding(
            self.question,
            sentence,
            Rows(used, sum(reasons.values()), reasons),
            Data(self.log.named, self.engine.fingerprint()),
            Recipe(self.engine.sql, self.arguments, this_version(), self.engine.name),
            result,
            chart,
        )


@contextmanager
def asked(
    question: str,
    log: Log,
    arguments: dict[str, Any],
    *,
    steps: int,
    on_progress: Progress | None,
    cancelled: Stop | None,
) -> Iterator[Asking]:
    """Open a log for one question, and close it whatever happens.

    :param steps: into how many equal parts the progress is divided
    :raises LogError: if the log cannot be read
    """
    told = described(log)
    with told.opened(Watch(on_progress, cancelled, steps=steps)) as engine:
        yield Asking(question, told, engine, arguments)


def check_level(level: float) -> None:
    """:raises AskedWrongly: if an interval cannot have this level"""
    if not 0.5 <= level < 1:
        raise AskedWrongly(f"The level of an interval lies between 0.5 and 1, such as 0.95; {level} does not.")
