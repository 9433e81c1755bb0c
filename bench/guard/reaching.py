"""Guards in a process of their own, which notes when each new state could first be decided.

``python -m bench.guard.reaching URL TOKEN GUARDS stream|poll``; on a line of input it prints the moments by tag.
"""

import json
import sys
import time
from collections import defaultdict

from hotwash.guard import Guard
from hotwash.guard.moments import Word
from hotwash.guard.snapshot import Snapshot

MOMENTS: dict[str, list[float]] = defaultdict(list)


class Noting(Guard):
    """Notes the moment after the table was changed."""

    def _put(self, snapshot: Snapshot, word: Word) -> None:
        super()._put(snapshot, word)
        MOMENTS[snapshot.etag].append(time.monotonic())


def main() -> None:
    """Follow until the input ends."""
    url, token, guards, by = sys.argv[1:]
    made = [Noting(url, token=token, stream=by == "stream") for _ in range(int(guards))]
    for _ in sys.stdin:
        print(json.dumps(MOMENTS), flush=True)
    for one in made:
        one._follower.stop.set()


if __name__ == "__main__":
    main()
