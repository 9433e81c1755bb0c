"""A copy of a log that nobody writes to, for questions that must be answered while the log grows.

A log that was written to while it was read gives no figure that anybody could repeat. A person asks again when it is at
rest; a watch over traffic that is going back cannot wait for that, because the log of a running system never rests.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from glob import has_magic
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from hotwash.investigate import Finding, Predictions

BYTES_MAX = 1 << 30
"""A larger log is not copied: its questions wait until it is at rest."""
_LINES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


@contextmanager
def copied(log: Predictions) -> Iterator[tuple[Predictions, "Named"] | None]:
    """The same log in a folder of its own, as long as the block lasts, and what gives findings its real name again.

    A line that was only half written is left out. None if the log is no file, or too large to copy.
    """
    files = _files(log.source)
    if not files or sum(path.stat().st_size for path in files) > BYTES_MAX:
        yield None
        return
    above = _above(str(log.source))
    with TemporaryDirectory(prefix="hotwash-still-") as folder:
        for path in files:
            copy = Path(folder) / path.relative_to(above)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            if path.suffix.lower() in _LINES:
                _whole_lines(copy)
        source = str(Path(folder) / Path(str(log.source)).relative_to(above))
        yield replace(log, source=source), Named(folder, str(above))


class Named:
    """Gives findings the name of the log that was copied."""

    def __init__(self, copy: str, real: str) -> None:
        self._copy, self._real = msgspec.json.encode(copy)[1:-1], msgspec.json.encode(real)[1:-1]

    def __call__(self, finding: Finding) -> Finding:
        """The finding, as if it had been read where the log lies."""
        return Finding.from_json(finding.to_json().encode().replace(self._copy, self._real).decode())


def _above(source: str) -> Path:
    """The folder above everything that a path or a glob means."""
    above = Path(source).parent
    while has_magic(str(above)):
        above = above.parent
    return above


def _files(source: object) -> list[Path]:
    if not isinstance(source, str) or "://" in source or not Path(source).is_absolute():
        return []
    path = Path(source)
    if path.is_file():
        return [path]
    above = _above(source)
    return [one for one in above.glob(str(path.relative_to(above))) if one.is_file()] if has_magic(source) else []


def _whole_lines(path: Path) -> None:
    """Cut off a last line that has no end."""
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        while end:
            begin = max(0, end - 65536)
            file.seek(begin)
            if (at := file.read(end - begin).rfind(b"\n")) >= 0:
                file.truncate(begin + at + 1)
                return
            end = begin
