"""Stored counts: the next question on the same log needs no other scan.

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
from typing import Literal

import msgspec

from hotwash.investigate import files
from hotwash.investigate.address import is_address
from hotwash.investigate.coverage import Covers
from hotwash.investigate.expression import Column
from hotwash.investigate.predictions import Log, Predictions, described

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


@dataclass(frozen=True, slots=True)
class Standing:
    """How stored counts stand to a log now, and a sentence about it."""

    status: Literal["nothing stored", "up to date", "grown", "must be counted again", "not kept"]
    sentence: str


class Cubes:
    """Stored counts in a folder, for any number of logs."""

    def __init__(self, folder: "str | PathLike[str]", *, most_mb: int = 1024) -> None:
        self.folder = Path(folder)
        self.most_mb = most_mb

    def over(self, log: Log) -> Predictions:
        """The log, with its counts kept here."""
        return replace(described(log), cubes=self)

    def standing(self, log: Log) -> Standing:
        """Whether the next question needs a scan.

        :raises LogError: if the log cannot be found
        """
        told = described(log)
        if not keeps(told.source):
            return Standing(
                "not kept",
                f"{told.named} cannot tell whether it has grown without being read, so its counts are not kept.",
            )
        paths = files.found(told.source)
        shelf = self.read(told.source, told.zone)
        if shelf is None or not shelf.cubes:
            return Standing("nothing stored", "No counts of this log are stored: the next question reads all of it.")
        new = [path for path in paths if str(path) not in shelf.known]
        now = dict(zip(map(str, paths), files.state(paths), strict=True))
        other = [name for name, known in shelf.known.items() if now.get(name) != known.state]
        if other:
            return Standing(
                "must be counted again",
                f"{len(other)} of {len(shelf.known)} files were written to or are gone: what they were part of is "
                "counted again by the next question.",
            )
        if new:
            return Standing(
                "grown", f"{len(new)} of {len(paths)} files are new: the next question reads these and no others."
            )
        return Standing("up to date", "The log is as it was when it was counted: no scan is needed.")

    def forget(self, log: Log) -> None:
        """Throw away what is stored for a log."""
        told = described(log)
        shutil.rmtree(self.place(told.source, told.zone), ignore_errors=True)

    def place(self, source: str, zone: str | None) -> Path:
        """The folder of a log's shelf."""
        return self.folder / sha256(f"{FORM}\n{Path(source).absolute()}\n{zone or 'UTC'}".encode()).hexdigest()[:32]

    def read(self, source: str, zone: str | None) -> Shelf | None:
        """A log's shelf. None if there is none that can be used."""
        try:
            shelf = msgspec.json.decode((self.place(source, zone) / "shelf.json").read_bytes(), type=Shelf)
        except (OSError, msgspec.DecodeError):
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
