"""Which model and which data it was: what a registry of models and a store of data promise, and one way through both.

Whoever keeps these promises reads back what it changed before it says so, and raises an `outside.OutsideFault` whose
sentences say what was done and what was not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from hotwash.response.outside import NotThere, OutsideFault
from hotwash.systems.lineage import Commit, DataVersion, Lineage, ModelVersion

CHAMPION = "champion"
"""The alias that serving processes load, unless a team says otherwise."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An alias that was moved, and read back.

    :param before: the version it pointed at; None if there was no such alias
    :param after: the version that was read back; None if the alias was taken away
    """

    model: str
    alias: str
    before: str | None
    after: str | None

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        alias = f"The alias {self.alias} of {self.model}"
        if self.before == self.after:
            return f"{alias} already pointed at version {self.after}; nothing was moved."
        if self.after is None:
            return f"{alias} was taken away again, as it was before; that was read back."
        was = f", before at version {self.before}" if self.before else ""
        return f"{alias} now points at version {self.after}{was}; that was read back."


@dataclass(frozen=True, slots=True)
class RegistryChanged:
    """Something that a registry says was changed in it, by whomever. ``delivery`` is the same if it is told twice."""

    delivery: str
    at: datetime
    what: str
    model: str
    version: str
    alias: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One conversation or call of a generative system, as evidence.

    :param raw: everything that the system told about it, as canonical JSON
    """

    id: str
    at: datetime
    state: str
    request: str
    response: str
    model: str
    commit: str
    session: str
    user: str
    tags: Mapping[str, str]
    assessments: Mapping[str, str]
    raw: bytes


class ModelRegistry(Protocol):
    """Where versions of models are kept."""

    def champion(self, model: str, alias: str = CHAMPION) -> ModelVersion:
        """The version that an alias points at."""
        ...

    def versions(self, model: str) -> tuple[ModelVersion, ...]:
        """Every version, newest first."""
        ...

    def lineage(self, model: str, version: str) -> Lineage:
        """The version with the run that made it; commit and data are not looked up."""
        ...

    def roll_back(self, model: str, *, to: str, alias: str = CHAMPION, expected: str | None = None) -> Moved:
        """Point an alias at a version, and read it back.

        :param expected: the version that the alias must point at before, or nothing is done
        """
        ...

    def undo(self, moved: Moved) -> Moved:
        """Put an alias back to where it was, unless somebody moved it since."""
        ...

    def quarantine(self, model: str, version: str, *, because: str) -> ModelVersion:
        """Mark a version as one that must not serve; what was read back."""
        ...

    def release(self, model: str, version: str) -> ModelVersion:
        """Take that mark away; what was read back."""
        ...


@dataclass(frozen=True, slots=True)
class DataChange:
    """What became of a data file or folder between two commits."""

    path: str
    what: Literal["added", "changed", "deleted"]
    before: DataVersion | None = None
    after: DataVersion | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """A commit that carries a digest.

    :param what: whether the digest entered or left with this commit
    """

    commit: Commit
    what: Literal["entered", "left"]
    path: str


class DataVersions(Protocol):
    """Where versions of data are kept, beside the commits of a repository."""

    def commit(self, revision: str) -> Commit:
        """The commit that a revision names."""
        ...

    def versions(self, revision: str) -> tuple[DataVersion, ...]:
        """Every data file and folder at a commit, by path."""
        ...

    def changes(self, before: str, after: str) -> tuple[DataChange, ...]:
        """What changed between two commits, by path."""
        ...

    def carried(self, digest: str) -> tuple[Carried, ...]:
        """Where a digest entered and left, newest first."""
        ...

    def content(self, digest: str) -> bytes:
        """The bytes of a file, checked against the digest."""
        ...


def traced(
    registry: ModelRegistry,
    model: str,
    version: str,
    *,
    data: DataVersions | None = None,
    system: str = "",
    decisions: int | None = None,
) -> Lineage:
    """The way from a version to its data. A step that fails is a gap in it with its reason, not an end.

    :raises OutsideFault: if the version itself cannot be read
    """
    lineage = replace(registry.lineage(model, version), system=system, decisions=decisions)
    run = lineage.run
    if run is None:
        return lineage
    revision = run.data_revision or run.commit
    if not revision:
        return _with_gap(lineage, f"Run {run.id} says neither a commit nor a version of its data.")
    if data is None:
        return _with_gap(lineage, "No repository of data is connected, so the data behind the commit is not known.")
    try:
        lineage = replace(lineage, commit=data.commit(run.commit or revision))
    except OutsideFault as fault:
        lineage = _with_gap(lineage, fault.sentence)
    try:
        found = data.versions(revision)
    except OutsideFault as fault:
        return _with_gap(lineage, fault.sentence)
    named = [replace(one, named=one.digest in run.data_digests) for one in found]
    lineage = replace(lineage, data=tuple(named))
    lost = [one for one in run.data_digests if one not in {held.digest for held in found}]
    return _with_gap(
        lineage, *(f"Run {run.id} names data {one}, which commit {revision[:10]} does not have." for one in lost)
    )


def _with_gap(lineage: Lineage, *sentences: str) -> Lineage:
    return replace(lineage, gaps=tuple(dict.fromkeys((*lineage.gaps, *sentences))))


def every(
    registry: ModelRegistry, model: str, *, data: DataVersions | None, decisions: Mapping[str, int]
) -> Sequence[Lineage]:
    """The lineage of each version that made decisions of a log, most decisions first.

    :param decisions: how many, by version; a version that the registry does not have is a lineage with a gap
    """
    lineages: list[Lineage] = []
    for version, count in sorted(decisions.items(), key=lambda pair: (-pair[1], pair[0])):
        try:
            lineages.append(traced(registry, model, version, data=data, decisions=count))
        except NotThere as fault:
            lineages.append(Lineage(ModelVersion(model, version), gaps=(fault.sentence,), decisions=count))
    return lineages
