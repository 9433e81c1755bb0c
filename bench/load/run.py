"""Set up, let the people work, and hold what it took against a bare yardstick and against others.

``LOAD_S`` sets how long they work, in seconds (60; an hour with ``--long``), ``LOAD_PEOPLE`` how many there are.
The people are a process of their own and share the machine: wall times belong to this machine, CPU does not care.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from tests import postgres
from tests.running import free_port

from bench.load.people import SHARES
from bench.measure import Figure, Row, say, tree_cpu_s
from bench.records import others
from bench.records.house import Work, bare
from bench.records.visits import Visitor, visitor

PEOPLE, INCIDENTS, OTHERS = 200, 20, 2_000
P95_MS, ERRORS = 1_000.0, 0
PAUSE_S = 10.0
GROWTH = 1.10
"""How much memory may grow from the first third of the load to its end."""
TIMES = 2.0
"""At least so many requests for the CPU of the best of the others that does the same work."""
ENTRIES_A_MINUTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Webs:
    """What serves."""

    pids: tuple[int, ...]
    urls: tuple[str, ...]
    worker: int
    database: int

    def cpu_s(self) -> float:
        """What all of it took until now."""
        return sum(tree_cpu_s(pid) for pid in (*self.pids, self.worker, self.database))

    def memory_mb(self) -> float:
        """What the web processes hold."""
        return sum(_resident(pid) for pid in self.pids) / 2**20


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Every figure of the load."""
    lasts_s = int(os.environ.get("LOAD_S", "60" if short else "3600"))
    people = int(os.environ.get("LOAD_PEOPLE", str(PEOPLE)))
    settings = {**postgres.DURABLE, "max_connections": "100"}
    with tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder, postgres.server(settings) as database:
        database.run("CREATE DATABASE hotwash", "CREATE DATABASE bare")
        os.environ["HOTWASH_HOME"], os.environ["HOTWASH_DATABASE_URL"] = folder, database.url("hotwash")
        from hotwash.cli.local import ready

        ready(None)
        import psycopg

        from bench.records import fill
        from hotwash.web.door import desk

        with psycopg.connect(database.url("bare"), autocommit=True) as one:
            one.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, text text NOT NULL)")
        say(f"Filling in {OTHERS:,} incidents, and {INCIDENTS} records of {fill.LENGTH} entries …")
        rooms = fill.copies(desk(), fill.long_record(desk()), INCIDENTS)
        fill.many(desk(), 1, OTHERS)
        with _webs(database) as webs, bare(database.url("bare")) as (bare_pid, bare_url):
            bo = visitor(webs.urls[0])
            rows = _loaded(webs, rooms, people, lasts_s, Path(folder))
            rows += _alone(webs, bo, rooms, bare_pid, bare_url, 50 if short else 200)
        rows.append(_verified())
    return rows


def _loaded(webs: Webs, rooms: list[str], people: int, lasts_s: int, folder: Path) -> list[Row]:
    plan = folder / "plan.json"
    words: dict[str, Any] = {"urls": webs.urls, "incidents": rooms, "pause_s": PAUSE_S, "people": _people(people)}
    say(f"{people} people work for {lasts_s} s …")
    plan.write_text(json.dumps(words | {"until": time.time() + lasts_s}))
    before, began = webs.cpu_s(), time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "bench.load.people", str(plan)], stdout=subprocess.PIPE)
    held: list[float] = []
    while process.poll() is None:
        held.append(webs.memory_mb())
        if len(held) % 60 == 0:
            say(f"  {time.monotonic() - began:.0f} s, {held[-1]:.0f} MB")
        time.sleep(1)
    assert process.stdout
    told = json.loads(process.stdout.read())
    process.stdout.close()
    assert process.returncode == 0
    spent, lasted = webs.cpu_s() - before, time.monotonic() - began
    count = sum(told[kind]["count"] for kind in SHARES)
    rows = []
    for kind in SHARES:
        figures: dict[str, Figure] = {"requests": told[kind]["count"], "errors": told[kind]["errors"]}
        figures |= {f"p{share} ms": told[kind].get(f"p{share}", 0.0) for share in (50, 95, 99)}
        figures["limit"] = P95_MS
        kept = told[kind]["errors"] <= ERRORS and told[kind].get("p95", 0.0) <= P95_MS
        rows.append(Row(f"under load: {kind}", figures, kept))
    if told["statuses"]:
        say(f"What failed, by status: {told['statuses']}")
    third, end = _typical(held[len(held) // 3 : len(held) // 3 + 20]), _typical(held[-20:])
    rows.append(
        Row(
            f"under load: all, {people} people for {lasts_s} s",
            {"requests": count, "a second": count / lasted, "for a CPU second": count / spent},
        )
    )
    rows.append(
        Row(
            "memory of two web processes",
            {"MB after a third": third, "MB at the end": end, "limit": GROWTH, "times": end / third},
            end <= third * GROWTH,
        )
    )
    return rows


def _typical(held: list[float]) -> float:
    return sorted(held)[len(held) // 2] if held else 0.0


def _people(count: int) -> list[dict[str, str]]:
    from django.conf import settings
    from django.test import Client

    from hotwash.web.accounts import tokens
    from hotwash.web.tables.models import Account

    found = []
    for place in range(count):
        account = Account.objects.create_user(f"person-{place}", role="responder")
        signed = Client()
        signed.force_login(account)
        cookie = f"{settings.SESSION_COOKIE_NAME}={signed.cookies[settings.SESSION_COOKIE_NAME].value}"
        found.append({"cookie": cookie, "token": tokens.make(account, name="load")[1]})
    return found


def _alone(webs: Webs, bo: Visitor, rooms: list[str], bare_pid: int, bare_url: str, times: int) -> list[Row]:
    """What one request takes when nothing else is asked, beside the yardstick in the same rounds and beside others."""
    least = {(row.work, str(row.figures["system"])): row.figures["sum"] for row in others.ROWS}
    room, theirs_of = f"/incidents/{rooms[0]}", partial(_of, least)
    works: list[tuple[str, Work, float, str]] = [
        ("room, page", bo.page(f"{room}/"), theirs_of("open the room", "FIR, page"), "FIR's page"),
        ("timeline, API", bo.json(f"{room}/timeline"), theirs_of("open the room", "IRIS, entries by API"), "IRIS, API"),
        ("room, API", bo.json(room), theirs_of("open the room", "Dispatch, API only"), "Dispatch, API"),
        ("list 50, page", bo.page("/incidents/"), theirs_of("list 50", "FIR"), "FIR's page"),
        ("list 50, API", bo.json("/incidents?limit=50"), theirs_of("list 50", "IRIS"), "IRIS, API"),
        ("append, API", bo.note(rooms), theirs_of("append", "FIR"), "FIR"),
        ("declare, API", bo.declare, theirs_of("declare", "FIR"), "FIR"),
    ]
    client = httpx.Client(base_url=bare_url)
    spent: dict[str, list[float]] = {}
    for turn in range(4):
        for name, work, _, _ in works:
            before = webs.cpu_s()
            for number in range(turn * times, turn * times + times):
                work(number)
            spent.setdefault(name, []).append(1000 * (webs.cpu_s() - before) / times)
        before = tree_cpu_s(bare_pid)
        for _ in range(3 * times):
            client.get("/view").raise_for_status()
        spent.setdefault("bare view", []).append(1000 * (tree_cpu_s(bare_pid) - before) / (3 * times))
    client.close()
    view = min(spent["bare view"][1:])
    rows = [Row("alone: a bare Django view", {"CPU ms": view, "for a CPU second": 1000 / view})]
    for name, _, theirs, whose in works:
        ours = min(spent[name][1:])
        figures: dict[str, Figure] = {"CPU ms": ours, "for a CPU second": 1000 / ours, "bare views": ours / view}
        figures |= {"beside": whose, "their CPU ms": theirs, "times": theirs / ours, "limit": TIMES}
        rows.append(Row(f"alone: {name}", figures, theirs / ours >= TIMES))
    return rows


def _of(least: dict[tuple[str, str], Figure], work: str, whose: str) -> float:
    return float(least[work, whose] or 0)


def _verified() -> Row:
    """Every entry of the installation, checked as `hotwash ledger verify` does."""
    from hotwash.ledger.entry import EMPTY, Head, follows
    from hotwash.web.door import desk

    store = desk().store
    began, count = time.process_time(), 0
    for stream in store.streams():
        head = EMPTY
        for entry in store.read(stream):
            follows(head, entry)
            head = Head(entry.number, entry.digest)
            count += 1
    spent = time.process_time() - began
    figures: dict[str, Figure] = {
        "entries": count,
        "a minute of CPU": round(60 * count / spent),
        "limit": ENTRIES_A_MINUTE,
    }
    return Row("verified in the database", figures, 60 * count / spent >= ENTRIES_A_MINUTE)


@contextmanager
def _webs(database: postgres.Server) -> Iterator[Webs]:
    processes: list[subprocess.Popen[bytes]] = []
    urls = []
    try:
        for _ in range(2):
            port = free_port()
            urls.append(f"http://127.0.0.1:{port}")
            bind = ["--bind", f"127.0.0.1:{port}"]
            processes.append(
                subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "python:hotwash.web.serving", *bind])
            )
        processes.append(subprocess.Popen([sys.executable, "-m", "hotwash.cli", "worker"], stdout=subprocess.DEVNULL))
        for url in urls:
            _until_ready(url)
        yield Webs(tuple(one.pid for one in processes[:2]), tuple(urls), processes[2].pid, database.pid)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(60)


def _until_ready(url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/health/ready", timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not become ready.")


def _resident(root: int) -> int:
    """Bytes that a process and those below it hold."""
    held, left = 0, [root]
    while left:
        pid = left.pop()
        try:
            held += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            left += [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            continue
    return held
