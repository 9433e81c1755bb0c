"""Lists that come in: CSV, JSON Lines and Parquet as rows of text, without trust and one piece at a time."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TextIO

from hotwash.ledger.lines import Unreadable, read_object
from hotwash.response.redress.cells import as_it_was
from hotwash.response.request import BadRequest

Format = Literal["csv", "parquet", "jsonl"]
FORMATS: tuple[Format, ...] = Format.__args__  # type: ignore[attr-defined]

COLUMNS_MAX = 100
LINE_MAX = 1 << 20
"""The longest line of JSON, in bytes."""
CELL_MAX = 1 << 17
_AT_ONCE = 2048

Row = tuple[int, dict[str, str] | str]
"""The number of a line, and its cells by column; or why it cannot be read."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list that lies in a file.

    :param name: what the sender calls it
    """

    path: Path
    name: str
    format: Format

    def columns(self) -> tuple[str, ...]:
        """The names of its columns; of JSON Lines those of the first line.

        :raises BadRequest: if it cannot be read
        """
        if self.format == "csv":
            with _opened(self.path) as file:
                return _header(csv.reader(_decoded(file, self.name)), self.name)
        if self.format == "parquet":
            return _checked(self._parquet_columns(), self.name)
        first = next(iter(self), None)
        return tuple(first[1]) if first and isinstance(first[1], dict) else ()

    def __iter__(self) -> Iterator[Row]:
        """The rows, each time anew. Lines are counted as an editor shows them.

        :raises BadRequest: if the file as a whole cannot be read
        """
        match self.format:
            case "csv":
                return self._csv()
            case "parquet":
                return self._parquet()
        return self._json_lines()

    def digest(self) -> str:
        """The digest of its bytes."""
        running = sha256()
        with self.path.open("rb") as file:
            while piece := file.read(1 << 20):
                running.update(piece)
        return f"sha256:{running.hexdigest()}"

    def _csv(self) -> Iterator[Row]:
        csv.field_size_limit(CELL_MAX)
        with _opened(self.path) as file:
            reader = csv.reader(_decoded(file, self.name))
            names = _header(reader, self.name)
            try:
                for cells in reader:
                    if not cells:
                        continue
                    if len(cells) != len(names):
                        yield reader.line_num, f"the line has {len(cells)} cells, and there are {len(names)} columns."
                        continue
                    yield reader.line_num, dict(zip(names, map(as_it_was, cells), strict=True))
            except csv.Error as bad:
                raise BadRequest("file", f"{self.name}, line {reader.line_num}: {bad}.") from bad

    def _json_lines(self) -> Iterator[Row]:
        with self.path.open("rb") as file:
            number = 0
            while line := file.readline(LINE_MAX + 1):
                number += 1
                if len(line) > LINE_MAX:
                    raise BadRequest("file", f"{self.name}, line {number} is longer than {LINE_MAX >> 20} MiB.")
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if not line.strip():
                    continue
                try:
                    value = read_object(line)
                except Unreadable as bad:
                    yield number, f"the line cannot be read. {bad}"
                    continue
                yield number, _as_text(value)

    def _parquet_columns(self) -> tuple[str, ...]:
        with _duck(self.name) as connection:
            described = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(self.path)]).description
            return tuple(str(column[0]) for column in described or ())

    def _parquet(self) -> Iterator[Row]:
        names = self.columns()
        listed = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"::VARCHAR' for name in names)
        with _duck(self.name) as connection:
            found = connection.execute(f"SELECT {listed} FROM read_parquet(?)", [str(self.path)])  # noqa: S608
            number = 0
            while rows := found.fetchmany(_AT_ONCE):
                for cells in rows:
                    number += 1
                    yield number, {name: cell or "" for name, cell in zip(names, cells, strict=True)}


def format_of(name: str, first: bytes) -> Format:
    """What a file is, by its first bytes, then by its name.

    :raises BadRequest: if it is none of the three
    """
    if first.startswith(b"PAR1"):
        return "parquet"
    ending = name.rsplit(".", 1)[-1].lower()
    if ending in ("jsonl", "ndjson") or first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return "jsonl"
    if ending == "parquet":
        raise BadRequest("file", f"{name[:80]} is called Parquet and is not.")
    if b"\x00" in first:
        raise BadRequest("file", f"{name[:80]} is no text and no Parquet: send CSV, JSON Lines or Parquet.")
    return "csv"


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


def _decoded(file: Iterator[str], name: str) -> Iterator[str]:
    number = 0
    try:
        for line in file:
            number += 1
            yield line.replace("\x00", "\ufffd")
    except UnicodeDecodeError as bad:
        raise BadRequest("file", f"{name} is not UTF-8 after line {number}: save it as UTF-8.") from bad


def _header(reader: Iterator[list[str]], name: str) -> tuple[str, ...]:
    try:
        cells = next(reader, None)
    except csv.Error as bad:
        raise BadRequest("file", f"The header of {name} cannot be read: {bad}.") from bad
    if not cells:
        raise BadRequest("file", f"{name} is empty: the first line names the columns.")
    return _checked(tuple(as_it_was(cell.strip()) for cell in cells), name)


def _checked(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    if len(names) > COLUMNS_MAX:
        raise BadRequest("file", f"{name} has {len(names):,} columns; {COLUMNS_MAX} fit.")
    twice = next((one for place, one in enumerate(names) if one in names[:place]), None)
    if twice is not None:
        raise BadRequest("file", f"{name} names the column “{twice[:80]}” twice.")
    if "" in names:
        raise BadRequest("file", f"{name} has a column without a name.")
    return names


def _as_text(value: dict[str, object]) -> dict[str, str] | str:
    cells: dict[str, str] = {}
    if len(value) > COLUMNS_MAX:
        return f"the line has {len(value):,} fields; {COLUMNS_MAX} fit."
    for name, cell in value.items():
        if isinstance(cell, dict | list):
            return f"{name[:80]} holds a list or an object: only texts and numbers fit."
        if isinstance(cell, float) and not -1e15 < cell < 1e15:
            return f"{name[:80]} is no number that can be kept."
        cells[name] = "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
    return cells


class _duck:  # noqa: N801 - a context, not a thing
    """A DuckDB that reads one Parquet file; what it cannot read is said in a sentence."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Any:
        import duckdb

        self._connection = duckdb.connect(
            config={
                "memory_limit": "256MB",
                "threads": 1,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
            }
        )
        return self._connection

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        import duckdb

        self._connection.close()
        if isinstance(fault, duckdb.Error):
            first = str(fault).strip().splitlines()[0][:200]
            raise BadRequest("file", f"{self._name} cannot be read as Parquet: {first}") from fault
