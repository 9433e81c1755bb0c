"""Fault trees as they stand: versions, and what was found of their events. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from hotwash.incident.events.trees import TreeEventJudged, TreeKept
from hotwash.incident.parts import Said


@dataclass(frozen=True, slots=True)
class KeptTree:
    """One tree with its versions, the last one counts, and the last word on each event."""

    versions: tuple[Said[TreeKept], ...]
    judged: tuple[Said[TreeEventJudged], ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.versions[0].event.name

    @property
    def last(self) -> Said[TreeKept]:
        """The version that counts."""
        return self.versions[-1]

    @property
    def standing(self) -> dict[str, Said[TreeEventJudged]]:
        """The last word on each event."""
        return {said.event.event: said for said in self.judged}


class _WithTrees(Protocol):
    trees: dict[str, KeptTree]


def _kept(incident: _WithTrees, said: Said[TreeKept]) -> None:
    known = incident.trees.get(said.event.name)
    fresh = KeptTree((said,)) if known is None else replace(known, versions=(*known.versions, said))
    incident.trees = incident.trees | {said.event.name: fresh}


def _judged(incident: _WithTrees, said: Said[TreeEventJudged]) -> None:
    known = incident.trees.get(said.event.tree)
    if known is not None:
        incident.trees = incident.trees | {known.name: replace(known, judged=(*known.judged, said))}


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {TreeKept: _kept, TreeEventJudged: _judged}
"""How each of these events changes the state."""
