"""Where the decisions of an AI system came from, in this installation: its log's versions, registry and repository.

Asked anew each time: a registry is another's, and may have changed. What cannot be asked is a gap with its reason.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hotwash.investigate import LogError
from hotwash.investigate.engine import Ask
from hotwash.investigate.expression import Name
from hotwash.investigate.sides import plain
from hotwash.response import inquiries
from hotwash.response.desk import SYSTEM, Desk
from hotwash.response.outside import OutsideFault
from hotwash.response.provenance import CHAMPION, DataVersions, ModelRegistry, every, traced
from hotwash.response.request import BadRequest
from hotwash.systems.lineage import Ingredient, Lineage, ingredients, sharing
from hotwash.systems.state import System
from hotwash.web.holders import registries_of, repositories_of

VERSIONS_MAX = 20
"""How many versions are followed back: a registry answers one after the other, while somebody waits."""
SYSTEMS_MAX = 40
KINDS = ("data", "dataset", "commit", "run", "version")


@dataclass(frozen=True, slots=True)
class Followed:
    """What was found out about one system.

    :param lineages: of the versions in its log, most decisions first; of the version in use where no log says more
    :param gaps: what could not be asked, and why
    """

    lineages: tuple[Lineage, ...]
    gaps: tuple[str, ...] = ()


def follow(system: System, folders: Sequence[Path]) -> Followed:
    """Follow the decisions of a system back to their data."""
    gaps: list[str] = []
    decisions = _decisions(system, folders, gaps)
    data = _repository(system, folders)
    found: list[Lineage] = []
    with _registry(system) as connected:
        if connected is None:
            gaps.append(
                "No registry of models is connected to this system: it needs a switch on a board of kind mlflow."
            )
            return Followed((), tuple(gaps))
        registry, model, alias = connected
        try:
            if decisions:
                kept = dict(sorted(decisions.items(), key=lambda pair: (-pair[1], pair[0]))[:VERSIONS_MAX])
                found += every(registry, model, data=data, decisions=kept)
            else:
                found.append(traced(registry, model, registry.champion(model, alias).version, data=data))
        except OutsideFault as fault:
            gaps.append(fault.sentence)
    return Followed(tuple(replace(one, system=system.slug) for one in found), tuple(gaps))


def elsewhere(desk: Desk, bad: Ingredient, own: str, folders: Sequence[Path]) -> tuple[Lineage, ...]:
    """The versions in use, of every other AI system, that were made from the same bad part."""
    found: list[Lineage] = []
    slugs = [name.removeprefix(SYSTEM) for name in desk.store.streams() if name.startswith(SYSTEM)]
    for slug in [one for one in sorted(slugs) if one != own][:SYSTEMS_MAX]:
        system = desk.system(slug)
        if system.switches:
            found += follow(system, folders).lineages
    return sharing(bad, found)


def part(told: str, lineages: tuple[Lineage, ...]) -> Ingredient | None:
    """A part by ``kind:id``, with the name that the lineages give it; None where nothing was named.

    :raises BadRequest: if there is no such kind
    """
    if not told.strip():
        return None
    kind, _, identity = told.strip().partition(":")
    if kind not in KINDS or not identity:
        raise BadRequest("bad", f"is written kind:id, with a kind of {', '.join(KINDS)}.")
    known = [one for lineage in lineages for one in ingredients(lineage)]
    return next((one for one in known if (one.kind, one.id) == (kind, identity)), Ingredient(kind, identity))


def _decisions(system: System, folders: Sequence[Path], gaps: list[str]) -> dict[str, int]:
    """How many decisions each version made, by the log."""
    if system.log is None:
        gaps.append("No prediction log is described, so nobody knows how many decisions each version made.")
        return {}
    try:
        told = inquiries.described(system.log, folders=folders)
        if told.version is None:
            gaps.append("No column of the log says the version: name it in the description of the log.")
            return {}
        with told.opened() as engine:
            column = next((one for one in engine.columns() if one.name == told.version), None)
            if column is None:
                gaps.append(f"The log has no column {told.version}, which its description names for the version.")
                return {}
            cells = engine.counts(Ask((Name(told.version, column=column),), ((0,),)))
    except (LogError, BadRequest) as fault:
        gaps.append(f"The log cannot be read: {fault}")
        return {}
    # A log may say "v3" or "loans:3" where the registry says 3.
    counts: dict[str, int] = {}
    for cell in cells:
        if cell.values[0] is not None:
            name = _numbered(plain(cell.values[0]))
            counts[name] = counts.get(name, 0) + cell.rows
    return counts


def _numbered(version: str) -> str:
    end = version.rpartition(":")[2].rpartition("/")[2].removeprefix("v").removeprefix("V")
    return end if end.isdecimal() else version


@contextmanager
def _registry(system: System) -> Iterator[tuple[ModelRegistry, str, str] | None]:
    words = next((words for _, words in registries_of(system)), None)
    if words is None:
        yield None
        return
    from hotwash.connect.mlflow import Mlflow

    access: dict[str, Any] = {one: words[one] for one in ("token", "user", "password") if one in words}
    with Mlflow(words["url"], **access) as registry:
        yield registry, words["model"], words.get("alias", CHAMPION)


def _repository(system: System, folders: Sequence[Path]) -> DataVersions | None:
    places = {part: place for part, place, _ in repositories_of(system, folders)}
    place = places.get("data") or places.get("code")
    if place is None:
        return None
    from hotwash.connect.dvc import Dvc

    return Dvc(place)
