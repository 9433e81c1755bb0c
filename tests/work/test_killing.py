"""Workers are killed at random moments: every job is done, and what it writes in a record is written once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from tests.cli.terminal import environment

from hotwash.ledger.entry import check
from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Job
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import JobRow, JobState
from hotwash.web.work.queue import JobQueue

ANA = Person("ana", "administrator")
LEASE_S = 0.6


class Hands:
    """Two workers that are replaced as soon as one is killed."""

    def __init__(self, options: Options, module: str, *words: str, **settings: str) -> None:
        self._command = [sys.executable, "-m", module, *words, str(LEASE_S)]
        self._environment = environment(
            HOTWASH_HOME=str(options.home), HOTWASH_DATABASE_URL=options.database_url, **settings
        )
        self.processes = [self._start(), self._start()]

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command,
            cwd=Path(__file__).parents[2],
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _ready(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        if not process.stdout.closed:
            assert process.stdout.readline().strip() == str(process.pid)
            process.stdout.close()

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(2)
        self._ready(self.processes[place])
        time.sleep(chance.random() * 0.3)
        os.kill(self.processes[place].pid, signal.SIGKILL)
        self.processes[place].wait(30)
        self.processes[place] = self._start()

    def end(self) -> list[int]:
        for process in self.processes:
            self._ready(process)
            process.terminate()
        return [process.wait(60) for process in self.processes]


def killed(options: Options, folder: Path, *, kills: int, jobs: int, seed: int) -> Counter[str]:
    """Let jobs be done while workers are killed; how often each was begun outside."""
    chance = random.Random(seed)
    desk = Desk(DatabaseStore(), FileVault(options.home / "vault"), index=DatabaseIndex())
    incident = desk.declare(by=ANA, title="Loans refused").id
    keys = [f"send:{n}" for n in range(jobs)]
    JobQueue().put(*(Job(key, "send", {}, datetime.now(UTC), f"incident/{incident}") for key in keys))
    hands = Hands(options, "tests.work.hand", str(folder), incident)
    try:
        for done in range(kills):
            hands.kill_one(chance)
            if not JobRow.objects.filter(state=JobState.WAITING, kind__in=("send", "reply")).exists():
                more = [f"send:{done}:{n}" for n in range(40)]
                keys += more
                JobQueue().put(*(Job(key, "send", {}, datetime.now(UTC)) for key in more))
        until = time.monotonic() + 120
        while JobRow.objects.filter(state=JobState.WAITING, kind__in=("send", "reply")).exists():
            assert time.monotonic() < until, "the jobs do not come to an end"
            time.sleep(0.1)
    finally:
        codes = hands.end()
    assert codes == [0, 0], "told to end, a worker ends well"
    wanted = set(keys) | {f"{key}/reply" for key in keys}
    rows = JobRow.objects.filter(kind__in=("send", "reply"))
    assert {row.key for row in rows} == wanted
    assert {row.state for row in rows} == {JobState.DONE}
    noted = Counter(said.event.text for said in desk.incident(incident).notes)
    assert set(noted) == wanted
    assert set(noted.values()) == {1}, "an effect in the record is written once"
    check(f"incident/{incident}", desk.store.read(f"incident/{incident}"))
    assert JobRow.objects.filter(kind="tick", state=JobState.WAITING).count() == 1
    sent = Counter((folder / "sent").read_text().split())
    assert set(sent) == set(keys), "everything went out"
    return sent


def test_workers_that_are_killed_lose_nothing_and_write_nothing_twice(database: Options, tmp_path: Path) -> None:
    killed(database, tmp_path, kills=4, jobs=150, seed=1)
    connections.close_all()


@pytest.mark.soak
def test_workers_that_are_killed_hundreds_of_times(
    database: Options, tmp_path: Path, record_property: object, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = int(os.environ.get("KILLS", "300"))
    began = time.monotonic()
    sent = killed(database, tmp_path, kills=kills, jobs=600, seed=2)
    again = sum(count - 1 for count in sent.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{'PostgreSQL' if database.database_url else 'SQLite'}: {kills} kills in "
            f"{time.monotonic() - began:.0f} s, {len(sent):,} jobs and as many that followed; {again} went outside "
            "more than once, none was recorded twice.\n"
        )
    connections.close_all()
