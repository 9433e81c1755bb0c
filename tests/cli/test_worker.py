"""The worker at the command line, and beside a server: started with it, started again when killed, ended with it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from tests.cli.server import server, token
from tests.cli.terminal import Terminal


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_has_a_worker_that_is_started_again_when_killed_and_ends_with_it(tmp_path: Path) -> None:
    with server(tmp_path / "home", "--empty") as running:
        headers = {"Authorization": f"Bearer {token(running.home)}"}

        def workers() -> list[int]:
            told = httpx.get(f"{running.url}/api/v1/worker", headers=headers, timeout=60).json()
            return [int(one["name"].split(":")[1]) for one in told["workers"]]

        until(lambda: bool(workers()))
        [first] = workers()
        os.kill(first, signal.SIGKILL)
        until(lambda: any(pid != first for pid in workers()))
        second = next(pid for pid in workers() if pid != first)
        assert alive(second)
    until(lambda: not alive(second))
    assert "Traceback" not in running.err


def test_without_a_worker_a_server_says_so(tmp_path: Path) -> None:
    with server(tmp_path / "home", "--empty", "--no-worker") as running:
        headers = {"Authorization": f"Bearer {token(running.home)}"}
        told = httpx.get(f"{running.url}/api/v1/worker", headers=headers, timeout=60).json()
        assert not told["well"]
        assert told["sentence"].startswith("No worker runs")


def test_a_worker_from_a_timer_does_what_is_due_and_ends(local: Terminal) -> None:
    assert local.json("worker", "--once")["begun"] >= 1, "what recurs begins with the first worker"
    listed = local.json("jobs", "list")
    assert listed["worker"]["due"] == 0
    assert {one["kind"] for one in listed["jobs"]} >= {"tidy", "switches"}
    assert local.json("jobs", "list", "--state", "failed")["jobs"] == []
    assert "Delete jobs" in local.run("jobs", "list").out


def test_a_job_that_did_not_fail_is_not_tried_again(hotwash: Terminal) -> None:
    assert "does not wait for a new attempt" in hotwash.refused("jobs", "retry", "999")


def test_a_worker_needs_the_data_folder(remote: Terminal) -> None:
    assert "unset HOTWASH_URL" in remote.refused("worker", "--once")
