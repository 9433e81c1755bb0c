"""Texts that are nearly the same: MinHash signatures, banded, and every candidate pair checked.

Broder, A. Z. (1997), On the resemblance and containment of documents, SEQUENCES 21-29; banding as in Leskovec, J.,
Rajaraman, A. and Ullman, J. D. (2020), Mining of massive datasets, chapter 3. Two texts are near if they share `ALIKE`
of their shingles (Jaccard); a cluster is what hangs together by such pairs.
"""

import re
from collections.abc import Sequence
from zlib import crc32

from hotwash.investigate.errors import LogError

ALIKE = 0.6
BANDS, BAND_ROWS = 32, 3
"""A pair of the least likeness becomes a candidate with a chance of 1 - (1 - 0.6 ** 3) ** 32, over 0.9995."""
SHINGLE = 3
CANDIDATES_MAX = 200
"""Within one bucket, each text is compared with so many others at most: a bucket of a thousand copies hangs together
by less than all its pairs."""
_WORD = re.compile(r"\w+")


def shingles(text: str) -> frozenset[int]:
    """The hashes of every three words in a row; of all words together in a shorter text."""
    held = _WORD.findall(text.lower())
    if len(held) <= SHINGLE:
        return frozenset((crc32(" ".join(held).encode()),)) if held else frozenset()
    rows = zip(*(held[i:] for i in range(SHINGLE)), strict=False)
    return frozenset(crc32(" ".join(row).encode()) for row in rows)


def clusters(texts: Sequence[str]) -> list[list[int]]:
    """Places of texts that hang together, in groups of two and more, the largest first.

    :raises LogError: if numpy is not installed
    """
    try:
        import numpy as np
    except ImportError:
        raise LogError(
            "Finding texts that are nearly the same needs numpy: pip install 'hotwash[questions]'."
        ) from None
    rng = np.random.default_rng(1997)
    size = BANDS * BAND_ROWS
    factors = rng.integers(0, 1 << 63, size, dtype=np.uint64)[:, None] * np.uint64(2) + np.uint64(1)
    shifts = rng.integers(0, 1 << 63, size, dtype=np.uint64)[:, None]
    held = [shingles(text) for text in texts]
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for place, own in enumerate(held):
        if not own:
            continue
        numbers = np.fromiter(own, dtype=np.uint64, count=len(own))
        # Multiply and shift in 64 bits that wrap around: the upper half is close to a random order.
        signature = ((numbers[None, :] * factors + shifts) >> np.uint64(32)).min(axis=1)
        for band in range(BANDS):
            key = (band, signature[band * BAND_ROWS : (band + 1) * BAND_ROWS].tobytes())
            buckets.setdefault(key, []).append(place)
    parent = list(range(len(texts)))
    for members in buckets.values():
        for i, one in enumerate(members[1:], 1):
            for other in members[max(0, i - CANDIDATES_MAX) : i]:
                here, there = _root(parent, one), _root(parent, other)
                if here != there and alike(held[one], held[other]) >= ALIKE:
                    parent[max(here, there)] = min(here, there)
    groups: dict[int, list[int]] = {}
    for place in range(len(texts)):
        groups.setdefault(_root(parent, place), []).append(place)
    return sorted((g for g in groups.values() if len(g) > 1), key=lambda g: (-len(g), g[0]))


def alike(one: frozenset[int], two: frozenset[int]) -> float:
    """The share of shingles of either that both have."""
    return len(one & two) / len(one | two) if one or two else 0.0


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place
