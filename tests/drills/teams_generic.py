"""Two teams for any scenario: one plays it as its truth and its `good` would have it, one neglects every part."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.drills.stage import ANA, BO, CY, START, Table, Team

from hotwash.drills.scenarios.shape import Scenario
from hotwash.drills.worlds.phrases import phrases

PEOPLE = {
    "commander": "Bo", "investigation": "Ana", "scribe": "Cy", "legal": "Eve", "communications": "Gus",
    "safety": "Ida", "operations": "Jo", "liaison": "Kai",
}  # fmt: skip
NEXT = "Lea"


@dataclass(frozen=True)
class Asks:
    """What the good team asks of the log, and what it writes to people.

    :param radius: the arguments of the blast radius, with a baseline
    :param onset: the arguments of the onset
    :param message: the first word
    :param first: the arguments of a question asked before these two
    """

    radius: dict[str, Any]
    onset: dict[str, Any]
    message: str
    subject: str
    first: tuple[tuple[str, dict[str, Any]], ...] = field(default=())


def told_badly(name: str) -> str:
    """A rule that finds the bad answers of a talking world by their longest words without a slot."""
    found = []
    for intent in phrases(name).intents:
        for text in intent.bad:
            longest = max((part.strip() for part in re.split(r"\{\w+\}", text)), key=len)
            found.append(f"answer like '%{longest.replace(chr(39), chr(39) * 2)}%'")
    return " or ".join(found)


def good_team(asks: Asks) -> Team:
    """Declares on suspicion, keeps evidence, stops it, asks the log, tells people, names what contributed."""

    def play(table: Table) -> None:
        _Good(table, asks).play()

    return play


class _Good:
    def __init__(self, table: Table, asks: Asks) -> None:
        self.table, self.asks = table, asks
        self.scenario: Scenario = table.book.scenario(table.drill)
        self.later: list[tuple[float, Callable[[], None]]] = []

    def play(self) -> None:
        table, one = self.table, self.scenario
        table.begin()
        table.at(one.good.declare / 2)
        table.declare(ANA, one.title, harms=(one.harm,))
        stop, word = one.good.contain_within * 0.7, one.good.message * 0.8
        steps = [
            (one.good.command * 0.7, self._command),
            (stop, self._contain),
            (stop + 4, self._measure),
            (max(word, stop + 6), self._tell),
            (one.minutes * 0.8, self._learn),
        ]
        steps += [(gone.at + 4, self._hand_over(gone.role)) for gone in one.injects if gone.role]
        for minute, step in sorted(steps, key=lambda at: at[0]):
            table.at(minute)
            step()
        table.at(one.minutes)
        table.play.end(table.id, by=BO)

    def _command(self) -> None:
        for role in dict.fromkeys(("commander", *self.scenario.good.roles, *self._leaving())):
            self.table.says(BO, "assign", role=role, person=PEOPLE[role])
        facts = [duty.starts for duty in self.scenario.truth.duties]
        for fact in dict.fromkeys(facts):
            self.table.says(CY, "record-awareness", fact=fact, person="Bo", evidence="The alert and the first letters.")

    def _leaving(self) -> list[str]:
        return [one.role for one in self.scenario.injects if one.role]

    def _contain(self) -> None:
        table, state = self.table, self.scenario.good.contain[0]
        kept = table.desk.keep(table.incident, b"as it was", by=ANA, name="configuration.txt").entries[0].number
        reason = "People are harmed while it runs, and it can be switched back."
        table.says(BO, "decide", decision="We stop it for everyone.", known="An alert and letters.", reason=reason)
        table.says(BO, "contain", switch=table.drill.system, state=state, reason="On suspicion.", hold=(kept,))

    def _measure(self) -> None:
        table, asks = self.table, self.asks
        for question, arguments in asks.first:
            table.asks(ANA, question, **arguments)
        found = table.asks(ANA, "blast-radius", **asks.radius).entries[0]
        began = table.asks(ANA, "onset", **asks.onset).entries[0]
        assert found.body is not None
        assert began.body is not None
        excess, dates = found.body["figures"]["excess"], began.body["figures"]
        table.says(
            ANA,
            "estimate-harm",
            what="People harmed beyond what is usual",
            value=excess["value"],
            low=excess["low"],
            high=excess["high"],
            finding=found.number,
        )
        at, low, high = (datetime.fromisoformat(dates[name]) for name in ("at", "low", "high"))
        table.says(ANA, "begin-harm", at=at, source="The change in the log.", low=low, high=high, finding=began.number)
        known = {**self.scenario.truth.answers, "continuing": "no", "people": int(excess["value"])}
        table.says(BO, "assess", answers=known, reason="Measured now.")

    def _tell(self) -> None:
        words = {"subject": self.asks.subject, "body": self.asks.message}
        self.table.sends(BO, audience=self.scenario.good.audience, stage="first-word", **words)

    def _hand_over(self, role: Any) -> Callable[[], None]:
        def give() -> None:
            briefing = (
                "Done: the first calls and two questions to the log. Open: who is still to be reached, and by whom."
            )
            self.table.says(BO, "hand-over", role=role, person=NEXT, briefing=briefing)

        return give

    def _learn(self) -> None:
        table, added = self.table, []
        for one in self.scenario.truth.factors:
            said: dict[str, Any] = {
                "text": one.text,
                "tag": one.tags[0],
                "evidence": "What was kept, and what people told.",
            }
            added.append(table.says(CY, "add-factor", **said))
        due = (START + timedelta(days=14)).date()
        wanted: dict[str, Any] = {
            "due": due,
            "owner": "Ana",
            "measure": "Played again with what was kept, it is found within an hour.",
        }
        first = "Nothing goes live unless the checks for this harm pass"
        table.says(
            BO, "add-action", title=first, kind="prevent", strength="barrier", factors=tuple(added[::2]), **wanted
        )
        second = "An alarm that counts this harm itself, each hour"
        table.says(
            BO, "add-action", title=second, kind="detect", strength="automation", factors=tuple(added[1::2]), **wanted
        )
        table.says(
            CY, "summarise", text="People were harmed since a change. It is stopped, counted, and they are told."
        )


def poor_team(cohort: str) -> Team:
    """Waits for proof, mends without keeping, blames, guesses, and tells nobody.

    :param cohort: for whom alone it is stopped in the end
    """

    def play(table: Table) -> None:
        one = table.book.scenario(table.drill)
        late = min(one.good.declare * 3 + 2, one.minutes - 20)
        table.begin()
        table.at(late)
        table.declare(ANA, "Something odd")
        table.at(one.minutes - 10)
        table.says(BO, "assign", role="commander", person="Bo")
        table.says(BO, "assess", answers={"material_harm": "no"})
        table.says(ANA, "estimate-harm", what="Some people", value=3, basis="A guess.")
        table.says(ANA, "begin-harm", at=table.now - timedelta(hours=1), source="A guess.")
        table.says(ANA, "note", text="Pim forgot to check it. He should have tested it. It was his fault.")
        table.says(BO, "note", text="The engineer failed to check the release.")
        table.at(one.minutes - 2)
        switch = table.drill.system
        table.says(BO, "contain", switch=switch, state="human", cohort=cohort, unheld_because="No time.")
        table.says(BO, "add-factor", text="Carelessness.", tag="organisation")
        careful = "Remind everybody to take care"
        table.says(BO, "add-action", title=careful, kind="prevent", owner="Pim", strength="reminder")
        table.at(one.minutes)
        table.play.end(table.id, by=BO)

    return play
