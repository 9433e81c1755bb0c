"""The order of commits of a file store: one line a commit, each naming the digest of the line before.

An entry counts once a whole line here names it; that line is the commit. The order also holds the digest of every
entry, so a record that was cut off or recomputed as a whole does not fit it any more.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotwash.ledger.entry import EMPTY, NO_ENTRY, ChainBroken, Entry, Head, canonical, digest_of
from hotwash.ledger.lines import Unreadable, read_object

NAME = "order of commits"
"""What stands where a `ChainBroken` names its record; ``number`` is then the line."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One entry as the order knows it; its position is its place in the order, from 1."""

    stream: str
    number: int
    digest: str


class Order:
    """What the file said when it was last looked at. Not safe for threads: the store holds its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.forget()

    def forget(self) -> None:
        """Start again from the first line at the next look."""
        self.size = 0
        """Bytes of the whole lines that were read."""
        self.placed: list[Placed] = []
        self.streams: dict[str, list[int]] = {}
        """The positions of every record's entries."""
        self._lines, self._last = 0, NO_ENTRY

    def look(self) -> None:
        """Read the lines that came since the last look. A last line without its line feed is no commit yet.

        :raises ChainBroken: if a whole line is damaged or does not follow from the line before
        """
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            self.forget()
            return
        if size < self.size:
            self.forget()
        if size == self.size:
            return
        with self.path.open("rb") as file:
            file.seek(self.size)
            fresh = file.read()
        try:
            for line in fresh.split(b"\n")[:-1]:
                self._take(line + b"\n")
        except ChainBroken:
            self.forget()
            raise

    def head(self, stream: str) -> Head:
        """The last entry of a record."""
        positions = self.streams.get(stream)
        if not positions:
            return EMPTY
        last = self.placed[positions[-1] - 1]
        return Head(last.number, last.digest)

    def line(self, entries: list[Entry]) -> bytes:
        """The line that commits entries."""
        names = [[entry.stream, entry.number, entry.digest] for entry in entries]
        return canonical({"entries": names, "position": len(self.placed) + 1, "previous": self._last}) + b"\n"

    def _take(self, line: bytes) -> None:
        number = self._lines + 1
        try:
            value = read_object(line)
            if canonical(value) + b"\n" != line:
                raise Unreadable("It is not written as this store writes.")
            placed = [Placed(*_named(item)) for item in value["entries"]]
            if value["position"] != len(self.placed) + 1 or value["previous"] != self._last:
                raise Unreadable("It does not follow from the line before.")
        except (ValueError, TypeError, LookupError) as bad:
            raise ChainBroken(NAME, number, str(bad)) from bad
        for item in placed:
            if item.number != self.head(item.stream).number + 1:
                raise ChainBroken(NAME, number, f"entry {item.number} of {item.stream} is out of order.")
            self.placed.append(item)
            self.streams.setdefault(item.stream, []).append(len(self.placed))
        self._lines, self._last = number, digest_of(line)
        self.size += len(line)


def _named(item: Any) -> tuple[str, int, str]:
    stream, number, digest = item
    if not (isinstance(stream, str) and isinstance(number, int) and isinstance(digest, str)):
        raise Unreadable("It does not name its entries by record, number and digest.")
    return stream, number, digest
