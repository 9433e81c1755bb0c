"""A table at which a script plays a drill: the desk, the drill, and a clock that the script sets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hotwash.drills.play.book import Book
from hotwash.drills.play.playing import Play
from hotwash.drills.play.state import Drill
from hotwash.response import inquiries
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.jobs import HOTWASH

ANA, BO, CY = Person("Ana", "responder"), Person("Bo", "commander"), Person("Cy", "responder")

TakeUp = Callable[[Person, str], None]
"""Joins what lies in the inbox about the drill's system to an incident."""


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


class Table:
    """A drill that is being played by a script.

    :param clock: the clock of the desk of ``book``
    :param logs: the folder in which prediction logs of this installation lie
    :param take_up: joins what has come to the team's incident; nothing is joined without it
    """

    def __init__(
        self, book: Book, play: Play, drill_id: str, *, clock: Clock, logs: Path, take_up: TakeUp | None = None
    ) -> None:
        self.book, self.play, self.id, self.clock, self.logs = book, play, drill_id, clock, logs
        self.incident = ""
        self._take_up = take_up
        self._zero = clock.now

    @property
    def desk(self) -> Desk:
        """The desk at which the team works."""
        return self.book.desk

    @property
    def drill(self) -> Drill:
        """The drill as it stands."""
        return self.book.drill(self.id)

    @property
    def now(self) -> datetime:
        """What time it is at this table."""
        return self.clock.now

    def begin(self, by: Person, speed: float = 1.0) -> None:
        """Set the stage and let the clock run."""
        self._zero = self.clock.now
        self.play.begin(self.id, by=by, speed=speed)

    def at(self, minute: float) -> None:
        """Let the clock come to a minute of the drill, with everything that comes until then."""
        goal = self._zero + timedelta(minutes=minute)
        while self.clock.now < goal:
            self.clock.now = min(goal, self.clock.now + timedelta(minutes=1))
            self.play.advance(self.id)
            self._join()

    def declare(self, by: Person, title: str, **words: Any) -> None:
        """Declare the incident of the team."""
        self.incident = self.desk.declare(by=by, title=title, system=self.drill.system, **words).id
        self.play.advance(self.id)
        self._join(by)

    def says(self, by: Person, verb: str, *, at: datetime | None = None, **words: Any) -> int:
        """Record something in the incident; the number of its first entry."""
        return self.desk.record(self.incident, verb, by=by, at=at, **words).entries[0].number

    def asks(self, person: Person, question: str, /, **arguments: Any) -> Recorded:
        """Ask a question of the system's log and record the finding."""
        return inquiries.ask(self.desk, self.incident, question, arguments, by=person, folders=[self.logs])

    def sends(self, by: Person, **words: Any) -> None:
        """Write a message, have it approved by every role that it needs, and send it. Nothing leaves the house."""
        number = self.says(by, "draft-message", submit=True, **words)
        incident = self.desk.incident(self.incident)
        for role in incident.messages[number].waiting_for:
            holder = incident.roster.get(role) or incident.commander
            self.says(Person(str(holder), "commander"), "approve-message", message=number, text=number, role=role)
        sending = self.says(by, "send-message", message=number, targets=("applicants",))
        self.desk.step(
            self.incident,
            "deliver-message",
            by=HOTWASH,
            sending=sending,
            target="applicants",
            answer="A drill: nothing left the house.",
        )

    def _join(self, by: Person = ANA) -> None:
        if self.incident and self._take_up is not None:
            self._take_up(by, self.incident)
