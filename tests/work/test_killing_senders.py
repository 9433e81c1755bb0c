"""Workers are killed at random moments while messages and reminders go out: each arrives, and what is twice is known.

Mail carries a Message-ID and calls carry an Idempotency-Key that stay the same, so whoever receives a repetition can
tell.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from tests.cli.terminal import environment
from tests.sinks import Post, Sink, post_office, sink
from tests.web.people import person
from tests.work.test_killing import LEASE_S

from hotwash.incident.events.messages import MessageDelivered
from hotwash.ledger.entry import check
from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Job
from hotwash.web.options import Options
from hotwash.web.sending import methods, targets
from hotwash.web.sending.outbox import Outbox
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import JobRow, JobState, ReminderRow, ReminderState
from hotwash.web.work.queue import JobQueue

ANA, BO = Person("ana", "administrator"), Person("bo", "commander")
OF_EACH = 12
OURS = ("send-message", "remind", "look")


@dataclass
class Sent:
    """What arrived, by the key that it carried; and how often a record tells of it."""

    letters: Counter[str]
    calls: Counter[str]
    wanted_letters: set[str]
    wanted_calls: set[str]

    @property
    def twice(self) -> tuple[int, int]:
        return sum(self.letters.values()) - len(self.letters), sum(self.calls.values()) - len(self.calls)


class Hands:
    """Two workers, made by one process, that are replaced as soon as one is killed."""

    def __init__(self, options: Options, **settings: str) -> None:
        named = {"HOTWASH_HOME": str(options.home), "HOTWASH_DATABASE_URL": options.database_url, **settings}
        self._maker = subprocess.Popen(
            [sys.executable, "-m", "tests.work.sender", str(LEASE_S)],
            cwd=Path(__file__).parents[2],
            env=environment(**named),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._workers = [self._begin(), self._begin()]

    def _say(self, word: str) -> str:
        assert self._maker.stdin
        assert self._maker.stdout
        self._maker.stdin.write(word + "\n")
        self._maker.stdin.flush()
        return self._maker.stdout.readline()

    def _begin(self) -> int:
        return int(self._say("begin"))

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(2)
        time.sleep(chance.random() * 0.8)
        os.kill(self._workers[place], signal.SIGKILL)
        self._workers[place] = self._begin()

    def end(self) -> list[int]:
        codes = self._say("end").split()
        self._maker.wait(60)
        for pipe in (self._maker.stdin, self._maker.stdout):
            assert pipe
            pipe.close()
        return [int(code) for code in codes if code != "-9"]


class Batches:
    """Messages to many lists, and actions that are due, in one incident after the other."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.incidents, self.keys = desk, list[str](), list[str]()

    def more(self) -> None:
        desk = self.desk
        incident = desk.declare(by=ANA, title=f"Loans refused {len(self.incidents)}").id
        for role in ("commander", "communications", "legal"):
            desk.record(incident, "assign", by=ANA, role=role, person="bo")
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        for number in range(10):
            words: dict[str, Any] = {"title": f"Action {number}", "kind": "redress", "due": yesterday}
            desk.record(incident, "add-action", by=ANA, owner=("cy", "bo")[number % 2], **words)
        words = {"audience": "staff", "stage": "update", "subject": "An update", "body": "We stopped it."}
        number = desk.record(incident, "draft-message", by=ANA, **words).entries[0].number
        desk.record(incident, "submit-message", by=ANA, message=number)
        for role in desk.incident(incident).messages[number].waiting_for:
            desk.record(incident, "approve-message", by=BO, message=number, text=number, role=role)
        names = [f"{kind}-{place}" for kind in ("mail", "hook") for place in range(OF_EACH)]
        sent = desk.record(incident, "send-message", by=ANA, message=number, targets=names).entries[0].number
        self.keys += [f"message:{incident}:{sent}:{name}" for name in names]
        JobQueue().put(Job(f"look:{incident}", "look", {}, datetime.now(UTC)))
        self.incidents.append(incident)

    def reminder_keys(self, owner: str) -> set[str]:
        return {f"remind:{key}" for key in ReminderRow.objects.filter(person=owner).values_list("key", flat=True)}


def left() -> int:
    return JobRow.objects.filter(kind__in=OURS, state=JobState.WAITING).exclude(key__startswith="look@").count()


def letter_id(key: str) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:40]}@example.org>"


def killed(options: Options, post: Post, hook: Sink, *, kills: int, seed: int) -> Sent:
    """Let messages and reminders go out while workers are killed."""
    chance = random.Random(seed)
    mail = {"host": "127.0.0.1", "port": str(post.port), "security": "none", "sender": "hotwash@example.org"}
    for name in ("ana", "bo", "cy"):
        person(name, password=None, email=f"{name}@example.org")
    bo, cy = methods.account_of("bo"), methods.account_of("cy")
    assert bo
    assert cy
    methods.add(bo, "hook", "webhook", hook.url)
    methods.add(cy, "mail", "mail", "cy@example.org")
    for place in range(OF_EACH):
        targets.add(f"mail-{place}", "mail", f"list-{place}@example.org", by="ana")
        targets.add(f"hook-{place}", "webhook", hook.url, by="ana")
    batches = Batches(Desk(DatabaseStore(), FileVault(options.home / "vault"), index=Outbox()))
    batches.more()
    words = {"HOTWASH_MAIL": json.dumps(mail), "HOTWASH_INSIDE": "127.0.0.1"}
    hands = Hands(options, HOTWASH_SECRET_KEY=django_settings.SECRET_KEY, **words)
    try:
        for _ in range(kills):
            hands.kill_one(chance)
            if left() < 20:
                batches.more()
        until = time.monotonic() + 120
        while left():
            assert time.monotonic() < until, "the jobs do not come to an end"
            time.sleep(0.1)
    finally:
        codes = hands.end()
    assert codes == [0, 0], "told to end, a worker ends well"
    told_once(batches)
    letters = Counter(str(letter["Message-ID"]) for _, letter in post.letters)
    calls = Counter(call.headers["Idempotency-Key"] for call in hook.calls)
    return Sent(
        letters,
        calls,
        {letter_id(key) for key in batches.keys if ":mail-" in key}
        | {letter_id(k) for k in batches.reminder_keys("cy")},
        {key for key in batches.keys if ":hook-" in key} | batches.reminder_keys("bo"),
    )


def told_once(batches: Batches) -> None:
    """Hold the records to it: each target has the message once, each reminder is there once and went out."""
    for incident in batches.incidents:
        [message] = batches.desk.incident(incident).messages.values()
        counted = Counter((result.event.target, type(result.event)) for result in message.results)
        names = [f"{kind}-{place}" for kind in ("mail", "hook") for place in range(OF_EACH)]
        assert {name for (name, kind) in counted if kind is MessageDelivered} == set(names)
        assert set(counted.values()) == {1}
        check(f"incident/{incident}", batches.desk.store.read(f"incident/{incident}"))
    rows = ReminderRow.objects.filter(incident__in=batches.incidents, person__in=("bo", "cy"))
    actions = [row for row in rows if "Action" in row.what]
    assert len(actions) == 10 * len(batches.incidents)
    assert {row.state for row in rows} == {ReminderState.SENT}


@pytest.fixture
def sent_by(database: Options, settings: object) -> Options:
    settings.HOTWASH = Options(  # type: ignore[attr-defined]
        home=database.home, database_url=database.database_url, inside=("127.0.0.1",)
    )
    return database


def test_senders_that_are_killed_lose_nothing_and_a_repetition_can_be_told(sent_by: Options) -> None:
    with post_office() as post, sink() as hook:
        sent = killed(sent_by, post, hook, kills=4, seed=1)
    assert set(sent.letters) == sent.wanted_letters
    assert set(sent.calls) == sent.wanted_calls
    connections.close_all()


@pytest.mark.soak
def test_senders_that_are_killed_hundreds_of_times(sent_by: Options, capsys: pytest.CaptureFixture[str]) -> None:
    kills = int(os.environ.get("KILLS", "300"))
    began = time.monotonic()
    with post_office() as post, sink() as hook:
        sent = killed(sent_by, post, hook, kills=kills, seed=2)
    assert set(sent.letters) == sent.wanted_letters
    assert set(sent.calls) == sent.wanted_calls
    letters, calls = sent.twice
    name, took = "PostgreSQL" if sent_by.database_url else "SQLite", time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: {kills} kills in {took:.0f} s; {len(sent.letters):,} letters, {letters} came again with the "
            f"same Message-ID; {len(sent.calls):,} calls, {calls} came again with the same Idempotency-Key; none "
            "is missing, none is told twice.\n"
        )
    connections.close_all()
