"""A drill without a server: records in memory, a clock that the test sets, an inbox that is a list, and two teams."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hotwash.drills.play.book import Book
from hotwash.drills.play.playing import Play
from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.shelf import named
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response import inquiries
from hotwash.response.desk import Desk, Person, Recorded

ANA, BO, CY = Person("Ana", "responder"), Person("Bo", "commander"), Person("Cy", "responder")
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


class Table:
    """A drill that is being played."""

    def __init__(self, folder: Path, *, scenario: str = "resume-screening", seed: int = 7, **plan: Any) -> None:
        self.now = START
        self.logs = folder
        self.desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: self.now)
        self.inbox = Inbox()
        self.book = Book(self.desk)
        self.play = Play(self.book, self.inbox, self._about, folder)
        self.incident = ""
        self.id = self.book.plan(named(scenario), by=FAY, seed=seed, **plan).id

    @property
    def drill(self) -> Drill:
        return self.book.drill(self.id)

    def begin(self, speed: float = 1.0) -> None:
        self.play.begin(self.id, by=FAY, speed=speed)

    def at(self, minute: float) -> None:
        """Let the clock come to a minute, with everything that comes until then."""
        goal = START + timedelta(minutes=minute)
        while self.now < goal:
            self.now = min(goal, self.now + timedelta(minutes=1))
            self.play.advance(self.id)

    def declare(self, by: Person, title: str, **words: Any) -> None:
        said = self.desk.declare(by=by, title=title, system=self.drill.system, **words)
        self.incident = said.id
        assert said.state.kind == "drill"  # type: ignore[union-attr]
        self.play.advance(self.id)

    def says(self, by: Person, verb: str, *, at: datetime | None = None, **words: Any) -> int:
        return self.desk.record(self.incident, verb, by=by, at=at, **words).entries[0].number

    def asks(self, by: Person, question: str, **arguments: Any) -> Recorded:
        return inquiries.ask(self.desk, self.incident, question, arguments, by=by, folders=[self.logs])

    def _about(self, system: str) -> str | None:
        for stream in self.desk.store.streams():
            if stream.startswith("incident/") and self.desk.incident(stream.split("/")[1]).system == system:
                return stream.split("/")[1]
        return None


Team = Callable[[Table], None]


def sends(table: Table, by: Person, **words: Any) -> None:
    """Write, approve by every role that it needs, and send."""
    number = table.says(by, "draft-message", submit=True, **words)
    incident = table.desk.incident(table.incident)
    for role in incident.messages[number].waiting_for:
        holder = incident.roster.get(role) or incident.commander
        table.says(Person(str(holder), "commander"), "approve-message", message=number, text=number, role=role)
    table.says(by, "send-message", message=number, targets=("applicants",))


def refused(act: Callable[[], Any]) -> str:
    """The sentence with which something is refused."""
    try:
        act()
    except NotAllowed as no:
        return str(no)
    raise AssertionError("it was allowed")
