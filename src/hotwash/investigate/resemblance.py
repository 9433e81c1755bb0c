"""Which texts are about the same as a text: words and pairs of words, weighed by how rare they are.

Okapi BM25 (Robertson, S. and Zaragoza, H. (2009), Foundations and Trends in Information Retrieval 3:333-389) with the
constants of the literature, over words without their plural and, at half their weight, pairs of neighbouring words.
Which of some 50 such ways is taken was chosen on the pairs of the AI Incident Database that the OECD's monitor holds
for one event, and that choice was itself cross-validated: see `docs/decisions/0110`.

Whole texts are ranked, in memory; nothing here knows what they are texts of.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise
from math import log

K1, B = 1.2, 0.75
PAIR = 0.5
"""What a pair of neighbouring words weighs against a word of the same rarity."""
ASKED_TWICE = 2.0
"""How often a word of the question counts at most."""
TEXT_MAX = 20_000
"""So many characters of a text are read."""
_WORD = re.compile(r"[^\W_]+")
_SAYS_NOTHING = """
    a an and are as at be been being but by for from had has have he her his in into is it its of on or she that the
    their them they this to was were which who whom whose will with not no than then there these those while when where
    after before during over under about also more most other some such only own same so too very can could would should
    may might must do does did s t allege alleged allegedly reportedly purported purportedly
"""
_SILENT = frozenset(_SAYS_NOTHING.split())
"""Words that say nothing of what happened; the last ones only that it was told."""


def terms(text: str) -> dict[str, float]:
    """The words of a text and the pairs of neighbours in it, each with how often it stands there."""
    plain = unicodedata.normalize("NFKD", text[:TEXT_MAX].casefold()).replace("’", "'").replace("'s", "")
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    words = [_singular(word) for word in _WORD.findall(plain) if word not in _SILENT]
    found: dict[str, float] = {}
    for word in words:
        found[word] = found.get(word, 0.0) + 1
    for one, two in pairwise(words):
        pair = f"{one} {two}"
        found[pair] = found.get(pair, 0.0) + PAIR
    return found


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


@dataclass(frozen=True, slots=True)
class Alike:
    """A text that resembles the one asked about.

    :param score: from 0 to 1: what share of the weight of the question it has; 1 for the same words
    """

    key: str
    score: float


@dataclass(slots=True)
class Texts:
    """Texts by a key each, ready to be held against another. It is made from them and can be made again."""

    _terms: dict[str, Mapping[str, float]] = field(default_factory=dict)
    _lengths: dict[str, float] = field(default_factory=dict)
    _places: dict[str, dict[str, float]] = field(default_factory=dict)
    _total: float = 0.0

    def __len__(self) -> int:
        return len(self._terms)

    def __contains__(self, key: str) -> bool:
        return key in self._terms

    def put(self, key: str, text: str) -> None:
        """Take up a text, in place of the one that had this key."""
        self.drop(key)
        found = terms(text)
        self._terms[key] = found
        self._lengths[key] = sum(found.values())
        self._total += self._lengths[key]
        for term, count in found.items():
            self._places.setdefault(term, {})[key] = count

    def drop(self, key: str) -> None:
        """Forget a text, with every word of it."""
        for term in self._terms.pop(key, ()):
            places = self._places[term]
            del places[key]
            if not places:
                del self._places[term]
        self._total -= self._lengths.pop(key, 0.0)

    def like(
        self, text: str, *, top: int = 10, without: Iterable[str] = (), among: Callable[[str], bool] | None = None
    ) -> list[Alike]:
        """The texts that resemble one most, best first; equal ones by their key.

        :param without: keys that are passed over
        :param among: whether a key may be among them; asked only of those that are about to be
        """
        asked = terms(text)
        count, mean = len(self._terms), self._total / len(self._terms) if self._terms else 1.0
        base, slope = K1 * (1 - B), K1 * B / (mean or 1.0)
        scores: dict[str, float] = {}
        lengths, full, own = self._lengths, 0.0, base + slope * sum(asked.values())
        for term, times in asked.items():
            places = self._places.get(term, {})
            weight = min(times, ASKED_TWICE) * log(1 + (count - len(places) + 0.5) / (len(places) + 0.5)) * (K1 + 1)
            full += weight * times / (times + own)
            for key, n in places.items():
                scores[key] = scores.get(key, 0.0) + weight * n / (n + base + slope * lengths[key])
        for key in without:
            scores.pop(key, None)
        found: list[Alike] = []
        size = top if among is None else 4 * top
        # Whoever asks `among` may have to ask a table: those who are likely come first, and all if that is not enough.
        while len(found) < top:
            best = nlargest(size, scores.items(), key=lambda one: (one[1], one[0]))
            if not best:
                break
            for key, score in best:
                del scores[key]
                if among is None or among(key):
                    found.append(Alike(key, round(min(1.0, score / full), 4) if full else 0.0))
        return sorted(found[:top], key=lambda one: (-one.score, one.key))
