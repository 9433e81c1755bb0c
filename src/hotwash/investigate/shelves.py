"""Where stored counts lie.

A folder holds a shelf for every log of files, and a shelf holds cubes: counts by columns, with only the day of a time.
Each part of a cube covers some files; a file that is new is counted alone, one that was written to is counted again.
Whether a file is still the same is told from its size, time and place on disk, as version control does.
"""

import secrets
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from os import PathLike
from pathlib import Path

import msgspec

from hotwash.investigate.address import is_address
from hotwash.investigate.coverage import Covers
from hotwash.investigate.expression import Column

FORM = 1
PARTS_MAX = 8
CUBES_MAX = 6
"""How many cubes a shelf holds before those that were made longest ago go."""
_FRESH_NS = 50_000_000
"""A file written to so shortly before may be written to again without its time showing it."""

State = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of counts, and the files of the log that it covers."""

    name: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cube:
    """Counts over a log: what they keep, the column for each condition, and their parts."""

    covers: Covers
    named: dict[str, str]
    parts: tuple[Part, ...]
    made: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """A file of the log, as it was when it was counted."""

    state: State
    digest: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known of one log.

    :param opened: the statements that make the log visible
    """

    form: int = FORM
    engine: str = ""
    opened: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    known: dict[str, Known] = field(default_factory=dict)
    cubes: tuple[Cube, ...] = ()
    refused: frozenset[str] = frozenset()


class Shelves:
    """Stored counts in a folder, for any number of logs."""

    def __init__(self, folder: "str | PathLike[str]", *, most_mb: int = 1024) -> None:
        self.folder = Path(folder)
        self.most_mb = most_mb

    def place(self, source: str, zone: str | None) -> Path:
        """The folder of a log's shelf."""
        return self.folder / sha256(f"{FORM}\n{Path(source).absolute()}\n{zone or 'UTC'}".encode()).hexdigest()[:32]

    def read(self, source: str, zone: str | None) -> Shelf | None:
        """A log's shelf. None if there is none that can be used."""
        try:
            shelf = msgspec.json.decode((self.place(source, zone) / "shelf.json").read_bytes(), type=Shelf)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return shelf if shelf.form == FORM else None

    def write(self, source: str, zone: str | None, shelf: Shelf) -> None:
        """Keep a shelf, and throw away parts that none of its cubes names."""
        place = self.place(source, zone)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        cubes = sorted(shelf.cubes, key=lambda cube: -cube.made)[:CUBES_MAX]
        shelf = replace(shelf, cubes=tuple(cubes))
        written = place / f"shelf-{secrets.token_hex(8)}"
        written.write_bytes(msgspec.json.encode(shelf))
        written.replace(place / "shelf.json")
        named = {part.name for cube in cubes for part in cube.parts}
        for path in place.glob("*.parquet"):
            # Another process may just be writing one.
            with suppress(OSError):
                if path.name not in named and path.stat().st_mtime < time.time() - 3600:
                    path.unlink()
        self._bounded(place)

    def _bounded(self, newest: Path) -> None:
        """Throw away the shelves that were written longest ago while there is too much."""
        shelves = []
        for place in self.folder.iterdir():
            with suppress(OSError):
                size = sum(file.stat().st_size for file in place.iterdir())
                shelves.append((place.stat().st_mtime, size, place))
        whole = sum(size for _, size, _ in shelves)
        for _, size, place in sorted(shelves, key=lambda shelf: shelf[0]):
            if whole <= self.most_mb << 20 or place == newest:
                break
            shutil.rmtree(place, ignore_errors=True)
            whole -= size


def keeps(source: object) -> bool:
    """Whether counts of a log can be kept: whether it can tell without a scan that it has grown."""
    return isinstance(source, str) and not is_address(source)


def settled(states: Iterable[State], at_ns: int) -> bool:
    """Whether files were at rest when they were looked at."""
    return all(state[1] < at_ns - _FRESH_NS for state in states)


def stand(known: dict[str, Known], paths: Sequence[Path], states: Sequence[State]) -> tuple[list[Path], set[str]]:
    """The files that must be counted, and those whose counts still hold."""
    same = {
        str(path)
        for path, state in zip(paths, states, strict=True)
        if str(path) in known and known[str(path)].state == state
    }
    return [path for path in paths if str(path) not in same], same
