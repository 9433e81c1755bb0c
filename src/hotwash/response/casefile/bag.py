"""A BagIt bag (RFC 8493) from parts, to a folder or as a zip archive, without holding any part whole.

The same parts give the same bytes: no clock, no name of a machine, no order of a file system is in here.
"""

import errno
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256, sha512
from io import RawIOBase
from pathlib import Path
from typing import Any
from uuid import uuid4

from hotwash.ledger.disk import make_folder

Progress = Callable[[float], None]
Pieces = Callable[[], Iterable[bytes]]

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ROOTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
"""The two files that cover all others, and that no manifest lists."""


class NoRoom(Exception):
    """The disk has no room for a case file. The sentence says where, and how much it takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a bag. ``pieces`` gives its bytes, anew each time."""

    path: str
    size: int
    sha256: str
    sha512: str
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case file that is ready to be written.

    :param as_of: how many entries of the incident it holds
    :param left_out: how many items it lists without their bytes
    :param people: whether it holds what names people
    """

    id: str
    as_of: int
    parts: tuple[Part, ...]
    left_out: int
    people: bool

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"{self.id}-as-of-{self.as_of}"

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(part.size for part in self.parts)

    @property
    def digest(self) -> str:
        """Of the file that covers all others."""
        return "sha256:" + next(part.sha256 for part in self.parts if part.path == ROOTS[0])


def part_of(path: str, pieces: Pieces) -> Part:
    """A part, read once to know its digests. What reading it raises is raised."""
    size, one, two = 0, sha256(), sha512()
    for piece in pieces():
        size += len(piece)
        one.update(piece)
        two.update(piece)
    return Part(path, size, one.hexdigest(), two.hexdigest(), pieces)


def part(path: str, data: bytes) -> Part:
    """A part that is small enough to be held."""
    return part_of(path, lambda: (data,))


def bagged(payload: Iterable[Part], tags: Iterable[Part], info: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    """All files of a bag: payload, tags, and the manifests over both.

    :param payload: parts below ``data/``
    :param tags: parts beside it
    :param info: what ``bag-info.txt`` says
    """
    inside = sorted(payload, key=lambda one: one.path)
    assert all(one.path.startswith("data/") for one in inside), "a payload lies below data/"
    assert len({one.path.casefold() for one in inside}) == len(inside), "every file has a name of its own"
    oxum = ("Payload-Oxum", f"{sum(one.size for one in inside)}.{len(inside)}")
    told = "".join(f"{label}: {_line(value)}\n" for label, value in (*info, oxum) if value)
    beside = [
        part("bagit.txt", DECLARATION),
        part("bag-info.txt", told.encode()),
        part("manifest-sha256.txt", _manifest((one.sha256, one.path) for one in inside)),
        part("manifest-sha512.txt", _manifest((one.sha512, one.path) for one in inside)),
        *tags,
    ]
    beside.sort(key=lambda one: one.path)
    roots = (
        part(ROOTS[0], _manifest((one.sha256, one.path) for one in beside)),
        part(ROOTS[1], _manifest((one.sha512, one.path) for one in beside)),
    )
    return (*beside, *roots, *inside)


def _manifest(lines: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {path}\n" for digest, path in lines).encode()


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def write_folder(case: CaseFile, folder: Path, *, on_progress: Progress | None = None) -> None:
    """Write a case file into a new folder: all of it, or nothing.

    :raises FileExistsError: if the folder is there and not empty
    :raises NoRoom: if the disk is full
    :raises ChainBroken: if bytes in the vault changed since they were looked at
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is there already and is not an empty folder.")
    make_folder(folder.parent)
    _has_room(case, folder.parent)
    beside = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}.new")
    try:
        done = 0
        for one in case.parts:
            path = beside / one.path
            make_folder(path.parent)
            with path.open("xb") as file:
                for piece in one.pieces():
                    file.write(piece)
                    done += len(piece)
                    if on_progress is not None:
                        on_progress(done / (case.size or 1))
        if folder.is_dir():
            folder.rmdir()
        beside.rename(folder)
    except OSError as fault:
        raise _translated(fault, case, folder) from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _has_room(case: CaseFile, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < case.size:
        raise NoRoom(f"{folder} has no room: the case file takes {case.size:,} bytes, and {free:,} are free.")


def _translated(fault: OSError, case: CaseFile, folder: Path) -> Exception:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(f"The disk of {folder.parent} is full: the case file takes {case.size:,} bytes.")
    return fault


def zipped(case: CaseFile) -> Iterator[bytes]:
    """A case file as a zip archive, piece by piece. Nothing is compressed, so that the same parts give the same bytes.

    :raises ChainBroken: if bytes in the vault changed since they were looked at
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for one in case.parts:
            about = zipfile.ZipInfo(f"{case.name}/{one.path}", date_time=(1980, 1, 1, 0, 0, 0))
            about.external_attr = (stat.S_IFREG | 0o644) << 16
            about.create_system = 3
            about.file_size = one.size
            with archive.open(about, "w", force_zip64=one.size >= 1 << 31) as file:
                for piece in one.pieces():
                    file.write(piece)
                    yield from sink.taken()
    yield from sink.taken()


class _Sink(RawIOBase):
    """What a zip archive is written to: it keeps no more than was not yet taken, and cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        yield from pieces
