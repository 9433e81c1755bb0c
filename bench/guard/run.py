"""Decide, and reach: `run` gives the rows."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.guard.timing import quickest
from bench.measure import Row, say
from bench.peers import python_of
from hotwash.guard import Guard
from hotwash.guard.double import Double

TOKEN, GUARDS, PROCESSES = "bench", 100, 4
PLAIN_US, PLAIN_P99_US, RULED_US, PUSH_MS, POLL_MS = 0.2, 0.5, 1.0, 50, 1_500
_ROOT = Path(__file__).parents[2]

SWITCHES = {
    "plain": {"orders": [{"state": "off"}]},
    "dated": {"orders": [{"state": "off"}], "policy": {"stale": "engage", "stale_after_s": 3600}},
    "ruled": {
        "orders": [
            {
                "state": "off",
                "when": {"attribute": "region", "is": "=", "value": "EU"},
                "share": {"of": "applicant", "part": 0.5, "salt": "INC-2026-0001"},
            }
        ],
        "policy": {"stale": "engage", "stale_after_s": 3600},
    },
}


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Every figure of the guard."""
    times = 100_000 if short else 1_000_000
    rows = [*_deciding(times), *_peers(times // 5)]
    rows.append(_reached("stream", rounds=30 if short else 200, pause_s=0.3, limit_ms=PUSH_MS))
    rows.append(_reached("poll", rounds=5 if short else 30, pause_s=2.0, limit_ms=POLL_MS))
    return rows


def _deciding(times: int) -> list[Row]:
    with Double(TOKEN) as server:
        server.publish(SWITCHES)
        with Guard(server.url, token=TOKEN) as guard:
            assert guard.wait(30)
            attributes = {"region": "EU", "applicant": "applicant-17", "age": 44}
            works = [
                ("guard, plain switch", lambda: guard.state("plain"), PLAIN_US, PLAIN_P99_US),
                ("guard, with staleness check", lambda: guard.state("dated"), RULED_US, None),
                ("guard, with cohort, share, staleness", lambda: guard.state("ruled", attributes), RULED_US, None),
            ]
            return [_decided(name, quickest(call, times), p50, p99) for name, call, p50, p99 in works]


def _decided(name: str, took: dict[str, float], p50: float | None = None, p99: float | None = None) -> Row:
    kept = None if p50 is None else took["p50"] <= p50 and (p99 is None or took["p99"] <= p99)
    return Row(
        name, {"p50 µs": took["p50"], "p99 µs": took["p99"], "middle, p50 µs": took["middle"], "limit µs": p50}, kept
    )


def _peers(times: int) -> Iterator[Row]:
    python = python_of("guard")
    if isinstance(python, str):
        say(python)
        return
    script = Path(__file__).with_name("peers_run.py")
    done = subprocess.run([python, script, _ROOT / "src", str(times)], stdout=subprocess.PIPE, check=False, timeout=600)
    if done.returncode:
        say("The peers failed; see above.")
        return
    for name, took in json.loads(done.stdout).items():
        yield _decided(name, took)


@contextmanager
def _guards(server: Double, by: str) -> Iterator[list[subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "bench.guard.reaching", server.url, TOKEN, str(GUARDS // PROCESSES), by]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    several = [subprocess.Popen(command, cwd=_ROOT, **pipes) for _ in range(PROCESSES)]
    try:
        end = time.monotonic() + 60
        while len(server.confirmed(server.etag)) < GUARDS:
            assert time.monotonic() < end, "the guards did not come up"
            time.sleep(0.05)
        yield several
    finally:
        for process in several:
            process.kill()
            process.communicate()


def _reached(by: str, *, rounds: int, pause_s: float, limit_ms: float) -> Row:
    say(f"Reaching {GUARDS} guards by {by} …")
    with Double(TOKEN, stream=by == "stream") as server:
        server.turn("plain", "serve")
        with _guards(server, by) as several:
            set_at = {}
            for turn in range(rounds):
                time.sleep(pause_s)
                start = time.monotonic()
                set_at[server.turn("plain", ("off", "serve")[turn % 2])] = start
            time.sleep(pause_s)
            told: list[dict[str, list[float]]] = []
            for process in several:
                assert process.stdin
                assert process.stdout
                print("tell", file=process.stdin, flush=True)
                told.append(json.loads(process.stdout.readline()))
    took = {tag: [(at - start) * 1e3 for one in told for at in one.get(tag, ())] for tag, start in set_at.items()}
    every = sorted(ms for several_ms in took.values() for ms in several_ms)
    lost = rounds * GUARDS - len(every)
    last = sorted(max(several_ms) for several_ms in took.values())
    p99 = every[len(every) * 99 // 100]
    return Row(
        f"a switch reaches {GUARDS} guards in {PROCESSES} processes, {by}",
        {
            "p50 ms": every[len(every) // 2],
            "p99 ms": p99,
            "last guard, median ms": last[len(last) // 2],
            "limit ms": limit_ms,
        },
        p99 <= limit_ms and not lost,
    )
