"""How a good team plays the résumé screening: declares on suspicion, keeps evidence, stops it, measures, tells people.

The tests score it against a team that neglects every part; a first start shows it up to where a visitor takes over.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hotwash.drills.example.table import ANA, BO, CY, Table
from hotwash.response.effects import EXAMPLES, Effects

TWO = "university in ('Kaapveer', 'Zuidpolder')"
NEW, OLD = "model_version = 'v7'", "model_version = 'v6'"


class Screening:
    """The good team of `resume-screening`. It begins, plays up to a minute, and may be asked to go on."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.found: dict[str, int] = {}
        """Numbers of entries that later steps speak of."""
        self.people = 0
        self._left: list[tuple[float, Callable[[], None]]] = [
            (5, self._declare),
            (7, self._take_roles),
            (9, self._assess_at_first),
            (12, self._keep),
            (15, self._contain),
            (20, self._measure),
            (26, self._assess_again),
            (28, self._tell),
            (38, self._hand_over),
            (42, self._look_for_causes),
            (45, self._act),
        ]

    def play(self, until: float) -> None:
        """Play on up to a minute of the drill."""
        while self._left and self._left[0][0] <= until:
            minute, step = self._left.pop(0)
            self.table.at(minute)
            step()
        self.table.at(until)

    def _declare(self) -> None:
        self.table.declare(
            ANA,
            "Graduates of one university are rejected by résumé screening",
            harms=("fairness",),
            detail="A drill: the organisation and its people are invented, the log is synthetic, and every figure is "
            "computed from it.",
        )

    def _take_roles(self) -> None:
        roles = {
            "commander": "Bo",
            "investigation": "Ana",
            "scribe": "Cy",
            "legal": "Eve",
            "communications": "Gus",
        }
        for role, person in roles.items():
            self.table.says(BO, "assign", role=role, person=person)
        self.table.says(
            CY, "record-awareness", fact="aware", person="Bo", evidence="The alert and the first letter, read just now."
        )

    def _assess_at_first(self) -> None:
        self.table.says(
            BO,
            "assess",
            answers={
                "material_harm": {"value": "yes", "evidence": "People whom the screening rejected lost an interview."},
                "disparity_confirmed": "unknown",
                "essentials_taken": "no",
            },
        )

    def _keep(self) -> None:
        kept = {
            "model": {"version": "v7", "new_input": "campus_tier"},
            "campus_tier": {
                "Amstelveld": 1, "Duinrand": 2, "Hogeland": 2, "Lindenhof": 2, "Oosterpark": 1, "not found": 4,
            },
            "taken_because": "before the switch; feature files are deleted at 22:00",
        }  # fmt: skip
        added = self.table.desk.keep(
            self.table.incident,
            json.dumps(kept, indent=1).encode(),
            by=ANA,
            name="configuration-v7.json",
            media_type="application/json",
            source="feature store and model registry, read by Ana",
        )
        self.found["kept"] = added.entries[0].number

    def _contain(self) -> None:
        self.table.says(
            BO,
            "decide",
            decision="People decide until we know more.",
            known="One alert and three letters; nothing is measured yet.",
            options=("keep v7 running while we look", "return to v6", "people decide"),
            reason="Each hour some of them lose an interview. Nobody has compared groups in v6 either, and people can "
            "decide about 60 applications an hour.",
        )
        self.table.says(
            BO,
            "contain",
            switch=self.table.drill.system,
            state="human",
            reason="Graduates of one university may be rejected by the hour.",
            hold=(self.found["kept"],),
            undo="Set the switch back to serve; the queue drains by itself.",
        )

    def _measure(self) -> None:
        table = self.table
        added = table.asks(
            ANA, "blast-radius", harm="decision = 'reject'", where=f"{TWO} and {NEW}", baseline=f"{TWO} and {OLD}",
            by=["university"],
        ).entries[0]  # fmt: skip
        began = table.asks(ANA, "onset", harm="decision = 'reject'", where=TWO).entries[0]
        fair = table.asks(ANA, "fairness", group=["university"], where=NEW).entries[0]
        table.asks(ANA, "fairness", group=["university"], where=OLD)
        excess, dates = (added.body or {})["figures"]["excess"], (began.body or {})["figures"]
        self.people = int(excess["value"])
        self.found |= {"reach": added.number, "fairness": fair.number}
        table.says(
            ANA,
            "estimate-harm",
            what="Graduates rejected who would have been invited before",
            value=excess["value"],
            low=excess["low"],
            high=excess["high"],
            unit="people",
            harm="fairness",
            finding=added.number,
        )
        at, low, high = (datetime.fromisoformat(dates[name]) for name in ("at", "low", "high"))
        table.says(
            ANA,
            "begin-harm",
            at=at,
            source="The day on which the share rejected rose, in these two universities only.",
            low=low,
            high=high,
            finding=began.number,
        )
        evidence = f"Finding in entry {added.number}."
        table.says(CY, "record-awareness", fact="suspected", person="Eve", evidence=evidence)

    def _assess_again(self) -> None:
        self.table.says(
            BO,
            "assess",
            answers={
                "material_harm": {"value": "yes", "evidence": "People whom the screening rejected lost an interview."},
                "disparity_confirmed": {"value": "yes", "evidence": f"Finding in entry {self.found['fairness']}."},
                "essentials_taken": "no",
                "death_or_grave_injury": "no",
                "national_scale": "no",
                "infrastructure_disrupted": "no",
                "harmful_content_to_minor_or_crisis": "no",
                "continuing": "no",
                "people": self.people,
            },
            reason="Measured now.",
        )

    def _tell(self) -> None:
        self.table.sends(
            BO,
            audience="harmed",
            stage="first-word",
            subject="Your application will be read again",
            body="We have found that our computer treated some applications unfairly. Yours may be among them."
            " We are sorry. We stopped it today, and people decide now. We do not know yet how many people are "
            "concerned. You do not have to do anything: a person will read your application again. If you have "
            "questions, write to applicants@brightwell.example or call 010 555 0100. We will write to you again "
            "tomorrow by noon.",
        )
        self.table.says(ANA, "ask-question", text="May v6 take over? Does its log show a gap for anybody?")
        self.table.says(BO, "ask-question", text="Which letters of rejection still wait to be sent today?")

    def _hand_over(self) -> None:
        self.table.says(
            BO,
            "hand-over",
            role="investigation",
            person="Cy",
            briefing="Asked: reach and onset in the two universities, v7 against v6, and every university in both. v6 "
            "shows no gap. Open: which letters still wait, and may v6 take over?",
        )

    def _look_for_causes(self) -> None:
        says = self.table.says
        self.found["list"] = says(
            CY,
            "add-factor",
            text="Universities that are missing in the bought list were given its lowest tier.",
            tag="data",
            finding=self.found["reach"],
        )
        says(
            CY,
            "add-factor",
            text="The labels are whom employers placed before.",
            tag="labels",
            evidence="Release notes of v7.",
        )
        self.found["check"] = says(
            CY,
            "add-factor",
            text="No check by group stands between training and release.",
            tag="evaluation",
            evidence="Release checklist: accuracy and speed.",
        )
        self.found["monitor"] = says(
            CY,
            "add-factor",
            text="The monitor computes a weekly window on Mondays, so it saw the change after eleven days.",
            tag="monitoring",
            evidence="The text of the alert.",
        )
        why = says(
            CY,
            "add-why",
            question="Why did a university that is missing count as a bad one?",
            answer="A name that is not found got the last value of the list, and that is its lowest tier.",
            parent=self.found["list"],
            evidence="The configuration that was kept.",
        )
        says(
            CY,
            "add-why",
            question="Why were two universities missing?",
            answer="The list was bought in spring; they had merged in January and have a new name.",
            parent=why,
        )
        says(
            BO,
            "add-why",
            question="What made it sensible to release without a comparison of groups?",
            answer="The checklist asks for accuracy, and that had risen by 1.9 points.",
            parent=self.found["check"],
        )
        says(
            CY,
            "dissent",
            about=self.found["monitor"],
            text="A letter lay in the mailbox before the alert; it is read on Thursdays. People saw it first.",
        )

    def _act(self) -> None:
        says = self.table.says
        due = (self.table.now + timedelta(days=14)).date()
        gate = says(
            BO,
            "add-action",
            title="A release passes only if the shares by university are within four fifths",
            kind="prevent",
            owner="Ana",
            due=due,
            measure="The fairness question on the candidate's log of a week.",
            strength="barrier",
            factors=(self.found["check"], self.found["list"]),
            effort="weeks",
        )
        says(
            BO,
            "add-action",
            title="Look at invited shares by group every day",
            kind="detect",
            owner="Cy",
            due=due,
            measure="An alert within a day on a replay of v7.",
            strength="automation",
            factor=self.found["monitor"],
        )
        says(
            CY,
            "summarise",
            text="For eleven days a new version of the screening rejected graduates of two universities far more "
            f"often than before, about {self.people} people too many. A weekly monitor and three letters showed it. "
            "People decide since then. Everyone concerned is told and read again.",
        )
        says(CY, "observe", what="well", text="Fifteen minutes after the alert nobody was rejected by v7 any more.")
        says(CY, "observe", what="hard", text="Nobody could say at once whether v6 was any better.")
        says(CY, "observe", what="luck", text="Two of three letters named the university by themselves.")
        self._see_that_it_works(gate, due)

    def _see_that_it_works(self, action: int, due: date) -> None:
        wanted: dict[str, Any] = {
            "question": "fairness",
            "arguments": {"group": ["university"]},
            "thresholds": EXAMPLES["fairness"],
        }
        effects = Effects(self.table.desk, [self.table.logs])
        effects.plan(self.table.incident, by=ANA, action=action, ask_on=due + timedelta(days=14), **wanted)
