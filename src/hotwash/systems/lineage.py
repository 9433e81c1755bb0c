"""What a version of a model was made from: run, commit, data. Plain facts, whichever outside system told them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version in a registry of models, as it was read.

    :param status: the registry's own word, such as ``READY``
    :param aliases: names that point at it now, such as ``champion``
    :param quarantined: why it must not serve; empty if it may
    """

    model: str
    version: str
    status: str = ""
    run: str = ""
    source: str = ""
    created_at: datetime | None = None
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    quarantined: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data that a run says it used, under the registry's own digest (which is not the data store's)."""

    name: str
    digest: str
    source: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The run that made a version.

    :param commit: of the code, as the run was told
    :param data_revision: of the data's repository, if the run wrote it down; else that of the code counts
    :param data_digests: digests of the data store that the run wrote down
    """

    id: str
    name: str = ""
    commit: str = ""
    code: str = ""
    by: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    datasets: tuple[Dataset, ...] = ()
    data_revision: str = ""
    data_digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of a repository."""

    id: str
    at: datetime
    by: str
    subject: str


@dataclass(frozen=True, slots=True)
class DataVersion:
    """A data file or folder at one commit.

    :param digest: the data store's; of a folder it ends in ``.dir``
    :param stage: the step of the pipeline that reads or writes it; empty for data that was added by hand
    :param named: whether the run wrote down this very digest
    """

    path: str
    digest: str
    bytes: int | None = None
    files: int | None = None
    stage: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Lineage:
    """The way from a version of a model back to its data.

    :param gaps: a sentence for each step that is not known, and why
    :param system: the AI system that it serves, if that is known
    :param decisions: how many decisions of a log this version made
    """

    version: ModelVersion
    run: Run | None = None
    commit: Commit | None = None
    data: tuple[DataVersion, ...] = ()
    gaps: tuple[str, ...] = ()
    system: str = ""
    decisions: int | None = None


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One thing that a version was made from: ``kind`` is ``version``, ``run``, ``commit``, ``dataset`` or ``data``."""

    kind: str
    id: str
    label: str = field(default="", compare=False)


def ingredients(lineage: Lineage) -> tuple[Ingredient, ...]:
    """What a version was made from, itself first."""
    version, run = lineage.version, lineage.run
    made = [Ingredient("version", f"{version.model}/{version.version}", f"{version.model} version {version.version}")]
    if run:
        made.append(Ingredient("run", run.id, run.name or run.id))
        made += [Ingredient("dataset", f"{one.name}@{one.digest}", one.name) for one in run.datasets]
    commit = lineage.commit.id if lineage.commit else run.commit if run else ""
    if commit:
        made.append(Ingredient("commit", commit, lineage.commit.subject if lineage.commit else ""))
    made += [Ingredient("data", one.digest, one.path) for one in lineage.data]
    return tuple(dict.fromkeys(made))


def sharing(bad: Ingredient, lineages: Iterable[Lineage]) -> tuple[Lineage, ...]:
    """Every version, of whichever AI system, that was made from the same thing."""
    return tuple(one for one in lineages if bad in ingredients(one))
