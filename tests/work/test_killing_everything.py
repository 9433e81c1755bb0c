"""Web processes, workers and the database are killed at random moments under load.

Whatever was acknowledged stands in its record once and as it was told; what was not, at most once. The chains hold, the
positions have no gap, and the index that was kept is the index made again.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import Error, connections
from tests import postgres
from tests.databases import instead
from tests.web.test_index import kept
from tests.work.asking import Heard, Writer
from tests.work.felling import Database, Hand, Part, Web, database_server, until_well

from hotwash.ledger.entry import EMPTY, Head, follows
from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Job
from hotwash.web import home, index, options
from hotwash.web.accounts import tokens
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import Account, JobRow, JobState
from hotwash.web.work.queue import JobQueue

ANA = Person("ana", "administrator")
INCIDENTS = 5
WRITERS = 4
LEASE_S = "2"
JOBS_AT_ONCE = 20
PATIENCE_S = 300


@contextmanager
def ground(kind: str, folder: Path, sqlite_tables: Path, blocker: Any) -> Iterator[tuple[Options, list[Database]]]:
    """An installation's database: in a file, or a PostgreSQL server that may be killed."""
    plain = Options(home=folder / "home")
    plain.home.mkdir()
    if kind == "sqlite":
        plain.database.write_bytes(sqlite_tables.read_bytes())
        with blocker.unblock(), instead(options.database(plain)):
            yield plain, []
        return
    with database_server() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE hotwash")
        made = replace(plain, database_url=server.url("hotwash"))
        with blocker.unblock(), instead(options.database(made)):
            call_command("migrate", verbosity=0)
            yield made, [server]


Front = Callable[[list[str]], AbstractContextManager[list[str]]]
"""What stands before web processes: from their addresses to those that people use."""


def fell_all(
    described: Options,
    servers: list[Database],
    folder: Path,
    *,
    kills: int,
    seed: int,
    front: Front = nullcontext,
    **more: str,
) -> tuple[Heard, Counter[str], list[str]]:
    """Let people write and workers work while parts are killed; what was heard, what was killed, the jobs' keys.

    :param more: further settings
    """
    chance = random.Random(seed)
    home.prepare(described)
    desk = Desk(DatabaseStore(), FileVault(described.vault), index=DatabaseIndex())
    incidents = [desk.declare(by=ANA, title=f"Loans refused {n}").id for n in range(INCIDENTS)]
    noted = desk.declare(by=ANA, title="What workers did").id
    account = Account.objects.create_user("ana", role="administrator")
    token = tokens.make(account, name="soak")[1]
    settings = {"HOTWASH_HOME": str(described.home), "HOTWASH_STREAMS_MAX": "4", **more}
    if described.database_url:
        settings["HOTWASH_DATABASE_URL"] = described.database_url
    log = folder / "log"
    webs = [Web(settings, log) for _ in range(2 if described.database_url else 1)]
    hands = [Hand(settings, log, str(folder), noted, LEASE_S) for _ in range(2)]
    parts: list[Part] = [*webs, *hands, *servers]
    heard, killed, keys = Heard(), Counter[str](), list[str]()
    windows: list[tuple[float, float]] = []
    writers: list[Writer] = []
    behind = ExitStack()
    try:
        for web in webs:
            until_well(web)
        urls = behind.enter_context(front([web.url for web in webs]))
        writers += [Writer(n, urls, token, incidents, heard) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        for done in range(kills):
            _feed(done, keys)
            before = len(heard.acknowledged)
            until = time.monotonic() + PATIENCE_S
            while len(heard.acknowledged) < before + chance.randint(1, 12):
                assert time.monotonic() < until, "nothing is acknowledged any more"
                assert not any(writer.fault for writer in writers), [writer.fault for writer in writers]
                time.sleep(0.01)
            time.sleep(chance.random() * 0.1)
            began = time.monotonic()
            # Whatever dies, the worker dies least: its kills have a soak of their own.
            part = chance.choices(parts, [1 if part.name == "worker" else 3 for part in parts])[0]
            killed[part.fell(chance)] += 1
            for one in parts if part.name == "database" else [part]:
                until_well(one)
            windows.append((began, time.monotonic()))
        for part in parts:
            until_well(part)
        for writer in writers:
            writer.ending.set()
        for writer in writers:
            writer.join(PATIENCE_S)
        assert [writer.fault for writer in writers] == [None] * WRITERS
        _drained()
    finally:
        for writer in writers:
            writer.ending.set()
        behind.close()
        codes = [web.end() for web in webs] + [hand.end() for hand in hands]
    assert codes == [0] * len(codes), "told to end, every process ends well"
    stray = [one for one in heard.failures if not any(since <= one[1] and one[0] <= until for since, until in windows)]
    assert not stray, f"exchanges failed while nothing was dead: {stray[:5]}"
    assert not heard.surprises, heard.surprises[:5]
    return heard, killed, keys


def _feed(done: int, keys: list[str]) -> None:
    """Give the workers something to do. A job whose key is known is passed over, so that asking twice is no harm."""
    more = [f"send:{done}:{n}" for n in range(JOBS_AT_ONCE)]
    keys += more
    while True:
        try:
            if JobRow.objects.filter(state=JobState.WAITING, kind="send").count() > 3 * JOBS_AT_ONCE:
                del keys[-JOBS_AT_ONCE:]
                return
            JobQueue().put(*(Job(key, "send", {}, datetime.now(UTC)) for key in more))
        except Error:
            connections.close_all()
            time.sleep(0.1)
            continue
        return


def _drained() -> None:
    connections.close_all()
    until = time.monotonic() + PATIENCE_S
    while JobRow.objects.filter(state=JobState.WAITING, kind__in=("send", "reply")).exists():
        assert time.monotonic() < until, "the jobs do not come to an end"
        time.sleep(0.2)


def hold(described: Options, heard: Heard, keys: list[str]) -> int:
    """Hold what was recorded against what people were told; how many entries there are."""
    store, vault = DatabaseStore(), FileVault(described.vault)
    said = Counter[str]()
    told: dict[tuple[str, int], str] = {}
    noted = Counter[str]()
    heads: dict[str, Head] = {}
    positions: list[int] = []
    for stream in store.streams():
        head = EMPTY
        for entry in store.read(stream):
            follows(head, entry)
            head = Head(entry.number, entry.digest)
            assert entry.position
            positions.append(entry.position)
            told[(stream.removeprefix("incident/"), entry.number)] = entry.digest
            for text in _words(entry.body):
                if text.startswith("writer "):
                    said[text] += 1
                if text.startswith("send:"):
                    noted[text] += 1
        heads[stream] = head
    assert store.heads() == heads, "every record ends where its chain ends"
    assert sorted(positions) == list(range(1, store.position() + 1)), "the order of commits has no gap"
    lost = [words for words in heard.acknowledged if not said[words]]
    assert not lost, f"acknowledged and not there: {lost[:5]}"
    twice = [words for words, count in said.items() if count > 1]
    assert not twice, f"there more than once: {twice[:5]}"
    assert set(said) <= set(heard.acknowledged) | heard.unheard, "nothing is there that nobody said"
    changed = [one for one in heard.acknowledged.values() if told.get((one[0], one[1])) != one[2]]
    assert not changed, f"not as it was acknowledged: {changed[:5]}"
    for digest, data in heard.kept.items():
        assert vault.get(digest) == data
    assert set(noted) == set(keys) | {f"{key}/reply" for key in keys}, "every job was done"
    assert set(noted.values()) <= {1}, "an effect in the record is written once"
    before = kept()
    assert before
    index.rebuild(store)
    assert kept() == before, "the index made again is the index kept"
    return len(positions)


def _words(body: Any) -> list[str]:
    return [value for value in (body or {}).values() if isinstance(value, str)]


def run(kind: str, folder: Path, sqlite_tables: Path, blocker: Any, *, kills: int, seed: int) -> str:
    """Kill, hold, and say in a sentence or two what was done."""
    began = time.monotonic()
    with ground(kind, folder, sqlite_tables, blocker) as (described, servers):
        heard, killed, keys = fell_all(described, servers, folder, kills=kills, seed=seed)
        entries = hold(described, heard, keys)
        connections.close_all()
    what = ", ".join(f"{count} × {name}" for name, count in sorted(killed.items()))
    why = ", ".join(f"{count} × {name}" for name, count in Counter(one[2] for one in heard.failures).most_common())
    return (
        f"{'PostgreSQL' if servers else 'SQLite'}: {sum(killed.values())} kills ({what}) in "
        f"{time.monotonic() - began:.0f} s. {len(heard.acknowledged):,} writes were acknowledged, each is there once "
        f"and as it was told, {len(heard.kept):,} files among them; of {len(heard.unheard):,} nobody heard again, and "
        f"none is there twice; {heard.again:,} exchanges were tried again. {2 * len(keys):,} jobs were each recorded "
        f"once. {entries:,} entries follow each other without a gap; the index made again is the index kept. "
        f"Exchanges that came to nothing, all of them while something was dead: {why or 'none'}."
    )


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))]


@pytest.fixture
def here(kind: str) -> str:
    """The kind of database, or a skip that says why it is not here."""
    if kind == "postgresql":
        try:
            postgres.account()
        except postgres.NotHere as why:
            pytest.skip(str(why))
    return kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_acknowledged_is_there_once_whatever_is_killed(
    here: str, tmp_path: Path, sqlite_tables: Path, django_db_blocker: Any
) -> None:
    assert "kills" in run(here, tmp_path, sqlite_tables, django_db_blocker, kills=4, seed=4)


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_killed_hundreds_of_times(
    here: str, tmp_path: Path, sqlite_tables: Path, django_db_blocker: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = int(os.environ.get("KILLS", "260"))
    told = run(here, tmp_path, sqlite_tables, django_db_blocker, kills=kills, seed=5)
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
