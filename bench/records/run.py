"""Fill, visit, count: `run` gives the rows."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests import postgres

from bench.measure import Row, child, say
from bench.records.house import Cost, Count, House, house
from bench.records.visits import Visitor, Work, visitor

FEW, MANY, ROOMS = 100, 10_000, 20


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work with its limits, and the yardstick that it is held against."""

    name: str
    work: Work
    beside: str
    cpu_ms_max: float
    sql_max: int | None = None


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Every figure of the records."""
    times, rounds = (60, 3) if short else (200, 5)
    with tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder, _installation(Path(folder)) as database:
        return _measured(database, Path(folder), times, rounds)


@contextmanager
def _installation(home: Path) -> Iterator[postgres.Server]:
    with postgres.server(postgres.DURABLE) as database:
        database.run("CREATE DATABASE hotwash", "CREATE DATABASE bare")
        os.environ["HOTWASH_HOME"], os.environ["HOTWASH_DATABASE_URL"] = str(home), database.url("hotwash")
        from hotwash.cli.local import ready

        ready(None)
        yield database


def _measured(database: postgres.Server, folder: Path, times: int, rounds: int) -> list[Row]:
    import psycopg
    from django.db import connection

    from bench.records import fill
    from hotwash.web.door import desk

    with psycopg.connect(database.url("bare"), autocommit=True) as bare:
        bare.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, text text NOT NULL)")
    say(f"Filling in {FEW} incidents, and {ROOMS} records of {fill.LENGTH} entries …")
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    long = fill.long_record(desk(), logs)
    rooms = fill.copies(desk(), long, ROOMS)
    fill.many(desk(), 1, FEW)
    with house(folder, database, database.url("bare")) as here:
        bo = visitor(here.url)
        say("Counting statements …")
        few = {job.name: here.count(job.work) for job in _jobs(bo, "INC-2024-0004", ["INC-2024-0004"])}
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
        yard = {name: here.cost(work, times=times * 3, warm=30, rounds=rounds, bare=True) for name, work in _bare(here)}
        rows = [Row(name, _figures(cost) | {"limit": None}) for name, cost in yard.items()]
        for job in jobs:
            cost = here.cost(job.work, times=times, warm=10, rounds=rounds)
            rows.append(_row(job, cost, yard, few[job.name], many[job.name]))
            say(f"  {job.name}: {cost.sum_ms:.1f} ms")
        return rows


def _bare(here: House) -> list[tuple[str, Work]]:
    client = httpx.Client(base_url=here.bare_url)

    def visit(path: str) -> Work:
        return lambda _: client.get(path).raise_for_status() and None

    return [("bare view", visit("/view")), ("bare insert", visit("/insert"))]


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


def _figures(cost: Cost) -> dict[str, float | int | str | None]:
    return {"CPU ms app": cost.app_ms, "CPU ms db": cost.db_ms, "sum": cost.sum_ms}


def _row(job: Job, cost: Cost, yard: dict[str, Cost], few: Count, many: Count) -> Row:
    kept = cost.sum_ms <= job.cpu_ms_max and few == many and (job.sql_max is None or many.statements <= job.sql_max)
    return Row(
        job.name,
        {
            **_figures(cost),
            "limit": job.cpu_ms_max,
            f"SQL at {FEW}": few.statements,
            f"SQL at {MANY:,}": many.statements,
            "SQL limit": job.sql_max,
            "transaction": many.frame,
            "times": cost.sum_ms / yard[job.beside].sum_ms,
            "the": job.beside,
        },
        kept,
    )
