"""The server and two serving processes, each a real process: reached, confirmed, cut off, and back again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli.server import Server, server, token
from tests.cli.terminal import environment
from tests.databases import postgresql_server
from tests.postgres import Server as PostgreSQL

__all__ = ["postgresql_server"]

WITHIN_S = 20.0


class Process:
    """A serving process, with what it told last."""

    def __init__(self, url: str, secret: str, kept: Path) -> None:
        self.told: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.web.deciding", url, secret, str(kept)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.told.append(json.loads(line))

    @property
    def state(self) -> str:
        return str(self.told[-1]["state"]) if self.told else ""

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.01)


class Place:
    """A server with a service, and what a responder does to it."""

    def __init__(self, running: Server) -> None:
        self.server = running
        self.client = httpx.Client(
            base_url=f"{running.url}/api/v1", timeout=30, headers={"Authorization": f"Bearer {token(running.home)}"}
        )
        self.say("/systems", name="Loans")
        self.secret = self.say("/services", name="loans-api", systems=["loans"])["token"]
        self.say("/incidents", title="Loans refused", system="loans")

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def say(self, path: str, **words: Any) -> dict[str, Any]:
        answer = self.client.post(path, json=words)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def contain(self, state: str, **words: Any) -> dict[str, Any]:
        return self.say("/incidents/INC-2026-0001/contain", switch="loans", state=state, unheld_because="now", **words)

    def standing(self) -> dict[str, Any]:
        return dict(self.client.get("/switches/loans").json())

    def kinds(self) -> list[str]:
        return [one["kind"] for one in self.client.get("/incidents/INC-2026-0001/entries").json()["entries"]]

    def confirmed(self) -> bool:
        heard = self.standing()["confirmed"]
        return heard["instances"] == 2 and not heard["silent"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    if request.param == "postgresql":
        database: PostgreSQL = request.getfixturevalue("postgresql_server")
        name = f"live_{os.getpid()}_{time.monotonic_ns()}"
        database.run(f"CREATE DATABASE {name}")
        (folder / "hotwash.toml").write_text(f'database_url = "{database.url(name)}"\n')
    return folder


@contextmanager
def two(place: Place, folder: Path) -> Iterator[tuple[Process, Process]]:
    with ExitStack() as stack:
        made = []
        for n in range(2):
            made.append(Process(place.server.url, place.secret, folder / f"guard-{n}.state"))
            stack.callback(made[-1].end)
        until(lambda: all(one.state == "serve" for one in made), "both serve")
        until(place.confirmed, "both are known")
        yield made[0], made[1]


def test_two_processes_are_reached_and_confirm_and_the_record_says_so(home: Path, tmp_path: Path) -> None:
    with server(home, "--empty") as running, Place(running) as place, two(place, tmp_path) as both:
        done = place.contain("human")
        assert done["applied"], done
        until(lambda: all(one.state == "human" for one in both), "both ask a person")
        until(lambda: "order-confirmed" in place.kinds(), "the record says who confirmed")
        [*_, last] = place.client.get("/incidents/INC-2026-0001/entries").json()["entries"]
        assert (last["body"]["confirmed"], last["body"]["instances"], last["body"]["silent"]) == (2, 2, [])
        assert {one["following"] for one in place.standing()["confirmed"]["by"]} == {"stream"}

        # Another process of the same data folder: the command line.
        words = ["release", "INC-2026-0001", str(done["containment"]), "--reason", "The fix holds."]
        ran = subprocess.run(
            [sys.executable, "-m", "hotwash.cli", *words, "--home", str(home)],
            capture_output=True, text=True, env=environment(), check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert "2 of 2 instances confirmed" in ran.stdout
        until(lambda: all(one.state == "serve" for one in both), "both serve again")

        # One is stopped, and cannot confirm: it is named.
        os.kill(both[1].process.pid, signal.SIGSTOP)
        try:
            place.contain("off")
            until(lambda: both[0].state == "off", "the other is off")
            until(lambda: place.kinds().count("order-confirmed") >= 3, "the record says who is silent")
            [*_, last] = place.client.get("/incidents/INC-2026-0001/entries").json()["entries"]
            assert (last["body"]["confirmed"], last["body"]["instances"]) == (1, 2)
            assert last["body"]["silent"] == [both[1].told[-1]["instance"]]
        finally:
            os.kill(both[1].process.pid, signal.SIGCONT)
        until(lambda: both[1].state == "off", "it hears once it runs again")


def test_a_server_that_is_killed_loses_nothing_and_policies_decide_meanwhile(home: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        running = stack.enter_context(server(home, "--empty"))
        port = running.url.rsplit(":", 1)[1]
        place = stack.enter_context(Place(running))
        both = stack.enter_context(two(place, tmp_path))
        assert place.contain("fallback")["applied"]
        until(lambda: all(one.state == "fallback" for one in both), "both fall back")
        _kill(running)
        # The policy of the processes: after 4 s without a word, a person decides.
        until(lambda: all(one.state == "human" for one in both), "both go by their policy")
        again = stack.enter_context(server(home, "--empty", "--port", port))
        assert again.url == running.url
        until(lambda: all(one.state == "fallback" for one in both), "both are back at what stands")
        until(lambda: "order-confirmed" in place.kinds(), "what was not recorded before the end is recorded after it")
        for one in both:
            states = [told["state"] for told in one.told]
            assert "serve" not in states[states.index("fallback") :], "nobody served while it was contained"
            assert one.process.poll() is None


def test_an_order_that_a_crash_cut_off_is_finished_by_the_next_server(home: Path, tmp_path: Path) -> None:
    with server(home, "--empty") as running, Place(running) as place:
        secret = place.secret
    crash = """
import os, sys
from hotwash.cli.local import ready
ready(None)
from hotwash.response.desk import Person
from hotwash.web.door import desk
desk().step("INC-2026-0001", "order-containment", by=Person("ana", "commander"), right="contain", switch="loans",
            state="off", unheld_because="now")
os._exit(9)
"""
    ran = subprocess.run([sys.executable, "-c", crash], env=environment(HOTWASH_HOME=str(home)), check=False)
    assert ran.returncode == 9
    with server(home, "--empty") as running:
        process = Process(running.url, secret, tmp_path / "guard.state")
        try:
            until(lambda: process.state == "off", "the worker has carried it out")
        finally:
            process.end()


def _kill(running: Server) -> None:
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(running.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    os.kill(running.process.pid, signal.SIGKILL)
    for child in children:
        os.kill(int(child), signal.SIGKILL)
