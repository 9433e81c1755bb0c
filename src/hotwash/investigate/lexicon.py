"""What sets one pile of texts apart from another: weighted log-odds with an informative Dirichlet prior.

Monroe, B. L., Colaresi, M. P. and Quinn, K. M. (2008), Fightin' words, Political Analysis 16:372-403, equations 15, 16,
20 and 22. The prior is the whole log, scaled to `PRIOR` terms (fewer in a small log), so that rare terms do not shout.
A term counts once a text: repetition within a text is no independent evidence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erfc, log, sqrt

from hotwash.investigate.proportions import holm

PRIOR = 500.0
PRIOR_SHARE = 0.1
"""Of the smaller pile's terms at most: a prior that outweighs the data would find nothing."""
TEXTS_LEAST = 5
"""A term that occurs in fewer texts is not weighed, nor shown: it could name a person."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or two, in how many texts of each pile it stands, and how far it leans towards the first."""

    term: str
    here: int
    there: int
    log_odds: float
    z: float
    p: float
    p_holm: float


def words(text: str) -> list[str]:
    """The words of a text in small letters."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def terms(text: str) -> set[str]:
    """Its words, and each two that stand beside each other."""
    held = words(text)
    return set(held) | {f"{a} {b}" for a, b in pairwise(held)}


def apart(here: Iterable[tuple[str, int]], there: Iterable[tuple[str, int]]) -> list[Term]:
    """Terms by how far they lean, the first pile's first.

    :param here: texts of the first pile, with how many rows hold each
    """
    piles = [_counted(pile) for pile in (here, there)]
    both = piles[0] + piles[1]
    kept = sorted(term for term, rows in both.items() if rows >= TEXTS_LEAST)
    whole = sum(both[term] for term in kept)
    if not kept:
        return []
    totals = [sum(pile[term] for term in kept) for pile in piles]
    strength = max(1.0, min(PRIOR, PRIOR_SHARE * min(totals)))
    scored: list[tuple[str, float, float]] = []
    for term in kept:
        prior = strength * both[term] / whole
        logs = [
            log((pile[term] + prior) / (total + strength - pile[term] - prior))
            for pile, total in zip(piles, totals, strict=True)
        ]
        spread = sum(1 / (pile[term] + prior) for pile in piles)
        gap = logs[0] - logs[1]
        scored.append((term, gap, gap / sqrt(spread)))
    ps = [erfc(abs(z) / sqrt(2)) for _, _, z in scored]
    found = [
        Term(term, piles[0][term], piles[1][term], gap, z, p, float(strict or 0.0))
        for (term, gap, z), p, strict in zip(scored, ps, holm(ps), strict=True)
    ]
    return sorted(found, key=lambda t: (-t.z, t.term))


def without_parts(found: Sequence[Term], most: int) -> list[Term]:
    """The first terms, leaving out those that say less than another on the list: *kill* beside *kill process*."""
    chosen: list[Term] = []
    for term in found:
        covered = any(
            (f" {term.term} " in f" {other.term} " or f" {other.term} " in f" {term.term} ")
            and min(term.here + term.there, other.here + other.there)
            >= 0.8 * max(term.here + term.there, other.here + other.there)
            for other in chosen
        )
        if not covered:
            chosen.append(term)
        if len(chosen) == most:
            break
    return chosen


def _counted(pile: Iterable[tuple[str, int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, rows in pile:
        for term in terms(text):
            counts[term] += rows
    return counts
