"""How the example is played, up to the point where the visitor takes over: contained, measured, causes half known."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hotwash.response import inquiries
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.effects import EXAMPLES, Effects
from hotwash.response.example.world import write_log

SLUG = "resume-screening"
ANA, BO, CY = Person("Ana", "responder"), Person("Bo", "commander"), Person("Cy", "responder")

Say = Callable[[str], None]


class _Stage:
    """The desk with a clock that the story sets, so that what happened three days ago was also written down then."""

    def __init__(self, desk: Desk, start: datetime) -> None:
        self.now = start
        self.desk = Desk(desk.store, desk.vault, index=desk.index, clock=lambda: self.now)
        self.incident = ""

    def at(self, days: int, clock: str) -> None:
        """Move to a time of day, so many days after the start."""
        hour, minute = clock.split(":")
        self.now = self.start_day + timedelta(days=days, hours=int(hour), minutes=int(minute))

    @property
    def start_day(self) -> datetime:
        """Midnight of the first day of the story."""
        return self._day

    def begin(self, day: datetime) -> None:
        """Set the first day of the story."""
        self._day = day

    def says(self, by: Person, verb: str, *, at: datetime | None = None, **request: Any) -> int:
        """Record something in the incident and return the number of its first entry."""
        recorded = self.desk.record(self.incident, verb, by=by, at=at, **request)
        return recorded.entries[0].number

    def asks(self, person: Person, question: str, folder: Path, /, **arguments: Any) -> Recorded:
        """Ask a question of the system's log and record the finding."""
        return inquiries.ask(self.desk, self.incident, question, arguments, by=person, folders=[folder])


def play(desk: Desk, folder: Path, *, say: Say = lambda _: None, now: datetime | None = None) -> str:
    """Make the example and return the id of its incident.

    :param folder: where prediction logs of this installation lie
    :param say: told what is being done, for a person who waits
    """
    now = now or desk.clock()
    detected = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=3)
    changed = detected - timedelta(days=12) + timedelta(hours=6)
    stage = _Stage(desk, changed - timedelta(days=44))
    stage.begin(detected)

    say("Making a prediction log of résumé screening, with a harm planted in it …")
    log = folder / "example-resume-screening.csv"
    count = write_log(log, changed_at=changed, until=detected + timedelta(hours=11, minutes=24))
    say(f"{count:,} decisions written.")
    _register(stage, changed, log)
    say("Playing the first three days of the response …")
    _detect(stage)
    _contain(stage)
    say("Asking the log who was harmed, and how groups compare …")
    blast, fair = _investigate(stage, changed, folder)
    _learn(stage, blast, fair, folder, due=now.date())
    return stage.incident


def _register(stage: _Stage, changed: datetime, log: Path) -> None:
    desk = stage.desk
    stage.now = changed - timedelta(days=44)
    purpose = "Sorts applications for office jobs: invite to an interview, or reject."
    desk.register(by=BO, name="Résumé screening", slug=SLUG, purpose=purpose, owner="Bo", tier="high")
    desk.record_system(SLUG, "set-stop-authority", by=BO, people=("Bo", "on-call engineer"), how="pager, or call Bo")
    desk.record_system(SLUG, "deploy", by=BO, part="model", version="v1", note="in use since spring")
    stage.now = changed
    note = "Retrained on the last three years of hiring decisions."
    desk.record_system(SLUG, "deploy", by=BO, part="model", version="v2", note=note)
    columns = {
        "time": "decided_at",
        "version": "model_version",
        "subject": "applicant_id",
        "score": "score",
        "decision": "decision",
        "label": "qualified",
    }
    desk.record_system(
        SLUG,
        "describe-log",
        by=BO,
        source=log.name,
        columns=columns,
        attributes=("sex", "age_band", "region", "university"),
        favourable="invite",
    )


def _detect(stage: _Stage) -> None:
    stage.at(0, "10:55")
    declared = stage.desk.declare(
        by=ANA,
        title="Qualified women are rejected by résumé screening",
        kind="drill",
        harms=("fairness",),
        system=SLUG,
        detail="Worked example: the people are invented, the log is synthetic, and the figures are computed from it.",
    )
    stage.incident = declared.id
    stage.says(
        ANA,
        "link-signal",
        at=stage.start_day + timedelta(hours=9, minutes=2),
        source="mail",
        title="Four applicants ask why they were rejected",
        detail="All four studied at women's colleges; all four meet every requirement of the posting.",
        detector="outside",
        key="mail-4711",
    )
    stage.says(
        ANA,
        "link-signal",
        at=stage.start_day + timedelta(hours=10, minutes=40),
        source="monitor",
        title="Share of women invited is below its limit",
        data_time=stage.start_day - timedelta(days=2),
        key="selection-rate-sex",
    )
    stage.at(0, "11:02")
    stage.says(ANA, "assign", role="commander", person="Bo")
    stage.says(BO, "assign", role="investigation", person="Ana")
    stage.says(BO, "assign", role="scribe", person="Cy")
    stage.says(BO, "assign", role="legal", person="Eve")
    stage.at(0, "11:06")
    stage.says(
        BO,
        "assess",
        answers={
            "material_harm": {"value": "yes", "evidence": "Four qualified people lost an interview."},
            "disparity_confirmed": "unknown",
            "essentials_taken": "unknown",
            "death_or_grave_injury": "no",
            "continuing": "yes",
            "people": "unknown",
        },
    )
    stage.says(CY, "record-awareness", fact="aware", person="Bo", evidence="The four letters, read at 11:02.")


def _contain(stage: _Stage) -> None:
    stage.at(0, "11:15")
    snapshot = {
        "system": SLUG,
        "model": {"version": "v2", "threshold": 0.525},
        "features": ["degree", "university", "years", "skills", "gaps"],
        "taken_because": "before the switch to manual review",
    }
    kept = stage.desk.keep(
        stage.incident,
        json.dumps(snapshot, indent=1).encode(),
        by=ANA,
        name="configuration-v2.json",
        media_type="application/json",
        source="model registry, read by Ana",
    )
    stage.at(0, "11:20")
    stage.says(
        BO,
        "decide",
        decision="Send every application to a person until we know more.",
        known="Four letters and one alert; no measurement yet.",
        options=("keep v2 running while we look", "return to v1", "manual review"),
        reason="v1 was never checked by group either, and a person can decide 60 applications an hour.",
    )
    stage.at(0, "11:24")
    stage.says(
        BO,
        "contain",
        switch=SLUG,
        state="human",
        reason="Qualified women may be rejected by the hour.",
        hold=(kept.entries[0].number,),
        undo="Set the switch back to serve; the queue drains by itself.",
    )
    stage.at(0, "11:40")
    stage.says(ANA, "note", text="All instances answer from the manual queue. First applications reviewed by hand.")


def _investigate(stage: _Stage, changed: datetime, folder: Path) -> tuple[Recorded, Recorded]:
    stage.at(0, "13:05")
    blast = stage.asks(
        ANA,
        "blast-radius",
        folder,
        harm="qualified = true and decision = 'reject'",
        where="model_version = 'v2'",
        baseline="model_version = 'v1'",
        by=["sex", "university"],
    )
    stage.at(0, "13:20")
    fair = stage.asks(ANA, "fairness", folder, group=["sex", "university"], where="model_version = 'v2'")
    stage.at(0, "13:26")
    stage.asks(ANA, "fairness", folder, group=["sex", "university"], where="model_version = 'v1'")
    stage.at(0, "13:40")
    number = blast.entries[0].number
    people = blast.entries[0].body["figures"]["subjects"] if blast.entries[0].body else 0
    stage.says(
        ANA,
        "estimate-harm",
        what="Qualified people whom version 2 rejected",
        value=people,
        unit="people",
        harm="fairness",
        finding=number,
    )
    stage.says(
        ANA, "begin-harm", at=changed, source="Version 2 went live then; version 1 shows no such gap.", finding=number
    )
    stage.at(0, "14:10")
    stage.says(
        BO,
        "assess",
        answers={
            "material_harm": {"value": "yes", "evidence": "Qualified people lost an interview."},
            "disparity_confirmed": {"value": "yes", "evidence": f"Finding in entry {fair.entries[0].number}."},
            "essentials_taken": "no",
            "death_or_grave_injury": "no",
            "infrastructure_disrupted": "no",
            "harmful_content_to_minor_or_crisis": "no",
            "national_scale": "no",
            "continuing": "no",
            "people": people,
        },
        reason="Measured now.",
    )
    return blast, fair


def _learn(stage: _Stage, blast: Recorded, fair: Recorded, folder: Path, *, due: date) -> None:
    number = fair.entries[0].number
    stage.at(1, "09:30")
    labels = stage.says(
        ANA,
        "add-factor",
        text="The labels of version 2 are past hiring decisions, and those favoured men.",
        tag="labels",
        finding=number,
    )
    stage.says(
        ANA,
        "add-factor",
        text="No check by group stood between training and release.",
        tag="evaluation",
        evidence="Release checklist of version 2: accuracy only.",
    )
    monitoring = stage.says(
        CY,
        "add-factor",
        text="The monitor looks at weekly shares, so it saw the change after ten days.",
        tag="monitoring",
    )
    why = stage.says(
        ANA,
        "add-why",
        question="Why did version 2 score women's colleges lower?",
        answer="It learned from decisions in which they were rarely invited.",
        parent=labels,
        finding=number,
    )
    why = stage.says(
        ANA,
        "add-why",
        question="Why did it learn from those decisions?",
        answer="They were the only labels at hand; nobody had asked who was qualified.",
        parent=why,
        evidence="Training configuration of version 2.",
    )
    stage.says(
        BO,
        "add-why",
        question="What made it sensible to release without a check by group?",
        answer="The release template asks for accuracy, and the team had four days.",
        parent=why,
    )
    stage.says(
        CY, "dissent", about=monitoring, text="Ten days is the reporting period of the vendor; a faster one exists."
    )
    stage.at(1, "10:15")
    stage.says(CY, "observe", what="well", text="From the first letter to manual review it took two and a half hours.")
    stage.says(CY, "observe", what="hard", text="Nobody on call knew where the log of decisions lies.")
    stage.says(CY, "observe", what="luck", text="One of the four applicants knew the recruiter and wrote to her.")
    stage.says(ANA, "ask-question", text="Did version 1 reject people from women's colleges unfairly before?")
    stage.says(ANA, "ask-question", text="Which of the people rejected have since been told that the post is filled?")
    people = blast.entries[0].body["figures"]["subjects"] if blast.entries[0].body else 1
    stage.at(1, "11:00")
    stage.says(
        BO,
        "owe-remedy",
        what="Decide again by hand, and write to each person",
        people=people,
        owner="Cy",
        due=due + timedelta(days=10),
    )
    gate = stage.says(
        BO,
        "add-action",
        title="Release only when error rates by sex and university pass",
        kind="prevent",
        owner="Ana",
        due=due + timedelta(days=14),
        measure="The fairness question on the candidate's log: miss rate of women within 1.25 times that of men.",
        strength="barrier",
        factor=labels,
        effort="weeks",
    )
    stage.says(
        BO,
        "add-action",
        title="Watch selection by group every day",
        kind="detect",
        owner="Cy",
        due=due + timedelta(days=7),
        measure="An alert within 24 hours on a replay of version 2.",
        strength="automation",
        factor=monitoring,
    )
    stage.says(
        BO, "add-action", title="Put the place of the log into the on-call notes", kind="mitigate", owner="Bo", due=due
    )
    stage.says(
        CY,
        "summarise",
        text="For twelve days a new version of résumé screening rejected qualified women more often than before, most "
        "of all graduates of women's colleges. Applicants noticed it first. Since then people decide by hand. Everyone "
        "who was wrongly rejected is to be decided again and told.",
    )
    Effects(stage.desk, [folder]).plan(
        stage.incident,
        by=ANA,
        action=gate,
        question="fairness",
        arguments={"group": ["sex"]},
        thresholds=EXAMPLES["fairness"],
        ask_on=due + timedelta(days=28),
    )
