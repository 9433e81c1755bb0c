"""Which prediction logs a room may ask: its system's first, then the files of this installation; and their columns."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hotwash.investigate import Column, LogError, Predictions
from hotwash.response import inquiries
from hotwash.response.request import BadRequest
from hotwash.web.inquiries import folders
from hotwash.web.room.opened import Room

_ENDINGS = (".csv", ".csv.gz", ".parquet", ".jsonl", ".ndjson")
_OFFERED_MAX = 50


class NoLog(Exception):
    """There is no log to ask, or it cannot be read. The sentence says what would mend it."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that can be asked.

    :param source: where it lies; empty for the log of the incident's own system
    :param guessed: whether the meaning of its columns is only guessed
    """

    source: str
    title: str
    told: Predictions
    columns: tuple[Column, ...]
    favourable: str | None
    guessed: bool

    @property
    def names(self) -> list[str]:
        """The columns."""
        return [column.name for column in self.columns]

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


def offered(room: Room) -> list[tuple[str, str]]:
    """The logs that one may choose from: an empty word for the system's own."""
    found: list[tuple[str, str]] = []
    described = room.system.log if room.system else None
    if described is not None and room.system is not None:
        found.append(("", f"The log of {room.system.name}: {Path(described.source).name}"))
    own = Path(described.source).name if described else ""
    found += [(name, name) for name in _files() if name != own]
    return found


def log_of(room: Room, source: str) -> Log:
    """The log that was chosen, with its columns.

    :raises NoLog: if there is none, or it cannot be read
    """
    described = room.system.log if room.system else None
    try:
        if source:
            file = _files().get(source)
            if file is None:
                raise NoLog("There is no such log in the folders of this installation.")
            bare = Predictions(inquiries.within(str(file), folders=folders()))
            columns = _columns(bare, _state(bare.source))
            told = bare.confirmed(bare.guess_roles())
            return Log(bare.source, source, told, columns, None, guessed=True)
        if described is None or room.system is None:
            raise NoLog("The AI system of this incident has no log described yet, so there is nothing to ask.")
        told = inquiries.described(described, folders=folders())
        columns = _columns(told, _state(told.source))
        title = f"{room.system.name}, {Path(described.source).name}"
        return Log("", title, told, columns, described.favourable, guessed=False)
    except (LogError, BadRequest) as wrong:
        raise NoLog(str(wrong)) from wrong


def _files() -> dict[str, Path]:
    """The logs that lie in the folders of this installation, by name; of two with one name the first."""
    found: dict[str, Path] = {}
    for folder in folders():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if len(found) < _OFFERED_MAX and path.is_file() and path.name.endswith(_ENDINGS) and path.name[0] != ".":
                found.setdefault(path.name, path)
    return found


@lru_cache(maxsize=64)
def _columns(told: Predictions, state: tuple[float, int]) -> tuple[Column, ...]:  # noqa: ARG001
    """The columns of a log. Looked up again once its file has changed."""
    return told.columns()


def _state(source: str) -> tuple[float, int]:
    try:
        known = Path(source).stat()
    except OSError:
        return (0.0, 0)
    return (known.st_mtime, known.st_size)
