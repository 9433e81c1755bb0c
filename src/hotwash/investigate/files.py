"""Logs that are files: which ones are meant, what form they have, what is wrong with them, and their digest."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from hashlib import sha256
from io import TextIOWrapper
from os.path import commonpath, relpath
from pathlib import Path
from typing import BinaryIO, Literal, cast

from hotwash.investigate.engine import Watch
from hotwash.investigate.errors import ColumnsRepeated, LogError, Unreadable

Form = Literal["csv", "parquet", "json"]

COLUMNS_MAX = 10_000
_ENDINGS: dict[str, Form] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
}
_CHUNK = 1 << 20


def found(source: str) -> list[Path]:
    """The files that a path or glob means, ordered by name.

    :raises Unreadable: if there are none
    """
    if "://" in source:
        raise Unreadable(f'"{source}" is not a file. Name a file or a glob: CSV, Parquet or JSON Lines.')
    path = Path(source)
    try:
        if path.is_file():
            return [path.absolute()]
        if path.is_dir():
            raise Unreadable(
                f'"{source}" is a folder. Name its files with a glob, such as "{source.rstrip("/")}/*.parquet".'
            )
    except (OSError, ValueError) as impossible:
        raise Unreadable(f'"{source[:80]}" cannot be the name of a file ({impossible}).') from impossible
    matches = (
        sorted(Path(p).absolute() for p in glob(source, recursive=True) if Path(p).is_file())  # noqa: PTH207
        if has_magic(source)
        else []
    )
    if not matches:
        what = "No file matches" if has_magic(source) else "There is no file"
        raise Unreadable(f'{what} "{source}". Check the path; it is looked up from the folder in which Hotwash runs.')
    return matches


def form_of(paths: Sequence[Path]) -> Form:
    """CSV, Parquet or JSON Lines: by the ending of the name, else by the first bytes.

    :raises Unreadable: if the files are empty, or of several forms
    """
    forms = set()
    for path in paths:
        try:
            if path.stat().st_size == 0:
                raise Unreadable(f'"{path.name}" is empty (0 bytes). Export it again, or leave it out.')
            ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
            forms.add(_ENDINGS.get(ending.lower()) or _by_first_bytes(path))
        except OSError as refused:
            raise Unreadable(f'"{path.name}" cannot be opened ({refused.strerror}).') from refused
    if len(forms) > 1:
        raise Unreadable(f"The files are of several forms ({', '.join(sorted(forms))}). Ask about one form at a time.")
    return forms.pop()


def _by_first_bytes(path: Path) -> Form:
    with _opened(path) as file:
        start = file.read(4)
    return "parquet" if start == b"PAR1" else "json" if start[:1] == b"{" else "csv"


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def csv_form(paths: Sequence[Path]) -> str:
    """The delimiter of CSV files, whose header lines must agree.

    :raises ColumnsRepeated: if a name stands twice in a header
    :raises Unreadable: if a header is damaged, is no header, or differs between the files
    """
    first: list[str] = []
    delimiter = ","
    for path in paths:
        line = _first_line(path)
        sign = max(",;\t|", key=line.count)
        try:
            names = next(csv.reader([line], delimiter=sign), [])
        except csv.Error as damaged:
            raise Unreadable(f'The header line of "{path.name}" cannot be read ({damaged}).') from damaged
        if not first:
            first, delimiter = names, sign
            if names and all(n == "" or n.replace(".", "", 1).replace("-", "", 1).isdigit() for n in names):
                raise Unreadable(
                    f'The first line of "{path.name}" holds numbers, not names of columns. Put a header line on top.'
                )
            check_names(names, path)
        elif names != first:
            differing = sorted(set(names) ^ set(first)) or ["their order"]
            raise Unreadable(
                f'The files do not have the same columns: "{path.name}" and "{paths[0].name}" differ in '
                f"{', '.join(differing[:5])}. Ask about them apart, or export them alike."
            )
    return delimiter


def _first_line(path: Path) -> str:
    try:
        with _opened(path) as file:
            raw = file.readline(_CHUNK * 16)
    except (OSError, EOFError) as damaged:
        raise Unreadable(f'"{path.name}" breaks off or is damaged ({damaged}). Copy it again.') from damaged
    try:
        return raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as wrong:
        raise Unreadable(_not_utf8(path, 1, raw, wrong)) from wrong


def _not_utf8(path: Path, line: int, raw: bytes, wrong: UnicodeDecodeError) -> str:
    before = raw[: wrong.start].decode("utf-8", "replace")[-20:]
    return (
        f'Line {line:,} of "{path.name}" is not valid UTF-8 (byte 0x{raw[wrong.start]:02x} after "{before}"). '
        "Save the file as UTF-8."
    )


def check_names(names: Sequence[str], path: Path) -> None:
    """:raises LogError: if the names of the columns cannot tell them apart"""
    if len(names) > COLUMNS_MAX:
        raise Unreadable(f'"{path.name}" has {len(names):,} columns; at most {COLUMNS_MAX:,} are read. Leave some out.')
    for name, times in Counter(n.lower() for n in names if n).items():
        if times > 1:
            alike = [n for n in names if n.lower() == name]
            how = (
                f'{times} columns named "{alike[0]}"'
                if len(set(alike)) == 1
                else f"columns that differ only in capitals ({', '.join(alike)})"
            )
            raise ColumnsRepeated(f'"{path.name}" has {how}. Rename them, so that each can be asked for.')


def what_is_wrong(path: Path, delimiter: str) -> str | None:
    """A sentence about the first thing in a CSV file that breaks its form. None if nothing is found."""
    try:
        for line, raw in enumerate(_lines(path), start=1):
            try:
                raw.decode("utf-8-sig" if line == 1 else "utf-8")
            except UnicodeDecodeError as wrong:
                return _not_utf8(path, line, raw, wrong)
        with TextIOWrapper(_opened(path), "utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            wide, last = len(next(reader)), 1
            for row in reader:
                if len(row) not in (0, wide):
                    return (
                        f'The row that ends on line {reader.line_num:,} of "{path.name}" has {len(row)} fields, and '
                        f"the header has {wide}. "
                        "The file may be cut off, or a text with a delimiter in it lacks its quotation marks."
                    )
                last = reader.line_num
    except csv.Error as wrong:
        return f'After line {last:,}, "{path.name}" breaks off or is not regular ({wrong}). Export it again.'
    except (OSError, EOFError) as damaged:
        return f'"{path.name}" breaks off or is damaged ({damaged}). Copy it again.'
    return None


def _lines(path: Path) -> Iterator[bytes]:
    with _opened(path) as file:
        yield from file


def digest(paths: Sequence[Path], watch: Watch) -> str:
    """The SHA-256 of a file's bytes; of several files, that of their sorted names and digests.

    :raises Cancelled: if somebody asked to stop
    """
    return combined(paths, digests(paths, watch))


def digests(paths: Sequence[Path], watch: Watch) -> list[str]:
    """The SHA-256 of each file's bytes.

    :raises Cancelled: if somebody asked to stop
    """
    whole, done = sum(path.stat().st_size for path in paths) or 1, 0
    each = []
    for path in paths:
        running = sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                running.update(chunk)
                done += len(chunk)
                watch.check()
                watch.within(done / whole)
        each.append(running.hexdigest())
    return each


def combined(paths: Sequence[Path], each: Sequence[str]) -> str:
    """The fingerprint of files, from the digest of each."""
    if len(each) == 1:
        return "sha256:" + each[0]
    top = Path(commonpath([path.parent for path in paths]))
    named = sorted((relpath(path, top).replace("\\", "/"), sha) for path, sha in zip(paths, each, strict=True))
    return "sha256:" + sha256("".join(f"{sha}  {name}\n" for name, sha in named).encode()).hexdigest()


def state(paths: Sequence[Path]) -> list[tuple[int, int, int]]:
    """What shows that a file was written to: size, time and place on disk.

    :raises LogError: if one is gone
    """
    try:
        return [(s.st_size, s.st_mtime_ns, s.st_ino) for s in (path.stat() for path in paths)]
    except OSError as gone:
        raise LogError(f"A file of the log is gone ({gone}).") from gone
