"""Why it happened, as a tree: factors and chains with the answers below them, what each rests on, and what to ask next.

A pure reading. It warns where a chain runs in a circle, has one answer under each question, or stops at a person or at
training; it forbids nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hotwash.incident.causes import Factor, Why, believed
from hotwash.incident.state import Incident
from hotwash.knowledge.factors import factors
from hotwash.knowledge.whys import Prompt, When, whys
from hotwash.reports.vocabulary import TAGS
from hotwash.reports.whys.stopping import same, stops_at_person, stops_at_training

__all__ = ["Forest", "Hint", "Node", "grow"]

CHAIN = 3
"""From how many answers on, one below the other, a chain without a branch is worth a question."""
ASKED = 3
DEPTH_MAX = 50
"""Answers one below the other that are shown, whatever a record from elsewhere holds."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at again, and why: ``circle``, ``person``, ``training``, ``chain`` or ``single``."""

    kind: str
    text: str
    entry: int | None = None


@dataclass(frozen=True)
class Node:
    """A factor, or one answer to why, with the answers below it."""

    cause: Factor | Why
    believed: bool
    dissents: int
    below: tuple["Node", ...]
    hints: tuple[Hint, ...] = ()
    prompts: tuple[Prompt, ...] = ()

    @property
    def entry(self) -> int:
        """Its number."""
        return self.cause.entry

    @property
    def question(self) -> str:
        """What was asked; empty for a factor."""
        return self.cause.event.question if isinstance(self.cause, Why) else ""

    @property
    def text(self) -> str:
        """What contributed, or the answer."""
        return self.cause.event.answer if isinstance(self.cause, Why) else self.cause.event.text

    @property
    def tag(self) -> str:
        """Where a factor lies, in words; empty for a why."""
        return TAGS.get(self.cause.event.tag, self.cause.event.tag) if isinstance(self.cause, Factor) else ""

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.cause.withdrawn is not None

    @cached_property
    def standing(self) -> tuple["Node", ...]:
        """The answers below it that stand."""
        return tuple(one for one in self.below if not one.withdrawn)

    @property
    def asked(self) -> tuple[Prompt, ...]:
        """What to ask next, in few words: all of it where something is to be looked at again, else one question."""
        return self.prompts if self.hints else self.prompts[:1]

    def all(self) -> Iterator["Node"]:
        """It, and everything below it."""
        yield self
        for one in self.below:
            yield from one.all()


@dataclass(frozen=True, slots=True)
class Forest:
    """All of them: factors with the whys below each, chains that begin with a why, and what holds for the whole."""

    factors: tuple[Node, ...]
    chains: tuple[Node, ...]
    hints: tuple[Hint, ...]
    """Every warning, those on single nodes too, in the order of the entries."""

    @property
    def roots(self) -> tuple[Node, ...]:
        """What the trees begin with."""
        return self.factors + self.chains

    @property
    def drawn(self) -> bool:
        """Whether there is anything that a picture would show."""
        return any(root.below for root in self.roots) or bool(self.chains)


def grow(incident: Incident) -> Forest:
    """The trees of an incident as they stand."""
    growing = _Growing(incident)
    roots = tuple(growing.node(factor, ()) for factor in incident.factors.values())
    chains = tuple(
        growing.node(why, ()) for why in incident.whys.values() if growing.begins(why) and growing.shows(why)
    )
    hints = [hint for root in roots + chains for node in root.all() for hint in node.hints]
    if len(roots) == 1:
        hints.insert(0, Hint("single", whys().warnings.single, roots[0].entry))
    return Forest(roots, chains, tuple(hints))


class _Growing:
    """An incident while its trees are read."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self.below: dict[int, list[Why]] = {}
        for why in incident.whys.values():
            if why.event.parent is not None:
                self.below.setdefault(why.event.parent, []).append(why)
        self.dissents: dict[int, int] = {}
        for said in incident.dissents:
            self.dissents[said.event.about] = self.dissents.get(said.event.about, 0) + 1

    def begins(self, why: Why) -> bool:
        """Whether a tree begins with it: it explains nothing, or something that no longer stands."""
        parent = why.event.parent
        return parent is None or (parent not in self.incident.whys and parent not in self.incident.factors)

    def shows(self, why: Why) -> bool:
        """What was taken back stays in its place only where something stands below it."""
        waiting = [why]
        while waiting:
            one = waiting.pop()
            if one.withdrawn is None:
                return True
            waiting += self.below.get(one.entry, ())
        return False

    def node(self, cause: Factor | Why, above: tuple[Node | Factor | Why, ...]) -> Node:
        """One node with all below it. A why explains an earlier entry only, so this ends."""
        path = (*above, cause)
        answers = self.below.get(cause.entry, ()) if len(path) < DEPTH_MAX else ()
        below = tuple(self.node(why, path) for why in answers if self.shows(why))
        doubted = believed(self.incident, cause.event)
        known = Node(cause, doubted, self.dissents.get(cause.entry, 0), below)
        if known.withdrawn:
            return known
        kind = _kind(known)
        hints = tuple(self._hints(known, above, kind))
        return Node(cause, doubted, known.dissents, below, hints, _prompts(known, kind))

    def _hints(self, node: Node, above: tuple[Node | Factor | Why, ...], kind: When) -> Iterator[Hint]:
        words = whys().warnings
        for other in above:
            if not isinstance(other, Node) and other.withdrawn is None and same(node.text, _words(other)):
                yield Hint("circle", words.circle.format(other=other.entry), node.entry)
                break
        else:
            later = {one.entry for one in node.all()} - {node.entry}
            for number in node.cause.event.supports:
                if number in later:
                    yield Hint("circle", words.circle.format(other=number), node.entry)
        if not node.standing and kind == "person":
            yield Hint("person", words.person if node.question else words.conditions_first, node.entry)
        if not node.standing and kind == "training":
            yield Hint("training", words.training, node.entry)
        if not above and (length := _straight(node)) >= CHAIN:
            yield Hint("chain", words.chain.format(length=length), node.entry)


def _words(cause: Factor | Why) -> str:
    return cause.event.answer if isinstance(cause, Why) else cause.event.text


def _kind(node: Node) -> When:
    if stops_at_training(node.text):
        return "training"
    if stops_at_person(node.text):
        return "person"
    return "condition" if node.question else "first"


def _straight(node: Node) -> int:
    """How many answers stand below a root one by one; 0 where the tree branches."""
    length = 0 if isinstance(node.cause, Factor) else 1
    while len(node.standing) == 1:
        node, length = node.standing[0], length + 1
    return 0 if node.standing else length


def _prompts(node: Node, kind: When) -> tuple[Prompt, ...]:
    known = whys()
    asks = list(known.asks(kind))
    if kind == "first" and isinstance(node.cause, Factor):
        own = factors().tag(node.cause.event.tag).asks
        asks = [*asks[:1], *(Prompt("first", ask, "") for ask in own[:1]), *asks[1:]]
    if node.believed and not node.standing:
        asks = [*asks[: ASKED - 1], *known.asks("believed")]
    return tuple(asks[:ASKED])
