"""What this process counts of its own exchanges: how many, how they ended, how long they took. No paths, no people.

A process counts for itself, so a monitor asks each process. Areas are the first words of addresses, a closed list, so
that nobody can make the figures grow.
"""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
AREAS = frozenset(
    {"api", "guard", "health", "in", "incidents", "metrics", "ofrep", "published", "report", "say", "static", "status"}
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def area(path: str) -> str:
    """The part of the product that an address belongs to; ``other`` for the pages beside."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in AREAS else "other"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was counted until a moment.

    :param ended: how many exchanges ended, by area, method and status
    :param lasted: by area, how many lasted as long as each bound, and how many longer than all
    """

    ended: dict[tuple[str, str, int], int]
    lasted: dict[str, tuple[int, ...]]
    lasted_s: dict[str, float]
    going_on: int


class Exchanges:
    """Counts exchanges, for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: Counter[tuple[str, str, int]] = Counter()
        self._lasted: dict[str, list[int]] = {}
        self._lasted_s: defaultdict[str, float] = defaultdict(float)
        self._going_on = 0

    def begin(self) -> None:
        """One more is going on."""
        with self._lock:
            self._going_on += 1

    def end(self, where: str, method: str, status: int, lasted_s: float) -> None:
        """It came to an end."""
        with self._lock:
            self._going_on -= 1
            self._ended[where, method if method in METHODS else "other", status] += 1
            self._lasted.setdefault(where, [0] * (len(BOUNDS_S) + 1))[bisect_left(BOUNDS_S, lasted_s)] += 1
            self._lasted_s[where] += lasted_s

    def seen(self) -> Seen:
        """All of it at this moment."""
        with self._lock:
            lasted = {name: tuple(counts) for name, counts in self._lasted.items()}
            return Seen(dict(self._ended), lasted, dict(self._lasted_s), self._going_on)


EXCHANGES = Exchanges()
