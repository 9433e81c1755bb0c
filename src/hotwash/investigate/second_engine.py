"""The rows that a finding of fairness is about, for a second engine that counts them itself.

The tool gets what every row says, not our counts: so it checks the counting as well as the arithmetic.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hotwash.investigate.dialect import literal, quoted
from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engine import Ask, Value, Watch
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.excerpts import is_files
from hotwash.investigate.expression import Expression, Name
from hotwash.investigate.finding import Finding
from hotwash.investigate.kinds import condition
from hotwash.investigate.predictions import Predictions
from hotwash.investigate.sides import Sides, same

ROWS_MAX = 5_000_000
MISSING = "\\N"


def hand_over(log: Predictions, finding: Finding, to: Path, *, watch: Watch | None = None) -> int:
    """Write the rows of a finding as CSV: ``g0``, ``g1`` … for the groups, ``decision`` and ``label`` as 1 or 0.

    :param to: a file that is not there yet, in a folder that holds nothing else
    :return: how many rows there are
    :raises LogError: if the log is no files, has too many rows, or the finding knows no label
    """
    words = finding.recipe.arguments
    if finding.question != "fairness" or not words.get("label"):
        raise AskedWrongly("A second engine checks fairness with a label: name the column that says what was true.")
    if not is_files(log):
        raise AskedWrongly("Rows are handed to a second engine only out of logs that are files on this machine.")
    with _Hand(log, to.parent, watch or Watch(steps=4)) as engine:
        columns = {one.name: one for one in engine.columns()}
        scope = condition(words["where"], columns, zone=log.zone, what="where") if words.get("where") else None
        rows = engine.how_many(scope)
        if rows > ROWS_MAX:
            raise AskedWrongly(
                f"{rows:,} rows are too many for a second engine; it takes {ROWS_MAX:,}. Ask with where."
            )
        engine.write(words, scope, to)
    return rows


class _Hand(Embedded):
    """The engine of files, which may write into one folder."""

    def __init__(self, log: Predictions, folder: Path, watch: Watch) -> None:
        self._folder = folder
        super().__init__(log.source, log.zone, watch, log.memory_mb)

    def _attach(self, connection: Any) -> None:
        connection.execute(f"SET allowed_directories = [{literal(str(self._folder))}]")

    def how_many(self, scope: Expression | None) -> int:
        """How many rows meet a condition."""
        return int(self._run(f"SELECT count(*) FROM log{self._kept(scope)}")[0][0])  # noqa: S608

    def write(self, words: Mapping[str, Any], scope: Expression | None, to: Path) -> None:
        """Write what each row says."""
        favourable = words.get("favourable")
        truths = self._values(words["label"], scope)
        shared = favourable if any(same(value, favourable) for value in truths) else None
        label = self._side(words["label"], Sides(words["label"], "label", truths, shared), truths)
        if words.get("decision"):
            decided = self._values(words["decision"], scope)
            sides = Sides(words["decision"], "decision", decided, favourable)
            decision = self._side(words["decision"], sides, decided)
        else:
            score = quoted(words["score"])
            decision = (
                f"CASE WHEN {score} IS NULL THEN NULL WHEN {score} >= {float(words['threshold'])!r} THEN 1 ELSE 0 END"
            )
        groups = ", ".join(f"({quoted(name)})::VARCHAR AS g{place}" for place, name in enumerate(words["group"]))
        rows = f"SELECT {groups}, {decision} AS decision, {label} AS label FROM log{self._kept(scope)}"  # noqa: S608
        self._run(f"COPY ({rows}) TO {literal(str(to))} (FORMAT csv, HEADER, NULLSTR {literal(MISSING)})")

    def _kept(self, scope: Expression | None) -> str:
        return f" WHERE {self._dialect.write(scope)}" if scope is not None else ""

    def _values(self, name: str, scope: Expression | None) -> list[Value]:
        column = next((one for one in self.columns() if one.name == name), None)
        cells = self.counts(Ask((Name(name, column=column),), ((0,),), scope))
        return [cell.values[0] for cell in cells if cell.values[0] is not None]

    def _side(self, name: str, sides: Sides, values: list[Value]) -> str:
        yes = ", ".join(_literal(value) for value in values if sides.side(value))
        column = quoted(name)
        is_yes = f"{column} IN ({yes})" if yes else "FALSE"
        return f"CASE WHEN {column} IS NULL THEN NULL WHEN {is_yes} THEN 1 ELSE 0 END"


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return f"DATE {literal(value.isoformat())}"
    return literal(str(value))
