"""What a log of predictions is: where it lies and what its columns mean. A description, without any of the data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Any

from hotwash.investigate.errors import AskedWrongly, ColumnMissing
from hotwash.investigate.expression import Column, Kind
from hotwash.investigate.opening import opened

Scalar = str | bool | int | float | None
"""A value of a column, as a person names it."""

ROLES = ("time", "version", "subject", "score", "decision", "label")

_HINTS: tuple[tuple[str, str, tuple[Kind, ...]], ...] = (
    (
        "time",
        r"(^|_)(time|timestamp|ts|date|day|datetime|at|created|occurred|event_time)($|_)|_(date|at|unix)$",
        ("time", "day"),
    ),
    ("version", r"(^|_)(model_?version|model|version|release|deployment)($|_)", ("text", "number")),
    (
        "subject",
        r"(^|_)(subject|person|people|user|customer|applicant|patient|client|member)(_?id)?$|^entity_id$",
        ("text", "number"),
    ),
    ("score", r"(^|_)(score|probability|proba|prob|risk|confidence)($|_)|decile", ("number",)),
    (
        "decision",
        r"(^|_)(decision|decided|prediction|predicted|pred|outcome|approved|selected|flagged|y_pred)($|_)",
        ("boolean", "number", "text"),
    ),
    (
        "label",
        r"(^|_)(label|label_value|truth|actual|target|ground_truth|y_true|y|recid|default(ed)?)($|_)",
        ("boolean", "number", "text"),
    ),
)
_ATTRIBUTES = re.compile(
    r"(^|_)(sex|gender|race|ethnicity|ethnic|age(_?(cat|band|group))?|religion|nationality|disability|marital|region|demo)($|_)"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column might mean, for a person to confirm."""

    role: str
    column: str
    because: str


@dataclass(frozen=True, slots=True)
class Predictions:
    """A log of predictions: one row a decision.

    :param source: a file or a glob: CSV (also .gz), Parquet, JSON Lines; kept as it was named
    :param time: the column with the time of the decision
    :param version: the column with the version of the model
    :param subject: the column with the person (or case) whom the decision was about
    :param score: the column with the model's score
    :param decision: the column with what was decided
    :param label: the column with what turned out to be true
    :param attributes: columns by which people are grouped
    :param zone: the zone of times that are written without one, such as ``Europe/Berlin``
    """

    source: str
    time: str | None = None
    version: str | None = None
    subject: str | None = None
    score: str | None = None
    decision: str | None = None
    label: str | None = None
    attributes: tuple[str, ...] = ()
    zone: str | None = None

    @classmethod
    def open(cls, source: "str | PathLike[str]", **roles: Any) -> "Predictions":
        """A description of a log that was looked at: it can be read, and has the columns that were named.

        :raises LogError: if it cannot be read or a column is missing
        """
        log = cls(fspath(source), **roles)
        log = replace(log, attributes=tuple(log.attributes))
        there = {column.name for column in log.columns()}
        for role, name in log.roles():
            if name not in there:
                raise ColumnMissing(name, sorted(there), role=role)
        return log

    def roles(self) -> list[tuple[str, str]]:
        """The roles that were given, with their columns."""
        given = [(role, getattr(self, role)) for role in ROLES if getattr(self, role)]
        return given + [("an attribute", name) for name in self.attributes]

    def columns(self) -> tuple[Column, ...]:
        """The columns of the log with what they hold.

        :raises LogError: if the log cannot be read
        """

        with opened(self.source, zone=self.zone) as engine:
            return engine.columns()

    def guess_roles(self) -> list[Guess]:
        """What the columns might mean, by their names and what they hold. A guess, to be confirmed by a person.

        :raises LogError: if the log cannot be read
        """
        columns, guesses, taken = self.columns(), [], set()
        for role, pattern, kinds in _HINTS:
            fits = [
                c for c in columns if c.name not in taken and c.kind in kinds and re.search(pattern, c.name.lower())
            ]
            if fits:
                taken.add(fits[0].name)
                guesses.append(
                    Guess(role, fits[0].name, f'the name "{fits[0].name}" and that it holds {fits[0].stored}')
                )
        for column in columns:
            if column.name not in taken and _ATTRIBUTES.search(column.name.lower()):
                guesses.append(Guess("attribute", column.name, f'the name "{column.name}"'))
        return guesses

    def confirmed(self, guesses: Sequence[Guess]) -> "Predictions":
        """The description with guesses taken over."""
        roles = {g.role: g.column for g in guesses if g.role != "attribute"}
        unknown = sorted(set(roles) - set(ROLES))
        if unknown:
            raise AskedWrongly(f"There is no role {unknown[0]!r}; the roles are {', '.join(ROLES)} and attribute.")
        more = tuple(g.column for g in guesses if g.role == "attribute" and g.column not in self.attributes)
        return replace(self, attributes=self.attributes + more, **roles)


Log = Predictions | str | PathLike[str]
"""What a question takes as its log: a description, or just where it lies."""


def described(log: Log) -> Predictions:
    """A description, made from a bare path if need be."""
    return log if isinstance(log, Predictions) else Predictions(fspath(log))
