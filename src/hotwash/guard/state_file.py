"""The last known state on disk, so that a process that starts while the server is away knows what was in force.

Three lines: a signature, what is to be known about the snapshot, the snapshot. It is written beside its place, synced
and renamed, so that a reader sees the former or the new one and never a half. What is cut off, changed, or of another
service does not have the right signature.
"""

import contextlib
import glob
import json
import os
import stat
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from hotwash.guard.faults import NotSigned, NotUnderstood
from hotwash.guard.moments import Clock, Word, boot
from hotwash.guard.signing import etag, signature, signed
from hotwash.guard.snapshot import BYTES_MAX, Snapshot, read

FORM = "hotwash-guard-state-1"
_LEFT_OVER_S = 60


@dataclass(frozen=True, slots=True)
class _Head:
    """When the last word was heard, on each clock that could later tell its age."""

    form: str
    etag: str
    server_s: float
    calendar_s: float
    boot_s: float
    boot: str


def save(place: Path, snapshot: Snapshot, word: Word, key: bytes, clock: Clock) -> None:
    """Put a snapshot on disk in place of the former.

    :raises OSError: if that is not possible; the former is then still there
    """
    age = clock() - word.heard
    head = _Head(FORM, snapshot.etag, word.heard + word.ahead, time.time() - age, word.heard, boot())
    line = json.dumps(asdict(head), separators=(",", ":"))
    content = b"\n".join((signature(key, "state", line).encode(), line.encode(), snapshot.body))
    beside = place.with_name(f"{place.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        with open(beside, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def load(place: Path, key: bytes, clock: Clock) -> tuple[Snapshot, Word] | None:
    """The snapshot on disk, and when its last word was heard; None if there is no file.

    :raises OSError: if it cannot be read
    :raises NotUnderstood: if it is damaged
    :raises NotSigned: if it is damaged, or of another service
    """
    try:
        # A pipe in its place must not hold up whoever opens it.
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotUnderstood("The state file is no regular file.")
        content = file.read(BYTES_MAX + 10_000)
    parts = content.split(b"\n", 2)
    if len(parts) != 3:
        raise NotUnderstood("The state file is cut off or no state file.")
    line, body = parts[1].decode(errors="replace"), parts[2]
    if not signed(parts[0].decode(errors="replace"), key, "state", line):
        raise NotSigned("The state file is damaged, or was written for another token.")
    try:
        head = _Head(**json.loads(line))
    except (ValueError, TypeError) as bad:
        raise NotUnderstood("The state file is of another version.") from bad
    if head.form != FORM or head.etag != etag(body):
        raise NotUnderstood("The state file is cut off or of another version.")
    return read(body), _word(head, clock)


def _word(head: _Head, clock: Clock) -> Word:
    """The age by the clock since boot, if this is the same boot; else by the calendar, if it has not gone back."""
    now, here = clock(), boot()
    age = now - head.boot_s if here and here == head.boot else time.time() - head.calendar_s
    if age < 0:
        return Word(float("-inf"), time.time() - now)
    return Word(now - age, head.server_s + age - now)


def sweep(place: Path) -> None:
    """Remove what processes left beside the state file that were killed before they could rename it."""
    with contextlib.suppress(OSError):
        for left in place.parent.glob(f"{glob.escape(place.name)}.*.part"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _LEFT_OVER_S:
                    left.unlink()
