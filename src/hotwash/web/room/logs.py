"""Which prediction logs a room may ask: its system's first, then the files of this installation; and their columns."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from hotwash.investigate import Column, LogError, Predictions
from hotwash.investigate.engine import Ask
from hotwash.investigate.expression import Name
from hotwash.investigate.sides import plain
from hotwash.response import inquiries
from hotwash.response.request import BadRequest
from hotwash.web.inquiries import folders
from hotwash.web.room.opened import Room

_ENDINGS = (".csv", ".csv.gz", ".parquet", ".jsonl", ".ndjson")
_OFFERED_MAX = 50
_VERSIONS_MAX = 40
_LOOKED_AT_MAX = 256 * 2**20
"""Bytes of a log in which versions are looked up while a page waits. In larger ones they are typed."""


class NoLog(Exception):
    """There is no log to ask, or it cannot be read. The sentence says what would mend it."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that can be asked.

    :param source: where it lies; empty for the log of the incident's own system
    :param guessed: whether the meaning of its columns is only guessed
    :param versions: which versions it holds, the oldest first, where that is known
    :param others: the logs with which it can be compared, by their place
    :param began: when harm began as far as is known, else the last deployment
    :param harm: what was counted as harm in the last question of this room
    """

    source: str
    title: str
    told: Predictions
    columns: tuple[Column, ...]
    favourable: str | None
    guessed: bool
    versions: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    began: datetime | None = None
    harm: str = ""

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
    own = described.source if described else ""
    found += [(name, name) for name, file in _files().items() if own not in (name, str(file))]
    return found


def log_of(room: Room, source: str, *, harm: str = "") -> Log:
    """The log that was chosen, with its columns.

    :param harm: what was counted as harm before
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
            return Log(bare.source, source, told, columns, None, guessed=True, **_beside(room, told, harm))
        if described is None or room.system is None:
            raise NoLog("The AI system of this incident has no log described yet, so there is nothing to ask.")
        told = inquiries.described(described, folders=folders())
        columns = _columns(told, _state(told.source))
        title = f"{room.system.name}, {Path(described.source).name}"
        return Log("", title, told, columns, described.favourable, guessed=False, **_beside(room, told, harm))
    except (LogError, BadRequest) as wrong:
        raise NoLog(str(wrong)) from wrong


def _beside(room: Room, told: Predictions, harm: str) -> dict[str, Any]:
    own = Path(told.source).name
    others = [(inquiries.within(str(file), folders=folders()), name) for name, file in _files().items()]
    deployed = sorted(one.at for one in room.system.deployments) if room.system else []
    began = room.incident.beginnings[-1].at if room.incident.beginnings else None
    return {
        "versions": _versions(told, _state(told.source)),
        "others": tuple((place, name) for place, name in others if Path(place).name != own),
        "began": began or (deployed[-1] if deployed else None),
        "harm": harm,
    }


@lru_cache(maxsize=64)
def _versions(told: Predictions, state: tuple[float, int]) -> tuple[str, ...]:
    """The versions in a log. Looked up again once its file has changed."""
    if told.version is None or not 0 < state[1] <= _LOOKED_AT_MAX:
        return ()
    with told.opened() as engine:
        column = next(column for column in engine.columns() if column.name == told.version)
        cells = engine.counts(Ask((Name(told.version, column=column),), ((0,),)))
    found = {plain(cell.values[0]) for cell in cells if cell.values[0] is not None}
    return tuple(sorted(found, key=_by_number)) if len(found) <= _VERSIONS_MAX else ()


def _by_number(version: str) -> list[tuple[int, int, str]]:
    """``v10`` after ``v9``."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", version)]


def _files() -> dict[str, Path]:
    """The logs that lie in the folders of this installation, by name; of two with one name the first."""
    found: dict[str, Path] = {}
    for folder in folders():
        if not folder.is_dir():
            continue
        # Files that people brought lie one folder deeper, under the name of their AI system.
        for path in [*sorted(folder.iterdir()), *sorted(folder.glob("*/*"))]:
            if len(found) < _OFFERED_MAX and path.is_file() and path.name.endswith(_ENDINGS) and path.name[0] != ".":
                found.setdefault(str(path.relative_to(folder)), path)
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
