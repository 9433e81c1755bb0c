"""An installation whose parts are there to be killed: web processes, workers, and the database server.

Every part is a process of its own, as in real use. `fell` kills one with SIGKILL and brings it back.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
from tests import postgres
from tests.cli.terminal import environment
from tests.running import free_port

HERE = Path(__file__).parents[2]
PATIENCE_S = 120


def children(pid: int) -> list[int]:
    """The processes that a process has started, and that still live."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def gone(pids: list[int]) -> None:
    """Wait until none of these processes is there any more."""
    until = time.monotonic() + PATIENCE_S
    while any(_lives(pid) for pid in pids):
        assert time.monotonic() < until, f"{pids} do not end"
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Web:
    """A gunicorn with the product's own settings."""

    name = "web"

    def __init__(self, settings: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment, self._log = environment(**settings), log
        # No chart is drawn here: what draws them need not be made.
        static = Path(settings["HOTWASH_HOME"]) / "static"
        static.mkdir(exist_ok=True)
        (static / "vega.version").touch()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:hotwash.web.serving", "--bind", self.url[7:]]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, cwd=HERE, env=self._environment, stdout=log, stderr=log)

    def fell(self, chance: random.Random) -> str:
        """Kill the process that answers, the one that watches over it, or both at once."""
        what = chance.choice(("worker", "master", "both"))
        below = children(self._process.pid)
        if what != "worker":
            _kill(self._process.pid)
        if what != "master":
            _kill(*below)
        if what != "worker":
            self._process.wait(PATIENCE_S)
            gone(below)
            self._process = self._start()
        return f"web {what}"

    def well(self) -> bool:
        """Whether it answers."""
        if self._process.poll() is not None:
            # The port was not free yet.
            self._process = self._start()
        try:
            return httpx.get(f"{self.url}/api/v1/nothing", timeout=20, trust_env=False).status_code in (401, 404)
        except httpx.HTTPError:
            return False

    def end(self) -> int:
        """End it as an operator does; its exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE_S)


class Hand:
    """A worker: see `tests.work.hand`."""

    name = "worker"

    def __init__(self, settings: Mapping[str, str], log: Path, *words: str) -> None:
        self._command = [sys.executable, "-m", "tests.work.hand", *words]
        self._environment, self._log = environment(**settings), log
        self._said = log.with_name(f"hand-{id(self)}")
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log, self._said.open("wb") as said:
            return subprocess.Popen(self._command, cwd=HERE, env=self._environment, stdout=said, stderr=log)

    def fell(self, chance: random.Random) -> str:
        """Kill it."""
        _kill(self._process.pid)
        self._process.wait(PATIENCE_S)
        self._process = self._start()
        return "worker"

    def well(self) -> bool:
        """Whether it runs: one that cannot start, because its database is away, is started again."""
        if self._process.poll() is not None:
            self._process = self._start()
        return self._said.read_bytes().strip() == str(self._process.pid).encode()

    def end(self) -> int:
        """End it as an operator does; its exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE_S)


class Database:
    """A PostgreSQL server that commits durably, as it ships."""

    name = "database"

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self._account = postgres.account()
        if self._account:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        self._program = postgres.make(folder / "data", self._account)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return postgres.begin(
            self._program,
            self._folder / "data",
            self._folder,
            self._account,
            {**postgres.DURABLE, "max_connections": "100"},
            port=self.port,
        )

    def url(self, name: str) -> str:
        """The address of one database."""
        return f"postgres://{postgres.OWNER}@127.0.0.1:{self.port}/{name}"

    def fell(self, chance: random.Random) -> str:
        """Kill the whole server, or one process of it, after which the others end and it recovers."""
        below = children(self._process.pid)
        if chance.random() < 0.5 and below:
            _kill(chance.choice(below))
            gone(below)
            return "database process"
        _kill(self._process.pid, *below)
        self._process.wait(PATIENCE_S)
        gone(below)
        self._process = self._start()
        return "database"

    def well(self) -> bool:
        """Whether it answers."""
        if self._process.poll() is not None:
            # It does not start while memory of the one before is in use.
            self._process = self._start()
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=5) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def end(self) -> int:
        """End it as an operator does; its exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE_S)


Part = Web | Hand | Database


def until_well(part: Part) -> None:
    """Wait until a part does its work again."""
    until = time.monotonic() + PATIENCE_S
    while not part.well():
        assert time.monotonic() < until, f"{part.name} does not come back"
        time.sleep(0.05)


@contextmanager
def database_server() -> Iterator[Database]:
    """A server of its own; ended, and its folder removed."""
    folder = Path(tempfile.mkdtemp(prefix="hotwash-felled-"))
    try:
        server = Database(folder)
        try:
            until_well(server)
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
