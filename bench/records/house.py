"""An installation to be measured: PostgreSQL that syncs, the server as `hotwash up` starts it, and the yardstick.

Statements are counted by the database server itself, in the running application: it writes every statement that reaches
it to its log while somebody counts. `BEGIN`, `COMMIT` and the check of a kept connection are counted apart.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from json import loads

import httpx
from tests import postgres

from bench.measure import tree_cpu_s

Work = Callable[[int], None]

_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")
_FRAME = re.compile(r"(BEGIN|COMMIT|ROLLBACK|SELECT 1$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one exchange took, on average."""

    app_ms: float
    db_ms: float

    @property
    def sum_ms(self) -> float:
        """Application and database server together."""
        return self.app_ms + self.db_ms


@dataclass(frozen=True, slots=True)
class Count:
    """How many statements one exchange sent, and how many beside them opened, closed or checked."""

    statements: int
    frame: int


@dataclass(frozen=True, slots=True)
class House:
    """What runs, with what to reach it by."""

    database: postgres.Server
    app: int
    bare: int
    url: str
    bare_url: str

    def cost(self, work: Work, *, since: int, times: int, bare: bool = False) -> Cost:
        """What a round of exchanges took, by exchange. The work is told which time it is."""
        app = self.bare if bare else self.app
        before = tree_cpu_s(app), tree_cpu_s(self.database.pid)
        for turn in range(since, since + times):
            work(turn)
        after = tree_cpu_s(app), tree_cpu_s(self.database.pid)
        return Cost(*(1000 * (late - early) / times for early, late in zip(before, after, strict=True)))

    def count(self, work: Work) -> Count:
        """The statements of one exchange."""
        work(0)
        self._log("all")
        start = self.database.log.stat().st_size
        work(1)
        self._log("none")
        with self.database.log.open("rb") as log:
            log.seek(start)
            text = log.read().decode()
        seen = [one for one in _STATEMENT.findall(text) if "ALTER SYSTEM" not in one and "pg_reload_conf" not in one]
        if os.environ.get("BENCH_SQL"):
            print(*seen, "", sep="\n", file=sys.stderr)
        frame = sum(bool(_FRAME.match(one)) for one in seen)
        return Count(len(seen) - frame, frame)

    def _log(self, what: str) -> None:
        self.database.run(f"ALTER SYSTEM SET log_statement = '{what}'", "SELECT pg_reload_conf()")
        time.sleep(0.3)


@contextmanager
def house(database: postgres.Server, url: str) -> Iterator[House]:
    """Start both servers, the product over the settings in the environment, and end them."""
    with _up() as (app, address), bare(url) as (bare_pid, bare_address):
        yield House(database, app, bare_pid, address, bare_address)


@contextmanager
def _up() -> Iterator[tuple[int, str]]:
    # A worker asks twice a second what is due; that belongs to no exchange.
    words = ["up", "--empty", "--no-worker", "--port", "0", "--format", "json"]
    command = [sys.executable, "-m", "hotwash.cli", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        text = ""
        for line in process.stdout:
            text += line
            if line == "}\n":
                break
        address = str(loads(text)["url"])
        _until_answers(f"{address}/accounts/login/")
        yield process.pid, address
    finally:
        _end(process)


@contextmanager
def bare(url: str) -> Iterator[tuple[int, str]]:
    """The yardstick under the product's own server: its process and its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        listener.set_inheritable(True)
        number, port = listener.fileno(), listener.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:bench.records.bare_serving",
            "--bind",
            f"fd://{number}",
        ]
        environ = os.environ | {"BARE_DATABASE_URL": url}
        process = subprocess.Popen([*command, "bench.records.bare:application"], pass_fds=[number], env=environ)
    try:
        address = f"http://127.0.0.1:{port}"
        _until_answers(f"{address}/view")
        yield process.pid, address
    finally:
        _end(process)


def _until_answers(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(address)
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.wait(30)
    if process.stdout:
        process.stdout.close()
