"""A tree against what was found: which causes remain, and which single barrier would have stopped most paths.

A path is a minimal cut set of the tree as it was drawn. What was ruled out takes the paths through it away; what was
confirmed stays in them. Which paths remain, and how many each cause is in, is counted without listing them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from hotwash.investigate.trees.diagrams.solving import Unsolved
from hotwash.investigate.trees.diagrams.table import Full
from hotwash.investigate.trees.listing import likeliest
from hotwash.investigate.trees.model import Tree
from hotwash.investigate.trees.solving import Solved, work_out

Standing = Literal["confirmed", "ruled-out", "open"]
PATHS = 50
NODES_MAX = 1 << 14
"""Beyond what a person draws, a page does not wait."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause that may still stand on a path: how many of the remaining ones it is in, which a barrier there would have
    stopped.

    ``now`` is how probable it is, given that the top event happened and what was found; None where chances are missing.
    """

    name: str
    standing: Standing
    stops: int
    share: float
    now: float | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What remains. ``established`` are paths of which every event is confirmed; ``explained`` is whether there is
    one.
    """

    paths: int
    remaining: int
    listed: tuple[tuple[str, ...], ...]
    established: tuple[tuple[str, ...], ...]
    causes: tuple[Cause, ...]
    impossible: bool

    @property
    def explained(self) -> bool:
        """Whether what is confirmed suffices for the top event."""
        return bool(self.established)


def against(tree: Tree, standing: Mapping[str, Standing], *, nodes_max: int = NODES_MAX) -> Findings | None:
    """Hold a sound tree against the standing of its events (those not named are open). None where it is too large."""
    try:
        plain = work_out(tree, nodes_max=nodes_max, compiled=False)
        out = {name: False for name, so in standing.items() if so == "ruled-out"}
        left = work_out(tree, fixed=out, nodes_max=nodes_max, compiled=False) if out else plain
        paths = plain.solution.count(nodes_max)
        remaining = left.solution.count(nodes_max)
        listed = _listed(left, PATHS, nodes_max)
        causes = _causes(tree, left, standing, remaining, nodes_max=nodes_max)
    except (Unsolved, Full):
        return None
    confirmed = {name for name, so in standing.items() if so == "confirmed"}
    members = {one.name: set(one.members) for one in left.function.variables}
    established = tuple(path for path in listed if all(members[name] <= confirmed for name in path))
    if not established and confirmed:
        known = {event.name: event.name in confirmed for event in tree.events}
        sure = work_out(tree, fixed=known, nodes_max=nodes_max, compiled=False)
        if sure.solution.probability(sure.chances) == 1.0 and not sure.function.variables:
            established = (tuple(sorted(confirmed)),)
    return Findings(paths, remaining, listed, established, causes, remaining == 0)


def _listed(left: Solved, most: int, nodes_max: int) -> tuple[tuple[str, ...], ...]:
    names = [one.name for one in left.function.variables]
    found = islice(likeliest(left.solution, left.chances, nodes_max=nodes_max), most)
    return tuple(tuple(names[at] for at in one) for one in found)


def _causes(
    tree: Tree, left: Solved, standing: Mapping[str, Standing], remaining: int, *, nodes_max: int
) -> tuple[Cause, ...]:
    now = _now(tree, left, standing, nodes_max=nodes_max)
    by_event: dict[str, set[int]] = {}
    for at, one in enumerate(left.function.variables):
        for member in one.members:
            by_event.setdefault(member, set()).add(at)
    found = []
    for event in tree.events:
        if event.name in by_event and remaining:
            stops = remaining - left.solution.count_without(frozenset(by_event[event.name]))
            if stops:
                so = standing.get(event.name, "open")
                found.append(Cause(event.name, so, stops, stops / remaining, now.get(event.name)))
    return tuple(sorted(found, key=lambda one: (-one.stops, -(one.now or 0.0))))


def _now(tree: Tree, left: Solved, standing: Mapping[str, Standing], *, nodes_max: int) -> dict[str, float]:
    """How probable each event is, given the top event and what was found."""
    if left.function.missing:
        return {}
    known = {name: so == "confirmed" for name, so in standing.items() if so != "open"}
    solved = work_out(tree, fixed=known, nodes_max=nodes_max, compiled=False)
    top = solved.solution.probability(solved.chances)
    found = {name: 1.0 for name, so in known.items() if so}
    if not top:
        return found
    derivatives = solved.solution.derivatives(solved.chances)
    alone: dict[str, list[int]] = {}
    for at, one in enumerate(solved.function.variables):
        for member in one.members:
            alone.setdefault(member, []).append(at)
    for name, places in alone.items():
        if len(places) == 1:
            at = places[0]
            chance = solved.chances[at]
            found[name] = min(1.0, chance * (top + (1.0 - chance) * derivatives[at]) / top)
        else:
            none = list(solved.chances)
            free = 1.0
            for at in places:
                none[at] = 0.0
                free *= 1.0 - solved.chances[at]
            found[name] = min(1.0, max(0.0, 1.0 - free * solved.solution.probability(none) / top))
    return found
