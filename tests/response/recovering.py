"""A place where traffic can go back: a desk with a contained system, a log that grows, and a clock moved by hand."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.response.boards import Board

from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Job
from hotwash.response.recovery import Recovering, ask_gate, watch
from hotwash.response.switching import Switching

ANA, BO, CY, DEE = (
    Person("ana", "responder"),
    Person("bo", "commander"),
    Person("cy", "commander"),
    Person("dee", "observer"),
)
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)
INC = "INC-2026-0001"

GATE = """
title = "Loans are decided again"

[log]
time = "at"

[[questions]]
name = "own cases"
question = "blast-radius"
own_cases = true
rows_min = 10
arguments = { harm = "decision = 'refused'", where = "case_set = 'own'" }
thresholds = ["share.high <= 0.5"]

[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 100
fresh = "1 hour"
arguments = { group = ["sex"], favourable = "granted", reference = { sex = "m" } }
thresholds = ["groups[sex=f].ratio.selection_rate.value >= 0.8"]

[recovery]
sign_offs = ["commander", "legal"]
ramp = [0.01, 0.1, 1]
watch = "30 minutes"
every = "10 minutes"
watch_max = "2 hours"
"""


class Jobs:
    """A queue in memory."""

    def __init__(self) -> None:
        self.waiting: dict[str, Job] = {}
        self.known: set[str] = set()

    def put(self, *jobs: Job) -> None:
        for job in jobs:
            if job.key not in self.known:
                self.known.add(job.key)
                self.waiting[job.key] = job

    def cancel(self, key: str) -> bool:
        return self.waiting.pop(key, None) is not None


class Loans:
    """An incident about loans that were refused, contained for everybody."""

    def __init__(self, folder: Path) -> None:
        self.now, self.board, self.jobs = NINE, Board(), Jobs()
        self.accounts = {person.name: person for person in (ANA, BO, CY, DEE)}
        self.desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: self.now)
        self.switching = Switching(self.desk, {"guard": self.board})
        self.recovering = Recovering(self.desk, self.switching, [folder], self.accounts.get, self.jobs)
        self._log = folder / "loans.csv"
        self._rows = ["at,sex,decision,case_set"]
        self._chance = random.Random(1)
        self.desk.register(by=BO, name="Loans", slug="loans")
        columns = {"time": "at", "decision": "decision"}
        self.desk.record_system("loans", "describe-log", by=BO, source="loans.csv", columns=columns, attributes=["sex"])
        self.desk.declare(by=ANA, title="Loans refused", system="loans")
        self.desk.record(INC, "assign", by=ANA, role="commander", person="bo")
        self.desk.record(INC, "assign", by=ANA, role="legal", person="cy")
        self.containment = self.switching.contain(
            INC, switch="loans", state="human", by=BO, unheld_because="People are harmed by the minute."
        ).containment
        self.decide(40, granted_f=0.9, case_set="own")
        self.decide(400, granted_f=0.6)

    def decide(self, rows: int, *, granted_f: float, case_set: str = "") -> None:
        """So many decisions in the hour up to now; of men 6 in 10 are granted."""
        for n in range(rows):
            at = self.now - timedelta(minutes=9) * (rows - n) / rows
            sex = "mf"[n % 2]
            share = granted_f if sex == "f" or case_set else 0.6
            decision = "granted" if (n * 7919) % 100 < 100 * share else "refused"
            self._rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{sex},{decision},{case_set}")
        self._log.write_text("\n".join(self._rows) + "\n")

    def lose_log(self) -> None:
        """Let the log be away."""
        self._log.unlink()

    def plan(self, gate: str = GATE, *, by: Person = BO, **words: Any) -> Any:
        return self.recovering.plan(INC, by=by, containment=self.containment, gate=gate, **words)

    def sign(self, *people: tuple[Person, str]) -> None:
        for person, role in people or ((BO, "commander"), (CY, "legal")):
            self.desk.record(INC, "sign-off", by=person, role=role)

    def ready(self, gate: str = GATE) -> None:
        """Through the gate, signed by all."""
        self.plan(gate)
        self.recovering.ask(INC, by=ANA)
        self.sign()

    def wait(self, **by: float) -> None:
        """Let time pass; the worker does what becomes due, in its turn."""
        until = self.now + timedelta(**by)
        while due := min((job for job in self.jobs.waiting.values()), key=lambda one: one.due, default=None):
            if due.due > until:
                break
            self.now = max(self.now, due.due)
            del self.jobs.waiting[due.key]
            if due.kind == "gate":
                ask_gate(self.recovering, due.arguments)
            else:
                self.jobs.put(*watch(self.recovering, due.arguments).then)
        self.now = until

    @property
    def incident(self) -> Any:
        return self.desk.incident(INC)

    @property
    def recovery(self) -> Any:
        return self.incident.recovery

    @property
    def contained(self) -> float:
        """The share of traffic for which the board says that a person decides."""
        held = self.board.stands.get("loans", [])
        return max((1.0 if one.share is None else one.share for one in held), default=0.0)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.desk.store.read(f"incident/{INC}")]
