"""Synthetic AI systems whose harm is planted, and therefore known: what they log, and what is true of it.

::

    world = worlds.read(table)                         # the [world] table of a scenario
    worlds.write(world, Path("log.parquet"), rows=20_000, seed=7)
    known = worlds.truth(world, rows=20_000, seed=7)   # who was harmed, from the same draws
"""

from hotwash.drills.worlds.description import Harm, World
from hotwash.drills.worlds.faults import Fault, WorldWrong
from hotwash.drills.worlds.reading import read

__all__ = ["Fault", "Harm", "World", "WorldWrong", "read"]
