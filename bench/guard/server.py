"""Reach a hundred guards from the real server: `hotwash up` over SQLite, contained and released over its API.

Two figures: from the moment at which the snapshot is made (its serial is that moment), and from the press: with the
records of the incident and the system, both synced to the disk, and what is read back.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from tests.cli.server import server, token

from bench.guard.run import GUARDS, POLL_MS, PROCESSES, PUSH_MS
from bench.measure import Row, say

_ROOT = Path(__file__).parents[2]
INCIDENT = "INC-2026-0001"


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """By stream, then by polling."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with server(home, "--empty") as running:
            headers = {"Authorization": f"Bearer {token(home)}"}
            with httpx.Client(base_url=f"{running.url}/api/v1", headers=headers, timeout=60) as client:
                _ask(client, "/systems", name="Loans")
                secret = _ask(client, "/services", name="bench", systems=["loans"])["token"]
                year = time.gmtime().tm_year
                incident = _ask(client, "/incidents", title="Measured", system="loans")["incident"]
                assert incident.startswith(f"INC-{year}")
                for by, rounds, pause_s, limit in (
                    ("stream", 20 if short else 100, 0.5, PUSH_MS),
                    ("poll", 4 if short else 20, 2.5, POLL_MS),
                ):
                    say(f"Reaching {GUARDS} guards from the real server by {by} …")
                    rows.append(_reached(client, running.url, secret, incident, by, rounds, pause_s, limit))
    return rows


def _ask(client: httpx.Client, path: str, **words: Any) -> dict[str, Any]:
    answer = client.post(path, json=words)
    answer.raise_for_status()
    return dict(answer.json())


def _reached(
    client: httpx.Client, url: str, secret: str, incident: str, by: str, rounds: int, pause_s: float, limit_ms: float
) -> Row:
    command = [sys.executable, "-m", "bench.guard.reaching", url, secret, str(GUARDS // PROCESSES), by]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    several = [subprocess.Popen(command, cwd=_ROOT, **pipes) for _ in range(PROCESSES)]
    try:
        _await(client)
        pressed, made = {}, {}
        ahead = time.time() - time.monotonic()
        containment = 0
        for turn in range(rounds):
            time.sleep(pause_s)
            start = time.monotonic()
            if turn % 2 == 0:
                words = {"switch": "loans", "state": "off", "unheld_because": "measured"}
                containment = _ask(client, f"/incidents/{incident}/contain", **words)["containment"]
            else:
                _ask(client, f"/incidents/{incident}/release", containment=containment, reason="measured")
            [service] = client.get("/services").json()["services"]
            pressed[service["etag"]], made[service["etag"]] = start, service["serial"] / 1000 - ahead
        time.sleep(pause_s)
        if rounds % 2:
            _ask(client, f"/incidents/{incident}/release", containment=containment, reason="measured")
        told: list[dict[str, list[float]]] = []
        for process in several:
            assert process.stdin
            assert process.stdout
            print("tell", file=process.stdin, flush=True)
            told.append(json.loads(process.stdout.readline()))
    finally:
        for process in several:
            process.kill()
            process.communicate()
    since_made = sorted((at - made[tag]) * 1e3 for one in told for tag in made for at in one.get(tag, ()))
    since_pressed = sorted((at - pressed[tag]) * 1e3 for one in told for tag in pressed for at in one.get(tag, ()))
    lost = rounds * GUARDS - len(since_made)
    p99 = since_made[len(since_made) * 99 // 100]
    return Row(
        f"a switch reaches {GUARDS} guards from the real server, {by}",
        {
            "p50 ms": since_made[len(since_made) // 2],
            "p99 ms": p99,
            "from the press, p50 ms": since_pressed[len(since_pressed) // 2],
            "from the press, p99 ms": since_pressed[len(since_pressed) * 99 // 100],
            "lost": float(lost),
            "limit ms": limit_ms,
        },
        p99 <= limit_ms and not lost,
    )


def _await(client: httpx.Client) -> None:
    end = time.monotonic() + 120
    while True:
        heard = client.get("/switches/loans").json()["confirmed"]
        if heard["confirmed"] >= GUARDS:
            return
        assert time.monotonic() < end, f"only {heard['confirmed']} guards came up"
        time.sleep(0.3)


if __name__ == "__main__":
    for row in run(short=True):
        print(row)
