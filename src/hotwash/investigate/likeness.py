"""Short texts that say the same in other words: what each is about, and which pile it belongs to.

A text becomes a set of features: words cut to their stem, or the concept that a lexicon gives for them, whatever the
language. A pile has a profile: in what share of its texts each feature stands. A text and a profile are held together
by the cosine of their weighted features, where a feature weighs more the fewer piles have it (the inverse document
frequency of Sparck Jones, K. (1972), Journal of Documentation 28:11-21, counted over piles, so that a pile of a hundred
complaints does not make its own words common). Near copies are found by shingles: see `neighbours`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log, sqrt

from hotwash.investigate.masking import mask

STEM = 6
FEATURES_MAX = 80
"""Of a long text the first so many features count."""
TEXT_MAX = 6_000
PRIOR_PILES = 30.0
"""What is known of words before there are piles: as if there were so many others."""
JOIN = 0.36
"""The least likeness at which a text joins a pile: chosen on one half of the labelled complaints (tests/complaints)."""
PERHAPS = 0.22
"""From here on two piles are shown to a person as perhaps the same."""
SHARED_LEAST = 2
"""A text joins by so many features at least, unless it has no more."""
COMMON_LEAST = 5
"""A common word of so many letters is also passed over as the beginning of a longer one."""
CONCEPT_WEIGHT = 1.6
"""What a concept weighs against a word of the same rarity: two people choose different words for the same."""
_TOKEN = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]{2,}")
_MASKED = re.compile(r"\[[a-z]+\]")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which words say nothing, and which mean the same: beginnings of words, whole ones with ``!``."""

    common: Mapping[str, bool]
    concepts: Mapping[str, str]
    longest: int

    @classmethod
    def of(cls, common: Iterable[str], concepts: Mapping[str, Sequence[str]]) -> "Lexicon":
        """Made ready for looking up."""
        silent = dict.fromkeys(common, True)
        meant = {word: f"={name}" for name, words in concepts.items() for word in words}
        return cls(silent, meant, max((len(word) for word in (*silent, *meant)), default=0))

    def meaning(self, word: str) -> str:
        """The concept of a word, ``""`` if it says nothing, else its stem."""
        if f"{word}!" in self.concepts:
            return self.concepts[f"{word}!"]
        if f"{word}!" in self.common or word in self.common:
            return ""
        for size in range(min(len(word), self.longest), 2, -1):
            if (found := self.concepts.get(word[:size])) is not None:
                return found
            if size >= COMMON_LEAST and word[:size] in self.common:
                return ""
        return word[:-1] if len(word) == STEM - 1 and word.endswith("s") else word[:STEM]


def features(text: str, lexicon: Lexicon) -> frozenset[str]:
    """What a text is about. What names a person is masked first and never becomes a feature."""
    plain = _MASKED.sub(" ", mask(text[:TEXT_MAX])[0]).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    found: dict[str, None] = {}
    for token in _TOKEN.findall(plain):
        word = token.replace("’", "'").removesuffix("'s")
        if _WIDE.fullmatch(word):
            # Without spaces between words, two signs in a row are the nearest thing to one.
            found.update((a + b, None) for a, b in pairwise(word))
        elif len(word) > 1 and (meaning := lexicon.meaning(word)):
            found[meaning[:40]] = None
        if len(found) >= FEATURES_MAX:
            break
    return frozenset(list(found)[:FEATURES_MAX])


@dataclass(slots=True)
class Profile:
    """A pile: how many texts it has, and in how many of them each feature stands."""

    texts: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each feature weighs, from the number of piles in which it stands."""

    piles: int
    spread: Mapping[str, int] = field(default_factory=dict)

    def of(self, feature: str) -> float:
        """The weight of one feature."""
        rare = log((PRIOR_PILES + self.piles + 1) / (1 + self.spread.get(feature, 0)))
        return rare * CONCEPT_WEIGHT if feature.startswith("=") else rare


def likeness(own: frozenset[str], pile: Profile, weights: Weights) -> float:
    """The cosine of a text's features and a pile's profile, from 0 to 1.

    In the profile a feature counts by the root of its share, so that what half of the texts say still says a lot.
    """
    return _cosine({one: weights.of(one) for one in own}, _weighed(pile, weights)) if pile.texts else 0.0


def between(one: Profile, other: Profile, weights: Weights) -> float:
    """The cosine of two profiles."""
    return _cosine(_weighed(one, weights), _weighed(other, weights)) if one.texts and other.texts else 0.0


def _weighed(pile: Profile, weights: Weights) -> dict[str, float]:
    return {one: weights.of(one) * sqrt(min(1.0, n / pile.texts)) for one, n in pile.counts.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = one.keys() & other.keys()
    if len(shared) < min(SHARED_LEAST, len(one), len(other)) or not shared:
        return 0.0
    lengths = sqrt(sum(x * x for x in one.values()) * sum(x * x for x in other.values()))
    return sum(one[name] * other[name] for name in shared) / lengths if lengths else 0.0


def best(own: frozenset[str], piles: Mapping[int, Profile], weights: Weights) -> tuple[int, float] | None:
    """The pile that a text is most like, with how much; the older one of two that are equal."""
    rated = [(likeness(own, pile, weights), -number) for number, pile in piles.items()]
    if not rated:
        return None
    score, number = max(rated)
    return (-number, score) if score > 0 else None
