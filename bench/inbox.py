"""A storm over HTTP: ten thousand signals from twenty sources into fifty lines, then the inbox page.

PostgreSQL that syncs and the server as `hotwash up` starts it, as in `bench.records`. The senders are a process of
their own, so the server's CPU is not theirs. Nothing may be lost: the API's counts are held against what was sent.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from tests import postgres

from bench.measure import Row, say, tree_cpu_s
from bench.records.house import House, house

SOURCES, LINES, SIGNALS = 20, 50, 10_000
SIGNAL_MS = 6.0
"""Of one core, so that ten thousand fit into a minute of it."""
PAGE_MS = 100.0
_ROOT = Path(__file__).parents[1]


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """The storm, then the pages."""
    with (
        tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder,
        postgres.server(postgres.DURABLE) as database,
    ):
        database.run("CREATE DATABASE hotwash", "CREATE DATABASE bare")
        os.environ["HOTWASH_HOME"], os.environ["HOTWASH_DATABASE_URL"] = folder, database.url("hotwash")
        from hotwash.cli.local import ready

        ready(None)
        with house(database, database.url("bare")) as here:
            return _measured(here, 20 if short else 100, 3 if short else 9)


def _measured(here: House, times: int, rounds: int) -> list[Row]:
    from bench.records.visits import visitor

    bo = visitor(here.url)
    paths = []
    for source in range(SOURCES):
        words = {"sender": "cloudevents", "name": f"source-{source}"}
        answer = bo.program.post("/api/v1/inbox/addresses", json=words)
        answer.raise_for_status()
        paths.append(here.url + answer.json()["path"])
    say(f"{SIGNALS:,} signals from {SOURCES} sources …")
    before = tree_cpu_s(here.app), tree_cpu_s(here.database.pid)
    sent = _storm(paths)
    after = tree_cpu_s(here.app), tree_cpu_s(here.database.pid)
    lines = bo.program.get("/api/v1/inbox?limit=200").json()["lines"]
    counts = [one["count"] for one in lines]
    lost = SIGNALS - sum(counts)
    whole = lost == 0 and counts == [SIGNALS // LINES] * LINES and sent["refused"] == 0
    app, db = (1000 * (late - early) / SIGNALS for early, late in zip(before, after, strict=True))
    storm: dict[str, Any] = {
        "CPU ms app": app, "CPU ms db": db, "sum": app + db, "limit": SIGNAL_MS, "signals": SIGNALS,
        "lines": len(lines), "lost": lost, "wall s": sent["wall_s"],
        "reply ms p50": sent["p50_ms"], "p99": sent["p99_ms"],
    }  # fmt: skip
    rows = [Row("one of 10,000", storm, whole and app + db <= SIGNAL_MS)]
    line = lines[0]["line"]
    for name, address in (("inbox page", "/inbox/"), ("one line of 200", f"/inbox/{line}/"), ("Now, page", "/")):
        work = bo.page(address)
        here.cost(work, since=0, times=10)
        costs = [here.cost(work, since=0, times=times) for _ in range(rounds)]
        least, middle = min(one.sum_ms for one in costs), sorted(one.sum_ms for one in costs)[rounds // 2]
        best = min(costs, key=lambda one: one.sum_ms)
        figures: dict[str, Any] = {"CPU ms app": best.app_ms, "CPU ms db": best.db_ms, "sum": least, "middle": middle}
        figures |= {"limit": PAGE_MS, "SQL": here.count(work).statements}
        rows.append(Row(name, figures, least <= PAGE_MS))
    return rows


def _storm(paths: list[str]) -> dict[str, float]:
    process = subprocess.run(
        [sys.executable, "-m", "bench.inbox"], input=json.dumps(paths), capture_output=True, text=True, cwd=_ROOT,
        check=True,
    )  # fmt: skip
    told: dict[str, float] = json.loads(process.stdout)
    return told


def _send(paths: list[str]) -> dict[str, float]:
    """Every source delivers one signal after the other, all sources at once."""
    import threading

    each = SIGNALS // len(paths)
    took: list[float] = []
    refused: list[int] = []

    def source(place: int, path: str) -> None:
        with httpx.Client(timeout=120, trust_env=False) as client:
            for number in range(each):
                rule = f"rule {(place * each + number) % LINES}"
                data = {"title": f"{rule} found drift", "severity": "high", "key": f"{place}-{number}"}
                event = {"specversion": "1.0", "id": f"{place}-{number}", "source": "/models", "type": rule}
                event |= {"time": f"2026-03-03T09:{number // 60 % 60:02d}:{number % 60:02d}Z", "data": data}  # type: ignore[dict-item]
                start = time.monotonic()
                answer = client.post(path, json=event, headers={"Content-Type": "application/cloudevents+json"})
                took.append(time.monotonic() - start)
                if answer.status_code != 202:
                    refused.append(answer.status_code)

    began = time.monotonic()
    threads = [threading.Thread(target=source, args=one) for one in enumerate(paths)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    wall = time.monotonic() - began
    p50, p99 = (1000 * took[int(part * (len(took) - 1))] for part in (0.5, 0.99))
    return {"wall_s": wall, "p50_ms": p50, "p99_ms": p99, "refused": len(refused)}


if __name__ == "__main__":
    print(json.dumps(_send(json.load(sys.stdin))))
