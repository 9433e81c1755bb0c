"""Synthetic AI systems whose harm is planted, and therefore known: what they log, and what is true of it.

::

    world = worlds.read(table)                         # the [world] table of a scenario
    worlds.write(world, Path("log.parquet"), rows=20_000, seed=7)
    known = worlds.truth(world, rows=20_000, seed=7)   # who was harmed, from the same draws

Reading needs nothing but the core; drawing needs numpy (``hotwash[questions]``).
"""

from typing import TYPE_CHECKING, Any

from hotwash.drills.worlds.description import Harm, World
from hotwash.drills.worlds.faults import Fault, NumpyMissing, WorldWrong
from hotwash.drills.worlds.reading import read, span

if TYPE_CHECKING:
    from hotwash.drills.worlds.harming import Stop
    from hotwash.drills.worlds.making import write
    from hotwash.drills.worlds.planted import Truth, truth

_DRAWN = {"Stop": "harming", "Truth": "planted", "truth": "planted", "write": "making"}


def __getattr__(name: str) -> Any:
    """What draws is imported when it is asked for, since it needs numpy."""
    if name not in _DRAWN:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"hotwash.drills.worlds.{_DRAWN[name]}"), name)


__all__ = ["Fault", "Harm", "NumpyMissing", "Stop", "Truth", "World", "WorldWrong", "read", "span", "truth", "write"]
