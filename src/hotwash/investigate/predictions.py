"""What a log of predictions is: where it lies and what its columns mean. A description, without any of the data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Protocol

from hotwash.investigate.address import named
from hotwash.investigate.engine import Engine, Watch
from hotwash.investigate.errors import AskedWrongly, ColumnMissing
from hotwash.investigate.expression import Column, Kind
from hotwash.investigate.opening import opened

if TYPE_CHECKING:
    from hotwash.investigate.shelves import Shelves

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

    :param source: a file or a glob (CSV, also .gz, Parquet, JSON Lines), the address of a table
        (``postgresql://…#table``), or a table in memory that speaks Arrow; kept as it was named
    :param time: the column with the time of the decision
    :param version: the column with the version of the model
    :param subject: the column with the person (or case) whom the decision was about
    :param score: the column with the model's score
    :param decision: the column with what was decided
    :param label: the column with what turned out to be true
    :param attributes: columns by which people are grouped
    :param zone: the zone of times that are written without one, such as ``Europe/Berlin``
    :param memory_mb: how many megabytes the engine in this process may use; what is more waits on disk
    :param cubes: where counts are kept (`Cubes`), so that the next question needs no other scan
    """

    source: Any
    time: str | None = None
    version: str | None = None
    subject: str | None = None
    score: str | None = None
    decision: str | None = None
    label: str | None = None
    attributes: tuple[str, ...] = ()
    zone: str | None = None
    memory_mb: int | None = None
    cubes: "Shelves | None" = field(default=None, compare=False)

    def __repr__(self) -> str:
        """Without the password that an address may hold."""
        given = [f"{role.removeprefix('an ')}={name!r}" for role, name in self.roles()]
        return f"Predictions({', '.join([repr(self.named), *given])})"

    @property
    def named(self) -> str:
        """The source as findings, messages and logs may name it."""
        return named(self.source)

    def opened(self, watch: Watch | None = None) -> Engine:
        """The log, opened by the engine that can count it.

        :raises LogError: if it cannot be read
        """
        roles = (self.version, self.time, self.decision, self.label, *self.attributes)
        return opened(
            self.source,
            zone=self.zone,
            watch=watch,
            memory_mb=self.memory_mb,
            cubes=self.cubes,
            roles=[role for role in roles if role],
        )

    @classmethod
    def open(cls, source: "Source", **roles: Any) -> "Predictions":
        """A description of a log that was looked at: it can be read, and has the columns that were named.

        :raises LogError: if it cannot be read or a column is missing
        """
        log = cls(fspath(source) if isinstance(source, PathLike) else source, **roles)
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

        with self.opened() as engine:
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
        roles: dict[str, Any] = {g.role: g.column for g in guesses if g.role != "attribute"}
        unknown = sorted(set(roles) - set(ROLES))
        if unknown:
            raise AskedWrongly(f"There is no role {unknown[0]!r}; the roles are {', '.join(ROLES)} and attribute.")
        more = tuple(g.column for g in guesses if g.role == "attribute" and g.column not in self.attributes)
        return replace(self, attributes=self.attributes + more, **roles)


class Arrow(Protocol):
    """A table in memory that hands out an Arrow stream: PyArrow's, Polars', pandas' and others."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Source = str | PathLike[str] | Arrow
Log = Predictions | Source
"""What a question takes as its log: a description, or just where it lies."""


def described(log: Log) -> Predictions:
    """A description, made from a bare source if need be."""
    if isinstance(log, Predictions):
        return log
    return Predictions(fspath(log) if isinstance(log, PathLike) else log)
