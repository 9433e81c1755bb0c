"""Rows of a prediction log, as JSON Lines that `hotwash ask` reads.

A row costs a decision one append to a list in memory. A full disk or a full list costs rows, which are counted, and no
decision. A file is written under a name that ends in ``.part`` and gets its own name, ``….jsonl``, when it is whole, so
that a question never reads half a line. What a killed process left behind, the next one completes up to its last whole
line.
"""

import atexit
import contextlib
import fcntl
import glob
import json
import os
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from hotwash.guard.faults import Fault, Troubles

FLUSH_S = 0.5
LINE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class LogStatus:
    """What became of the rows.

    :param written: rows that the system took
    :param dropped: rows that are lost, by reason
    :param waiting: rows in memory
    """

    written: int
    dropped: dict[str, int]
    waiting: int
    fault: Fault | None


class PredictionLog:
    """A folder of prediction logs of one process after the other.

    :param folder: made if it is not there
    :param name: how the files' names begin
    :param rows_max: how many rows may wait in memory; further ones are dropped and counted
    :param every_s: how long a file may be written to until it gets its name
    :param bytes_max: how large it may grow until then
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        name: str = "predictions",
        rows_max: int = 100_000,
        every_s: float = 60.0,
        bytes_max: int = 64_000_000,
    ) -> None:
        self.folder, self._name, self._rows_max = Path(folder).absolute(), name, rows_max
        self._every_s, self._bytes_max = every_s, bytes_max
        self._troubles = Troubles()
        self._begin()
        self._start()
        _living.add(self)
        atexit.register(_close, weakref.ref(self))

    def _begin(self) -> None:
        self._rows: deque[tuple[float, dict[str, Any]]] = deque()
        self._file: FileIO | None = None
        self._since, self._size, self._written, self._number = 0.0, 0, 0, 0
        self._dropped: dict[str, int] = {}
        self._lock = threading.RLock()  # reentrant, for the handlers of signals
        self._closed = threading.Event()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="hotwash-guard-log", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as fault:
            self._troubles.met("predictions", "no-thread", f"Rows cannot be written: {fault}.")

    def add(self, **row: Any) -> bool:
        """Note a decision; whether the row was taken. Never raises, never waits.

        ``at`` is the time of the call if it is not given. Values are numbers, text, true, false, None and times.
        """
        if len(self._rows) >= self._rows_max or self._closed.is_set():
            self._lose("closed" if self._closed.is_set() else "full", 1)
            return False
        self._rows.append((time.time(), row))
        return True

    def status(self) -> LogStatus:
        """What became of the rows."""
        faults, _ = self._troubles.told()
        return LogStatus(self._written, dict(self._dropped), len(self._rows), faults.get("predictions"))

    def close(self) -> None:
        """Write what waits, and give the file its name."""
        self._closed.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(10)

    def __enter__(self) -> "PredictionLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The thread.

    def _run(self) -> None:
        self._guarded(self._recover)
        while not self._closed.wait(FLUSH_S):
            self._guarded(self._flush)
        self._guarded(self._flush)
        self._guarded(self._publish)
        if left := len(self._rows):
            self._lose("unwritten", left)

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except OSError as fault:
            sentence = f"Rows cannot be written to {self.folder} ({fault.strerror or fault}). They wait."
            self._troubles.met("predictions", "not-written", sentence)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the thread must go on
            self._troubles.met("predictions", "unexpected", f"Writing failed in a way that was not foreseen: {fault!r}")

    def _lose(self, reason: str, rows: int) -> None:
        with self._lock:
            self._dropped[reason] = self._dropped.get(reason, 0) + rows

    def _flush(self) -> None:
        while self._rows:
            if self._file is None:
                self._open()
            taken = [self._rows[place] for place in range(min(1_000, len(self._rows)))]
            lines = [line for at, row in taken if (line := self._line(at, row))]
            self._write(b"".join(lines))
            for _ in taken:
                self._rows.popleft()
            self._written += len(lines)
            if len(lines) < len(taken):
                self._lose("unwritable", len(taken) - len(lines))
            self._troubles.over("predictions")
            if self._size >= self._bytes_max:
                self._publish()
        if self._file and time.monotonic() - self._since >= self._every_s:
            self._publish()

    @staticmethod
    def _line(at: float, row: dict[str, Any]) -> bytes | None:
        try:
            told = row if "at" in row else {"at": datetime.fromtimestamp(at, UTC), **row}
            line = json.dumps(told, default=_plain, allow_nan=True, separators=(",", ":"))
            if "NaN" in line or "Infinity" in line:
                line = json.dumps(_finite(json.loads(line)), separators=(",", ":"))
            encoded = line.encode() + b"\n"
        except Exception:  # noqa: BLE001 - a value's own methods may raise anything
            return None
        return encoded if len(encoded) <= LINE_MAX else None

    def _write(self, content: bytes) -> None:
        assert self._file
        start, written = self._size, 0
        try:
            while written < len(content):
                written += self._file.write(content[written:]) or 0
        except OSError:
            # The disk is full: cut off what came of it, so that the file ends with a whole line.
            os.ftruncate(self._file.fileno(), start)
            self._file.seek(start)
            raise
        self._size += written

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number += 1
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        name = f"{self._name}-{moment}-{os.getpid()}-{self._number}-{os.urandom(3).hex()}.jsonl.part"
        self._file = FileIO(str(self.folder / name), "xb")
        with contextlib.suppress(OSError):  # a file system without locks: nobody recovers there, nothing worse
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._since, self._size = time.monotonic(), 0

    def _publish(self) -> None:
        file = self._file
        if file is None:
            return
        self._file = None
        place = Path(str(file.name))
        with file:
            os.fsync(file.fileno())
            if self._size:
                place.rename(place.with_suffix(""))
            else:
                place.unlink()

    def _recover(self) -> None:
        for place in sorted(self.folder.glob(f"{glob.escape(self._name)}-*.jsonl.part")):
            with place.open("r+b") as file:
                try:
                    fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue  # somebody is writing to it
                whole = _whole(file.fileno())
                os.ftruncate(file.fileno(), whole)
                with contextlib.suppress(FileNotFoundError):  # another process was first
                    place.rename(place.with_suffix("")) if whole else place.unlink()

    def _alone(self) -> None:
        """After a fork, in the child: the file and what waits are the parent's to write."""
        closed = self._closed.is_set()
        if self._file:
            self._file.close()
        self._troubles.alone()
        self._begin()
        if closed:
            self._closed.set()
        else:
            self._start()


def _whole(descriptor: int) -> int:
    """Where the last whole line of a file ends."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - 65_536)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _plain(value: Any) -> Any:
    """Times, and the numbers of other libraries."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A time must name its zone.")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _finite(value: Any) -> Any:
    """What is no number is missing, as in every question."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not -1e309 < value < 1e309 else value


_living: "weakref.WeakSet[PredictionLog]" = weakref.WeakSet()


def _close(log: "weakref.ref[PredictionLog]") -> None:
    if living := log():
        living.close()


def _forked() -> None:
    for log in tuple(_living):
        log._alone()


os.register_at_fork(after_in_child=_forked)
