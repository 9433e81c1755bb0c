"""Piles of texts in memory, with an index from features to piles, and how they are sorted anew."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotwash.investigate.likeness import JOIN, Profile, Weights, best, between

CANDIDATES = 30
POSTINGS_MAX = 4_000
"""Of a text's features the rarest lead to piles, until so many places were looked at."""
STAY = 0.7
"""A text stays where it is down to this part of `JOIN`: so that sorting anew does not shuffle what is doubtful."""
MERGE = 0.6
"""Two piles become one from this likeness of their profiles."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A text in its pile. One that a person put there is not moved.

    :param apart: only texts with the same word, or with none, go into one pile: the AI system
    """

    id: int
    features: frozenset[str]
    pile: int
    fixed: bool = False
    apart: str = ""


class Piles:
    """Piles by number, each with its profile. New ones get numbers below zero."""

    def __init__(self, texts: Iterable[Placed]) -> None:
        self.profiles: dict[int, Profile] = {}
        self.apart: dict[int, Counter[str]] = {}
        self._index: dict[str, set[int]] = {}
        self._new = 0
        for text in texts:
            self.add(text.pile, text)

    def add(self, pile: int, text: Placed) -> None:
        """Put a text into a pile."""
        profile = self.profiles.setdefault(pile, Profile(0, Counter()))
        profile.texts += 1
        counts = _counter(profile.counts)
        for one in text.features:
            counts[one] += 1
            self._index.setdefault(one, set()).add(pile)
        self.apart.setdefault(pile, Counter())[text.apart] += 1

    def remove(self, pile: int, text: Placed) -> None:
        """Take a text out of a pile; a pile without texts is gone."""
        profile = self.profiles[pile]
        profile.texts -= 1
        counts = _counter(profile.counts)
        for one in text.features:
            counts[one] -= 1
            if not counts[one]:
                del counts[one]
                self._index[one].discard(pile)
        self.apart[pile][text.apart] -= 1
        self.apart[pile] += Counter()
        if not profile.texts:
            del self.profiles[pile], self.apart[pile]

    def fresh(self) -> int:
        """The number of a new pile."""
        self._new -= 1
        return self._new

    def best(self, text: Placed) -> tuple[int, float] | None:
        """The pile that a text is most like."""
        near = self.near(text.features, self.weights(text.features))
        fitting = {pile: self.profiles[pile] for pile in near if self.fits(pile, text.apart)}
        named = {one for pile in fitting.values() for one in pile.counts} | text.features
        return best(text.features, fitting, self.weights(named))

    def fits(self, pile: int, apart: str) -> bool:
        """Whether a text with this word may go into a pile."""
        held = set(self.apart[pile]) - {""}
        return not apart or not held or apart in held

    def near(self, features: Iterable[str], weights: Weights) -> list[int]:
        """The piles that share the rarest features."""
        found: Counter[int] = Counter()
        weighed: dict[int, float] = {}
        looked = 0
        for one in sorted(features, key=lambda one: (-weights.of(one), one)):
            held = self._index.get(one, ())
            looked += len(held)
            if looked > POSTINGS_MAX and weighed:
                break
            for pile in held:
                weighed[pile] = weighed.get(pile, 0.0) + weights.of(one) ** 2
                found[pile] += 1
        return sorted(weighed, key=lambda pile: (-weighed[pile], pile))[:CANDIDATES]

    def weights(self, features: Iterable[str]) -> Weights:
        """What these features weigh now."""
        return Weights(len(self.profiles), {one: len(self._index.get(one, ())) for one in features})


def sorted_anew(texts: Iterable[Placed], *, rounds: int = 2) -> dict[int, int]:
    """The pile of every text after they were held against each other again; piles keep their numbers.

    Below zero are piles that did not exist. What a person placed stays, and so does what is nearly as like its own pile
    as `JOIN` asks; a pile that turns out to say the same as another goes into the one with the lower number.
    """
    every = list(texts)
    piles = Piles(every)
    where = {text.id: text.pile for text in every}
    for _ in range(rounds):
        for text in every:
            if text.fixed:
                continue
            here = where[text.id]
            piles.remove(here, text)
            found = piles.best(text)
            if found is not None and (found[1] >= JOIN or (found[0] == here and found[1] >= STAY * JOIN)):
                where[text.id] = found[0]
            elif here in piles.profiles:
                where[text.id] = piles.fresh()
            piles.add(where[text.id], text)
        _merge(piles, every, where)
    return where


def _merge(piles: Piles, every: list[Placed], where: dict[int, int]) -> None:
    fixed = {where[text.id] for text in every if text.fixed}
    into: dict[int, int] = {}
    for pile, profile in sorted(piles.profiles.items(), key=lambda one: (one[0] < 0, abs(one[0]))):
        if profile.texts < 2 or pile in fixed:
            continue
        for other in piles.near(profile.counts, piles.weights(profile.counts)):
            if other == pile or other in into or (other < 0, abs(other)) > (pile < 0, abs(pile)):
                continue
            if not all(piles.fits(other, apart) for apart in piles.apart[pile]):
                continue
            both = piles.weights({*profile.counts, *piles.profiles[other].counts})
            if between(profile, piles.profiles[other], both) >= MERGE:
                into[pile] = other
                break
    for text in every:
        if where[text.id] in into and not text.fixed:
            piles.remove(where[text.id], text)
            where[text.id] = into[where[text.id]]
            piles.add(where[text.id], text)


def _counter(counts: Mapping[str, int]) -> Counter[str]:
    assert isinstance(counts, Counter)
    return counts
