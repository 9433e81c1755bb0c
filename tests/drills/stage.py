"""A drill without a server: records in memory, a clock that the test sets, an inbox that is a list, and two teams."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotwash.drills.example import table
from hotwash.drills.example.table import ANA, BO, CY, Clock
from hotwash.drills.play.book import Book
from hotwash.drills.play.playing import Play
from hotwash.drills.scenarios.shelf import named
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person

__all__ = ["ANA", "BO", "CY", "FAY", "START", "Inbox", "Table", "Team", "refused"]
FAY = Person("Fay", "commander")
"""She facilitates."""
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class Inbox:
    """What reached the team."""

    came: list[tuple[str, str, str]] = field(default_factory=list)

    def alert(self, sender: str, body: bytes, *, system: str, at: datetime) -> None:
        self.came.append(("alert", sender, body.decode()))

    def complaint(self, text: str, *, key: str, system: str, at: datetime) -> None:
        self.came.append(("complaint", key, text))

    def word(self, channel: str, title: str, text: str, *, key: str, system: str, at: datetime) -> None:
        self.came.append((channel, title, text))


class Table(table.Table):
    """A drill that is being played."""

    def __init__(self, folder: Path, *, scenario: str = "resume-screening", seed: int = 7, **plan: Any) -> None:
        clock = Clock(START)
        self.inbox = Inbox()
        book = Book(Desk(MemoryStore(), MemoryVault(), clock=clock))
        play = Play(book, self.inbox, self._about, folder)
        planned = book.plan(named(scenario), by=FAY, seed=seed, **plan)
        super().__init__(book, play, planned.id, clock=clock, logs=folder)

    def begin(self, by: Person = FAY, speed: float = 1.0) -> None:
        super().begin(by, speed)

    def declare(self, by: Person, title: str, **words: Any) -> None:
        super().declare(by, title, **words)
        assert self.desk.incident(self.incident).kind == "drill"

    def _about(self, system: str) -> str | None:
        for stream in self.desk.store.streams():
            if stream.startswith("incident/") and self.desk.incident(stream.split("/")[1]).system == system:
                return stream.split("/")[1]
        return None


Team = Callable[[Table], None]


def refused(act: Callable[[], Any]) -> str:
    """The sentence with which something is refused."""
    try:
        act()
    except NotAllowed as no:
        return str(no)
    raise AssertionError("it was allowed")
