"""What every question makes of worlds whose truth is known, measured: how often it is right, over many seeds.

`python -m tests.investigate.truth --write` plays all worlds and writes docs/explanation/truth.md. The tests play a few
of the same worlds in `make test`, and all of them in `make soak`.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from tests.investigate.plays import PLAYS, Play, Promise
from tests.investigate.verdicts import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "truth.md"
FIRST_SEED = 20_000


@dataclass(frozen=True, slots=True)
class Measured:
    """How often one promise was kept."""

    promise: Promise
    hits: int
    runs: int

    @property
    def rate(self) -> float:
        """As a share."""
        return self.hits / self.runs

    @property
    def limits(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        z, p, n = 1.959964, self.rate, self.runs
        middle, reach = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - reach) / (1 + z * z / n)), min(1.0, (middle + reach) / (1 + z * z / n))

    @property
    def kept(self) -> bool:
        """Whether the measured share keeps the promise. A false alarm rate does if its interval reaches the promise:
        it is promised as a probability, which a measured share scatters around."""
        return self.limits[0] <= self.promise.share if self.promise.alarm else self.rate >= self.promise.share


def played(name: str, runs: int) -> dict[str, Measured]:
    """One kind of world, so many times, from the same seeds each time."""
    return _counted(PLAYS[name], [_one((name, FIRST_SEED + i)) for i in range(runs)])


def _one(which: tuple[str, int]) -> Verdict:
    return PLAYS[which[0]].ask(which[1])


def _counted(play: Play, verdicts: list[Verdict]) -> dict[str, Measured]:
    found = {}
    for name, promise in play.promises.items():
        told = [one[name] for one in verdicts if one[name] is not None]
        found[name] = Measured(promise, sum(map(bool, told)), len(told))
    return found


def page(measured: dict[str, dict[str, Measured]]) -> str:
    """The page of the documentation."""
    rows = []
    for name, found in measured.items():
        play = PLAYS[name]
        for place, one in enumerate(found.values()):
            low, high = one.limits
            promise = f"{'≤' if one.promise.alarm else '≥'} {100 * one.promise.share:g} %"
            if one.promise.share == 1:
                promise = "all"
            rows.append(
                f"| {play.question if not place else ''} | {play.world if not place else ''} | {one.promise.says} | "
                f"{promise} | {one.hits:,} of {one.runs:,} | {100 * one.rate:.1f} % | "
                f"{100 * low:.1f}–{100 * high:.1f} | {'kept' if one.kept else '**missed**'} |"
            )
    return HEAD + "\n".join(rows) + "\n"


HEAD = """# How often the questions are right

Worlds with planted truth: who was harmed, since when, by how much, at which depth. Each world is drawn from a seed, a
question is asked of it, and its answer is held against what was planted. The worlds stand in
`tests/investigate/worlds.py`, what is held against what in `verdicts.py` and `plays.py` beside it. `make test` plays a
few of each; `make soak` plays all and fails where a promise is broken. This page is written by
`python -m tests.investigate.truth --write`, from the same seeds each time, so that it changes only with the code.

How to read it: *promised* is what the tests hold; the last number is Wilson's 95 % interval of the measured share, in
per cent. A false alarm is promised as a probability; it counts as kept while that interval reaches down to the promise.
An interval of 95 % is promised to hold in at least 93 % of the worlds. What such worlds cannot show: how well the
questions do where the world is built otherwise than they assume. What each assumes stands on its page in the reference.

| question | world | what should come true | promised | measured | share | interval | |
|---|---|---|---|---|---|---|---|
"""


def main(argv: list[str] | None = None) -> int:
    """Play, print, and write the page if asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[[], *PLAYS], metavar="WORLD")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--write", action="store_true")
    told = parser.parse_args(argv)
    measured = {}
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for name in told.names or PLAYS:
            play = PLAYS[name]
            seeds = [(name, FIRST_SEED + i) for i in range(told.runs or play.many)]
            measured[name] = _counted(play, list(pool.map(_one, seeds, chunksize=5)))
            for one in measured[name].values():
                low, high = one.limits
                sys.stdout.write(
                    f"{name}: {one.promise.says}: {one.hits} of {one.runs} = {one.rate:.4f} ({low:.3f} to {high:.3f})"
                    f"{'' if one.kept else '  MISSED'}\n"
                )
            sys.stdout.flush()
    if told.write:
        PAGE.write_text(page(measured), encoding="utf-8")
    return 0 if all(one.kept for found in measured.values() for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
