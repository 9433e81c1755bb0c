"""A store in a folder: plain files that outlive the process, readable with any editor.

::

    order.jsonl     the order of commits, see `ledger.order`
    records/        one file of JSON Lines a record, see `ledger.lines`
    aside/          what a crash left behind before it was committed
    lock            held by the one process that writes

Invariants:

- An append syncs the record's file, then the order's. The order's line is the commit: before it nothing counts, after
  it everything does. A reply follows the second sync.
- What stands in a file beyond the last commit was never acknowledged. The next writer moves it to ``aside/``.
- Every line is canonical JSON, so that a changed byte is a changed line. Reading refuses what this store did not write.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import RLock

from hotwash.ledger.disk import cut, locked, make_folder, write_after, write_whole
from hotwash.ledger.entry import EMPTY, ChainBroken, Conflict, Draft, Entry, Head, follows, link_all, stands
from hotwash.ledger.lines import read_object, to_entry, write_line
from hotwash.ledger.memory import fresh_salts, highest
from hotwash.ledger.order import NAME, Order
from hotwash.ledger.store import Alongside
from hotwash.ledger.vault import FileVault

__all__ = ["FileStore", "FileVault", "file_name"]


def file_name(stream: str) -> str:
    """The name of a record's file: what is plain in the record's name, and a digest that tells like ones apart.

    File systems differ in which letters, cases and lengths they allow; this name is the same on all.
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "-", stream)[:60].strip("-")
    return f"{plain}.{sha256(stream.encode('utf-8')).hexdigest()[:24]}.jsonl"


class FileStore:
    """Keeps the promise of `store.Store` in a folder on a local disk, for any number of threads and processes.

    :param folder: made if it is not there; only its owner may read it
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder / "records")
        self._order = Order(folder / "order.jsonl")
        self._lock = RLock()
        self._writing = False

    # Writing

    def append(
        self, stream: str, drafts: Sequence[Draft], *, expected: int, alongside: Alongside | None = None
    ) -> list[Entry]:
        """See `store.Store.append`. Work alongside runs before the commit and may not write to this store."""
        with self._write():
            found = self._order.head(stream).number
            if found != expected:
                raise Conflict(stream, expected, found)
            head = stands(stream, self.read(stream, after=found - 1)[0]) if found else EMPTY
            position = len(self._order.placed) + 1
            entries = link_all(stream, head, drafts, salts=fresh_salts(), position=position)
            self._commit(entries, alongside)
        return entries

    def admit(self, entries: Sequence[Entry]) -> list[Entry]:
        """See `store.Store.admit`."""
        with self._write():
            heads: dict[str, Head] = {}
            placed = []
            for position, entry in enumerate(entries, len(self._order.placed) + 1):
                head = heads.get(entry.stream) or self._order.head(entry.stream)
                if entry.number != head.number + 1:
                    raise Conflict(entry.stream, entry.number - 1, head.number)
                follows(head, entry)
                heads[entry.stream] = Head(entry.number, entry.digest)
                placed.append(replace(entry, position=position))
            self._commit(placed, None)
        return placed

    def redact(self, stream: str, number: int) -> None:
        """See `store.Store.redact`. The record's file is written anew; copies and backups are for their keepers."""
        with self._write():
            if not 1 <= number <= self._order.head(stream).number:
                raise LookupError(f"{stream} has no entry {number}.")
            self._mend(stream)
            lines = self._lines(stream)
            [entry] = self.read(stream, after=number - 1)[:1]
            lines[number - 1] = write_line(replace(entry, body=None, salt=None))
            write_whole(self._file(stream), lines)

    def mend(self) -> list[Path]:
        """Move what stands beyond the last commit to ``aside/`` and return its files: for the start, after a crash.

        Every write does the same for the record that it writes to.
        """
        with self._write() as half_commit:
            aside = [*half_commit]
            for stream in self._order.streams:
                aside += self._mend(stream)
            known = {file_name(stream) for stream in self._order.streams}
            for path in sorted((self.folder / "records").iterdir()):
                if path.suffix == ".new":
                    path.unlink()
                elif path.name not in known:
                    aside += self._set_aside(path, 0)
                    path.unlink()
        return aside

    def _commit(self, entries: list[Entry], alongside: Alongside | None) -> None:
        if not entries:
            return
        streams: dict[str, list[bytes]] = {}
        for entry in entries:
            streams.setdefault(entry.stream, []).append(write_line(entry))
        for stream in streams:
            self._mend(stream)
        before = {path: _size(path) for path in (self._order.path, *map(self._file, streams))}
        try:
            for stream, lines in streams.items():
                write_after(self._file(stream), b"".join(lines))
            if alongside is not None:
                alongside(entries)
            write_after(self._order.path, self._order.line(entries))
        except BaseException:
            for path, size in before.items():
                if size == 0:
                    path.unlink(missing_ok=True)
                elif _size(path) > size:
                    cut(path, size)
            raise
        self._order.look()

    @contextmanager
    def _write(self) -> Iterator[list[Path]]:
        with self._lock:
            if self._writing:
                raise RuntimeError("Work alongside an append may not write to the same store.")
            self._writing = True
            try:
                with locked(self.folder / "lock"):
                    self._order.look()
                    yield self._set_aside(self._order.path, self._order.size)
            finally:
                self._writing = False

    # What a crash left

    def _mend(self, stream: str) -> list[Path]:
        path = self._file(stream)
        return self._set_aside(path, sum(len(line) for line in self._lines(stream)))

    def _set_aside(self, path: Path, size: int) -> list[Path]:
        """Move what stands in a file beyond some bytes to a file of its own."""
        if _size(path) <= size:
            return []
        make_folder(self.folder / "aside")
        left = path.read_bytes()[size:]
        beside = self.folder / "aside" / f"{path.stem}.{size}.{sha256(left).hexdigest()[:16]}.jsonl"
        write_whole(beside, [left])
        cut(path, size)
        return [beside]

    # Reading

    def read(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        """See `store.Store.read`.

        :raises ChainBroken: if a line is missing, is not as this store writes it, or is not the one that was committed
        """
        with self._lock:
            self._order.look()
            positions = self._order.streams.get(stream, [])[max(after, 0) :]
            lines = self._lines(stream) if positions else []
            return [self._entry(position, lines) for position in positions]

    def head(self, stream: str) -> Head:
        """See `store.Store.head`."""
        with self._lock:
            self._order.look()
            return self._order.head(stream)

    def heads(self) -> dict[str, Head]:
        """See `store.Store.heads`."""
        with self._lock:
            self._order.look()
            return {stream: self._order.head(stream) for stream in sorted(self._order.streams)}

    def newest(self, prefix: str) -> str | None:
        """See `store.Store.newest`."""
        with self._lock:
            self._order.look()
            return highest(list(self._order.streams), prefix)

    def follow(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """See `store.Store.follow`."""
        with self._lock:
            self._order.look()
            first = max(after, 0) + 1
            positions = range(first, min(first + limit, len(self._order.placed) + 1))
            streams = {self._order.placed[position - 1].stream for position in positions}
            lines = {stream: self._lines(stream) for stream in streams}
            return [self._entry(position, lines[self._order.placed[position - 1].stream]) for position in positions]

    def position(self) -> int:
        """See `store.Store.position`."""
        with self._lock:
            self._order.look()
            return len(self._order.placed)

    def streams(self) -> Iterator[str]:
        """See `store.Store.streams`."""
        return iter(self.heads())

    def check(self) -> dict[str, Head]:
        """Recompute everything in the folder, the order of commits included, and return the heads.

        :raises ChainBroken: at the first entry or line that does not follow, and at anything beyond the last commit: a
            crash before the reply leaves such (see `mend`), and so does who cuts off the order's end
        """
        with self._lock:
            assert not self._writing, "Work alongside an append cannot check the store that it is part of."
            with locked(self.folder / "lock"):
                return self._check()

    def _check(self) -> dict[str, Head]:
        self._order.forget()
        self._order.look()
        if _size(self._order.path) > self._order.size:
            raise ChainBroken(NAME, 0, "its last line is half-written.")
        files = {path.name for path in (self.folder / "records").glob("*.jsonl")}
        for stream, positions in sorted(self._order.streams.items()):
            head = EMPTY
            for entry in self.read(stream):
                follows(head, entry)
                head = Head(entry.number, entry.digest)
            if _size(self._file(stream)) > sum(len(line) for line in self._lines(stream)):
                raise ChainBroken(stream, len(positions) + 1, "what stands here was never committed.")
            files.remove(file_name(stream))
        if files:
            raise ChainBroken(min(files), 1, "no commit names this record.")
        return self.heads()

    def _file(self, stream: str) -> Path:
        return self.folder / "records" / file_name(stream)

    def _lines(self, stream: str) -> list[bytes]:
        """The committed lines of a record."""
        committed = self._order.head(stream).number
        path = self._file(stream)
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        if len(lines) < committed:
            raise ChainBroken(stream, len(lines) + 1, "the record's file ends before it.")
        return [line + b"\n" for line in lines[:committed]]

    def _entry(self, position: int, lines: list[bytes]) -> Entry:
        """The entry at a position, from the lines of its record."""
        placed = self._order.placed[position - 1]
        line = lines[placed.number - 1]
        try:
            entry = to_entry(read_object(line))
            if write_line(entry) != line:
                raise ChainBroken(placed.stream, placed.number, "its line is not written as this store writes.")
        except ValueError as bad:
            raise ChainBroken(placed.stream, placed.number, str(bad)) from bad
        if (entry.stream, entry.number) != (placed.stream, placed.number):
            why = f"entry {entry.number} of {entry.stream} stands in its place."
            raise ChainBroken(placed.stream, placed.number, why)
        if entry.digest != placed.digest:
            raise ChainBroken(placed.stream, placed.number, "it is not the entry that was committed.")
        return replace(entry, position=position)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
