"""How an export is laid out: one JSON document with one item a line, so that it can be read as either.

::

    {"header":{"hotwash":"records","v":1,"streams":{"incident/INC-2026-0001":[2,"sha256:…"]},"files":["sha256:…"]},
    "seals":[
    {…}
    ],
    "entries":[
    {…},
    {…}
    ],
    "files":[
    {"digest":"sha256:…","base64":"…"}
    ]}

A document that another program has laid out anew is read too, if it is not too large to be read whole, and so are bare
lines of entries, as a file store keeps them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hotwash.ledger.entry import DEPTH_MAX, ChainBroken, canonical
from hotwash.ledger.lines import LINE_MAX, Unreadable, read_object

SECTIONS = ("seals", "entries", "files")


class ExportBroken(ChainBroken):
    """A file of records does not follow from itself, or cannot be read. The text names file and line.

    ``stream`` is empty and ``number`` 0 where the fault is not in an entry; ``line`` is 0 where lines do not count.
    """

    def __init__(self, path: Path, line: int, why: str, *, stream: str = "", number: int = 0) -> None:
        super().__init__(stream, number, why)
        self.path, self.line = path, line

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else f"{self.path}"
        entry = f"{self.stream}, entry {self.number}: " if self.number else f"{self.stream}: " if self.stream else ""
        return f"{place}: {entry}{self.why}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a file: the section that it stands in (``header`` for the header), its line and its value."""

    section: str
    line: int
    value: dict[str, Any]


def write_items(header: Mapping[str, Any], sections: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[bytes]:
    """The bytes of an export.

    :param sections: for each of `SECTIONS` the items that stand in it
    """
    yield b'{"header":' + canonical(dict(header))
    for section in SECTIONS:
        yield b',\n"' + section.encode() + b'":['
        comma = b"\n"
        for item in sections[section]:
            yield comma + canonical(dict(item), depth=DEPTH_MAX + 1)
            comma = b",\n"
        yield b"\n]"
    yield b"}\n"


def read_items(path: Path) -> Iterator[Item]:
    """The items of a file, in the order in which they stand.

    :raises ExportBroken: if the file cannot be read, is no export, or ends too early
    """
    try:
        with path.open("rb") as file:
            first = file.readline(LINE_MAX + 1)
            if first.startswith(b'{"header":') and first.endswith(b"},\n"):
                yield Item("header", 1, _object(path, 1, first[len(b'{"header":') : -2]))
                yield from _laid_out(path, file)
            elif first.startswith(b'{"') and not first.startswith(b'{"header"') and b'"stream":' in first:
                yield from _bare(path, first, file)
            else:
                yield from _laid_out_anew(path)
    except OSError as away:
        raise ExportBroken(path, 0, f"It cannot be read ({away.strerror}).") from away


def _laid_out(path: Path, file: BinaryIO) -> Iterator[Item]:
    number = 1
    for section in SECTIONS:
        number += 1
        if (line := _line(path, number, file)) != b'"' + section.encode() + b'":[':
            raise ExportBroken(path, number, f"The section {section!r} should begin here.")
        end = b"]}" if section == SECTIONS[-1] else b"],"
        more, first = True, True
        number += 1
        while (line := _line(path, number, file)) != end:
            if not more:
                raise ExportBroken(path, number - 1, "A comma is missing at its end.")
            more, first = line.endswith(b","), False
            yield Item(section, number, _object(path, number, line.removesuffix(b",")))
            number += 1
        if more and not first:
            raise ExportBroken(path, number - 1, "A comma too many is at its end.")
    if file.read(1):
        raise ExportBroken(path, number + 1, "Something stands after the end.")


def _bare(path: Path, first: bytes, file: BinaryIO) -> Iterator[Item]:
    number, line = 1, first
    while line:
        if not line.endswith(b"\n"):
            raise ExportBroken(path, number, "The line is half-written: its line feed is missing.")
        yield Item("entries", number, _object(path, number, line))
        number += 1
        line = file.readline(LINE_MAX + 1)


def _laid_out_anew(path: Path) -> Iterator[Item]:
    if path.stat().st_size > LINE_MAX:
        raise ExportBroken(path, 1, "It is not laid out one item a line, and is too large to be read whole.")
    document = _object(path, 0, path.read_bytes())
    if not isinstance(document.get("header"), dict):
        raise ExportBroken(path, 0, "It is JSON, but no export of records: it has no header.")
    yield Item("header", 0, document["header"])
    for section in SECTIONS:
        items = document.get(section)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ExportBroken(path, 0, f"Its section {section!r} is not a list of objects.")
        for item in items:
            yield Item(section, 0, item)


def _line(path: Path, number: int, file: BinaryIO) -> bytes:
    line = file.readline(LINE_MAX + 1)
    if not line:
        raise ExportBroken(path, number, "The file ends too early: it was cut off.")
    if not line.endswith(b"\n"):
        why = "The line is too long." if len(line) > LINE_MAX else "The file ends in the middle of a line."
        raise ExportBroken(path, number, why)
    return line[:-1]


def _object(path: Path, number: int, data: bytes) -> dict[str, Any]:
    try:
        return read_object(data)
    except Unreadable as bad:
        raise ExportBroken(path, number, str(bad)) from bad
