"""Playing: what the facilitator (or the automatic one) does, carried out through the desk and the intake."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hotwash.drills.play import engine
from hotwash.drills.play.book import Book
from hotwash.drills.play.intake import Intake, Word
from hotwash.drills.play.stage import set_stage
from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.payloads import fill
from hotwash.drills.scenarios.shape import Inject, Scenario
from hotwash.incident.state import Incident
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound, Person
from hotwash.response.jobs import HOTWASH


@dataclass(frozen=True, slots=True)
class Play:
    """Carries out what is said of drills.

    :param intake: by which the team is reached
    :param find: the first incident about an AI system, if there is one
    :param logs: the folder in which prediction logs of this installation lie
    :param together: within which a fact and what it sends are kept whole or not at all
    """

    book: Book
    intake: Intake
    find: Callable[[str], str | None]
    logs: Path
    together: Callable[[], AbstractContextManager[None]] = nullcontext

    def begin(self, drill_id: str, *, by: Person, speed: float = 1.0) -> Drill:
        """Set the stage and let the clock run."""
        drill = self.book.drill(drill_id)
        if drill.stage != "planned":
            raise NotAllowed(f"Nobody can begin {drill.id} now: it is {drill.stage}.")
        set_up = set_stage(self.book.desk, drill, self.book.scenario(drill), self.logs)
        drill = self.book.say(drill_id, "begin", by=by, system=set_up.system, log=set_up.log, speed=speed)
        return self.advance(drill_id)

    def advance(self, drill_id: str) -> Drill:
        """Send what is due, note which incident is the team's, and end what is over. Doing it twice does it once."""
        drill = self.book.drill(drill_id)
        if not drill.live:
            return drill
        drill = self._found(drill)
        scenario, incident = self.book.scenario(drill), self.incident(drill)
        now = self.book.desk.clock()
        if not drill.plan.by_hand and drill.speed:
            for one in engine.due(scenario, drill, incident, now):
                drill = self._send(drill, scenario, one, by=HOTWASH, by_hand=False)
        if drill.plan.mode == "solo" and (why := engine.over(scenario, drill, incident, now)):
            drill = self.book.say(drill.id, "end", by=HOTWASH, how=why)
        return drill

    def send(self, drill_id: str, inject: str, *, by: Person) -> Drill:
        """Send an inject now, whatever the clock says.

        :raises NotFound, NotAllowed: if there is none, or it has come
        """
        drill = self._found(self.book.drill(drill_id))
        scenario = self.book.scenario(drill)
        one = scenario.inject(inject)
        if one is None:
            raise NotFound(f"The scenario has no inject {inject[:60]}.")
        return self._send(drill, scenario, one, by=by, by_hand=True)

    def send_next(self, drill_id: str, *, by: Person) -> Drill:
        """Send the inject that would come next."""
        drill = self._found(self.book.drill(drill_id))
        scenario = self.book.scenario(drill)
        line = engine.following(scenario, drill, self.incident(drill), self.book.desk.clock())
        if line is None:
            raise NotAllowed("Nothing is left to send: what waits, waits for the team. Send it by its name.")
        return self._send(drill, scenario, line.inject, by=by, by_hand=True)

    def improvise(self, drill_id: str, *, by: Person, **words: Any) -> Drill:
        """Send the team something that the scenario does not have."""
        drill = self.book.say(drill_id, "improvise", by=by, **words)
        said = drill.improvised[-1].event
        word = Word(said.channel, said.title, said.text, said.sent_by)
        self._tell(self._found(drill), word, f"improvised-{drill.number}", self.book.desk.clock())
        return drill

    def end(self, drill_id: str, *, by: Person, how: str = "") -> Drill:
        """End the play; what is due at this moment comes no more."""
        drill = self.book.drill(drill_id)
        if drill.live:
            self._found(drill)
        return self.book.say(drill_id, "end", by=by, how=how)

    def incident(self, drill: Drill) -> Incident | None:
        """The team's incident as it stands."""
        return self.book.desk.incident(drill.incident) if drill.incident else None

    def _found(self, drill: Drill) -> Drill:
        if drill.incident or not drill.live:
            return drill
        found = self.find(drill.system)
        return self.book.say(drill.id, "find-incident", by=HOTWASH, incident=found) if found else drill

    def _send(self, drill: Drill, scenario: Scenario, one: Inject, *, by: Person, by_hand: bool) -> Drill:
        """First the fact, then the touch: what is sent in one transaction is sent whole or not at all."""
        now = self.book.desk.clock()
        with self.together():
            drill = self.book.say(drill.id, "deliver", by=by, inject=one.id, by_hand=by_hand)
            key = f"{drill.id}-{one.id}"

            def filled(text: str) -> str:
                return fill(text, at=now, system=drill.system, name=scenario.system.name)

            if one.channel == "alert":
                self.intake.alert(one.sender, filled(one.body).encode(), system=drill.system, at=now)
            elif one.channel == "complaint":
                self.intake.complaint(filled(one.text), key=key, system=drill.system, at=now)
            else:
                self._tell(drill, Word(one.channel, one.title, filled(one.text), one.sent_by), one.id, now)
        return drill

    def _tell(self, drill: Drill, word: Word, key: str, now: datetime) -> None:
        if drill.incident:
            self.book.desk.record(
                drill.incident, "happened", by=HOTWASH, text=word.sentence, source=f"drill {drill.id}"
            )
            return
        title = f"{word.title} ({word.sent_by})" if word.sent_by else word.title
        self.intake.word(word.channel, title, word.text, key=f"{drill.id}-{key}", system=drill.system, at=now)
