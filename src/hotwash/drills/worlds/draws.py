"""Random numbers that are counted off from a seed: each column of each block of rows has its own stream (Philox).

A row is drawn alike whatever was drawn before it, so a world does not depend on how it is cut into pieces, and the same
row can be drawn with a harm and without. What belongs to a person comes from the person's number, not from the row.
"""

import hashlib
from typing import Any

from hotwash.drills.worlds.faults import NumpyMissing

try:
    import numpy as np
except ImportError as missing:  # pragma: no cover - numpy is an extra
    raise NumpyMissing from missing

BLOCK = 61_440
"""Rows that are drawn at once: two blocks make a row group of a Parquet file."""

Numbers = Any
"""An array of numpy."""

_GOLDEN, _MIX_1, _MIX_2 = (np.uint64(one) for one in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def key(*words: object) -> int:
    """64 bits of a name, the same everywhere."""
    text = "\x1f".join(map(str, words)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def stream(seed: int, name: str, block: int = 0) -> np.random.Generator:
    """The stream of one column in one block."""
    low = key(seed, name)
    return np.random.Generator(np.random.Philox(key=[low, block]))


class Draws:
    """The streams of one block. A shorter block draws the beginning of the same numbers."""

    def __init__(self, seed: int, block: int, rows: int) -> None:
        self.seed, self.block, self.rows = seed, block, rows

    def uniform(self, name: str) -> Numbers:
        """Numbers from 0 to 1, without 1."""
        return stream(self.seed, name, self.block).random(self.rows, dtype=np.float32)

    def fine(self, name: str) -> Numbers:
        """Numbers from 0 to 1 in 53 bits."""
        return stream(self.seed, name, self.block).random(self.rows)

    def normal(self, name: str) -> Numbers:
        """Standard normal numbers."""
        return stream(self.seed, name, self.block).standard_normal(self.rows, dtype=np.float32)

    def whole(self, name: str, top: int) -> Numbers:
        """Whole numbers from 0 to below ``top``."""
        return (self.fine(name) * top).astype(np.int64)


def of_person(person: Numbers, seed: int, name: str) -> Numbers:
    """A number from 0 to 1 for each person, always the same for the same person (SplitMix64)."""
    mixed = person.astype(np.uint64)
    mixed += np.uint64(key(seed, name))
    mixed *= _GOLDEN
    mixed ^= mixed >> np.uint64(30)
    mixed *= _MIX_1
    mixed ^= mixed >> np.uint64(27)
    mixed *= _MIX_2
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)


def quantile(share: float) -> float:
    """The place of a share in the standard normal distribution."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)
