"""A world at work: its log in a file, or piece by piece in the order of its time."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hotwash.drills.worlds.description import World
from hotwash.drills.worlds.harming import Stop, micros


def maker(world: World, *, rows: int, seed: int, until: datetime | None = None, stops: Sequence[Stop] = ()) -> Any:
    """What makes the blocks of a world.

    :raises NumpyMissing: if numpy is not installed
    """
    end = None if until is None else micros(until)
    from hotwash.drills.worlds.deciding import Deciding

    return Deciding(world, rows=rows, seed=seed, until=end, stops=stops)


def write(
    world: World,
    to: Path,
    *,
    rows: int | None = None,
    seed: int = 0,
    until: datetime | None = None,
    stops: Sequence[Stop] = (),
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write the log of a world as Parquet or CSV (by the name), and return how many rows it has.

    :param rows: how many decisions the whole world has; its own number if left out
    :param until: the log as it stood at this moment: no later decision, and no label that was not known by then
    :param stops: containments that took effect
    :raises NumpyMissing: if numpy is not installed
    :raises CannotWrite: if the name ends in neither ``.parquet`` nor ``.csv``
    """
    made = maker(world, rows=rows or world.rows, seed=seed, until=until, stops=stops)
    from hotwash.drills.worlds.writing import joined, save

    texts = (world.chat.question, world.chat.answer) if world.chat else ()
    pieces: Iterator[dict[str, Any]] = (made.block(number).columns for number in range(made.blocks))
    return save(joined(pieces), to, world, texts=texts, on_progress=on_progress)
