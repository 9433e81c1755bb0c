"""The one door to a drill's own record, `drill/<id>`: its facts, its scenario, and what is told to whom.

Invariants:

- Nothing here is about the team's incident: what the team does stands in its own record, through the desk.
- A rule sees the state that its facts will follow; where somebody else wrote in between, it is asked again.
- The scenario that is played is the one whose bytes were put into the vault when the drill was planned.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from hotwash.drills.play.events import CATALOGUE
from hotwash.drills.play.rules import VERBS
from hotwash.drills.play.state import Drill, fold, replay
from hotwash.drills.scenarios.reading import read
from hotwash.drills.scenarios.shape import Scenario
from hotwash.drills.scenarios.shelf import Shelved
from hotwash.ledger.entry import Conflict, Draft, Entry
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.response.desk import TRIES, Desk, NotFound, Person
from hotwash.response.request import BadRequest, fit

DRILL = "drill/"


class Rows(Protocol):
    """What is kept beside the records for lists. It can be deleted and rebuilt from them."""

    def put(self, drill: Drill, entries: Sequence[Entry]) -> None:
        """Take up new entries and the state after them."""
        ...


class Book:
    """The records of drills.

    :param desk: whose store, vault and clock are used
    :param rows: what is kept beside the records, if anything
    """

    def __init__(self, desk: Desk, *, rows: Rows | None = None) -> None:
        self.desk, self.rows = desk, rows

    def drill(self, drill_id: str) -> Drill:
        """A drill as it stands.

        :raises NotFound: if there is none
        """
        entries = self.desk.store.read(DRILL + drill_id)
        if not entries:
            raise NotFound(f"There is no drill {drill_id[:60]}.")
        return replay(drill_id, [CATALOGUE.fact(entry) for entry in entries])

    def scenario(self, drill: Drill) -> Scenario:
        """The scenario as it was when the drill was planned."""
        return read(self.desk.vault.get(drill.plan.text), name=drill.plan.scenario)

    def plan(self, shelved: Shelved, *, by: Person, seed: int, **words: Any) -> Drill:
        """Plan a drill of a scenario under the next free number.

        :raises BadRequest, NotAllowed: with a sentence each
        """
        one = shelved.scenario
        prefix = f"DRL-{self.desk.clock().year}-"
        text = self.desk.vault.put(shelved.text)
        last = self.desk.store.newest(DRILL + prefix)
        number = int(last.rsplit("-", 1)[1]) if last else 0
        for _ in range(TRIES * 8):
            number += 1
            try:
                return self.say(
                    f"{prefix}{number:04d}",
                    "plan",
                    by=by,
                    expected=0,
                    scenario=one.name,
                    title=one.title,
                    text=text,
                    harm=one.harm,
                    playbook=one.playbook,
                    minutes=one.minutes,
                    seed=seed,
                    **words,
                )
            except Conflict:
                continue
        raise Conflict(DRILL + prefix, 0, number)

    def say(self, drill_id: str, verb: str, *, by: Person, expected: int | None = None, **request: Any) -> Drill:
        """Ask a rule about a drill and record what it says; the drill after it.

        :raises BadRequest, NotAllowed, NotFound, Conflict: as the desk does
        """
        rule = VERBS.get(verb)
        if rule is None:
            raise BadRequest("verb", f"there is no verb `{verb}` for drills.")
        words = fit(rule, request)
        for _ in range(TRIES):
            drill = Drill(drill_id) if verb == "plan" else self.drill(drill_id)
            if expected is not None and drill.number != expected:
                raise Conflict(DRILL + drill_id, expected, drill.number)
            now = self.desk.clock()
            drafts: list[Draft] = [
                CATALOGUE.draft(event, by=by.name, occurred_at=now, recorded_at=now)
                for event in rule(drill, Asked(by.name, now, now), **words)
            ]
            try:
                self.desk.store.append(
                    DRILL + drill_id, drafts, expected=drill.number, alongside=self._alongside(drill)
                )
            except Conflict:
                if expected is not None:
                    raise
                continue
            return drill
        raise NotAllowed("Many people write here at once: try again in a moment.")

    def _alongside(self, drill: Drill) -> Callable[[Sequence[Entry]], None]:
        def put(entries: Sequence[Entry]) -> None:
            for entry in entries:
                fold(drill, CATALOGUE.fact(entry))
            if self.rows is not None:
                self.rows.put(drill, entries)

        return put
