"""What a registry of models knows, as AI systems: the version in use, with its run, commit and data."""

from hotwash.connect.mlflow.registry import Mlflow
from hotwash.response.outside import NotThere, OutsideFault
from hotwash.response.provenance import CHAMPION
from hotwash.response.stock_taking import Proposed, ProposedPart, line, passage

MODELS_MAX = 200
"""How many models are followed back: a registry answers one after the other."""


def proposed(registry: Mlflow, *, alias: str = CHAMPION) -> tuple[Proposed, ...]:
    """Every model of a registry, with the version that an alias points at, or else the newest.

    :raises OutsideFault: if the registry cannot be read
    """
    return tuple(_proposed(registry, name, about, alias) for name, about in registry.models()[:MODELS_MAX])


def _proposed(registry: Mlflow, name: str, about: str, alias: str) -> Proposed:
    source = f"MLflow, model {name}"
    remarks: list[str] = []
    try:
        version = registry.champion(name, alias)
    except NotThere:
        several = registry.versions(name)
        if not several:
            return Proposed(line(name), source, passage(about), remarks=("It has no version yet.",))
        version = several[0]
        remarks.append(f"No alias {alias} points at a version: the newest is taken.")
    try:
        lineage = registry.lineage(name, version.version)
    except OutsideFault as fault:
        return Proposed(
            line(name), source, passage(about), "", (ProposedPart("model", version.version),), (fault.sentence,)
        )
    parts = [ProposedPart("model", version.version, "", line(version.run and f"run {version.run}"))]
    run = lineage.run
    if run is not None and run.commit:
        parts.append(ProposedPart("code", run.commit, "", line(run.code)))
    for one in run.datasets if run is not None else ():
        parts.append(ProposedPart("data", line(f"{one.name} {one.digest}"), "", line(one.context)))
    return Proposed(
        line(name), source, passage(about), line(run.by) if run else "", tuple(parts), (*remarks, *lineage.gaps)
    )
