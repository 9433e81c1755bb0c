"""Fill, visit, count: `run` gives the rows.

The rounds of all works are interleaved, and the round that took least stands for the work, with the middle one beside
it: other work on the machine only ever adds.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests import postgres

from bench.measure import Figure, Row, say, table
from bench.records import others
from bench.records.house import Cost, Count, House, Work, house
from bench.records.visits import Visitor, visitor

FEW, MANY, ROOMS = 100, 10_000, 20
BARE = {"bare view": "/view", "bare insert": "/insert"}


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work with its limits, and the yardstick that it is held against."""

    name: str
    work: Work
    beside: str
    cpu_ms_max: float
    sql_max: int


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Every figure of the records."""
    times, rounds = (50, 5) if short else (200, 9)
    with tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder, _installation(Path(folder)) as database:
        return _measured(database, times, rounds)


@contextmanager
def _installation(home: Path) -> Iterator[postgres.Server]:
    with postgres.server(postgres.DURABLE) as database:
        database.run("CREATE DATABASE hotwash", "CREATE DATABASE bare")
        os.environ["HOTWASH_HOME"], os.environ["HOTWASH_DATABASE_URL"] = str(home), database.url("hotwash")
        from hotwash.cli.local import ready

        ready(None)
        yield database


def _measured(database: postgres.Server, times: int, rounds: int) -> list[Row]:
    import psycopg
    from django.db import connection

    from bench.records import fill
    from hotwash.web.door import desk

    with psycopg.connect(database.url("bare"), autocommit=True) as bare:
        bare.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, text text NOT NULL)")
    say(f"Filling in {FEW} incidents, and {ROOMS} records of {fill.LENGTH} entries …")
    long = fill.long_record(desk())
    rooms = fill.copies(desk(), long, ROOMS)
    fill.many(desk(), 1, FEW)
    with house(database, database.url("bare")) as here:
        bo = visitor(here.url)
        say("Counting statements …")
        few = {job.name: here.count(job.work) for job in _jobs(bo, long, rooms)}
        say(f"Filling in up to {MANY:,} incidents …")
        start = time.monotonic()
        fill.many(desk(), FEW + 1, MANY)
        say(f"… {time.monotonic() - start:.0f} s")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        jobs = _jobs(bo, long, rooms)
        many = {job.name: here.count(job.work) for job in jobs}
        say("Measuring …")
        rows = _rows(jobs, _rounds(here, jobs, times, rounds), few, many)
    say("\n".join(["The same work elsewhere, measured earlier:", *table(others.ROWS)]))
    return rows


def _rounds(here: House, jobs: list[Job], times: int, rounds: int) -> dict[str, list[Cost]]:
    """What every work took in every round; the first round only warms up."""
    found: dict[str, list[Cost]] = {}
    bare = _bare(here)
    for turn in range(rounds + 1):
        since, count = (turn * times, times) if turn else (0, 20)
        costs = {name: here.cost(work, since=since, times=count * 3, bare=True) for name, work in bare}
        costs |= {job.name: here.cost(job.work, since=since, times=count) for job in jobs}
        if turn:
            for name, cost in costs.items():
                found.setdefault(name, []).append(cost)
            say(f"  round {turn}: " + ", ".join(f"{name} {cost.sum_ms:.1f}" for name, cost in costs.items()))
    return found


def _bare(here: House) -> list[tuple[str, Work]]:
    client = httpx.Client(base_url=here.bare_url)

    def visit(path: str) -> Work:
        def work(_: int) -> None:
            client.get(path).raise_for_status()

        return work

    return [(name, visit(path)) for name, path in BARE.items()]


def _jobs(bo: Visitor, long: str, rooms: list[str]) -> list[Job]:
    return [
        Job("declare, page", bo.declare_form, "bare insert", 15, 12),
        Job("declare, API", bo.declare, "bare insert", 15, 12),
        Job("list 50, page", bo.page("/incidents/"), "bare view", 20, 6),
        Job("list 50, API", bo.json("/incidents?limit=50"), "bare view", 20, 6),
        Job("open the room, page", bo.page(f"/incidents/{long}/"), "bare view", 35, 12),
        Job("open the room, API", bo.json(f"/incidents/{long}"), "bare view", 10, 12),
        Job("timeline, API", bo.json(f"/incidents/{long}/timeline"), "bare view", 35, 12),
        Job("append, page", bo.note_form(rooms), "bare insert", 8, 8),
        Job("append, API", bo.note(rooms), "bare insert", 8, 8),
    ]


def _rows(jobs: list[Job], costs: dict[str, list[Cost]], few: dict[str, Count], many: dict[str, Count]) -> list[Row]:
    least = {name: min(rounds, key=lambda one: one.sum_ms) for name, rounds in costs.items()}
    middle = {name: sorted(one.sum_ms for one in rounds)[len(rounds) // 2] for name, rounds in costs.items()}

    def figures(name: str) -> dict[str, Figure]:
        cost = least[name]
        return {"CPU ms app": cost.app_ms, "CPU ms db": cost.db_ms, "sum": cost.sum_ms, "middle": middle[name]}

    rows = [Row(name, figures(name)) for name in BARE]
    for job in jobs:
        count = many[job.name]
        more: dict[str, Figure] = {
            "limit": job.cpu_ms_max,
            f"SQL at {FEW}": few[job.name].statements,
            f"SQL at {MANY:,}": count.statements,
            "SQL limit": job.sql_max,
            "frame": count.frame,
            "times": least[job.name].sum_ms / least[job.beside].sum_ms,
            "the": job.beside,
        }
        kept = least[job.name].sum_ms <= job.cpu_ms_max and few[job.name] == count and count.statements <= job.sql_max
        rows.append(Row(job.name, figures(job.name) | more, kept))
    return rows
